// HMAC.swift - RFC 2104 over SHA-1 and SHA-256, and the comparison that gives nothing away.

package func hmacSHA1(key: [UInt8], message: [UInt8]) -> [UInt8] {
  hmac(key: key, message: message, hash: sha1)
}

package func hmacSHA256(key: [UInt8], message: [UInt8]) -> [UInt8] {
  hmac(key: key, message: message, hash: sha256)
}

private func hmac(key: [UInt8], message: [UInt8], hash: ([UInt8]) -> [UInt8]) -> [UInt8] {
  var block = key.count > 64 ? hash(key) : key
  block.append(contentsOf: repeatElement(0, count: 64 - block.count))
  return hash(block.map { $0 ^ 0x5c } + hash(block.map { $0 ^ 0x36 } + message))
}

/// Compares in a time that depends on the lengths only.
package func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  var difference: UInt8 = 0
  for index in left.indices { difference |= left[index] ^ right[index] }
  return difference == 0
}
