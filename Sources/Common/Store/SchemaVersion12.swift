// SchemaVersion12.swift - what calendars on the web say of days off.

let schemaVersion12 = """
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
