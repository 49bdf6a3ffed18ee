// InitCommand.swift - `opsfabric init`.

import Configuration
import Platform

struct InitCommand: Command {
  static let name = "init"
  static let usage = "opsfabric init [--handlers FOLDER]"
  static let summary = "makes a home with commented sample configuration; never overwrites"
  static let details = """
    --handlers FOLDER  where the web server runs programs
    A home where web servers hand files out is refused: it holds tokens and people's data.
    """
  private let handlers: String?

  init(_ arguments: inout Arguments) throws { handlers = try arguments.option("--handlers") }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let home = try world.home()
    if let place = WebRoot.around(home, handlers: handlers) {
      // An installation that is at work must still be brought up to date.
      guard Files.exists(home.settings) else {
        throw CommandError("\(home.path) lies in \(place): \(WebRoot.cure)", exitCode: .usage)
      }
      printToStandardError("warning: \(home.path) lies in \(place): move it out, then install again")
    }
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
