// TZifReader.swift - parses the bytes of a zone file (RFC 8536, versions 1 to 4).
//
// Every read is checked against the end of the bytes: a damaged file gives a TimeZoneError, never a trap.
// Abbreviations, the standard/wall and the UT/local indicators are stepped over: nothing here needs them.

enum TZifReader {
  /// The counts of one header, in the order of the file.
  private struct Header {
    let version: UInt8
    let indicatorsUT: Int
    let indicatorsStandard: Int
    let leapSeconds: Int
    let transitions: Int
    let types: Int
    let abbreviationBytes: Int

    /// Length of the data block that follows; `timeSize` is 4 in the first block, 8 in the second.
    func blockLength(timeSize: Int) -> Int {
      transitions * (timeSize + 1) + types * 6 + abbreviationBytes + leapSeconds * (timeSize + 4)
        + indicatorsStandard + indicatorsUT
    }
  }

  static func read(_ bytes: [UInt8]) throws(TimeZoneError) -> TimeZoneRules {
    var input = ByteReader(bytes)
    let first = try header(&input)
    guard first.version >= 2 else { return try block(&input, first, timeSize: 4, hasFooter: false) }
    try input.skip(first.blockLength(timeSize: 4))
    return try block(&input, try header(&input), timeSize: 8, hasFooter: true)
  }

  private static func header(_ input: inout ByteReader) throws(TimeZoneError) -> Header {
    let magic = try input.integer(size: 4)
    guard magic == 0x545A_6966 else { throw .notTZif }  // "TZif"
    let version: UInt8
    switch try input.byte() {
    case 0: version = 1
    case let digit where 0x32...0x39 ~= digit: version = digit - 0x30  // newer ones stay readable
    default: throw .notTZif
    }
    try input.skip(15)
    var counts: [Int] = []
    for _ in 0..<6 { counts.append(Int(try input.integer(size: 4)) & 0xFFFF_FFFF) }
    let header = Header(
      version: version, indicatorsUT: counts[0], indicatorsStandard: counts[1], leapSeconds: counts[2],
      transitions: counts[3], types: counts[4], abbreviationBytes: counts[5])
    guard header.types > 0 else { throw .invalid("no local time type") }
    return header
  }

  private static func block(
    _ input: inout ByteReader, _ header: Header, timeSize: Int, hasFooter: Bool
  ) throws(TimeZoneError) -> TimeZoneRules {
    // Checked first, so that absurd counts are refused before anything is allocated for them.
    guard input.remaining >= header.blockLength(timeSize: timeSize) else { throw .truncated }
    // Files with leap seconds ("right/...") count another time than the product's clock does.
    guard header.leapSeconds == 0 else { throw .invalid("counts leap seconds") }
    var times: [Int64] = []
    times.reserveCapacity(header.transitions)
    for _ in 0..<header.transitions {
      let time = try input.integer(size: timeSize)
      if let last = times.last, last >= time { throw .invalid("transitions out of order") }
      times.append(time)
    }
    var typeOfTransition: [Int] = []
    typeOfTransition.reserveCapacity(header.transitions)
    for _ in 0..<header.transitions {
      let type = Int(try input.byte())
      guard type < header.types else { throw .invalid("unknown local time type") }
      typeOfTransition.append(type)
    }
    var typeOffsets: [Int] = []
    for _ in 0..<header.types {
      let offset = Int(try input.integer(size: 4))
      guard -89_999...93_599 ~= offset else { throw .invalid("offset out of range") }
      typeOffsets.append(offset)
      try input.skip(2)
    }
    try input.skip(header.abbreviationBytes + header.indicatorsStandard + header.indicatorsUT)
    return TimeZoneRules(
      transitions: times, offsets: typeOfTransition.map { typeOffsets[$0] }, firstOffset: typeOffsets[0],
      footer: hasFooter ? try footer(&input) : nil)
  }

  /// The POSIX TZ string between two line feeds; nil where it is empty.
  private static func footer(_ input: inout ByteReader) throws(TimeZoneError) -> POSIXZone? {
    guard try input.byte() == 0x0A else { throw .badFooter }
    var text: [UInt8] = []
    while true {
      let byte = try input.byte()
      if byte == 0x0A { break }
      text.append(byte)
    }
    if text.isEmpty { return nil }
    guard let zone = POSIXZone(text) else { throw .badFooter }
    return zone
  }
}

/// Reads big-endian fields; every read past the end throws.
private struct ByteReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var remaining: Int { bytes.count - position }

  mutating func byte() throws(TimeZoneError) -> UInt8 {
    guard remaining > 0 else { throw .truncated }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func skip(_ count: Int) throws(TimeZoneError) {
    guard remaining >= count else { throw .truncated }
    position += count
  }

  /// A signed integer of 4 or 8 bytes.
  mutating func integer(size: Int) throws(TimeZoneError) -> Int64 {
    guard remaining >= size else { throw .truncated }
    var value: UInt64 = 0
    for byte in bytes[position..<(position + size)] { value = value << 8 | UInt64(byte) }
    position += size
    return size == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
  }
}
