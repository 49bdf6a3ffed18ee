// SchemaVersion6.swift - what people met: words with their author, messages that wait for us to mend something,
// alerts that end, and budgets that no outsider can drain.

let schemaVersion6 = """
  -- (desk)

  -- (held)

  -- (replies)

  -- (entry)
  -- The numbers that a messaging service sends from, as Twilio last told: replies go to them.
  CREATE TABLE service_numbers (
    service TEXT PRIMARY KEY,         -- MG…
    numbers TEXT NOT NULL,            -- E.164, a blank between them
    asked_at INTEGER NOT NULL,        -- whether or not Twilio answered
    read_at INTEGER                   -- NULL: not read yet
  ) STRICT, WITHOUT ROWID;

  -- (budgets)

  -- (guards)
  """
