// WebRoot.swift - whether a home lies where a web server would hand it out, tokens and all.
//
// No program can know a web server's configuration. What can be known: the folder that programs are run from, the
// names by which hosts call the folder of a website, and the files that only stand in one.

import Glibc
import Platform

package enum WebRoot {
  package static let cure =
    "choose a folder beside the website's, such as /home/me/opsfabric for a website in /home/me/www"

  /// Names that hosts give to a website's folder and nobody to anything else.
  private static let names: Set<String> = [
    "public_html", "htdocs", "httpdocs", "httpsdocs", "wwwroot", "webroot", "html", "www",
  ]
  /// Names that are a website's where programs are run from a folder just below it.
  private static let namesAboveHandlers: Set<String> = [
    "web", "website", "site", "public", "docroot", "document_root", "pub",
  ]
  /// Folders that are called like a website's, but hold whole accounts.
  private static let accounts: Set<String> = ["/var/www", "/srv/www"]
  private static let entryPages = ["index.html", "index.htm", "index.php", "robots.txt"]

  /// The folder that a web server hands out and the home lies in, in words; nil where none is known.
  /// - Parameter handlers: where the handlers lie or shall lie, if that is known.
  package static func around(_ home: Home, handlers: String?) -> String? {
    let handlers = handlers.map { Home($0).path }
    for path in Set([home.path, resolved(home.path)]).sorted() {
      for folder in folders(of: path) {
        if let reason = reason(folder, handlers.map { [$0, resolved($0)] } ?? []) { return reason }
      }
    }
    return nil
  }

  private static func reason(_ folder: String, _ handlers: [String]) -> String? {
    if handlers.contains(folder) { return "\(folder), where the handlers lie" }
    let name = lastName(folder).lowercased()
    let isAboveHandlers = handlers.contains { Files.parent(of: $0) == folder }
    if names.contains(name), !accounts.contains(folder) { return "\(folder), which web servers hand out" }
    if isAboveHandlers, namesAboveHandlers.contains(name) {
      return "\(folder), the website around the handlers"
    }
    if let page = entryPages.first(where: { Files.exists("\(folder)/\($0)") }) {
      return "\(folder), which holds a website (\(page))"
    }
    return nil
  }

  /// The path and the folders above it, without the root.
  private static func folders(of path: String) -> [String] {
    var result: [String] = []
    var path = path
    while path.hasPrefix("/"), path != "/" {
      result.append(path)
      path = Files.parent(of: path)
    }
    return result
  }

  private static func lastName(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }

  /// With links followed, as far as the path exists.
  private static func resolved(_ path: String) -> String {
    if let real = realpath(path, nil) {
      defer { free(real) }
      return String(cString: real)
    }
    let parent = Files.parent(of: path)
    guard parent != path, parent != "." else { return path }
    let above = resolved(parent)
    return above == "/" ? "/\(lastName(path))" : "\(above)/\(lastName(path))"
  }
}
