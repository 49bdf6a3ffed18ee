// Installation.swift - what holds for all tenants: `config/opsfabric.json5`, checked, defaults filled in.

/// The operator's settings.
package struct Installation: Hashable, Sendable {
  package enum JournalMode: String, Sendable, CaseIterable {
    case wal
    /// For homes on a network file system, where WAL does not work.
    case delete
  }
  package enum CSVProfile: String, Sendable, CaseIterable {
    case excelCH = "excel-ch"
    case excelDE = "excel-de"
    case rfc4180
    case banana
  }
  package struct SMTP: Hashable, Sendable {
    /// `smtp://host:587` or `smtps://host:465`.
    package var url: String
    package var from: String
    package var username: String?
    package var password: Secret?
    package init(url: String, from: String, username: String? = nil, password: Secret? = nil) {
      self.url = url
      self.from = from
      self.username = username
      self.password = password
    }
  }
  /// A key of Twilio's beside the account's token: `SK…` of an API key, or the id of a shared key.
  package struct Key: Hashable, Sendable {
    package var id: String
    package var secret: Secret
    package init(id: String, secret: Secret) {
      self.id = id
      self.secret = secret
    }
  }
  package struct SQS: Hashable, Sendable {
    package var queueURL: String
    package var region: String
    /// Both or none; nil: the environment names them, as a function service sets it.
    package var accessKeyID: String?
    package var secretAccessKey: Secret?
    package init(queueURL: String, region: String, accessKeyID: String? = nil, secretAccessKey: Secret? = nil)
    {
      self.queueURL = queueURL
      self.region = region
      self.accessKeyID = accessKeyID
      self.secretAccessKey = secretAccessKey
    }
  }
  /// Copies outside this machine. Without `to` there are none.
  package struct Backup: Hashable, Sendable {
    /// A `CopyPlace`.
    package var to: String?
    package var everyMinutes = 60
    package var keepHours = 24
    package var keepDays = 7
    package var keepWeeks = 5
    package var keepMonths = 12
    /// KiB a second; 0: as fast as it goes.
    package var bandwidth = 0
    /// Of an S3 store.
    package var endpoint: String?
    package var region: String?
    package var keyID: String?
    package var secret: Secret?
    /// Of a WebDAV server.
    package var username: String?
    package var password: Secret?

    package init() {}

    package var place: CopyPlace? { to.flatMap { try? CopyPlace($0) } }

    /// With this age the newest good copy is too old: three that should have been made, and never sooner than after
    /// three hours.
    package var tooOldMinutes: Int { max(3 * everyMinutes, 180) }
  }
  package enum Intake: Hashable, Sendable {
    case sqlite
    case sqs(SQS)
  }

  /// Where Twilio reaches the handlers, without a slash at the end: `https://example.ch/cgi-bin`.
  package var publicURL: String
  package var account: TwilioAccount
  /// The other token that is good for signatures while the account's is changed.
  package var authToken2: Secret?
  /// What asks in the account's name instead of its token.
  package var apiKey: Key?
  /// Of Twilio's webhook rules: what signs instead of the token.
  package var webhookKeys: [Key] = []
  package var apiBase = "https://api.twilio.com"
  package var lookupsBase = "https://lookups.twilio.com"
  package var lookup = true
  /// Messages per second and sender.
  package var messagesPerSecond = 10.0
  /// Requests under way at once.
  package var concurrency = 16
  /// Of all tenants together.
  package var smsLimits = Ceiling.installation
  package var mailLimits = Ceiling.mails
  package var lookupLimits = Ceiling.lookups
  package var smtp: SMTP?
  package var alertEmails: [String] = []
  package var alertNumbers: [String] = []
  package var heartbeatURL: String?
  package var retentionDays = 365
  package var csvProfile: CSVProfile = .excelCH
  package var intake: Intake = .sqlite
  package var tickSecret: Secret?
  /// How long one request to `tick` may take: the host's limit for CGI programs, less a reserve.
  package var tickSeconds = 50
  /// What a monitor shows to read `metrics`.
  package var metricsSecret: Secret?
  package var journalMode: JournalMode = .wal
  /// Hosts that others name and that may lie in this machine's network.
  package var trustedHosts: [String] = []
  package var backup = Backup()
  /// Programs that are told of what happens to all tenants.
  package var webhooks: [WebhookReceiver] = []

  /// What the operator's account signs with, and forms are made with; the first is the one in force.
  package var authTokens: [Secret] { [account.authToken] + [authToken2].compactMap { $0 } }

  package init(publicURL: String, account: TwilioAccount) {
    self.publicURL = publicURL
    self.account = account
  }
}
