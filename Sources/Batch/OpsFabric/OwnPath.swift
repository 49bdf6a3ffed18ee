// OwnPath.swift - how this program is called from where somebody reads: by its name where PATH leads to it, else by its
// path. What is printed as a cure can then be copied as it stands.

import Glibc
import Platform

struct OwnPath {
  /// `opsfabric`, or the path of this program.
  let name: String

  /// - Parameter program: this program's own path.
  init(_ environment: Environment, program: String? = Home.executablePath()) {
    guard let program, let own = Files.node(program) else {
      name = "opsfabric"
      return
    }
    let programs: [String] = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/opsfabric" }
    let first = programs.first { path in access(path, X_OK) == 0 }
    // Another installation's program of that name is not meant. A wrapper is: it stands where the system has its programs.
    let isMeant = first.map { path in Files.node(path) == own || path.hasPrefix("/usr/") } ?? false
    name = isMeant ? "opsfabric" : program
  }

  /// A text whose calls can be copied: `opsfabric apply` and the like.
  func put(into text: String) -> String {
    guard name != "opsfabric" else { return text }
    var result = ""
    var rest = Substring(text)
    while let found = rest.firstRange(of: "opsfabric ") {
      let before = rest[..<found.lowerBound]
      let word = rest[found.upperBound...].prefix { $0.isLetter || $0 == "-" }
      let after = rest[found.upperBound...].dropFirst(word.count).first
      // `opsfabric apply: …` begins a message of ours, and a path may end so.
      let isCall =
        OperatorCommands.commands.contains { $0.name == word } && after != ":"
        && before.last.map { $0 != "/" && !$0.isLetter } ?? true
      result += before + (isCall ? name : "opsfabric") + " "
      rest = rest[found.upperBound...]
    }
    return result + rest
  }

  /// Only for people: what a program reads keeps the name.
  static func onTerminal(_ text: String, of descriptor: Int32 = STDOUT_FILENO) -> String {
    isatty(descriptor) == 1 ? OwnPath(.process).put(into: text) : text
  }
}
