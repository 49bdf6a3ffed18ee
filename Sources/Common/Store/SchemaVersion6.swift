// SchemaVersion6.swift - what people met: words with their author, messages that wait for us to mend something,
// alerts that end, and budgets that no outsider can drain.

let schemaVersion6 = """
  -- (desk)
  -- What a person said with an event: the words of a note, of a form. Gone with the ticket's other words.
  ALTER TABLE ticket_events ADD COLUMN words TEXT;
  CREATE INDEX ticket_events_words ON ticket_events (tenant) WHERE words IS NOT NULL;

  -- The desk's lists stand in their indexes in the order they are shown, so that a page and its count read no
  -- other rows. What was forgotten is on none of them.
  DROP INDEX tickets_open_by_tenant;
  CREATE INDEX tickets_open_list ON tickets (tenant, status = 'IN_PROGRESS', urgency <> 'HIGH', sla_due_at)
    WHERE status <> 'DONE';
  CREATE INDEX tickets_done_list ON tickets (tenant, updated_at) WHERE status = 'DONE' AND phone <> 'forgotten';
  -- A ticket's history, by time.
  DROP INDEX ticket_events_by_ticket;
  CREATE INDEX ticket_events_by_ticket ON ticket_events (ticket_id, at, type) WHERE ticket_id IS NOT NULL;
  DROP INDEX inbound_by_ticket;
  CREATE INDEX inbound_by_ticket ON inbound_messages (ticket_id, received_at) WHERE ticket_id IS NOT NULL;

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
