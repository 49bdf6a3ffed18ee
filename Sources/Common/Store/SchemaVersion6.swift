// SchemaVersion6.swift - what people met: words with their author, messages that wait for us to mend something,
// alerts that end, and budgets that no outsider can drain.

let schemaVersion6 = """
  -- (desk)
  -- What a person said with an event: the words of a note, of a form. Gone with the ticket's other words.
  ALTER TABLE ticket_events ADD COLUMN words TEXT;
  CREATE INDEX ticket_events_words ON ticket_events (tenant) WHERE words IS NOT NULL;

  -- The desk's lists stand in their indexes in the order they are shown, so that a page and its count read no
  -- other rows. What was forgotten is on none of them.
  DROP INDEX tickets_open_by_tenant; -- tickets_open_list takes its place, below
  CREATE INDEX tickets_done_list ON tickets (tenant, updated_at) WHERE status = 'DONE' AND phone <> 'forgotten';
  -- A ticket's history, by time.
  DROP INDEX ticket_events_by_ticket;
  CREATE INDEX ticket_events_by_ticket ON ticket_events (ticket_id, at, type) WHERE ticket_id IS NOT NULL;
  DROP INDEX inbound_by_ticket;
  CREATE INDEX inbound_by_ticket ON inbound_messages (ticket_id, received_at) WHERE ticket_id IS NOT NULL;

  -- (held)
  -- Since when a message waits because of us: account, sender, set-up, a ceiling, the line to Twilio. NULL again as
  -- soon as a try counts.
  ALTER TABLE messages ADD COLUMN held_since INTEGER;
  UPDATE messages SET held_since = first_due_at WHERE state = 'queued' AND postponements > 0;
  CREATE INDEX messages_held ON messages (first_due_at)
    WHERE held_since IS NOT NULL AND state IN ('queued', 'sending', 'failed');
  -- When an alert's cause was last met, when it was over (an event: at once), when the operator was told so.
  -- What was raised before counts as over: whatever still holds is raised again.
  ALTER TABLE alerts ADD COLUMN last_at INTEGER;
  ALTER TABLE alerts ADD COLUMN solved_at INTEGER;
  ALTER TABLE alerts ADD COLUMN solved_told_at INTEGER;
  UPDATE alerts SET last_at = at, solved_at = at, solved_told_at = at;
  CREATE INDEX alerts_open ON alerts (cause, tenant) WHERE solved_at IS NULL;
  CREATE INDEX alerts_solved_to_tell ON alerts (solved_at) WHERE solved_at IS NOT NULL AND solved_told_at IS NULL;

  -- (replies)
  -- The request that one of the tenant's people wrote about; ticket_id is what a caller wrote.
  ALTER TABLE inbound_messages ADD COLUMN about_ticket_id INTEGER REFERENCES tickets (id);
  CREATE INDEX inbound_by_subject ON inbound_messages (about_ticket_id) WHERE about_ticket_id IS NOT NULL;

  -- (entry)
  -- The numbers that a messaging service sends from, as Twilio last told: replies go to them.
  CREATE TABLE service_numbers (
    service TEXT PRIMARY KEY,         -- MG…
    numbers TEXT NOT NULL,            -- E.164, a blank between them
    asked_at INTEGER NOT NULL,        -- whether or not Twilio answered
    read_at INTEGER                   -- NULL: not read yet
  ) STRICT, WITHOUT ROWID;

  -- (budgets)
  -- Who is behind a ticket: caller, or a form (visitor: for a number that was in touch; stranger: anybody's). Only what
  -- the number itself asks for becomes one ticket a day; a form stands apart, since anybody can type any number.
  ALTER TABLE tickets ADD COLUMN origin TEXT NOT NULL DEFAULT 'caller';
  -- Calls of withheld numbers that the ticket stands for beside its own.
  ALTER TABLE tickets ADD COLUMN folded INTEGER NOT NULL DEFAULT 0;
  DROP INDEX tickets_open;
  CREATE UNIQUE INDEX tickets_open ON tickets (tenant, phone, local_day)
    WHERE status <> 'DONE' AND phone LIKE '+%' AND origin = 'caller';
  CREATE INDEX tickets_open_list
    ON tickets (tenant, status = 'IN_PROGRESS', origin = 'stranger', urgency <> 'HIGH', sla_due_at)
    WHERE status <> 'DONE';
  CREATE INDEX tickets_by_form ON tickets (tenant, origin, created_at) WHERE origin <> 'caller';
  -- Whose share of messages a notice draws from (Budget), and how many notices a digest stands for.
  ALTER TABLE messages ADD COLUMN budget TEXT NOT NULL DEFAULT 'caller';
  ALTER TABLE messages ADD COLUMN folded INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX messages_digests ON messages (tenant, recipient, budget) WHERE folded > 0 AND state = 'queued';
  DROP INDEX messages_claimed;
  CREATE INDEX messages_claimed ON messages (claimed_at, channel, tenant, kind, budget, attempts)
    WHERE claimed_at IS NOT NULL;
  -- The ceiling of Lookups is counted over all tenants.
  CREATE INDEX lookups_by_hour ON lookups (at, tenant);

  -- (guards)
  """
