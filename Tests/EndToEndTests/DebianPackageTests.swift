// DebianPackageTests.swift - the Debian package on a machine of its own: installed, set up, at work behind the web
// servers of its examples, brought up to date under a run, removed, purged.

import Glibc
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(
    .enabled(
      if: PackageRoot.isPossible && ShippedPrograms.cgiBin != "",
      "needs root, dpkg, and a file system that can lie over another: run `make test` on Debian"))
  struct DebianPackageTests {
    private static let home = "/var/lib/opsfabric"

    private static func package(_ version: String, in folder: String, compression: String = "-Zgzip -z1")
      throws
      -> String
    {
      let made = try ProgramRunner.run(
        "\(ShippedPrograms.sources)/Tests/make-deb.sh", [folder, version],
        environment: [
          "PATH": "/usr/bin:/bin", "COMPRESSION": compression, "CGI_BIN": ShippedPrograms.cgiBin,
          "OPSFABRIC": ShippedPrograms.opsfabric,
        ])
      try #require(made.exitCode == 0, "\(made.errors)")
      return "\(folder)/opsfabric_\(version.replacing("-", with: "~"))_amd64.deb"
    }

    /// The machine with the package on it.
    private final class Machine {
      let root: PackageRoot

      init() throws {
        root = try PackageRoot()
        try #require(root.isReady)
        for (version, name) in [("1.0.0-dev", "first"), ("1.0.1", "second")] {
          let package = try DebianPackageTests.package(version, in: "\(root.folder)/packages")
          try root.write(try Files.read(package), to: "/root/\(name).deb")
          unlink(package)
        }
      }

      func shell(_ line: String, environment: [String] = []) throws -> ProgramResult {
        try root.shell(line, environment: environment)
      }

      func install(_ name: String) throws -> ProgramResult { try shell("dpkg -i /root/\(name).deb") }

      /// What cron does each minute, from the package's own file.
      func startCronsRun() throws -> RunningProgram {
        let line = try shell("grep '^\\*' /etc/cron.d/opsfabric").output
        let command = line.split(separator: " ", maxSplits: 6).last.map(String.init) ?? ""
        try root.write(Array(command.utf8), to: "/root/cron-line")
        return try root.start(
          "exec setpriv --reuid=opsfabric --regid=opsfabric --init-groups sh -c \"$(cat /root/cron-line)\"")
      }

      func version() throws -> String {
        try shell("dpkg-query -W -f '${Version} ${Status}' opsfabric").output
      }
    }

    @Test func `the package recovers a missed call, is brought up to date under a run, and goes as asked`()
      throws
    {
      let machine = try Machine()
      let installed = try machine.install("first")
      try #require(installed.exitCode == 0, "\(installed.output)\(installed.errors)")
      #expect(installed.output.contains("sudo opsfabric setup"))
      #expect(try machine.version() == "1.0.0~dev install ok installed")
      let made = try machine.shell(
        "stat -c '%U %a' \(Self.home) \(Self.home)/config/opsfabric.json5; readlink /etc/opsfabric")
      #expect(made.lines == ["opsfabric 700", "opsfabric 600", "\(Self.home)/config"])
      #expect(
        try machine.shell("test /usr/lib/opsfabric/cgi-bin/voice -ef /usr/lib/opsfabric/cgi-bin/sms").exitCode
          == 0)
      #expect(try machine.shell("dpkg --verify opsfabric").output == "")
      // Before the first `apply` there is nothing to do, and no line in the log each minute.
      #expect(try machine.startCronsRun().wait(seconds: 20)?.exitCode == 0)
      #expect(try machine.shell("cat \(Self.home)/log/run.log").output == "")

      let (apache, nginx) = try startWebServers(machine)
      let publicURL = "http://127.0.0.1:\(apache)/opsfabric"
      let state = "\(machine.root.folder)/twilio-state"
      let standIn = try StandIn(directory: state, now: WallClock.system.now)
      let twilio = try WebServer(
        .standIn(program: ShippedPrograms.standIn, state: state), folder: "\(machine.root.folder)/twilio")
      defer { twilio.stop() }
      try standIn.addAccount(sid: ShippedInstallation.account, token: ShippedInstallation.token)
      try standIn.set("public_url", to: publicURL)
      try standIn.addNumber(ShippedInstallation.number, account: ShippedInstallation.account)

      // What a test changes in the samples: who plays Twilio, and that no hour is a quiet one.
      let edited = try machine.shell(
        """
        set -e; cd /etc/opsfabric
        sed -i 's|https://api.twilio.com|\(twilio.url)|; s|https://lookups.twilio.com|\(twilio.url)|' opsfabric.json5
        cp -p tenants/example.json5 tenants/doerfler.json5
        sed -i 's|from: "21:00", to: "07:00"|from: "00:00", to: "00:00"|
          s|sms_delay_seconds: 30|sms_delay_seconds: 5|' tenants/doerfler.json5
        """)
      try #require(edited.exitCode == 0, "\(edited.errors)")
      let setUp = try machine.shell(
        "opsfabric setup --yes --account-sid \(ShippedInstallation.account) --auth-token '\(ShippedInstallation.token)'"
          + " --public-url \(publicURL) --tenant doerfler --name 'Dörfler AG' --number '\(ShippedInstallation.number)'"
          + " --forward-to '\(ShippedInstallation.business)' --website www.doerfler.example --notify '+41791234599'"
      )
      try #require(setUp.exitCode == 0, "\(setUp.output)\(setUp.errors)")
      #expect(
        setUp.output.contains("/etc/cron.d/opsfabric") && !setUp.output.contains("* * *"), "\(setUp.output)")
      let owners = try machine.shell("find \(Self.home) ! -user opsfabric")
      #expect(owners.output == "", "these are not the user's")
      let run = try machine.startCronsRun()
      let answer = WebClient.send(missedCall(publicURL))
      #expect(answer.status == 204, "\(answer.text)")
      // While the run waits for the SMS to be due.
      let updated = try machine.install("second")
      #expect(updated.exitCode == 0, "\(updated.output)\(updated.errors)")
      #expect(try machine.version() == "1.0.1 install ok installed")
      #expect(run.poll() == nil, "the update ended the run")
      #expect(
        try eventually(within: 40) { try standIn.messages(to: ShippedInstallation.caller).count == 1 })
      let doctor = try machine.shell("opsfabric doctor")
      #expect(!doctor.output.contains("suexec") && !doctor.output.contains("crontab"), "\(doctor.output)")
      #expect(run.wait(seconds: 90)?.exitCode == 0)
      #expect(try standIn.messages(to: ShippedInstallation.caller).count == 1)
      for port in [apache, nginx] {
        let url = "http://127.0.0.1:\(port)/opsfabric"
        let health = WebClient.send(WebRequest("GET", "\(url)/health"))
        #expect(health.status == 200, "\(health.text)")
        // Neither the pointer nor anything that is not a handler.
        for name in ["opsfabric.home", "bootstrap", "%2e%2e/bin/opsfabric"] {
          #expect([403, 404].contains(WebClient.send(WebRequest("GET", "\(url)/\(name)")).status), "\(name)")
        }
        // The Host of a form that is nobody's.
        #expect(WebClient.send(WebRequest("GET", "http://127.0.0.1:\(port)/anfrage")).status == 404)
      }
      #expect(try machine.shell("opsfabric list calls --json").lines.count == 1)

      try judgeFaultyUpdate(machine, publicURL)
      try judgeRemoval(machine)
    }

    /// A configuration with which the new version cannot live: the settings before stay in force.
    private func judgeFaultyUpdate(_ machine: Machine, _ publicURL: String) throws {
      _ = try machine.shell("sed -i 's/forward_to:/forward_too:/' /etc/opsfabric/tenants/doerfler.json5")
      let refused = try machine.install("second")
      #expect(refused.exitCode != 0 && refused.errors.contains("forward_too"), "\(refused.errors)")
      #expect(refused.errors.contains("dpkg --configure -a"))
      #expect(WebClient.send(WebRequest("GET", "\(publicURL)/health")).status == 200)
      _ = try machine.shell("sed -i 's/forward_too:/forward_to:/' /etc/opsfabric/tenants/doerfler.json5")
      let mended = try machine.shell("dpkg --configure -a")
      #expect(mended.exitCode == 0, "\(mended.errors)")
      #expect(try machine.version() == "1.0.1 install ok installed")
    }

    private func judgeRemoval(_ machine: Machine) throws {
      // `remove` ends a run, and keeps what is kept.
      let run = try machine.startCronsRun()
      _ = try eventually(within: 10) { try machine.shell("pgrep -u opsfabric opsfabric").exitCode == 0 }
      let removed = try machine.shell("dpkg -r opsfabric")
      #expect(removed.exitCode == 0, "\(removed.errors)")
      #expect(run.wait(seconds: 20)?.exitCode == 0)
      #expect(try machine.shell("pgrep -u opsfabric .").exitCode == 1, "something still runs")
      #expect(try machine.shell("test -s \(Self.home)/data/opsfabric.sqlite3").exitCode == 0)

      let kept = try machine.shell("dpkg -P opsfabric", environment: ["OPSFABRIC_KEEP_DATA=yes"])
      #expect(kept.exitCode == 0 && kept.output.contains("kept in \(Self.home)"), "\(kept.output)")
      #expect(try machine.shell("test -s \(Self.home)/data/opsfabric.sqlite3 && id opsfabric").exitCode == 0)

      // Back again: with the data.
      #expect(try machine.install("second").exitCode == 0)
      #expect(try machine.shell("opsfabric list calls --json").lines.count == 1)
      #expect(try machine.shell("dpkg -P opsfabric").exitCode == 0)
      let left = try machine.shell(
        "ls -d \(Self.home) /usr/lib/opsfabric /etc/opsfabric /etc/cron.d/opsfabric")
      #expect(left.output == "", "left behind")
      #expect(try machine.shell("id opsfabric").exitCode == 1)
    }

    /// Both, as the examples say, behind the socket as it is without systemd.
    private func startWebServers(_ machine: Machine) throws -> (apache: Int, nginx: Int) {
      let examples = "/usr/share/doc/opsfabric/examples"
      let apache = try LoopbackSocket.freePort()
      var nginx = apache
      while nginx == apache { nginx = try LoopbackSocket.freePort() }
      let modules = ["mpm_event", "authz_core", "alias", "rewrite", "proxy", "proxy_fcgi"].map {
        "LoadModule \($0)_module /usr/lib/apache2/modules/mod_\($0).so"
      }
      let apacheFile =
        """
        ServerRoot /tmp
        ServerName 127.0.0.1
        Listen 127.0.0.1:\(apache)
        PidFile /tmp/apache.pid
        ErrorLog /tmp/apache.log
        User www-data
        Group www-data
        DocumentRoot /var/www
        \(modules.joined(separator: "\n"))
        Include \(examples)/apache.conf

        """
      let nginxFile =
        """
        user www-data; pid /tmp/nginx.pid; error_log /tmp/nginx.log; events {}
        http { access_log off; server { listen 127.0.0.1:\(nginx); include \(examples)/nginx.conf; } }

        """
      try machine.root.write(Array(apacheFile.utf8), to: "/tmp/apache.conf")
      try machine.root.write(Array(nginxFile.utf8), to: "/tmp/nginx.conf")
      let started = try machine.shell(
        """
        setsid /usr/lib/opsfabric/web-socket >/tmp/socket.log 2>&1 &
        for wait in 1 2 3 4 5 6 7 8 9 10; do [ -S /run/opsfabric/web.sock ] || sleep 0.5; done
        apache2 -f /tmp/apache.conf && nginx -c /tmp/nginx.conf
        """)
      try #require(started.exitCode == 0, "\(started.errors)")
      for port in [apache, nginx] {
        // Until settings are applied the answer is 503.
        #expect(
          try eventually(within: 20) {
            WebClient.send(WebRequest("GET", "http://127.0.0.1:\(port)/opsfabric/health")).status == 503
          })
      }
      return (apache, nginx)
    }

    private func missedCall(_ publicURL: String) -> WebRequest {
      let url = "\(publicURL)/call-status"
      let fields: [(String, String)] = [
        ("CallSid", "CA" + String(repeating: "a", count: 32)), ("AccountSid", ShippedInstallation.account),
        ("From", ShippedInstallation.caller), ("To", ShippedInstallation.number), ("CallStatus", "no-answer"),
        ("FromCity", ""),
      ]
      return WebRequest(
        "POST", url,
        headers: [
          ("Content-Type", "application/x-www-form-urlencoded"),
          (
            "X-Twilio-Signature",
            WebhookSigner.sign(url: url, params: fields, token: ShippedInstallation.token)
          ),
        ], body: Array(FormCoding.encode(fields).utf8))
    }

    @Test func `the same tree gives the same package`() throws {
      let folder = "\(ProgramRunner.temporaryFolder)/opsfabric-deb-\(RandomSource.system.token(bytes: 8))"
      try Files.makeFolder(folder)
      defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }
      let first = try Files.read(Self.package("1.0.0-dev", in: "\(folder)/first"))
      let second = try Files.read(Self.package("1.0.0-dev", in: "\(folder)/second"))
      #expect(first == second)
      let listed = try ProgramRunner.run(
        "/usr/bin/dpkg-deb", ["-c", "\(folder)/first/opsfabric_1.0.0~dev_amd64.deb"],
        environment: ["PATH": "/usr/bin:/bin"])
      #expect(!listed.lines.isEmpty && listed.lines.allSatisfy { $0.contains(" root/root ") })
      #expect(listed.lines.filter { $0.contains(" link to ./usr/lib/opsfabric/cgi-bin/") }.count > 10)
    }
  }
}
