// FileLockTests.swift - one holder at a time, deadlines that hold, and locks that die with their holder.

import Foundation
import Platform
import Synchronization
import Testing

@Suite struct FileLockTests {
  let scratch: Scratch
  var path: String { scratch.file("lock") }

  init() throws { scratch = try Scratch() }

  @Test func `the second taker gets nothing until the first lets go`() throws {
    let first = try FileLock.tryLock(path)
    let second = try FileLock.tryLock(path)
    #expect(first != nil)
    #expect(second == nil)
    first?.release()
    first?.release()
    let third = try FileLock.tryLock(path)
    #expect(third != nil)
  }

  @Test func `a lock nobody keeps is released`() throws {
    _ = try FileLock.tryLock(path)
    let again = try FileLock.tryLock(path)
    #expect(again != nil)
  }

  @Test(arguments: [1, 60, 150]) func `the deadline is kept`(_ milliseconds: Int) throws {
    let holder = try FileLock.tryLock(path)
    defer { holder?.release() }
    let start = monotonicMilliseconds()
    let second = try FileLock.lock(path, withinMilliseconds: milliseconds)
    let waited = monotonicMilliseconds() - start
    #expect(second == nil)
    #expect(waited >= Int64(milliseconds))
    // Generous, since other tests keep the processor busy; without a deadline it would be for ever.
    #expect(waited < Int64(milliseconds) + 1500)
  }

  @Test(arguments: [0, -1]) func `no time to wait means an answer at once`(_ milliseconds: Int) throws {
    let holder = try FileLock.tryLock(path)
    defer { holder?.release() }
    let second = try FileLock.lock(path, withinMilliseconds: milliseconds)
    #expect(second == nil)
  }

  /// Web servers start programs from threads that block signals, and the mask is inherited.
  @Test func `the deadline is kept where signals are blocked`() throws {
    let holder = try FileLock.tryLock(path)
    defer { holder?.release() }
    let path = path
    let gotNothing = onThread {
      var all = sigset_t()
      sigfillset(&all)
      pthread_sigmask(SIG_BLOCK, &all, nil)
      let lock = try? FileLock.lock(path, withinMilliseconds: 50)
      var now = sigset_t()
      pthread_sigmask(SIG_BLOCK, nil, &now)
      return lock == nil && sigismember(&now, SIGALRM) == 1
    }
    #expect(gotNothing)
  }

  @Test func `a lock that comes free in time is taken`() throws {
    let holder = try #require(try FileLock.tryLock(path))
    let path = path
    let isHeld = Mutex(true)
    let release = {
      usleep(40_000)
      isHeld.withLock { $0 = false }
      holder.release()
    }
    let gotIt = onThread(meanwhile: release) {
      let lock = try? FileLock.lock(path, withinMilliseconds: 5000)
      return lock != nil && !isHeld.withLock { $0 }
    }
    #expect(gotIt)
  }

  @Test func `who is killed gives the lock back`() throws {
    let holder = try LockHolder(path)
    let during = try FileLock.tryLock(path)
    #expect(during == nil)
    holder.kill()
    let after = try FileLock.lock(path, withinMilliseconds: 2000)
    #expect(after != nil)
  }

  @Test func `a queue of threads gets in one by one, and everyone does`() {
    let path = path
    let inside = Mutex(0)
    let worst = Mutex(0)
    let served = Mutex(0)
    let threads = (0..<8).map { _ in
      start {
        for _ in 0..<10 {
          guard let lock = try? FileLock.lock(path, withinMilliseconds: 10_000) else { continue }
          let now = inside.withLock { count in
            count += 1
            return count
          }
          worst.withLock { $0 = max($0, now) }
          served.withLock { $0 += 1 }
          sched_yield()
          inside.withLock { $0 -= 1 }
          lock.release()
        }
      }
    }
    for thread in threads { thread.wait() }
    #expect(worst.withLock { $0 } == 1)
    #expect(served.withLock { $0 } == 80)
  }

  @Test func `a lock file in no folder is an error, not a lock`() {
    #expect(throws: SystemError.self) { try FileLock.tryLock(scratch.file("absent/lock")) }
  }

  // MARK: threads of their own, because a wait must not block the test runner's

  private func start(_ body: @escaping @Sendable () -> Void) -> DispatchSemaphore {
    let isDone = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      body()
      isDone.signal()
    }
    return isDone
  }

  private func onThread(meanwhile: () -> Void = {}, _ body: @escaping @Sendable () -> Bool) -> Bool {
    let result = ResultBox()
    let thread = start { result.value.withLock { $0 = body() } }
    meanwhile()
    return thread.wait(timeout: .now() + 10) == .success && result.value.withLock { $0 }
  }
}

private final class ResultBox: Sendable {
  let value = Mutex(false)
}
