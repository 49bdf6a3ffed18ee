// Texts.swift - a tenant's messages: its own templates or the built-in ones, filled in and measured.

import Business
import LocalTime

package struct Texts {
  let tenant: Tenant
  private let calendar: BusinessCalendar

  package init(tenant: Tenant, calendar: BusinessCalendar) {
    self.tenant = tenant
    self.calendar = calendar
  }

  package func missedCall(phone: String, at now: Timestamp) -> SMSText {
    let own = tenant.templates.missedCall
    let back = calendar.dayOfReturn(on: calendar.zone.day(of: now))
    guard let back else { return fitted(.missedCall, own: own, phone) }
    var values = values(phone)
    values.date = dayText(back, language: tenant.language)
    return MessageTemplate.missedCall(
      in: tenant.vacationText ?? MessageTemplate.onVacation(tenant.language), own: own, values: values,
      language: tenant.language)
  }

  package func urgent(phone: String) -> SMSText { fitted(.urgent, own: tenant.templates.urgent, phone) }

  package func callback(phone: String, due: Timestamp, now: Timestamp) -> SMSText {
    fitted(.callback, own: tenant.templates.callback, phone, sla: sla(due, now: now))
  }

  package func freeText(phone: String, due: Timestamp, now: Timestamp) -> SMSText {
    fitted(.freeText, own: tenant.templates.freeText, phone, sla: sla(due, now: now))
  }

  package func wizard(phone: String) -> SMSText { fitted(.wizard, own: tenant.templates.wizard, phone) }

  /// The promised time as a person would say it.
  package func sla(_ due: Timestamp, now: Timestamp) -> String {
    slaText(due: due, now: now, zone: calendar.zone, language: tenant.language)
  }

  private func fitted(_ template: MessageTemplate, own: String?, _ phone: String, sla: String = "") -> SMSText
  {
    template.fitted(own, values: values(phone, sla: sla), language: tenant.language)
  }

  private func values(_ phone: String, sla: String = "") -> TemplateValues {
    TemplateValues(
      business: tenant.nameInSMS, phone: tenant.callbackPhone, sla: sla,
      wizardLink: wizardLink(domain: tenant.websiteDomain, phone: phone))
  }
}

extension Intake {
  package func texts(_ tenant: Tenant) -> Texts {
    Texts(tenant: tenant, calendar: calendar(tenant, from: recordedAt))
  }
}
