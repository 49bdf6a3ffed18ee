// PhoneWorld.swift - a shipped installation whose website is its own web server, and a browser to visit it.

import Glibc
import Platform
import StandIn
import TestSupport
import Testing

/// Ends with the object.
final class PhoneWorld {
  /// Whom the tenant's notices go to.
  static let staff = "+41791112233"

  let shipped: ShippedInstallation
  let browser: Chromium
  private var runner: RunningProgram?

  var host: String { "127.0.0.1:\(shipped.web.port)" }
  var wizard: String { "http://\(host)/anfrage" }

  init() throws {
    shipped = try ShippedInstallation()
    let tenant = ShippedInstallation.tenant(
      more: """
        sms_delay_seconds: 5,
        notify: [{ channel: "sms", to: "\(Self.staff)", on: ["new", "urgent"] }],
        """
    ).replacing("www.doerfler.example", with: "127.0.0.1:\(shipped.web.port)")
    try shipped.writeTenant("doerfler", tenant)
    let applied = try shipped.opsfabric("apply")
    try #require(applied.exitCode == 0, "\(applied.errors)")
    browser = try Chromium()
  }

  deinit { runner?.signal(SIGTERM) }

  // MARK: SMS

  /// The text of the newest SMS to a number, once there are so many; cron's runner stays at work meanwhile.
  func text(_ count: Int, to number: String) async throws -> String {
    let hasCome = try eventually(within: 40) {
      if runner?.poll() != nil || runner == nil { runner = try shipped.startRunner(linger: 55) }
      return try texts(to: number).count >= count
    }
    let received = try texts(to: number)
    try #require(hasCome, "\(number) got \(received)")
    return received[count - 1]
  }

  private func texts(to number: String) throws -> [String] {
    try shipped.standIn.messages(to: number).filter { $0.direction != "inbound" }.map(\.body)
  }

  func reply(_ text: String) throws {
    let sent = try shipped.standInProgram(
      "sms", "--from", ShippedInstallation.caller, "--to", ShippedInstallation.number, "--body", text)
    try #require(sent.exitCode == 0, "\(sent.output)\(sent.errors)")
  }

  /// The link in a text.
  static func link(in text: String) throws -> String {
    let start = try #require(text.firstRange(of: "http"), "no link in \(text)")
    return String(text[start.lowerBound...].prefix { !$0.isWhitespace })
  }

  // MARK: pages

  /// Nothing reaches over the edge of this phone or of a narrow one, and the page has what every page must.
  /// - Parameter enlarged: with text of twice the size too.
  func look(at page: BrowserPage, as name: String? = nil, enlarged: Bool = false) throws {
    let title = try page.ask("document.title").text ?? ""
    #expect(try page.ask("document.documentElement.lang").text == "de")
    #expect(!title.isEmpty)
    for width in [320, 360] {
      try page.resize(width)
      #expect(try page.overflowing() == [], "\(title) at \(width) pixels")
    }
    if enlarged {
      try page.resize(320)
      try page.enlargeText(percent: 200)
      #expect(try page.overflowing() == [], "\(title) at 320 pixels, letters twice as large")
      try page.enlargeText(percent: 100)
      try page.resize(360)
    }
    // Every field and button can be hit with a thumb; the label of a radio button or a tick covers its whole box.
    let small = try page.ask(
      """
      [...document.querySelectorAll('button, textarea, input:not([type=hidden]):not([type=radio]):not([type=checkbox]), a.button')]
        .filter(e => !e.closest('.aside') && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)
      """)
    #expect(small == .array([]), "\(title)")
    guard let name, let folder = Environment.process["SCREENSHOTS"], !folder.isEmpty else { return }
    try Files.makeFolder(folder, mode: 0o755)
    try Files.writeAtomically(try page.screenshot(), to: "\(folder)/\(name).png", mode: 0o644)
  }

  /// Nothing was asked of anybody else, and the browser had nothing to complain about.
  /// - Parameter allowed: what a complaint may be about all the same.
  func expectPeace(_ page: BrowserPage, allowing allowed: String? = nil) {
    let strangers = page.requests.map(\.url).filter {
      !$0.hasPrefix("http://\(host)/") && $0 != "about:blank"
    }
    #expect(strangers.isEmpty)
    #expect(page.complaints.filter { allowed.map($0.contains) != true } == [])
  }

  /// Photos kept, as they lie on the disk.
  func storedPhotos() throws -> [[UInt8]] {
    let folder = "\(shipped.home.uploads)/doerfler"
    guard Files.exists(folder) else { return [] }
    return try Files.list(folder).map { try Files.read("\(folder)/\($0)") }
  }
}
