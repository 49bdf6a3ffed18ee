// InboxEndpoint.swift - `inbox`: the tenant's people at their tickets, signed in by a personal link.
//
// A link opens a session (SignIn.swift). Every query names the session's tenant, and every change carries the session's
// CSRF token.

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
      let signIn = SignIn(
        program: "inbox", request: request, settings: settings, store: store, context: context, now: now,
        admits: { try settings.tenant(id: $0.tenant) != nil },
        alsoKeeps: { secret, person in
          try store.addCalendarKey(
            hash: InboxKey.hash(InboxKey.calendarKey(session: secret)), person: person, at: now,
            expiresAt: now.adding(days: CalendarEndpoint.keyDays))
        })
      if request.method == "GET", let key = query.nonEmpty("k") {
        switch try signIn.open(with: key) {
        case .open(let response): return response
        case .wrong: return notice(.linkExpired, guest)
        case .tooManyGuesses: return notice(.tooManyGuesses, guest)
        }
      }
      guard let (secret, person) = try signIn.session(),
        let tenant = try settings.tenant(id: person.tenant)
      else { return notice(.notSignedIn, guest) }
      store.receivers = WebhookReceivers(try settings.installation(), [tenant])
      let visit = InboxVisit(
        request: request, query: query, tenant: tenant, person: tenant.personName(person.person),
        secret: secret, signIn: signIn, store: store, settings: settings, context: context, now: now,
        zone: context.zones.zone(tenant.timezone) ?? .utc,
        source: source ?? request.bodySource)
      return request.method == "POST" ? try visit.change() : try visit.show()
    } catch {
      context.log(.error, "unavailable", ["reason": String(describing: error)])
      return notice(.unavailable, guest)
    }
  }

  private func notice(_ notice: InboxNotice, _ language: Language) -> CGIResponse {
    PageResponse.html(inboxNoticePage(notice, language: language), status: notice.status)
  }
}
