// FetchRecordings.swift - brings voice messages here: fetched as MP3, checked, kept below uploads/, erased at Twilio.
//
// The next look is noted before a fetch begins, so that a crash only delays. A file that never got its row is tidied away
// like a photo's. The address is built from the Sid; whatever a webhook says of an address is not looked at.

import Business
import LocalTime
import Platform
import Store
import TwilioAPI

package final class FetchRecordings: Job {
  package static let name = "recordings"
  package static let isWokenByRows = true
  package static let yieldsToSending = true

  private static let atOnce = 4
  /// After a fetch that failed; doubled with each.
  private static let pauseSeconds = 15
  private static let longestPauseSeconds = 3600
  /// After this time audio that Twilio does not have is given up. The request stands all the same.
  private static let giveUpHours = 24

  private let context: BatchContext
  private let random: RandomSource
  private var underWay: Set<Int> = []

  package init(context: BatchContext, random: RandomSource = .system) {
    self.context = context
    self.random = random
  }

  package func nextDue() throws -> Timestamp? { try context.store.nextRecordingDue() }
  package var isFinished: Bool { underWay.isEmpty }

  package func step(at now: Timestamp) throws {
    let due = try context.store.dueRecordings(at: now, limit: FetchRecordings.atOnce)
      .filter { !underWay.contains($0.id) }
    guard !due.isEmpty else { return }
    try context.store.write {
      for row in due {
        try context.store.postponeRecording(ifWaiting: row.id, until: next(row, at: now), isFailure: false)
      }
    }
    for row in due { try fetch(row, at: now) }
  }

  private func next(_ row: RecordingRow, at now: Timestamp) -> Timestamp {
    now.adding(
      seconds: min(
        FetchRecordings.longestPauseSeconds, FetchRecordings.pauseSeconds << min(row.attempts, 10)))
  }

  private func fetch(_ row: RecordingRow, at now: Timestamp) throws {
    let isTooOld = now >= row.createdAt.adding(hours: FetchRecordings.giveUpHours)
    guard let tenant = context.tenant(row.tenant), let sid = row.sid else {
      if isTooOld { try lose(row, "its audio never came", at: now) }
      return
    }
    underWay.insert(row.id)
    context.ask(tenant, at: now) {
      $0.fetchRecording(sid, as: $1, completion: $2)
    } then: { [self] result, now in
      underWay.remove(row.id)
      context.attempt("recordings") {
        switch result {
        case .success(let audio) where AudioFile.isMP3(audio):
          do { try keep(audio, of: row, at: now) } catch {
            // A disk that is full for hours: Twilio keeps the message, and is asked less and less often.
            try postpone(row, at: now)
            throw error
          }
        case .success, .failure(.refused):
          if isTooOld { return try lose(row, "its audio cannot be fetched", at: now) }
          try postpone(row, at: now)
        // A Twilio that cannot be asked may have it still.
        case .failure: try postpone(row, at: now)
        }
      }
    }
  }

  private func postpone(_ row: RecordingRow, at now: Timestamp) throws {
    try context.store.write {
      try context.store.postponeRecording(ifWaiting: row.id, until: next(row, at: now), isFailure: true)
    }
  }

  /// First the file, whole and under its name, then the row that names it.
  private func keep(_ audio: [UInt8], of row: RecordingRow, at now: Timestamp) throws {
    let file = "\(row.tenant)/\(random.token(bytes: 16)).mp3"
    try Files.makeFolder(context.home.uploads)
    try Files.makeFolder("\(context.home.uploads)/\(row.tenant)")
    try Files.writeAtomically(audio, to: "\(context.home.uploads)/\(file)")
    let isKept = try context.store.write {
      try context.store.storeRecording(ifWaiting: row, file: file, at: now)
    }
    if !isKept { try Files.remove("\(context.home.uploads)/\(file)") }
  }

  private func lose(_ row: RecordingRow, _ reason: String, at now: Timestamp) throws {
    let isLost = try context.store.write { try context.store.loseRecording(ifWaiting: row) }
    guard isLost else { return }
    context.alert(
      AlertCause.recordingLost, tenant: row.tenant,
      "the voice message of request \(row.ticketID)\(row.sid.map { " (\($0))" } ?? "") is lost: \(reason); call the number back",
      at: now)
  }
}

/// Whether bytes are what they should be: a page of HTML or an error in words is no message.
enum AudioFile {
  static func isMP3(_ bytes: [UInt8]) -> Bool {
    if bytes.starts(with: Array("ID3".utf8)) { return true }
    // A frame's header: eleven bits of synchronisation, then no reserved version, layer III, no bad bit rate.
    guard bytes.count > 4, bytes[0] == 0xff, bytes[1] & 0xe0 == 0xe0 else { return false }
    return bytes[1] & 0x18 != 0x08 && bytes[1] & 0x06 == 0x02 && bytes[2] & 0xf0 != 0xf0
  }
}
