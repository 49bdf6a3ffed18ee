// MailServer.swift - a real mail server for tests: Debian's Exim (package exim4-daemon-light), in the
// foreground, on ports and in a folder of its own, without privileges.
//
// With -C and its own uid as exim_user, Exim runs as any user; started by root it is run as nobody, because
// it will not deliver as root. Nothing below /etc or /var is read or written. It takes any recipient but the
// ones named below, and puts all mail into one maildir. STARTTLS and log-in are offered, not demanded.

import Glibc

package final class MailServer {
  /// Gets "550 no such mailbox".
  package static let unknownRecipient = "unknown@example.ch"
  /// Gets 451 while `isBusy`.
  package static let busyRecipient = "busy@example.ch"
  /// Gets 530 unless logged in.
  package static let membersRecipient = "members@example.ch"
  package static let username = "ruf"
  package static let password = "geheim"
  package static let program = "/usr/sbin/exim4"

  /// False where the package exim4-daemon-light is missing: tests are skipped then.
  package static var isInstalled: Bool { access(program, X_OK) == 0 && access(setpriv, X_OK) == 0 }

  /// Plain with STARTTLS, and TLS from the start. The certificate is for `localhost` and 127.0.0.1.
  package var url: String { "smtp://localhost:\(port)" }
  package var secureURL: String { "smtps://localhost:\(securePort)" }
  package let port: Int
  package let securePort: Int
  /// The PEM file a client must trust for `secureURL`.
  package var certificate: String { "\(folder.path)/certificate.pem" }

  private let folder: MailServerFolder
  private let process: pid_t
  private var isRunning = true

  /// Starts the server; returns once it answers.
  package init() throws(MailServerError) {
    folder = try MailServerFolder()
    var started: (process: pid_t, port: Int, securePort: Int)?
    // Between choosing ports and using them somebody else may take one.
    for _ in 0..<3 where started == nil { started = try start(in: folder) }
    guard let started else {
      let log = folder.contents(of: "log/panic") + folder.contents(of: "output")
      folder.remove()
      throw MailServerError(reason: "exim does not answer: \(log)")
    }
    (process, port, securePort) = started
  }

  deinit { stop() }

  /// Whether `busyRecipient` is put off.
  package var isBusy: Bool {
    get { access("\(folder.path)/busy", F_OK) == 0 }
    set { if newValue { folder.write("", to: "busy") } else { unlink("\(folder.path)/busy") } }
  }

  /// What is in the mailbox, as it was delivered: with Envelope-To, Return-Path and Received before our
  /// headers and LF line ends, the oldest first.
  package var messages: [String] {
    folder.names(in: "mail/new").sorted().map { folder.contents(of: "mail/new/\($0)") }
  }

  /// Waits until the mailbox holds `count` messages: Exim delivers after it has answered.
  package func messages(awaiting count: Int, seconds: Int = 10) -> [String] {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while messages.count < count, .now < deadline { usleep(10_000) }
    return messages
  }

  /// The server's own account of what it did.
  package var log: String { folder.contents(of: "log/main") }

  /// Ends the server and removes its folder. Call it at the end of a test (`defer`): a last reference that
  /// goes only with the test process would leave the server behind.
  package func stop() {
    guard isRunning else { return }
    isRunning = false
    end(process)
    folder.remove()
  }
}

package struct MailServerError: Error {
  package let reason: String
}

/// nil when Exim ended, or does not answer within five seconds.
private func start(
  in folder: MailServerFolder
) throws(MailServerError) -> (process: pid_t, port: Int, securePort: Int)? {
  let ports = try freePorts(2)
  let isRoot = getuid() == 0
  let (uid, gid) = isRoot ? (65534, 65534) : (getuid(), getgid())
  folder.write(eximConfiguration(folder: folder, ports: ports, uid: uid, gid: gid), to: "exim.conf")
  for name in ["spool", "log", "mail"] { mkdir("\(folder.path)/\(name)", 0o700) }
  folder.write(testCertificate, to: "certificate.pem")
  folder.write(testCertificate + testKey, to: "key.pem")
  // Otherwise the umask decides, and Exim refuses a configuration others may write.
  for name in ["exim.conf", "key.pem"] { chmod("\(folder.path)/\(name)", 0o600) }
  var command = [MailServer.program, "-bdf", "-C", "\(folder.path)/exim.conf"]
  if isRoot {
    for path in ["", "spool", "log", "mail", "exim.conf", "key.pem"] {
      chown("\(folder.path)/\(path)", uid, gid)
    }
    command = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups"] + command
  }
  guard let process = spawn(command, output: "\(folder.path)/output") else { return nil }
  let deadline = ContinuousClock.now + .seconds(60)
  while .now < deadline, waitpid(process, nil, WNOHANG) == 0 {
    if answers(ports[0]) { return (process, ports[0], ports[1]) }
    usleep(5_000)
  }
  end(process)
  return nil
}

/// At once: there is nothing to save.
private func end(_ process: pid_t) {
  kill(-process, SIGKILL)
  waitpid(process, nil, 0)
}

private let setpriv = "/usr/bin/setpriv"

private func spawn(_ command: [String], output: String) -> pid_t? {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  // The threads tests run on block nearly all signals, and a child would inherit that.
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var signals = sigset_t()
  sigemptyset(&signals)
  posix_spawnattr_setsigmask(&attributes, &signals)
  // A group of its own, so that the children Exim makes for connections and deliveries end with it.
  posix_spawnattr_setpgroup(&attributes, 0)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
  posix_spawn_file_actions_adddup2(&actions, 1, 2)
  let arguments = command.map { strdup($0) }
  defer { for argument in arguments { free(argument) } }
  // A handful of variables would only make one run differ from the next.
  let environment = [strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin")]
  defer { for variable in environment { free(variable) } }
  var process = pid_t()
  let result = posix_spawn(
    &process, command[0], &actions, &attributes, arguments + [nil], environment + [nil])
  return result == 0 ? process : nil
}

private func answers(_ port: Int) -> Bool {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = loopback(port)
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
}

/// Ports nobody listens on, different from each other.
private func freePorts(_ count: Int) throws(MailServerError) -> [Int] {
  var descriptors: [Int32] = []
  defer { for descriptor in descriptors { close(descriptor) } }
  var ports: [Int] = []
  for _ in 0..<count {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    descriptors.append(descriptor)
    var address = loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else { throw MailServerError(reason: "no free port: errno \(errno)") }
    ports.append(Int(UInt16(bigEndian: address.sin_port)))
  }
  return ports
}

private func loopback(_ port: Int) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = UInt16(port).bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return address
}
