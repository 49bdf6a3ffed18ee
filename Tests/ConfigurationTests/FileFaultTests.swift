// FileFaultTests.swift - files that are missing, broken, misnamed or open to others; tenants that clash.

import Configuration
import Platform
import Testing

@Suite struct FileFaultTests {
  let home: ConfigurationHome

  init() throws {
    home = try ConfigurationHome()
    try home.write(ConfigurationHome.installationText(), to: "config/opsfabric.json5")
    try home.write(ConfigurationHome.tenantText(), to: "config/tenants/doerfler.json5")
  }

  @Test(arguments: [
    ("", "is empty"), ("  \n", "is empty"), ("// nothing\n", "line 2, column 1: the text ends"),
    ("{\n  name: 'a'\n  mode: 'b'\n}", "line 3, column 3: no comma after name; put a comma"),
    ("{\n  name 'a'}", "line 2, column 8: no colon after the key name"),
    ("{ name: 'a", "line 1, column 9: a text is not closed; close the quote"),
    ("{ name: 'ä\n' }", "line 1, column 9: a text is not closed on its line"),
    ("{\n sla: {\n  high_minutes: 3\n", "line 2, column 7: the bracket { is never closed"),
    ("{ holidays: ['01-01'", "line 1, column 13: the bracket [ is never closed"),
    ("{ quiet_hours: {from: 08:00} }", "line 1, column 23: neither a number nor true"),
    ("{ callback_phone: 0434435200 }", "line 1, column 19: neither a number"),
    ("{ active: yes }", "write texts, telephone numbers and times in quotes"),
    ("{ a: , }", "line 1, column 6: a value should stand here"), ("{} x", "something follows"),
    ("/* {}", "a comment is not closed"), ("{ 5: 1 }", "a key should stand here"),
    ("[]", "is a list […], not an object"), ("'text'", "is a text, not an object"),
    (String(repeating: "[", count: 100_000), "nested too deep"),
  ])
  func `a broken file is told with its place`(text: String, words: String) throws {
    try home.write(text, to: "config/tenants/doerfler.json5")
    let (loaded, faults) = home.load()
    let errors = faults.filter { $0.severity == .error }
    #expect(loaded == nil)
    #expect(errors.count == 1)
    #expect(errors.allSatisfy { $0.key.isEmpty && $0.description.contains(words) }, "\(faults)")
  }

  @Test func `a key that stands twice is an error`() throws {
    try home.write(
      "{\n name: 'a',\n sla: {high_minutes: 1, 'high_minutes': 2},\n}", to: "config/tenants/doerfler.json5")
    let (_, faults) = home.load()
    #expect(faults.first?.key == "sla.high_minutes")
    #expect(faults.first?.reason == "stands twice, again on line 3")
  }

  @Test func `bytes that are not UTF-8 and huge files are faults`() throws {
    try home.write([0x7B, 0x0A, 0x27, 0xE4, 0x27, 0x7D], to: "config/tenants/doerfler.json5")
    #expect(home.load().1.first?.reason == "line 2 is not UTF-8")
    try home.write([UInt8](repeating: 32, count: 1 << 21), to: "config/tenants/doerfler.json5")
    #expect(home.load().1.first?.reason == "is larger than 1 MiB")
  }

  @Test func `a byte order mark and every JSON5 form are read`() throws {
    let text =
      "\u{FEFF}"
      + ConfigurationHome.tenantText(["ring_seconds: +0x14", "/* c */ 'sla': {high_minutes: 1e1,}"])
    try home.write(text, to: "config/tenants/doerfler.json5")
    let (loaded, faults) = home.load()
    #expect(loaded?.tenants.first?.ringSeconds == 20, "\(faults)")
    #expect(loaded?.tenants.first?.slaHighMinutes == 10)
  }

  @Test func `without the operator's file nothing is loaded`() throws {
    let empty = try ConfigurationHome()
    let (loaded, faults) = empty.load()
    #expect(loaded == nil)
    #expect(faults.map(\.file) == ["config/opsfabric.json5", "config/tenants"])
    #expect(faults.first?.expected.contains("opsfabric init") == true)
  }

  @Test func `no tenants at all is a warning, a missing folder too`() throws {
    let home = try ConfigurationHome()
    try home.write(ConfigurationHome.installationText(), to: "config/opsfabric.json5")
    let (loaded, faults) = home.load()
    #expect(loaded?.tenants == [])
    #expect(faults.map(\.severity) == [.warning])
    #expect(loaded?.warnings == faults)
  }

  @Test(arguments: [
    ("Doerfler.json5", "rename it to doerfler.json5"), ("doerfler.json", "rename it to doerfler.json5"),
    ("dörf.json5", "rename it to"), ("d_ag.json5", "rename it to d-ag.json5"),
    ("doerfler.json5.bak", "name tenants' files ID.json5"), ("README.md", "name tenants' files"),
  ])
  func `a misnamed file is an error`(name: String, words: String) throws {
    try home.write("{", to: "config/tenants/\(name)")
    let (loaded, faults) = home.load()
    #expect(loaded == nil)
    #expect(faults.map(\.file) == ["config/tenants/\(name)"])
    #expect(faults.first?.expected.contains(words) == true, "\(faults)")
  }

  @Test(arguments: [".doerfler.json5.swp", "doerfler.json5~", "#doerfler.json5#", ".gitkeep"])
  func `hidden files and editors' leftovers are passed over`(name: String) throws {
    try home.write("{", to: "config/tenants/\(name)")
    let (loaded, faults) = home.load()
    #expect(loaded?.tenants.map(\.id) == ["doerfler"])
    #expect(faults == [])
  }

  @Test func `a file with secrets that others may read is a warning with its cure`() throws {
    let own = "twilio: {account_sid: 'AC\(String(repeating: "1", count: 32))', auth_token: 't'}"
    try home.write(ConfigurationHome.installationText(), to: "config/opsfabric.json5", mode: 0o640)
    try home.write(ConfigurationHome.tenantText([own]), to: "config/tenants/doerfler.json5", mode: 0o604)
    let plain = ConfigurationHome.tenantText([
      "voice_numbers: ['+41790000020']", "website_domain: 'plain.example'",
    ])
    try home.write(plain, to: "config/tenants/plain.json5", mode: 0o644)
    let told = ConfigurationHome.tenantText([
      "voice_numbers: ['+41790000021']", "website_domain: 'told.example'",
      "webhooks: [{url: 'https://a.example', secret: 'whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY'}]",
    ])
    try home.write(told, to: "config/tenants/told.json5", mode: 0o644)
    let pushed = ConfigurationHome.tenantText([
      "voice_numbers: ['+41790000022']", "website_domain: 'pushed.example'",
      "notify: [{channel: 'ntfy', to: 'https://ntfy.sh/doerfler-x7Kq9mW2pL'}]",
    ])
    try home.write(pushed, to: "config/tenants/pushed.json5", mode: 0o644)
    let (loaded, faults) = home.load()
    #expect(loaded != nil)
    #expect(
      faults.map(\.file) == [
        "config/opsfabric.json5", "config/tenants/doerfler.json5", "config/tenants/pushed.json5",
        "config/tenants/told.json5",
      ])
    #expect(faults.allSatisfy { $0.severity == .warning })
    #expect(faults.first?.expected == "run: chmod 600 \(home.path)/config/opsfabric.json5")
    #expect(faults.first?.reason.contains("mode 0640") == true)
  }

  @Test func `two tenants with one voice number are an error that names both`() throws {
    try home.write(ConfigurationHome.tenantText(["active: false"]), to: "config/tenants/zweite.json5")
    let (loaded, faults) = home.load()
    #expect(loaded == nil)
    #expect(
      faults.map(\.description).first == """
        config/tenants/zweite.json5: voice_numbers: +41790000510 belongs to config/tenants/doerfler.json5 already; \
        a number can be one tenant's only
        """)
  }

  @Test func `two tenants with one website are warned of`() throws {
    for (id, number) in [("b", 1), ("c", 2)] {
      let entries = ["voice_numbers: ['+4179000002\(number)']", "website_domain: 'Both.example'"]
      try home.write(ConfigurationHome.tenantText(entries), to: "config/tenants/\(id).json5")
    }
    let (loaded, faults) = home.load()
    #expect(loaded != nil)
    #expect(faults.map(\.key) == ["website_domain"])
  }

  @Test func `one account with two tokens is an error`() throws {
    let sid = "AC" + String(repeating: "1", count: 32)
    for (id, token) in [("b", "t1"), ("c", "t2")] {
      let entries = [
        "voice_numbers: ['+4179000002\(token.suffix(1))']", "website_domain: '\(id).example'",
        "twilio: {account_sid: '\(sid)', auth_token: '\(token)'}",
      ]
      try home.write(ConfigurationHome.tenantText(entries), to: "config/tenants/\(id).json5")
    }
    #expect(home.load().1.map(\.key) == ["twilio.auth_token"])
  }

  @Test func `when no tenant is active the operator is warned`() throws {
    try home.write(ConfigurationHome.tenantText(["active: false"]), to: "config/tenants/doerfler.json5")
    let (loaded, faults) = home.load()
    #expect(loaded?.tenants.count == 1)
    #expect(faults.map(\.reason) == ["no tenant is active"])
  }

  @Test func `this machine's time zones are asked by default`() throws {
    try home.write(
      ConfigurationHome.tenantText(["timezone: 'Mars/Olympus'"]), to: "config/tenants/doerfler.json5")
    #expect(ConfigurationLoader(home: home.path).load().1.map(\.key) == ["timezone"])
  }
}
