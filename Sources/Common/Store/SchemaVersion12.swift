// SchemaVersion12.swift - who has taken over duty; which request a personal link opens; what calendars on the web
// say of days off.

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

  -- (calendars in)
  -- The calendars among a tenant's holidays, and how reading them went.
  CREATE TABLE holiday_calendars (
    tenant TEXT NOT NULL,
    url TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    read_at INTEGER,                  -- the last good answer: a copy, or that ours is the newest
    copied_at INTEGER,                -- when the days were read from a whole copy
    zone TEXT,                        -- of the business, by which they were read
    etag TEXT,
    last_modified TEXT,
    left_out TEXT NOT NULL DEFAULT '', -- events that are not understood
    error TEXT,                       -- why the last answer was no good
    PRIMARY KEY (tenant, url)
  ) STRICT, WITHOUT ROWID;
  -- The days off of the last good copy.
  CREATE TABLE calendar_days (
    tenant TEXT NOT NULL,
    url TEXT NOT NULL,
    day TEXT NOT NULL,                -- YYYY-MM-DD, the tenant's
    PRIMARY KEY (tenant, url, day)
  ) STRICT, WITHOUT ROWID;
  """
