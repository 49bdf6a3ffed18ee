// InboxVisit.swift - one request of somebody who is signed in: the lists and a ticket. Its changes: InboxChange.swift;
// what a page shows of a row: InboxValues.swift.

import Business
import CGI
import Desk
import LocalTime
import Pages
import Platform
import Settings
import Store

/// One request of somebody who is signed in.
struct InboxVisit {
  let request: CGIRequest
  let query: FormFields
  let tenant: Tenant
  let person: String
  let secret: String
  let store: Store
  let settings: SettingsReader
  let context: EndpointContext
  let now: Timestamp

  var language: Language { tenant.language }
  var zone: TimeZoneRules { context.zones.zone(tenant.timezone) ?? .utc }
  var frame: InboxFrame {
    InboxFrame(
      tenant: tenant.name, person: name(of: person), language: language, country: tenant.country,
      action: request.ownName,
      csrfToken: InboxKey.csrfToken(session: secret))
  }

  func notice(_ notice: InboxNotice) -> CGIResponse {
    PageResponse.html(
      inboxNoticePage(notice, language: language, tenant: tenant.name, listLink: request.ownName),
      status: notice.status)
  }

  /// The page that is asked for: one state of the database, so that list and count agree.
  func show() throws -> CGIResponse {
    if let photo = query[InboxNames.photo] { return try self.photo(photo) }
    return try store.snapshot {
      if let id = query[InboxNames.ticket] {
        guard let id = Int(id), let ticket = try store.ticket(id: id, tenant: tenant.id) else {
          return notice(.notFound)
        }
        return try page(ticket, banner: banner(for: ticket))
      }
      switch query[InboxNames.view].flatMap({ InboxView(rawValue: $0) }) ?? .open {
      case .open: return try openList()
      case .done:
        let list = try store.doneTickets(tenant: tenant.id, page: pageNumber)
        return PageResponse.html(
          inboxDonePage(try list.rows.map(value), paging: InboxVisit.paging(list), frame: frame))
      case .search: return PageResponse.html(inboxSearchPage(try search(), frame: frame))
      }
    }
  }

  private func openList() throws -> CGIResponse {
    let list = try store.openTickets(tenant: tenant.id, page: pageNumber)
    let underWay = try store.begunTicketCount(tenant: tenant.id)
    return PageResponse.html(
      inboxOpenPage(
        try list.rows.map(value), paging: InboxVisit.paging(list), waiting: list.total - underWay,
        underWay: underWay, frame: frame, refreshes: query[InboxNames.refresh] != "off"))
  }

  private func search() throws -> InboxSearch {
    let typed = String((query[InboxNames.search] ?? "").prefix(InboxNames.searchLimit))
    guard typed.contains(where: { !$0.isWhitespace }) else { return InboxSearch(typed: "", outcome: .none) }
    guard let search = Search(typed: typed) else { return InboxSearch(typed: typed, outcome: .tooShort) }
    let found = try store.findTickets(tenant: tenant.id, search, page: pageNumber)
    return InboxSearch(typed: typed, outcome: .found(try found.rows.map(value), InboxVisit.paging(found)))
  }

  /// Which page of a list is asked for; nonsense is the first.
  var pageNumber: Int { query[InboxNames.page].flatMap { Int($0) } ?? 1 }

  static func paging<Element>(_ list: ListPage<Element>) -> InboxPaging {
    InboxPaging(number: list.number, size: listPageSize, total: list.total)
  }

  func page(
    _ ticket: TicketRow, banner: InboxBanner? = nil, draft: String = "", status: Int = 200
  ) throws -> CGIResponse {
    PageResponse.html(
      inboxTicketPage(
        try value(ticket), history: try history(ticket), frame: frame, banner: banner, draft: draft),
      status: status)
  }

  /// What has just been done, as long as it is still so.
  private func banner(for ticket: TicketRow) -> InboxBanner? {
    guard let action = query[InboxNames.did].flatMap({ InboxAction(rawValue: $0) }) else { return nil }
    switch (action, ticket.status) {
    case (.start, .inProgress), (.done, .done), (.reopen, .new), (.note, _): return .saved(action)
    default: return nil
    }
  }
}
