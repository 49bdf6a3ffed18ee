// FuzzTests.swift - every target with every input that was ever kept, and with so many new ones. `make fuzz`
// goes on for longer, with libFuzzer and a sanitizer.

import FuzzTargets
import Platform
import Testing

@Suite struct FuzzTests {
  private static let corpus = Files.parent(of: Files.parent(of: #filePath)) + "/Corpus"
  /// The same in every run: a test that fails now and then helps nobody.
  private static let seed: UInt64 = 2_611_25
  /// New inputs for each target; those that open files or a database are slower.
  private static let slow = ["request": 400, "configuration": 400, "photo": 400, "spool": 800]

  @Test(arguments: FuzzTarget.all)
  func `whatever comes in, what must hold holds`(target: FuzzTarget) throws {
    let kept = try Corpus(target, folder: Self.corpus).inputs
    #expect(!kept.isEmpty, "no seeds for \(target.name)")
    for input in kept { try target.run(input) }
    var mutator = Mutator(seed: Self.seed)
    for _ in 0..<(Self.slow[target.name] ?? 3000) {
      let input = mutator.input(from: kept, of: target)
      do { try target.run(input) } catch {
        Issue.record("\(error): \(input.prefix(400).map { String($0, radix: 16) }.joined(separator: " "))")
        return
      }
    }
  }

  @Test func `every folder of the corpus belongs to a target`() throws {
    #expect(try Files.list(Self.corpus) == FuzzTarget.all.map(\.name).sorted())
  }
}
