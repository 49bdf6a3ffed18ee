// InboxEndpoint.swift - `inbox`: the tenant's people at their tickets, signed in by a personal link.
//
// A link (`?k=`) opens a session; the cookie holds its secret, the database its hash. Every query names the
// session's tenant, and every change carries the session's CSRF token.

import Business
import CGI
import Desk
import LocalTime
import Pages
import Platform
import Settings
import Store
import Uploads

package struct InboxEndpoint {
  static let cookieName = "opsfabric_inbox"
  static let sessionDays = 30
  /// Of one name in one request; a browser sends the one of the longest path first.
  private static let cookiesAtMost = 8

  let context: EndpointContext
  /// Reads a body of that length; nil: it is in memory, or comes on standard input.
  let source: ((Int?) -> ByteSource)?

  package init(context: EndpointContext, source: ((Int?) -> ByteSource)? = nil) {
    self.context = context
    self.source = source
  }

  package func respond(to request: CGIRequest) -> CGIResponse {
    let languages = PageTenant(name: "")
    let guest = pageLanguage(chosen: nil, acceptLanguage: request.header("Accept-Language"), of: languages)
    do {
      guard ["GET", "HEAD", "POST"].contains(request.method) else {
        return .methodNotAllowed("GET", "HEAD", "POST")
      }
      let query = (try? FormFields(encoded: request.query.utf8)) ?? FormFields()
      if request.method != "POST", let file = query[InboxNames.file].flatMap({ InboxFile(rawValue: $0) }) {
        return CGIResponse(
          status: 200, contentType: file.contentType,
          body: file.bytes(action: request.ownName, language: guest),
          headers: [.init(name: "Cache-Control", value: "public, max-age=86400")])
      }
      let settings = try SettingsReader(path: context.home.settings)
      let store = try Store.open(context.home, patience: context.patience)
      context.leaveOpen(settings)
      context.leaveOpen(store)
      let now = context.clock.now()
      if request.method == "GET", let key = query.nonEmpty("k") {
        return try signIn(key, request, settings, store, guest, at: now)
      }
      guard let (secret, person) = try session(of: request, store, at: now),
        let tenant = try settings.tenant(id: person.tenant)
      else { return notice(.notSignedIn, guest) }
      store.receivers = WebhookReceivers(try settings.installation(), [tenant])
      let visit = InboxVisit(
        request: request, query: query, tenant: tenant, person: tenant.personName(person.person),
        secret: secret, store: store, settings: settings, context: context, now: now,
        zone: context.zones.zone(tenant.timezone) ?? .utc,
        source: source ?? request.bodySource)
      return request.method == "POST" ? try visit.change() : try visit.show()
    } catch {
      context.log(.error, "unavailable", ["reason": String(describing: error)])
      return notice(.unavailable, guest)
    }
  }

  /// The first cookie of ours that opens a session. Whoever writes cookies for a neighbouring host name or path can
  /// plant one of the same name beside it, which must not lock anybody out.
  private func session(of request: CGIRequest, _ store: Store, at now: Timestamp) throws -> (
    secret: String, person: InboxPerson
  )? {
    for secret in request.cookies(InboxEndpoint.cookieName).prefix(InboxEndpoint.cookiesAtMost) {
      if let person = try store.inboxSession(hash: InboxKey.hash(secret), at: now) { return (secret, person) }
    }
    return nil
  }

  private func signIn(
    _ key: String, _ request: CGIRequest, _ settings: SettingsReader, _ store: Store, _ guest: Language,
    at now: Timestamp
  ) throws -> CGIResponse {
    let guesses = GuessLimit(
      of: "inbox", address: request.variable("REMOTE_ADDR") ?? "", store: store, at: now)
    if try guesses.isUsedUp() { return notice(.tooManyGuesses, guest) }
    guard let person = try store.inboxLink(hash: InboxKey.hash(key), at: now),
      try settings.tenant(id: person.tenant) != nil
    else {
      try guesses.noteWrong()
      return notice(.linkExpired, guest)
    }
    try guesses.noteRight()
    let secret = InboxKey.text(context.random.bytes(32))
    try store.write {
      try store.addInboxSession(
        hash: InboxKey.hash(secret), person: person, at: now,
        expiresAt: now.adding(days: InboxEndpoint.sessionDays))
      try store.addCalendarKey(
        hash: InboxKey.hash(InboxKey.calendarKey(session: secret)), person: person, at: now,
        expiresAt: now.adding(days: CalendarEndpoint.keyDays))
      try store.logEvent(.inboxOpened, tenant: person.tenant, at: now)
    }
    let cookie = InboxEndpoint.cookie(
      secret, path: try InboxEndpoint.cookiePath(request, settings),
      maxAge: InboxEndpoint.sessionDays * 86_400,
      isSecure: try settings.installation().publicURL.hasPrefix("https:"))
    // Away from the address with the key in it.
    return PageResponse.seeOther(request.ownName, headers: [cookie])
  }

  /// The path of the address that links lead to. The request may have come by another one: what stands before this
  /// program may add to it (the stage of a Lambda) or take from it (a proxy).
  static func cookiePath(_ request: CGIRequest, _ settings: SettingsReader) throws -> String {
    // "https:", "", host, path
    let parts = try settings.installation().publicURL.split(
      separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    let path = (parts.count > 3 ? "/\(parts[3])" : "") + "/inbox"
    return CGIRequest.isPath(path) ? path : request.ownPath
  }

  static func cookie(_ secret: String, path: String, maxAge: Int, isSecure: Bool) -> CGIResponse.Header {
    let secure = isSecure ? "; Secure" : ""
    return .init(
      name: "Set-Cookie",
      value: "\(cookieName)=\(secret); Path=\(path); Max-Age=\(maxAge); HttpOnly; SameSite=Lax\(secure)")
  }

  private func notice(_ notice: InboxNotice, _ language: Language) -> CGIResponse {
    PageResponse.html(inboxNoticePage(notice, language: language), status: notice.status)
  }
}
