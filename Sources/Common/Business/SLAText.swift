// SLAText.swift - {SLA}: the promised time as a person would say it.

import LocalTime

/// The promised time, rounded up to the next quarter of an hour, in words of the GSM alphabet.
///
/// `heute 16:30`, `morgen 09:00`, `Montag 10:00` (2 to 6 days ahead), `Mo 4. Jan. 10:00` from 7 days on.
/// Written to follow "bis", "au plus tard", "al più tardi" and "by".
package func slaText(due: Timestamp, now: Timestamp, zone: TimeZoneRules, language: Language) -> String {
  let local = zone.local(roundedUpToQuarter(due, zone: zone))
  let days = local.date.daysSinceEpoch - zone.day(of: now).daysSinceEpoch
  let words = SLAWords.of(language)
  let weekday = local.date.weekday.rawValue - 1
  let date = local.date
  switch language {
  case .de:
    let day =
      switch days {
      case ...0: "heute"
      case 1: "morgen"
      case 2...6: words.weekdays[weekday]
      default: "\(words.weekdays[weekday].prefix(2)) \(date.day). \(words.months[date.month - 1])"
      }
    return "\(day) \(local.clock)"
  case .fr, .it:
    let day =
      switch days {
      case ...0: language == .fr ? "aujourd'hui" : "oggi"
      case 1: language == .fr ? "demain" : "domani"
      case 2...6: words.weekdays[weekday]
      // "1er" is how French says the first of a month.
      default:
        "\(words.weekdays[weekday]) \(date.day)\(language == .fr && date.day == 1 ? "er" : "")"
          + " \(words.months[date.month - 1])"
      }
    if language == .fr { return "\(day) à \(local.hour)h\(padded(local.minute))" }
    return "\(day) \(local.hour == 1 ? "all'" : "alle ")\(local.hour):\(padded(local.minute))"
  case .en:
    switch days {
    case ...0: return "\(local.clock) today"
    case 1: return "\(local.clock) tomorrow"
    case 2...6: return "\(local.clock) on \(words.weekdays[weekday])"
    default:
      return "\(local.clock) on \(words.weekdays[weekday].prefix(3)) \(date.day)"
        + " \(words.months[date.month - 1])"
    }
  }
}

/// {date}: a day as a person would say it, in words of the GSM alphabet: `Montag, 10. Aug.`, `lundi 10 aout`.
package func dayText(_ date: CivilDate, language: Language) -> String {
  let words = SLAWords.of(language)
  let weekday = words.weekdays[date.weekday.rawValue - 1]
  let month = words.months[date.month - 1]
  return switch language {
  case .de: "\(weekday), \(date.day). \(month)"
  case .fr: "\(weekday) \(date.day)\(date.day == 1 ? "er" : "") \(month)"
  case .it, .en: "\(weekday) \(date.day) \(month)"
  }
}

/// The next instant whose wall clock shows a full quarter of an hour; an exact quarter stays.
private func roundedUpToQuarter(_ instant: Timestamp, zone: TimeZoneRules) -> Timestamp {
  let quarter: Int64 = 15 * 60_000
  let wall = instant.milliseconds + Int64(zone.utcOffset(at: instant)) * 1000
  let past = (wall % quarter + quarter) % quarter
  return past == 0 ? instant : instant.adding(milliseconds: quarter - past)
}

/// Monday first, January first. "aout" has no circumflex: û is outside the GSM alphabet.
private struct SLAWords {
  let weekdays: [String]
  let months: [String]

  static func of(_ language: Language) -> SLAWords {
    switch language {
    case .de:
      SLAWords(
        weekdays: ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
        months: [
          "Jan.", "Feb.", "März", "April", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.",
        ])
    case .fr:
      SLAWords(
        weekdays: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
        months: [
          "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre",
          "novembre", "décembre",
        ])
    case .it:
      SLAWords(
        weekdays: ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
        months: [
          "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre",
          "ottobre", "novembre", "dicembre",
        ])
    case .en:
      SLAWords(
        weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        months: ["Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"])
    }
  }
}
