// CopyPlaceTests.swift - where copies may go, and what is no place.

import Business
import Testing

struct CopyPlaceTests {
  @Test(arguments: [
    ("s3://my-bucket", CopyPlace.s3(bucket: "my-bucket", prefix: "")),
    ("s3://my-bucket/", .s3(bucket: "my-bucket", prefix: "")),
    ("S3://my.bucket/a/b/", .s3(bucket: "my.bucket", prefix: "a/b/")),
    (
      "https://cloud.example.ch/remote.php/dav/files/ruf/opsfabric/",
      .webDAV("https://cloud.example.ch/remote.php/dav/files/ruf/opsfabric")
    ),
    ("http://127.0.0.1:80/x", .webDAV("http://127.0.0.1:80/x")),
    ("file:/mnt/nas/copies", .folder("/mnt/nas/copies")),
    ("file:///mnt/nas/", .folder("/mnt/nas")),
  ])
  func `a place is read, and written in one way`(_ text: String, _ place: CopyPlace) throws {
    #expect(try CopyPlace(text) == place)
    #expect(try CopyPlace(place.text) == place)
  }

  @Test(arguments: [
    "", "s3://", "s3://A/b", "s3://ab", "s3://my-bucket/a b", "s3://my-bucket/../x", "s3://my-bucket/a:b",
    "file:x",
    "file:", "file:/", "file://host/x", "file:/a/../b", "https://", "https://u:p@host/x", "https://host/x?y",
    "ftp://host/x", "/mnt/nas", "sftp://host/x",
  ])
  func `what is no place is refused`(_ text: String) {
    #expect(throws: CopyPlace.Fault.self) { try CopyPlace(text) }
  }

  @Test func `a copy is too old after three that should have been made, and never before three hours`() {
    var backup = Installation.Backup()
    #expect(backup.tooOldMinutes == 180)
    backup.everyMinutes = 5
    #expect(backup.tooOldMinutes == 180)
    backup.everyMinutes = 1440
    #expect(backup.tooOldMinutes == 4320)
  }
}
