// SchemaVersion6.swift - what people met: words with their author, messages that wait for us to mend something,
// alerts that end, and budgets that no outsider can drain.

let schemaVersion6 = """
  -- (desk)

  -- (held)

  -- (replies)
  -- The request that one of the tenant's people wrote about; ticket_id is what a caller wrote.
  ALTER TABLE inbound_messages ADD COLUMN about_ticket_id INTEGER REFERENCES tickets (id);
  CREATE INDEX inbound_by_subject ON inbound_messages (about_ticket_id) WHERE about_ticket_id IS NOT NULL;

  -- (entry)

  -- (budgets)

  -- (guards)
  """
