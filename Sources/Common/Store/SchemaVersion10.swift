// SchemaVersion10.swift - calls to the tenant's people.

let schemaVersion10 = """
  -- An urgent request goes round the people who are rung for it: the `order` told last, in which round, and when the
  -- next is told. NULL: nobody was rung, or the rounds are over.
  ALTER TABLE tickets ADD COLUMN page_order INTEGER;
  ALTER TABLE tickets ADD COLUMN page_round INTEGER;
  ALTER TABLE tickets ADD COLUMN page_at INTEGER;
  CREATE INDEX tickets_to_page ON tickets (page_at) WHERE page_at IS NOT NULL AND status IN ('NEW', 'NEEDS_CALLBACK');
  -- One attempt at a time per person and request.
  CREATE UNIQUE INDEX messages_ringing ON messages (ticket_id, recipient)
    WHERE channel = 'call' AND state IN ('queued', 'sending', 'failed');
  -- A call that nobody took is no letter that was lost.
  DROP INDEX messages_dead;
  CREATE INDEX messages_dead ON messages (finished_at, channel) WHERE state = 'dead';
  """
