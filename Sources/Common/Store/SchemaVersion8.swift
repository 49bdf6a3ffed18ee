// SchemaVersion8.swift - the desk's long lists: as fast with a hundred thousand rows behind them as with fifty.

let schemaVersion8 = """
  -- How many finished requests a tenant's list has: those that are not forgotten. People finish and reopen them, and no
  -- webhook writes here, so the count costs nobody who must be quick.
  CREATE TABLE done_counts (
    tenant TEXT PRIMARY KEY,
    tickets INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO done_counts SELECT tenant, count(*) FROM tickets
    WHERE status = 'DONE' AND phone <> 'forgotten' GROUP BY tenant;
  -- Names in the order they are listed, and the numbers whose calls ask for nobody.
  CREATE INDEX contacts_by_name ON contacts (tenant, name);
  CREATE INDEX contacts_private ON contacts (tenant) WHERE kind = 'private';
  """
