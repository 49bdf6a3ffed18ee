// fuzz TARGET SECONDS CORPUS [SEED] - feeds one target for so long. `make fuzz` runs all.
//
// Built with libFuzzer (`make fuzz` does), inputs follow the code they reach; without it they are mutations by
// seed. Either way the input under way lies in a file, so that one that ends the program is known: it is kept
// as CORPUS/TARGET/failed-HASH.

import Crypto
import FuzzTargets
import Glibc
import Platform

func fail(_ message: String) -> Never {
  printToStandardError(message)
  exit(2)
}

let arguments = CommandLine.arguments
guard arguments.count >= 4, let seconds = Int(arguments[2]),
  let found = FuzzTarget.all.first(where: { $0.name == arguments[1] })
else {
  if arguments.count == 2, arguments[1] == "list" {
    for target in FuzzTarget.all { printToStandardOutput(target.name) }
    exit(0)
  }
  fail("fuzz list | fuzz TARGET SECONDS CORPUS [SEED]")
}
let target = found
let folder = arguments[3]

func keep(_ bytes: [UInt8], _ reason: String) -> Never {
  let name = "failed-" + hexadecimal(Array(sha1(bytes).prefix(8)))
  try? Files.makeFolder("\(folder)/\(target.name)", mode: 0o755)
  try? Files.writeAtomically(bytes, to: "\(folder)/\(target.name)/\(name)", mode: 0o644)
  fail("\(target.name): \(reason)\nkept as \(folder)/\(target.name)/\(name)")
}

func feed(_ bytes: [UInt8]) {
  do { try target.run(bytes) } catch { keep(bytes, "\(error)") }
}

typealias Callback = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
typealias Driver =
  @convention(c) (
    UnsafeMutablePointer<CInt>, UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    Callback
  ) -> CInt

if let driver = dlsym(nil, "LLVMFuzzerRunDriver") {
  let work = "\(folder)/../../.build-fuzz/found/\(target.name)"
  try Files.makeFolder(work, mode: 0o755)
  try Files.makeFolder("\(folder)/\(target.name)", mode: 0o755)
  var words: [UnsafeMutablePointer<CChar>?] =
    [
      "fuzz", "-max_total_time=\(seconds)", "-max_len=\(target.longest)", "-rss_limit_mb=1024", "-timeout=10",
      "-print_final_stats=1", "-artifact_prefix=\(folder)/\(target.name)/failed-", work,
      "\(folder)/\(target.name)",
    ].map { (word: String) in strdup(word) }
  var count = CInt(words.count)
  words.append(nil)
  exit(
    words.withUnsafeMutableBufferPointer { buffer in
      var pointer = buffer.baseAddress
      return unsafeBitCast(driver, to: Driver.self)(&count, &pointer) { bytes, count in
        feed(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
      }
    })
}

let corpus = try Corpus(target, folder: folder)
var mutator = Mutator(seed: arguments.count > 4 ? UInt64(arguments[4]) ?? 1 : 1)
let end = monotonicMilliseconds() + Int64(seconds) * 1000
var executions = 0
for input in corpus.inputs { feed(input) }
while monotonicMilliseconds() < end {
  feed(mutator.input(from: corpus.inputs, of: target))
  executions += 1
}
printToStandardOutput("\(target.name): \(executions) inputs")
