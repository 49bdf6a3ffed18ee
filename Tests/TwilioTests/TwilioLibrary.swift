// TwilioLibrary.swift - the outside judge: Twilio's own Python library, run once for many questions.

import CGI
import Foundation

enum TwilioLibrary {
  /// Whether python3 and the package `twilio` are there.
  static let isInstalled = (try? run("import twilio.request_validator", input: "")) != nil

  struct Failure: Error {}

  /// One request: what was signed, and as which address and token it is judged.
  struct Question {
    var signedURL: String
    var judgedURL: String
    var token: String
    var judgedToken: String
    var fields: FormFields
  }

  struct Verdict: Equatable {
    var signature: String
    var isValid: Bool
  }

  /// Asks for the signature of `signedURL`, and whether it is valid for `judgedURL`.
  static func judge(_ questions: [Question]) throws -> [Verdict] {
    let input = questions.map { question in
      let form = question.fields.fields.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
      return [
        question.signedURL, question.judgedURL, question.token, question.judgedToken,
        form.joined(separator: "&"),
      ]
      .joined(separator: "\t")
    }
    return try run(script, input: input.joined(separator: "\n")).split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      guard words.count == 2 else { throw Failure() }
      return Verdict(signature: String(words[0]), isValid: words[1] == "True")
    }
  }

  private static let script = """
    import sys
    from urllib.parse import parse_qsl
    from twilio.request_validator import RequestValidator

    class Form(dict):
        def getlist(self, name):
            return self[name]

    for line in sys.stdin.buffer.read().decode("ascii").split("\\n"):
        signed, judged, token, judged_token, encoded = line.split("\\t")
        form = Form()
        for name, value in parse_qsl(encoded, keep_blank_values=True, errors="strict"):
            form.setdefault(name, []).append(value)
        signature = RequestValidator(token).compute_signature(signed, form)
        print(signature, RequestValidator(judged_token).validate(judged, form, signature))
    """

  private static func run(_ script: String, input: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.path + "/twilio-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = folder + "/input"
    try Data(input.utf8).write(to: URL(fileURLWithPath: file))
    let python = Process()
    let output = Pipe()
    python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    python.arguments = ["python3", "-c", script]
    python.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
    python.standardOutput = output
    python.standardError = FileHandle.nullDevice
    try python.run()
    let answer = output.fileHandleForReading.readDataToEndOfFile()
    python.waitUntilExit()
    guard python.terminationStatus == 0 else { throw Failure() }
    return String(decoding: answer, as: UTF8.self)
  }
}
