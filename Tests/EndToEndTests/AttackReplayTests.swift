// AttackReplayTests.swift - attacks that once worked, played again on the shipped programs.
//
// Forms come from whatever address the web server names, so the form's program is run as it would run it.

import Business
import Glibc
import Platform
import SQLite
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct AttackReplayTests {
    private static let boss = "+41796660001"

    /// A business with one person to tell.
    private func installation(_ more: String = "") throws -> ShippedInstallation {
      let notify = "notify: [{ channel: \"sms\", to: \"\(Self.boss)\", on: [\"new\", \"urgent\"] }],"
      let shipped = try ShippedInstallation(
        tenants: ["doerfler": ShippedInstallation.tenant(more: notify + more)])
      // The first run makes the database.
      try #require(try shipped.opsfabric("run").exitCode == 0)
      return shipped
    }

    // MARK: a browser

    /// Runs a program for one visitor, as the web server does. - Returns: status and page.
    private func visit(
      _ shipped: ShippedInstallation, _ program: String = "anfrage", query: String = "", from address: String,
      body: [UInt8]? = nil
    ) throws -> (status: Int, page: String) {
      let result = try ProgramRunner.run(
        "\(shipped.cgiBin)/\(program)",
        environment: [
          "REQUEST_METHOD": body == nil ? "GET" : "POST", "QUERY_STRING": query, "REMOTE_ADDR": address,
          "REQUEST_URI": "/\(program)", "HTTP_HOST": "www.doerfler.example",
          "CONTENT_TYPE": body == nil ? "" : "multipart/form-data; boundary=XyZ",
          "CONTENT_LENGTH": String(body?.count ?? 0),
        ], input: body ?? [])
      let status = result.output.split(separator: "\n").first.flatMap { line in
        line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
      }
      try #require(result.exitCode == 0, "\(program): \(result.errors)")
      return (status ?? 0, result.output)
    }

    /// Opens the form and sends it. - Parameter token: nil = the form's own.
    private func fillIn(
      _ shipped: ShippedInstallation, phone: String, urgency: String = "HIGH", text: String = "Flutwort",
      from address: String, token: String? = nil, photo: [UInt8]? = nil
    ) throws -> (status: Int, page: String) {
      let form = try visit(shipped, from: address).page
      let token = try token ?? #require(TestWorld.hidden("token", in: form))
      var parts = [
        FormPart("ref", "missed_call"), FormPart("token", token), FormPart("lang", "de"),
        FormPart("text", text), FormPart("urgency", urgency), FormPart("phone", phone),
        FormPart("name", "Eva Muster"), FormPart("address", ""), FormPart("leer_lassen", ""),
      ]
      if let photo {
        parts.append(FormPart(file: "photos", filename: "a.png", type: "image/png", bytes: photo))
      }
      return try visit(shipped, from: address, body: TestWorld.multipart(parts))
    }

    /// Rows of every table but the counts of the rate limits.
    private func rows(_ shipped: ShippedInstallation) throws -> [String: Int] {
      let database = try Database(path: shipped.home.database, access: .readOnly)
      let tables = try database.rows(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'rate_hits'"
      ) { $0.text(0) }
      return try Dictionary(
        uniqueKeysWithValues: tables.map { ($0, try database.integer("SELECT count(*) FROM \($0)") ?? 0) })
    }

    // MARK: G1

    @Test(arguments: [false, true])
    func `forms from many addresses never silence a caller who asks for help by SMS`(inOneBlock: Bool) throws
    {
      let shipped = try installation("sms_limits: { per_hour: 20, per_day: 60 },")
      for index in 0..<60 {
        let address = inOneBlock ? "2001:db8:\(index)::1" : "198.51.100.\(index)"
        let status = try fillIn(shipped, phone: "079 3\(10 + index) 00 00", from: address).status
        if index < 10 { #expect(status == 200) }
      }
      #expect(try shipped.opsfabric("run").exitCode == 0)
      let before = try shipped.standIn.messages(to: Self.boss).count
      #expect(before <= 20)
      #expect(shipped.post("sms", shipped.smsFields("SMreal", "1")).status == 200)
      #expect(try shipped.opsfabric("run").exitCode == 0)
      let told = try shipped.standIn.messages(to: Self.boss).dropFirst(before)
      #expect(
        told.count { $0.body.contains("DRINGEND") && $0.body.contains("079 123 45 67") } == 1, "\(told)")
      #expect(try shipped.standIn.messages(to: ShippedInstallation.caller).count == 1)
    }

    // MARK: G3

    @Test func `a form that will be refused writes no photo`() throws {
      let shipped = try installation()
      let photo = [UInt8].onePixel + [UInt8](repeating: 0, count: 200_000)
      let forged = try fillIn(
        shipped, phone: "079 300 00 00", from: "198.51.100.1", token: "1-forged-token", photo: photo)
      #expect(forged.status == 422)
      var status = 200
      for index in 0..<40 where status != 429 {
        status = try fillIn(shipped, phone: "079 3\(10 + index) 00 00", from: "198.51.100.2").status
      }
      try #require(status == 429)
      let late = try fillIn(shipped, phone: "079 399 00 00", from: "198.51.100.2", photo: photo)
      #expect(late.status == 429)
      #expect(
        !Files.exists("\(shipped.home.uploads)/doerfler"), "the folder of the first photo is made with it")
    }

    // MARK: G4

    @Test func `looking at the form writes a row for none but the numbers that were texted`() throws {
      let shipped = try installation()
      let before = try rows(shipped)
      for index in 0..<50 {
        let query = "ref=missed_call&phone=%2B4179\(3_000_000 + index)"
        #expect(try visit(shipped, query: query, from: "198.51.100.\(index)").status == 200)
      }
      #expect(try rows(shipped) == before)
    }

    // MARK: G5

    @Test func `one who hides his number and calls again and again costs a few messages, and none is urgent`()
      throws
    {
      let shipped = try installation()
      for index in 0..<12 {
        let call = shipped.callFields("CA\(index)", from: "anonymous")
        for (name, more) in [
          ("voice", []), ("dial-result", [("DialCallStatus", "no-answer")]), ("menu", [("Digits", "1")]),
        ] {
          #expect(shipped.post(name, call + more).status == 200)
        }
        #expect(try shipped.opsfabric("run").exitCode == 0)
      }
      let told = try shipped.standIn.messages(to: Self.boss)
      #expect(1...4 ~= told.count, "\(told.map(\.body))")
      #expect(!told.contains { $0.body.contains("DRINGEND") })
    }

    // MARK: G7

    @Test func `a stranger's form changes and shows nothing of a caller's request, and locks nobody out`()
      throws
    {
      let shipped = try installation()
      #expect(shipped.post("sms", shipped.smsFields("SM1", "1")).status == 200)
      func thanks(_ phone: String, from address: String) throws -> String {
        let answer = try fillIn(shipped, phone: phone, urgency: "MED", from: address)
        #expect(answer.status == 200)
        return answer.page
      }
      // A promise may pass a quarter of an hour between the two.
      var pages: Set<String> = []
      for round in 1...2 where pages.count != 1 {
        pages = [
          try thanks("079 123 45 67", from: "198.51.100.\(round)"),
          try thanks("079 300 00 0\(round)", from: "198.51.100.1\(round)"),
        ]
      }
      #expect(pages.count == 1, "a number with an urgent request gets another page")
      for index in 3..<9 {
        _ = try fillIn(shipped, phone: "079 123 45 67", urgency: "HIGH", from: "198.51.100.\(index)")
      }
      let own = try shipped.list("tickets").filter { $0["source"] == "sms" }
      #expect(
        own.count == 1 && own[0]["urgency"] == "HIGH" && own[0]["summary"]?.contains("Flutwort") != true)
      let answer = try fillIn(
        shipped, phone: "079 123 45 67", text: "Der Keller steht unter Wasser", from: "203.0.113.7")
      #expect(answer.status == 200)
      #expect(
        try shipped.list("tickets").contains { $0["summary"]?.contains("Keller") == true })
    }

    // MARK: G8

    @Test func `whichever bit of the settings flips, the telephone rings where it should`() throws {
      let shipped = try ShippedInstallation()
      let whole = try Files.read(shipped.home.settings)
      var random = SeededRandom(seed: 20_260_210)
      for index in 0..<60 {
        var damaged = whole
        let bit = Int(random.next() % UInt64(whole.count * 8))
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        try Files.writeAtomically(damaged, to: shipped.home.settings, mode: 0o600)
        let request = shipped.request("voice", shipped.callFields("CA\(index)"))
        let body = request.body ?? []
        let result = try ProgramRunner.run(
          "\(shipped.cgiBin)/voice",
          environment: [
            "REQUEST_METHOD": "POST", "QUERY_STRING": "", "CONTENT_LENGTH": String(body.count),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "HTTP_X_TWILIO_SIGNATURE": request.headers.first { $0.0 == "X-Twilio-Signature" }?.1 ?? "",
          ], input: body)
        #expect(ShippedInstallation.dialled(result.output) == ShippedInstallation.business, "bit \(bit)")
        guard index % 12 == 0 else { continue }
        let health = WebClient.send(WebRequest("GET", "\(shipped.publicURL)/health"))
        #expect(health.status == 503 && health.text.contains("\"settings\":\"damaged\""), "bit \(bit)")
      }
    }

    // MARK: G9

    @Test func `whoever guesses at the secret of tick is not heard after ten tries`() throws {
      let shipped = try ShippedInstallation()
      try shipped.writeConfiguration("tick_secret: \"a-secret-of-the-tests\",")
      try #require(try shipped.opsfabric("apply").exitCode == 0)
      let answers = try (0..<11).map { index in
        try visit(shipped, "tick", query: "secret=guess-\(index)", from: "198.51.100.1").status
      }
      #expect(answers == Array(repeating: 403, count: 10) + [429])
    }
  }
}
