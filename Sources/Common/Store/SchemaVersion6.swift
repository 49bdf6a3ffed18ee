// SchemaVersion6.swift - what people met: words with their author, messages that wait for us to mend something,
// alerts that end, and budgets that no outsider can drain.

let schemaVersion6 = """
  -- (desk)
  -- What a person said with an event: the words of a note, of a form. Gone with the ticket's other words.
  ALTER TABLE ticket_events ADD COLUMN words TEXT;

  -- (held)

  -- (replies)

  -- (entry)

  -- (budgets)

  -- (guards)
  """
