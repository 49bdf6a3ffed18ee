// CopyServerTests.swift - copies at real servers: Apache's WebDAV and moto's S3; and at servers that fail.

import Business
import Crypto
import Curl
import Glibc
import LocalTime
import Platform
import Store
import TestSupport
import Testing

@testable import Copies

struct CopyServerTests {
  /// What every place must be able to do.
  private func expectPlace(_ place: any CopyStore) throws {
    #expect(try place.get("installation", limit: 100) == nil)
    #expect(try place.size("db/none") == nil)
    #expect(try place.list(CopyName.databases) == [:])
    try place.delete("db/none")
    try place.put(CopySource(Array("me".utf8)), as: "installation")
    #expect(try place.get("installation", limit: 100) == Array("me".utf8))
    try place.put(CopySource(Array("you".utf8)), as: "installation")
    #expect(try place.get("installation", limit: 100) == Array("you".utf8))
    try place.put(CopySource([]), as: "db/empty")
    #expect(try place.size("db/empty") == 0)

    let path = "/tmp/opsfabric-copies-file-\(RandomSource.system.token(bytes: 8))"
    defer { unlink(path) }
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    try Files.writeAtomically(bytes, to: path)
    let middle = Array(bytes[1000..<2_500_000])
    try place.put(
      CopySource(file: path, offset: 1000, count: middle.count, sha256: hexadecimal(sha256(middle))),
      as: "db/2026-11-27T03-00-00Z_0123456789abcdef.sqlite.01")
    #expect(try place.size("db/2026-11-27T03-00-00Z_0123456789abcdef.sqlite.01") == middle.count)
    #expect(
      try place.list(CopyName.databases)
        == ["empty": 0, "2026-11-27T03-00-00Z_0123456789abcdef.sqlite.01": middle.count])
    let back = path + "-back"
    defer { unlink(back) }
    try Files.writeAtomically(Array("before".utf8), to: back)
    #expect(try place.fetch("db/2026-11-27T03-00-00Z_0123456789abcdef.sqlite.01", addingTo: back))
    #expect(try Files.read(back) == Array("before".utf8) + middle)
    #expect(try !place.fetch("db/none", addingTo: back))
    #expect(try Files.read(back) == Array("before".utf8) + middle)
    #expect(throws: CopyError.self) {
      try place.get("db/2026-11-27T03-00-00Z_0123456789abcdef.sqlite.01", limit: 100)
    }
    try place.delete("db/empty")
    #expect(try place.list(CopyName.databases).count == 1)
  }

  /// A day at a place: copies, photos, retention, reading back, restoring.
  private func expectCopies(_ copies: CopyWorld) throws {
    try copies.world.call()
    try copies.world.run(after: 60)
    try copies.photo("a.jpg", Array("photo".utf8))
    try copies.photo("b.mp3", Array("voice".utf8))
    let place = try copies.place()
    func copy(_ change: (inout CopyTask) -> Void = { _ in }) throws -> CopyOutcome {
      try copies.copy(place) { task in
        task.partBytes = 100_000
        change(&task)
      }
    }
    var outcome = try copy()
    #expect(outcome.error == nil && outcome.tidyError == nil, "\(outcome)")
    copies.world.clock.advance(seconds: 3600)
    try Files.remove("\(copies.home.uploads)/doerfler/a.jpg")
    outcome = try copy {
      $0.retention = Retention(hours: 1, days: 0, weeks: 0, months: 0)
      $0.isProofDue = true
    }
    #expect(outcome.error == nil && outcome.tidyError == nil, "\(outcome)")
    let made = try #require(outcome.made)
    #expect(outcome.kept == [made.name] && outcome.proved == made.name && outcome.bad == nil)
    #expect(try place.list(CopyName.photos) == [:])
    #expect(try place.list(CopyName.recordings).count == 1)
    #expect(try place.list(CopyName.databases).count == made.parts.count && made.parts.count > 2)
    outcome = try copy { $0.current = made.name }
    #expect(outcome.isCurrent && outcome.error == nil)
    try Files.remove("\(copies.home.uploads)/doerfler/b.mp3")
    let report = try copies.restore(.latest)
    #expect(report.copy == made.name.text && report.filesFetched == 1)
    #expect(try copies.world.store().gap()?.reason == .restore)
  }

  @Test func `a folder is a place`() throws {
    let copies = try CopyWorld()
    try expectPlace(try copies.place())
  }

  @Test(.enabled(if: WebDAVServer.isInstalled, "apache2 with mod_dav is not installed"))
  func `Apache's WebDAV is a place`() throws {
    let copies = try CopyWorld()
    // Apache is somebody else.
    #expect(chmod(copies.folder, 0o755) == 0)
    let server = try WebDAVServer(folder: "\(copies.folder)/apache")
    let world = copies.world
    world.installation.backup.to = "\(server.url)/opsfabric"
    world.installation.backup.username = WebDAVServer.username
    world.installation.backup.password = Secret(WebDAVServer.password)
    world.installation.trustedHosts = ["127.0.0.1:\(server.port)"]
    try world.apply()
    try expectPlace(try copies.place())
    world.installation.backup.to = "\(server.url)/other"
    try expectCopies(copies)
    #expect(try Files.list(server.files) == ["opsfabric", "other"])
    // A wrong password.
    world.installation.backup.password = Secret("wrong")
    #expect {
      _ = try copies.place().get("installation", limit: 100)
    } throws: {
      guard case .refused(let reason)? = $0 as? CopyError else { return false }
      return reason.contains("401") && !"\($0)".contains("wrong")
    }
    // A host that nobody trusts.
    world.installation.trustedHosts = []
    #expect { _ = try copies.place().get("installation", limit: 100) } throws: {
      if case .unreachable? = $0 as? CopyError { true } else { false }
    }
  }

  private func useS3(_ world: TestWorld, _ url: String, _ port: Int) {
    world.installation.backup.to = "s3://copies/a/b"
    world.installation.backup.endpoint = url
    world.installation.backup.region = "eu-central-1"
    world.installation.backup.keyID = "key"
    world.installation.backup.secret = Secret("secret")
    world.installation.trustedHosts = ["127.0.0.1:\(port)"]
  }

  @Test(.enabled(if: QueueServer.isInstalled, "moto is not installed"))
  func `moto's S3 is a place`() throws {
    let copies = try CopyWorld()
    let server = try QueueServer()
    useS3(copies.world, server.url, server.port)
    // No bucket is a fault, not an empty place.
    #expect { _ = try copies.place().get("installation", limit: 100) } throws: {
      "\($0)".contains("NoSuchBucket")
    }
    var make = StreamedRequest(method: "PUT", url: "\(server.url)/copies")
    make.destination = .trusted
    make.signing = AWSSigning(
      service: "s3", region: "us-east-1", accessKeyID: "key", secretAccessKey: "secret")
    make.headers = [("x-amz-content-sha256", CopySource([]).sha256)]
    make.body = .bytes([])
    guard case .success(let reply) = StreamedExchange.perform(make), reply.status == 200 else {
      Issue.record("no bucket")
      return
    }
    try expectPlace(try copies.place())
    copies.world.installation.backup.to = "s3://copies/other"
    try expectCopies(copies)
    // Lists are read to their end.
    let place = try copies.place()
    for index in 0..<1005 { try place.put(CopySource([1]), as: "photos/\(index).jpg") }
    #expect(try place.list(CopyName.photos).count == 1005)
  }

  // MARK: servers that fail

  private func failing(_ behaviour: Behaviour, _ body: (CopyWorld) throws -> Void) throws {
    try withServer(behaviour) { server in
      let copies = try CopyWorld()
      useS3(copies.world, server.url, server.port)
      try copies.world.apply()
      try body(copies)
    }
  }

  private func error(_ status: String, _ code: String) -> Behaviour {
    .replyAndClose(
      httpReply(status, headers: ["Connection: close"], body: "<Error><Code>\(code)</Code></Error>"))
  }

  @Test(arguments: [
    ("403 Forbidden", "AccessDenied", "refuses"), ("403 Forbidden", "QuotaExceeded", "is full"),
    ("507 Insufficient Storage", "x", "is full"),
    ("500 Internal Server Error", "InternalError", "cannot be reached"),
    ("503 Slow Down", "SlowDown", "cannot be reached"),
    ("301 Moved", "PermanentRedirect", "cannot be reached"),
  ])
  func `what a bucket says is said in words, and an SMS goes all the same`(
    _ status: String, _ code: String, _ word: String
  ) throws {
    try failing(error(status, code)) { copies in
      let world = copies.world
      try world.call()
      try world.run(after: 31)
      #expect(try world.texts().count == 1)
      let error = try #require(try world.store().copyStanding().error)
      #expect(error.contains(word) && error.contains(code == "x" ? "507" : code) && !error.contains("secret"))
    }
  }

  @Test func `a bucket that answers 403 since yesterday is an alert with its reason`() throws {
    try failing(error("403 Forbidden", "AccessDenied")) { copies in
      for _ in 0..<20 { try copies.world.run(after: 900) }
      let told = try copies.world.alerts(since: Timestamp(milliseconds: 0)).filter { $0.cause == "copy_old" }
      #expect(told.first?.detail.contains("AccessDenied") == true)
      // The log has it once.
      #expect(
        copies.world.log.lines.filter { $0.contains("warning: copies") && $0.contains("AccessDenied") }.count
          == 1)
    }
  }

  @Test func `a connection that stands still is given up`() throws {
    try failing(.silence) { copies in
      var access = copies.access()
      access.stallSeconds = 1
      let place = try access.store(of: copies.home)
      #expect { _ = try place.get("installation", limit: 100) } throws: {
        if case .unreachable? = $0 as? CopyError { true } else { false }
      }
    }
  }

  @Test func `while a place keeps a copy waiting an SMS leaves in its time, and the run ends in its time`()
    throws
  {
    try failing(.silence) { copies in
      let world = copies.world
      try world.changeTenant { $0.smsDelaySeconds = 5 }
      // The copy is under way when the call is missed.
      var isCalled = false
      let transport = world.transport
      transport.onPoll = {
        guard !isCalled else { return }
        isCalled = true
        _ = world.miss()
      }
      let begun = world.clock.now
      try world.run(linger: 12)
      #expect(try world.texts().count == 1)
      let sent = try #require(try world.standIn.messages(to: TestWorld.caller).first)
      #expect(sent.createdAt.milliseconds(since: begun) < 10_000)
      #expect(world.clock.now.milliseconds(since: begun) < 18_000)
      // What was cut off is no failure.
      #expect(try world.store().copyStanding().error == nil)
      #expect(try world.store().copies().isEmpty)
    }
  }

  @Test func `a place that is gone is not reached, and that is said`() throws {
    let copies = try CopyWorld()
    let port = try closedPort()
    useS3(copies.world, "http://127.0.0.1:\(port)", port)
    try copies.world.apply()
    try copies.world.run()
    #expect(try copies.world.store().copyStanding().error?.contains("cannot be reached") == true)
  }
}
