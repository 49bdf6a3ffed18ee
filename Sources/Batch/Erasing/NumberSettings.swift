// NumberSettings.swift - what the settings know of a number, over all tenants.

import Business
import Desk
import Settings

extension SettingsReader {
  /// It is a tenant's, or one of its people's.
  func isOurs(_ number: PhoneNumber) throws -> Bool {
    try tenants().contains { try isOwnNumber(number.e164, tenant: $0.id) }
  }

  /// Keys of rate limits that are made of it.
  func rateKeys(of number: PhoneNumber) throws -> [String] {
    try tenants().map { Intake.rateKey("phone:\(number.e164)", tenant: $0.id) }
  }
}
