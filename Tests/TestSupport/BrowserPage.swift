// BrowserPage.swift - one page of a phone's browser: opened, tapped, typed into, looked at.
//
// Scripts of the pages never run. What a test asks a page (`ask`) is evaluated by DevTools, which may all the
// same.

import Crypto
import Glibc
import Platform

/// A visitor of its own: no page shares cookies with another.
package final class BrowserPage {
  /// A request the page made.
  package struct Request {
    package let url: String
    package let method: String
  }

  private let browser: Chromium
  private let session: String
  public private(set) var width = 360
  private var lastTap: Int64 = 0

  /// - Parameter width: of the screen, in CSS pixels.
  package init(_ browser: Chromium, width: Int = 360) throws {
    self.browser = browser
    let context = try browser.call("Target.createBrowserContext")["browserContextId"]
    let target = try browser.call("Target.createTarget", ["url": "about:blank", "browserContextId": context])
    let attached = try browser.call(
      "Target.attachToTarget", ["targetId": target["targetId"], "flatten": true])
    guard let session = attached["sessionId"].text else { throw ChromiumError(description: "no session") }
    self.session = session
    for domain in ["Page", "Runtime", "Log", "Network", "DOM", "Audits"] { try call("\(domain).enable") }
    try call("Emulation.setTouchEmulationEnabled", ["enabled": true])
    try call(
      "Emulation.setUserAgentOverride",
      [
        "userAgent":
          "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36",
        "acceptLanguage": "de-CH,de;q=0.9",
      ])
    try resize(width)
    try call("Emulation.setScriptExecutionDisabled", ["value": true])
  }

  @discardableResult
  private func call(_ method: String, _ parameters: DevToolsValue = [:]) throws -> DevToolsValue {
    try browser.call(method, parameters, session: session)
  }

  // MARK: doing

  package func resize(_ width: Int) throws {
    self.width = width
    try call(
      "Emulation.setDeviceMetricsOverride",
      ["width": .number(Double(width)), "height": 740, "deviceScaleFactor": 2, "mobile": true])
  }

  package func open(_ url: String) throws {
    try awaitingLoad {
      let reply = try call("Page.navigate", ["url": .text(url)])
      if let error = reply["errorText"].text, !error.isEmpty {
        throw ChromiumError(description: "\(url): \(error)")
      }
    }
  }

  /// What the action does leads to another page.
  package func awaitingLoad(_ action: () throws -> Void) throws {
    let start = browser.events.count
    try action()
    try browser.wait(for: "a page") { [browser, session] in
      browser.events[start...].contains { $0.session == session && $0.method == "Page.loadEventFired" }
    }
  }

  /// A finger on the middle of an element, which must not be covered.
  package func tap(_ selector: String) throws {
    // Two taps at once on one place would be a double tap, which selects words.
    let pause = lastTap + 400 - monotonicMilliseconds()
    if pause > 0 { usleep(UInt32(pause) * 1000) }
    defer { lastTap = monotonicMilliseconds() }
    let place = try ask(
      """
      (() => {
        const e = document.querySelector(\(DevToolsValue.text(selector).written))
        if (!e) return 'is not there'
        e.scrollIntoView({block: 'center', behavior: 'instant'})
        const r = e.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2
        const hit = document.elementFromPoint(x, y)
        return e.contains(hit) || hit?.contains(e) ? {x, y} : 'is covered by ' + hit?.outerHTML
      })()
      """)
    guard place["x"].number != nil else {
      throw ChromiumError(description: "\(selector) \(place.text ?? "cannot be tapped")")
    }
    let point: DevToolsValue = ["x": place["x"], "y": place["y"]]
    try call("Input.dispatchTouchEvent", ["type": "touchStart", "touchPoints": [point]])
    try call("Input.dispatchTouchEvent", ["type": "touchEnd", "touchPoints": []])
  }

  /// Taps a field, and presses a key for each character.
  package func type(_ text: String, into selector: String) throws {
    try tap(selector)
    try browser.wait(for: "focus on \(selector)") {
      let quoted = DevToolsValue.text(selector).written
      return (try? ask("document.activeElement === document.querySelector(\(quoted))"))?.isTrue == true
    }
    for character in text {
      let isEnd = character == "\n"
      let key: [String: DevToolsValue] = [
        "key": .text(isEnd ? "Enter" : String(character)), "windowsVirtualKeyCode": isEnd ? 13 : 0,
      ]
      let down = key.merging(["type": "keyDown", "text": .text(isEnd ? "\r" : String(character))]) { $1 }
      try call("Input.dispatchKeyEvent", .object(down))
      try call("Input.dispatchKeyEvent", .object(key.merging(["type": "keyUp"]) { $1 }))
    }
  }

  /// What the phone's own picker does.
  package func choose(files: [String], in selector: String) throws {
    let document = try call("DOM.getDocument")
    let node = try call(
      "DOM.querySelector", ["nodeId": document["root"]["nodeId"], "selector": .text(selector)])
    try call(
      "DOM.setFileInputFiles", ["nodeId": node["nodeId"], "files": .array(files.map { .text($0) })])
  }

  /// What the browser's own autofill does when its owner picks an address at a field.
  /// - Parameter address: types of Chromium's (`NAME_FULL`, `COMPANY_NAME`) and their values.
  /// - Returns: the names of the fields it filled, with what stands in them now.
  package func autofill(_ address: [(String, String)], at selector: String) throws -> [String: String] {
    let fields = address.map { DevToolsValue.object(["name": .text($0.0), "value": .text($0.1)]) }
    let profile: DevToolsValue = ["fields": .array(fields)]
    try call("Autofill.enable")
    try call("Autofill.setAddresses", ["addresses": [profile]])
    let document = try call("DOM.getDocument")
    let node = try call(
      "DOM.querySelector", ["nodeId": document["root"]["nodeId"], "selector": .text(selector)])
    let described = try call("DOM.describeNode", ["nodeId": node["nodeId"]])
    let start = browser.events.count
    try call("Autofill.trigger", ["fieldId": described["node"]["backendNodeId"], "address": profile])
    var filled: [String: String] = [:]
    try browser.wait(for: "autofill") { [browser, session] in
      for event in browser.events[start...]
      where event.session == session && event.method == "Autofill.addressFormFilled" {
        for field in event.parameters["filledFields"].elements {
          guard let name = field["name"].text, let value = field["value"].text, !value.isEmpty else {
            continue
          }
          filled[name] = value
        }
        return true
      }
      return false
    }
    return filled
  }

  /// Shows all text at that share of its size, as who sees badly sets it.
  package func enlargeText(percent: Int) throws {
    _ = try ask("document.documentElement.style.fontSize = '\(percent)%'")
  }

  // MARK: looking

  /// The value of an expression in the page.
  package func ask(_ expression: String) throws -> DevToolsValue {
    let reply = try call(
      "Runtime.evaluate",
      ["expression": .text(expression), "returnByValue": true, "awaitPromise": true])
    if let fault = reply["exceptionDetails"]["exception"]["description"].text {
      throw ChromiumError(description: fault)
    }
    return reply["result"]["value"]
  }

  /// As `ask`, of a script that needs timers: these run only where scripts of the page might.
  package func askWithTimers(_ expression: String) throws -> DevToolsValue {
    try call("Emulation.setScriptExecutionDisabled", ["value": false])
    defer { _ = try? call("Emulation.setScriptExecutionDisabled", ["value": true]) }
    return try ask(expression)
  }

  /// What a person reads there; nil where nothing is.
  package func text(_ selector: String = "main") throws -> String? {
    try ask("document.querySelector(\(DevToolsValue.text(selector).written))?.innerText").text
  }

  /// What stands in a field.
  package func value(_ selector: String) throws -> String? {
    try ask("document.querySelector(\(DevToolsValue.text(selector).written))?.value").text
  }

  package func address() throws -> String { try ask("location.href").text ?? "" }

  /// Elements that reach over the right edge, and the page itself where it can be pushed sideways.
  package func overflowing() throws -> [String] {
    let found = try ask(
      """
      [...document.querySelectorAll('body, body *')]
        .filter(e => e.getBoundingClientRect().right > \(width) + 0.5 && !e.closest('.sr, .aside'))
        .map(e => e.outerHTML.slice(0, 80))
        .concat(document.documentElement.scrollWidth > \(width) ? ['the page'] : [])
      """)
    return found.elements.compactMap(\.text)
  }

  /// A picture of the whole page, PNG.
  package func screenshot() throws -> [UInt8] {
    let height = try ask("document.documentElement.scrollHeight").number ?? 740
    let reply = try call(
      "Page.captureScreenshot",
      [
        "format": "png", "captureBeyondViewport": true,
        "clip": ["x": 0, "y": 0, "width": .number(Double(width)), "height": .number(height), "scale": 1],
      ])
    return base64Decoded(reply["data"].text ?? "") ?? []
  }

  // MARK: what went on

  private func parameters(_ method: String) -> [DevToolsValue] {
    browser.events.filter { $0.session == session && $0.method == method }.map(\.parameters)
  }

  /// Every request so far; pictures that stand in the page itself are none.
  package var requests: [Request] {
    parameters("Network.requestWillBeSent").map {
      Request(url: $0["request"]["url"].text ?? "", method: $0["request"]["method"].text ?? "")
    }.filter { !$0.url.hasPrefix("data:") }
  }

  /// Status codes of the answers so far.
  package var statuses: [Int] {
    parameters("Network.responseReceived").filter {
      $0["response"]["url"].text?.hasPrefix("data:") == false
    }.compactMap { $0["response"]["status"].number.map { Int($0) } }
  }

  /// Errors and warnings in the console, and what the browser's own audit finds.
  package var complaints: [String] {
    let entries = parameters("Log.entryAdded").map(\.["entry"]).filter {
      $0["level"].text == "error" || $0["level"].text == "warning"
    }.map { "\($0["source"].text ?? ""): \($0["text"].text ?? "")" }
    let calls = parameters("Runtime.consoleAPICalled").map { "console: \($0.written)" }
    let exceptions = parameters("Runtime.exceptionThrown").map { "exception: \($0.written)" }
    let issues = parameters("Audits.issueAdded").map { "issue: \($0["issue"].written)" }
    return entries + calls + exceptions + issues
  }
}
