// ReactionTests.swift - thumbs and hearts that phones send as words.

import Business
import Testing

struct ReactionTests {
  @Test(arguments: [
    "Liked “Danke für Ihren Anruf”", "Loved \"Danke\"",
    "Laughed at “Danke für Ihren Anruf bei Dörfler AG.\nWir sind …”",
    "Emphasized “1 = Dringend”", "Questioned “…”", "Disliked “x”", "Removed a like from “x”",
    "Removed a heart from “x”",
    "Removed an exclamation from “x”", "Removed a question mark from “x”", "Reacted 😂 to “x”",
    "Removed 😂 from “x”",
    "👍 to “x”", "\u{200A}\u{200B}👍\u{200B} to “\u{200A}Danke\u{200A}”\u{200A}",
    "\u{200A}Removed \u{200C}👍\u{200C} from “\u{200A}Danke\u{200A}”\u{200A}",
    "\u{200A}\u{200B}👍\u{200B} irgendwie auf „\u{200A}Danke\u{200A}“\u{200A}", "Liked “she said “no” twice”",
    "Gefällt „Danke für Ihren Anruf“", "Gefällt: „Danke“", "Gefällt nicht: „Danke“", "Gefällt «Danke»",
    "„Danke“ ein Herz hinzugefügt", "„Danke“ ein Lachen hinzugefügt",
    "„Danke“ ein Ausrufezeichen hinzugefügt",
    "„Danke“ ein Fragezeichen hinzugefügt", "Herz von „Danke“ entfernt", "„Gefällt mir“ von „Danke“ entfernt",
    "„Gefällt mir nicht“ von „Danke“ entfernt", "Hat mit 🎉 auf „Danke“ reagiert", "🎉 aus „Danke“ entfernt",
    "A aimé « Merci »", "A aimé «\u{202F}Merci\u{202F}»", "N’a pas aimé « Merci »", "A adoré “Merci”",
    "A ri à « x »",
    "A réagi avec 👍 à “Merci”", "A retiré 👍 de “Merci”", "A retiré un cœur de « Merci »",
    "A aime\u{301} « Merci »",
    "A supprimé un j’aime de « Merci »", "Ha messo “Mi piace” a “Grazie”",
    "Ha messo \"Mi piace\" a \"Grazie\"",
    "Ha messo \"Mi piace\" a “Grazie”", "Ha rimosso un cuore da “Grazie”", "Ha riso di “Grazie”",
    "Ha reagito con ❤️ a “Grazie”", "‼️ to “x”", "LIKED “x”", " Liked “x” ",
  ])
  func `a thumb on our message is no message`(body: String) {
    #expect(Reaction.isReaction(body))
  }

  @Test(arguments: [
    "", "Liked", "Liked it", "Liked an image", "Liked “x” but the tap drips",
    "Loved “your work”, please come “soon”",
    "Gefällt mir nicht, der Boiler tropft", "Gefällt „mir“ nicht, was da tropft",
    "Gefällt mir: „Boiler“ neu, bitte Offerte",
    "A aimé votre travail, merci de rappeler", "Liked \"a\" and \"b\"", "The boiler says “E5”",
    "!!! “Notfall”", "2 to “x”",
    "Removed the boiler from “Küche”", "Fragt: wann? „morgen“", "👍", "“x”", "Liked “", "“", "Danke 👍 “x”",
    "Hat mit Wasser auf „Danke“ reagiert", "\u{200A}Wasser\u{200A}", "Herz", "gefällt 'n bisschen",
  ])
  func `a request that looks like one is a request`(body: String) {
    #expect(!Reaction.isReaction(body))
  }
}
