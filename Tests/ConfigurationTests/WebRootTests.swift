// WebRootTests.swift - a home where a web server hands files out is found, wherever that can be known.

import Configuration
import Glibc
import Platform
import Testing

@Suite final class WebRootTests {
  private let folder = "/tmp/webroot-test-\(RandomSource.system.token(bytes: 8))"

  init() throws { try Files.makeFolder(folder) }

  deinit { remove(folder) }

  private func remove(_ path: String) {
    if !Files.isLink(path) {
      for name in (try? Files.list(path)) ?? [] { remove("\(path)/\(name)") }
    }
    if rmdir(path) != 0 { unlink(path) }
  }

  private func place(_ home: String, _ handlers: String?) -> String? {
    WebRoot.around(Home(folder + home), handlers: handlers.map { folder + $0 })
  }

  @Test(arguments: [
    ("/me/www/opsfabric", "/me/www/cgi-bin"), ("/me/www", "/me/www/cgi-bin"),
    ("/me/cgi-bin", "/me/cgi-bin"), ("/me/cgi-bin/opsfabric", "/me/cgi-bin"),
    ("/me/cgi-bin/", "/me/cgi-bin/"),
    ("/me/public_html/deep/er", nil), ("/me/HTDOCS/x", nil), ("/vhosts/a.ch/httpdocs/x", nil),
    ("/me/html/opsfabric", "/me/elsewhere"), ("/me/website/opsfabric", "/me/website/cgi-bin"),
    ("/me/public/opsfabric", "/me/public/cgi"),
  ])
  func `a home inside of a website is found`(home: String, handlers: String?) {
    #expect(place(home, handlers) != nil)
  }

  @Test(arguments: [
    ("/me/opsfabric", "/me/www/cgi-bin"), ("/me/opsfabric", "/me/cgi-bin"), ("/me/opsfabric", nil),
    ("/me/www-private/opsfabric", "/me/www/cgi-bin"), ("/me/cgi-bin-home", "/me/cgi-bin"),
    ("/me/public/opsfabric", "/me/www/cgi-bin"), ("/me/My Home/ops fabric", "/me/my www/cgi bin"),
  ])
  func `a home beside the website is fine`(home: String, handlers: String?) {
    #expect(place(home, handlers) == nil)
  }

  @Test func `folders of whole accounts are no website`() {
    for path in ["/var/www/vhosts/a.ch/opsfabric", "/srv/www/me/opsfabric", "/home/me/opsfabric"] {
      #expect(WebRoot.around(Home(path), handlers: "/var/www/vhosts/a.ch/httpdocs/cgi-bin") == nil, "\(path)")
    }
    #expect(WebRoot.around(Home("/var/www/html/opsfabric"), handlers: nil) != nil)
  }

  @Test func `a folder with a website's first page is one, whatever it is called`() throws {
    try Files.makeFolder("\(folder)/site-3")
    #expect(place("/site-3/opsfabric", nil) == nil)
    try Files.writeAtomically([], to: "\(folder)/site-3/index.php")
    #expect(place("/site-3/opsfabric", nil)?.contains("index.php") == true)
  }

  @Test func `links are followed both ways`() throws {
    try Files.makeFolder("\(folder)/public_html")
    symlink("\(folder)/public_html", "\(folder)/data")
    #expect(place("/data/opsfabric", nil) != nil)
    try Files.makeFolder("\(folder)/app")
    symlink("\(folder)/app", "\(folder)/htdocs")
    #expect(place("/htdocs/opsfabric", nil) != nil)
  }
}
