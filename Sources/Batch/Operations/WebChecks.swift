// WebChecks.swift - what the world meets: the handlers at public_url, the tenants' forms, the mail server.

import Business
import Curl
import Mail
import Platform
import Settings
import Webhooks

extension Doctor {
  // MARK: handlers

  /// Every webhook's handler must refuse an unsigned request in our words; and one that is signed with our token,
  /// for a number nobody has, must get as far as the number: then the handlers have these very settings.
  func checkPublicURL(
    _ installation: Installation, _ transport: any HTTPTransport, _ home: Home
  ) -> [Finding] {
    let url = installation.publicURL
    let names = WebhookList.names
    let unsigned = unsignedRequests(to: url)
    let strangers: [(String, String)] = [
      ("CallSid", "CAdoctor"), ("AccountSid", installation.account.accountSid), ("From", "+0"), ("To", "+0"),
      ("MessageSid", "SMdoctor"), ("CallStatus", "ringing"), ("DialCallStatus", "no-answer"),
    ]
    // Functions are deployed one by one, each with a copy of the settings.
    let takers = ["voice", "dial-result", "menu", "call-status", "sms"]
    let signed = takers.map {
      SignedWebhook.request($0, strangers, publicURL: url, authToken: installation.account.authToken.value)
    }
    let health = HTTPRequest(url: "\(url)/health", timeoutMilliseconds: 15_000)
    let answers = transport.answers(to: unsigned + signed + [health])

    var findings = problems(Array(answers.prefix(names.count)), home)
    // What is wrong with settings or database is a finding already, and not the handlers' fault.
    if findings.isEmpty, let settings {
      let signedAnswers = answers[names.count..<names.count + takers.count]
      findings += checkTokens(Array(zip(takers, signedAnswers)), settings)
    }
    // Functions that use the queue have no database.
    if findings.isEmpty, store != nil, installation.intake == .sqlite {
      findings += checkHealth(answers[names.count + takers.count])
    }
    if !url.hasPrefix("https://"), !NumberPlan.isLoopback(url) {
      findings.append(
        .warning(
          "public-url", "\(url) is not encrypted: numbers and texts can be read on the way",
          cure: "get a certificate, write https:// in public_url, then: opsfabric apply"))
    }
    return findings.isEmpty ? [.ok("public-url", "\(url): \(names.count) handlers answer")] : findings
  }

  /// Whether the handlers answer at an address, before there are settings.
  package func examineHandlers(at publicURL: String, _ transport: any HTTPTransport) -> [Finding] {
    guard let home = scene.home else { return [] }
    return problems(transport.answers(to: unsignedRequests(to: publicURL)), home)
  }

  private func unsignedRequests(to url: String) -> [HTTPRequest] {
    WebhookList.names.map { SignedWebhook.request($0, [("x", "1")], publicURL: url, authToken: nil) }
  }

  /// - Parameter answers: of all webhooks, in the order of their list.
  private func problems(_ answers: [Result<HTTPReply, HTTPFailure>], _ home: Home) -> [Finding] {
    var findings: [Finding] = []
    for (name, answer) in zip(WebhookList.names, answers) {
      guard let problem = problem(answer, of: name, home) else { continue }
      // What is true of the whole host is said once, however many milliseconds each took.
      if let last = findings.last, last.cure == problem.cure, said(last) == said(problem) { continue }
      findings.append(problem)
    }
    return findings
  }

  private func said(_ finding: Finding) -> String {
    finding.detail.drop { $0 != ":" }.filter { !$0.isNumber }
  }

  private func problem(_ answer: Result<HTTPReply, HTTPFailure>, of name: String, _ home: Home) -> Finding? {
    func fault(_ what: String, _ cure: String) -> Finding {
      .fault("public-url", "\(name): \(what)", cure: cure)
    }
    switch answer {
    case .failure(let failure):
      return fault(
        "cannot be reached: \(failure.reason)",
        "check name, certificate and web server; Twilio must reach it from outside too")
    case .success(let reply):
      let text = String(decoding: reply.body.prefix(4096), as: UTF8.self)
      switch reply.status {
      case 403 where text.contains("X-Twilio-Signature is missing"): return nil
      case 503 where text.contains("the service is not available"):
        if settings == nil { return nil }
        return fault(
          "runs, but finds no settings",
          "\(Home.pointerName) beside the handlers must name \(home.path); then: opsfabric apply")
      case 200..<300 where reply.body.starts(with: [0x7F] + Array("ELF".utf8)):
        return fault(
          "the web server hands the program out instead of running it",
          "switch CGI on for that folder: ExecCGI and .htaccess, or cgi.assign")
      case 300..<400:
        return fault(
          "is redirected to \(reply.headers["location"] ?? "elsewhere")",
          "write the address it leads to as public_url, then: opsfabric apply")
      case 401:
        return fault("asks for a password", "exempt the handlers' folder from the web server's password")
      case 403:
        return fault(
          "403 by the web server",
          "allow the handlers' folder; ExecCGI must be on for it: Apache may want the line #Options +ExecCGI of its .htaccess without the #"
        )
      case 404:
        return fault("there is no such program (404)", "copy it to the handlers' folder; check public_url")
      case 500..<600:
        return fault(
          "does not run (\(reply.status))",
          "see the web server's error log: programs and folder need chmod 755; take what is \"not allowed here\" out of .htaccess"
        )
      default: return fault("something else answers there (\(reply.status))", "check public_url")
      }
    }
  }

  /// Nothing of the home may be read from outside: neither where it is, nor, where it lies beside the handlers' folder,
  /// what is in it.
  func checkExposure(_ installation: Installation, _ transport: any HTTPTransport, _ home: Home) -> [Finding]
  {
    let url = installation.publicURL
    var probes = [(url: "\(url)/\(Home.pointerName)", mark: home.path)]
    if let folder = scene.handlersFolder ?? Doctor.installedHandlers(home),
      home.path.hasPrefix(Files.parent(of: folder) + "/"), let end = url.lastIndex(of: "/")
    {
      let below = home.path.dropFirst(Files.parent(of: folder).count)
      probes.append(("\(url[..<end])\(below)/config/opsfabric.json5", "account_sid"))
    }
    let requests = probes.map { HTTPRequest(url: $0.url, timeoutMilliseconds: 15_000) }
    var findings: [Finding] = []
    for (probe, answer) in zip(probes, transport.answers(to: requests)) {
      guard case .success(let reply) = answer, reply.status == 200,
        String(decoding: reply.body.prefix(65_536), as: UTF8.self).contains(probe.mark)
      else { continue }
      let isPointer = probe.mark == home.path
      findings.append(
        .fault(
          "exposed", "everybody can read \(probe.url)",
          cure: isPointer
            ? "keep names that begin with a dot, and \(Home.pointerName), from being handed out (docs/operator.md)"
            : "move the home out of the web root and install again; change every token and password in it"))
    }
    return findings
  }

  private func checkTokens(
    _ answers: [(name: String, answer: Result<HTTPReply, HTTPFailure>)], _ settings: SettingsReader
  ) -> [Finding] {
    let applied = settings.appliedAt.iso8601
    var stale: [(name: String, of: String)] = []
    for (name, answer) in answers {
      guard case .success(let reply) = answer else { continue }
      let text = String(decoding: reply.body.prefix(4096), as: UTF8.self)
      switch reply.status {
      case 404 where text.contains("no tenant has the number"):
        // `WebhookVerifier` tells the signer of its settings.
        guard let mark = text.firstRange(of: "settings of ") else { continue }
        let theirs = String(text[mark.upperBound...].prefix(applied.count))
        if theirs != applied { stale.append((name, theirs)) }
      case 403:
        return [
          .fault(
            "public-url", "\(name): has other settings: another home, token or public_url",
            cure:
              "\(Home.pointerName) beside the handlers must name this home; functions: pack and update them anew"
          )
        ]
      default:
        return [
          .fault(
            "public-url", "\(name): a signed request is answered \(reply.status)",
            cure: "see the web server's error log; does a proxy change requests?")
        ]
      }
    }
    guard let oldest = stale.map(\.of).min() else { return [] }
    return [
      .fault(
        "public-url",
        "\(stale.map(\.name).joined(separator: ", ")): settings of \(oldest), the last apply was at \(applied)",
        cure:
          "functions: pack and update them anew (docs/functions.md); else \(Home.pointerName) names another home"
      )
    ]
  }

  private func checkHealth(_ answer: Result<HTTPReply, HTTPFailure>) -> [Finding] {
    switch answer {
    case .success(let reply) where [200, 503].contains(reply.status):
      let text = String(decoding: reply.body.prefix(4096), as: UTF8.self)
      guard text.contains("\"database\":\"unavailable\"") else { return [] }
      return [
        .fault(
          "public-url", "the handlers cannot use the database",
          cure: "they must run as the owner of the home (suexec); see the web server's error log")
      ]
    case .success(let reply):
      return [
        .fault(
          "public-url", "health: answers \(reply.status)", cure: "copy it to the handlers' folder, chmod 755")
      ]
    case .failure(let failure):
      return [.fault("public-url", "health: \(failure.reason)", cure: "see the web server's error log")]
    }
  }

  // MARK: forms

  /// The link in the SMS must lead to the form. Often another host's business, so never more than a warning.
  func checkForms(_ transport: any HTTPTransport) -> [Finding] {
    let tenants = activeTenants
    guard !tenants.isEmpty else { return [] }
    let urls = tenants.map { "https://\($0.websiteDomain)/anfrage" }
    let answers = transport.answers(to: urls.map { HTTPRequest(url: $0, timeoutMilliseconds: 15_000) })
    var findings: [Finding] = []
    for ((tenant, url), answer) in zip(zip(tenants, urls), answers) {
      guard let what = formProblem(answer) else { continue }
      findings.append(
        .warning(
          "form", "\(tenant.id): \(url) \(what)",
          cure: "docs/install.md, The form: lead it to cgi-bin/anfrage with this Host, by https"))
    }
    return findings.isEmpty ? [.ok("form", counted(tenants.count, "form") + " reachable")] : findings
  }

  private func formProblem(_ answer: Result<HTTPReply, HTTPFailure>) -> String? {
    switch answer {
    case .failure(let failure): return "cannot be reached: \(failure.reason)"
    case .success(let reply) where reply.status == 200:
      let isForm = String(decoding: reply.body, as: UTF8.self).contains("enctype=\"multipart/form-data\"")
      return isForm ? nil : "is another page, not the form"
    case .success(let reply) where 300..<400 ~= reply.status:
      return "is redirected to \(reply.headers["location"] ?? "elsewhere")"
    case .success(let reply): return "answers \(reply.status)"
    }
  }

  // MARK: mail

  func checkMail(_ installation: Installation, _ transport: any HTTPTransport & MailTransport) -> [Finding] {
    guard let smtp = installation.smtp else { return [] }
    var probe = MailTransfer(
      url: smtp.url, username: smtp.username, password: smtp.password?.value, from: smtp.from, recipients: [],
      message: [])
    probe.isProbe = true
    switch transport.wait(for: { transport.submit(probe, completion: $0) }) {
    case .accepted:
      return [.ok("mail", "\(smtp.url) takes \(smtp.username.map { "the log-in of \($0)" } ?? "mail")")]
    case .credentials(let reason):
      return [
        .fault(
          "mail", "\(smtp.url) refuses the log-in: \(reason)",
          cure: "correct smtp.username and smtp.password, then: opsfabric apply")
      ]
    case .temporary(_, let reason), .permanent(_, let reason), .unknown(let reason):
      return [
        .fault(
          "mail", "\(smtp.url): \(reason)",
          cure: "correct smtp.url, then: opsfabric apply; or ask the mail host")
      ]
    case nil:
      return [.fault("mail", "\(smtp.url): no answer", cure: "correct smtp.url, then: opsfabric apply")]
    }
  }
}
