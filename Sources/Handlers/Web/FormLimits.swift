// FormLimits.swift - how many forms are taken, by where they come from: beyond that they come back as they were typed.
//
// A flood fills neither the database nor the desk without end. A number is counted together with the address, so that
// nobody can use up another person's forms by typing his number.

import Business
import Desk

struct FormLimits {
  let tenant: Tenant
  let address: String

  /// The line itself: an IPv4 address or an IPv6 /64. The networks around it have twice and four times as much.
  private static let ofLine = Ceiling(perHour: 20, perDay: 60)
  /// Of one number from one line.
  private static let ofNumber = Ceiling(perHour: 5, perDay: 20)
  /// A day's forms of a tenant, as a multiple of what is told one by one in an hour.
  private static let daysForms = 20
  /// Forms with photos, of a tenant: what a flood can put on the disk. Their words are taken beyond it.
  static let withPhotos = Ceiling(perHour: 40, perDay: 100)

  private var lines: [String] { VisitorAddress.lines(address) }

  private func rate(_ what: String, _ ceiling: Ceiling) -> FormRate {
    FormRate(what, tenant: tenant.id, ceiling)
  }

  private func ofLines(_ what: String) -> [FormRate] {
    zip(lines, [1, 2, 4]).map { line, times in
      rate(
        "\(what):\(line)",
        Ceiling(perHour: FormLimits.ofLine.perHour * times, perDay: FormLimits.ofLine.perDay * times))
    }
  }

  func ofAddress() -> [FormRate] { ofLines("address") }

  /// A form that asks for something. Strangers' forms and those for numbers that were in touch do not use up each
  /// other's share.
  func ofRequest(for phone: String, _ origin: TicketOrigin) -> [FormRate] {
    let day = tenant.formLimitPerHour * FormLimits.daysForms
    return ofAddress() + [
      rate("phone:\(phone):\(lines[0])", FormLimits.ofNumber),
      rate("forms:\(origin.rawValue)", Ceiling(perHour: day, perDay: day)),
    ]
  }

  /// A form that brings photos, with its request or after it.
  func ofPhotos(_ origin: TicketOrigin) -> [FormRate] {
    [rate("photos:\(origin.rawValue)", FormLimits.withPhotos)]
  }

  /// The link was opened.
  func ofOpening() -> [FormRate] { ofLines("opened") }
}
