// SchemaVersion11.swift - what there has been, counted once: for `metrics`, and for the figures of the desk.

/// Upper bounds of the buckets of the lateness, in milliseconds; the migration and `metrics` share them.
let latenessBounds = [1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000]

private let lateness = "max(0, sent_at - first_due_at)"
private let bucket =
  "CASE " + latenessBounds.map { "WHEN \(lateness) <= \($0) THEN '\($0)'" }.joined(separator: " ")
  + " ELSE 'more' END"

let schemaVersion11 = """
  -- (metrics)
  -- How much there has been, so that nobody counts the rows: calls, decisions, messages in the states where they stay,
  -- lateness. The runner counts up what the log says; how far it has come is the family `events`.
  CREATE TABLE counts (
    family TEXT NOT NULL,
    tenant TEXT NOT NULL,
    label TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (family, tenant, label)
  ) STRICT, WITHOUT ROWID;
  -- The state in which the message was counted last.
  ALTER TABLE messages ADD COLUMN counted TEXT;

  INSERT INTO counts SELECT 'events', '', '', coalesce(max(id), 0) FROM ticket_events;
  INSERT INTO counts SELECT 'calls', tenant, outcome, count(*) FROM calls
    WHERE outcome = 'answered' OR decision IN ('sent', 'skipped') GROUP BY tenant, outcome;
  INSERT INTO counts SELECT 'decisions', tenant, CASE reason WHEN 'dead' THEN 'sent' ELSE reason END AS why, count(*)
    FROM calls WHERE decision IN ('sent', 'skipped') GROUP BY tenant, why;
  INSERT INTO counts SELECT 'messages', tenant, channel || ' ' || kind || ' ' || state AS label, count(*) FROM messages
    WHERE state IN ('accepted', 'delivered', 'dead') GROUP BY tenant, label;
  INSERT INTO counts SELECT 'lateness', tenant, \(bucket) AS label, count(*) FROM messages
    WHERE kind = 'missed_call' AND sent_at IS NOT NULL GROUP BY tenant, label;
  INSERT INTO counts SELECT 'lateness_sum', tenant, '', sum(\(lateness)) FROM messages
    WHERE kind = 'missed_call' AND sent_at IS NOT NULL GROUP BY tenant;
  -- Known prices in millionths, by month (UTC) and currency: counted up with each price, for the operator's page.
  INSERT INTO counts SELECT 'cost', tenant, strftime('%Y-%m', at / 1000, 'unixepoch') || ' ' || upper(price_unit) AS label,
      sum(CAST(round(abs(price) * 1000000) AS INTEGER))
    FROM (
      SELECT m.tenant, a.at, a.price, a.price_unit FROM message_attempts AS a JOIN messages AS m ON m.id = a.message_id
      UNION ALL SELECT tenant, received_at, price, price_unit FROM inbound_messages
      UNION ALL SELECT tenant, at, price, price_unit FROM lookups)
    WHERE price IS NOT NULL AND price_unit IS NOT NULL GROUP BY tenant, label;
  -- Nothing leaves `delivered`; of all others it will be asked what they were counted as.
  UPDATE messages SET counted = state WHERE state IN ('accepted', 'dead') OR (state <> 'delivered' AND sent_at IS NOT NULL);

  -- (calendar)
  -- What a link opens: the desk, or somebody's calendar.
  ALTER TABLE inbox_links ADD COLUMN kind TEXT NOT NULL DEFAULT 'desk';

  -- (figures)
  -- What the desk shows of a month: of a closed one for good, of a long one under way as of a while ago.
  CREATE TABLE month_figures (
    tenant TEXT NOT NULL,
    month TEXT NOT NULL,              -- YYYY-MM, the tenant's
    as_of INTEGER NOT NULL,
    is_final INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    missed INTEGER NOT NULL,
    texted INTEGER NOT NULL,
    replied INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    promises INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    median_to_human INTEGER,          -- milliseconds
    jobs_won INTEGER NOT NULL,
    value_won INTEGER NOT NULL,       -- hundredths
    hours TEXT NOT NULL,              -- calls by local hour from Monday 0 on, 168 numbers
    PRIMARY KEY (tenant, month)
  ) STRICT, WITHOUT ROWID;
  """
