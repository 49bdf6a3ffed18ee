// BodyTurn.swift - how many processes at once may wait for what a sender has yet to send.
//
// A host that allows an account 20 processes answers its phone only while one of them is free. So no more than ten of
// them wait for bodies, in all handlers together, and few for one sender. The turns are locks of `data/turn.lock`: they
// end with the process that has them. A body that is there already needs none.

import Crypto
import Platform

/// One request's turn; held until the object goes. Of one thread only.
package final class BodyTurn: @unchecked Sendable {
  package enum Purpose: Int64, CaseIterable, Sendable {
    /// The photos of a form: taken before the first of them is read.
    case photos
    /// Any other body that does not come at once.
    case words

    /// In all.
    var turns: Int64 {
      switch self {
      case .photos: 6
      case .words: 4
      }
    }
  }

  /// For one address, its /48 and its /32: none of them has all.
  static let perLine: [Int64] = [2, 3, 3]

  private let path: String
  private let address: String
  private var held: (purpose: Purpose, places: FilePlaces)?

  package init(home: Home, address: String) {
    path = home.turnLock
    self.address = address
  }

  /// Whether this request may wait. Where locks do not work everybody may: a request is worth more than a process.
  package func take(_ purpose: Purpose) -> Bool {
    if let held, held.purpose == purpose || held.purpose == .photos { return true }
    guard let places = try? FilePlaces(path) else { return true }
    guard (try? hasRoom(places, purpose)) ?? true else { return false }
    // Who waited for the words of a form gives that turn back.
    held = (purpose, places)
    return true
  }

  private func hasRoom(_ places: FilePlaces, _ purpose: Purpose) throws -> Bool {
    let first = purpose.rawValue << 10
    guard try places.takeOne(of: first..<(first + purpose.turns)) else { return false }
    for (line, limit) in zip(VisitorAddress.lines(address), BodyTurn.perLine) {
      // 56 bits of a hash, with eight places each.
      let digest = sha256(Array("\(purpose.rawValue):\(line)".utf8)).prefix(7)
      let first = digest.reduce(Int64(1)) { $0 << 8 | Int64($1) } << 3
      guard try places.takeOne(of: first..<(first + limit)) else { return false }
    }
    return true
  }
}
