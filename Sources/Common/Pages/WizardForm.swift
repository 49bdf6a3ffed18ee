// WizardForm.swift - the values of the wizard's pages, and the names of its form fields.
//
// The handler reads the fields by the names given here, and the page writes them: one list for both.

import Business

/// The business a page speaks for.
package struct PageTenant: Sendable {
  package var name: String
  /// What a visitor may choose from, the tenant's own first.
  package var languages: [Language]
  package var callbackPhone: PhoneNumber?
  /// ISO code: numbers are shown as somebody of this country writes them.
  package var country: String
  /// After how long the data are erased; nil: the page does not say.
  package var retentionDays: Int?

  package init(
    name: String, languages: [Language] = Language.allCases, callbackPhone: PhoneNumber? = nil,
    country: String = "CH", retentionDays: Int? = nil
  ) {
    self.name = name
    self.languages = languages
    self.callbackPhone = callbackPhone
    self.country = country
    self.retentionDays = retentionDays
  }
}

/// The fields a person fills in; raw values are their names in the request.
package enum WizardField: String, CaseIterable, Sendable {
  case text, urgency, photos, phone, name, address
  /// "I am a person": asked only of whoever filled in what nobody sees.
  case person

  /// A number and a few words make a ticket; the rest can be asked on the phone.
  package var isRequired: Bool { self == .text || self == .phone || self == .urgency }

  /// The most characters taken; the browser stops there as well.
  package var limit: Int? {
    switch self {
    case .text: 4000
    case .phone: 30
    case .name: 100
    case .address: 200
    case .urgency, .photos, .person: nil
    }
  }
}

/// Names and limits the wizard's page and its handler share.
package enum WizardNames {
  /// Where the visitor came from, as in the link.
  package static let reference = "ref"
  /// The signed form token.
  package static let token = "token"
  /// A field no person sees. Whoever fills it in is a program: a simple robot, or the browser's own autofill, which
  /// goes by names and labels. This name, without a label and with `autocomplete="one-time-code"`, it leaves alone.
  package static let trap = "leer_lassen"
  /// What the trap was called: forms that lay open at the update have it. What stands in it says nothing, since
  /// browsers write the company's name there.
  package static let formerTrap = "company_url"
  /// The language chosen by hand.
  package static let language = "lang"
  package static let photosAtMost = 5
  package static let mebibytesPerPhoto = 8
  /// Words and photos together.
  package static let mebibytesPerForm = 45
}

/// What is wrong with one field.
package enum WizardProblem: Hashable, Sendable {
  case missing
  case tooLong(limit: Int)
  /// No telephone number, or one that cannot be called back.
  case notANumber
  /// The photos were fine, but a browser does not send them twice by itself.
  case choosePhotosAgain
}

/// What stands above a form that was sent but not taken, beside the problems of its fields.
package enum WizardBanner: Hashable, Sendable {
  /// The token was too old: sending the same page again is enough.
  case expired
  /// The database did not take it.
  case tryAgain
  /// Larger in all than a form may be; its photos were not looked at.
  case tooLarge
  /// Beyond a limit of forms in an hour; `from` is when the next is taken, as people say it.
  case tooManyRequests(from: String)
}

/// The form as it was typed so far.
package struct WizardForm: Sendable {
  package var name: String
  package var phone: String
  package var address: String
  package var text: String
  package var urgency: Urgency?
  package var reference: String
  /// The box "I am a person" is ticked.
  package var isPerson: Bool
  package var problems: [WizardField: WizardProblem]
  package var banner: WizardBanner?
  /// The files that came with it.
  package var photos: [SentPhoto]

  package init(
    name: String = "", phone: String = "", address: String = "", text: String = "",
    urgency: Urgency? = .medium, reference: String = "", isPerson: Bool = false,
    problems: [WizardField: WizardProblem] = [:], banner: WizardBanner? = nil, photos: [SentPhoto] = []
  ) {
    self.name = name
    self.phone = phone
    self.address = address
    self.text = text
    self.urgency = urgency
    self.reference = reference
    self.isPerson = isPerson
    self.problems = problems
    self.banner = banner
    self.photos = photos
  }

  /// Sent before, and shown again.
  var isReturned: Bool { !problems.isEmpty || banner != nil }
}

/// A page that stands instead of the form.
package enum WizardNotice: String, CaseIterable, Sendable {
  case expiredForm, tooLarge, notFound, unavailable
  /// The words did not come, or too slowly: they stand in the sender's browser still.
  case busy

  /// The status code the page goes out with.
  package var status: Int {
    switch self {
    case .expiredForm: 403
    case .tooLarge: 413
    case .notFound: 404
    case .unavailable, .busy: 503
    }
  }
}

/// The language a visitor reads: the one chosen by hand, else the browser's best, else the tenant's.
///
/// `acceptLanguage` is the header as it came; what cannot be read in it is passed over.
package func pageLanguage(chosen: String?, acceptLanguage: String?, of tenant: PageTenant) -> Language {
  let offered = tenant.languages
  if let chosen, let language = Language(rawValue: chosen), offered.contains(language) { return language }
  var best: (language: Language, weight: Double)?
  for entry in (acceptLanguage ?? "").prefix(500).split(separator: ",") {
    let parts = entry.split(separator: ";")
    guard let range = parts.first?.drop(while: { $0 == " " }), range.utf8.count >= 2,
      let language = Language(rawValue: range.prefix(while: { $0 != "-" && $0 != " " }).lowercased()),
      offered.contains(language)
    else { continue }
    var weight = 1.0
    for part in parts.dropFirst() {
      let setting = part.filter { $0 != " " }
      if setting.hasPrefix("q=") { weight = Double(setting.dropFirst(2)) ?? 0 }
    }
    // Equal weights: the first one named.
    if weight > 0, weight > best?.weight ?? 0 { best = (language, weight) }
  }
  return best?.language ?? offered.first ?? .de
}
