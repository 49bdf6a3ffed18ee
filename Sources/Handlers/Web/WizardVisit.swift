// WizardVisit.swift - one visitor's request to the wizard: the form shown, taken, or given back as it was.

import Business
import CGI
import Desk
import LocalTime
import Pages
import Platform
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
  private let opened = Opened()

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
      wizardNoticePage(notice, tenant: page, language: language(), canStartAgain: true),
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
      try intake().recordLinkOpened(
        phone: phone.e164, tenant: tenant, rates: limits.ofOpening())
    } catch {
      context.log(.warning, "link-not-logged", ["reason": String(describing: error)])
    }
  }

  /// The database, opened once in a visit, when it is first needed.
  private func intake() throws -> Intake {
    if let intake = opened.intake { return intake }
    let store = try Store.open(context.home, patience: context.patience)
    context.leaveOpen(store)
    store.receivers = WebhookReceivers(installation, [tenant])
    let intake = Intake(store: store, settings: settings, zones: context.zones, recordedAt: now)
    opened.intake = intake
    return intake
  }

  private final class Opened { var intake: Intake? }

  private func show(
    _ form: WizardForm, language: Language, status: Int = 200, headers: [CGIResponse.Header] = []
  ) -> CGIResponse {
    // The form opens without the database; only calendars on the web are asked for there.
    let intake = tenant.holidayCalendars.isEmpty ? nil : try? intake()
    let calendar =
      intake?.calendar(tenant, from: now) ?? BusinessCalendar(tenant, zone: zone, daysOff: [])
    let due = tenant.slaDue(.medium, from: now, calendar: calendar)
    let html = wizardPage(
      form, tenant: page, language: language, token: tokens.make(at: now, random: context.random),
      callbackBy: slaText(due: due, now: now, zone: calendar.zone, language: language))
    return PageResponse.html(html, status: status, headers: headers)
  }

  // MARK: POST

  func take(_ source: (Int?) -> ByteSource) throws -> CGIResponse {
    let limits = MultipartLimits()
    let length = request.variable("CONTENT_LENGTH").flatMap { Int($0) }
    if let length, length > limits.totalBytes { return refuseTooLarge(source(length)) }
    var photos = PhotoStore(uploads: context.home.uploads, tenant: tenant.id, random: context.random)
    guard let body = read(source(length), limits: limits, into: &photos) else { return notice(.expiredForm) }
    // The sender's browser has the words still; an empty form would hide that.
    let isUnread = body.fault == .unreadable || body.fault == .filesRefused
    if isUnread && body.fields[WizardField.text.rawValue] == nil { return notice(.busy) }
    for fault in photos.storageFaults { context.log(.error, "photo-not-stored", ["reason": fault]) }
    return answer(body, photos: photos)
  }

  /// What was typed comes back; it stands before the photos, and of those nothing is read.
  private func refuseTooLarge(_ source: ByteSource) -> CGIResponse {
    var limits = MultipartLimits()
    limits.totalBytes = WizardEndpoint.wordsBytes
    var none = NoPhotos()
    guard
      let reader = try? MultipartReader(contentType: request.variable("CONTENT_TYPE") ?? "", limits: limits)
    else { return notice(.tooLarge) }
    let fields = reader.read(source, into: &none, admission: { _ in .stop }).fields
    var form = typed(fields)
    form.banner = .tooLarge
    form.problems[.photos] = .choosePhotosAgain
    return show(
      form, language: language(chosen: fields[WizardNames.language]), status: WizardNotice.tooLarge.status)
  }

  /// nil for a body that is no form at all.
  private func read(_ source: ByteSource, limits: MultipartLimits, into photos: inout PhotoStore)
    -> MultipartForm?
  {
    if request.mediaType == "application/x-www-form-urlencoded" {
      guard let bytes = try? request.body(limit: WizardEndpoint.wordsBytes),
        let fields = try? FormFields(encoded: bytes)
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
    let form = reader.read(source, into: &photos, admission: admission)
    return form.fault == .noParts ? nil : form
  }

  /// Whether the photos are stored that follow these words: not a byte of them where the form will come back, its
  /// sender has to wait, or too many are arriving.
  private func admission(after words: MultipartForm) -> FileAdmission {
    let form = checked(words)
    // Without a database nothing is recorded.
    let isGood = form.problems.isEmpty && form.banner == nil && (try? hasRoom(for: form)) == true
    // No form of ours has photos before its words; but words are heard wherever they stand.
    let mayFollow = words.fields[WizardField.text.rawValue] == nil
    guard isGood || mayFollow else { return .stop }
    let length = request.variable("CONTENT_LENGTH").flatMap { Int($0) } ?? .max
    guard length <= WizardEndpoint.wordsBytes || context.bodyTurn?.take(.photos) ?? true else { return .stop }
    return isGood ? .take : .skip
  }

  /// Neither the sender's forms nor the tenant's photos are used up.
  private func hasRoom(for form: WizardForm) throws -> Bool {
    guard let phone = number(form) else { return false }
    let intake = try intake()
    let origin = try intake.origin(ofFormFor: phone.e164, tenant: tenant)
    return try intake.hasRoom(limits.ofAddress() + limits.ofPhotos(origin), at: now)
  }

  /// The form as it was typed, with what is wrong with it.
  private func checked(_ body: MultipartForm) -> WizardForm {
    let fields = body.fields
    var form = typed(fields)
    form.problems = problems(body)
    if form.urgency == nil { form.problems[.urgency] = .missing }
    // Nobody is sent away for it, and nothing is thrown away: a person answers one question.
    if fields.nonEmpty(WizardNames.trap) != nil, !form.isPerson { form.problems[.person] = .missing }
    if form.phone.isEmpty {
      form.problems[.phone] = .missing
    } else if number(form)?.canBeCalled != true {
      form.problems[.phone] = .notANumber
    }
    // It broke off within the words, of which the hidden field is the last: nothing is recorded of them, so that the
    // next try brings them all.
    let hasAllWords = fields[WizardNames.trap] != nil || fields[WizardNames.formerTrap] != nil
    if body.fault != nil && !hasAllWords { form.banner = .tryAgain }
    if tokens.check(fields[WizardNames.token] ?? "", at: now) != .good { form.banner = .expired }
    return form
  }

  private func number(_ form: WizardForm) -> PhoneNumber? {
    PhoneNumber(userTyped: form.phone, defaultCountry: tenant.country)
  }

  private func answer(_ body: MultipartForm, photos: PhotoStore) -> CGIResponse {
    let language = language(chosen: body.fields[WizardNames.language])
    var form = checked(body)
    form.photos = photos.sentPhotos
    if form.problems[.person] != nil { context.log(.info, "trap", ["tenant": tenant.id]) }
    guard form.problems.isEmpty, form.banner == nil, let phone = number(form), let urgency = form.urgency
    else {
      return giveBack(form, photos, language, status: 422)
    }
    return record(
      form, phone: phone, urgency: urgency, token: body.fields[WizardNames.token] ?? "", photos: photos,
      isCutOff: body.fault != nil, language: language)
  }

  /// The form as it was typed.
  private func typed(_ fields: FormFields) -> WizardForm {
    WizardForm(
      name: text(fields, .name), phone: text(fields, .phone), address: text(fields, .address),
      text: text(fields, .text),
      urgency: fields[WizardField.urgency.rawValue].flatMap { Urgency(rawValue: $0) },
      reference: String((fields[WizardNames.reference] ?? "").prefix(40)),
      isPerson: fields.nonEmpty(WizardField.person.rawValue) != nil)
  }

  private func record(
    _ form: WizardForm, phone: PhoneNumber, urgency: Urgency, token: String, photos: PhotoStore,
    isCutOff: Bool, language: Language
  ) -> CGIResponse {
    do {
      let intake = try intake()
      func submitted(_ stored: [StoredPhoto]) -> [WizardSubmission.Photo] {
        stored.map { .init(file: "\(tenant.id)/\($0.name)", contentType: $0.kind.contentType) }
      }
      let submission = WizardSubmission(
        phone: phone.e164, name: form.name, address: form.address, text: form.text, urgency: urgency,
        isFromMissedCall: form.reference == TicketSource.missedCall.rawValue, token: token,
        photos: submitted(photos.stored),
        isCutOff: isCutOff || photos.stored.count < photos.outcomes.count)
      func unknown(_ files: [String]) -> [WizardSubmission.Photo] { submitted(photos.unknown(among: files)) }
      let news = try intake.news(of: submission, tenant: tenant, unknown: unknown)
      if let free = try intake.takeRates(rates(submission, news, intake), at: now) {
        return giveBack(form, photos, until: free, language)
      }
      let (ticket, added) = try intake.recordSubmission(submission, tenant: tenant, unknown: unknown)
      // The same form again: what it brings is there already.
      photos.removeAll(but: added.map(\.file))
      let promise =
        ticket.slaDueAt > now ? ticket.slaDueAt : intake.slaDue(urgency, tenant: tenant, from: now)
      return PageResponse.html(
        thankYouPage(
          tenant: page, language: language, urgency: urgency,
          promise: slaText(due: promise, now: now, zone: zone, language: language),
          photos: form.photos, form: form, token: token))
    } catch {
      context.log(.error, "database", ["reason": String(describing: error)])
      var returned = form
      returned.banner = .tryAgain
      return giveBack(returned, photos, language, status: 503)
    }
  }

  /// The form as it was typed; a browser does not send photos twice by itself.
  private func giveBack(
    _ form: WizardForm, _ photos: PhotoStore, _ language: Language, status: Int,
    headers: [CGIResponse.Header] = []
  ) -> CGIResponse {
    var form = form
    if !photos.outcomes.isEmpty { form.problems[.photos] = .choosePhotosAgain }
    form.photos.removeAll { $0.refusal == .busy }
    photos.removeAll()
    return show(form, language: language, status: status, headers: headers)
  }

  /// The form of somebody who has to wait, with the minute from which it is taken.
  private func giveBack(
    _ form: WizardForm, _ photos: PhotoStore, until free: Timestamp, _ language: Language
  ) -> CGIResponse {
    let seconds = (max(free.milliseconds(since: now), 0) + 999) / 1000
    let minute = free.adding(milliseconds: 59_999)
    var form = form
    form.banner = .tooManyRequests(from: momentText(minute, now: now, zone: zone, language: language))
    return giveBack(
      form, photos, language, status: 429, headers: [.init(name: "Retry-After", value: "\(seconds)")])
  }

  private func text(_ fields: FormFields, _ field: WizardField) -> String {
    (fields[field.rawValue] ?? "").trimmingBlanks
  }

  /// What is missing or too long; the number is looked at by itself.
  private func problems(_ body: MultipartForm) -> [WizardField: WizardProblem] {
    var problems: [WizardField: WizardProblem] = [:]
    for field in [WizardField.text, .urgency, .name, .address] {
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
    return problems
  }

  private var limits: FormLimits {
    FormLimits(tenant: tenant, address: request.variable("REMOTE_ADDR") ?? "")
  }

  /// The limits a form counts against: none where everything in it is known. For photos that come after, and for one
  /// that broke off, the address alone, since a bad connection may need many tries. Photos have a limit of their own.
  private func rates(_ form: WizardSubmission, _ news: Intake.FormNews, _ intake: Intake) throws -> [FormRate]
  {
    let origin = try intake.origin(ofFormFor: form.phone, tenant: tenant)
    let ofPhotos = form.photos.isEmpty ? [] : limits.ofPhotos(origin)
    return switch news {
    case .nothing where !form.isCutOff: []
    case .nothing, .photos: limits.ofAddress() + ofPhotos
    case .request, .words: limits.ofRequest(for: form.phone, origin) + ofPhotos
    }
  }
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
