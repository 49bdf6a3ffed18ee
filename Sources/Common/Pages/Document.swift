// Document.swift - what every page has around its own part.
//
// One response, nothing fetched but photos. The page is made for
//   Content-Security-Policy: default-src 'none'; style-src 'sha256-…'; img-src 'self' data:; media-src 'self'; manifest-src 'self';
//     form-action 'self'; base-uri 'none'; frame-ancestors 'none'
// with the SHA-256 of `Stylesheet.text`, which stands between <style> and </style> exactly as it is.
// `data:` is there for the empty icon, which keeps browsers from asking for /favicon.ico.

import Business

/// A whole page.
///
/// `refreshSeconds` reloads it, or leads to `refreshTo`; only for pages on which nobody types. `icons` and `manifest` are addresses of ours, for
/// pages that may lie on a home screen.
func document(
  _ language: Language, title: String, look: StaticString, refreshSeconds: Int? = nil,
  refreshTo: String? = nil,
  icons: String? = nil, manifest: String? = nil, header: HTML, main: HTML, footer: HTML? = nil
) -> HTML {
  let icon: HTML =
    icons.map { "<link rel=\"icon\" href=\"\($0)\">\n<link rel=\"apple-touch-icon\" href=\"\($0)\">" }
    ?? "<link rel=\"icon\" href=\"data:,\">"
  let home: HTML? = manifest.map {
    "\n<link rel=\"manifest\" href=\"\($0)\" crossorigin=\"use-credentials\">"
  }
  let refresh: HTML? = refreshSeconds.map {
    "<meta http-equiv=\"refresh\" content=\"\($0)\(refreshTo.map { "; url=\($0)" } ?? "")\">\n"
  }
  var page = HTML(capacity: Stylesheet.byteCount + main.bytes.count + 2048)
  page += """
    <!DOCTYPE html>
    <html lang="\(language.rawValue)">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex, nofollow">
    <meta name="referrer" content="same-origin">
    <meta name="format-detection" content="telephone=no">
    <meta name="color-scheme" content="light dark">
    \(refresh)<title>\(title)</title>
    \(icon)\(home)
    <style>
    """
  Stylesheet.append(to: &page)
  page += """
    </style>
    </head>
    <body class="\(HTML(stringLiteral: look))">
    \(header)
    <main id="main">
    \(main)
    </main>
    \(footer)
    </body>
    </html>

    """
  return page
}

/// A hidden form field.
func hiddenField(_ name: String, _ value: String) -> HTML {
  "<input type=\"hidden\" name=\"\(name)\" value=\"\(value)\">\n"
}
