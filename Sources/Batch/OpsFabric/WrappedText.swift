// WrappedText.swift - long lines broken at spaces, for the terminal's width.

import Glibc
import Platform

/// Columns of the terminal on standard output, or another descriptor; nil where it is none: then nothing is broken.
func terminalWidth(of descriptor: Int32 = STDOUT_FILENO) -> Int? {
  guard isatty(descriptor) == 1 else { return nil }
  var size = winsize()
  guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
  return max(40, Int(size.ws_col))
}

/// Columns of a table: those of the terminal, else $COLUMNS, else 80.
func tableWidth(_ environment: Environment) -> Int {
  terminalWidth() ?? environment["COLUMNS"].flatMap { Int($0) }.map { max(40, $0) } ?? 80
}

/// `first` stands before the first line, `rest` before the others. A word longer than the line is not broken, so
/// that addresses and commands stay whole; the stars of a crontab line are one word. Control characters become spaces.
func wrapped(_ text: String, first: String, rest: String, width: Int?) -> [String] {
  var clean = ""
  for scalar in text.unicodeScalars {
    let isControl = scalar.value < 32 || (127..<160).contains(scalar.value)
    clean.unicodeScalars.append(isControl ? " " : scalar)
  }
  guard let width else { return [first + clean] }
  var lines: [String] = []
  var line = first
  var isEmpty = true
  for word in words(clean) {
    if !isEmpty, line.count + 1 + word.count > width {
      lines.append(line)
      (line, isEmpty) = (rest, true)
    }
    line += (isEmpty ? "" : " ") + word
    isEmpty = false
  }
  return lines + [line]
}

private func words(_ text: String) -> [String] {
  var words: [String] = []
  var isStar = false
  for word in text.split(separator: " ") {
    if isStar { words[words.count - 1] += " " + word } else { words.append(String(word)) }
    isStar = word == "*"
  }
  return words
}
