// TypedNumber.swift - a number as the operator types it: of the tenant's country, or of the tenants' countries.

import Business
import Settings
import Store

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
  /// A number that may be known already, whichever tenant's it is. Without prefix it may be another one in the country
  /// of each tenant: it is the one that the database knows, and who is meant is not guessed beyond that.
  func number(typed text: String, store: Store) throws -> PhoneNumber {
    // What stands in the database may be longer or shorter than any number.
    if let exact = PhoneNumber(e164: text) { return exact }
    let countries = Set(try tenants().map(\.country)).sorted()
    let numbers = Set(
      (countries.isEmpty ? ["CH"] : countries).compactMap {
        PhoneNumber(userTyped: text, defaultCountry: $0)
      })
    guard let number = numbers.first else { throw noNumber(text, country: countries.first ?? "CH") }
    if numbers.count == 1 { return number }
    let known = try numbers.filter { try store.isKnown($0.e164) }
    if known.count == 1, let number = known.first { return number }
    let choices = numbers.map(\.e164).sorted().joined(separator: " or ")
    throw CommandError(
      "'\(text)' without prefix may be \(choices), since there are tenants in \(countries.joined(separator: ", ")); "
        + "write it with its prefix", exitCode: .usage)
  }
}

private func noNumber(_ text: String, country: String) -> CommandError {
  CommandError(
    "'\(text)' is no phone number (without prefix: of \(country)); write it like +41791234567",
    exitCode: .usage)
}
