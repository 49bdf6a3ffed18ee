// BlockingTransfer.swift - a transfer that libcurl makes by waiting, and the thread it waits on.

import CCurl
import Glibc
import Synchronization

/// What would hold up all other transfers runs on a thread of its own. Nothing else of ours does: whatever such a
/// transfer shares with the rest of the program is behind a lock.
package protocol BlockingTransfer: Sendable {
  /// From beginning to end, on its thread. Returns soon once it was abandoned.
  func perform()

  /// From now on nothing more comes of it than what is true now.
  func abandon()
}

/// A blocking transfer and whom to tell of its end.
struct BlockingJob {
  let transfer: any BlockingTransfer
  let whenOver: () -> Void
}

/// The threads of blocking transfers, and which of them are done.
final class TransferThreads: Sendable {
  /// libcurl and OpenSSL do with less; several times the usual eight megabytes are too much for some hosts.
  private static let stackBytes = 1 << 20

  private nonisolated(unsafe) let multi: UnsafeMutableRawPointer
  private let done = Mutex<[Int]>([])

  /// - Parameter multi: is woken by each end; no thread touches it any more once it was joined.
  init(waking multi: UnsafeMutableRawPointer) { self.multi = multi }

  /// nil when the system has no more threads.
  func start(_ transfer: any BlockingTransfer, number: Int) -> pthread_t? {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, TransferThreads.stackBytes)
    let body = ThreadBody { [self] in
      transfer.perform()
      done.withLock { $0.append(number) }
      curl_multi_wakeup(multi)
    }
    let context = Unmanaged.passRetained(body)
    // A signal is for the thread that waits in `poll`, which it wakes up.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let code = pthread_create(
      &thread, &attributes,
      { context in
        if let context { Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, context.toOpaque())
    guard code == 0 else {
      context.release()
      return nil
    }
    return thread
  }

  /// The numbers of those that are done since the last time.
  func takeDone() -> [Int] {
    done.withLock { numbers in
      defer { numbers = [] }
      return numbers
    }
  }
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
