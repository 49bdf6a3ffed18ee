// SchemaVersion14.swift - what is due, each channel by itself; recordings are swept too; copies on another machine.

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

  -- (copies)
  -- One row: which installation this is, and how it stands with the place of its copies.
  CREATE TABLE installation (
    id TEXT NOT NULL,                       -- in every copy, so that none is put in another installation's place
    copies_to TEXT NOT NULL DEFAULT '',     -- where copies go
    copies_since INTEGER,                   -- since when
    copy_tried_at INTEGER,                  -- the last attempt
    copy_error TEXT,                        -- why it failed; NULL when it did not
    copy_proved_at INTEGER                  -- when all of a copy was read from there, and was what was written
  ) STRICT;
  INSERT INTO installation (id) VALUES (lower(hex(randomblob(16))));

  -- The copies that lie there, as far as is known.
  CREATE TABLE copies (
    name TEXT PRIMARY KEY,                  -- the moment it was made, and the beginning of its hash
    made_at INTEGER NOT NULL,               -- it holds everything until then
    bytes INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'good' CHECK (state IN ('good', 'bad')),
    mark TEXT NOT NULL,                     -- how far the tables had grown
    good_at INTEGER NOT NULL,               -- when it was there and nothing had changed since it was made
    error TEXT                              -- why it is bad
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX copies_by_time ON copies (made_at);
  """
