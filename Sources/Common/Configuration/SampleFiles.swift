// SampleFiles.swift - the commented sample configuration that `opsfabric init` writes, made from the table of settings.
//
// Every key stands here. A setting that is switched off has `//` directly before it, without a space;
// `// ` begins an explanation. docs/settings.md shows the same texts.

import Business
import Settings

package enum SampleFiles {
  /// Paths relative to the home, with their texts. To be written with mode 0600.
  package static let all: [(path: String, text: String)] = [
    ("config/opsfabric.json5", installation), ("config/tenants/example.json5", tenant),
  ]

  /// `apply` asks for the three empty values.
  package static let installation = text(
    Installation.settings,
    """
    // opsfabric.json5 - what holds for all tenants.
    //
    // JSON5: comments, trailing commas and keys without quotes are allowed. A line that begins with //
    // and no space is a setting that is switched off; remove the // to use it.
    // This file holds secrets: chmod 600. After each change: opsfabric apply
    """)

  /// A whole, valid, switched-off tenant to copy.
  package static let tenant = text(
    // What switches it off comes first.
    Tenant.settings.filter { $0.key == "active" } + Tenant.settings.filter { $0.key != "active" },
    """
    // example.json5 - one business. Copy this file to ID.json5 (a-z, 0-9 and -), fill it in, set
    // active: true, then: opsfabric apply. ID is the customer_id of the reports.
    //
    // A line that begins with // and no space is a setting that is switched off.
    """)

  private static func text<Owner: SettingsOwner>(_ settings: [Setting<Owner>], _ heading: String) -> String {
    var entries: [SampleEntry] = []
    for setting in settings {
      let (section, name) = setting.path
      let entry = SampleEntry(setting, name)
      if section.isEmpty {
        entries.append(entry)
      } else if entries.last?.key == section {
        entries[entries.count - 1].inner.append(entry)
      } else {
        let comment = Owner.sections.first { $0.key == section }?.comment ?? ""
        let limited = comment.replacing("{limits}", with: setting.kind.limits)
        entries.append(SampleEntry(key: section, comment: limited, inner: [entry]))
      }
    }
    return ([heading, "{"] + SampleEntry.lines(entries, isOff: false) + ["}", ""]).joined(separator: "\n")
  }
}

/// A key of a sample: a setting, or a section with those in it.
private struct SampleEntry {
  /// A section that takes more stands on several lines.
  private static let width = 100

  let key: String
  let comment: String
  var value = ""
  var remark = ""
  private var isSwitchedOff = false
  var inner: [SampleEntry] = []

  init(key: String, comment: String, inner: [SampleEntry]) {
    self.key = key
    self.comment = comment
    self.inner = inner
  }

  init<Owner: SettingsOwner>(_ setting: Setting<Owner>, _ key: String) {
    self.key = key
    comment = setting.comment.replacing("{limits}", with: setting.kind.limits)
    remark = setting.remark
    switch setting.sample {
    case .standard: value = json5((try? setting.value(of: .blank)) ?? nil, setting.kind)
    case .shown(let text): value = text
    case .off(let text): (value, isSwitchedOff) = (text, true)
    }
  }

  private var isOff: Bool { inner.isEmpty ? isSwitchedOff : inner.allSatisfy(\.isOff) }

  /// With an empty line before what is explained or is a section, indented by one step.
  static func lines(_ entries: [SampleEntry], isOff: Bool) -> [String] {
    var lines: [String] = []
    for (index, entry) in entries.enumerated() {
      let isApart = !entry.comment.isEmpty || !entry.inner.isEmpty && !entry.isOff
      if index > 0, isApart, !isOff { lines.append("") }
      lines += entry.lines.map { $0.isEmpty ? "" : "  \($0)" }
    }
    return lines
  }

  private var lines: [String] {
    let explained = comment.split(separator: "\n").map { "// \($0)" }
    let off = isOff ? "//" : ""
    guard !inner.isEmpty else {
      let text = "\(key): \(value),\(remark.isEmpty ? "" : "  // \(remark)")"
      return explained + text.split(separator: "\n").map { off + $0 }
    }
    let line = "\(off)\(key): { \(inner.map { "\($0.key): \($0.value)" }.joined(separator: ", ")) },"
    if line.count <= Self.width, inner.allSatisfy({ $0.comment.isEmpty && $0.remark.isEmpty }) {
      return explained + [line]
    }
    return explained + ["\(off)\(key): {"] + Self.lines(inner, isOff: isOff) + ["\(off)},"]
  }
}

private func json5(_ value: SettingValue?, _ kind: SettingKind) -> String {
  switch (value, kind) {
  case (nil, _): "null"
  case (.flag(let flag), .onOff): flag ? "\"on\"" : "\"off\""
  case (.flag(let flag), _): "\(flag)"
  case (.whole(let minutes), .time): "\"\(Formats.clock(minutes))\""
  case (.whole(let number), _): "\(number)"
  case (.number(let number), _): plain(number)
  case (.text(let text), _): "\"\(text)\""
  case (.list(let words), _): "[\(words.map { "\"\($0)\"" }.joined(separator: ", "))]"
  }
}
