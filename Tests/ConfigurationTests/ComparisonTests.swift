// ComparisonTests.swift - tenants beside each other, in every order of their IDs; and the sample's own values.

import Platform
import Testing

@testable import Configuration

@Suite struct ComparisonTests {
  /// A tenant that clashes with nobody, but for these entries.
  private static func tenant(_ number: Int, _ entries: [String] = []) -> String {
    let own = [
      "voice_numbers: ['+4179000060\(number)']", "website_domain: 'www.tenant\(number).example'",
      "forward_to: '+4143443521\(number)'",
      "notify: [{channel: 'sms', to: '+4179000061\(number)'}]",
    ]
    func key(_ entry: String) -> Substring { entry.prefix { $0 != ":" } }
    return ConfigurationHome.tenantText(
      own.filter { entry in !entries.contains { key($0) == key(entry) } } + entries)
  }

  /// What is found when three tenants with these entries have these IDs.
  private static func faults(
    ids: [String], _ entries: [[String]], installation: [String] = []
  ) throws -> (isWhole: Bool, faults: [ConfigurationFault]) {
    let home = try ConfigurationHome()
    try home.write(ConfigurationHome.installationText(installation), to: "config/opsfabric.json5")
    for (index, id) in ids.enumerated() {
      try home.write(tenant(index, entries[index]), to: "config/tenants/\(id).json5")
    }
    let (loaded, faults) = home.load()
    return (loaded != nil, faults)
  }

  static let orders = [
    ["a", "b", "c"], ["a", "c", "b"], ["b", "a", "c"], ["b", "c", "a"], ["c", "a", "b"], ["c", "b", "a"],
  ]

  @Test func `three tenants that share nothing have no faults`() throws {
    #expect(try Self.faults(ids: ["a", "b", "c"], [[], [], []]).faults == [])
  }

  @Test(arguments: orders)
  func `a number of any tenant is no telephone to ring and nobody to tell`(ids: [String]) throws {
    let sender = "sms_sender: '+41790000650'"
    for (entry, key) in [
      ("forward_to: '+41790000601'", "forward_to"), ("forward_to: '+41790000650'", "forward_to"),
      ("staff_numbers: ['+41790000601']", "staff_numbers"),
      ("staff_numbers: ['+41790000699', '+41790000650']", "staff_numbers"),
      ("notify: [{channel: 'sms', to: '+41790000601'}]", "notify"),
      ("notify: [{channel: 'email', to: 'a@b.example'}, {channel: 'sms', to: '+41790000650'}]", "notify"),
    ] {
      let (isWhole, faults) = try Self.faults(
        ids: ids, [[entry], [sender], []],
        installation: ["smtp: {url: 'smtps://mail.firma.example', from: 'a@firma.example'}"])
      #expect(isWhole)
      #expect(faults.map(\.key) == [key], "\(entry): \(faults)")
      #expect(faults.first?.file == "config/tenants/\(ids[0]).json5")
      #expect(faults.first?.reason.contains("a number of config/tenants/\(ids[1]).json5 at Twilio") == true)
      #expect(faults.first?.severity == .warning)
    }
  }

  @Test(arguments: orders) func `two that forward to each other are both told`(ids: [String]) throws {
    let (isWhole, faults) = try Self.faults(
      ids: ids, [["forward_to: '+41790000602'"], [], ["forward_to: '+41790000600'"]])
    #expect(isWhole)
    #expect(faults.map(\.key) == ["forward_to", "forward_to"])
    #expect(Set(faults.map(\.file)) == ["config/tenants/\(ids[0]).json5", "config/tenants/\(ids[2]).json5"])
  }

  @Test(arguments: orders)
  func `a number of two tenants is one error, inactive ones too`(ids: [String]) throws {
    let shared = "voice_numbers: ['+41790000640', '+41790000641']"
    let (isWhole, faults) = try Self.faults(
      ids: ids, [["voice_numbers: ['+41790000641']"], [], [shared, "active: false"]])
    #expect(!isWhole)
    #expect(faults.filter { $0.severity == .error }.map(\.key) == ["voice_numbers"])
    #expect(faults.first?.file == "config/tenants/\(max(ids[0], ids[2])).json5")
  }

  @Test func `the operator's own number is no tenant's`() throws {
    let (_, faults) = try Self.faults(
      ids: ["a", "b", "c"], [[], [], []], installation: ["alerts: {sms: ['+41790000602']}"])
    #expect(faults.map(\.key) == ["alerts.sms"])
    #expect(faults.first?.file == "config/opsfabric.json5")
  }

  @Test func `faults come in the order of the files`() throws {
    let (_, faults) = try Self.faults(
      ids: ["a", "b", "c"], [["forward_to: '+41790000602'"], ["ring_seconds: 1"], ["notify: []"]])
    #expect(
      faults.map(\.file) == [
        "config/tenants/a.json5", "config/tenants/b.json5", "config/tenants/c.json5",
      ])
  }

  // MARK: The sample's values

  @Test(arguments: [
    ("voice_numbers: ['+41790000010']", "voice_numbers"), ("forward_to: '+41790000011'", "forward_to"),
    ("sms_sender: '+41790000010'", "sms_sender"), ("callback_phone: '+41790000010'", "callback_phone"),
    ("staff_numbers: ['+41790000698', '+41790000012']", "staff_numbers"),
    ("notify: [{channel: 'sms', to: '+41790000012'}]", "notify"),
    ("website_domain: 'www.example.ch'", "website_domain"),
    ("website_domain: 'Example.ch:443'", "website_domain"),
  ])
  func `a value of the sample left in an active tenant is warned of`(entry: String, key: String) throws {
    let (isWhole, faults) = try Self.faults(ids: ["b", "a", "c"], [[entry], [], []])
    #expect(isWhole)
    #expect(faults.map(\.key) == [key], "\(faults)")
    #expect(faults.first?.reason.contains("is still the sample's") == true)
    #expect(try Self.faults(ids: ["b", "a", "c"], [[entry, "active: false"], [], []]).faults == [])
  }

  @Test func `addresses of the sample are warned of too`() throws {
    let smtp = "smtp: {url: 'smtps://mail.firma.example', from: 'a@firma.example'}"
    let (_, faults) = try Self.faults(
      ids: ["a", "b", "c"],
      [
        ["report_email: ['buchhaltung@example.ch']"], ["notify: [{channel: 'email', to: 'x@EXAMPLE.ch'}]"],
        [],
      ],
      installation: [smtp, "alerts: {email: ['betrieb@example.ch'], sms: ['+41790000001']}"])
    #expect(faults.map(\.key) == ["alerts.sms", "alerts.email", "report_email", "notify"])
  }

  @Test(arguments: [
    "www.example.com", "ruf.example.ch", "example.ch.firma.example", "myexample.ch", "example.chur",
  ])
  func `a name that only resembles the sample's is nobody's business`(host: String) {
    #expect(!SampleValues.isSample(host: host))
  }

  @Test func `every number and domain of the sample is known as such`() {
    var numbers: Set<String> = []
    for (_, text) in SampleFiles.all {
      for part in text.split(separator: "\"") where part.hasPrefix("+") { numbers.insert(String(part)) }
      for word in text.split(whereSeparator: { !($0.isLetter || $0.isNumber || ".-".contains($0)) })
      where word.hasSuffix(".ch") || word.contains("example.") && !word.hasSuffix("json5") {
        #expect(word.hasSuffix(SampleValues.domain), "\(word)")
      }
    }
    #expect(numbers == SampleValues.numbers)
  }

  @Test func `a program without encryption, or on a private network, needs the operator's word`() throws {
    let hook =
      "webhooks: [{url: 'http://10.0.0.5:5678/x', secret: 'whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY'}]"
    func faults(_ installation: [String]) throws -> [ConfigurationFault] {
      try Self.faults(ids: ["a", "b", "c"], [[hook], [], []], installation: installation).faults
    }
    #expect(try faults([]).map(\.key) == ["webhooks[0].url"])
    #expect(try faults(["trusted_hosts: ['10.0.0.6']"]).map(\.key) == ["webhooks[0].url"])
    for host in ["10.0.0.5", "10.0.0.5:5678"] { #expect(try faults(["trusted_hosts: ['\(host)']"]) == []) }
    #expect(try faults([hook]).map(\.key) == ["webhooks[0].url", "webhooks[0].url"])
    #expect(try faults(["trusted_hosts: ['http://10.0.0.5']"]).first?.key == "trusted_hosts[0]")
  }

  @Test func `a calendar without encryption needs the operator's word`() throws {
    func faults(_ installation: [String]) throws -> [ConfigurationFault] {
      try Self.faults(
        ids: ["a", "b", "c"], [["holidays: ['CH-ZH', 'ics:http://10.0.0.5/x.ics']"], [], []],
        installation: installation
      ).faults
    }
    let fault = try #require(try faults([]).first)
    #expect(fault.key == "holidays" && fault.severity == .error)
    #expect(try faults(["trusted_hosts: ['10.0.0.6']"]).map(\.key) == ["holidays"])
    #expect(try faults(["trusted_hosts: ['10.0.0.5']"]) == [])
  }
}
