// SchemaVersion13.swift - how long it rang before a call was taken.

let schemaVersion13 = """
  -- (lines)
  -- Milliseconds from the call's beginning until the leg to the business was taken; NULL where that is not known.
  ALTER TABLE calls ADD COLUMN rang INTEGER;
  """
