// PeopleToTell.swift - who is told of requests, from one line as a person types it.

import Business
import Configuration

/// `Petra 079 123 45 67, chef@example.ch` as entries of `notify`.
struct PeopleToTell {
  struct Entry: Hashable {
    var channel: Channel
    /// E.164, or a mail address.
    var to: String
    var name: String?
  }

  private(set) var entries: [Entry] = []

  /// - Parameter country: of numbers without a prefix.
  init(_ line: String, country: String) throws(Fault) {
    for item in line.split(whereSeparator: { ",;\n".contains($0) }).map({ String($0).trimmed })
    where !item.isEmpty {
      entries.append(try PeopleToTell.entry(item, country: country))
    }
    if entries.isEmpty { throw Fault(reason: "nobody is named") }
  }

  struct Fault: Error, Hashable { var reason: String }

  private static func entry(_ item: String, country: String) throws(Fault) -> Entry {
    if item.contains("@") {
      let words = item.split(separator: " ")
      let address = words.last.map { String($0.filter { !"<>".contains($0) }) } ?? ""
      return Entry(channel: .email, to: address, name: name(words.dropLast().joined(separator: " ")))
    }
    // The number begins with the first digit; what stands before is a name.
    guard let start = item.firstIndex(where: { $0 == "+" || $0.isNumber || $0 == "(" }) else {
      throw Fault(reason: "'\(item)' is neither a number nor a mail address")
    }
    guard let number = PhoneNumber(userTyped: String(item[start...]), defaultCountry: country) else {
      throw Fault(reason: "'\(item[start...])' is no telephone number; write it like +41791234567")
    }
    return Entry(channel: .sms, to: number.e164, name: name(String(item[..<start])))
  }

  private static func name(_ text: String) -> String? {
    let name = String(text.trimmed.filter { !":\"".contains($0) }).trimmed
    return name.isEmpty ? nil : name
  }

  /// As the setting has it: told of everything, always, in the order of the line.
  var setting: ConfigurationText.Value {
    .list(
      entries.enumerated().map { index, entry in
        .object(
          [
            .init("channel", .text(entry.channel.rawValue)), .init("to", .text(entry.to)),
            .init("on", .list([.text("new"), .text("urgent"), .text("escalation")])),
            .init("when", .text("always")), .init("order", .whole(index + 1)),
          ] + (entry.name.map { [.init("name", .text($0))] } ?? []))
      })
  }
}
