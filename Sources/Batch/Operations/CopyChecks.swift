// CopyChecks.swift - the copies on another machine: how old is the newest good one, and was one ever read back?

import Business
import LocalTime
import Store

extension Doctor {
  /// Read back each week.
  private static let oldProofMilliseconds: Int64 = 15 * 86_400_000

  func checkCopies(_ store: Store) throws -> [Finding] {
    guard let backup = installation?.backup, let place = backup.place else {
      return [.ok("copies", "none on another machine: backup is not set in config/opsfabric.json5")]
    }
    let standing = try store.copyStanding()
    guard standing.place == place.text else {
      return [
        .warning(
          "copies", "none at \(place.text) yet",
          cure: "the next run makes one; opsfabric run, and look at what it prints")
      ]
    }
    let failure = standing.error.map { "; the last attempt failed: \($0)" } ?? ""
    let cure = "see what the reason says; opsfabric restore --list asks the place itself"
    guard let newest = try store.newestGoodCopy() else {
      let detail = "no good copy at \(place.text) yet\(failure)"
      return [
        try store.oldCopy(backup, at: now) == nil
          ? .warning("copies", detail, cure: cure) : .fault("copies", detail, cure: cure)
      ]
    }
    let age = now.milliseconds(since: newest.goodAt)
    let kept = try store.copies().count
    var detail =
      "\(counted(kept, "copy", "copies")) at \(place.text), the newest good one is \(spoken(milliseconds: age)) old "
      + "(\((newest.bytes + 1023) >> 10) KiB)"
    if let provedAt = standing.provedAt {
      detail += ", read back \(spoken(milliseconds: now.milliseconds(since: provedAt))) ago"
    }
    detail += failure
    if try store.oldCopy(backup, at: now) != nil { return [.fault("copies", detail, cure: cure)] }
    if !failure.isEmpty { return [.warning("copies", detail, cure: cure)] }
    if let since = standing.provedAt ?? standing.since,
      now.milliseconds(since: since) > Doctor.oldProofMilliseconds
    {
      return [
        .warning(
          "copies",
          "\(detail); none was read back for \(spoken(milliseconds: now.milliseconds(since: since)))",
          cure: "opsfabric restore latest --check reads the newest one")
      ]
    }
    return [.ok("copies", detail)]
  }
}
