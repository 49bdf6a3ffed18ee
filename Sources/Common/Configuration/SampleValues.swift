// SampleValues.swift - what stands in the sample files in place of a business's own numbers and addresses.
//
// They look real, so that one left in an active tenant would be dialled, or texted, or never reached at all.
// A test compares them with what SampleFiles shows.

enum SampleValues {
  static let numbers: Set<String> = ["+41790000001", "+41790000010", "+41790000011", "+41790000012"]
  static let domain = "example.ch"
  /// Of webhooks: no byte of it is secret.
  static let webhookSecret = "whsec_" + String(repeating: "A", count: 32)

  static func isSample(number: String) -> Bool { numbers.contains(number) }

  /// The domain itself or its `www`, with or without a port or the root's dot.
  static func isSample(host: String) -> Bool {
    var name = host.lowercased().prefix { $0 != ":" }
    if name.hasSuffix(".") { name = name.dropLast() }
    return name == domain || name == "www.\(domain)"
  }

  static func isSample(address: String) -> Bool {
    address.split(separator: "@").last.map { isSample(host: String($0)) } ?? false
  }
}
