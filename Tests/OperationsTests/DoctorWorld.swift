// DoctorWorld.swift - a whole and healthy installation for the doctor: files, settings, handlers, a run, numbers.

import Business
import Configuration
import Curl
import Glibc
import LocalTime
import Operations
import Platform
import StandIn
import Store
import TestSupport
import Testing

/// Removes its folders when it goes.
final class DoctorWorld {
  let world: TestWorld
  let handlers: String
  var scene: Surroundings
  /// What the website's host answers instead of the form.
  var website: HTTPReply?
  /// What `tick` answers to a wrong secret.
  var tick = HTTPReply(status: 403, body: Array("the secret is wrong\n".utf8))
  /// The second file was forgotten on the fallback's host.
  var hasFallbackEnd = true
  static let monitor = "https://monitor.example.org"

  static let fallback = "https://static.example.org/doerfler.xml"
  static let fallbackEnd = "https://static.example.org/doerfler.end.xml"

  init() throws {
    world = try TestWorld()
    handlers = "/tmp/opsfabric-handlers-\(RandomSource.system.token(bytes: 8))"
    scene = Surroundings(
      home: world.home, user: geteuid(), clock: world.clock.wallClock,
      zones: TimeZones(), transport: world.transport,
      libcurl: LibcurlFeatures(version: "8.0", tls: "OpenSSL", protocols: ["https", "smtp", "smtps"]),
      environment: Environment([:]))
    scene.freeSpace = { _ in FreeSpace(bytes: 10 << 30, files: 1_000_000) }
    scene.networkFileSystem = { _ in nil }
    try write("config/opsfabric.json5", DoctorWorld.installation())
    try write("config/tenants/doerfler.json5", DoctorWorld.tenant())
    try applyFiles()
    try installHandlers()
    for name in ["doerfler.xml", "doerfler.end.xml"] {
      try write("fallback/\(name)", "<Response/>", mode: 0o644)
    }
    world.transport.otherSites = { [unowned self] in site($0) }
    try setUpNumbers()
    try world.run()
    // The shipped programs do so by their umask, which a test cannot set for itself alone.
    for suffix in ["", "-wal", "-shm"] { chmod(world.home.database + suffix, 0o600) }
  }

  deinit {
    for name in (try? Files.list(handlers)) ?? [] { unlink("\(handlers)/\(name)") }
    rmdir(handlers)
  }

  static func installation(token: String = TestWorld.token, more: String = "") -> String {
    """
    {
      public_url: "\(TestWorld.publicURL)",
      twilio: {
        account_sid: "\(TestWorld.account)", auth_token: "\(token)",
        api_base: "https://twilio.test", lookups_base: "https://twilio.test",
      },
      alerts: { sms: ["+41790000051"] },
      \(more)
    }
    """
  }

  static func tenant(
    _ numbers: String = TestWorld.number, more: String = "",
    notify: String = "notify: [{ channel: \"sms\", to: \"+41790000021\" }],"
  ) -> String {
    """
    {
      name: "Dörfler AG", voice_numbers: ["\(numbers)"], forward_to: "\(TestWorld.business)",
      website_domain: "\(TestWorld.website)", sms_sender: "+41797770100", active: true,
      \(notify)
      \(more)
    }
    """
  }

  func write(_ path: String, _ text: String, mode: UInt32 = 0o600) throws {
    try Files.writeAtomically(Array(text.utf8), to: "\(world.home.path)/\(path)", mode: mode)
  }

  /// As `opsfabric apply` does.
  func applyFiles() throws {
    let (loaded, faults) = ConfigurationLoader(home: world.home.path).load()
    let configuration = try #require(loaded, "\(faults)")
    world.installation = configuration.installation
    world.tenants = configuration.tenants
    try world.apply()
  }

  private func installHandlers() throws {
    try Files.makeFolder(handlers, mode: 0o755)
    chmod(handlers, 0o755)
    for name in Handlers.all { try Files.writeAtomically([], to: "\(handlers)/\(name)", mode: 0o755) }
    try Files.writeAtomically(
      Array("\(world.home.path)\n".utf8), to: "\(handlers)/\(Home.pointerName)", mode: 0o644)
    try write("data/\(Doctor.folderPointer)", "\(handlers)\n")
  }

  private func setUpNumbers() throws {
    try world.standIn.addNumber("+41797770100", account: TestWorld.account)
    for tenant in world.tenants { try connect(tenant) }
  }

  func connect(_ tenant: Tenant) throws {
    let review = NumberReview(
      transport: world.transport, installation: world.installation, tenants: world.tenants)
    let account = review.credentials(tenant)
    let owned = try review.numbers(of: account).get()
    for (number, roles) in tenant.numberRoles {
      let resource = try #require(owned.first { $0.phoneNumber == number })
      let plan = NumberPlan(
        publicURL: world.installation.publicURL, number: resource, roles: roles,
        fallback: DoctorWorld.fallback)
      let changes = plan.changes.map { (setting: $0.setting, value: $0.after) }
      _ = try world.transport.wait { done in
        review.client.updateNumber(resource.sid, changes, as: account, completion: done)
      }?.get()
    }
  }

  /// Our handlers, the tenant's website, the fallback's host; nil for Twilio.
  private func site(_ request: HTTPRequest) -> Result<HTTPReply, HTTPFailure>? {
    if request.url == "\(TestWorld.publicURL)/tick" { return .success(tick) }
    if let reply = world.answer(request) { return .success(reply) }
    if request.url.hasPrefix(DoctorWorld.monitor) { return .success(HTTPReply(status: 404)) }
    if request.url == DoctorWorld.fallbackEnd, !hasFallbackEnd { return .success(HTTPReply(status: 404)) }
    if [DoctorWorld.fallback, DoctorWorld.fallbackEnd].contains(request.url) {
      return .success(
        HTTPReply(status: 200, headers: ["content-type": "text/xml"], body: Array("<Response/>".utf8)))
    }
    if request.url.hasPrefix("https://elsewhere.example.org/") { return .success(HTTPReply(status: 404)) }
    if request.url.hasPrefix("https://\(TestWorld.website)/") {
      return .success(website ?? HTTPReply(world.browse("anfrage")))
    }
    return nil
  }

  // MARK: the examination

  func examine() -> [Finding] { Doctor(scene).examine() }

  /// Findings that are not ok.
  func complaints() -> [Finding] { examine().filter { $0.status != .ok } }

  /// The one thing that is wrong.
  func onlyComplaint(_ check: String, _ status: Finding.Status = .fault) throws -> Finding {
    let complaints = complaints()
    let found = try #require(complaints.first, "nothing is wrong")
    #expect(complaints.count == 1, "\(complaints)")
    #expect(found.check == check && found.status == status, "\(found)")
    #expect(!found.cure.isEmpty && !found.cure.contains("\n") && !found.detail.contains("\n"))
    return found
  }
}
