// InboxFiles.swift - what a phone needs to lay the desk on its home screen: an icon and a web manifest.

import Business
import Crypto

/// A file of the desk itself; raw values stand in the query. They say nothing of anybody and need no sign-in.
package enum InboxFile: String, CaseIterable, Sendable {
  case icon, manifest

  package var contentType: String {
    switch self {
    case .icon: "image/png"
    case .manifest: "application/manifest+json"
    }
  }

  /// - Parameter action: the handler's own name, where the desk begins.
  package func bytes(action: String, language: Language) -> [UInt8] {
    switch self {
    case .icon: return base64Decoded(InboxFile.png) ?? []
    case .manifest:
      let name = language.say(de: "Anfragen", fr: "Demandes", it: "Richieste", en: "Requests")
      // It opens in the browser, where the sign-in is: an app of its own would have no cookie of it.
      return Array(
        """
        {"name":"\(name)","short_name":"\(name)","start_url":"\(action)","scope":"\(action)","display":"browser",\
        "background_color":"#0b4a3c","theme_color":"#0b4a3c","icons":[{"src":"\(action)?file=icon","sizes":"192x192",\
        "type":"image/png","purpose":"any"}]}
        """.utf8)
    }
  }

  /// A speech bubble with a tick, 192 by 192.
  private static let png = """
    iVBORw0KGgoAAAANSUhEUgAAAMAAAADABAMAAACg8nE0AAAAGFBMVEX////+//9xppoMUkIMSjwLSjwKSjwBPzCJPxyFAAAE3ElEQVR42u2bz4\
    4bRRCHq5xF4rLuboucjaP1yVksBXHcoETiyGUj3oBX4Dl4kITAAyAQiCNJZBJOG9ZyFHHKznTPXogiuTnEu57/VdXNSBzal0Rrpb/9qnp+09M9\
    wa9g2M8IEiABEiABEiABEiABEiABEiABEoD5Oej6IhcOZGQAb28Z0fj+KWoBwBefvvzdCsbHyf2LjWYDfPHJw1xWo+zi5slKcwHF8XdrkJUozy\
    0cOybALx+tjbDLBrIzODSsaeovf1wbYYUgz012dseyAG6xNrl8wucm+2Ha/PGNRUPg3W9v85BL6h/z9wf+Q9rALjY+7KLN1cspo8k3HisbGAsO\
    RlZTBn6xCR0fvPqFbvLlzzo82dzZku7B2ocDQP1qCYBfOBs+vveOMhg9i6gQAL5ZErPIRVUILJI9cHE3sEYTagB/G2zM+M0mNJps4wzoEkXeiP\
    2baS+geCZLH91soe43EFXIGKep1cioXkIlaelkitKFl+ROgIWeWC0EiOb8DHDqhgNgoQEmSg8GUAYA0LihAOg+BqAVwgFq8v7PmRsGgFeXwKhf\
    IRigzdW4t3AIAHrm2jUUoIvrwmSDAPzs+m/ODwDAvUBu7QAANSstGAcoUUlgSyxzRuEpsVunqQFm0S4l3rfYDgC4SgkAyFT8ddB4AMb9jdKTS3\
    EGQLnOlIBMx1/J6KamKyU8/TA0YsyY2o23nBLaRgPQGaysHZCdEjyAMhqqCuyUYAHQGYCKAj8lWABlNEBZQZASHAA6A1BREKQEB6B2U/5aQZIS\
    DMBOoKQgSQkGYH/N7hREKcEA7K/ZnYIoJRgAt19sT6w4JThN3tq9gpamBKdEuN4rOGlKcAzsuKIgSwkOoKogTAlWVFQUhCnBAlQUhCnBi+uygj\
    AleICygjAlmLfMkoIwJZiAFgWBAGfZYuvbnH4D/ynA+9rjPzcl2EtHl1cGZKcEG+BVRYGdEvzFb1Uhl2zI8AAVha1sY5W3fC8rrEUCTEBJwQt3\
    husApBQymUBj31S7fgUv3fznPkJdKZACph8wvtffBTIlVH3fkv0Q6DIL4M/J45ePar/CQeOJL+9ag50bnTnx3nx93/Q5dC3YcpWdO6oDiIqapt\
    1DOGPo8yl3V/eXyHfvIvqg47u6wfiehYiPmq+o68BpHT4+No/FGz14rWIM3ImmDA5PI05x1M0VHRV/quAaoZvSWYR+FqygJnc1bTC+r0yowNGK\
    kab4/E4eVCRUkxPNievxfOZ0yPjFgxXrfoB/nU6tESLQKPfZtuUftb32YF6cfr9GAy0nOqY7R/Co9c0NbPsPDv7y9uO8LTLQdxvMP289yG19Mw\
    QPXzz4yeYA1tfK3LWTb/Do+GmrXvvLM3j4xxcA8O7b2s6C+6azCRer9vJ1vP6D4ycAflkv0PxJd5c7ZsVBZ00B6gXX7uuNePYKdn7Rz1cwJEAX\
    X+ohAWECAkCYAB8QKMAHBAqwAaECbECoABcQLMAFBAswAeECTEC4AA8QIcADRAiwADECLECMAOugLkaAA4gS4BzURQkwAHECjIO6OAEaEClAH9\
    RFCpCAWAHyoC5WgAJEC5AnILECFCBagACoaAECEC9AAOIFWl7sLs1RWL6NBhz0fXn5KrpC/SXaxo/fD0AYGAAJkAAJkAAJkAAJkAD/G8C/bZW5\
    I6A29dgAAAAASUVORK5CYII=
    """
}
