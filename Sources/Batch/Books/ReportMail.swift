// ReportMail.swift - a closed month by e-mail: the letter, and the files as long as a mailbox would take them.

import LocalTime
import Mail
import Platform
import Runner
import Store

struct ReportMail {
  private static let wantedHours = 7 * 24

  let context: BatchContext

  /// One message per address of `report_email`. Writes the letter's HTML beside the month's files, from where the
  /// message takes it when it leaves.
  func prepare(_ report: WrittenReport, before: TenantMonth?, in folder: String, at now: Timestamp) throws
    -> [NewMessage]
  {
    let tenant = report.figures.tenant
    guard let smtp = context.installation.smtp, !tenant.reportEmail.isEmpty else { return [] }
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
    let letter = ReportLetter(
      report.figures, before: before, attached: attached.map(name), leftOut: leftOut.map(name))
    let month = report.figures.month.iso8601
    let html = "\(folder)/mail_\(tenant.id)_\(month).html"
    try Files.writeAtomically(letter.html.bytes, to: html)
    return tenant.reportEmail.map { address in
      .mail(
        tenant: tenant.id, to: address, from: smtp.from, kind: .notification, subject: letter.subject,
        body: letter.text,
        attachments: ([html] + attached).map { String($0.dropFirst(context.home.path.count + 1)) },
        dueAt: now, expiresAt: now.adding(hours: ReportMail.wantedHours),
        onceKey: "report:\(tenant.id):\(month):\(address)")
    }
  }
}
