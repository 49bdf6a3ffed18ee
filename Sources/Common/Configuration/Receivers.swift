// Receivers.swift - other programs that are told of what happens: `webhooks`, in a tenant's file and in the operator's.

import Business
import Crypto

struct Receivers {
  let reader: ObjectReader

  private static let expected = "write {url: \"https://…\", secret: \"whsec_…\", on: [\"ticket.created\"]}"
  private static let secretExpected =
    "write whsec_ and base64 of 24 to 64 random bytes: `echo whsec_$(openssl rand -base64 32)` makes one"

  func receivers(_ key: String) -> [WebhookReceiver]? {
    var addresses: Set<String> = []
    return reader.list(key, of: "receivers such as {url, secret, on}")?.compactMap { key, value in
      guard let object = reader.object(value, at: key, Receivers.expected), let one = receiver(object) else {
        return nil
      }
      if !addresses.insert(one.url).inserted { object.fault("url", "stands twice in the list", "remove one") }
      return one
    }
  }

  private func receiver(_ object: ObjectReader) -> WebhookReceiver? {
    let url = self.url(object)
    let secret = self.secret(object, "secret", required: true)
    let other = self.secret(object, "secret_2", required: false)
    let events = self.events(object)
    let isThin = object.boolean("thin") ?? false
    let header = self.header(object)
    object.finish()
    guard let url, let secret else { return nil }
    return WebhookReceiver(
      url: url, secret: secret, secret2: other, on: events, isThin: isThin, header: header)
  }

  /// Whether it may be without encryption says the operator's file.
  private func url(_ object: ObjectReader) -> String? {
    let expected = "write the whole address, such as \"https://example.ch/hook\""
    guard let text = object.string("url", expected, required: true) else { return nil }
    switch Formats.url(text, schemes: ["https", "http"]) {
    case .failure(let wrong):
      object.fault("url", wrong.reason, expected)
      return nil
    case .success(let url):
      if text.contains("#") {
        object.fault("url", "holds a fragment", "\(expected), without #")
        return nil
      }
      return url.scheme + text.dropFirst(url.scheme.utf8.count)
    }
  }

  private func secret(_ object: ObjectReader, _ key: String, required isRequired: Bool) -> Secret? {
    guard let text = object.secret(key, Receivers.secretExpected, atLeast: 0, required: isRequired) else {
      return nil
    }
    if text == SampleValues.webhookSecret {
      object.fault(key, "is still the sample's, which everybody knows", Receivers.secretExpected, .warning)
    }
    if WebhookSecret(text) != nil { return Secret(text) }
    object.fault(key, "is no secret of Standard Webhooks", Receivers.secretExpected)
    return nil
  }

  /// What a request says itself is not said twice.
  private static let ownHeaders = [
    "content-", "host", "connection", "transfer-encoding", "expect", "webhook-",
  ]

  private func header(_ object: ObjectReader) -> Secret? {
    let expected = "write one header, such as \"Authorization: Bearer …\""
    guard let text = object.secret("header", expected, atLeast: 0, required: false) else { return nil }
    let name = text.prefix { $0 != ":" }.lowercased()
    let value = text.dropFirst(name.count + 1)
    if name.isEmpty || !name.utf8.allSatisfy({ Formats.isAlphanumeric($0) || $0 == UInt8(ascii: "-") })
      || !value.hasPrefix(" ") || value.allSatisfy({ $0 == " " })
      || !value.utf8.allSatisfy({ 0x20...0x7E ~= $0 && $0 != UInt8(ascii: ">") })
    {
      object.fault("header", "is no header", expected)
    } else if Self.ownHeaders.contains(where: name.hasPrefix) {
      object.fault("header", "is one that every webhook has", expected)
    } else {
      return Secret(text)
    }
    return nil
  }

  private func events(_ object: ObjectReader) -> [WebhookEvent] {
    guard object.has("on") else { return WebhookEvent.allCases }
    let names = WebhookEvent.allCases.map(\.rawValue).joined(separator: ", ")
    guard let elements = object.list("on", of: names, single: true) else { return [] }
    if elements.isEmpty {
      object.fault("on", "is empty: nothing would ever be told", "write one or more of: \(names)")
    }
    var events: [WebhookEvent] = []
    for (key, value) in elements {
      let event: WebhookEvent? = object.choice(value, at: key)
      if let event, !events.contains(event) { events.append(event) }
    }
    return events
  }
}
