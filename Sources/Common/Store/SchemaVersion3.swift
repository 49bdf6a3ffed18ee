// SchemaVersion3.swift - the books: what messages cost, and which months have been reported.

let schemaVersion3 = """
  -- Twilio's final prices, absolute, asked for once a message is final; every try that Twilio took costs.
  ALTER TABLE message_attempts ADD COLUMN segments INTEGER;
  ALTER TABLE message_attempts ADD COLUMN price REAL;
  ALTER TABLE message_attempts ADD COLUMN price_unit TEXT;
  ALTER TABLE message_attempts ADD COLUMN price_look_at INTEGER;
  CREATE INDEX message_attempts_unpriced ON message_attempts (price_look_at)
    WHERE price IS NULL AND price_look_at IS NOT NULL;
  ALTER TABLE inbound_messages ADD COLUMN price REAL;
  ALTER TABLE inbound_messages ADD COLUMN price_unit TEXT;
  ALTER TABLE inbound_messages ADD COLUMN price_look_at INTEGER;
  CREATE INDEX inbound_unpriced ON inbound_messages (price_look_at)
    WHERE price IS NULL AND price_look_at IS NOT NULL;

  -- Files that go along with an e-mail: paths below the home, one per line.
  ALTER TABLE messages ADD COLUMN attachments TEXT;

  -- Lookups that were asked, for their cost.
  CREATE TABLE lookups (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX lookups_by_time ON lookups (tenant, at);

  -- Months whose files have been written.
  CREATE TABLE reported_months (
    tenant TEXT NOT NULL,
    month TEXT NOT NULL,              -- YYYY-MM, the tenant's local month
    written_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, month)
  ) STRICT, WITHOUT ROWID;
  """
