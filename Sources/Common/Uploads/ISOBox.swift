// ISOBox.swift - boxes (ISO/IEC 14496-12) of a file on disk: found, emptied, cut to what is known of them.

/// Positions in the file.
struct ISOBox {
  let type: String
  let start: Int
  /// Behind size and type.
  let content: Int
  let end: Int
}

extension PhotoFile {
  /// Nil when there is no sound box.
  func box(at offset: Int) throws(PhotoFault) -> ISOBox? {
    let head = try read(at: offset, 16)
    guard head.count >= 8 else { return nil }
    let type = String(decoding: head[4..<8], as: UTF8.self)
    var size = bigEndian(head[..<4]) ?? 0
    var content = 8
    if size == 1 {
      guard head.count == 16, let long = bigEndian(head[8...]) else { return nil }
      size = long
      content = 16
    } else if size == 0 {
      size = self.size - offset
    }
    guard size >= content, size <= self.size - offset else { return nil }
    return ISOBox(type: type, start: offset, content: offset + content, end: offset + size)
  }

  /// Calls `body` for each box of a row that ends where it says; throws when it does not.
  func forEachBox(
    from start: Int, to end: Int, _ body: (ISOBox) throws(PhotoFault) -> Void
  ) throws(PhotoFault) {
    var offset = start
    while offset < end {
      guard let box = try box(at: offset), box.end <= end else { throw .brokenImage }
      try body(box)
      offset = box.end
    }
  }

  func reader(of box: ISOBox) throws(PhotoFault) -> BigEndianReader {
    BigEndianReader(try read(at: box.content, box.end - box.content))
  }

  /// An empty `free` of the same size: nothing moves.
  func free(_ box: ISOBox) throws(PhotoFault) {
    try replace(at: box.start + 4, Array("free".utf8))
    try zero(box.content..<box.end)
  }

  /// Keeps so many bytes of the content.
  func trim(_ box: ISOBox, to length: Int) throws(PhotoFault) {
    guard length < box.end - box.content else { return }
    try zero((box.content + length)..<box.end)
  }

  func zero(_ range: Range<Int>) throws(PhotoFault) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let count = min(range.upperBound - offset, 64 << 10)
      try replace(at: offset, [UInt8](repeating: 0, count: count))
      offset += count
    }
  }

  /// - Parameter kept: in order of their beginnings.
  func zero(_ range: Range<Int>, except kept: [Range<Int>]) throws(PhotoFault) {
    var offset = range.lowerBound
    for piece in kept where piece.upperBound > offset {
      guard piece.lowerBound < range.upperBound else { break }
      if piece.lowerBound > offset { try zero(offset..<piece.lowerBound) }
      offset = piece.upperBound
    }
    if offset < range.upperBound { try zero(offset..<range.upperBound) }
  }
}
