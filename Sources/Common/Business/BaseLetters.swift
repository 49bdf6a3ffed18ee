// BaseLetters.swift - names written with the letters of the GSM alphabet: Côté Jardin as Cote Jardin, Vœgtli as Voegtli.
//
// One letter outside of the alphabet makes an SMS hold 70 characters instead of 160. The standard library tells no
// decompositions, so the Latin letters of Unicode stand here; tests compare them with Python's unicodedata.

package enum BaseLetters {
  /// The text with every word that holds a letter outside of the GSM alphabet written without marks. Other words keep
  /// theirs: `Müller` is another name than `Muller`, while `Coté` would be neither `Côté` nor `Cote`. So do words of
  /// scripts that have no such letters, and all other signs.
  package static func written(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 128 }) else { return text }
    var result = String.UnicodeScalarView()
    var word: [Unicode.Scalar] = []
    for scalar in Composition.composed(Array(text.unicodeScalars)) {
      if scalar.properties.isAlphabetic || isMark(scalar) {
        word.append(scalar)
      } else {
        result.append(contentsOf: plain(word))
        word = []
        result.append(scalar)
      }
    }
    result.append(contentsOf: plain(word))
    return String(result)
  }

  private static func plain(_ word: [Unicode.Scalar]) -> [Unicode.Scalar] {
    guard !isGSM(word) else { return word }
    var result: [Unicode.Scalar] = []
    for (index, scalar) in word.enumerated() where !(isMark(scalar) && index > 0) {
      let isAmongCapitals = index + 1 < word.count && word[index + 1].properties.isUppercase
      result.append(contentsOf: base(of: scalar, amongCapitals: isAmongCapitals))
    }
    return isGSM(result) ? result : word
  }

  private static func isGSM(_ word: [Unicode.Scalar]) -> Bool {
    word.allSatisfy { GSM7.septets(of: $0) != nil }
  }

  /// What stands on, under or through the letter before it.
  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    !scalar.isASCII && scalar.properties.generalCategory == .nonspacingMark
  }

  /// The letter itself where there is none below it.
  private static func base(of scalar: Unicode.Scalar, amongCapitals: Bool) -> [Unicode.Scalar] {
    if scalar.isASCII { return [scalar] }
    if let row = letters.first(where: { $0.marked.unicodeScalars.contains(scalar) }) { return [row.base] }
    if let row = pairs.first(where: { $0.written.unicodeScalars.contains(scalar) }) {
      return Array((amongCapitals ? row.base.uppercased() : row.base).unicodeScalars)
    }
    // Full-width letters.
    if 0xFF21...0xFF3A ~= scalar.value || 0xFF41...0xFF5A ~= scalar.value {
      return [Unicode.Scalar(UInt8(scalar.value - 0xFEE0))]
    }
    return [scalar]
  }

  private static let letters: [(base: Unicode.Scalar, marked: String)] = [
    ("A", "ÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶȺ"),
    ("a", "ªàáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặɐ"),
    ("B", "ḂḄḆɃ"),
    ("b", "ḃḅḇƀ"),
    ("C", "ÇĆĈĊČḈȻ"),
    ("c", "çćĉċčḉȼ"),
    ("D", "ĎḊḌḎḐḒÐĐƉƊ"),
    ("d", "ďḋḍḏḑḓðđɖɗ"),
    ("E", "ÈÉÊËĒĔĖĘĚȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆƎƏƐ"),
    ("e", "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệǝəɛ"),
    ("F", "Ḟ"),
    ("f", "ḟ"),
    ("G", "ĜĞĠĢǦǴḠǤ"),
    ("g", "ĝğġģǧǵḡǥ"),
    ("H", "ĤȞḢḤḦḨḪĦ"),
    ("h", "ĥȟḣḥḧḩḫẖħ"),
    ("I", "ÌÍÎÏĨĪĬĮİǏȈȊḬḮỈỊƗ"),
    ("i", "ìíîïĩīĭįǐȉȋḭḯỉịı"),
    ("J", "ĴɈ"),
    ("j", "ĵǰɉ"),
    ("K", "ĶǨḰḲḴƘ"),
    ("k", "ķǩḱḳḵĸƙ"),
    ("L", "ĹĻĽḶḸḺḼŁĿȽ"),
    ("l", "ĺļľḷḹḻḽłŀƚ"),
    ("M", "ḾṀṂ"),
    ("m", "ḿṁṃ"),
    ("N", "ÑŃŅŇǸṄṆṈṊŊƝ"),
    ("n", "ñńņňǹṅṇṉṋŋƞ"),
    ("O", "ÒÓÔÕÖŌŎŐƠǑǪǬȌȎȪȬȮȰṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢǾƟ"),
    ("o", "ºòóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợǿɵ"),
    ("P", "ṔṖ"),
    ("p", "ṕṗ"),
    ("R", "ŔŖŘȐȒṘṚṜṞɌ"),
    ("r", "ŕŗřȑȓṙṛṝṟɍ"),
    ("S", "ŚŜŞŠȘṠṢṤṦṨ"),
    ("s", "śŝşšſșṡṣṥṧṩẛſ"),
    ("T", "ŢŤȚṪṬṮṰŦƬ"),
    ("t", "ţťțṫṭṯṱẗŧƭ"),
    ("U", "ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖṲṴṶṸṺỤỦỨỪỬỮỰɄ"),
    ("u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
    ("V", "ṼṾ"),
    ("v", "ṽṿ"),
    ("W", "ŴẀẂẄẆẈ"),
    ("w", "ŵẁẃẅẇẉẘ"),
    ("X", "ẊẌ"),
    ("x", "ẋẍ"),
    ("Y", "ÝŶŸȲẎỲỴỶỸɎƳ"),
    ("y", "ýÿŷȳẏẙỳỵỷỹɏƴ"),
    ("Z", "ŹŻŽẐẒẔƵ"),
    ("z", "źżžẑẓẕƶ"),
  ]

  /// Letters that stand for several; and the Greek capitals that look like Latin ones, since the GSM alphabet has only
  /// the others.
  private static let pairs: [(base: String, written: String)] = [
    ("Ae", "ǢǼ"),
    ("ae", "ǣǽ"),
    ("Oe", "Œ"),
    ("oe", "œ"),
    ("Th", "Þ"),
    ("th", "þ"),
    ("SS", "ẞ"),
    ("IJ", "Ĳ"),
    ("ij", "ĳ"),
    ("Dz", "ǄǅǱǲ"),
    ("dz", "ǆǳ"),
    ("Lj", "Ǉǈ"),
    ("lj", "ǉ"),
    ("Nj", "Ǌǋ"),
    ("nj", "ǌ"),
    ("ff", "ﬀ"),
    ("fi", "ﬁ"),
    ("fl", "ﬂ"),
    ("ffi", "ﬃ"),
    ("ffl", "ﬄ"),
    ("st", "ﬅﬆ"),
    ("'n", "ŉ"),
    ("A", "Α"),
    ("B", "Β"),
    ("E", "Ε"),
    ("Z", "Ζ"),
    ("H", "Η"),
    ("I", "Ι"),
    ("K", "Κ"),
    ("M", "Μ"),
    ("N", "Ν"),
    ("O", "Ο"),
    ("P", "Ρ"),
    ("T", "Τ"),
    ("Y", "Υ"),
    ("X", "Χ"),
  ]
}
