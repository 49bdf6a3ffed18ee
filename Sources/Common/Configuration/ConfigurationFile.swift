// ConfigurationFile.swift - one file of the configuration, from its bytes to the tree of its values.

import Glibc
import Platform

struct ConfigurationFile {
  /// Far above any sensible file, far below what would hurt.
  private static let largest = 1 << 20

  /// Relative to the home, for the faults.
  let name: String
  let path: String

  /// The members of the file's object; nil with a fault noted.
  func members(_ faults: FaultList) -> [String: JSONValue]? {
    func fault(_ reason: String, _ expected: String) {
      faults.add(.init(file: name, key: "", reason: reason, expected: expected))
    }
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try Files.read(path, limit: Self.largest)
    } catch {
      switch error.code {
      case ENOENT: fault("is not there", "run `opsfabric init` for a sample")
      case EFBIG: fault("is larger than 1 MiB", "configuration is written by hand and small")
      case EACCES: fault("may not be read by this user", "run as its owner")
      default: fault("cannot be read (\(String(cString: strerror(error.code))))", "")
      }
      return nil
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      let line = firstInvalidLine(bytes)
      fault("line \(line) is not UTF-8", "save the file in the encoding UTF-8")
      return nil
    }
    let isBlank = bytes.allSatisfy { $0 == 32 || 9...13 ~= $0 } || bytes == [0xEF, 0xBB, 0xBF]
    guard !isBlank else {
      fault("is empty", "write an object {…}; `opsfabric init` makes a sample")
      return nil
    }
    switch JSON5Scanner.scan(bytes) {
    case .failure(let broken):
      fault("line \(broken.line), column \(broken.column): \(broken.reason)", broken.expected)
      return nil
    case .success(let duplicates):
      for duplicate in duplicates {
        faults.add(
          .init(
            file: name, key: duplicate.key, reason: "stands twice, again on line \(duplicate.line)",
            expected: "remove one"))
      }
    }
    switch JSONValue(json5: bytes) {
    case .object(let members)?: return members
    case nil: fault("is not JSON5", "see https://json5.org for its rules")
    case let other?: fault("is \(other.kind), not an object", "begin with { and end with }")
    }
    return nil
  }

  /// Secrets are for the owner alone. A warning, not an error: on some hosts modes cannot be changed.
  func checkMode(_ faults: FaultList) {
    guard let mode = Files.mode(path), mode & 0o077 != 0 else { return }
    faults.add(
      .init(
        file: name, key: "",
        reason: "holds secrets, and others than its owner may use it (mode \(octal(mode)))",
        expected: "run: chmod 600 \(path)", severity: .warning))
  }

  private func octal(_ mode: mode_t) -> String {
    let digits = String(mode & 0o777, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  private func firstInvalidLine(_ bytes: [UInt8]) -> Int {
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    return (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0) + 1
  }
}
