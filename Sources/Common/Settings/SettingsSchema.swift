// SettingsSchema.swift - the tables of the settings snapshot.
//
// One row holds a whole tenant, so that a webhook needs one look-up; the small tables beside it are the
// look-ups. The file is never migrated: `opsfabric apply` writes it anew.

enum SettingsSchema {
  /// To be raised when an encoding inside a column changes; a changed table shows by itself.
  private static let encodings: UInt32 = 2

  /// Kept as `user_version`: a fingerprint of the tables, so that no change of them can be forgotten here.
  static let version: Int = {
    // FNV-1a, eight bytes at a time: each webhook does this.
    var hash = 14_695_981_039_346_656_037 ^ UInt64(encodings)
    var text = tables
    text.withUTF8 { bytes in
      let bytes = UnsafeRawBufferPointer(bytes)
      for start in stride(from: 0, to: bytes.count - 7, by: 8) {
        hash = (hash ^ bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)) &* 1_099_511_628_211
      }
      for byte in bytes.suffix(bytes.count % 8) { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    }
    return Int(hash >> 33)
  }()

  /// "MCRs": tells a snapshot from any other SQLite file.
  static let applicationID = 0x4d43_5273

  static let tables = """
    CREATE TABLE installation (         -- one row
      applied_at INTEGER NOT NULL,      -- milliseconds since 1970
      public_url TEXT NOT NULL,
      account_sid TEXT NOT NULL,
      auth_token TEXT NOT NULL,
      api_base TEXT NOT NULL,
      lookups_base TEXT NOT NULL,
      lookup INTEGER NOT NULL,
      messages_per_second REAL NOT NULL,
      concurrency INTEGER NOT NULL,
      sms_per_hour INTEGER NOT NULL,
      sms_per_day INTEGER NOT NULL,
      mails_per_hour INTEGER NOT NULL,
      mails_per_day INTEGER NOT NULL,
      lookups_per_hour INTEGER NOT NULL,
      lookups_per_day INTEGER NOT NULL,
      smtp_url TEXT,                    -- NULL: no mail
      smtp_from TEXT,
      smtp_username TEXT,
      smtp_password TEXT,
      alert_emails TEXT NOT NULL,       -- lists are separated by spaces
      alert_numbers TEXT NOT NULL,
      heartbeat_url TEXT,
      retention_days INTEGER NOT NULL,
      csv_profile TEXT NOT NULL,
      sqs_queue_url TEXT,               -- NULL: intake by SQLite
      sqs_region TEXT,
      sqs_access_key_id TEXT,           -- NULL: the environment's
      sqs_secret_access_key TEXT,
      tick_secret TEXT,
      tick_seconds INTEGER NOT NULL,
      journal_mode TEXT NOT NULL
    ) STRICT;

    CREATE TABLE tenant (
      id TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL,
      language TEXT NOT NULL,
      timezone TEXT NOT NULL,
      mode TEXT NOT NULL,
      voice_numbers TEXT NOT NULL,
      forward_to TEXT,
      sms_sender TEXT NOT NULL,
      callback_phone TEXT NOT NULL,
      website_domain TEXT NOT NULL,
      ring_seconds INTEGER NOT NULL,
      screening INTEGER NOT NULL,
      voice_menu INTEGER NOT NULL,
      announcement TEXT NOT NULL,       -- standard, none, or text:WORDS
      reject_blocked INTEGER NOT NULL,
      sms_delay_seconds INTEGER NOT NULL,
      quiet_from INTEGER NOT NULL,      -- minutes of the day
      quiet_to INTEGER NOT NULL,
      quiet_policy TEXT NOT NULL,
      dedupe_minutes INTEGER NOT NULL,
      max_sms_per_day INTEGER NOT NULL,
      spam_missed_calls_per_day INTEGER NOT NULL,
      sms_per_hour INTEGER NOT NULL,
      sms_per_day INTEGER NOT NULL,
      forms_per_hour INTEGER NOT NULL,  -- told one by one
      block_days INTEGER,               -- NULL: for good
      business_hours TEXT NOT NULL,     -- 1:480-720,780-1020;2:480-720 with Monday = 1
      holidays TEXT NOT NULL,           -- 2026-08-01, or 0-08-01 for every year
      sla_high_minutes INTEGER NOT NULL,
      sla_callback_minutes INTEGER NOT NULL,
      weekend_policy TEXT NOT NULL,
      allowed_countries TEXT NOT NULL,
      staff_numbers TEXT NOT NULL,
      account_debit TEXT,               -- NULL: no booking lines
      account_credit TEXT,
      text_missed_call TEXT,            -- NULL: the built-in text
      text_urgent TEXT,
      text_callback TEXT,
      text_wizard TEXT,
      text_free_text TEXT,
      answers TEXT NOT NULL,            -- what people answer with one tap, one per line
      notify TEXT NOT NULL,             -- channel>to>on,on>when>order>name, one per line
      account_sid TEXT,                 -- NULL: the installation's account
      auth_token TEXT,
      report_email TEXT NOT NULL,
      active INTEGER NOT NULL,
      currency TEXT                     -- NULL: that of the voice number's country
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE voice_number (         -- a called number -> its tenant
      number TEXT NOT NULL,
      tenant TEXT NOT NULL,
      PRIMARY KEY (number, tenant)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE sender (               -- the address a reply was sent to -> the tenants that text from it
      address TEXT NOT NULL,
      tenant TEXT NOT NULL,
      PRIMARY KEY (address, tenant)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE own_number (           -- never a customer; tenant '' = for every tenant
      number TEXT NOT NULL,
      tenant TEXT NOT NULL,
      PRIMARY KEY (number, tenant)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE account (              -- whose token signs a webhook
      sid TEXT NOT NULL PRIMARY KEY,
      auth_token TEXT NOT NULL,
      tenant TEXT                       -- NULL: the installation's account
    ) STRICT, WITHOUT ROWID;
    """
}
