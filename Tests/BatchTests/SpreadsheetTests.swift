// SpreadsheetTests.swift - LibreOffice and Python's csv module read the files as they are meant.
//
// Tests/judge-spreadsheets.py compares cell by cell; one start of LibreOffice for all files.

import Books
import Business
import LocalTime
import Platform
import TestSupport
import Testing

@Suite(
  .enabled(
    if: ProgramRunner.find("soffice") != nil && ProgramRunner.find("python3") != nil,
    "LibreOffice is not installed: run `make test`"))
struct SpreadsheetTests {
  private static let script =
    #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/judge-spreadsheets.py"

  /// Names nobody has, and some that people do have.
  private static let names = [
    "Zeile eins\r\nZeile zwei; \"drei\"", "=HYPERLINK(\"http://x\";\"y\")", "+41 79 123 45 67", "@SUM(A1)",
    "-1+1",
    "\t=1", "Œuvre d’Élan, Ümläut ß 日本", "'schon eines davor", "\"", ";", "  =2", "1;2;3",
  ]

  @Test func `every cell of every profile is read as what it is, and none is a formula`() throws {
    let world = try TestWorld()
    world.tenants = SpreadsheetTests.names.enumerated().map { index, name in
      TestWorld.tenant("t\(index)", name: name, number: "+4143555020\(index % 10)")
    }
    let month = try #require(CivilMonth(iso8601: BookedMonth.month))
    let folder = "\(world.home.reports)/\(BookedMonth.month)"
    let files = ReportFiles(store: try world.store(), zones: TimeZones(), dialect: .excelCH)
    try files.writeSummary(
      try world.tenants.map { try files.figures(BookTenant($0), month) }, month, to: folder)

    let python = try #require(ProgramRunner.find("python3"))
    let golden = Installation.CSVProfile.allCases.map { BookedMonth.golden($0.rawValue) }
    var environment = ["PYTHONUTF8": "1"]
    for name in ["PATH", "HOME", "PYENV_ROOT", "VIRTUAL_ENV"] {
      environment[name] = Environment.process[name]
    }
    let result = try ProgramRunner.run(
      python, [SpreadsheetTests.script] + golden + [folder], environment: environment)
    #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
    #expect(result.output.hasPrefix("85 files, "), "\(result.output)")
  }
}
