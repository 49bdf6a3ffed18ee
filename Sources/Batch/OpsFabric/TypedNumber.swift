// TypedNumber.swift - a number as the operator types it: of the tenant's country, or of the tenants' countries.

import Rules
import Settings

extension Tenant {
  /// A number in the words of a call; without prefix it is of the tenant's country.
  func number(typed text: String) throws -> PhoneNumber {
    guard let number = PhoneNumber(userTyped: text, defaultCountry: country) else {
      throw noNumber(text, country: country)
    }
    return number
  }
}

extension SettingsReader {
  /// A number that may be known already, whichever tenant's it is. Without prefix it must be the same in the countries
  /// of all tenants: who is meant must not be guessed.
  func number(typed text: String) throws -> PhoneNumber {
    // What stands in the database may be longer or shorter than any number.
    if let exact = PhoneNumber(e164: text) { return exact }
    let countries = Set(try tenants().map(\.country)).sorted()
    let numbers = Set(
      (countries.isEmpty ? ["CH"] : countries).compactMap {
        PhoneNumber(userTyped: text, defaultCountry: $0)
      })
    guard let number = numbers.first else { throw noNumber(text, country: countries.first ?? "CH") }
    guard numbers.count == 1 else {
      let choices = numbers.map(\.e164).sorted().joined(separator: " or ")
      throw CommandError(
        "'\(text)' is another number in each of \(countries.joined(separator: ", ")); write \(choices)",
        exitCode: .usage)
    }
    return number
  }
}

private func noNumber(_ text: String, country: String) -> CommandError {
  CommandError(
    "'\(text)' is no phone number (without prefix: of \(country)); write it like +41791234567",
    exitCode: .usage)
}
