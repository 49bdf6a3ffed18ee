// KnownTenants.swift - a word of the call that must be one of those we know: a tenant's ID, a command, an option.

import Books
import Business
import Configuration
import Settings
import Store

extension SettingsReader {
  /// A configured tenant by its ID, or an error that names the nearest.
  func known(_ id: String) throws -> Tenant {
    guard let tenant = try tenant(id: id) else {
      throw unknownTenant(id, among: try tenants().map(\.id))
    }
    return tenant
  }

  /// An ID that is configured or has left calls or messages: what was removed can still be listed.
  func knownEver(_ id: String, store: Store) throws -> String {
    let ids = try BookTenant.all(store: store, settings: self).map(\.id)
    guard ids.contains(id) else { throw unknownTenant(id, among: ids) }
    return id
  }
}

/// One line: the nearest ID, or all of them where they are few.
func unknownTenant(_ id: String, among known: [String]) -> CommandError {
  let shown = short(id)
  let hint =
    if let near = Suggestion.text(for: shown, among: known) {
      near
    } else if known.isEmpty {
      "none is configured"
    } else if known.count <= 8 {
      "there is " + known.joined(separator: ", ")
    } else {
      "`opsfabric apply` lists them"
    }
  return CommandError("there is no tenant '\(shown)'; \(hint)", exitCode: .usage)
}

/// `; did you mean "calls"?`, or nothing.
func hint(for word: String, among known: [String]) -> String {
  Suggestion.text(for: short(word), among: known).map { "; \($0)" } ?? ""
}

/// What was typed, fit for one line of a terminal.
func short(_ word: String) -> String {
  var text = ""
  for scalar in word.unicodeScalars.prefix(64) {
    let isControl = scalar.value < 32 || 127..<160 ~= scalar.value || 0x2028...0x2029 ~= scalar.value
    text.unicodeScalars.append(isControl ? "?" : scalar)
  }
  return word.unicodeScalars.count > 64 ? text + "…" : text
}
