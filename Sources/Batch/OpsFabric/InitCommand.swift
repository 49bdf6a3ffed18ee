// InitCommand.swift - `opsfabric init`.

import Configuration
import Platform

struct InitCommand: Command {
  static let name = "init"
  static let usage = "opsfabric init"
  static let summary = "makes a home with commented sample configuration; never overwrites"

  init(_ arguments: inout Arguments) {}

  func run(_ world: CommandWorld) throws -> ExitCode {
    let home = try world.home()
    for folder in home.folders { try Files.makeFolder(folder) }
    for sample in SampleFiles.all {
      let path = "\(home.path)/\(sample.path)"
      if Files.exists(path) {
        printToStandardOutput("kept  \(path)")
      } else {
        try Files.writeAtomically(Array(sample.text.utf8), to: path)
        printToStandardOutput("made  \(path)")
      }
    }
    printToStandardOutput(
      "Fill in config/opsfabric.json5, copy config/tenants/example.json5 for each business, then: opsfabric apply"
    )
    return .done
  }
}
