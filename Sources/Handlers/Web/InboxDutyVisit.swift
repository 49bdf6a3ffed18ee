// InboxDutyVisit.swift - who is on duty, and who takes over until when.

import Business
import CGI
import Desk
import LocalTime
import Pages

extension InboxVisit {
  /// What the field proposes.
  private static let proposedMinute = 8 * 60

  /// nil where nobody is on duty in turn.
  func duty() throws -> InboxDuty? {
    guard let rotation = tenant.rotation else { return nil }
    let standIn = try intake.dutyStandIn(tenant)
    return InboxDuty(
      name: (standIn?.person ?? rotation.onDuty(on: zone.day(of: now))).map(shown),
      until: standIn.map { momentText($0.until, now: now, zone: zone, language: language) },
      canTake: reliever != nil, isMine: standIn != nil && standIn?.person == reliever?.name)
  }

  /// Who is signed in, where he can be told.
  private var reliever: Person? { caller.flatMap { $0.entries.isEmpty ? nil : $0 } }

  func dutyPage(banner: InboxBanner? = nil, typed: String? = nil, status: Int = 200) throws -> CGIResponse {
    guard let duty = try duty() else { return notice(.notFound) }
    let tomorrow = zone.timestamp(zone.day(of: now).adding(days: 1), minuteOfDay: Self.proposedMinute)
    return PageResponse.html(
      inboxDutyPage(duty, typed: typed ?? fieldText(tomorrow), frame: frame, banner: banner), status: status)
  }

  func changeDuty(_ action: InboxAction, _ fields: FormFields, isOurs: Bool) throws -> CGIResponse {
    guard tenant.rotation != nil, let reliever else { return notice(.notFound) }
    let typed = fields[InboxNames.until] ?? ""
    guard isOurs else { return try dutyPage(banner: .expiredForm, typed: typed, status: 403) }
    if action == .giveDuty {
      try intake.giveDutyBack(reliever, tenant: tenant)
    } else {
      guard let until = moment(typed: typed), until > now, until <= now.adding(days: Intake.dutyDays) else {
        return try dutyPage(banner: .untilWrong(days: Intake.dutyDays), typed: typed, status: 422)
      }
      try intake.takeDuty(reliever, until: until, tenant: tenant)
    }
    return back(to: "\(InboxNames.duty)=1", after: action)
  }

  /// As a browser's field for a time writes it.
  private func fieldText(_ time: Timestamp) -> String {
    let local = zone.local(time)
    return "\(local.date.iso8601)T\(local.clock)"
  }

  private func moment(typed: String) -> Timestamp? {
    let bytes = Array(typed.utf8)
    func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    // Seconds may follow.
    guard bytes.count >= 16, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
      let date = CivilDate(iso8601: part(0..<10)), let hour = Int(part(11..<13)),
      let minute = Int(part(14..<16)), 0..<24 ~= hour, 0..<60 ~= minute
    else { return nil }
    return zone.timestamp(date, minuteOfDay: hour * 60 + minute)
  }
}
