// WebServerSetup.swift - how each web server is told to run our programs: as install.md and operator.md say it,
// with everything it writes in a folder of the test's own.

import Platform

struct WebServerSetup {
  let software: WebServer.Software
  let site: WebServer.Site
  let folder: String
  let user: HostUser?

  init(_ software: WebServer.Software, site: WebServer.Site, folder: String, user: HostUser?) {
    self.software = software
    self.site = site
    self.folder = folder
    self.user = user
  }

  var program: String {
    switch software {
    case .lighttpd: "lighttpd"
    case .apache, .apachePrefork, .apacheSuexec: "apache2"
    case .nginx: "nginx"
    }
  }

  var configurationFile: String { "\(folder)/\(program).conf" }

  var arguments: [String] {
    switch software {
    case .lighttpd: ["-D", "-f", configurationFile]
    case .apache, .apachePrefork, .apacheSuexec: ["-D", "FOREGROUND", "-f", configurationFile]
    case .nginx: ["-c", configurationFile, "-e", "\(folder)/error.log"]
    }
  }

  /// Where the programs' standard error ends up.
  var programLog: String { "\(folder)/" + (software == .lighttpd ? "programs.log" : "error.log") }

  /// What helpers make when they are ready: a request before that is answered 502.
  func helperSocket(_ port: Int) -> String? { software == .nginx ? "\(folder)/fcgi-\(port).sock" : nil }

  /// What must run beside the server.
  func helpers(_ port: Int) -> [[String]] {
    guard software == .nginx else { return [] }
    // -f: what a program says on standard error goes to nginx's log. A process group of its own, to end it by.
    let fcgiwrap = ["fcgiwrap", "-f", "-c", "8", "-s", "unix:\(folder)/fcgi-\(port).sock"]
    return [["/usr/bin/setsid"] + (user?.running(fcgiwrap) ?? fcgiwrap)]
  }

  /// Files that do not depend on the port.
  func prepare() throws {
    guard case .standIn(let program, let state) = site else { return }
    try WebServer.copyProgram(program, to: "\(folder)/standin.cgi")
    try Files.writeAtomically(Array("\(state)\n".utf8), to: "\(folder)/standin.dir", mode: 0o644)
  }

  func configuration(_ port: Int) -> String {
    switch site {
    case .standIn: lighttpd(port, body: standIn)
    case .handlers(let cgiBin):
      switch software {
      case .lighttpd: lighttpd(port, body: lighttpdHandlers(cgiBin))
      case .apache, .apachePrefork, .apacheSuexec: apache(port, documentRoot: Files.parent(of: cgiBin))
      case .nginx: nginx(port, cgiBin: cgiBin)
      }
    }
  }

  // MARK: lighttpd

  private func lighttpd(_ port: Int, body: String) -> String {
    """
    server.bind = "127.0.0.1"
    server.port = \(port)
    server.errorlog = "\(folder)/error.log"
    server.breakagelog = "\(folder)/programs.log"
    server.max-keep-alive-idle = 120
    \(user.map { "server.username = \"\($0.name)\"\nserver.groupname = \"\($0.name)\"" } ?? "")
    \(body)

    """
  }

  private func lighttpdHandlers(_ cgiBin: String) -> String {
    """
    server.document-root = "\(Files.parent(of: cgiBin))"
    server.modules = ("mod_rewrite", "mod_access", "mod_alias", "mod_cgi")
    server.upload-dirs = ("\(folder)")
    # The wizard's link has no folder in it.
    url.rewrite-once = ("^/anfrage(\\?.*)?$" => "/cgi-bin/anfrage$1")
    alias.url = ("/cgi-bin/" => "\(cgiBin)/")
    $HTTP["url"] =~ "^/cgi-bin/(\\.|opsfabric\\.home)" { url.access-deny = ("") }
    $HTTP["url"] =~ "^/cgi-bin/" { cgi.assign = ("" => "") }
    """
  }

  private var standIn: String {
    """
    server.document-root = "\(folder)"
    server.modules = ("mod_rewrite", "mod_cgi")
    url.rewrite-once = ("^/(2010-04-01|v1|v2)/" => "/standin.cgi")
    cgi.assign = (".cgi" => "")
    """
  }

  // MARK: Apache

  /// Only what a host's own configuration says; the rest is for the shipped .htaccess to say.
  private func apache(_ port: Int, documentRoot: String) -> String {
    let isPrefork = software == .apachePrefork
    let modules =
      (isPrefork ? ["mpm_prefork", "cgi"] : ["mpm_event", "cgid"]) + ["authz_core", "rewrite", "reqtimeout"]
      + (software == .apacheSuexec ? ["suexec"] : [])
    let loading = modules.map { "LoadModule \($0)_module /usr/lib/apache2/modules/mod_\($0).so" }
    // As its own user Apache cannot start: the main process must be root to become somebody else.
    let server = software == .apacheSuexec ? "www-data" : user?.name
    return """
      ServerRoot "\(folder)"
      ServerName 127.0.0.1
      Listen 127.0.0.1:\(port)
      PidFile "\(folder)/apache.pid"
      ErrorLog "\(folder)/error.log"
      DefaultRuntimeDir "\(folder)"
      \(loading.joined(separator: "\n"))
      \(isPrefork ? "StartServers 40" : "ScriptSock \"\(folder)/cgid.sock\"")
      # As Debian sets it.
      RequestReadTimeout header=20-40,MinRate=500
      RequestReadTimeout body=10,MinRate=500
      \(server.map { "User \($0)\nGroup \($0)" } ?? "")
      \(software == .apacheSuexec ? user.map { "SuexecUserGroup \($0.name) \($0.name)" } ?? "" : "")
      DocumentRoot "\(documentRoot)"
      <Directory "\(documentRoot)">
        Require all granted
        AllowOverride All
      </Directory>

      """
  }

  // MARK: nginx

  private func nginx(_ port: Int, cgiBin: String) -> String {
    let temporary = ["client_body", "fastcgi", "proxy", "uwsgi", "scgi"]
      .map { "\($0)_temp_path \"\(folder)/\($0)\";" }.joined(separator: "\n    ")
    let socket = "unix:\(folder)/fcgi-\(port).sock"
    return """
      daemon off;
      pid "\(folder)/nginx.pid";
      \(user.map { "user \($0.name) \($0.name);" } ?? "")
      worker_processes 1;
      events { worker_connections 512; }
      http {
        access_log off;
        \(temporary)
        server {
          listen 127.0.0.1:\(port);
          location ~ ^/cgi-bin/(\\.|opsfabric\\.home) { return 403; }
          location /cgi-bin/ {
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME "\(Files.parent(of: cgiBin))$fastcgi_script_name";
            fastcgi_pass \(socket);
          }
          location = /anfrage {
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME "\(cgiBin)/anfrage";
            fastcgi_pass \(socket);
            client_max_body_size 50m;
          }
        }
      }

      """
  }
}
