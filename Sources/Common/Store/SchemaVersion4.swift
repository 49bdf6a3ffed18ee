// SchemaVersion4.swift - final prices are asked for, and what is to be erased outside of the database.

let schemaVersion4 = """
  -- What a Lookup cost: a list price, since Twilio reports none per request.
  ALTER TABLE lookups ADD COLUMN price REAL;
  ALTER TABLE lookups ADD COLUMN price_unit TEXT;

  -- price_look_at: when Twilio is asked next; NULL with a price: known, NULL without one: given up.
  -- What was sent or received before prices were asked for is asked for too.
  UPDATE message_attempts SET price_look_at = at WHERE price IS NULL;
  UPDATE inbound_messages SET price_look_at = received_at WHERE price IS NULL;

  -- What is still to be erased outside of the database, or in its free pages. A row is made in the transaction
  -- that erases the person's rows, and goes when the thing it names is gone.
  CREATE TABLE erasures (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('message', 'upload', 'report', 'compact')),
    tenant TEXT NOT NULL,             -- '' where it concerns all
    target TEXT NOT NULL,             -- MessageSid; path below uploads/; YYYY-MM; ''
    created_at INTEGER NOT NULL,
    look_at INTEGER NOT NULL,         -- when it is tried next
    UNIQUE (kind, tenant, target)
  ) STRICT;
  CREATE INDEX erasures_due ON erasures (look_at);

  -- How far the retention purge has come: every row with an id up to `done` is without personal data.
  CREATE TABLE purges (
    list TEXT PRIMARY KEY,
    done INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tickets_to_purge ON tickets (updated_at) WHERE status = 'DONE' AND phone <> 'forgotten';
  CREATE INDEX line_types_by_age ON line_types (learned_at);
  CREATE INDEX ticket_photos_by_file ON ticket_photos (file) WHERE file IS NOT NULL;
  """
