// StandInSchema.swift - the tables of the stand-in; tests may also read them with the sqlite3 program.

let standInSchemaVersion = 3

/// Times are milliseconds since 1970 in UTC.
let standInSchema = """
  CREATE TABLE IF NOT EXISTS accounts (
    sid TEXT PRIMARY KEY, token TEXT NOT NULL,
    parent_sid TEXT             -- the account this one is a subaccount of
  ) STRICT;
  CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS lines (
    number TEXT PRIMARY KEY, type TEXT NOT NULL  -- Lookup's line type, or "invalid"
  ) STRICT;
  CREATE TABLE IF NOT EXISTS opt_outs (
    sender TEXT NOT NULL, recipient TEXT NOT NULL, PRIMARY KEY (sender, recipient)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS numbers (
    id INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, account_sid TEXT NOT NULL,
    phone_number TEXT NOT NULL UNIQUE, voice INTEGER NOT NULL, sms INTEGER NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS number_settings (
    sid TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (sid, name)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, account_sid TEXT NOT NULL,
    service_sid TEXT, sender TEXT, recipient TEXT NOT NULL, body TEXT NOT NULL,
    status TEXT NOT NULL, direction TEXT NOT NULL, segments INTEGER NOT NULL, media INTEGER NOT NULL,
    price TEXT, error_code INTEGER, status_callback TEXT, validity_period INTEGER,
    sequence INTEGER NOT NULL DEFAULT 0,  -- status changes so far
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, sent_at INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS messages_by_recipient ON messages (recipient);
  CREATE TABLE IF NOT EXISTS media (
    id INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, message_sid TEXT NOT NULL,
    content_type TEXT NOT NULL, url TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, account_sid TEXT NOT NULL, parent_sid TEXT,
    caller TEXT NOT NULL, called TEXT NOT NULL, status TEXT NOT NULL, direction TEXT NOT NULL,
    forwarded_from TEXT, duration INTEGER, price TEXT,
    started_at INTEGER NOT NULL, ended_at INTEGER, updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS placed_calls (
    sid TEXT PRIMARY KEY, url TEXT NOT NULL, status_callback TEXT, ring_seconds INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS recordings (
    id INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, account_sid TEXT NOT NULL, call_sid TEXT NOT NULL,
    seconds INTEGER NOT NULL, audio BLOB NOT NULL, created_at INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'completed', source TEXT NOT NULL DEFAULT 'RecordVerb'
  ) STRICT;
  CREATE TABLE IF NOT EXISTS callbacks (
    id INTEGER PRIMARY KEY, message_sid TEXT NOT NULL, account_sid TEXT NOT NULL, url TEXT NOT NULL,
    sequence INTEGER NOT NULL, parameters TEXT NOT NULL,
    handed_out INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY, match TEXT NOT NULL, fault TEXT NOT NULL, times_left INTEGER NOT NULL,
    recipient TEXT              -- only requests about this number
  ) STRICT;
  CREATE TABLE IF NOT EXISTS webhook_resources (
    made INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, account_sid TEXT NOT NULL,
    kind TEXT NOT NULL, document TEXT NOT NULL  -- JSON, as Twilio shows it
  ) STRICT;
  CREATE TABLE IF NOT EXISTS deliveries (
    recipient TEXT PRIMARY KEY, status TEXT NOT NULL, code INTEGER,
    shuffled INTEGER NOT NULL, duplicated INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    query TEXT NOT NULL, form TEXT NOT NULL,
    status INTEGER NOT NULL,    -- as answered, whether or not the answer arrived
    action TEXT NOT NULL, recipient TEXT, fault TEXT
  ) STRICT;
  PRAGMA user_version = 3;
  """
