// HomeTests.swift - which folder a program takes for its home.

import Platform
import Testing

@Suite struct HomeTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func find(_ environment: [String: String]) -> String? {
    Home.find(environment: Environment(environment), executable: scratch.file("voice"))?.path
  }

  @Test func `OPSFABRIC_HOME always wins`() throws {
    try scratch.write("/pointed", to: Home.pointerName)
    #expect(find(["OPSFABRIC_HOME": "/named", "HOME": "/home/me"]) == "/named")
  }

  @Test(arguments: [
    "/pointed", "/pointed\n", "/pointed\r\n", "\n/pointed\nmore\n", "/pointed/", "/pointed///\n",
  ])
  func `the file beside the program names it`(_ text: String) throws {
    try scratch.write(text, to: Home.pointerName)
    #expect(find(["OPSFABRIC_HOME": "", "HOME": "/home/me"]) == "/pointed")
    #expect(find([:]) == "/pointed")
  }

  @Test(arguments: ["", "\n", "\r\n\n"]) func `an empty file names nothing`(_ text: String) throws {
    try scratch.write(text, to: Home.pointerName)
    #expect(find(["HOME": "/home/me"]) == "/home/me/opsfabric")
  }

  @Test func `a path with a space in it stays whole`() throws {
    try scratch.write("/home/my data/ops fabric\n", to: Home.pointerName)
    #expect(find([:]) == "/home/my data/ops fabric")
  }

  @Test func `without either it is below HOME, and without that nowhere`() {
    #expect(find(["HOME": "/home/me"]) == "/home/me/opsfabric")
    #expect(find(["HOME": ""]) == nil)
    #expect(find([:]) == nil)
    #expect(Home.find(environment: Environment([:]), executable: nil) == nil)
  }

  @Test func `every folder lies below the home`() {
    let home = Home("/srv/ops/")
    #expect(home.path == "/srv/ops")
    #expect(Home("/").path == "/")
    for folder in home.folders.dropFirst() { #expect(folder.hasPrefix("/srv/ops/")) }
    #expect(Files.parent(of: home.database) == home.data)
    #expect(Files.parent(of: home.writeLock) == home.data)
    #expect(Files.parent(of: home.runLock) == home.data)
    #expect(home.folders.contains(home.data))
  }

  @Test func `a program knows where its own file lies`() {
    let path = Home.executablePath()
    #expect(path?.hasPrefix("/") == true)
    #expect(path.map(Files.exists) == true)
  }
}
