// NumbersForSale.swift - what kinds of numbers an account could buy in a country, what they can do, what they cost.
//
// Source: Twilio's AvailablePhoneNumbers resource (2010 API; 404 where a country has none of a kind) and its pricing
// service (pricing.twilio.com/v1/PhoneNumbers/Countries/CH).

import Curl

/// A kind of number that is for sale.
package struct NumberOffer: Sendable, Hashable {
  package enum Kind: String, CaseIterable, Sendable {
    case mobile = "Mobile"
    case local = "Local"
    case national = "National"

    /// As the price list names it.
    var priced: String { rawValue.lowercased() }
  }

  package var kind: Kind
  package var canVoice: Bool
  package var canSMS: Bool
  /// Twilio wants an address or papers before it sells one.
  package var needsAddress: Bool
  /// By the month, as Twilio writes it: `9.00`; nil where it does not say.
  package var price: String?
  /// `USD`
  package var currency: String
}

extension TwilioClient {
  /// One number of a kind that is for sale; nil where there is none.
  package func numberForSale(
    _ kind: NumberOffer.Kind, in country: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<NumberOffer?, APIFailure>) -> Void
  ) {
    let url = listURL(
      "AvailablePhoneNumbers/\(country)/\(kind.rawValue).json", [("VoiceEnabled", "true")], pageSize: 20,
      of: credentials)
    read(url, WireOffers.self, as: credentials) { result in
      switch result {
      case .success(let page):
        // One that can do both comes before one that cannot.
        let found =
          page.availablePhoneNumbers.first { $0.capabilities?.canSMS == true }
          ?? page.availablePhoneNumbers.first
        completion(.success(found.map { $0.offer(kind) }))
      case .failure(.refused(404, _, _)): completion(.success(nil))
      case .failure(let failure): completion(.failure(failure))
      }
    }
  }

  /// Monthly prices by kind, and their currency.
  package func numberPrices(
    in country: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<(prices: [NumberOffer.Kind: String], currency: String), APIFailure>) -> Void
  ) {
    read("\(neighbour("pricing"))/v1/PhoneNumbers/Countries/\(country)", WirePrices.self, as: credentials) {
      result in
      completion(
        result.map { list in
          var prices: [NumberOffer.Kind: String] = [:]
          for price in list.phoneNumberPrices {
            guard let kind = NumberOffer.Kind.allCases.first(where: { $0.priced == price.numberType?.value })
            else { continue }
            prices[kind] = price.currentPrice?.value ?? price.basePrice?.value
          }
          return (prices, (list.priceUnit?.value ?? "").uppercased())
        })
    }
  }
}

private struct WireOffers: Decodable {
  struct Number: Decodable {
    let capabilities: WireNumber.Capabilities?
    let addressRequirements: LooseText?

    func offer(_ kind: NumberOffer.Kind) -> NumberOffer {
      NumberOffer(
        kind: kind, canVoice: capabilities?.voice ?? false, canSMS: capabilities?.canSMS ?? false,
        needsAddress: !["none", ""].contains(addressRequirements?.value ?? ""), price: nil, currency: "")
    }
  }

  let availablePhoneNumbers: [Number]
}

private struct WirePrices: Decodable {
  struct Price: Decodable { let numberType, basePrice, currentPrice: LooseText? }
  let phoneNumberPrices: [Price]
  let priceUnit: LooseText?
}
