// PythonJudge.swift - Python's email package reads our messages: somebody else's idea of the standards.

import Crypto
import Glibc

/// A message as Python's parser understands it.
package struct JudgedMail {
  /// Texts by name: from, to, subject, text, html (empty where there is none), defects and so on; attachments are in `files`.
  package var fields: [String: String] = [:]
  package var files: [(name: String, type: String, bytes: [UInt8])] = []
}

package enum PythonJudge {
  package static let isInstalled =
    shell("python3 -c 'import email.policy' 2>/dev/null && echo yes", input: []) == "yes\n"

  package static func read(_ message: [UInt8]) -> JudgedMail {
    var mail = JudgedMail()
    for line in shell("python3 -c '\(script)'", input: message).split(separator: "\n") {
      let words = line.split(separator: " ", omittingEmptySubsequences: false).map {
        base64Decoded(String($0)) ?? []
      }
      let texts = words.map { String(decoding: $0, as: UTF8.self) }
      if texts.count == 3 { mail.files.append((texts[0], texts[1], words[2])) }
      if texts.count == 2 { mail.fields[texts[0]] = texts[1] }
    }
    return mail
  }

  private static let script = """
    import sys, base64, email, email.policy, email.header, email.utils
    def out(*parts):
        coded = [p if isinstance(p, bytes) else str(p).encode() for p in parts]
        print(" ".join(base64.b64encode(p).decode() for p in coded))
    data = sys.stdin.buffer.read()
    mail = email.message_from_bytes(data, policy=email.policy.default)
    for name in ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"]:
        out(name, mail[name])
    def decoded(text):
        return str(email.header.make_header(email.header.decode_header(text)))
    # The newer parser puts spaces between the encoded words of a display name, against RFC 2047.
    raw = email.message_from_bytes(data)
    out("names", "|".join(decoded(name) for name, _ in email.utils.getaddresses([raw["To"]])))
    out("addresses", "|".join(a.addr_spec for a in mail["To"].addresses))
    out("headers", "|".join(mail.keys()))
    defects = [d for p in mail.walk() for d in p.defects]
    defects += [d for v in mail.values() for d in getattr(v, "defects", [])]
    out("defects", "|".join(repr(d) for d in defects))
    out("type", mail.get_content_type())
    out("structure", "|".join(p.get_content_type() for p in mail.walk()))
    def body(kind):
        part = mail.get_body((kind,))
        return part.get_content().replace("\\r\\n", "\\n") if part else ""
    out("text", body("plain"))
    out("html", body("html"))
    for part in mail.iter_attachments():
        out(part.get_filename(), part["Content-Type"], part.get_payload(decode=True))
    """

  /// What the command writes to its standard output.
  private static func shell(_ command: String, input: [UInt8]) -> String {
    var template = Array("/tmp/opsfabric-judge-XXXXXX".utf8CString)
    let descriptor = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
    let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    _ = input.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
    defer { unlink(path) }
    guard let pipe = popen("\(command) <\(path)", "r") else { return "" }
    defer { pclose(pipe) }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { output += buffer[..<count] }
    return String(decoding: output, as: UTF8.self)
  }
}
