// Contacts.swift - the table `contacts`: what the tenant's people call a number, and what it is to them.

import Business
import LocalTime
import SQLite

/// A row of `contacts`.
package struct ContactRow: Hashable, Sendable {
  package var tenant: String
  /// E.164.
  package var phone: String
  /// Empty where only the kind is known.
  package var name: String
  package var kind: ContactKind
  package var note: String
  package var source: ContactSource
  package var updatedAt: Timestamp

  static let columns = "tenant, phone, name, kind, note, source, updated_at"

  package init(
    tenant: String, phone: String, name: String, kind: ContactKind = .customer, note: String = "",
    source: ContactSource, updatedAt: Timestamp
  ) {
    self.tenant = tenant
    self.phone = phone
    self.name = name
    self.kind = kind
    self.note = note
    self.source = source
    self.updatedAt = updatedAt
  }

  init(_ row: Row) throws(SQLiteError) {
    tenant = row.text(0)
    phone = row.text(1)
    name = row.text(2)
    kind = try row.choice(3)
    note = row.text(4)
    source = try row.choice(5)
    updatedAt = row.timestamp(6)
  }
}

extension Store {
  package func contact(tenant: String, phone: String) throws -> ContactRow? {
    try database.first(
      "SELECT \(ContactRow.columns) FROM contacts WHERE tenant = ? AND phone = ?", .text(tenant),
      .text(phone),
      as: ContactRow.init)
  }

  /// What the number is called; nil where it has no name.
  package func contactName(tenant: String, phone: String) throws -> String? {
    try database.first(
      "SELECT name FROM contacts WHERE tenant = ? AND phone = ? AND name <> ''", .text(tenant), .text(phone)
    ) { $0.text(0) }
  }

  /// What the numbers are called; without those that have no name.
  package func contactNames(tenant: String, phones: [String]) throws -> [String: String] {
    var names: [String: String] = [:]
    for places in ListPlaces(phones.map { .text($0) }) {
      try database.forEach(
        "SELECT phone, name FROM contacts WHERE tenant = ? AND phone IN (\(ListPlaces.sql)) AND name <> ''",
        values: [.text(tenant)] + places
      ) { names[$0.text(0)] = $0.text(1) }
    }
    return names
  }

  /// What the caller called himself in his newest form; nil where he did not.
  package func newestCallerName(tenant: String, phone: String) throws -> String? {
    try database.first(
      """
      SELECT caller_name FROM tickets WHERE phone = ? AND tenant = ? AND caller_name IS NOT NULL
      ORDER BY created_at DESC LIMIT 1
      """, .text(phone), .text(tenant)
    ) { $0.text(0) }
  }

  /// Makes the contact, or writes it anew.
  package func saveContact(_ contact: ContactRow) throws {
    try database.execute(
      """
      INSERT INTO contacts (\(ContactRow.columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
      ON CONFLICT (tenant, phone) DO UPDATE SET name = excluded.name, kind = excluded.kind,
        note = excluded.note, source = excluded.source, updated_at = excluded.updated_at
      """, .text(contact.tenant), .text(contact.phone), .text(contact.name), .text(contact.kind.rawValue),
      .text(contact.note), .text(contact.source.rawValue), .time(contact.updatedAt))
  }

  package func deleteContact(tenant: String, phone: String) throws {
    try database.execute("DELETE FROM contacts WHERE tenant = ? AND phone = ?", .text(tenant), .text(phone))
  }

  /// All of a tenant, in the order of their numbers.
  package func allContacts(tenant: String) throws -> [ContactRow] {
    try database.rows(
      "SELECT \(ContactRow.columns) FROM contacts WHERE tenant = ? ORDER BY phone", .text(tenant),
      as: ContactRow.init)
  }

  /// By name; numbers without one stand first.
  package func contacts(tenant: String, page: Int) throws -> ListPage<ContactRow> {
    try snapshot {
      let count = try database.integer("SELECT count(*) FROM contacts WHERE tenant = ?", .text(tenant))
      return try orderedPage(
        page, of: count ?? 0, in: database, "SELECT \(ContactRow.columns) FROM contacts WHERE tenant = ?",
        order: ["name", "phone"], [.text(tenant)], as: ContactRow.init)
    }
  }
}
