// FilePartSink.swift - who takes the files of a body while they arrive.

/// What a part says of its file; none of it is to be trusted.
package struct FilePart: Hashable, Sendable {
  /// The form field.
  package let name: String
  /// For people to read: without folders and control characters, at most 200 characters, perhaps empty.
  package let filename: String
  /// The part's Content-Type as sent, perhaps empty.
  package let declaredType: String

  package init(name: String, filename: String, declaredType: String) {
    self.name = name
    self.filename = filename
    self.declaredType = declaredType
  }
}

/// How a file ended.
package enum FilePartEnd: Hashable, Sendable {
  case complete
  /// The body ended within the file.
  case truncated
  /// Above the limit for one file.
  case tooLarge(limit: Int)
  /// The whole body is above its limit; this file was arriving just then.
  case formTooLarge(limit: Int)
  /// One more than a form may bring; not a byte of it is handed on.
  case tooMany(limit: Int)
  /// Files are not taken at present; nor is a byte of this one handed on.
  case refused
}

/// What is to become of a form's files; decided at the first of them.
package enum FileAdmission: Hashable, Sendable {
  case take
  /// Their bytes are passed over, for the fields that stand behind them.
  case skip
  /// Reading ends.
  case stop
}

/// Called for every file: `begin`, any number of `append`, `end`.
package protocol FilePartSink {
  mutating func begin(_ part: FilePart)
  /// At most 64 KiB at a time.
  mutating func append(_ bytes: Span<UInt8>)
  mutating func end(_ end: FilePartEnd)
}
