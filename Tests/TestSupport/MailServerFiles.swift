// MailServerFiles.swift - what MailServer writes and reads: Exim's configuration, a certificate, a folder.

import Glibc

func eximConfiguration(folder: MailServerFolder, ports: [Int], uid: uid_t, gid: gid_t) -> String {
  """
  exim_user = \(uid)
  exim_group = \(gid)
  deliver_drop_privilege
  primary_hostname = mail.test
  spool_directory = \(folder.path)/spool
  log_file_path = \(folder.path)/log/%s
  pid_file_path = \(folder.path)/exim.pid
  local_interfaces = 127.0.0.1
  daemon_smtp_ports = \(ports[0]) : \(ports[1])
  tls_on_connect_ports = \(ports[1])
  daemon_startup_retries = 0
  tls_advertise_hosts = *
  tls_certificate = \(folder.path)/key.pem
  auth_advertise_hosts = *
  smtp_accept_max_per_host = 100
  keep_environment =
  host_lookup =
  message_size_limit = 1M
  acl_smtp_rcpt = recipient

  begin acl
  recipient:
    deny  local_parts = unknown
          message = 550 5.1.1 no such mailbox
    defer local_parts = busy
          condition = ${if exists{\(folder.path)/busy}}
          message = 451 4.2.0 come back later
    deny  local_parts = members
          !authenticated = *
          message = 530 5.7.0 log in first
    accept

  begin routers
  everyone:
    driver = accept
    transport = mailbox

  begin transports
  mailbox:
    driver = appendfile
    directory = \(folder.path)/mail
    maildir_format
    create_directory
    envelope_to_add
    return_path_add

  begin authenticators
  plain:
    driver = plaintext
    public_name = PLAIN
    server_prompts = :
    server_condition = ${if and{{eq{$auth2}{\(MailServer.username)}}{eq{$auth3}{\(MailServer.password)}}}}
    server_set_id = $auth2

  """
}

/// The folder of one server.
struct MailServerFolder {
  let path: String

  init() throws(MailServerError) {
    var template = Array("/tmp/opsfabric-mail-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } }
    guard let made else { throw MailServerError(reason: "mkdtemp: errno \(errno)") }
    path = String(cString: made)
  }

  func remove() { remove(path) }

  private func remove(_ path: String) {
    // Fails for a folder that is not empty, and for nothing else that is ours.
    if Glibc.remove(path) == 0 { return }
    for name in entries(of: path) where name != "." && name != ".." { remove("\(path)/\(name)") }
    rmdir(path)
  }

  /// Without hidden files.
  func names(in folder: String) -> [String] {
    entries(of: "\(path)/\(folder)").filter { !$0.hasPrefix(".") }
  }

  private func entries(of path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var result: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      result.append(name)
    }
    return result
  }

  /// Empty when the file cannot be read.
  func contents(of name: String) -> String {
    guard let file = fopen("\(path)/\(name)", "r") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  func write(_ text: String, to name: String) {
    guard let file = fopen("\(path)/\(name)", "w") else { return }
    fputs(text, file)
    fclose(file)
  }
}

/// Self-signed for localhost and 127.0.0.1, valid from 2020 to 2119.
let testCertificate = """
  -----BEGIN CERTIFICATE-----
  MIIBZzCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
  c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
  CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPeGQdYxABqgpL8+
  LCdCVzfceS2nMqy29FmTHgyWzoxnxUNmtJyWiaOtJr7KnixLmZ7S4Rk4zUpnuA9O
  PqtmzaKjTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E
  BTADAQH/MB0GA1UdDgQWBBQBeggCSZuCmHJwI5Y9WIiuY5CPjjAKBggqhkjOPQQD
  AgNIADBFAiEA2/3p6KY8P9f+GHlg5fIdATUleys80/F9ro81DCM/EWQCIFehUt5B
  YkmqysI4RhmqF43QP8AffxCXNlzWF0B+DQjP
  -----END CERTIFICATE-----

  """

/// Made for this file, guards nothing.
let testKey = """
  -----BEGIN PRIVATE KEY-----
  MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg3VxErfS0SDsgsn93
  Atd3lF3t0Iy58dASDGzu1BuoehqhRANCAAT3hkHWMQAaoKS/PiwnQlc33HktpzKs
  tvRZkx4Mls6MZ8VDZrSclomjrSa+yp4sS5me0uEZOM1KZ7gPTj6rZs2i
  -----END PRIVATE KEY-----

  """
