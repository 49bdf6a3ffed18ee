// SigningTests.swift - what libcurl signs for AWS is what AWS's own library would have signed, the session token and the
// hash of the body included.

import Curl
import Glibc
import TestSupport
import Testing

struct SigningTests {
  /// AWS's library for Python as the judge: signs the request as it arrived and prints the signature.
  private static let judge = """
    import sys
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    head, body = sys.stdin.read().split("\\n\\n", 1)
    lines = head.split("\\n")
    sent = {l.split(":", 1)[0].lower(): l.split(":", 1)[1].strip() for l in lines[1:]}
    signed = sent["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    url = "http://" + sent["host"] + lines[0].split(" ")[1]
    headers = {name: sent[name] for name in signed}
    request = AWSRequest(method="POST", url=url, data=body, headers=headers)
    request.context["timestamp"] = sent["x-amz-date"]
    auth = SigV4Auth(Credentials("AKID", "the-secret"), "sqs", "eu-central-2")
    canonical = auth.canonical_request(request)
    print(",".join(sorted(signed)), auth.signature(auth.string_to_sign(request, canonical), request))
    """

  private func python(_ input: String) throws -> String {
    let path = "/tmp/opsfabric-signing-\(UInt64.random(in: 0 ... .max))"
    func write(_ text: String, _ name: String) throws {
      let file = try #require(fopen(path + name, "w"))
      fputs(text, file)
      fclose(file)
    }
    defer { for name in [".py", ".in"] { unlink(path + name) } }
    try write(Self.judge, ".py")
    try write(input, ".in")
    let pipe = try #require(popen("python3 \(path).py < \(path).in", "r"))
    defer { pclose(pipe) }
    var buffer = [CChar](repeating: 0, count: 4096)
    guard fgets(&buffer, 4096, pipe) != nil else { return "" }
    return String(
      decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static let hasJudge = system("python3 -c 'import botocore' 2>/dev/null") == 0

  @Test(
    .enabled(if: hasJudge, "botocore is not installed: run `make test`"),
    arguments: [nil, "a/session+token=="])
  func `the signature is the one AWS's own library makes`(token: String?) throws {
    // The port is not part of what libcurl signs: to a port of its own choice no signature is right but by luck.
    let body = "{\"MessageBody\":\"a=%2B41&b=c\",\"QueueUrl\":\"x\"}"
    let seen = try withServer(.reply(httpReply())) { server in
      var headers = [
        (name: "Content-Type", value: "application/x-amz-json-1.0"),
        (name: "X-Amz-Target", value: "AmazonSQS.SendMessage"), (name: "Host", value: "sqs.example.ch"),
      ]
      if let token { headers.append((name: "X-Amz-Security-Token", value: token)) }
      var request = HTTPRequest(
        method: "POST", url: server.url + "/", headers: headers, body: Array(body.utf8))
      request.signing = AWSSigning(
        service: "sqs", region: "eu-central-2", accessKeyID: "AKID", secretAccessKey: "the-secret")
      let reply = try CurlTransport().wait(for: request).get()
      #expect(reply.status == 200)
      return try #require(server.seen.requests.first)
    }
    #expect(seen.body == body)
    let authorization = try #require(
      seen.head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("authorization:") })
    let signature = authorization.split(separator: "Signature=").last.map(String.init) ?? ""
    let verdict = try python(
      seen.head.split(separator: "\r\n").joined(separator: "\n") + "\n\n" + body)
    #expect(verdict.split(separator: " ").last.map(String.init) == signature)
    for name in ["content-type", "host", "x-amz-date", "x-amz-target"]
      + (token == nil ? [] : ["x-amz-security-token"])
    {
      #expect(verdict.contains(name), "\(name) is not signed: \(verdict)")
    }
  }
}
