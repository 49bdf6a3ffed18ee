// HolidayCheckTests.swift - what the doctor says of the calendars among a tenant's holidays.

import Business
import Curl
import LocalTime
import Operations
import Store
import TestSupport
import Testing

struct HolidayCheckTests {
  private static let url = "https://schule.example/ferien.ics?key=geheim"
  private let patient: DoctorWorld
  private let store: Store

  init() throws {
    patient = try DoctorWorld()
    try patient.write(
      "config/tenants/doerfler.json5", DoctorWorld.tenant(more: "holidays: [\"CH-ZH\", \"ics:\(Self.url)\"],")
    )
    try patient.applyFiles()
    store = try patient.world.store()
  }

  private func keep(_ days: [String], leftOut: String = "", daysAgo: Int) throws {
    let time = patient.world.clock.now.adding(days: -daysAgo)
    try store.noteCalendarAsked(Self.url, tenant: "doerfler", at: time)
    let copy = HolidayCalendarCopy(
      days: days.compactMap { CivilDate(iso8601: $0) }, leftOut: leftOut, zone: "Europe/Zurich", etag: nil,
      lastModified: nil)
    try store.keepCalendar(Self.url, tenant: "doerfler", copy, at: time)
  }

  private func finding() throws -> Finding {
    try #require(patient.examine().first { $0.check == "holidays" })
  }

  @Test func `one that is read daily is said with its age and its days`() throws {
    try keep(["2025-12-25", "2026-02-11", "2026-02-12"], daysAgo: 1)
    let found = try finding()
    #expect(found.status == .ok)
    #expect(
      found.detail
        == "doerfler: the calendar at https://schule.example/…: the last good copy is 24 h old, 2 days off ahead"
    )
    #expect(patient.complaints().isEmpty)
  }

  @Test func `one that was never read, or cannot be, is named with what failed, and never with its secret`()
    throws
  {
    #expect(try patient.onlyComplaint("holidays", .warning).detail.hasSuffix("has not been read yet"))
    try store.noteCalendarAsked(Self.url, tenant: "doerfler", at: patient.world.clock.now)
    try store.noteCalendarFailure(Self.url, tenant: "doerfler", "HTTP 404")
    let found = try patient.onlyComplaint("holidays", .warning)
    #expect(found.detail.hasSuffix("could never be read; the last attempt failed: HTTP 404"))
    #expect(!found.detail.contains("geheim") && !found.cure.contains("geheim"))
  }

  @Test func `a copy that is too old is a warning, and says since when and why`() throws {
    try keep(["2026-02-11"], daysAgo: 4)
    try store.noteCalendarFailure(Self.url, tenant: "doerfler", "HTTP 500")
    let found = try patient.onlyComplaint("holidays", .warning)
    #expect(found.detail.contains("is 4 days old, 1 day off ahead; the last attempt failed: HTTP 500"))
    #expect(found.cure.contains("the old days count"))
  }

  @Test func `events that are not understood are named, and a calendar without days is doubted`() throws {
    try keep(["2026-02-11"], leftOut: "Ostern (2026-04-05): its repetition is not understood", daysAgo: 0)
    #expect(try patient.onlyComplaint("holidays", .warning).detail.contains("left out: Ostern (2026-04-05)"))
    try keep([], daysAgo: 0)
    #expect(try patient.onlyComplaint("holidays", .warning).cure.contains("is it the right calendar?"))
  }
}
