// DeskForm.swift - a form of the desk's pages, as it stands there.

import StandIn

enum DeskForm {
  /// What the form with this button sends; nil where the page has none.
  static func body(with button: String, in page: String) -> [UInt8]? {
    let forms = page.split(separator: "<form ")
    guard let form = forms.first(where: { $0.contains("name=\"do\" value=\"\(button)\"") }) else {
      return nil
    }
    let fields = form.split(separator: "name=\"").dropFirst().map { field in
      let parts = field.split(separator: "\"", maxSplits: 3, omittingEmptySubsequences: false)
      return (String(parts[0]), parts.count > 2 && parts[1] == " value=" ? String(parts[2]) : "")
    }
    return Array(FormCoding.encode(fields).utf8)
  }
}
