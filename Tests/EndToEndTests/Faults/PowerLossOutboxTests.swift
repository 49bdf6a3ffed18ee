// PowerLossOutboxTests.swift - the power fails around the sending of messages: what had been decided is sent after
// the restart exactly once, as far as Twilio knows.

import LocalTime
import Platform
import SQLite
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: FaultTracer.program != nil, "fault-tracer is not built"))
  struct PowerLossOutboxTests {
    /// A story, and a Twilio that can be set back to any moment of it.
    private final class Outage {
      let story: PowerLossStory
      /// For each change the id of the message whose request it completed.
      private let posted: [Int?]
      private var twilio: String { "\(story.world.standIn.directory)/standin.sqlite3" }

      /// Where a request for a message has just left.
      var sends: [Int] { posted.indices.filter { posted[$0] != nil } }

      init(_ mode: String) throws {
        story = try PowerLossStory("journal_mode: \"\(mode)\",")
        try story.play()
        var open: String?
        posted = story.changes.map { change in
          guard change.kind == .sent else { return nil }
          let text = String(decoding: change.data, as: UTF8.self)
          if text.hasPrefix("POST ") { open = "" } else if text.hasPrefix("GET ") { open = nil }
          open? += text
          guard let id = open.flatMap(Outage.message) else { return nil }
          open = nil
          return id
        }
        try HeldDatabase.run("CREATE TABLE all_messages AS SELECT * FROM messages", on: twilio)
      }

      /// The id in the status callback's address of a request that is whole.
      private static func message(_ request: String) -> Int? {
        guard let end = request.firstRange(of: "\r\n\r\n"),
          let announced = request.firstRange(of: "Content-Length: "),
          let length = Int(request[announced.upperBound...].prefix { $0.isNumber }),
          request[end.upperBound...].utf8.count >= length,
          let mark = request.firstRange(of: "%3Fm%3D")
        else { return nil }
        return Int(request[mark.upperBound...].prefix { $0.isNumber })
      }

      /// Twilio has the messages whose requests had left by then, and those that had come in.
      func setTwilioBack(to count: Int, _ at: Timestamp) throws {
        let known = posted[..<count].compactMap { $0 }.map { "status_callback LIKE '%m=\($0)#%'" }
        try HeldDatabase.run(
          """
          DELETE FROM messages;
          INSERT INTO messages SELECT * FROM all_messages
            WHERE (direction = 'inbound' AND created_at <= \(at.milliseconds))
              OR (direction <> 'inbound' AND (\((["0"] + known).joined(separator: " OR "))));
          """, on: twilio)
      }
    }

    private struct Row {
      var id: Int
      var recipient: String
      var state: String
    }

    private func rows(_ home: Home) throws -> [Row] {
      try Database(path: home.database, access: .readWrite).rows(
        "SELECT id, recipient, state FROM messages WHERE channel = 'sms'"
      ) { Row(id: $0.integer(0), recipient: $0.text(1), state: $0.text(2)) }
    }

    private func fail(
      _ outage: Outage, after count: Int, _ disk: DiskModel, _ leftover: DiskModel.Leftover,
      _ random: inout SeededRandom
    ) throws -> Set<String> {
      let (story, world) = (outage.story, outage.story.world)
      let image = Home("\(world.folder)/image")
      defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", image.path]) }
      try disk.leave(leftover, in: image.path, &random)
      let at = story.time(of: count)
      try outage.setTwilioBack(to: count, at)
      let name: Comment = "after change \(count) of \(story.changes.count), \(leftover) of the rest left"
      let before = try rows(image)
      var now = at
      for seconds in [2, 30, 30, 60, 60, 60, 300, 300, 300] {
        now = now.adding(seconds: seconds)
        var plan = FaultPlan()
        plan.clock = now
        let run = try world.opsfabric("run", plan: plan, home: image.path)
        #expect(run.exitCode == 0, "\(name): \(run.errors)")
      }
      let sent = try world.standIn.messages().filter { $0.direction == "outbound-api" }
      for row in before where row.state != "dead" {
        let mine = sent.filter { $0.outboxID == String(row.id) }
        #expect(mine.count == 1, "\(name): message \(row.id) (\(row.state)) was sent \(mine.count) times")
      }
      // Nobody got a text twice, and each is known here.
      #expect(Set(sent.map { $0.to + $0.body }).count == sent.count, "\(name): \(sent.map(\.body))")
      let database = try Database(path: image.database, access: .readWrite)
      let known = Set(try database.rows("SELECT sid FROM message_attempts") { $0.text(0) })
      #expect(sent.allSatisfy { known.contains($0.sid) }, name)
      let missed = story.promises.count {
        if case .missed = $0.promise { $0.from <= count } else { false }
      }
      let callers = Set(
        sent.filter { $0.body.hasPrefix("Danke für Ihren Anruf") }.map(\.to))
      #expect(callers.count >= missed, "\(name): \(missed) missed, \(callers) texted")
      #expect(try rows(image).allSatisfy { !["queued", "sending", "failed"].contains($0.state) }, name)
      return Set(before.map(\.state))
    }

    /// - Parameter isWanted: whether the power fails after so many changes.
    private func failAround(_ outage: Outage, _ isWanted: (Int) -> Bool) throws -> (
      images: Int, states: Set<String>
    ) {
      var random = SeededRandom(seed: SeededRandom.firstSeed)
      var disk = outage.story.disk
      var images = 0
      var states: Set<String> = []
      for (index, change) in outage.story.changes.enumerated() {
        disk.apply(change)
        guard isWanted(index) else { continue }
        let leftover: DiskModel.Leftover = random.pick([.nothing, .nothing, .some, .everything])
        states.formUnion(try fail(outage, after: index + 1, disk, leftover, &random))
        images += 1
      }
      return (images, states)
    }

    @Test(arguments: ["wal", "delete"])
    func `what was decided before a power failure is sent after it, once`(_ mode: String) throws {
      let outage = try Outage(mode)
      let sends = outage.sends
      try #require(sends.count >= 6, "\(sends)")
      // A request has just left, or nearly; its answer is committed, or nearly.
      var random = SeededRandom(seed: SeededRandom.firstSeed)
      let places = Set(sends.flatMap { [$0, $0 + random.pick([-2, -1, 1, 2, 5, 9])] })
      let (images, states) = try failAround(outage) { places.contains($0) }
      #expect(images > sends.count && states.isSuperset(of: ["sending", "accepted"]), "\(states)")
    }

    @Test(.enabled(if: Soak.minutes > 0, "for `make soak`"))
    func `what was decided before a power failure anywhere is sent after it, once`() throws {
      var images = 0
      let begin = monotonicMilliseconds()
      for (share, mode) in [(4, "wal"), (8, "delete")] {
        let outage = try Outage(mode)
        var random = SeededRandom(seed: SeededRandom.firstSeed)
        images += try failAround(outage) { index in
          guard monotonicMilliseconds() < begin + Soak.milliseconds(share: share) else { return false }
          return outage.sends.contains { abs($0 - index) < 12 } || random.happens(20)
        }.images
      }
      printToStandardOutput(
        "soak, power failures: \(images) images of the disk, every decided message sent once")
    }
  }
}
