// SchemaVersion7.swift - the desk: who has a request and what came of it, names, callers that somebody has seen to.

let schemaVersion7 = """
  -- Who has the request (a person's name, as `notify` says it), a person's first and last act on it, when it was done
  -- last and with what outcome (won, lost, spam, other); the amount in hundredths of the tenant's currency.
  ALTER TABLE tickets ADD COLUMN person TEXT;
  ALTER TABLE tickets ADD COLUMN human_at INTEGER;
  ALTER TABLE tickets ADD COLUMN acted_at INTEGER;
  ALTER TABLE tickets ADD COLUMN done_at INTEGER;
  ALTER TABLE tickets ADD COLUMN outcome TEXT;
  ALTER TABLE tickets ADD COLUMN amount INTEGER;
  -- What the caller called himself in a form.
  ALTER TABLE tickets ADD COLUMN caller_name TEXT;
  UPDATE tickets SET
    person = (SELECT detail FROM ticket_events AS e WHERE e.ticket_id = tickets.id AND e.type = 'ticket_started'
      ORDER BY e.id DESC LIMIT 1),
    human_at = (SELECT min(at) FROM ticket_events AS e WHERE e.ticket_id = tickets.id
      AND e.type IN ('ticket_started', 'ticket_done')),
    acted_at = (SELECT max(at) FROM ticket_events AS e WHERE e.ticket_id = tickets.id
      AND e.type IN ('ticket_started', 'ticket_done', 'ticket_reopened', 'ticket_note')),
    done_at = (SELECT max(at) FROM ticket_events AS e WHERE e.ticket_id = tickets.id AND e.type = 'ticket_done'),
    outcome = CASE status WHEN 'DONE' THEN 'other' END;
  -- A number's requests, the newest first.
  DROP INDEX tickets_by_phone;
  CREATE INDEX tickets_by_phone ON tickets (phone, tenant, created_at);

  -- Names: typed on the desk, imported, or taken from a form. `private` is never texted by the machine.
  CREATE TABLE contacts (
    tenant TEXT NOT NULL,
    phone TEXT NOT NULL,              -- E.164
    name TEXT NOT NULL,               -- '' where only the kind is known
    kind TEXT NOT NULL,               -- customer, supplier, private
    note TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL,             -- desk, form, import
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, phone)
  ) STRICT, WITHOUT ROWID;

  -- When somebody saw to a missed call: said so, took a request of the number, or reached it later. What was missed
  -- before this version is looked through as far as the desk goes back.
  ALTER TABLE calls ADD COLUMN handled_at INTEGER;
  UPDATE calls SET handled_at = coalesce(
      (SELECT min(t.human_at) FROM tickets AS t
        WHERE t.phone = calls.caller AND t.tenant = calls.tenant AND t.human_at >= calls.started_at),
      (SELECT min(a.started_at) FROM calls AS a WHERE a.tenant = calls.tenant AND a.caller = calls.caller
        AND a.outcome = 'answered' AND a.started_at > calls.started_at))
    WHERE outcome = 'missed' AND caller LIKE '+%'
      AND started_at > (SELECT max(beat_at) FROM runs) - 3024000000;
  -- The list of missed calls is made from this index alone.
  CREATE INDEX calls_missed ON calls (tenant, started_at, caller, handled_at, outcome) WHERE outcome = 'missed';
  -- A promise was made with the request; none is to a caller without a number.
  ALTER TABLE tickets ADD COLUMN promised INTEGER NOT NULL DEFAULT 1;
  UPDATE tickets SET promised = 0 WHERE phone NOT LIKE '+%';
  -- Since when, and until when, the recipient of a missed-call SMS counts as spam.
  ALTER TABLE messages ADD COLUMN spam_at INTEGER;
  ALTER TABLE messages ADD COLUMN spam_until INTEGER;
  UPDATE messages SET spam_at = (SELECT since FROM blocklist AS b
      WHERE b.tenant = messages.tenant AND b.phone = messages.recipient AND b.reason = 'spam')
    WHERE kind = 'missed_call' AND recipient IN (SELECT phone FROM blocklist WHERE reason = 'spam');
  -- What a month has won.
  CREATE INDEX tickets_by_outcome ON tickets (tenant, done_at) WHERE outcome = 'won';

  -- What a person did about a number (blocked, named, seen to), as part of its conversation. Gone with the number.
  ALTER TABLE ticket_events ADD COLUMN phone TEXT;
  CREATE INDEX ticket_events_by_phone ON ticket_events (tenant, phone, at) WHERE phone IS NOT NULL;

  -- Who wrote an SMS to a caller.
  ALTER TABLE messages ADD COLUMN author TEXT;
  CREATE INDEX messages_by_author ON messages (tenant) WHERE author IS NOT NULL;

  -- The closed lists of words grow: a new word needs no new table, what is written comes from an enum, and what is
  -- read is checked against it. Removing a CHECK this way: sqlite.org/lang_altertable.html, section 7.
  PRAGMA writable_schema = ON;
  UPDATE sqlite_schema SET sql =
    replace(sql, ' CHECK (source IN (''missed_call'', ''sms'', ''voice_menu'', ''website'', ''sweep''))', '')
  WHERE type = 'table' AND name = 'tickets';
  UPDATE sqlite_schema SET sql = replace(sql, ' CHECK (reason IN (''spam'', ''manual''))', '')
  WHERE type = 'table' AND name = 'blocklist';
  UPDATE sqlite_schema SET sql = replace(sql,
    '
      CHECK (kind IN (''missed_call'', ''confirmation'', ''wizard_link'', ''notification'', ''escalation'', ''alert''))',
    '')
  WHERE type = 'table' AND name = 'messages';
  UPDATE sqlite_schema SET sql = replace(sql, ' CHECK (channel IN (''sms'', ''email''))', '')
  WHERE type = 'table' AND name = 'messages';
  PRAGMA writable_schema = RESET;
  """
