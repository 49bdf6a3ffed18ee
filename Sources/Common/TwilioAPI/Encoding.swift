// Encoding.swift - form bodies and queries.

import CGI

/// `name=value&name=value`. Names are encoded too: Twilio's filter `DateSent>` is `DateSent%3E`.
func formEncoded(_ fields: [(name: String, value: String)]) -> String {
  fields.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }.joined(separator: "&")
}
