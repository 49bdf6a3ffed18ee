// SchemaVersion5.swift - what a minute of the runner looks for is found without reading what there has ever been.

let schemaVersion5 = """
  -- The ceilings of outgoing SMS are counted from a day's tries: all that is counted stands in the index.
  CREATE INDEX messages_claimed ON messages (claimed_at, channel, tenant, kind, attempts)
    WHERE claimed_at IS NOT NULL;
  -- What has expired is tidied up.
  CREATE INDEX inbox_links_by_expiry ON inbox_links (expires_at);
  CREATE INDEX inbox_sessions_by_expiry ON inbox_sessions (expires_at);
  """
