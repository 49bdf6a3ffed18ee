// SchemaVersion12.swift - who has taken over duty; which request a personal link opens.

let schemaVersion12 = """
  -- (duty)
  -- One of the tenant's people is on duty for another until then; the last who said so.
  CREATE TABLE duty_stand_ins (
    tenant TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,             -- as `notify` names him
    since INTEGER NOT NULL,
    until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- (links)
  -- The request that the notice with this link tells of.
  ALTER TABLE inbox_links ADD COLUMN ticket_id INTEGER;
  """
