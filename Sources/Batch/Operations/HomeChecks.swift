// HomeChecks.swift - the home itself: there, ours, closed to others, with room, and its secrets kept.

import Configuration
import Outbox
import Platform
import Spool

extension Doctor {
  func checkHome(_ home: Home?) -> [Finding] {
    guard let home else {
      return [
        .fault(
          "home", "no home is known", cure: "export OPSFABRIC_HOME=$HOME/opsfabric, then: opsfabric init")
      ]
    }
    let path = shellWord(home.path)
    guard Files.exists(home.path) else {
      return [
        .fault("home", "\(home.path) is not there", cure: "OPSFABRIC_HOME=\(path) opsfabric init")
      ]
    }
    guard Files.isFolder(home.path) else {
      return [.fault("home", "\(home.path) is no folder", cure: "move the file away, then: opsfabric init")]
    }
    guard isOwn(home) else {
      return [
        .fault(
          "home", "\(home.path) belongs to another user (number \(Files.owner(home.path) ?? 0))",
          cure: "run this as the owner of the home, who also runs cron and the handlers")
      ]
    }
    var findings: [Finding] = []
    if let mode = Files.mode(home.path), mode & 0o777 != 0o700 {
      findings.append(
        .fault("home", "\(home.path) has mode \(octal(mode)), not 0700", cure: "chmod 700 \(path)"))
    }
    if let place = WebRoot.around(home, handlers: scene.handlersFolder ?? Doctor.installedHandlers(home)) {
      findings.append(
        .warning(
          "home", "\(home.path) lies in \(place)",
          cure: "move the home out of the web root, then install again with the new path"))
    }
    return findings.isEmpty ? [.ok("home", home.path)] : findings
  }

  func isOwn(_ home: Home) -> Bool { Files.owner(home.path) == scene.user }

  func checkFolders(_ home: Home) -> [Finding] {
    let folders = home.folders.dropFirst()
    var findings = folders.filter { !Files.isFolder($0) }.map {
      Finding.fault("folders", "\($0) is missing", cure: "opsfabric init")
    }
    findings += folders.filter { Files.isFolder($0) && !Files.isWritable($0) }.map {
      .fault("folders", "\($0) cannot be written to", cure: "chmod u+rwx \(shellWord($0))")
    }
    return findings.isEmpty ? [.ok("folders", counted(folders.count, "folder") + ", all writable")] : findings
  }

  /// What callers send is kept in a folder for each tenant, made with the first photo or voice message.
  func checkUploads(_ home: Home) -> [Finding] {
    activeTenants.compactMap { tenant in
      let path = "\(home.uploads)/\(tenant.id)"
      guard Files.exists(path), !(Files.isFolder(path) && Files.isWritable(path)) else { return nil }
      return .warning(
        "uploads",
        "\(tenant.id): \(path) cannot be written to, \(tenant.voiceMessage ? "photos and voice messages" : "photos") cannot be kept",
        cure: Files.isFolder(path)
          ? "chmod u+rwx \(shellWord(path))" : "move the file away: \(shellWord(path))")
    }
  }

  /// What holds tokens, numbers or texts is for the owner alone.
  func checkSecrets(_ home: Home) -> [Finding] {
    var files = ["\(home.config)/opsfabric.json5"]
    for folder in [home.tenants, home.data] {
      files += ((try? Files.list(folder)) ?? []).filter { !$0.hasPrefix(".") }.map { "\(folder)/\($0)" }
    }
    var findings: [Finding] = []
    var count = 0
    for file in files where !Files.isFolder(file) {
      guard let mode = Files.mode(file) else { continue }
      count += 1
      guard mode & 0o077 != 0 else { continue }
      findings.append(
        .fault(
          "secrets", "others than the owner may use \(file) (mode \(octal(mode)))",
          cure: "chmod 600 \(shellWord(file))"))
    }
    return findings.isEmpty ? [.ok("secrets", counted(count, "file") + " for the owner alone")] : findings
  }

  /// The runner makes it when it is not there; whatever else is wrong with it keeps the links out of notices.
  func checkInboxSecret(_ home: Home) -> [Finding] {
    do {
      _ = try InboxSecret.read(home)
      return []
    } catch {
      return [.fault("inbox-key", "notices have no link: \(error.reason)", cure: error.cure)]
    }
  }

  func checkDisk(_ home: Home) -> [Finding] {
    let space: FreeSpace
    do { space = try scene.freeSpace(home.path) } catch {
      return [.warning("disk", "\(error)", cure: "look with: df \(shellWord(home.path))")]
    }
    let detail = "\(space.bytes >> 20) MiB free" + (space.files.map { ", room for \($0) files" } ?? "")
    let cure = "free some space: log/, uploads/, old reports/ and backups; or ask for a larger quota"
    // A quota does not show in the free space. A folder that is not there, or not ours, is a finding of its own.
    if let fault = Spool(home: home).fault(), fault.isOutOfSpace {
      return [.fault("disk", "full: \(fault)", cure: cure)]
    }
    if space.bytes < 50 << 20 || space.files.map({ $0 < 1000 }) == true {
      return [.fault("disk", detail, cure: cure)]
    }
    if space.bytes < 500 << 20 || space.files.map({ $0 < 10_000 }) == true {
      return [.warning("disk", detail, cure: cure)]
    }
    return [.ok("disk", detail)]
  }

  func checkLibcurl() -> [Finding] {
    let libcurl = scene.libcurl
    guard let tls = libcurl.tls, libcurl.protocols.contains("https") else {
      return [
        .fault(
          "libcurl", "libcurl \(libcurl.version) cannot do TLS: Twilio cannot be reached",
          cure: "install a libcurl with TLS (Debian: libcurl4), or ask the host for one")
      ]
    }
    guard libcurl.protocols.contains("smtp"), libcurl.protocols.contains("smtps") else {
      return [
        .warning(
          "libcurl", "libcurl \(libcurl.version) cannot send mail",
          cure: "install a libcurl with SMTP (Debian: libcurl4), or do without e-mail")
      ]
    }
    return [.ok("libcurl", "libcurl \(libcurl.version), \(tls)")]
  }
}

/// `0644`.
func octal(_ mode: UInt32) -> String {
  let digits = String(mode & 0o7777, radix: 8)
  return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
