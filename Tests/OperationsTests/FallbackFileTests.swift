// FallbackFileTests.swift - what the static files say, in each language.

import Business
import Operations
import StandIn
import TestSupport
import Testing

struct FallbackFileTests {
  private func tenant(_ change: (inout Tenant) -> Void = { _ in }) -> Tenant {
    var tenant = TestWorld.tenant("doerfler", name: "Dörfler & Söhne", number: TestWorld.number)
    change(&tenant)
    return tenant
  }

  private func verbs(_ file: FallbackFile) throws -> [Verb] { try TwiML.parse(file.document) }

  @Test(arguments: [
    (Language.de, "aufgenommen", "gelöscht", "legen Sie einfach auf"),
    (.fr, "enregistré", "effacé", "raccrochez simplement"), (.it, "registrato", "cancellato", "riagganci"),
    (.en, "recorded", "deleted", "just hang up"),
  ])
  func `before the tone it is said that and what for it is recorded, and that it is deleted`(
    language: Language, recorded: String, deleted: String, way: String
  ) throws {
    for mode in [Tenant.Mode.frontNumber, .carrierForwarding] {
      let files = FallbackFile.files(
        of: tenant {
          $0.language = language
          $0.mode = mode
        })
      #expect(files.map(\.name) == ["doerfler.xml", "doerfler.end.xml"])
      let first = try verbs(files[0])
      let isRung = mode == .frontNumber
      #expect(
        first.map(\.name)
          == (isRung ? ["Dial", "Say", "Record", "Hangup"] : ["Say", "Record", "Say", "Hangup"]))
      #expect(first.first { $0.name == "Dial" }?["action"] == nil)
      let prompt = try #require(first.first { $0.name == "Say" })
      #expect(prompt["language"] == language.sayLanguage)
      for words in [recorded, deleted, way, "Dörfler & Söhne"] {
        #expect(prompt.text.contains(words), "\(words) in \(prompt.text)")
      }
      let record = try #require(first.first { $0.name == "Record" })
      #expect(record["action"] == "doerfler.end.xml" && record["method"] == "GET")
      #expect(record["maxLength"] == "120" && record["recordingStatusCallback"] == nil)
      let end = try verbs(files[1])
      #expect(end.map(\.name) == ["Say", "Hangup"])
      #expect(end.first?["language"] == language.sayLanguage)
    }
  }

  @Test func `where no caller may leave a message it only connects, or asks to call again`() throws {
    for change in [{ $0.voiceMenu = false }, { $0.voiceMessage = false }] as [(inout Tenant) -> Void] {
      let rung = FallbackFile.files(of: tenant(change))
      #expect(rung.map(\.name) == ["doerfler.xml"])
      #expect(try verbs(rung[0]).map(\.name) == ["Dial"])
      let forwarded = FallbackFile.files(
        of: tenant {
          change(&$0)
          $0.mode = .carrierForwarding
        })
      #expect(forwarded.map(\.name) == ["doerfler.xml"])
      #expect(try verbs(forwarded[0]).map(\.name) == ["Say", "Hangup"])
    }
  }
}
