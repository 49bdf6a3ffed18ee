// InboxRecordings.swift - hands out voice messages, whole or in parts: a player on a phone asks for ranges, and plays
// nothing where it does not get them (RFC 9110, section 14).

import CGI
import Pages
import Platform
import Store

extension InboxVisit {
  /// A larger file is none of ours: two minutes of speech.
  private static let largest = 8 << 20

  func recording(_ text: String) throws -> CGIResponse {
    guard let id = Int(text), let row = try store.recording(id: id, tenant: tenant.id), let file = row.file,
      let bytes = try? Files.read("\(context.home.uploads)/\(file)", limit: InboxVisit.largest)
    else { return notice(.notFound) }
    var headers: [CGIResponse.Header] = [
      .init(name: "X-Content-Type-Options", value: "nosniff"),
      .init(name: "Accept-Ranges", value: "bytes"),
      .init(name: "Content-Security-Policy", value: "default-src 'none'; media-src 'self'; sandbox"),
      .init(name: "Content-Disposition", value: "inline; filename=\"\(row.ticketID)-\(row.id).mp3\""),
    ]
    switch ByteRange(request.variable("HTTP_RANGE"), of: bytes.count) {
    case .whole:
      return CGIResponse(status: 200, contentType: "audio/mpeg", body: bytes, headers: headers)
    case .part(let range):
      headers.append(
        .init(
          name: "Content-Range", value: "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(bytes.count)"))
      return CGIResponse(
        status: 206, contentType: "audio/mpeg", body: Array(bytes[range]), headers: headers)
    case .unsatisfiable:
      headers.append(.init(name: "Content-Range", value: "bytes */\(bytes.count)"))
      return CGIResponse(status: 416, contentType: "audio/mpeg", body: [], headers: headers)
    }
  }
}

/// What of a file is asked for, by the header `Range`.
enum ByteRange: Hashable {
  case whole
  case part(Range<Int>)
  /// It begins behind the end.
  case unsatisfiable

  /// Several ranges, other units and what is no range are answered with the whole, as the standard allows.
  init(_ header: String?, of count: Int) {
    self = .whole
    guard let header, header.hasPrefix("bytes=") else { return }
    let ends = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard ends.count == 2, !ends[1].utf8.contains(UInt8(ascii: ",")) else { return }
    if ends[0].isEmpty {
      guard let length = Int(ends[1]), length >= 0 else { return }
      self = length == 0 || count == 0 ? .unsatisfiable : .part(max(0, count - length)..<count)
      return
    }
    guard let first = Int(ends[0]), first >= 0 else { return }
    if ends[1].isEmpty {
      self = first < count ? .part(first..<count) : .unsatisfiable
    } else if let last = Int(ends[1]), last >= first {
      self = first < count ? .part(first..<min(count, last + 1)) : .unsatisfiable
    }
  }
}
