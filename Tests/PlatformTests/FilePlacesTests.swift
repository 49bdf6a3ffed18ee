// FilePlacesTests.swift - so many places and no more, whoever asks, and free again with their holder.

import Platform
import Testing

@Suite struct FilePlacesTests {
  let scratch: Scratch
  var path: String { scratch.file("places") }

  init() throws { scratch = try Scratch() }

  @Test func `of three places the fourth taker gets none, until a holder goes`() throws {
    var holders = try (0..<3).map { _ in try FilePlaces(path) }
    for holder in holders { #expect(try holder.takeOne(of: 5..<8)) }
    let late = try FilePlaces(path)
    #expect(try !late.takeOne(of: 5..<8))
    #expect(try late.takeOne(of: 8..<9), "other places are not theirs")
    holders.remove(at: 1)
    #expect(try late.takeOne(of: 5..<8))
    #expect(try !late.takeOne(of: 5..<8))
  }

  @Test func `one holder takes each place once`() throws {
    let places = try FilePlaces(path)
    let far: Int64 = .max - 1
    #expect(try places.takeOne(of: (far - 2)..<far))
    #expect(try places.takeOne(of: (far - 2)..<far))
    #expect(try !places.takeOne(of: (far - 2)..<far))
  }

  @Test func `where the file cannot be, that is an error and no place`() {
    #expect(throws: SystemError.self) { try FilePlaces(scratch.file("no/such/folder")) }
  }
}
