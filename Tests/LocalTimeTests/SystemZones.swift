// SystemZones.swift - zone files, and the C library's view of them, for the tests of this folder.
//
// The C library is asked through `zdump`, a process of its own: setting TZ here would change it for every
// test that runs at the same time. `zic` makes slim files from the system's own source.

import Glibc
import LocalTime

/// A change of a zone's offset, as the C library sees it.
struct ExpectedOffset {
  let second: Int64
  let offset: Int
}

enum SystemZones {
  static let directory = "/usr/share/zoneinfo"
  static let source = "/usr/share/zoneinfo/tzdata.zi"

  static let hasZdump = run("command -v zdump") != "" && exists(directory + "/Europe/Zurich")
  static let hasZic = zic != nil && exists(source)
  static let zic = ["/usr/sbin/zic", "/usr/bin/zic"].first(where: exists)

  static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

  static func bytes(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "rb") else { return [] }
    defer { fclose(file) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 8192)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      result += buffer[..<count]
    }
    return result
  }

  static func rules(_ name: String, in folder: String = directory) throws -> TimeZoneRules {
    try TimeZoneRules(tzif: bytes("\(folder)/\(name)"))
  }

  /// Standard output of a shell command.
  static func run(_ command: String) -> String {
    guard let pipe = popen(command + " 2>/dev/null", "r") else { return "" }
    defer { pclose(pipe) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 8192)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 {
      result += buffer[..<count]
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Both sides of every change between two years; `zone` is a name or a POSIX TZ string.
  static func expected(_ zone: String, years: ClosedRange<Int>) -> [ExpectedOffset] {
    let output = run("zdump -V -c \(years.lowerBound),\(years.upperBound) '\(zone)'")
    return output.split(separator: "\n").compactMap { line in
      // "Europe/Zurich  Sun Mar 29 00:59:59 2037 UT = Sun Mar 29 01:59:59 2037 CET isdst=0 gmtoff=3600"
      let words = line.split(separator: " ")
      guard words.count > 6, let offset = words.last?.split(separator: "=").last.flatMap({ Int($0) }),
        let instant = Timestamp(
          rfc2822: "\(words[1]), \(words[3]) \(words[2]) \(words[5]) \(words[4]) +0000")
      else { return nil }
      return ExpectedOffset(second: instant.seconds, offset: offset)
    }
  }

  /// A zone file of version 2 without transitions, so that its footer holds always.
  static func file(footer: String, offset: Int32 = 0) -> [UInt8] {
    func block(version: UInt8) -> [UInt8] {
      let offset = UInt32(bitPattern: offset)
      return Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15 + 16)
        + [0, 0, 0, 1, 0, 0, 0, 4]
        + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: offset >> UInt32($0)) } + [0, 0]
        + Array("XXX".utf8) + [0]
    }
    return block(version: 0x32) + block(version: 0x32) + Array("\n\(footer)\n".utf8)
  }
}
