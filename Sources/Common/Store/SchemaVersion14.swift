// SchemaVersion14.swift - what is due, each channel by itself; an account's recordings are swept too.

let schemaVersion14 = """
  -- (outbox)
  -- A channel finds what is due to it without reading what another one has not got rid of: 10,000 webhooks to a receiver
  -- that is slow lie before no SMS.
  DROP INDEX messages_due;
  CREATE INDEX messages_due ON messages (channel, due_at) WHERE state IN ('queued', 'failed');

  -- (fallback)
  -- Until when Twilio's lists have been read: of calls and messages for a number, of recordings for an account.
  CREATE TABLE sweeps_new (
    number TEXT NOT NULL,             -- the account's Sid for 'recordings'
    list TEXT NOT NULL CHECK (list IN ('calls', 'messages', 'recordings')),
    looked_at INTEGER NOT NULL,
    complete_until INTEGER NOT NULL,
    PRIMARY KEY (number, list)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO sweeps_new SELECT number, list, looked_at, complete_until FROM sweeps;
  DROP TABLE sweeps;
  ALTER TABLE sweeps_new RENAME TO sweeps;
  """
