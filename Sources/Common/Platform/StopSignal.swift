// StopSignal.swift - SIGTERM and SIGINT ask a long run to end in good order.

import Glibc

// Written by the signal handler only, and read by the loop: a word that is set once.
nonisolated(unsafe) private var stopWasRequested: sig_atomic_t = 0

package enum StopSignal {
  package static func listen() {
    for number in [SIGTERM, SIGINT, SIGHUP] { signal(number) { _ in stopWasRequested = 1 } }
  }

  package static var isRequested: Bool { stopWasRequested != 0 }
}
