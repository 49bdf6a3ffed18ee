// HandlerChecks.swift - the folder the web server runs programs from, as suexec would look at it.

import Platform
import Webhooks

extension Doctor {
  /// Written by the installation; the counterpart of `opsfabric.home`.
  package static let folderPointer = "handlers.folder"

  func checkHandlers(_ home: Home) -> [Finding] {
    guard let folder = scene.handlersFolder ?? Doctor.installedHandlers(home) else {
      return [
        .warning(
          "handlers", "where they lie is not known",
          cure: "opsfabric doctor --handlers FOLDER, or install with make install")
      ]
    }
    guard Files.isFolder(folder) else {
      return [
        .fault(
          "handlers", "there is no folder \(folder)",
          cure: "make install, or copy cgi-bin/ of the release there")
      ]
    }
    let names =
      WebhookList.names + ["health", "anfrage", "inbox", "calendar", "operator"]
      + (installation?.tickSecret == nil ? [] : ["tick"])
      + (installation?.metricsSecret == nil ? [] : ["metrics"])
    var findings: [Finding] = []
    let missing = names.filter { !Files.exists("\(folder)/\($0)") }
    if !missing.isEmpty {
      findings.append(
        .fault(
          "handlers", "missing in \(folder): \(missing.joined(separator: " "))",
          cure: "copy them there from cgi-bin/ of the release"))
    }
    findings += checkModes(
      folder, names.filter { !missing.contains($0) }, isPackage: Doctor.packageStarter(home) != nil)
    findings += checkPointer(folder, home)
    return findings.isEmpty ? [.ok("handlers", "\(names.count) programs in \(folder)")] : findings
  }

  package static func installedHandlers(_ home: Home) -> String? {
    guard let bytes = try? Files.read("\(home.data)/\(folderPointer)", limit: 4096) else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
  }

  /// What starts the runs where a package of the system was installed, in words: written by the package.
  package static func packageStarter(_ home: Home) -> String? {
    guard let bytes = try? Files.read("\(home.data)/runs.started-by", limit: 4096) else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
  }

  private func checkModes(_ folder: String, _ names: [String], isPackage: Bool) -> [Finding] {
    var findings: [Finding] = []
    if let mode = Files.mode(folder), mode & 0o022 != 0 {
      findings.append(
        .fault(
          "handlers", "others may write to \(folder) (mode \(octal(mode))): suexec refuses it",
          cure: "chmod 755 \(shellWord(folder))"))
    }
    for name in names {
      let path = "\(folder)/\(name)"
      let mode = Files.mode(path) ?? 0
      if Files.isLink(path) {
        findings.append(
          .fault("handlers", "\(path) is a link: suexec refuses it", cure: "copy the program itself there"))
      } else if mode & 0o111 != 0o111 || mode & 0o022 != 0 {
        findings.append(
          .fault("handlers", "\(path) has mode \(octal(mode))", cure: "chmod 755 \(shellWord(path))"))
      }
      // A package's programs are root's, and fcgiwrap runs them.
      if let owner = Files.owner(path), owner != scene.user, !isPackage {
        findings.append(
          .warning(
            "handlers", "\(path) belongs to another user (number \(owner)): suexec refuses it",
            cure: "copy the programs there as the owner of the home"))
        break
      }
    }
    return findings
  }

  private func checkPointer(_ folder: String, _ home: Home) -> [Finding] {
    let path = "\(folder)/\(Home.pointerName)"
    let command = "printf '%s\\n' \(shellWord(home.path)) >\(shellWord(path)); chmod 644 \(shellWord(path))"
    guard let bytes = try? Files.read(path, limit: 4096),
      let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first
    else {
      return [.fault("handlers", "\(path) is missing: they do not find their home", cure: command)]
    }
    let named = Home(String(line))
    guard Files.identity(named.path)?.first == Files.identity(home.path)?.first else {
      return [.fault("handlers", "\(path) names another home: \(named.path)", cure: command)]
    }
    guard let mode = Files.mode(path), mode & 0o444 == 0o444 else {
      return [
        .fault("handlers", "\(path) cannot be read by the handlers", cure: "chmod 644 \(shellWord(path))")
      ]
    }
    return []
  }
}
