// SchemaVersion14.swift - what is due, each channel by itself.

let schemaVersion14 = """
  -- (outbox)
  -- A channel finds what is due to it without reading what another one has not got rid of: 10,000 webhooks to a receiver
  -- that is slow lie before no SMS.
  DROP INDEX messages_due;
  CREATE INDEX messages_due ON messages (channel, due_at) WHERE state IN ('queued', 'failed');
  """
