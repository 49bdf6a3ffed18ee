// PartHeadersTests.swift - content types, names and file names, honest and hostile.

import Testing
import Uploads

@Suite struct PartHeadersTests {
  // MARK: the boundary

  @Test(arguments: [
    "multipart/form-data; boundary=BB", "multipart/form-data;boundary=\"BB\"",
    "Multipart/Form-Data ; charset=utf-8 ; BOUNDARY=BB",
  ]) func `a boundary is found, quoted or not`(_ type: String) throws {
    var sink = RecordingSink()
    let form = try MultipartReader(contentType: type).read(ByteSource(field("a", "1") + closing), into: &sink)
    #expect(form.lines == ["a=1"])
  }

  @Test(arguments: [
    ("", MultipartFault.notMultipart), ("text/plain; boundary=BB", .notMultipart),
    ("multipart/form-datax; boundary=BB", .notMultipart), ("multipart/form-data", .missingBoundary),
    ("multipart/form-data; charset=x", .missingBoundary), ("multipart/form-data; boundary=", .badBoundary),
    ("multipart/form-data; boundary=\"\"", .badBoundary),
    ("multipart/form-data; boundary=a\"b", .badBoundary),
    ("multipart/form-data; boundary=\"a", .badBoundary),
    ("multipart/form-data; boundary=\"a \"", .badBoundary),
    ("multipart/form-data; boundary=a; boundary=b", .badBoundary),
    ("multipart/form-data; boundary=ä", .badBoundary),
    ("multipart/form-data; boundary=\"a\r\nb\"", .badBoundary),
    ("multipart/form-data; boundary", .badBoundary),
    ("multipart/form-data; boundary=" + String(repeating: "x", count: 71), .badBoundary),
    ("multipart/form-data; boundary=B;" + String(repeating: " ", count: 5000), .badBoundary),
  ]) func `an absurd content type is told apart`(_ type: String, _ fault: MultipartFault) {
    #expect(throws: fault) { try MultipartReader(contentType: type) }
  }

  @Test func `a boundary of 70 characters and all of RFC 2046's marks works`() throws {
    let boundary = "0'()+_,-./:=? " + String(repeating: "x", count: 56)
    let body = "--\(boundary)\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--\(boundary)--"
    var sink = RecordingSink()
    let reader = try MultipartReader(contentType: "multipart/form-data; boundary=\"\(boundary)\"")
    #expect(reader.read(ByteSource(Array(body.utf8)), into: &sink).lines == ["a=1"])
  }

  // MARK: names

  private func filename(_ parameters: String) throws -> String? {
    try read(part("form-data; name=p; \(parameters)", [1]) + closing).files.first?.part.filename
  }

  @Test(arguments: [
    ("filename=\"a.jpg\"", "a.jpg"), ("filename=a.jpg", "a.jpg"),
    ("filename=\"a;b=\\\"c\\\".jpg\"", "a;b=\"c\".jpg"),
    ("filename=\"a%22b.jpg\"", "a\"b.jpg"), ("filename=\"100%25.jpg\"", "100%25.jpg"),
    ("filename=\"C:\\Fotos\\a.jpg\"", "a.jpg"), ("filename=\"../../etc/passwd\"", "passwd"),
    ("filename=\"..\"", ".."),
    ("filename=\"/\"", ""), ("filename=\"a\tb%0D%0Ac\"", "abc"), ("filename=\"Küche.jpg\"", "Küche.jpg"),
    ("filename=\"x\"; filename*=UTF-8''K%C3%BCche.jpg", "Küche.jpg"),
    ("filename*=utf-8'de'..%2Fa.jpg", "a.jpg"),
    ("filename=\"x\"; filename*=UTF-8''%FF", "x"), ("filename=\"x\"; filename*=latin1''a", "x"),
    ("filename*=UTF-8''%FF", ""), ("filename=\"a\u{202E}gpj.exe\"", "agpj.exe"),
  ]) func `a file name is decoded and its path cut`(_ sent: String, _ name: String) throws {
    #expect(try filename(sent) == name)
  }

  @Test func `a file name that is not UTF-8 costs no photo`() throws {
    let head = Array("--BB\r\nContent-Disposition: form-data; name=p; filename=\"a".utf8)
    let (_, files) = try read(head + [0xFF] + Array("b\"\r\n\r\nx\r\n".utf8) + closing)
    #expect(files.map(\.part.filename) == ["a\u{FFFD}b"])
  }

  @Test func `a very long file name is cut`() throws {
    let name = try filename("filename=\"\(String(repeating: "ä", count: 1000))\"")
    #expect(name?.count == 200)
  }

  @Test func `a file input without a choice is no file, bytes without a name are one`() throws {
    let (form, files) = try read(file("p", "", []) + file("p", "", [1, 2]) + closing)
    #expect(files.map(\.content) == [[1, 2]])
    #expect(form.problems == [])
  }

  // MARK: refused parts

  @Test(arguments: [
    "", "X: y", "Content-Disposition: form-data", "Content-Disposition: attachment; name=a",
    "Content-Disposition: form-data; name=a; name=b", "Content-Disposition: form-data; name=\"a",
    "Content-Disposition: form-data; name=\"a\"b", "Content-Disposition form-data; name=a",
    "Content-Disposition : form-data; name=a", "Content-Disposition: form-data;\r\n name=a",
    "Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b",
    "Content-Disposition: form-data; name=a\nX: y", "Content-Disposition: form-data; name=a\0",
    "Content-Disposition: form-data; name=\"a%0\0\"", "Content-Disposition: form-data; =a", ":", "\r",
    "X: " + String(repeating: "y", count: 9000),
    "X: " + String(repeating: "y", count: 200_000),
  ]) func `hostile headers cost only their part`(_ headers: String) throws {
    let hostile = Array("--BB\r\n\(headers)\r\n\r\nvalue\r\n".utf8)
    let (form, files) = try read(field("before", "1") + hostile + field("after", "2") + closing)
    #expect(form.lines == ["before=1", "after=2"])
    #expect(form.problems == [PartProblem(name: "", reason: .badHeaders)])
    #expect(form.fault == nil)
    #expect(files == [])
  }

  @Test
  func `of text that is not UTF-8 the rest stays, a NUL goes, and transfer encodings are refused by name`()
    throws
  {
    let body =
      part("form-data; name=a", [0xC3, 0x28]) + part("form-data; name=b", [65, 0])
      + part("form-data; name=c\r\nContent-Transfer-Encoding: Base64", [65])
      + part("form-data; name=d", [0xED, 0xA0, 0x80])
      + part("form-data; name=e\r\nContent-Transfer-Encoding: 8bit", [65]) + closing
    let (form, _) = try read(body)
    #expect(form.lines == ["a=\u{FFFD}(", "b=A", "d=\u{FFFD}\u{FFFD}\u{FFFD}", "e=A"])
    #expect(form.problems == [PartProblem(name: "c", reason: .encoded)])
  }

  @Test func `a name that is not UTF-8 is refused`() throws {
    let head = Array("--BB\r\nContent-Disposition: form-data; name=\"".utf8)
    let (form, _) = try read(head + [0xFF] + Array("\"\r\n\r\nx\r\n".utf8) + closing)
    #expect(form.problems == [PartProblem(name: "", reason: .badHeaders)])
  }
}
