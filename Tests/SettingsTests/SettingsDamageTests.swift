// SettingsDamageTests.swift - a settings file that is not what was written never serves; its copy does.

import Glibc
import LocalTime
import SQLite
import Testing

@testable import Settings

@Suite struct SettingsDamageTests {
  let folder: TemporaryFolder
  let name = "settings.sqlite3"
  var path: String { "\(folder.path)/\(name)" }
  let noon = Timestamp(milliseconds: 1_770_000_000_123)

  init() throws {
    folder = try TemporaryFolder()
    try SettingsSnapshot.write(Examples.installation, [Examples.tenant], appliedAt: noon, to: path)
  }

  @Test func `whichever bit flips, the copy serves`() throws {
    let bits = try folder.read(name).count * 8
    // Every bit of SQLite's own header and of the seal, and of the rest those in steps of a prime number.
    let some = Array(0..<800) + Array((bits - 128)..<bits) + Array(stride(from: 800, to: bits - 128, by: 251))
    for bit in some {
      try folder.flip(bit: bit, of: name)
      let reader = try SettingsReader(path: path)
      #expect(reader.isCopy, "bit \(bit)")
      if bit % 16 == 0 {
        let tenants = try reader.tenants()
        #expect(tenants == [Examples.tenant])
      }
      try folder.flip(bit: bit, of: name)
    }
    #expect(try !SettingsReader(path: path).isCopy)
  }

  @Test func `wherever the file ends, the right settings serve`() throws {
    let whole = try folder.read(name).count
    for length in [
      whole - 1, whole - 15, whole - 16, whole - 17, whole - 528, whole / 2, 4096, 512, 511, 1, 0,
    ] {
      #expect(truncate(path, length) == 0)
      let tenants = try SettingsReader(path: path).tenants()
      #expect(tenants == [Examples.tenant])
    }
  }

  @Test func `when both are damaged, nothing serves, and the first says why`() throws {
    for file in [name, name + "-copy"] { try folder.flip(bit: 40_000, of: file) }
    #expect(throws: SettingsError.damaged(path: path, detail: "its hash does not fit")) {
      try SettingsReader(path: path)
    }
    let copy = SettingsSnapshot.copyPath(path)
    #expect(throws: SettingsError.damaged(path: copy, detail: "its hash does not fit")) {
      try SettingsReader(copyOf: path)
    }
  }

  @Test func `settings of an earlier version, without a hash, serve until the next apply`() throws {
    try folder.unseal(name)
    let reader = try SettingsReader(path: path)
    let tenants = try reader.tenants()
    #expect(!reader.isCopy && tenants == [Examples.tenant])
  }

  @Test func `SQLite's own tools read a file with a hash`() throws {
    let verdict = try Database(path: path, access: .readOnly).first("PRAGMA integrity_check") { $0.text(0) }
    #expect(verdict == "ok")
  }

  @Test func `the hash is XXH64`() {
    // As the library xxhash 0.8.1 computes them.
    let seven = (0..<101).map { UInt8(truncatingIfNeeded: $0 * 7) }
    for (bytes, hash) in [
      ([], 0xEF46_DB37_51D8_E999), (Array("a".utf8), 0xD24E_C4F1_A98C_6E5B),
      (Array("abc".utf8), 0x44BC_2CF5_AD77_0999),
      (Array("Nobody inspects the spammish repetition".utf8), 0xFBCE_A83C_8A37_8BF1),
      ((0...255).map { UInt8($0) }, 0x1FAC_BE84_06CD_904B), (seven, 0x4231_2F4D_55D9_BD17),
    ] as [([UInt8], UInt64)] {
      #expect(bytes.withUnsafeBytes(ContentHash.of) == hash)
    }
  }
}

private func truncate(_ path: String, _ length: Int) -> Int32 { Glibc.truncate(path, off_t(length)) }
