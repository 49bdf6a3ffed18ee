// SchemaVersion13.swift - times without a sign of life, whose traces at Twilio are read before anybody is told anything;
// how long it rang before a call was taken.

let schemaVersion13 = """
  -- (gaps)
  CREATE TABLE gaps (
    id INTEGER PRIMARY KEY,
    reason TEXT NOT NULL,             -- silence, restore, clock
    since INTEGER NOT NULL,           -- from when on Twilio is asked
    opened_at INTEGER NOT NULL,
    begun_at INTEGER,                 -- when a run began to ask; the time limit counts from here
    closed_at INTEGER,
    sent INTEGER NOT NULL DEFAULT 0,  -- messages and calls that Twilio knew and this database did not
    unread TEXT                       -- what could not be asked within the limit
  ) STRICT;
  CREATE INDEX gaps_closed ON gaps (closed_at) WHERE closed_at IS NOT NULL;
  CREATE UNIQUE INDEX gaps_open ON gaps ((closed_at IS NULL)) WHERE closed_at IS NULL;

  -- (lines)
  -- Milliseconds from the call's beginning until the leg to the business was taken; NULL where that is not known.
  ALTER TABLE calls ADD COLUMN rang INTEGER;
  """
