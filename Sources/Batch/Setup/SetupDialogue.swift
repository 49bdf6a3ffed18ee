// SetupDialogue.swift - how `opsfabric setup` gets its answers: from the options, from what stands in the files, from a
// person.

/// What is asked, in this order, by its option.
package enum SetupQuestion: String, CaseIterable, Sendable {
  case accountSID = "--account-sid"
  case authToken = "--auth-token"
  case publicURL = "--public-url"
  case tenant = "--tenant"
  case name = "--name"
  case forwardTo = "--forward-to"
  case number = "--number"
  case website = "--website"
  case notify = "--notify"
  case testTo = "--test-to"

  /// What a person reads before the answer.
  var prompt: String {
    switch self {
    case .accountSID: "Account SID"
    case .authToken: "Auth token"
    case .publicURL: "Address of the handlers"
    case .tenant: "Short name of the business"
    case .name: "Name of the business"
    case .forwardTo: "Where the telephone rings"
    case .number: "Number at Twilio"
    case .website: "Host of the form's link"
    case .notify: "Who is told of requests"
    case .testTo: "Mobile number for a test SMS"
    }
  }

  var explanation: String {
    switch self {
    case .accountSID: "Twilio's console shows both under Account > API keys & tokens. AC and 32 characters."
    case .authToken: "It is not shown while you type."
    case .publicURL:
      "The web address of the folder with the programs `voice`, `sms` and the others, such as "
        + "https://example.ch/cgi-bin. Twilio must reach it."
    case .tenant: "a-z, 0-9 and -; it names the file of its settings and stands in the reports."
    case .name: "As callers know it: it stands in every SMS."
    case .forwardTo: "The number that rings first when somebody calls."
    case .number: "The number that callers call."
    case .website:
      "Callers get the link https://HOST/anfrage; the host must lead it to the program `anfrage`."
    case .notify:
      "Mobile numbers and mail addresses, with commas; a name may stand before each: Petra 079 123 45 67."
    case .testTo: "A call is played, and this telephone gets the SMS. Empty: no test call."
    }
  }

  var isSecret: Bool { self == .authToken }
}

/// Where the questions are put.
package protocol SetupConsole: AnyObject {
  /// A line as it was typed; nil when there is nobody (any more) who answers.
  func answer(to prompt: String, isSecret: Bool) -> String?
  func say(_ line: String)
  /// Why an answer is not taken, and what needs attention.
  func warn(_ line: String)
}

/// Why it ends before its end.
package enum SetupStop: Error, Hashable {
  /// Nobody answers any more; what was answered is kept.
  case brokenOff
  /// Without a person to ask: an answer is missing or wrong.
  case unanswered(SetupQuestion, reason: String)
  /// Something outside does not work.
  case failed(String)
}

struct SetupDialogue {
  let console: any SetupConsole
  /// By the options of the call.
  let given: [SetupQuestion: String]
  /// `--yes`: nobody is asked.
  let takesAll: Bool

  /// An answer that holds.
  ///
  /// - Parameters:
  ///   - offered: what stands in the files, or is likely; taken by the Enter key.
  ///   - isOptional: no answer is one too: "".
  ///   - check: takes the answer over and returns nil, or says what is wrong with it.
  func settle(
    _ question: SetupQuestion, offered: String?, isOptional: Bool = false, check: (String) throws -> String?
  ) throws {
    if let given = given[question] {
      guard let fault = try check(given) else { return }
      guard !takesAll else { throw SetupStop.unanswered(question, reason: fault) }
      console.warn("\(question.rawValue): \(fault)")
    } else if takesAll {
      guard let offered = offered ?? (isOptional ? "" : nil) else {
        throw SetupStop.unanswered(question, reason: "is missing")
      }
      if let fault = try check(offered) { throw SetupStop.unanswered(question, reason: fault) }
      return
    }
    console.say("")
    console.say(question.explanation)
    while true {
      let shown = offered.map { question.isSecret ? "kept, ends in \($0.suffix(4))" : $0 }
      guard
        let line = console.answer(
          to: question.prompt + (shown.map { " [\($0)]" } ?? ""), isSecret: question.isSecret)
      else { throw SetupStop.brokenOff }
      let typed = line.trimmed
      guard let answer = typed.isEmpty ? offered ?? (isOptional ? "" : nil) : typed else {
        console.warn("an answer is needed; Ctrl-C keeps what was answered so far")
        continue
      }
      guard let fault = try check(answer) else { return }
      console.warn(fault)
    }
  }

  /// Waits until a person has done something; without one it fails with the reason.
  func wait(for prompt: String, otherwise reason: String) throws {
    guard !takesAll else { throw SetupStop.failed(reason) }
    guard console.answer(to: prompt, isSecret: false) != nil else { throw SetupStop.brokenOff }
  }
}

extension String {
  /// Without white space at its ends.
  var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
