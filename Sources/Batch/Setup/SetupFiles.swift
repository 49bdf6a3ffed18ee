// SetupFiles.swift - the configuration's files as setup changes them: an answer is tried in a copy of the whole
// configuration first, by the same checks as `opsfabric apply`, and is written at once when it holds.

import Configuration
import Glibc
import Platform

struct SetupFiles {
  let home: Home
  let zoneExists: (String) -> Bool

  static let installation = "config/opsfabric.json5"
  static func tenant(_ id: String) -> String { "config/tenants/\(id).json5" }

  /// The businesses there are, and then those whose answers are not complete; the sample is none.
  func tenants() throws -> (whole: [String], begun: [String]) {
    guard Files.exists(home.tenants) else { return ([], []) }
    let names = try Files.list(home.tenants).filter { $0.hasSuffix(".json5") }.map {
      $0.dropLast(".json5".count)
    }
    return (
      names.filter { !$0.hasPrefix(".") && $0 != "example" }.map(String.init).sorted(),
      names.filter { $0.hasPrefix(".") }.map { String($0.dropFirst()) }.sorted()
    )
  }

  /// A business whose answers are not complete lies in a hidden file, which `apply` does not read: it holds up nobody.
  private func path(of file: String) -> String {
    let path = "\(home.path)/\(file)"
    guard file != Self.installation, !Files.exists(path), let slash = path.lastIndex(of: "/") else {
      return path
    }
    return "\(path[...slash]).\(path[path.index(after: slash)...])"
  }

  /// All is answered: the business is one of those that `apply` takes over. Its first fault, if it has one.
  func complete(_ file: String) throws -> String? {
    var text = try text(of: file)
    text.set("active", to: .flag(true))
    let faults = try faults(with: text, in: file).filter { $0.severity == .error && $0.file == file }
    if let fault = faults.first { return "\(fault)" }
    let (begun, whole) = (path(of: file), "\(home.path)/\(file)")
    try Files.writeAtomically(Array(text.text.utf8), to: whole)
    if begun != whole { try Files.remove(begun) }
    return nil
  }

  /// A file's text; of one that is not there the sample's.
  func text(of file: String) throws -> ConfigurationText {
    let path = path(of: file)
    guard Files.exists(path) else {
      let sample = file == Self.installation ? SampleFiles.installation : SampleFiles.tenant
      guard let text = ConfigurationText(sample) else { throw SetupStop.failed("the sample is broken") }
      return text
    }
    guard let text = ConfigurationText(String(decoding: try Files.read(path), as: UTF8.self)) else {
      throw SetupStop.failed(
        "\(file) cannot be read as it is: `opsfabric apply --check` says where; mend it first")
    }
    return text
  }

  /// What a person wrote there: what the sample says is nobody's answer.
  func answered(_ key: String, in file: String) throws -> String? {
    let sample = file == Self.installation ? SampleFiles.installation : SampleFiles.tenant
    guard let text = try text(of: file).text(at: key), !text.isEmpty else { return nil }
    return text == ConfigurationText(sample)?.text(at: key) ? nil : text
  }

  func answers(_ key: String, member: String? = nil, in file: String) throws -> [String] {
    let texts = try text(of: file).texts(at: key, member: member)
    return texts == ConfigurationText(SampleFiles.tenant)?.texts(at: key, member: member) ? [] : texts
  }

  /// Writes the values where no check finds fault with these keys; else says what is wrong, and nothing is written.
  func take(_ values: [(key: String, value: ConfigurationText.Value)], in file: String) throws -> String? {
    var text = try text(of: file)
    for (key, value) in values { text.set(key, to: value) }
    let keys = values.map(\.key)
    let faults = try faults(with: text, in: file).filter { fault in
      fault.severity == .error && fault.file == file
        && keys.contains { fault.key == $0 || fault.key.hasPrefix($0 + "[") || fault.key.hasPrefix($0 + ".") }
    }
    guard let fault = faults.first else {
      try Files.makeFolder(home.config)
      try Files.makeFolder(home.tenants)
      try Files.writeAtomically(Array(text.text.utf8), to: path(of: file))
      return nil
    }
    return fault.expected.isEmpty ? fault.reason : "\(fault.reason); \(fault.expected)"
  }

  /// Of the whole configuration, were one of its files like this.
  private func faults(with text: ConfigurationText, in file: String) throws -> [ConfigurationFault] {
    let draft = Home("\(home.path)/.setup-draft")
    remove(draft)
    defer { remove(draft) }
    for folder in [draft.path, draft.config, draft.tenants] { try Files.makeFolder(folder) }
    var texts: [String: [UInt8]] = [:]
    for name in try [Self.installation] + tenants().whole.map(Self.tenant)
    where Files.exists("\(home.path)/\(name)") {
      texts[name] = try Files.read("\(home.path)/\(name)")
    }
    texts[file] = Array(text.text.utf8)
    for (name, bytes) in texts { try Files.writeAtomically(bytes, to: "\(draft.path)/\(name)") }
    return ConfigurationLoader(folder: draft.config, zoneExists: zoneExists).load().1
  }

  /// It holds the token: nothing of it stays, also of one that was killed.
  private func remove(_ draft: Home) {
    for folder in [draft.tenants, draft.config, draft.path] {
      for name in (try? Files.list(folder)) ?? [] where !Files.isFolder("\(folder)/\(name)") {
        try? Files.remove("\(folder)/\(name)")
      }
      rmdir(folder)
    }
  }
}
