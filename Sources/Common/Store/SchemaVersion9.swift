// SchemaVersion9.swift - voice messages.

let schemaVersion9 = """
  -- One voice message a call. The audio is fetched from Twilio, kept below uploads/ and erased there.
  CREATE TABLE recordings (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    call_id INTEGER NOT NULL UNIQUE REFERENCES calls (id),
    ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    recording_sid TEXT,               -- NULL: nothing was said, as far as is known
    seconds INTEGER NOT NULL,
    state TEXT NOT NULL,              -- waiting, stored, lost
    file TEXT,                        -- below uploads/, once it is stored
    attempts INTEGER NOT NULL DEFAULT 0,
    look_at INTEGER,                  -- when the audio is asked for next
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX recordings_due ON recordings (look_at) WHERE state = 'waiting';
  CREATE INDEX recordings_by_ticket ON recordings (ticket_id, created_at);
  CREATE INDEX recordings_by_file ON recordings (file) WHERE file IS NOT NULL;

  -- The kinds are the program's: a new one rebuilds no table.
  PRAGMA writable_schema = ON;
  UPDATE sqlite_schema SET sql = replace(sql, ' CHECK (kind IN (''message'', ''upload'', ''report'', ''compact''))', '')
  WHERE type = 'table' AND name = 'erasures';
  PRAGMA writable_schema = RESET;
  """
