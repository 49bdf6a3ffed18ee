// Options.swift - curl_easy_setopt with types; remembers whether every option was accepted.

import CCurl

struct Options {
  let easy: UnsafeMutableRawPointer
  /// False as soon as one option was refused: a request must not leave with, say, TLS unchecked.
  private(set) var accepted = true

  init(easy: UnsafeMutableRawPointer) { self.easy = easy }

  private mutating func note(_ code: CURLcode) { accepted = accepted && code == CURLE_OK }

  mutating func set(_ option: CURLoption, _ value: Int) {
    note(opsfabric_curl_set_long(easy, option, value))
  }

  mutating func set(offset option: CURLoption, _ value: Int) {
    note(opsfabric_curl_set_offset(easy, option, curl_off_t(value)))
  }

  /// libcurl copies the text.
  mutating func set(_ option: CURLoption, _ value: String) {
    note(opsfabric_curl_set_text(easy, option, value))
  }

  /// libcurl keeps the pointer: what it points to must outlive the handle.
  mutating func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) {
    note(opsfabric_curl_set_pointer(easy, option, value))
  }

  /// libcurl copies the body; its size must have been set before.
  mutating func copy(body: [UInt8]) {
    body.withUnsafeBytes { bytes in
      note(
        opsfabric_curl_set_pointer(
          easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress)))
    }
  }

  mutating func set(_ option: CURLoption, _ callback: opsfabric_curl_data_callback) {
    note(opsfabric_curl_set_data_callback(easy, option, callback))
  }

  /// A body that was handed out once is gone.
  mutating func refuseSeeks() {
    note(opsfabric_curl_set_seek_callback(easy) { _, _, _ in CURL_SEEKFUNC_FAIL })
  }
}
