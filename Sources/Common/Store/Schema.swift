// Schema.swift - the database's tables, as numbered migrations.
//
// Migrations are only appended, never edited; each runs in one transaction, and `user_version`
// remembers the last one. A program refuses a database that is newer than itself.
// Times are milliseconds since 1970 in UTC. The state machines these CHECKs and the guards in
// Store enforce are written down in docs/state-machines.md.

/// One step from schema version N-1 to N.
struct Migration {
  let version: Int
  let sql: String
}

let migrations = [
  Migration(version: 1, sql: schemaVersion1), Migration(version: 2, sql: schemaVersion2),
  Migration(version: 3, sql: schemaVersion3), Migration(version: 4, sql: schemaVersion4),
  Migration(version: 5, sql: schemaVersion5), Migration(version: 6, sql: schemaVersion6),
  Migration(version: 7, sql: schemaVersion7), Migration(version: 8, sql: schemaVersion8),
  Migration(version: 9, sql: schemaVersion9), Migration(version: 10, sql: schemaVersion10),
  Migration(version: 11, sql: schemaVersion11), Migration(version: 12, sql: schemaVersion12),
  Migration(version: 13, sql: schemaVersion13), Migration(version: 14, sql: schemaVersion14),
]

private let schemaVersion1 = """
  -- Every inbound call, one row per CallSid. A missed call is its own pending row.
  CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    call_sid TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    caller TEXT NOT NULL,             -- From as Twilio sent it: E.164, or what stands for a withheld number
    called TEXT NOT NULL,             -- To: the tenant's number
    source TEXT NOT NULL DEFAULT 'webhook' CHECK (source IN ('webhook', 'sweep')),
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    closed_at INTEGER,                -- when the call's end was reported by call-status (set once)
    outcome TEXT NOT NULL DEFAULT 'in_progress' CHECK (outcome IN ('in_progress', 'answered', 'missed')),
    judged_by TEXT CHECK (judged_by IN ('voice', 'dial_result', 'call_status', 'sweep')),
    dial_connected INTEGER CHECK (dial_connected IN (0, 1)), -- what dial-result said, before screening
    screen_key_at INTEGER,            -- when whoever picked up pressed a key
    decision TEXT NOT NULL DEFAULT 'none'
      CHECK (decision IN ('none', 'pending', 'deferred', 'sent', 'skipped')),
    reason TEXT,                      -- reason code of spec section 3; 'dead' when the SMS was given up
    due_at INTEGER,                   -- when the SMS is due
    look_at INTEGER,                  -- when the runner looks next: due_at, or a little later while it waits
    decided_at INTEGER,
    CHECK ((outcome = 'missed') = (decision <> 'none')),
    CHECK (outcome = 'in_progress' OR ended_at IS NOT NULL),
    CHECK (decision NOT IN ('pending', 'deferred') OR (due_at IS NOT NULL AND look_at IS NOT NULL)),
    CHECK (decision NOT IN ('sent', 'skipped') OR (reason IS NOT NULL AND decided_at IS NOT NULL))
  ) STRICT;
  CREATE INDEX calls_by_caller ON calls (tenant, caller, started_at);
  CREATE INDEX calls_by_start ON calls (tenant, started_at);
  CREATE INDEX calls_due ON calls (look_at) WHERE decision IN ('pending', 'deferred');
  CREATE INDEX calls_open ON calls (started_at) WHERE outcome = 'in_progress';

  -- Requests to be worked on.
  CREATE TABLE tickets (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    phone TEXT NOT NULL,              -- E.164, or what stands for a withheld number
    local_day TEXT NOT NULL,          -- the tenant's calendar day of creation, YYYY-MM-DD
    source TEXT NOT NULL CHECK (source IN ('missed_call', 'sms', 'voice_menu', 'website', 'sweep')),
    urgency TEXT NOT NULL CHECK (urgency IN ('HIGH', 'MED')),
    status TEXT NOT NULL CHECK (status IN ('NEW', 'NEEDS_CALLBACK', 'IN_PROGRESS', 'DONE')),
    summary TEXT NOT NULL DEFAULT '',
    sla_due_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    call_id INTEGER REFERENCES calls (id)
  ) STRICT;
  -- Ticket dedupe: one open ticket per tenant, number and local day.
  CREATE UNIQUE INDEX tickets_open ON tickets (tenant, phone, local_day)
    WHERE status <> 'DONE' AND phone LIKE '+%';
  CREATE INDEX tickets_by_phone ON tickets (phone);
  CREATE INDEX tickets_by_creation ON tickets (tenant, created_at);
  CREATE INDEX tickets_by_call ON tickets (call_id) WHERE call_id IS NOT NULL;

  -- Pictures that came with a ticket, as links.
  CREATE TABLE ticket_photos (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    url TEXT NOT NULL,
    content_type TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX ticket_photos_by_ticket ON ticket_photos (ticket_id);

  -- The outbox: every message to be sent.
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    recipient TEXT NOT NULL,
    sender TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('sms', 'email')),
    kind TEXT NOT NULL
      CHECK (kind IN ('missed_call', 'confirmation', 'wizard_link', 'notification', 'escalation', 'alert')),
    body TEXT NOT NULL,
    encoding TEXT NOT NULL,
    segments INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued'
      CHECK (state IN ('queued', 'sending', 'accepted', 'delivered', 'failed', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,    -- tries that count; a try that was turned away (429, 401) does not
    postponements INTEGER NOT NULL DEFAULT 0, -- tries in a row that did not count: the exponent of the back-off
    created_at INTEGER NOT NULL,
    first_due_at INTEGER NOT NULL,          -- lateness is measured from here
    due_at INTEGER,                         -- next try (queued, failed) or next look at Twilio (sending)
    expires_at INTEGER NOT NULL,            -- afterwards nobody wants it any more
    claimed_at INTEGER,                     -- when the last try began
    unknown_since INTEGER,                  -- the last try left, and its answer never came
    sent_at INTEGER,                        -- when Twilio first accepted it
    finished_at INTEGER,
    sid TEXT UNIQUE,                        -- of the last try
    status_rank INTEGER NOT NULL DEFAULT 0, -- how far Twilio's reports have come; never goes back
    checked_at INTEGER,                     -- when Twilio was last asked for a report that never came
    error_code INTEGER,
    error TEXT,                             -- why it waits or was given up; no message text
    price REAL,
    price_unit TEXT,
    call_id INTEGER REFERENCES calls (id),
    ticket_id INTEGER REFERENCES tickets (id),
    inbound_id INTEGER REFERENCES inbound_messages (id),
    CHECK (state NOT IN ('queued', 'sending', 'failed') OR due_at IS NOT NULL),
    CHECK (state NOT IN ('accepted', 'delivered') OR sent_at IS NOT NULL),
    CHECK ((state IN ('delivered', 'dead')) = (finished_at IS NOT NULL))
  ) STRICT;
  CREATE UNIQUE INDEX messages_once_per_call ON messages (call_id) WHERE kind = 'missed_call';
  CREATE UNIQUE INDEX messages_once_per_reply ON messages (inbound_id, kind) WHERE inbound_id IS NOT NULL;
  CREATE INDEX messages_due ON messages (due_at) WHERE state IN ('queued', 'failed');
  CREATE INDEX messages_unknown ON messages (due_at) WHERE state = 'sending';
  CREATE INDEX messages_unreported ON messages (coalesce(checked_at + 3000000, sent_at)) WHERE state = 'accepted';
  CREATE INDEX messages_by_recipient ON messages (tenant, recipient, kind, created_at);
  CREATE INDEX messages_by_sender ON messages (recipient, kind, created_at);
  CREATE INDEX messages_by_creation ON messages (tenant, created_at);
  CREATE INDEX messages_dead ON messages (finished_at) WHERE state = 'dead';

  -- Every MessageSid that Twilio ever gave a try of ours: what a report or a list entry belongs to.
  CREATE TABLE message_attempts (
    sid TEXT PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES messages (id),
    attempt INTEGER NOT NULL,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX message_attempts_by_message ON message_attempts (message_id);

  -- Every SMS that came in.
  CREATE TABLE inbound_messages (
    id INTEGER PRIMARY KEY,
    message_sid TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    body TEXT NOT NULL,
    answer TEXT NOT NULL CHECK (answer IN ('1', '2', '3', 'free_text', 'stop', 'start', 'help')),
    segments INTEGER NOT NULL DEFAULT 1,
    received_at INTEGER NOT NULL,
    answers_message INTEGER REFERENCES messages (id), -- the missed-call SMS it answers
    ticket_id INTEGER REFERENCES tickets (id)
  ) STRICT;
  CREATE INDEX inbound_by_sender ON inbound_messages (tenant, sender, received_at);
  CREATE INDEX inbound_by_time ON inbound_messages (tenant, received_at);
  CREATE INDEX inbound_by_answered ON inbound_messages (answers_message) WHERE answers_message IS NOT NULL;

  -- Append-only log of everything that happened. once_key makes a repeated webhook one event.
  CREATE TABLE ticket_events (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    type TEXT NOT NULL,
    ticket_id INTEGER,
    call_id INTEGER,
    message_id INTEGER,
    detail TEXT NOT NULL DEFAULT '',  -- codes, never message texts
    at INTEGER NOT NULL,
    once_key TEXT UNIQUE
  ) STRICT;
  CREATE INDEX ticket_events_by_time ON ticket_events (at);
  CREATE INDEX ticket_events_by_ticket ON ticket_events (ticket_id) WHERE ticket_id IS NOT NULL;

  CREATE TABLE blocklist (
    tenant TEXT NOT NULL,
    phone TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('spam', 'manual')),
    since INTEGER NOT NULL,
    until INTEGER,                    -- NULL = for good
    PRIMARY KEY (tenant, phone)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blocklist_until ON blocklist (until) WHERE until IS NOT NULL;

  CREATE TABLE optouts (
    tenant TEXT NOT NULL,
    phone TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (tenant, phone)
  ) STRICT, WITHOUT ROWID;

  -- What Lookup, or a refusal, taught about a number.
  CREATE TABLE line_types (
    phone TEXT PRIMARY KEY,
    line_type TEXT NOT NULL CHECK (line_type IN ('mobile', 'landline', 'excluded', 'unknown')),
    learned_from TEXT NOT NULL,       -- 'lookup', or the Twilio error code
    learned_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Until when Twilio's lists have been read for a number.
  CREATE TABLE sweeps (
    number TEXT NOT NULL,
    list TEXT NOT NULL CHECK (list IN ('calls', 'messages')),
    looked_at INTEGER NOT NULL,
    complete_until INTEGER NOT NULL,
    PRIMARY KEY (number, list)
  ) STRICT, WITHOUT ROWID;

  -- What the operator must know.
  CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    cause TEXT NOT NULL,
    tenant TEXT,
    detail TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX alerts_by_cause ON alerts (cause, at);
  CREATE INDEX alerts_by_time ON alerts (at);

  -- The batch runner's diary.
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,
    beat_at INTEGER NOT NULL,         -- sign of life of a lingering run
    ended_at INTEGER,
    summary TEXT NOT NULL DEFAULT ''
  ) STRICT;
  CREATE INDEX runs_by_beat ON runs (beat_at);
  """
