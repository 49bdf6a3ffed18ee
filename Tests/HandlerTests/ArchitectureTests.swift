// ArchitectureTests.swift - docs/architecture.md says of the modules what Package.swift says.

import Platform
import TestSupport
import Testing

/// A target of Package.swift, read as text: asking the package manager takes seconds.
struct PackageTarget: Hashable {
  let name: String
  let dependencies: [String]

  /// Libraries and programs.
  static func all(in package: String) -> [PackageTarget] {
    var found: [PackageTarget] = []
    for match in package.matches(of: /library\(\s*"(\w+)"(?:, in: "[^"]+")?(?:,\s*\[([^\]]*)\])?/) {
      found.append(.init(name: String(match.1), dependencies: words(match.2 ?? "")))
    }
    for match in package.matches(of: /\.executableTarget\(\s*name: "(\w+)",\s*dependencies: \[([^\]]*)\]/) {
      found.append(.init(name: String(match.1), dependencies: words(match.2)))
    }
    return found
  }

  private static func words(_ list: Substring) -> [String] {
    list.matches(of: /"(\w+)"/).map { String($0.1) }
  }
}

/// Which module stands on which level, the highest first.
struct Levels {
  private(set) var of: [String: Int] = [:]

  init(_ document: String, modules: Set<String>) {
    let section =
      document.split(separator: "## Modules", omittingEmptySubsequences: false).dropFirst().first?.split(
        separator: "\n## "
      ).first ?? ""
    for (level, line) in section.split(separator: "\n").filter({ $0.hasPrefix("| ") }).enumerated() {
      guard let cell = line.split(separator: "|").dropFirst().first else { continue }
      for match in cell.matches(of: /`(?:Sources\/(?:Batch\/)?)?(\w+)(?:\/\*)?`/) {
        // What is named in an explanation, such as a type, is no module.
        if modules.contains(String(match.1)), of[String(match.1)] == nil { of[String(match.1)] = level }
      }
    }
  }

  /// Dependencies that point up, as `Queue -> Desk`.
  func upward(_ targets: [PackageTarget]) -> [String] {
    targets.flatMap { target in
      target.dependencies.filter { (of[$0] ?? 0) < (of[target.name] ?? 0) }.map { "\(target.name) -> \($0)" }
    }
  }
}

struct ArchitectureTests {
  @Test func `a handler's name is one that Apache runs, and stands once`() throws {
    let names = Handlers.all
    #expect(Set(names).count == names.count && Set(names).isSuperset(of: Handlers.webhooks))
    // Apache runs them by what their names have in common.
    #expect(try Self.text("cgi-bin/.htaccess").contains("<FilesMatch \"^[a-z-]+$\">"))
    for name in names { #expect(name.wholeMatch(of: /[a-z-]+/) != nil, "\(name)") }
  }

  @Test func `no two files have one name`() throws {
    let names = try SwiftSource.all().map(\.path).filter { !$0.hasSuffix("main.swift") }
      .map { String($0.split(separator: "/").last ?? "") }
    #expect(Set(names).count == names.count, "\(names.sorted())")
  }

  private static func text(_ path: String) throws -> String {
    String(decoding: try Files.read("\(SwiftSource.repository)/\(path)"), as: UTF8.self)
  }

  /// Those whose sources are shipped.
  private static func targets() throws -> [PackageTarget] {
    let sources = Set(
      try SwiftSource.all().map { $0.path.split(separator: "/").dropLast().last.map(String.init) ?? "" })
    let system = ["CSQLite", "CCurl", "CPlatform"].map { PackageTarget(name: $0, dependencies: []) }
    return try PackageTarget.all(in: text("Package.swift")).filter {
      sources.contains($0.name) || $0.name == "StaticStart"
    } + system
  }

  @Test func `every module has a level, and no dependency points up`() throws {
    let targets = try Self.targets()
    #expect(targets.count > 25)
    let modules = Set(targets.map(\.name))
    let levels = Levels(try Self.text("docs/architecture.md"), modules: modules)
    #expect(modules.subtracting(levels.of.keys) == [])
    #expect(levels.upward(targets) == [])
  }

  @Test func `no dependency is listed that nobody imports`() throws {
    var imports: [String: Set<String>] = [:]
    for source in try SwiftSource.all() {
      let folders = source.path.split(separator: "/").dropLast()
      // Handlers have a folder each.
      let isHandler =
        folders.count == 2 && folders.first == "Handlers" && source.path.hasSuffix("/main.swift")
      for name in [folders.last.map(String.init) ?? ""] + (isHandler ? ["Handlers"] : []) {
        imports[name, default: []].formUnion(source.imports)
      }
    }
    for target in try Self.targets() {
      // C files that are only linked.
      let needed = target.dependencies.filter { $0 != "StaticStart" }
      #expect(Set(needed).subtracting(imports[target.name] ?? []) == [], "\(target.name)")
    }
  }

  @Test func `an arrow that points up is found`() throws {
    let package = """
      library("Ground"), library("Store", ["Ground", "Meaning"]),
      library("Meaning", in: "Sources/Other",
        ["Store", "Ground"]),
      """
    let targets = PackageTarget.all(in: package)
    #expect(targets.map(\.name) == ["Ground", "Store", "Meaning"])
    let document = """
      ## Modules

      | level | modules |
      | --- | --- |
      | meaning | `Meaning` |
      | storage | `Store` |
      | ground | `Ground` |

      ## Next
      """
    let levels = Levels(document, modules: ["Ground", "Store", "Meaning"])
    #expect(levels.upward(targets) == ["Store -> Meaning"])
  }
}
