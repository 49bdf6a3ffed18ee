// ProcessStart.swift - what every program of ours does before anything else.

import CPlatform
import Glibc

/// Sets what a process must not inherit from its web server or cron: called once, as the first thing in main.
///
/// - Files are for their owner alone, whatever the umask.
/// - A reader that has gone (SIGPIPE) and a file that reached the host's size limit (SIGXFSZ, `ulimit -f`) are errors
///   of the write that met them, not the end of the program: EFBIG is a full disk, and told as one.
/// - No core dump: it would hold numbers, texts and tokens in clear, in the web server's folder.
package func beginProcess() {
  umask(0o077)
  signal(SIGPIPE, SIG_IGN)
  signal(SIGXFSZ, SIG_IGN)
  opsfabric_forbid_core_dumps()
}
