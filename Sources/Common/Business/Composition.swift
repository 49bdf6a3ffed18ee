// Composition.swift - joins letters and combining marks (Unicode NFC) for the Latin letters of Europe.
//
// Telephones and web forms of one maker send "ä" as "a" + U+0308, which is outside the GSM alphabet.
// The full Unicode tables are not needed for that, and not public in the standard library.

enum Composition {
  /// Composes each base letter with the mark that follows it, where a single letter exists.
  static func composed(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(scalars.count)
    for scalar in scalars {
      if let base = result.last, let letter = pairs[Pair(base: base, mark: scalar)] {
        result[result.count - 1] = letter
      } else {
        result.append(singletons[scalar] ?? scalar)
      }
    }
    return result
  }

  private struct Pair: Hashable {
    let base: Unicode.Scalar
    let mark: Unicode.Scalar
  }

  /// Signs that Unicode calls equal to a letter: Ångström, Ohm and Kelvin.
  private static let singletons: [Unicode.Scalar: Unicode.Scalar] = [
    "\u{212B}": "Å", "\u{2126}": "Ω", "\u{212A}": "K",
  ]

  private static let pairs: [Pair: Unicode.Scalar] = {
    let table: KeyValuePairs<Unicode.Scalar, (bases: String, letters: String)> = [
      "\u{0300}": ("AEIOUaeiouNn", "ÀÈÌÒÙàèìòùǸǹ"),
      "\u{0301}": ("AEIOUYaeiouyCcNnSsZz", "ÁÉÍÓÚÝáéíóúýĆćŃńŚśŹź"),
      "\u{0302}": ("AEIOUaeiou", "ÂÊÎÔÛâêîôû"),
      "\u{0303}": ("ANOano", "ÃÑÕãñõ"),
      "\u{0308}": ("AEIOUYaeiouy", "ÄËÏÖÜŸäëïöüÿ"),
      "\u{030A}": ("AUau", "ÅŮåů"),
      "\u{030C}": ("CESZcesz", "ČĚŠŽčěšž"),
      "\u{0327}": ("CScs", "ÇŞçş"),
    ]
    var pairs: [Pair: Unicode.Scalar] = [:]
    for (mark, row) in table {
      for (base, letter) in zip(row.bases.unicodeScalars, row.letters.unicodeScalars) {
        pairs[Pair(base: base, mark: mark)] = letter
      }
    }
    return pairs
  }()
}
