// SignIn.swift - by a personal link (`?k=`) into a page: the tenant's desk, or the operator's page.
//
// A link opens a session; the cookie holds its secret, the database its hash. Whose link it is says which page it opens,
// and neither opens the other's.

import CGI
import Desk
import LocalTime
import Pages
import Platform
import Settings
import Store

struct SignIn {
  static let days = 30
  /// Of one name in one request; a browser sends the one of the longest path first.
  private static let cookiesAtMost = 8

  /// Also what the cookie is named after, and what guesses are counted by.
  let program: String
  let request: CGIRequest
  let settings: SettingsReader
  let store: Store
  let context: EndpointContext
  let now: Timestamp
  /// Whether this page is that person's.
  let admits: (InboxPerson) throws -> Bool
  /// What more is kept of a new session, in its transaction; gets its secret.
  var alsoKeeps: (String, InboxPerson) throws -> Void = { _, _ in }

  enum Outcome {
    case open(CGIResponse)
    case wrong, tooManyGuesses
  }

  private var cookieName: String { "opsfabric_\(program)" }

  /// The first cookie of ours that opens a session. Whoever writes cookies for a neighbouring host name or path can
  /// plant one of the same name beside it, which must not lock anybody out.
  func session() throws -> (secret: String, person: InboxPerson)? {
    for secret in request.cookies(cookieName).prefix(SignIn.cookiesAtMost) {
      if let person = try store.inboxSession(hash: InboxKey.hash(secret), at: now), try admits(person) {
        return (secret, person)
      }
    }
    return nil
  }

  func open(with key: String) throws -> Outcome {
    let guesses = GuessLimit(
      of: program, address: request.variable("REMOTE_ADDR") ?? "", store: store, at: now)
    if try guesses.isUsedUp() { return .tooManyGuesses }
    guard let (person, ticket) = try store.inboxLink(hash: InboxKey.hash(key), at: now), try admits(person)
    else {
      try guesses.noteWrong()
      return .wrong
    }
    try guesses.noteRight()
    let secret = InboxKey.text(context.random.bytes(32))
    try store.write {
      try store.addInboxSession(
        hash: InboxKey.hash(secret), person: person, at: now, expiresAt: now.adding(days: SignIn.days))
      try alsoKeeps(secret, person)
      try store.logEvent(.inboxOpened, tenant: person.tenant, at: now)
    }
    // Away from the address with the key in it.
    let page = ticket.map { "?\(InboxNames.ticket)=\($0)" } ?? ""
    return .open(
      PageResponse.seeOther(
        request.ownName + page, headers: [try cookie(secret, maxAge: SignIn.days * 86_400)]))
  }

  /// Ends the session. Returns what takes the cookie from the browser.
  func end(_ secret: String) throws -> CGIResponse.Header {
    try store.write { try store.endInboxSession(hash: InboxKey.hash(secret), at: now) }
    return try cookie("", maxAge: 0)
  }

  private func cookie(_ secret: String, maxAge: Int) throws -> CGIResponse.Header {
    let publicURL = try settings.installation().publicURL
    let secure = publicURL.hasPrefix("https:") ? "; Secure" : ""
    return .init(
      name: "Set-Cookie",
      value:
        "\(cookieName)=\(secret); Path=\(path(publicURL)); Max-Age=\(maxAge); HttpOnly; SameSite=Lax\(secure)"
    )
  }

  /// The path of the address that links lead to. The request may have come by another one: what stands before this
  /// program may add to it (the stage of a Lambda) or take from it (a proxy).
  private func path(_ publicURL: String) -> String {
    // "https:", "", host, path
    let parts = publicURL.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    let path = (parts.count > 3 ? "/\(parts[3])" : "") + "/\(program)"
    return CGIRequest.isPath(path) ? path : request.ownPath
  }
}
