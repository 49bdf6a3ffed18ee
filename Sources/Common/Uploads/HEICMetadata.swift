// HEICMetadata.swift - blanks the metadata of a HEIC file (ISO/IEC 23008-12) where they stand.
//
// Positions in the file point at the picture's pieces, so nothing may move: metadata are overwritten with
// zeros. Items that are not pictures (Exif, XMP, unknown ones) are blanked through `iloc`; boxes that are not
// needed for a still picture (films of live photos, makers' own) become `free` and empty; what stands behind
// the last box is cut off. How the photo is turned is a property of the picture, not of Exif, and stays.

struct HEICMetadata {
  private let file: PhotoFile
  /// Honest ones hold tens of bytes per item.
  private static let metaLimit = 256 << 10
  private static let boxLimit = 256
  private static let pictureTypes: Set<String> = [
    "hvc1", "hev1", "lhv1", "avc1", "av01", "unci", "grid", "iovl", "iden", "tmap", "mski",
  ]
  private static let keptMetaBoxes: Set<String> = [
    "hdlr", "pitm", "iinf", "iloc", "iprp", "iref", "idat", "dinf", "grpl",
  ]

  /// - Parameter file: whole, and flushed.
  init(_ file: PhotoFile) { self.file = file }

  /// - Throws: brokenImage when the boxes do not say where everything is.
  func blank() throws(PhotoFault) {
    var meta: Box?
    var fileType = 0
    var hasData = false
    var offset = 0
    var count = 0
    while offset < file.size {
      count += 1
      guard let box = try box(at: offset), count <= HEICMetadata.boxLimit else {
        guard meta != nil, hasData else { throw .brokenImage }
        try file.truncate(to: offset)
        break
      }
      switch box.type {
      case "ftyp": fileType = box.end
      case "mdat": hasData = true
      case "meta":
        guard meta == nil else { throw .brokenImage }
        meta = box
      default: try free(box)
      }
      offset = box.end
    }
    guard let meta, meta.end - meta.content <= HEICMetadata.metaLimit else { throw .brokenImage }
    try blankItems(meta, behind: fileType)
  }

  // MARK: boxes

  /// Positions in the file.
  private struct Box {
    let type: String
    let start: Int
    let content: Int
    let end: Int
  }

  /// Nil when there is no sound box.
  private func box(at offset: Int) throws(PhotoFault) -> Box? {
    let head = try file.read(at: offset, 16)
    guard head.count >= 8 else { return nil }
    let type = String(decoding: head[4..<8], as: UTF8.self)
    var size = bigEndian(head[..<4]) ?? 0
    var content = 8
    if size == 1 {
      guard head.count == 16, let long = bigEndian(head[8...]) else { return nil }
      size = long
      content = 16
    } else if size == 0 {
      size = file.size - offset
    }
    guard size >= content, size <= file.size - offset else { return nil }
    return Box(type: type, start: offset, content: offset + content, end: offset + size)
  }

  private func free(_ box: Box) throws(PhotoFault) {
    try file.replace(at: box.start + 4, Array("free".utf8))
    try zero(box.content, box.end - box.content)
  }

  private func zero(_ offset: Int, _ length: Int) throws(PhotoFault) {
    var done = 0
    while done < length {
      let count = min(length - done, 64 << 10)
      try file.replace(at: offset + done, [UInt8](repeating: 0, count: count))
      done += count
    }
  }

  // MARK: items

  /// - Parameter fileType: the end of the box that says what the file is; no item lies before it.
  private func blankItems(_ meta: Box, behind fileType: Int) throws(PhotoFault) {
    var types: [Int: String] = [:]
    var locations: [ItemLocation]?
    var itemData: Box?
    var hasItems = false
    // Behind version and flags.
    var offset = meta.content + 4
    while offset < meta.end {
      guard let box = try box(at: offset), box.end <= meta.end else { throw .brokenImage }
      switch box.type {
      case "iinf":
        guard !hasItems else { throw .brokenImage }
        hasItems = true
        types = try itemTypes(box)
      case "iloc":
        guard locations == nil else { throw .brokenImage }
        var reader = BigEndianReader(try file.read(at: box.content, box.end - box.content))
        locations = try reader.itemLocations()
      case "idat": itemData = box
      case let type: if !HEICMetadata.keptMetaBoxes.contains(type) { try free(box) }
      }
      offset = box.end
    }
    guard hasItems, let locations else { throw .brokenImage }
    // Honest items do not lie over each other: this bounds the work that dishonest ones make.
    var left = file.size
    for location in locations where !HEICMetadata.pictureTypes.contains(types[location.item] ?? "") {
      for extent in location.extents {
        left -= extent.length
        guard left >= 0 else { throw .brokenImage }
        guard location.method != 0 || extent.offset >= fileType else { throw .brokenImage }
        try blank(extent, location.method, itemData, isExif: types[location.item] == "Exif")
      }
    }
  }

  private func blank(
    _ extent: ItemLocation.Extent, _ method: Int, _ itemData: Box?, isExif: Bool
  ) throws(PhotoFault) {
    let (start, end): (Int, Int)
    switch method {
    case 0: (start, end) = (0, file.size)
    case 1:
      guard let itemData else { throw .brokenImage }
      (start, end) = (itemData.content, itemData.end)
    default: throw .brokenImage
    }
    // No length means "to the end", which no metadata do.
    guard extent.length > 0, extent.offset <= end - start, extent.length <= end - start - extent.offset else {
      throw .brokenImage
    }
    try zero(start + extent.offset, extent.length)
    // Readers that look for Exif find one without entries.
    let empty: [UInt8] = [0, 0, 0, 0, 0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0]
    if isExif, extent.length >= empty.count { try file.replace(at: start + extent.offset, empty) }
  }

  /// Types by item number, of the picture's pieces and all others. An item named twice counts as no picture.
  private func itemTypes(_ box: Box) throws(PhotoFault) -> [Int: String] {
    var reader = BigEndianReader(try file.read(at: box.content, box.end - box.content))
    var types: [Int: String] = [:]
    let version = try reader.number(1)
    try reader.skip(3)
    let count = try reader.number(version == 0 ? 2 : 4)
    for _ in 0..<count {
      let size = try reader.number(4)
      guard try reader.text(4) == "infe", size >= 12 else { throw .brokenImage }
      var entry = BigEndianReader(try reader.bytes(size - 8))
      let version = try entry.number(1)
      try entry.skip(3)
      let item = try entry.number(version == 3 ? 4 : 2)
      try entry.skip(2)
      // Older entries have no type; they are never pictures.
      let type = version >= 2 ? try entry.text(4) : ""
      types[item] = types[item] == nil ? type : ""
    }
    return types
  }
}
