// ConfigurationHome.swift - a home of one test with configuration files in it.

import Business
import Configuration
import Glibc
import Platform

final class ConfigurationHome: Sendable {
  let path: String
  private static let sid = "AC" + String(repeating: "0a", count: 16)

  init() throws {
    var template = Array("/tmp/configuration-test-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkdtemp($0) != nil } ?? false }
    guard made else { throw SystemError("mkdtemp", "/tmp") }
    path = template.withUnsafeBufferPointer { buffer in
      String(decoding: buffer.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    try Files.makeFolder(Home(path).tenants)
  }

  deinit {
    let home = Home(path)
    for folder in [home.tenants, home.config] {
      for name in (try? Files.list(folder)) ?? [] { unlink("\(folder)/\(name)") }
      rmdir(folder)
    }
    rmdir(path)
  }

  func write(_ text: String, to file: String, mode: mode_t = 0o600) throws {
    try write(Array(text.utf8), to: file, mode: mode)
  }

  func write(_ bytes: [UInt8], to file: String, mode: mode_t = 0o600) throws {
    try Files.writeAtomically(bytes, to: "\(path)/\(file)", mode: mode)
    guard chmod("\(path)/\(file)", mode) == 0 else { throw SystemError("chmod", file) }
  }

  func load() -> (LoadedConfiguration?, [ConfigurationFault]) {
    ConfigurationLoader(home: path) { ["Europe/Zurich", "Europe/Rome", "UTC"].contains($0) }.load()
  }

  /// The faults of a configuration that is right but for these entries (`key: value`, each replacing the
  /// base's entry of that key; `key` alone removes it).
  static func faults(installation: [String] = [], tenant: [String] = []) throws -> [ConfigurationFault] {
    try load(installation: installation, tenant: tenant).1
  }

  static func load(
    installation: [String] = [], tenant: [String] = []
  ) throws -> (LoadedConfiguration?, [ConfigurationFault]) {
    let home = try ConfigurationHome()
    try home.write(installationText(installation), to: "config/opsfabric.json5")
    try home.write(tenantText(tenant), to: "config/tenants/doerfler.json5")
    return home.load()
  }

  static func installationText(_ entries: [String] = []) -> String {
    text(
      [
        "public_url: 'https://ruf.example.ch/cgi-bin'",
        "twilio: {account_sid: '\(sid)', auth_token: 'token'}", "alerts: {sms: ['+41790000501']}",
      ], entries)
  }

  static func tenantText(_ entries: [String] = []) -> String {
    text(
      [
        "name: 'Dörfler AG'", "voice_numbers: ['+41790000510']", "forward_to: '+41434435200'",
        "website_domain: 'www.doerfler.example'",
        "notify: [{channel: 'sms', to: '+41790000512', on: ['new']}]",
      ], entries)
  }

  private static func text(_ base: [String], _ entries: [String]) -> String {
    func key(_ entry: String) -> Substring { entry.prefix { $0 != ":" } }
    let replaced = Set(entries.map { key($0) })
    let kept = base.filter { !replaced.contains(key($0)) } + entries.filter { $0.contains(":") }
    return "{\n  " + kept.joined(separator: ",\n  ") + "\n}\n"
  }
}
