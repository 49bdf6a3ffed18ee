// PackageTests.swift - what `make lambda` packs: complete, readable by the function's own user, and it serves.

import Platform
import TestSupport
import Testing

extension EndToEnd {
  @Suite(
    .enabled(if: ShippedPrograms.bootstrap != "", "BOOTSTRAP names no program: run `make test`"),
    .enabled(if: ProgramRunner.find("unzip") != nil, "unzip is not installed: run `make test`"))
  struct PackageTests {
    private static let script = Files.parent(of: Files.parent(of: #filePath)) + "/package-lambda.sh"
    private static let path = ["PATH": "/usr/bin:/bin"]

    @Test func `the package holds all that a function needs, and serves`() throws {
      let shipped = try ShippedInstallation()
      let file = "\(shipped.folder)/dist/lambda.zip"
      let made = try ProgramRunner.run(
        "/bin/bash", [Self.script, ShippedPrograms.bootstrap, shipped.home.path, file], environment: Self.path
      )
      try #require(made.exitCode == 0, "\(made.errors)")
      #expect(Files.mode(file) == 0o600, "it holds tokens")
      let task = "\(shipped.folder)/task"
      let unpacked = try ProgramRunner.run(
        "/bin/bash", ["-c", "mkdir \"$1\" && cd \"$1\" && unzip -q \"$2\"", "bash", task, file],
        environment: Self.path)
      try #require(unpacked.exitCode == 0, "\(unpacked.errors)")
      #expect(Files.mode("\(task)/bootstrap") == 0o755)
      // The service unpacks as somebody else than it runs as.
      #expect(Files.mode("\(task)/home/data/settings.sqlite3") == 0o644)
      #expect(try Files.read("\(task)/opsfabric.home") == Array("/var/task/home\n".utf8))
      #expect(try Files.list("\(task)/home/data") == ["settings.sqlite3"])
      #expect(TimeZones(environment: Environment(["TZDIR": "\(task)/zoneinfo"])).zone("Europe/Zurich") != nil)

      // Where it lies when the service runs it, it finds its home by the file beside it.
      try Files.writeAtomically(Array("\(task)/home\n".utf8), to: "\(task)/opsfabric.home", mode: 0o644)
      let event = FunctionEventText(
        webhook: "voice", shipped.callFields("CA1"), publicURL: shipped.publicURL,
        token: ShippedInstallation.token
      ).bytes
      let runtime = try RuntimeStandIn { $0 == 0 ? .event(event) : .end }
      defer { runtime.stop() }
      let result = try ProgramRunner.run(
        "\(task)/bootstrap", environment: ["AWS_LAMBDA_RUNTIME_API": runtime.address, "_HANDLER": "voice"])
      #expect(
        ShippedInstallation.dialled(runtime.posted.first?.answer?.text ?? "") == ShippedInstallation.business,
        "\(result.errors)")
    }

    @Test func `without applied settings there is no package`() throws {
      let folder = "\(ProgramRunner.temporaryFolder)/opsfabric-package-\(RandomSource.system.token(bytes: 8))"
      try Files.makeFolder(folder)
      defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }
      let result = try ProgramRunner.run(
        "/bin/bash", [Self.script, ShippedPrograms.bootstrap, folder, "\(folder)/lambda.zip"],
        environment: Self.path)
      #expect(result.exitCode == 1)
      #expect(result.errors.contains("opsfabric apply"))
      #expect(!Files.exists("\(folder)/lambda.zip"))
    }
  }
}
