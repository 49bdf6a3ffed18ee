// Fixture.swift - a stand-in of its own for each test, with a clock that the test moves.

import Foundation
import LocalTime
import StandIn

/// Account, two numbers (one for messages, one for calls only) and a folder that goes with the fixture.
final class Fixture {
  static let account = "AC00000000000000000000000000000001"
  static let token = "12345"
  static let sender = "+41798070000"
  static let landline = "+41435550100"
  static let caller = "+41791234567"

  private let folder: String
  private let clock: Clock
  let standIn: StandIn

  var now: Timestamp {
    get { clock.now }
    set { clock.now = newValue }
  }

  private final class Clock { var now = Timestamp(iso8601: "2026-02-10T08:15:30Z") ?? Timestamp(seconds: 0) }

  init() throws {
    folder = NSTemporaryDirectory() + "/standin-" + UUID().uuidString
    let clock = Clock()
    self.clock = clock
    standIn = try StandIn(directory: folder, now: { clock.now })
    try standIn.addAccount(sid: Fixture.account, token: Fixture.token)
    try standIn.addNumber(Fixture.sender, account: Fixture.account)
    try standIn.addNumber(Fixture.landline, account: Fixture.account, sms: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  static let root = "/2010-04-01/Accounts/\(account)"

  /// An authorized request; `path` starts below the account unless it begins with `/v2/` or `/2010`.
  func ask(
    _ method: String, _ path: String, query: String = "", form: Parameters = [],
    password: String = Fixture.token
  ) -> StandIn.Reply {
    let credentials = Data("\(Fixture.account):\(password)".utf8).base64EncodedString()
    return standIn.handle(
      StandIn.Request(
        method: method, path: path.hasPrefix("/v2/") || path.hasPrefix("/2010") ? path : Fixture.root + path,
        query: query, headers: ["authorization": "Basic " + credentials],
        body: Array(FormCoding.encode(form).utf8)))
  }

  /// Sends a message that is accepted, unless `extra` says otherwise.
  func send(_ extra: Parameters = [], to: String = Fixture.caller, body: String = "Hallo") -> StandIn.Reply {
    ask(
      "POST", "/Messages.json",
      form: [("To", to), ("From", Fixture.sender), ("Body", body)].filter { pair in
        !extra.contains { $0.0 == pair.0 }
      } + extra)
  }
}

extension StandIn.Reply {
  /// The body as a JSON object; empty when it is none.
  var object: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:] }

  func text(_ key: String) -> String? { object[key] as? String }
  func integer(_ key: String) -> Int? { object[key] as? Int }
  func isNull(_ key: String) -> Bool { object[key] is NSNull }
  func list(_ key: String) -> [[String: Any]] { object[key] as? [[String: Any]] ?? [] }
}

/// The first value of a name.
func value(_ name: String, in parameters: Parameters) -> String? { parameters.first { $0.0 == name }?.1 }
