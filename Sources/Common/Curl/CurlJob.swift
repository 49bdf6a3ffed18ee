// CurlJob.swift - what CurlTransport needs to know of a transfer, be it a request or a mail.

import CCurl

/// A transfer inside libcurl, with the outcome it ended in once there is one.
protocol CurlJob: AnyObject {
  var easy: UnsafeMutableRawPointer { get }

  /// libcurl is done with the handle. False when the job goes on by itself (see `MailDelivery`).
  func isOver(_ code: CURLcode) -> Bool

  /// Calls the completion with the outcome.
  func complete()

  /// Calls the completion with what is true of a transfer that ends now.
  func abandon()
}

/// A job that has no place inside libcurl yet.
struct WaitingJob {
  /// nil when the job cannot be begun.
  let begin: () -> (any CurlJob)?
  /// Calls the completion of a job that was not begun.
  let neverBegan: (String) -> Void
}
