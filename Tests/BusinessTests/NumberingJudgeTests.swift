// NumberingJudgeTests.swift - our six numbering plans beside libphonenumber's (Python's phonenumbers).

import Business
import Testing

@Suite(.enabled(if: OutsideJudge.has("phonenumbers"), "the Python module phonenumbers is not installed"))
struct NumberingJudgeTests {
  /// What libphonenumber says of a number: type, and how it is written at home and abroad.
  struct Verdict {
    var type: String
    var national: String
    var international: String
  }

  /// Calling codes, the lengths looked at, and prefixes looked at more closely.
  static let plans: [(country: String, code: String, lengths: ClosedRange<Int>, closely: [String])] = [
    ("CH", "41", 7...12, ["86"]), ("LI", "423", 6...10, ["6", "7"]),
    ("DE", "49", 6...13, ["15", "16", "17"]), ("AT", "43", 6...13, ["64", "65", "66"]),
    ("FR", "33", 8...10, ["63", "69", "7"]), ("IT", "39", 6...12, ["30", "31", "39", "43"]),
  ]

  /// Every 29th prefix of four digits, and each one where it counts, at every length; the rest from a sequence.
  static let numbers: [(number: PhoneNumber, country: String)] = {
    var state: UInt64 = 20_261_127
    func digit() -> String {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return String((state >> 33) % 10)
    }
    func padded(_ value: Int, _ count: Int) -> String {
      String(repeating: "0", count: count - String(value).count) + String(value)
    }
    var numbers: [(PhoneNumber, String)] = []
    for plan in plans {
      let prefixes = (0..<10_000).filter { prefix in
        prefix % 29 == 0 || plan.closely.contains { padded(prefix, 4).hasPrefix($0) }
      }.map { padded($0, 4) }
      for length in plan.lengths where plan.code.count + length <= 15 {
        for prefix in prefixes {
          let rest = (prefix.count..<max(length, prefix.count)).map { _ in digit() }.joined()
          if let number = PhoneNumber(e164: "+" + plan.code + prefix + rest) {
            numbers.append((number, plan.country))
          }
        }
      }
    }
    return numbers
  }()

  static let verdicts: [Verdict]? = {
    let script = """
      import sys, phonenumbers as p
      names = {value: name for name, value in vars(p.PhoneNumberType).items() if isinstance(value, int)}
      for line in sys.stdin.read().split("\\n"):
          code, national = line.split()
          zeros = len(national) - len(national.lstrip("0"))
          number = p.PhoneNumber(int(code), int(national), italian_leading_zero=zeros > 0 or None,
                                 number_of_leading_zeros=zeros if zeros > 1 else None)
          print(names[p.number_type(number)], p.format_number(number, p.PhoneNumberFormat.NATIONAL),
                p.format_number(number, p.PhoneNumberFormat.INTERNATIONAL), sep="\\t")
      """
    let lines = try? OutsideJudge.ask(
      script,
      numbers.map { number, country in
        let code = plans.first { $0.country == country }?.code ?? ""
        return "\(code) \(number.e164.dropFirst(1 + code.count))"
      })
    return lines?.map { line in
      let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return Verdict(type: words[0], national: words[1], international: words[2])
    }
  }()

  @Test func `mobile is exactly what libphonenumber calls mobile, and nobody else's number is texted`() throws
  {
    let verdicts = try #require(Self.verdicts)
    try #require(verdicts.count == Self.numbers.count && verdicts.count > 30_000)
    for (question, verdict) in zip(Self.numbers, verdicts) {
      let type = question.number.lineType
      #expect((type == .mobile) == (verdict.type == "MOBILE"), "\(question.number) is \(verdict.type)")
      let isService = [
        "PREMIUM_RATE", "TOLL_FREE", "SHARED_COST", "PERSONAL_NUMBER", "PAGER", "VOICEMAIL",
      ].contains(verdict.type)
      if isService { #expect(type == .excluded, "\(question.number) is \(verdict.type)") }
      // France's 0806 to 0809 and Liechtenstein's 870 ring at a business, but are written as services.
      if ["FIXED_LINE", "VOIP"].contains(verdict.type) {
        #expect(type == .landline, "\(question.number) is \(verdict.type)")
      }
      #expect(type != .unknown, "\(question.number)")
    }
  }

  @Test func `numbers are spaced as libphonenumber spaces them`() throws {
    let verdicts = try #require(Self.verdicts)
    for (question, verdict) in zip(Self.numbers, verdicts) where verdict.type != "UNKNOWN" {
      let number = question.number
      // A German number of six digits may be shorter than any area code and number, and pagers are gone.
      if question.country == "DE" && (number.e164.count < 10 || verdict.type == "PAGER") { continue }
      #expect(number.written(in: "GB") == verdict.international)
      // Mailboxes of Italy, whose first digits may be a calling code, keep theirs.
      if question.country == "IT" && verdict.type == "VOICEMAIL" { continue }
      #expect(number.written(in: question.country) == verdict.national)
      #expect(
        PhoneNumber(userTyped: verdict.national, defaultCountry: question.country) == number,
        "\(verdict.national) in \(question.country)")
      #expect(PhoneNumber(userTyped: verdict.international, defaultCountry: "CH") == number)
    }
  }
}
