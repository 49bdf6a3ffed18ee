// Reason.swift - why a missed call got its SMS or not: one row for each reason, with all that anybody says of it.

package struct Reason: Sendable {
  /// Of the database, the log, `list calls` and the ledger.
  package let code: String
  package let heard: Heard
  /// What the tenant's people read of such a call, in their language.
  package let said: @Sendable (Language) -> String
  /// For the operator, in one line.
  package let meaning: @Sendable (Tenant) -> String
  /// What the operator can do where the SMS to this number was wanted.
  package let cure: @Sendable (_ tenant: Tenant, _ phone: String) -> String

  /// What the caller is told of an SMS after the miss.
  package enum Heard: Sendable {
    case promise
    case alreadyTexted
    /// None can come: the voice menu, where there is one.
    case menu
    case nothing
  }

  private init(
    _ code: String, _ heard: Heard, said: @escaping @Sendable (Language) -> String,
    meaning: @escaping @Sendable (Tenant) -> String,
    cure: @escaping @Sendable (Tenant, String) -> String = { _, _ in "take another telephone" }
  ) {
    self.code = code
    self.heard = heard
    self.said = said
    self.meaning = meaning
    self.cure = cure
  }

  package init?(code: String) {
    guard let reason = Reason.allCases.first(where: { $0.code == code }) else { return nil }
    self = reason
  }
}

extension Reason {
  package static let withheld = Reason(
    "withheld", .menu,
    said: {
      $0.say(
        de: "Nummer unterdrückt, keine SMS möglich", fr: "Numéro masqué, pas de SMS possible",
        it: "Numero nascosto, nessun SMS possibile", en: "Number withheld, no text possible")
    }, meaning: { _ in "the number is none that can be texted" })

  package static let blocked = Reason(
    "blocked", .nothing, said: { $0.say(de: "Gesperrt", fr: "Bloqué", it: "Bloccato", en: "Blocked") },
    meaning: { _ in "the number is on the block list" },
    cure: { "opsfabric unblock \($0.id) \($1), or take another telephone" })

  package static let spam = Reason(
    "spam", .nothing,
    said: {
      $0.say(
        de: "Spam: zu viele Anrufe an einem Tag", fr: "Indésirable: trop d’appels en un jour",
        it: "Spam: troppe chiamate in un giorno", en: "Spam: too many calls in a day")
    },
    meaning: { "more than \($0.spamMissedCallsPerDay) missed calls of the number today" })

  package static let optedOut = Reason(
    "opted_out", .menu,
    said: {
      $0.say(
        de: "Will keine SMS (STOP)", fr: "Ne veut pas de SMS (STOP)", it: "Non vuole SMS (STOP)",
        en: "Wants no texts (STOP)")
    }, meaning: { _ in "the number has sent STOP" },
    cure: { tenant, _ in "text START from that telephone to \(tenant.smsSender), or take another one" })

  package static let ownNumber = Reason(
    "own_number", .nothing,
    said: {
      $0.say(de: "Eigene Nummer", fr: "Numéro à nous", it: "Numero nostro", en: "One of our own numbers")
    }, meaning: { _ in "it is a number of the tenant, its staff or the operator" })

  package static let `private` = Reason(
    "private", .nothing,
    said: {
      $0.say(
        de: "Privat, keine SMS", fr: "Privé, pas de SMS", it: "Privato, nessun SMS", en: "Private, no text")
    },
    meaning: { _ in "the tenant's people marked the number as private" },
    cure: { _, _ in "take the mark back on the desk, or take another telephone" })

  package static let shortRing = Reason(
    "short_ring", .nothing,
    said: {
      $0.say(
        de: "Kurz angeklingelt, noch nie gesehen", fr: "Sonnerie très brève, numéro inconnu",
        it: "Squillo brevissimo, numero mai visto", en: "Rang off at once, never seen before")
    },
    meaning: { "a number never seen before hung up within \($0.shortRingSeconds) seconds" },
    cure: { _, _ in "call once more: the second call of a number is decided as any other" })

  package static let country = Reason(
    "country", .menu,
    said: {
      $0.say(
        de: "Ausland oder Dienstnummer, keine SMS", fr: "Étranger ou numéro de service, pas de SMS",
        it: "Estero o numero di servizio, nessun SMS", en: "Abroad or a service number, no text")
    },
    meaning: { _ in "its country is not in allowed_countries, or it is a special number" },
    cure: { _, _ in
      "add the country to allowed_countries, then: opsfabric apply; or take another telephone"
    })

  package static let reached = Reason(
    "reached", .nothing,
    said: {
      $0.say(de: "Seither erreicht", fr: "Joint depuis", it: "Raggiunto nel frattempo", en: "Reached since")
    }, meaning: { _ in "a later call of the number was answered" })

  package static let dedupe = Reason(
    "dedupe", .alreadyTexted,
    said: {
      $0.say(
        de: "Hat gerade schon eine SMS bekommen", fr: "A déjà reçu un SMS à l’instant",
        it: "Ha già ricevuto un SMS poco fa", en: "Just got a text already")
    }, meaning: { "it got an SMS less than \($0.dedupeMinutes) minutes ago" },
    cure: { _, _ in "wait, or take another telephone" })

  package static let throttle = Reason(
    "throttle", .alreadyTexted,
    said: {
      $0.say(
        de: "Hat heute schon genug SMS bekommen", fr: "A déjà reçu assez de SMS aujourd’hui",
        it: "Ha già ricevuto abbastanza SMS oggi", en: "Got enough texts today already")
    }, meaning: { "it got \($0.maxSMSPerDay) SMS today already" })

  package static let landline = Reason(
    "landline", .menu,
    said: {
      $0.say(
        de: "Festnetz, keine SMS möglich", fr: "Ligne fixe, pas de SMS possible",
        it: "Rete fissa, nessun SMS possibile", en: "Landline, no text possible")
    }, meaning: { _ in "it is a landline" })

  package static let quietHours = Reason(
    "quiet_hours", .nothing,
    said: {
      $0.say(
        de: "Ruhezeit, keine SMS", fr: "Heures calmes, pas de SMS", it: "Ore di quiete, nessun SMS",
        en: "Quiet hours, no text")
    }, meaning: { _ in "quiet hours, and quiet_hours.policy is skip" },
    cure: { _, _ in "wait for their end, or change quiet_hours; then: opsfabric apply" })

  package static let expired = Reason(
    "expired", .nothing,
    said: {
      $0.say(
        de: "Zu spät für eine SMS", fr: "Trop tard pour un SMS", it: "Troppo tardi per un SMS",
        en: "Too late for a text")
    }, meaning: { _ in "it was decided too late; a ticket was made instead" },
    cure: { _, _ in "see that the runner runs all the time (opsfabric doctor), then test again" })

  package static let sent = Reason(
    "sent", .promise,
    said: { $0.say(de: "SMS gesendet", fr: "SMS envoyé", it: "SMS inviato", en: "Text sent") },
    meaning: { _ in "see opsfabric list events" },
    cure: { _, _ in "opsfabric list events shows why" })
}

extension Reason: Hashable, CaseIterable {
  /// In the order of the table.
  package static let allCases = rules.map(\.reason) + [.sent]

  package static func == (left: Reason, right: Reason) -> Bool { left.code == right.code }

  package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
