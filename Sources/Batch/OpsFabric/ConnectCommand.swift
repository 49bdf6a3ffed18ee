// ConnectCommand.swift - `opsfabric connect`: the tenant's numbers at Twilio, set up in one command.

import Business
import Curl
import Operations
import Platform

struct ConnectCommand: Command {
  static let name = "connect"
  static let usage = "opsfabric connect TENANT [--dry-run] [--fallback URL]"
  static let summary = "sets the tenant's Twilio numbers up and says what it changed"
  static let details = """
    Sets, where they differ, the addresses for calls, call status, messages and their fallbacks, with the fragment
    that makes Twilio try again (#rc=3&rp=ct,rt,5xx), and reads them back. Warns of a sender without SMS, of
    countries the account may not text or call, and of a fallback on the host it is meant to replace.
    --dry-run       shows what would be changed
    --fallback URL  where you have put fallback/TENANT.xml: a web server on another host. It is kept from then on.
                    Without one Twilio falls back to PUBLIC_URL/twilio-error, which helps while the host is up.
    """
  private let tenant: String
  private let isDryRun: Bool
  private let fallback: String?

  init(_ arguments: inout Arguments) throws {
    isDryRun = arguments.flag("--dry-run")
    fallback = try arguments.option("--fallback")
    tenant = try arguments.next("the tenant's ID")
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let settings = try world.settings()
    let installation = try settings.installation()
    let tenant = try settings.known(self.tenant)
    if let fallback, !NumberPlan.isElsewhere(fallback, than: installation.publicURL) {
      throw UsageError(
        "--fallback \(fallback): write a web address on another host than \(installation.publicURL)")
    }
    let review = NumberReview(
      transport: CurlTransport(maxConnections: 4), installation: installation, tenants: [tenant])
    let width = terminalWidth()
    func lines(_ text: String) -> String {
      let indent = String(text.prefix { $0 == " " })
      return wrapped(
        String(text.dropFirst(indent.count)), first: indent, rest: indent + "  ", width: width
      ).joined(separator: "\n")
    }
    let isWhole = ConnectTenant(
      tenant, review: review, home: try world.home(), isDryRun: isDryRun, fallback: fallback,
      say: { printToStandardOutput(lines($0)) }, warn: { printToStandardError(lines($0)) }
    ).run()
    return isWhole ? .done : .failed
  }
}
