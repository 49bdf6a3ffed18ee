// SchemaVersion6.swift - what people met: words with their author, messages that wait for us to mend something,
// alerts that end, and budgets that no outsider can drain.

let schemaVersion6 = """
  -- (desk)

  -- (held)

  -- (replies)

  -- (entry)

  -- (budgets)

  -- (guards)
  """
