// Installation.swift - what holds for all tenants: `config/opsfabric.json5`, checked, defaults filled in.

/// The operator's settings.
public struct Installation: Hashable, Sendable {
  public enum JournalMode: String, Sendable, CaseIterable {
    case wal
    /// For homes on a network file system, where WAL does not work.
    case delete
  }
  public enum CSVProfile: String, Sendable, CaseIterable {
    case excelCH = "excel-ch"
    case excelDE = "excel-de"
    case rfc4180
    case banana
  }
  public struct SMTP: Hashable, Sendable {
    /// `smtp://host:587` or `smtps://host:465`.
    public var url: String
    public var from: String
    public var username: String?
    public var password: Secret?
    public init(url: String, from: String, username: String? = nil, password: Secret? = nil) {
      self.url = url
      self.from = from
      self.username = username
      self.password = password
    }
  }
  public struct SQS: Hashable, Sendable {
    public var queueURL: String
    public var region: String
    /// Both or none; nil: the environment names them, as a function service sets it.
    public var accessKeyID: String?
    public var secretAccessKey: Secret?
    public init(queueURL: String, region: String, accessKeyID: String? = nil, secretAccessKey: Secret? = nil)
    {
      self.queueURL = queueURL
      self.region = region
      self.accessKeyID = accessKeyID
      self.secretAccessKey = secretAccessKey
    }
  }
  public enum Intake: Hashable, Sendable {
    case sqlite
    case sqs(SQS)
  }

  /// Where Twilio reaches the handlers, without a slash at the end: `https://example.ch/cgi-bin`.
  public var publicURL: String
  public var account: TwilioAccount
  public var apiBase = "https://api.twilio.com"
  public var lookupsBase = "https://lookups.twilio.com"
  public var lookup = true
  /// Messages per second and sender.
  public var messagesPerSecond = 10.0
  /// Requests under way at once.
  public var concurrency = 16
  /// Of all tenants together.
  public var smsLimits = Ceiling.installation
  public var mailLimits = Ceiling.mails
  public var lookupLimits = Ceiling.lookups
  public var smtp: SMTP?
  public var alertEmails: [String] = []
  public var alertNumbers: [String] = []
  public var heartbeatURL: String?
  public var retentionDays = 365
  public var csvProfile: CSVProfile = .excelCH
  public var intake: Intake = .sqlite
  public var tickSecret: Secret?
  /// How long one request to `tick` may take: the host's limit for CGI programs, less a reserve.
  public var tickSeconds = 50
  public var journalMode: JournalMode = .wal

  public init(publicURL: String, account: TwilioAccount) {
    self.publicURL = publicURL
    self.account = account
  }
}
