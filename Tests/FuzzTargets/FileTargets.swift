// FileTargets.swift - whole files: configuration, time zones, spooled webhooks, photos.

import Business
import CGI
import Configuration
import Crypto
import Glibc
import LocalTime
import Platform
import Spool
import TestSupport
import Uploads
import Webhooks

let fileTargets: [FuzzTarget] = [
  FuzzTarget(
    "configuration",
    words: [
      "{", "}", "[", "//", "/*", "'", "\\u0000", "\\\n", "0x", "+.5", "Infinity", "name:", "per_hour: 1", ",",
    ],
    readConfiguration),
  FuzzTarget(
    "tzif", longest: 8192, words: ["TZif2", "TZif", "\nCET-1CEST,M3.5.0,M10.5.0/3\n", "<+05>-5"], readZone),
  FuzzTarget(
    "spool",
    words: [
      "opsfabric-webhook: 1\n", "kind: sms\n", "received: 9223372036854775807\n", "query: m=1\n", "\n\n",
    ],
    readSpool),
  FuzzTarget(
    "photo", longest: 1 << 15,
    words: [
      "\u{FF}Ø", "Exif\0\0", "II*\0", "MM\0*", "IHDR", "IDAT", "IEND", "eXIf", "RIFF", "WEBPVP8 ", "VP8X",
      "EXIF",
      "ftypheic", "meta", "iinf", "iloc", "mdat", "hdlr", "pitm", "infe",
      "iprp", "ipco", "ipma", "iref", "idat", "udes", "ANMF", "JFIF\0", "ICC_PROFILE\0",
    ], keepPhoto),
]

/// A folder that costs no disk, one per thread at a time; gone when the program ends by itself.
enum Scratch {
  static let lock = Lock()
  static let folder: String = {
    let base = Files.exists("/dev/shm") ? "/dev/shm" : "/tmp"
    let path = "\(base)/opsfabric-fuzz-\(RandomSource.system.token(bytes: 6))"
    _ = try? Files.makeFolder("\(path)/home/config/tenants")
    _ = try? Files.makeFolder("\(path)/home/spool")
    _ = try? Files.makeFolder("\(path)/uploads")
    atexit { _ = try? ProgramRunner.run("/bin/rm", ["-rf", Scratch.folder]) }
    return path
  }()
}

/// Whatever stands in the files: a configuration without errors, or errors that say which file; no secret in them.
@Sendable private func readConfiguration(_ bytes: [UInt8]) throws {
  let parts = bytes.split(separator: 0xFF, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
  try Scratch.lock.hold {
    let home = Home("\(Scratch.folder)/home")
    try Files.writeAtomically(parts[0], to: "\(home.config)/opsfabric.json5")
    try Files.writeAtomically(parts.count > 1 ? parts[1] : parts[0], to: "\(home.tenants)/a.json5")
    let (loaded, faults) = ConfigurationLoader(home: home.path, zoneExists: { $0 == "Europe/Zurich" }).load()
    if let loaded {
      try require(!faults.contains { $0.severity == .error }, "errors, and yet taken over")
      try require(
        loaded.installation.publicURL.hasPrefix("http"), "public_url \(loaded.installation.publicURL)")
      try require(loaded.installation.smsLimits.perHour > 0, "a limit of nothing")
      for tenant in loaded.tenants {
        try require(
          !tenant.voiceNumbers.isEmpty && tenant.voiceNumbers.allSatisfy { PhoneNumber(e164: $0) != nil },
          "voice_numbers \(tenant.voiceNumbers)")
      }
    } else {
      try require(faults.contains { $0.severity == .error }, "refused without a reason")
    }
  }
}

/// Local times of any zone file are within a day of UTC, and days follow each other.
@Sendable private func readZone(_ bytes: [UInt8]) throws {
  guard let zone = try? TimeZoneRules(tzif: bytes) else { return }
  for second in [-2_000_000_000, 0, 1_770_000_000, 4_000_000_000] as [Int64] {
    let instant = Timestamp(milliseconds: second * 1000)
    let offset = zone.utcOffset(at: instant)
    try require(abs(offset) <= 26 * 3600 + 3600, "an offset of \(offset) s")
    let day = zone.day(of: instant)
    try require(zone.startOfDay(day) <= instant, "the day begins after its noon")
    _ = zone.local(instant)
  }
}

@Sendable private func readSpool(_ bytes: [UInt8]) throws {
  try Scratch.lock.hold {
    let home = Home("\(Scratch.folder)/home")
    let path = "\(home.spool)/1.webhook"
    try Files.writeAtomically(bytes, to: path)
    let spool = Spool(home: home)
    guard let read = try spool.read(path), let webhook = read.webhook else { return }
    // What was read can be kept again, and is the same then.
    for old in spool.waiting() { try spool.remove(old) }
    try spool.keep(read, random: .system)
    let kept = spool.waiting()
    try require(kept.count == 1, "\(kept.count) files")
    let again = try spool.read(kept[0])
    try require(again == read, "kept again it is another webhook")
    try require(again?.webhook?.webhook == webhook.webhook, "kept again it says something else")
    try spool.remove(kept[0])
  }
}

/// Where a picture lies in a photo must not survive: nothing may stand in the kept file behind one of the marks
/// that name it. What is kept is of a known kind, and not larger than what came.
@Sendable private func keepPhoto(_ bytes: [UInt8]) throws {
  // The first byte says in which pieces it arrives.
  let step = Int(bytes.first ?? 0) * 16 + 1
  let photo = Array(bytes.dropFirst())
  func keep(_ step: Int) throws -> (name: String, bytes: [UInt8])? {
    var store = PhotoStore(uploads: "\(Scratch.folder)/uploads", tenant: "a", limit: 1 << 14)
    store.begin(FilePart(name: "photos", filename: "x.jpg", declaredType: "image/jpeg"))
    for start in stride(from: 0, to: photo.count, by: step) {
      store.append(photo.span.extracting(start..<min(start + step, photo.count)))
    }
    store.end(.complete)
    defer { store.removeAll() }
    guard let stored = store.stored.first else {
      try require(try Files.list("\(Scratch.folder)/uploads/a").isEmpty, "a refused photo left a file")
      return nil
    }
    try require(Files.mode(stored.path) == 0o600, "mode \(Files.mode(stored.path) ?? 0)")
    let kept = try Files.read(stored.path)
    try require(kept.count == stored.size, "\(kept.count) bytes, said \(stored.size)")
    try require(
      PhotoKind(firstBytes: Array(kept.prefix(PhotoKind.signatureLength))) == stored.kind, "another kind")
    return (stored.kind.rawValue, kept)
  }
  try Scratch.lock.hold {
    _ = try? Files.makeFolder("\(Scratch.folder)/uploads/a")
    let whole = try keep(max(1, photo.count))
    let pieces = try keep(step)
    try require(whole?.bytes == pieces?.bytes, "in pieces of \(step) another photo")
    if let whole {
      try require(
        whole.bytes.count <= photo.count + 64, "it has grown to \(whole.bytes.count) of \(photo.count)")
    }
  }
}
