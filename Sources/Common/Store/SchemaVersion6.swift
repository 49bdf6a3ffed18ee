// SchemaVersion6.swift - what people met: words with their author, messages that wait for us to mend something,
// alerts that end, and budgets that no outsider can drain.

let schemaVersion6 = """
  -- (desk)

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

  -- (entry)

  -- (budgets)

  -- (guards)
  """
