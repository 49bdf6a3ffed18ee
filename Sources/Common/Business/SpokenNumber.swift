// SpokenNumber.swift - a number as a voice reads it: digit by digit, in the groups people of the country make.
//
// No voice says "septante" or "fünfundvierzig" then, and it works with every voice and language of <Say>, without SSML
// (twilio.md, section 14).

extension PhoneNumber {
  /// `0 7 9, 1 2 3, 4 5, 6 7`; a number of another country with its calling code: `0 0 4 9, 1 7 1, …`.
  package func spoken(in country: String) -> String {
    var groups: [String] = []
    for group in written(in: country).split(separator: " ") {
      let digits = group.unicodeScalars.filter { ("0"..."9").contains($0) }.map { String(Character($0)) }
      groups.append((group.hasPrefix("+") ? ["0", "0"] + digits : digits).joined(separator: " "))
    }
    return groups.joined(separator: ", ")
  }
}
