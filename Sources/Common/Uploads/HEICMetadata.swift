// HEICMetadata.swift - blanks the metadata of a HEIC file (ISO/IEC 23008-12) where they stand.
//
// Positions in the file point at the picture's pieces, so nothing may move: metadata are overwritten with
// zeros. What is needed for showing a still picture is kept by list, the rest is blanked: items that are not pictures
// (Exif, XMP, unknown ones), bytes that no picture names, properties and names (HEICProperties), all other boxes (films
// of live photos, sequences, makers' own) become `free` and empty; what stands behind the last box is cut off. How
// the photo is turned is a property of the picture, not of Exif, and stays.

struct HEICMetadata {
  private let file: PhotoFile
  /// Honest ones hold tens of bytes per item.
  private static let metaLimit = 256 << 10
  private static let boxLimit = 256
  private static let pictureTypes: Set<String> = [
    "hvc1", "hev1", "lhv1", "avc1", "av01", "unci", "grid", "iovl", "iden", "tmap", "mski",
  ]
  /// Bytes of a `dinf` that says no more than "in this file".
  private static let emptyDataInformation = 36

  /// - Parameter file: whole, and flushed.
  init(_ file: PhotoFile) { self.file = file }

  /// - Throws: brokenImage when the boxes do not say where everything is, or when there is no still picture.
  func blank() throws(PhotoFault) {
    var meta: ISOBox?
    var fileType = 0
    var data: [ISOBox] = []
    var offset = 0
    var count = 0
    while offset < file.size {
      count += 1
      guard let box = try file.box(at: offset), count <= HEICMetadata.boxLimit else {
        guard meta != nil, !data.isEmpty else { throw .brokenImage }
        try file.truncate(to: offset)
        break
      }
      switch box.type {
      case "ftyp": fileType = box.end
      case "mdat": data.append(box)
      case "meta":
        guard meta == nil else { throw .brokenImage }
        meta = box
      default: try file.free(box)
      }
      offset = box.end
    }
    guard let meta, meta.end - meta.content <= HEICMetadata.metaLimit else { throw .brokenImage }
    let items = try clean(meta)
    try keepPictures(of: items, in: data)
    try blankOthers(items, behind: fileType)
  }

  /// What `meta` says of the items.
  private struct Items {
    var types: [Int: String] = [:]
    var locations: [ItemLocation] = []
    /// The box `idat`: items within `meta`.
    var data: ISOBox?

    func isPicture(_ location: ItemLocation) -> Bool {
      HEICMetadata.pictureTypes.contains(types[location.item] ?? "")
    }
  }

  private func clean(_ meta: ISOBox) throws(PhotoFault) -> Items {
    var items = Items()
    var hasTypes = false
    var hasLocations = false
    let properties = HEICProperties(file: file)
    // Behind version and flags.
    try file.forEachBox(from: meta.content + 4, to: meta.end) { (box) throws(PhotoFault) in
      switch box.type {
      case "iinf":
        guard !hasTypes else { throw .brokenImage }
        hasTypes = true
        items.types = try properties.cleanItems(box)
      case "iloc":
        guard !hasLocations else { throw .brokenImage }
        hasLocations = true
        var reader = try file.reader(of: box)
        items.locations = try reader.itemLocations()
        try file.trim(box, to: reader.position)
      case "idat":
        guard items.data == nil else { throw .brokenImage }
        items.data = box
      case "iprp": try properties.clean(box)
      case "iref": try properties.cleanReferences(box)
      case "grpl": try properties.cleanGroups(box)
      // What kind of handler it is, without its name.
      case "hdlr": try file.trim(box, to: 12)
      case "pitm": try file.trim(box, to: 8)
      case "dinf" where box.end - box.start <= HEICMetadata.emptyDataInformation: break
      default: try file.free(box)
      }
    }
    guard hasTypes, hasLocations else { throw .brokenImage }
    return items
  }

  /// Blanks every byte of the data that no picture names.
  private func keepPictures(of items: Items, in data: [ISOBox]) throws(PhotoFault) {
    let boxes = data + (items.data.map { [$0] } ?? [])
    let pieces = items.locations.filter(items.isPicture)
    guard pieces.allSatisfy({ $0.method <= 1 }) else { throw .brokenImage }
    var kept: [Range<Int>] = []
    for location in pieces {
      let (start, end) =
        location.method == 0 ? (0, file.size) : (items.data?.content ?? 0, items.data?.end ?? 0)
      for extent in location.extents where extent.offset < end - start {
        let first = start + extent.offset
        // No length means "to the end".
        let length = extent.length > 0 ? min(extent.length, end - first) : end - first
        kept.append(first..<(first + length))
      }
    }
    kept.sort { $0.lowerBound < $1.lowerBound }
    for box in boxes { try file.zero(box.content..<box.end, except: kept) }
  }

  /// Blanks the items that are no pictures, wherever they lie.
  /// - Parameter fileType: the end of the box that says what the file is; no item lies before it.
  private func blankOthers(_ items: Items, behind fileType: Int) throws(PhotoFault) {
    // Honest items do not lie over each other: this bounds the work that dishonest ones make.
    var left = file.size
    for location in items.locations where !items.isPicture(location) {
      for extent in location.extents {
        left -= extent.length
        guard left >= 0 else { throw .brokenImage }
        guard location.method != 0 || extent.offset >= fileType else { throw .brokenImage }
        try blank(extent, location.method, items.data, isExif: items.types[location.item] == "Exif")
      }
    }
  }

  private func blank(
    _ extent: ItemLocation.Extent, _ method: Int, _ itemData: ISOBox?, isExif: Bool
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
    let first = start + extent.offset
    try file.zero(first..<(first + extent.length))
    // Readers that look for Exif find one without entries.
    let empty: [UInt8] = [0, 0, 0, 0, 0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0]
    if isExif, extent.length >= empty.count { try file.replace(at: first, empty) }
  }
}
