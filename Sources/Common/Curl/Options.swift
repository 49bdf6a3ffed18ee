// Options.swift - curl_easy_setopt with types; remembers whether every option was accepted.

import CCurl

package struct Options {
  package let easy: UnsafeMutableRawPointer
  /// False as soon as one option was refused: a request must not leave with, say, TLS unchecked.
  package private(set) var accepted = true

  package init(easy: UnsafeMutableRawPointer) { self.easy = easy }

  private mutating func note(_ code: CURLcode) { accepted = accepted && code == CURLE_OK }

  package mutating func set(_ option: CURLoption, _ value: Int) {
    note(opsfabric_curl_set_long(easy, option, value))
  }

  package mutating func set(offset option: CURLoption, _ value: Int) {
    note(opsfabric_curl_set_offset(easy, option, curl_off_t(value)))
  }

  /// libcurl copies the text.
  package mutating func set(_ option: CURLoption, _ value: String) {
    note(opsfabric_curl_set_text(easy, option, value))
  }

  /// libcurl keeps the pointer: what it points to must outlive the handle.
  package mutating func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) {
    note(opsfabric_curl_set_pointer(easy, option, value))
  }

  /// libcurl copies the body; its size must have been set before.
  package mutating func copy(body: [UInt8]) {
    body.withUnsafeBytes { bytes in
      note(
        opsfabric_curl_set_pointer(
          easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress)))
    }
  }

  package mutating func set(_ option: CURLoption, _ callback: opsfabric_curl_data_callback) {
    note(opsfabric_curl_set_data_callback(easy, option, callback))
  }

  /// What libcurl says and hears, as it happens.
  package mutating func set(debug callback: opsfabric_curl_debug_callback) {
    set(CURLOPT_VERBOSE, 1)
    note(opsfabric_curl_set_debug_callback(easy, callback))
  }

  /// Called at least once a second; anything but 0 ends the transfer. Its context is CURLOPT_XFERINFODATA.
  package mutating func set(progress callback: opsfabric_curl_progress_callback) {
    set(CURLOPT_NOPROGRESS, 0)
    note(opsfabric_curl_set_progress_callback(easy, callback))
  }

  /// Asked before each address is connected to. Its context is CURLOPT_OPENSOCKETDATA.
  package mutating func set(socket callback: opsfabric_curl_socket_callback) {
    note(opsfabric_curl_set_socket_callback(easy, callback))
  }

  /// A body that can be handed out again. Its context is CURLOPT_SEEKDATA.
  package mutating func set(seek callback: opsfabric_curl_seek_callback) {
    note(opsfabric_curl_set_seek_callback(easy, callback))
  }

  /// A body that was handed out once is gone.
  package mutating func refuseSeeks() {
    note(opsfabric_curl_set_seek_callback(easy) { _, _, _ in CURL_SEEKFUNC_FAIL })
  }
}
