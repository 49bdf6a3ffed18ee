// HEICProperties.swift - what a HEIC file's boxes of properties, names and relations keep (ISO/IEC 23008-12).
//
// A property is named by its place in the row, so none may go: one that is not needed for showing the picture
// (`udes` with title and tags, `crtt` and `mdft` with times, `uuid`, a camera's position) becomes an empty `free`.

struct HEICProperties {
  /// With the most bytes of content that each can hold.
  private static let kept: [String: Int] = [
    // How the pieces are coded.
    "hvcC": .max, "lhvC": .max, "avcC": .max, "av1C": .max, "vvcC": .max, "jpgC": .max, "uncC": .max,
    "cmpd": .max, "cmpC": .max, "oinf": .max, "tols": 6, "lsel": 2, "a1op": 1, "a1lx": 13, "mskC": 5,
    // How they are put together and turned.
    "ispe": 12, "irot": 1, "imir": 1, "clap": 32, "pasp": 8, "rloc": 12, "iscl": 12, "rref": .max,
    "auxC": .max,
    // Colours.
    "pixi": 260, "clli": 4, "mdcv": 24, "amve": 8, "ndwt": 8,
  ]

  let file: PhotoFile

  /// The box `iprp`: properties, and which item has which.
  func clean(_ box: ISOBox) throws(PhotoFault) {
    try file.forEachBox(from: box.content, to: box.end) { (part) throws(PhotoFault) in
      switch part.type {
      case "ipco":
        try file.forEachBox(from: part.content, to: part.end) { (property) throws(PhotoFault) in
          try cleanProperty(property)
        }
      case "ipma": try file.trim(part, to: try associations(part))
      default: try file.free(part)
      }
    }
  }

  private func cleanProperty(_ property: ISOBox) throws(PhotoFault) {
    if let longest = HEICProperties.kept[property.type] { return try file.trim(property, to: longest) }
    guard property.type == "colr" else { return try file.free(property) }
    switch String(decoding: try file.read(at: property.content, 4), as: UTF8.self) {
    case "nclx": try file.trim(property, to: 11)
    case "prof", "rICC": break
    default: try file.free(property)
    }
  }

  /// The length of the content that says which item has which properties.
  private func associations(_ box: ISOBox) throws(PhotoFault) -> Int {
    var reader = try file.reader(of: box)
    let version = try reader.number(1)
    let isWide = try reader.number(3) & 1 == 1
    for _ in 0..<(try reader.number(4)) {
      try reader.skip(version < 1 ? 2 : 4)
      try reader.skip(try reader.number(1) * (isWide ? 2 : 1))
    }
    return reader.position
  }

  /// The box `iref`: which item belongs to which.
  func cleanReferences(_ box: ISOBox) throws(PhotoFault) {
    let idLength = try file.read(at: box.content, 1) == [0] ? 2 : 4
    try file.forEachBox(from: box.content + 4, to: box.end) { (reference) throws(PhotoFault) in
      var reader = try file.reader(of: reference)
      try reader.skip(idLength)
      let count = try reader.number(2)
      try reader.skip(count * idLength)
      try file.trim(reference, to: reader.position)
    }
  }

  /// The box `grpl`: of the groups, those that say which of several pictures is shown.
  func cleanGroups(_ box: ISOBox) throws(PhotoFault) {
    try file.forEachBox(from: box.content, to: box.end) { (group) throws(PhotoFault) in
      guard ["altr", "ster"].contains(group.type) else { return try file.free(group) }
      var reader = try file.reader(of: group)
      try reader.skip(8)
      let count = try reader.number(4)
      try reader.skip(count * 4)
      try file.trim(group, to: reader.position)
    }
  }

  /// The box `iinf`: types by item number, of the picture's pieces and all others; their names go. An item named
  /// twice counts as no picture.
  func cleanItems(_ box: ISOBox) throws(PhotoFault) -> [Int: String] {
    var reader = BigEndianReader(try file.read(at: box.content, 8))
    let version = try reader.number(1)
    try reader.skip(3)
    var left = try reader.number(version == 0 ? 2 : 4)
    var types: [Int: String] = [:]
    try file.forEachBox(from: box.content + reader.position, to: box.end) { (entry) throws(PhotoFault) in
      guard left > 0 else { return try file.free(entry) }
      left -= 1
      guard entry.type == "infe" else { throw .brokenImage }
      var reader = BigEndianReader(try file.read(at: entry.content, min(entry.end - entry.content, 14)))
      let version = try reader.number(1)
      try reader.skip(3)
      let item = try reader.number(version == 3 ? 4 : 2)
      try reader.skip(2)
      // Older entries have no type; they are never pictures.
      let type = version >= 2 ? try reader.text(4) : ""
      types[item] = types[item] == nil ? type : ""
      try file.trim(entry, to: reader.position)
    }
    guard left == 0 else { throw .brokenImage }
    return types
  }
}
