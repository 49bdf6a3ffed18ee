// WizardEndpoint.swift - `anfrage`: the caller's form. The tenant is whose website the Host names.
//
// GET shows the form with the number of the link filled in, and logs that the link was opened. POST makes the
// ticket; photos are stored while they arrive and cost only themselves. What was typed is never lost: a form
// that cannot be taken comes back as it was. The words stand before the photos, so they tell, before the first byte of
// a photo is stored, whether the form will be taken.

import Business
import CGI
import Crypto
import LocalTime
import Pages
import Platform
import Settings
import Store
import Uploads

package struct WizardEndpoint {
  /// A body without photos is no longer.
  static let wordsBytes = 256 << 10

  let context: EndpointContext
  /// Reads a body of that length; nil: it is in memory, or comes on standard input.
  let source: ((Int?) -> ByteSource)?

  package init(context: EndpointContext, source: ((Int?) -> ByteSource)? = nil) {
    self.context = context
    self.source = source
  }

  package func respond(to request: CGIRequest) -> CGIResponse {
    do {
      let settings = try SettingsReader(path: context.home.settings)
      context.leaveOpen(settings)
      guard let tenant = try settings.tenant(host: request.header("Host") ?? "") else {
        let language = pageLanguage(
          chosen: nil, acceptLanguage: request.header("Accept-Language"), of: PageTenant(name: ""))
        return PageResponse.html(
          wizardNoticePage(.notFound, tenant: nil, language: language), status: WizardNotice.notFound.status)
      }
      let visit = try WizardVisit(
        request: request, tenant: tenant, settings: settings, installation: settings.installation(),
        context: context)
      guard tenant.active else { return visit.notice(.unavailable) }
      switch request.method {
      case "GET", "HEAD": return visit.form()
      case "POST": return try visit.take(source ?? request.bodySource)
      default: return .methodNotAllowed("GET", "HEAD", "POST")
      }
    } catch {
      context.log(.error, "unavailable", ["reason": String(describing: error)])
      return PageResponse.html(
        wizardNoticePage(.unavailable, tenant: nil, language: .de), status: WizardNotice.unavailable.status)
    }
  }
}
