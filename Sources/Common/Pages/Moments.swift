// Moments.swift - past and coming times as the inbox says them, exact to the minute.
//
// Promises to callers are `slaText` of Rules: rounded, and never in the past. Here both directions
// are needed.

import Business
import LocalTime

/// `heute 14:32`, `gestern 09:05`, `morgen 08:00`, else `Fr 4.1. 10:00`, with the year when it is another.
package func momentText(
  _ moment: Timestamp, now: Timestamp, zone: TimeZoneRules, language: Language
) -> String {
  let local = zone.local(moment)
  let today = zone.day(of: now)
  switch local.date.daysSinceEpoch - today.daysSinceEpoch {
  case 0:
    return language.say(de: "heute", fr: "aujourd’hui", it: "oggi", en: "today") + " " + local.clock
  case -1: return language.say(de: "gestern", fr: "hier", it: "ieri", en: "yesterday") + " " + local.clock
  case 1: return language.say(de: "morgen", fr: "demain", it: "domani", en: "tomorrow") + " " + local.clock
  default:
    let weekdays = language.say(
      de: "MoDiMiDoFrSaSo", fr: "lumamejevesadi", it: "lumamegivesado", en: "MoTuWeThFrSaSu")
    let weekday = weekdays.dropFirst(2 * (local.date.weekday.rawValue - 1)).prefix(2)
    let year = local.date.year == today.year ? "" : String(local.date.year)
    // All of Switzerland writes 4.1.; English needs the month's name, or half its readers take it for
    // the day.
    let month = "JanFebMarAprMayJunJulAugSepOctNovDec".dropFirst(3 * (local.date.month - 1)).prefix(3)
    let date =
      language == .en
      ? "\(local.date.day) \(month)" + (year.isEmpty ? "" : " " + year)
      : "\(local.date.day).\(local.date.month).\(year)"
    return "\(weekday) \(date) \(local.clock)"
  }
}

/// Whole minutes until a promise has to be kept; negative once it is broken.
///
/// Rounded towards what is left: a promise is overdue only after a whole minute.
package func minutesLeft(until due: Timestamp, now: Timestamp) -> Int {
  let left = due.milliseconds(since: now)
  let minutes = left / 60_000
  return Int(left > 0 && left % 60_000 != 0 ? minutes + 1 : minutes)
}
