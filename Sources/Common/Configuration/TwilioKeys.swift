// TwilioKeys.swift - the keys that stand beside the account's token.

import Business
import Settings

struct TwilioKeys {
  let reader: ObjectReader

  /// As the settings file keeps it.
  func apiKey(_ key: String) -> String? {
    let expected = #"write {sid: "SK…", secret: "…"}, as Twilio showed it when the key was made"#
    guard let object = reader.object(key, expected) else { return nil }
    defer { object.finish() }
    let sid = object.string("sid", expected, required: true)
    if let sid, !Formats.isSid(sid, "SK") {
      // Not shown: it may be the secret, written in the wrong place.
      object.fault("sid", "is no SID of an API key", "write SK and 32 hexadecimal digits")
      return nil
    }
    guard let sid, let secret = secret(object, expected) else { return nil }
    return SettingsText.keys([.init(id: sid, secret: Secret(secret))])
  }

  func webhookKeys(_ key: String) -> String? {
    let expected = #"write {id: "webhooks_sharedkey_…", secret: "…"}"#
    guard let elements = reader.list(key, of: "keys such as {id, secret}") else { return nil }
    var keys: [Installation.Key] = []
    for (key, value) in elements {
      guard let object = reader.object(value, at: key, expected) else { continue }
      defer { object.finish() }
      guard let id = object.string("id", expected, required: true), let secret = secret(object, expected)
      else {
        continue
      }
      if id.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: ",") }) {
        object.fault("id", "is no id of a key", expected)
      } else if keys.contains(where: { $0.id == id }) {
        object.fault("id", "stands there twice", "keep the one that Twilio shows")
      } else {
        keys.append(.init(id: id, secret: Secret(secret)))
      }
    }
    return SettingsText.keys(keys)
  }

  /// Without spaces: none has one, and the settings file keeps it between two.
  private func secret(_ object: ObjectReader, _ expected: String) -> String? {
    guard let secret = object.secret("secret", expected, atLeast: 8, required: true) else { return nil }
    guard !secret.utf8.contains(where: { $0 <= 0x20 }) else {
      object.fault("secret", "has a space in it", "copy it again")
      return nil
    }
    return secret
  }
}
