// PhonePhoto.swift - a photo as a phone takes it: a browser's JPEG with the place it was taken in its Exif.

import Crypto

package struct PhonePhoto {
  /// Stands in the Exif as text; the coordinates beside it are its own.
  package static let place = "Bahnhofstrasse 1 Zuerich"
  /// 47 deg 22 min 36.84 s as three rationals.
  package static let latitude = [47, 1, 22, 1, 3684, 100].flatMap { littleEndian($0, bytes: 4) }

  /// As the phone sends it.
  package let bytes: [UInt8]

  /// Lies on its side in the file, as phones' upright photos do: Exif says how it is to be turned.
  package init(drawnBy page: BrowserPage) throws {
    let url = try page.ask(Self.drawing).text ?? ""
    let picture = base64Decoded(String(url.drop { $0 != "," }.dropFirst())) ?? []
    guard picture.starts(with: [0xFF, 0xD8, 0xFF]) else {
      throw ChromiumError(description: "no JPEG: \(url)")
    }
    let exif = Array("Exif\0\0".utf8) + Self.exif
    let length = exif.count + 2
    bytes =
      [0xFF, 0xD8, 0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + exif + Array(picture.dropFirst(2))
  }

  private static func littleEndian(_ value: Int, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(value >> (8 * $0) & 255) }
  }

  private static func entry(_ tag: Int, _ type: Int, _ count: Int, _ value: Int) -> [UInt8] {
    littleEndian(tag, bytes: 2) + littleEndian(type, bytes: 2) + littleEndian(count, bytes: 4)
      + littleEndian(value, bytes: 4)
  }

  /// TIFF: orientation (turn right by 90 degrees), and where the phone was.
  private static var exif: [UInt8] {
    let gps = 8 + 2 + 2 * 12 + 4
    let values = gps + 2 + 5 * 12 + 4
    let area = Array("ASCII\0\0\0\(place)".utf8)
    let north = Int(UInt8(ascii: "N"))
    let east = Int(UInt8(ascii: "E"))
    return Array("II*\0".utf8) + littleEndian(8, bytes: 4)
      + littleEndian(2, bytes: 2) + entry(0x0112, 3, 1, 6) + entry(0x8825, 4, 1, gps)
      + littleEndian(0, bytes: 4)
      + littleEndian(5, bytes: 2) + entry(1, 2, 2, north) + entry(2, 5, 3, values) + entry(3, 2, 2, east)
      + entry(4, 5, 3, values + 24) + entry(0x1C, 7, area.count, values + 48) + littleEndian(0, bytes: 4)
      + latitude + [8, 1, 32, 1, 3020, 100].flatMap { littleEndian($0, bytes: 4) } + area
  }

  /// A leaking pipe on a tiled wall, 1200 x 1600 seen upright, with the grain of a phone's camera.
  private static let drawing = """
    (() => {
      const c = document.createElement('canvas'), W = 1200, H = 1600
      c.width = H; c.height = W
      const g = c.getContext('2d')
      g.setTransform(0, -1, 1, 0, 0, W)
      g.fillStyle = '#c9d4d6'; g.fillRect(0, 0, W, H)
      for (let y = 0; y < H; y += 200) for (let x = 0; x < W; x += 200) {
        g.fillStyle = `hsl(190 12% ${84 + (x * 7 + y * 13) % 9}%)`; g.fillRect(x + 4, y + 4, 192, 192)
      }
      const metal = g.createLinearGradient(0, 480, 0, 680)
      metal.addColorStop(0, '#7a4a24'); metal.addColorStop(.35, '#f0b070'); metal.addColorStop(1, '#6b3d1b')
      g.fillStyle = metal; g.fillRect(0, 480, W, 200)
      g.fillStyle = '#8d5a30'; g.fillRect(520, 450, 180, 260)
      g.fillStyle = '#2f7fb4'
      for (let i = 0; i < 7; i++) {
        const y = 740 + i * 95, r = 16 + i * 3
        g.beginPath(); g.arc(610 + (i % 2) * 8, y, r, 0, 7); g.moveTo(610, y - 2.4 * r)
        g.lineTo(610 + r, y); g.lineTo(610 - r, y); g.fill()
      }
      g.beginPath(); g.ellipse(610, 1480, 420, 70, 0, 0, 7); g.fill()
      const image = g.getImageData(0, 0, H, W), d = image.data
      for (let i = 0, s = 1; i < d.length; i += 4) {
        s = (s * 1103515245 + 12345) & 0x7fffffff
        const n = (s >> 16) % 25 - 12
        d[i] += n; d[i + 1] += n; d[i + 2] += n
      }
      g.putImageData(image, 0, 0)
      return c.toDataURL('image/jpeg', .9)
    })()
    """
}

extension [UInt8] {
  package func contains(_ part: [UInt8]) -> Bool {
    indices.contains { self[$0] == part.first && self[$0...].starts(with: part) }
  }
}
