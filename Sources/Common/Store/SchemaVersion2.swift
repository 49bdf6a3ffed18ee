// SchemaVersion2.swift - the tenant's side: e-mail, routing, escalation, the wizard's photos, the inbox's links.

let schemaVersion2 = """
  -- E-mail goes through the same outbox as SMS. once_key makes a notification one message.
  ALTER TABLE messages ADD COLUMN subject TEXT;
  ALTER TABLE messages ADD COLUMN once_key TEXT;
  CREATE UNIQUE INDEX messages_once ON messages (once_key) WHERE once_key IS NOT NULL;

  -- When the ticket is escalated next; NULL when nobody is left to tell.
  ALTER TABLE tickets ADD COLUMN escalate_at INTEGER;
  ALTER TABLE tickets ADD COLUMN escalations INTEGER NOT NULL DEFAULT 0;
  UPDATE tickets SET escalate_at = sla_due_at WHERE status IN ('NEW', 'NEEDS_CALLBACK');
  CREATE INDEX tickets_to_escalate ON tickets (escalate_at)
    WHERE status IN ('NEW', 'NEEDS_CALLBACK') AND escalate_at IS NOT NULL;
  CREATE INDEX tickets_open_by_tenant ON tickets (tenant) WHERE status <> 'DONE';

  -- Who of the tenant's people has been told of a ticket: each person once per kind.
  CREATE TABLE ticket_notices (
    ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    kind TEXT NOT NULL CHECK (kind IN ('new', 'urgent', 'escalation')),
    recipient TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (ticket_id, kind, recipient)
  ) STRICT, WITHOUT ROWID;

  -- A photo of ours lies in uploads/TENANT/FILE; one that came by MMS is a link at Twilio.
  ALTER TABLE ticket_photos ADD COLUMN file TEXT;

  -- The operator is told of an alert by messages of kind alert.
  ALTER TABLE alerts ADD COLUMN notified_at INTEGER;
  CREATE INDEX alerts_to_tell ON alerts (at) WHERE notified_at IS NULL;

  -- Personal links into the inbox, and the sessions they open. Only hashes of the secrets are kept.
  CREATE TABLE inbox_links (
    hash TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    person TEXT NOT NULL,             -- the address the link was sent to
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX inbox_links_by_person ON inbox_links (tenant, person);
  CREATE TABLE inbox_sessions (
    hash TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    person TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX inbox_sessions_by_person ON inbox_sessions (tenant, person);

  -- Rate limits of the wizard; the key is a hash of an address or a number.
  CREATE TABLE rate_hits (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX rate_hits_by_key ON rate_hits (key, at);
  CREATE INDEX rate_hits_by_time ON rate_hits (at);

  -- Health's lateness reads a day of missed-call SMS, not all there ever were.
  CREATE INDEX messages_late ON messages (created_at) WHERE kind = 'missed_call';
  -- To delete a call or a ticket, SQLite looks for what points to it.
  CREATE INDEX messages_by_call ON messages (call_id) WHERE call_id IS NOT NULL;
  CREATE INDEX messages_by_ticket ON messages (ticket_id) WHERE ticket_id IS NOT NULL;
  CREATE INDEX inbound_by_ticket ON inbound_messages (ticket_id) WHERE ticket_id IS NOT NULL;
  """
