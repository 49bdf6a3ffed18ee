// ConnectCommand.swift - `opsfabric connect`: the tenant's numbers at Twilio, set up in one command.

import Business
import Curl
import Glibc
import JSON
import Operations
import Platform

struct ConnectCommand: Command {
  static let name = "connect"
  static let usage =
    "opsfabric connect TENANT [--dry-run] [--fallback URL] [--webhook-rules [--new-key]] [--json]"
  static let summary = "sets the tenant's Twilio numbers up and says what it changed"
  static let details = """
    Sets, where they differ, the addresses for calls, call status, messages and their fallbacks, with the fragment
    that makes Twilio try again (#rc=3&rp=ct,rt,5xx), and reads them back. Warns of a sender without SMS, of
    countries the account may not text or call, and of a fallback on the host it is meant to replace.
    --dry-run       shows what would be changed
    --fallback URL  where you have put fallback/TENANT.xml, and TENANT.end.xml beside it: a web server on another host.
                    It is kept from then on.
                    Without one Twilio falls back to PUBLIC_URL/twilio-error, which helps while the host is up.
    --webhook-rules  also sees to it, by Twilio's webhook rules (a public beta), that Twilio signs what it sends to
                    PUBLIC_URL with the last key of twilio.webhook_keys instead of the auth token. Without a key
                    there it makes one and shows it. Twilio is given up to four minutes to take it over.
    --json          one object: connected, changes (what would be or was done), warnings
    --new-key       with it, for a change of keys: makes another key and shows it; nothing else is changed
    """
  private let tenant: String
  private let isDryRun: Bool
  private let fallback: String?
  private let wantsRules: Bool
  private let wantsNewKey: Bool
  private let isJSON: Bool

  init(_ arguments: inout Arguments) throws {
    isDryRun = arguments.flag("--dry-run")
    fallback = try arguments.option("--fallback")
    wantsRules = arguments.flag("--webhook-rules")
    wantsNewKey = arguments.flag("--new-key")
    isJSON = arguments.flag("--json")
    if wantsNewKey, !wantsRules { throw UsageError("--new-key goes with --webhook-rules") }
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
        OwnPath.onTerminal(String(text.dropFirst(indent.count))), first: indent, rest: indent + "  ",
        width: width
      ).joined(separator: "\n")
    }
    var (said, warned): ([String], [String]) = ([], [])
    let say: (String) -> Void = { isJSON ? said.append($0) : printToStandardOutput(lines($0)) }
    let warn: (String) -> Void = { isJSON ? warned.append($0) : printToStandardError(lines($0)) }
    var isWhole = ConnectTenant(
      tenant, review: review, home: try world.home(), isDryRun: isDryRun, fallback: fallback, say: say,
      warn: warn
    ).run()
    if isWhole, wantsRules {
      isWhole = ConnectWebhookRules(
        tenant, review: review, isDryRun: isDryRun, wantsNewKey: wantsNewKey, now: { world.clock.now() },
        sleep: { usleep(UInt32($0) * 1000) }, say: say, warn: warn
      ).run()
    }
    if isJSON {
      printJSON(
        .object([
          "tenant": .string(tenant.id), "connected": .bool(isWhole && !isDryRun), "changes": .texts(said),
          "warnings": .texts(warned),
        ]))
    }
    return isWhole ? .done : .failed
  }
}
