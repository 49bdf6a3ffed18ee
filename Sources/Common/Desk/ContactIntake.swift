// ContactIntake.swift - an address book becomes contacts: for `opsfabric contacts import` and for the desk.

import Business
import Store

extension Intake {
  /// Numbers in one transaction: a webhook that waits for its turn gets one after a few milliseconds.
  private static let numbersAtOnce = 200

  /// Writes what a tenant's address book says. Doing it twice changes nothing.
  /// - Parameter person: who brought it.
  package func take(_ book: [ReadContact], by person: String, tenant: Tenant) throws -> ContactImport {
    var result = ContactImport(entries: book.count)
    let entries = numbers(of: book, tenant, &result)
    result.numbers = entries.count
    for start in stride(from: 0, to: entries.count, by: Intake.numbersAtOnce) {
      try store.write {
        if start == 0 {
          try store.logEvent(
            .contactsImported, tenant: tenant.id, detail: "\(person) \(entries.count)", at: recordedAt)
        }
        for (phone, read) in entries[start..<min(start + Intake.numbersAtOnce, entries.count)] {
          try take(read, phone: phone, tenant, &result)
        }
      }
    }
    result.skipped.sort { $0.line < $1.line }
    return result
  }

  /// Each number once.
  private func numbers(of book: [ReadContact], _ tenant: Tenant, _ result: inout ContactImport) -> [(
    phone: String, read: ReadContact
  )] {
    var entries: [(phone: String, read: ReadContact)] = []
    var seen: Set<String> = []
    for read in book {
      func skip(_ fault: ContactImport.Fault) { result.skipped.append(.init(line: read.line, fault: fault)) }
      for property in read.unread { skip(.charset(property)) }
      if read.numbers.isEmpty { skip(.noNumber) }
      for typed in read.numbers {
        if let phone = PhoneNumber(userTyped: typed, defaultCountry: tenant.country)?.e164 {
          if seen.insert(phone).inserted { entries.append((phone, read)) } else { skip(.twice(phone)) }
        } else {
          skip(.notANumber(String(ContactLimits.oneLine(typed).prefix(ContactLimits.name))))
        }
      }
    }
    return entries
  }

  private func take(
    _ read: ReadContact, phone: String, _ tenant: Tenant, _ result: inout ContactImport
  ) throws {
    func skip(_ fault: ContactImport.Fault) { result.skipped.append(.init(line: read.line, fault: fault)) }
    let old = try store.contact(tenant: tenant.id, phone: phone)
    if let old, old.source == .desk, !old.name.isEmpty { return skip(.named(phone, name: old.name)) }
    let (name, note) = (ContactLimits.oneLine(read.name), ContactLimits.oneLine(read.note))
    func change(_ fault: ContactImport.Fault) { result.changed.append(.init(line: read.line, fault: fault)) }
    if name.count > ContactLimits.name { change(.cut(phone)) }
    // Whom somebody marked private, no file asks again.
    let isPrivate = old?.kind == .private
    if isPrivate, let kind = read.kind, kind != .private { change(.staysPrivate(phone)) }
    let new = ContactRow(
      tenant: tenant.id, phone: phone,
      name: name.isEmpty ? old?.name ?? "" : String(name.prefix(ContactLimits.name)),
      kind: isPrivate ? .private : read.kind ?? old?.kind ?? .customer,
      note: note.isEmpty ? old?.note ?? "" : String(note.prefix(ContactLimits.note)),
      source: .import, updatedAt: recordedAt)
    if let old, old.name == new.name, old.kind == new.kind, old.note == new.note {
      result.unchanged += 1
    } else if new.saysNothing {
      skip(.saysNothing(phone))
    } else {
      try keep(new)
      result.written += 1
    }
  }
}
