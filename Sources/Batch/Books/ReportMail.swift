// ReportMail.swift - a closed month by e-mail: the files go along as long as a mailbox would take them.

import LocalTime
import Mail
import Platform
import Runner
import Store

struct ReportMail {
  private static let wantedHours = 7 * 24

  let context: BatchContext

  /// Puts one message per address of `report_email` into the outbox.
  func queue(_ report: WrittenReport, at now: Timestamp) throws {
    guard let smtp = context.installation.smtp else { return }
    let tenant = report.figures.tenant
    let words = ReportWords(tenant.language)
    var room = MailMessage.attachedBytes
    var attached: [String] = []
    var leftOut: [String] = []
    for file in report.files {
      if file.byteCount <= room {
        room -= file.byteCount
        attached.append(file.path)
      } else {
        leftOut.append(file.path)
      }
    }
    func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }
    for address in tenant.reportEmail {
      try context.store.enqueue(
        .mail(
          tenant: tenant.id, to: address, from: smtp.from, kind: .notification,
          subject: words.subject(report.figures),
          body: words.text(report.figures, attached: attached.map(name), leftOut: leftOut.map(name)),
          attachments: attached.map { String($0.dropFirst(context.home.path.count + 1)) },
          dueAt: now, expiresAt: now.adding(hours: ReportMail.wantedHours),
          onceKey: "report:\(tenant.id):\(report.figures.month.iso8601):\(address)"), at: now)
    }
  }
}
