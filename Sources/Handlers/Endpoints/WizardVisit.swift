// WizardVisit.swift - one visitor's request to the wizard: the form shown, taken, or given back as it was.

import CGI
import Intake
import LocalTime
import Pages
import Platform
import Rules
import Settings
import Store
import Uploads

/// One request of one visitor.
struct WizardVisit {
  let request: CGIRequest
  let tenant: Tenant
  let settings: SettingsReader
  let installation: Installation
  let context: EndpointContext
  let query: FormFields
  let now: Timestamp
  private let page: PageTenant

  init(
    request: CGIRequest, tenant: Tenant, settings: SettingsReader, installation: Installation,
    context: EndpointContext
  ) {
    self.request = request
    self.tenant = tenant
    self.settings = settings
    self.installation = installation
    self.context = context
    // A query that cannot be read is an empty one: the form still opens.
    query = (try? FormFields(encoded: request.query.utf8)) ?? FormFields()
    now = context.clock.now()
    page = PageTenant(
      name: tenant.name, languages: [tenant.language] + Language.allCases.filter { $0 != tenant.language },
      callbackPhone: PhoneNumber(e164: tenant.callbackPhone), country: tenant.country,
      retentionDays: installation.retentionDays)
  }

  private var zone: TimeZoneRules { context.zones.zone(tenant.timezone) ?? .utc }
  private var tokens: FormToken { FormToken(installation: installation, tenant: tenant.id) }

  func language(chosen: String? = nil) -> Language {
    pageLanguage(
      chosen: chosen ?? query[WizardNames.language], acceptLanguage: request.header("Accept-Language"),
      of: page)
  }

  func notice(_ notice: WizardNotice) -> CGIResponse {
    PageResponse.html(
      wizardNoticePage(notice, tenant: page, language: language(), formLink: request.ownPath),
      status: notice.status)
  }

  // MARK: GET

  func form() -> CGIResponse {
    let phone = query.nonEmpty("phone").flatMap { PhoneNumber(userTyped: $0, defaultCountry: tenant.country) }
    let reference = String((query[WizardNames.reference] ?? "").prefix(40))
    if request.method == "GET", reference == TicketSource.missedCall.rawValue, let phone { logOpened(phone) }
    return show(
      WizardForm(phone: phone?.written(in: tenant.country) ?? "", reference: reference), language: language())
  }

  /// The log is not worth a visitor's wait or an error page.
  private func logOpened(_ phone: PhoneNumber) {
    do {
      try intake().recordLinkOpened(phone: phone.e164, tenant: tenant)
    } catch {
      context.log(.warning, "link-not-logged", ["reason": String(describing: error)])
    }
  }

  private func intake() throws -> Intake {
    let store = try Store.open(context.home, patience: context.patience)
    context.leaveOpen(store)
    return Intake(store: store, settings: settings, zones: context.zones, recordedAt: now)
  }

  private func show(_ form: WizardForm, language: Language, status: Int = 200) -> CGIResponse {
    let zone = zone
    let due = tenant.slaDue(.medium, from: now, zone: zone)
    let html = wizardPage(
      form, tenant: page, language: language, action: request.ownPath,
      token: tokens.make(at: now, random: context.random),
      callbackBy: slaText(due: due, now: now, zone: zone, language: language))
    return PageResponse.html(html, status: status)
  }

  // MARK: POST

  func take(_ source: (Int?) -> ByteSource) throws -> CGIResponse {
    let limits = MultipartLimits()
    let length = request.variable("CONTENT_LENGTH").flatMap { Int($0) }
    if let length, length > limits.totalBytes { return notice(.tooLarge) }
    var photos = PhotoStore(uploads: context.home.uploads, tenant: tenant.id, random: context.random)
    guard let body = read(source(length), limits: limits, into: &photos) else { return notice(.expiredForm) }
    let response = answer(body, photos: photos)
    return response
  }

  /// nil for a body that is no form at all.
  private func read(_ source: ByteSource, limits: MultipartLimits, into photos: inout PhotoStore)
    -> MultipartForm?
  {
    if request.mediaType == "application/x-www-form-urlencoded" {
      guard let bytes = try? request.body(limit: 256 << 10), let fields = try? FormFields(encoded: bytes)
      else {
        return nil
      }
      return MultipartForm(fields: fields)
    }
    guard
      let reader = try? MultipartReader(contentType: request.variable("CONTENT_TYPE") ?? "", limits: limits)
    else {
      return nil
    }
    let form = reader.read(source, into: &photos)
    return form.fault == .noParts ? nil : form
  }

  private func answer(_ body: MultipartForm, photos: PhotoStore) -> CGIResponse {
    let fields = body.fields
    let language = language(chosen: fields[WizardNames.language])
    // Whoever fills in what no person sees gets a page of thanks and nothing else.
    if fields.nonEmpty(WizardNames.honeypot) != nil {
      photos.removeAll()
      context.log(.info, "honeypot", ["tenant": tenant.id])
      return PageResponse.html(thankYouPage(tenant: page, language: language, urgency: .medium, promise: nil))
    }
    var form = WizardForm(
      name: text(fields, .name), phone: text(fields, .phone), address: text(fields, .address),
      text: text(fields, .text),
      urgency: fields[WizardField.urgency.rawValue].flatMap { Urgency(rawValue: $0) },
      reference: String((fields[WizardNames.reference] ?? "").prefix(40)), problems: problems(body, photos))
    let phone = PhoneNumber(userTyped: form.phone, defaultCountry: tenant.country)
    if form.phone.isEmpty {
      form.problems[.phone] = .missing
    } else if phone?.canBeCalled != true {
      form.problems[.phone] = .notANumber
    }
    // It broke off within the words, of which the hidden field is the last: nothing is recorded of them, so that the
    // next try brings them all.
    if body.fault != nil && fields[WizardNames.honeypot] == nil { form.banner = .tryAgain }
    let token = fields[WizardNames.token] ?? ""
    if tokens.check(token, at: now) != .good { form.banner = .expired }
    guard form.problems.isEmpty, form.banner == nil, let phone, let urgency = form.urgency else {
      return giveBack(form, photos, language, status: 422)
    }
    let isCutOff = body.fault == .truncated || body.fault == .unreadable
    return record(
      form, phone: phone, urgency: urgency, token: token, photos: photos, isCutOff: isCutOff,
      language: language)
  }

  private func record(
    _ form: WizardForm, phone: PhoneNumber, urgency: Urgency, token: String, photos: PhotoStore,
    isCutOff: Bool, language: Language
  ) -> CGIResponse {
    do {
      let intake = try intake()
      let state = try intake.formState(token: token, tenant: tenant)
      guard try intake.takeRates(rates(phone, state), at: now) else {
        photos.removeAll()
        return notice(.tooManyRequests)
      }
      func submitted(_ stored: [StoredPhoto]) -> [WizardSubmission.Photo] {
        stored.map { .init(file: "\(tenant.id)/\($0.name)", contentType: $0.kind.contentType) }
      }
      let (ticket, added) = try intake.recordSubmission(
        WizardSubmission(
          phone: phone.e164, name: form.name, address: form.address, text: form.text, urgency: urgency,
          isFromMissedCall: form.reference == TicketSource.missedCall.rawValue, token: token,
          photos: submitted(photos.stored), isCutOff: isCutOff),
        tenant: tenant, unknown: { submitted(photos.unknown(among: $0)) })
      // The same form again: what it brings is there already.
      photos.removeAll(but: added.map(\.file))
      let promise =
        ticket.slaDueAt > now ? ticket.slaDueAt : intake.slaDue(urgency, tenant: tenant, from: now)
      return PageResponse.html(
        thankYouPage(
          tenant: page, language: language, urgency: ticket.urgency,
          promise: slaText(due: promise, now: now, zone: zone, language: language),
          photos: photos.stored.count,
          droppedPhotos: photos.outcomes.count - photos.stored.count))
    } catch {
      context.log(.error, "database", ["reason": String(describing: error)])
      var returned = form
      returned.banner = .tryAgain
      return giveBack(returned, photos, language, status: 503)
    }
  }

  /// The form as it was typed; a browser does not send photos twice by itself.
  private func giveBack(_ form: WizardForm, _ photos: PhotoStore, _ language: Language, status: Int)
    -> CGIResponse
  {
    var form = form
    if !photos.stored.isEmpty && form.problems[.photos] == nil { form.problems[.photos] = .choosePhotosAgain }
    photos.removeAll()
    return show(form, language: language, status: status)
  }

  private func text(_ fields: FormFields, _ field: WizardField) -> String {
    (fields[field.rawValue] ?? "").trimmingBlanks
  }

  private func problems(_ body: MultipartForm, _ photos: PhotoStore) -> [WizardField: WizardProblem] {
    var problems: [WizardField: WizardProblem] = [:]
    for field in WizardField.allCases where field != .photos && field != .phone {
      let value = text(body.fields, field)
      if field.isRequired && value.isEmpty { problems[field] = .missing }
      if let limit = field.limit, value.count > limit { problems[field] = .tooLong(limit: limit) }
      for reason in body.problems(of: field.rawValue) {
        if case .tooLong = reason { problems[field] = .tooLong(limit: field.limit ?? 0) }
      }
    }
    if let limit = WizardField.phone.limit, text(body.fields, .phone).count > limit {
      problems[.phone] = .tooLong(limit: limit)
    }
    if body.problems(of: WizardField.photos.rawValue).contains(where: { $0.isTooManyFiles }) {
      problems[.photos] = .tooManyPhotos(limit: WizardNames.photosAtMost)
    }
    return problems
  }

  /// The limits a form counts against: none where it was taken already. Where it was cut off the address alone,
  /// since a bad connection may need many tries.
  private func rates(_ phone: PhoneNumber, _ state: Intake.FormState) -> [(key: String, limit: Int)] {
    let address = VisitorAddress.network(request.variable("REMOTE_ADDR") ?? "")
    var limits: [(String, Int)] = []
    if state != .taken { limits.append(("address:\(address)", WizardEndpoint.formsPerAddress)) }
    if state == .new { limits.append(("phone:\(phone.e164)", WizardEndpoint.formsPerNumber)) }
    return limits.map { (Intake.rateKey($0.0, tenant: tenant.id), $0.1) }
  }
}

extension PartProblem.Reason {
  fileprivate var isTooManyFiles: Bool { if case .tooManyFiles = self { true } else { false } }
}

extension PhoneNumber {
  /// A ticket's number must be one somebody can call back.
  fileprivate var canBeCalled: Bool {
    country != nil && lineType != .excluded && !PhoneNumber.isWithheld(e164)
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    let front = drop { $0.isWhitespace }
    return String(front.reversed().drop { $0.isWhitespace }.reversed())
  }
}
