// LogLengthTests.swift - who keeps the write-ahead log short: the runner while it is at work, else the last writer.

import Platform
import SQLite
import TestSupport
import Testing

extension EndToEnd {
  struct LogLengthTests {
    /// Frames that the next first connection would read: those with the salt of the log's head.
    /// https://www.sqlite.org/fileformat2.html#the_write_ahead_log
    private func frames(_ shipped: ShippedInstallation) throws -> Int {
      let path = shipped.home.database + "-wal"
      guard Files.exists(path) else { return 0 }
      let log = try Files.read(path)
      guard log.count > 32 else { return 0 }
      let page = log[8..<12].reduce(0) { $0 << 8 | Int($1) }
      var (count, place) = (0, 32)
      while place + 24 + page <= log.count, log[(place + 8)..<(place + 16)] == log[16..<24] {
        count += 1
        place += 24 + page
      }
      return count
    }

    private func callIn(_ shipped: ShippedInstallation, _ numbers: ClosedRange<Int>) {
      for number in numbers {
        #expect(shipped.post("voice", shipped.callFields("CA\(number)")).status == 200)
      }
    }

    @Test func `without a runner each webhook finds a short log, and nothing is lost by it`() throws {
      let shipped = try ShippedInstallation()
      callIn(shipped, 1...60)
      // The last one may still be at it: it has answered before.
      let isShort = try eventually(within: 20) { try frames(shipped) <= 64 }
      let left = try frames(shipped)
      #expect(isShort, "\(left) frames")
      #expect(try shipped.list("calls").count == 60)
      let isSound = try shipped.opsfabric("doctor", "--offline").output
      #expect(!isSound.contains("FAULT    database"), "\(isSound)")
    }

    @Test func `while somebody has the database open the log is his`() throws {
      let shipped = try ShippedInstallation()
      let holder = try Database(path: shipped.home.database, access: .readWrite)
      #expect(try holder.integer("SELECT count(*) FROM calls") == 0)
      callIn(shipped, 1...60)
      #expect(try frames(shipped) > 64)
      #expect(try holder.integer("SELECT count(*) FROM calls") == 60)
    }
  }
}
