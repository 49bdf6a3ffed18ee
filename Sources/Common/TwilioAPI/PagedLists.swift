// PagedLists.swift - Twilio's paged lists, read to their end or not at all.
//
// A list cut short would read as "that message does not exist", and a message would be sent twice.
// So an answer is complete or a failure, also when there are more pages than were asked for.

import Curl
import LocalTime

extension TwilioClient {
  /// Messages sent and received, newest first. Days are UTC days.
  ///
  /// A message still queued may be missing under a date filter: reconcile without one as well.
  package func listMessages(
    to: String?, from: String?, sentOnOrAfter: CivilDate? = nil, sentOn: CivilDate? = nil,
    pageSize: Int = 100, maxPages: Int = 20, as credentials: TwilioCredentials,
    completion: @escaping (Result<[MessageResource], APIFailure>) -> Void
  ) {
    let filters = [
      ("To", to), ("From", from), ("DateSent>", sentOnOrAfter?.iso8601), ("DateSent", sentOn?.iso8601),
    ]
    let url = listURL("Messages.json", filters, pageSize: pageSize, of: credentials)
    collect(from: url, WireMessagePage.self, pages: maxPages, as: credentials) {
      completion($0.map { $0.map(\.resource) })
    }
  }

  /// Call legs, newest first. Days are UTC days.
  package func listCalls(
    to: String?, from: String? = nil, parentCallSid: String? = nil, status: String? = nil,
    startedOnOrAfter: CivilDate? = nil, pageSize: Int = 100, maxPages: Int = 20,
    as credentials: TwilioCredentials,
    completion: @escaping (Result<[CallResource], APIFailure>) -> Void
  ) {
    let filters = [
      ("To", to), ("From", from), ("ParentCallSid", parentCallSid), ("Status", status),
      ("StartTime>", startedOnOrAfter?.iso8601),
    ]
    let url = listURL("Calls.json", filters, pageSize: pageSize, of: credentials)
    collect(from: url, WireCallPage.self, pages: maxPages, as: credentials) {
      completion($0.map { $0.map(\.resource) })
    }
  }

  /// Recordings of all calls of the account that were made that UTC day or later, newest first; deleted ones are not among
  /// them.
  package func listRecordings(
    createdOnOrAfter day: CivilDate, maxPages: Int = 20, as credentials: TwilioCredentials,
    completion: @escaping (Result<[RecordingResource], APIFailure>) -> Void
  ) {
    let url = listURL("Recordings.json", [("DateCreated>", day.iso8601)], pageSize: 1000, of: credentials)
    collect(from: url, WireRecordingPage.self, pages: maxPages, as: credentials) {
      completion($0.map { $0.map(\.resource) })
    }
  }

  /// All messages of the account, the newest first, as far back as those of then. Without `DateSent`: whether that
  /// filter shows what Twilio has accepted and not yet sent is written nowhere.
  package func listMessages(
    backTo oldest: Timestamp, maxPages: Int = 40, as credentials: TwilioCredentials,
    completion: @escaping (Result<[MessageResource], APIFailure>) -> Void
  ) {
    let url = listURL("Messages.json", [], pageSize: 1000, of: credentials)
    collect(
      from: url, WireMessagePage.self, pages: maxPages, as: credentials,
      // An account's clock and its order are not to be trusted to the second.
      isEnough: { page in
        !page.isEmpty && page.allSatisfy { $0.resource.dateCreated.map { $0 < oldest } ?? false }
      },
      completion: { completion($0.map { $0.map(\.resource) }) })
  }

  func listURL(
    _ path: String, _ filters: [(String, String?)], pageSize: Int, of credentials: TwilioCredentials
  ) -> String {
    var fields = filters.compactMap { name, value in value.map { (name: name, value: $0) } }
    fields.append((name: "PageSize", value: String(min(max(1, pageSize), 1000))))
    return "\(resource(path, of: credentials))?\(formEncoded(fields))"
  }

  func collect<Page: WirePage>(
    from url: String, _ type: Page.Type, pages: Int, as credentials: TwilioCredentials,
    already: [Page.Element] = [], isEnough: @escaping ([Page.Element]) -> Bool = { _ in false },
    completion: @escaping (Result<[Page.Element], APIFailure>) -> Void
  ) {
    read(url, type, as: credentials) { [self] result in
      switch result {
      case .failure(let failure): completion(.failure(failure))
      case .success(let page):
        let elements = already + page.elements
        guard let next = page.nextPageUri, !next.isEmpty, !isEnough(page.elements) else {
          completion(.success(elements))
          return
        }
        guard pages > 1 else {
          completion(.failure(.unavailable("the list has more pages than were asked for")))
          return
        }
        guard let nextURL = nextPageURL(next, of: credentials) else {
          completion(.failure(.unavailable("the list goes on at an address that is not Twilio's")))
          return
        }
        collect(
          from: nextURL, type, pages: pages - 1, as: credentials, already: elements, isEnough: isEnough,
          completion: completion)
      }
    }
  }

  /// The address of a `next_page_uri`: a path below the account on the configured host, else nil.
  /// Absolute addresses are refused too, even to the right host: Twilio never gives one here.
  func nextPageURL(_ uri: String, of credentials: TwilioCredentials) -> String? {
    let path = uri.prefix { $0 != "?" }
    guard path.hasPrefix(accountPath(of: credentials)), !path.contains(".."), !path.contains("\\"),
      uri.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "#") })
    else { return nil }
    return apiBase + uri
  }
}

/// A page of a list.
protocol WirePage: Decodable {
  associatedtype Element
  var elements: [Element] { get }
  var nextPageUri: String? { get }
}

extension WireMessagePage: WirePage { var elements: [WireMessage] { messages } }
extension WireRecordingPage: WirePage { var elements: [WireRecording] { recordings } }
extension WireCallPage: WirePage { var elements: [WireCall] { calls } }
