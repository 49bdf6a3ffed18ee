// Links.swift - addresses within the installation, and numbers to tap.

import Business

/// An address on this site, with its query percent-encoded.
///
/// A path that would leave the site, or run as a script, becomes `?`: the page itself.
func localLink(_ path: String, _ query: [(name: String, value: String)] = [], fragment: String? = nil)
  -> String
{
  var link = leaves(path) ? "" : path
  for (index, pair) in query.enumerated() {
    link += (index == 0 ? "?" : "&") + queryEncoded(pair.name) + "=" + queryEncoded(pair.value)
  }
  if let fragment { link += "#" + queryEncoded(fragment) }
  return link.isEmpty ? "?" : link
}

/// By bytes: a list has two hundred links, and characters cost each of them as much as the rest of it.
private func leaves(_ path: String) -> Bool {
  let (slash, backslash) = (UInt8(ascii: "/"), UInt8(ascii: "\\"))
  let bytes = path.utf8
  let start = bytes.prefix { $0 != slash && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
  let second = bytes.first == slash ? bytes.dropFirst().first : nil
  return second == slash || second == backslash || start.contains(UInt8(ascii: ":"))
    || start.contains(backslash) || bytes.contains { $0 < 0x21 }
}

/// A number that a phone calls when it is tapped.
///
/// `note` is read out before the number and not seen; `country` is that of who reads it.
func callLink(_ phone: PhoneNumber, in country: String, note: String, look: StaticString) -> HTML {
  """
  <a class="\(HTML(stringLiteral: look))" href="tel:\(phone.e164)">\(Icon.phone)\
  <span><span class="sr">\(note) </span>\(phone.written(in: country))</span></a>
  """
}

/// Drawings inside the page: nothing is fetched.
enum Icon {
  static var phone: HTML {
    """
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path \
    d="M6.6 3.2c.5-.2 1 0 1.3.5l1.9 3.1c.3.5.2 1.1-.2 1.5L8.2 9.7c1.3 2.6 3.4 4.7 6 6\
    l1.5-1.4c.4-.4 1-.5 1.5-.2l3.1 1.9c.5.3.7.8.5 1.3l-.9 2.3\
    c-.3.8-1 1.3-1.9 1.2C10.7 20 4 13.3 3.2 6c-.1-.9.4-1.6 1.2-1.9z"/></svg>
    """
  }

  static var alarm: HTML {
    """
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path fill-rule="evenodd" \
    d="M12 2.5 1.5 21h21zM11 9.5h2v5.5h-2zM11 16.7h2v2h-2z"/></svg>
    """
  }

  static var clock: HTML {
    """
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path fill-rule="evenodd" \
    d="M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20zM11 6v7l5 3 1-1.7-4-2.4V6z"/></svg>
    """
  }

  static var camera: HTML {
    """
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path fill-rule="evenodd" \
    d="M8.5 4 7 6H4a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V8a2 2 0 0 0-2-2h-3l-1.5-2zM12 8.5\
    a4.3 4.3 0 1 1 0 8.6 4.3 4.3 0 0 1 0-8.6z"/></svg>
    """
  }

  static var tick: HTML {
    """
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path \
    d="m9.5 18.3-6-6 2-2 4 4 9-9 2 2z"/></svg>
    """
  }
}
