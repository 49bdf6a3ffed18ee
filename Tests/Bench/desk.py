#!/usr/bin/env python3
"""desk.py - each page of the desk as a process, compared to the form's, with two years of one busy tenant behind it.

usage: desk.py WORKDIR HANDLERS OPSFABRIC [ROUNDS]

100,000 requests, a million messages, 3,000 missed calls in 30 days, 5,000 names, one number with a conversation of 1,000
lines. WORKDIR is kept: a second run measures only. Prints the median time, its ratio to `anfrage`, and the memory.
"""
import os, sqlite3, subprocess, sys, urllib.parse

from pages import Pages

work, handlers, opsfabric = (os.path.abspath(path) for path in sys.argv[1:4])
rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 30
here = os.path.dirname(os.path.abspath(__file__))
home = os.path.join(work, "home")
database = os.path.join(home, "data/opsfabric.sqlite3")
environment = {"PATH": os.environ["PATH"], "OPSFABRIC_HOME": home, "HOME": work}
talker = "+41791234567"


def run(*words):
    return subprocess.run(words, env=environment, check=True, capture_output=True, text=True).stdout


def write(path, text):
    with open(os.path.join(home, path), "w") as file:
        file.write(text)
    os.chmod(os.path.join(home, path), 0o600)


def make():
    os.makedirs(work, exist_ok=True)
    run(opsfabric, "init")
    for name in os.listdir(os.path.join(home, "config/tenants")):
        os.remove(os.path.join(home, "config/tenants", name))
    write("config/opsfabric.json5", """{ public_url: "http://127.0.0.1:8080/cgi-bin", retention_days: 3650,
      twilio: { account_sid: "AC%s", auth_token: "%s", lookup: "off" }, alerts: { sms: ["+41790000099"] } }"""
          % ("0" * 32, "a" * 32))
    write("config/tenants/t000.json5", """{ name: "Betrieb 0", voice_numbers: ["+41797000000"], forward_to: "+41797000001",
      website_domain: "www.example.ch", notify: [{ channel: "sms", to: "+41797000002", on: ["new"], name: "Anna" }] }""")
    run(opsfabric, "apply")
    # Of a thousand calls 144 become requests.
    subprocess.run([os.path.join(here, "large-database.sh"), database, "700000", "1"], check=True)
    more = sqlite3.connect(database)
    more.executescript(f"""
    PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -500000;
    BEGIN;
    UPDATE tickets SET person = 'Anna', done_at = updated_at, acted_at = updated_at, human_at = updated_at, outcome = 'other'
    WHERE status = 'DONE';
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8)
    INSERT INTO messages (tenant, recipient, sender, channel, kind, body, encoding, segments, state, attempts, created_at,
      first_due_at, expires_at, sent_at, finished_at, sid, ticket_id, author)
    SELECT tenant, phone, '+41797000000', 'sms', iif(i = 1, 'staff_reply', 'confirmation'), 'Wir kommen um zehn Uhr vorbei.',
      'GSM-7', 1, 'delivered', 1, created_at + i, created_at, created_at + 1000, created_at + 2, created_at + 3,
      printf('SMd%02d%026x', i, id), id, iif(i = 1, 'Anna', NULL) FROM tickets, n;
    -- Of the last 30 days' misses 3,000 callers are left.
    UPDATE calls SET started_at = started_at - 2592000000 * 2
    WHERE outcome = 'missed' AND started_at >= (SELECT max(started_at) FROM calls) - 2592000000
      AND id NOT IN (SELECT id FROM calls WHERE outcome = 'missed' ORDER BY started_at DESC LIMIT 3000);
    INSERT INTO contacts (tenant, phone, name, kind, source, updated_at)
    SELECT 't000', caller, 'Kunde ' || min(id), 'customer', 'import', 0 FROM calls GROUP BY caller LIMIT 5000;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
    INSERT INTO messages (tenant, recipient, sender, channel, kind, body, encoding, segments, state, attempts, created_at,
      first_due_at, expires_at, sent_at, finished_at, sid, author)
    SELECT 't000', '{talker}', '+41797000000', 'sms', 'staff_reply', 'Antwort ' || i, 'GSM-7', 1, 'delivered', 1,
      (SELECT max(started_at) FROM calls) - 100000000 + i * 1000, 0, 1, 1, 1, printf('SMt%029x', i), 'Anna' FROM n;
    INSERT INTO tickets (tenant, phone, local_day, source, urgency, status, summary, sla_due_at, created_at, updated_at)
    SELECT 't000', '{talker}', '2026-11-01', 'sms', 'MED', 'NEW', 'Rohr', max(started_at), max(started_at) - 200000000,
      max(started_at) FROM calls;
    INSERT OR REPLACE INTO done_counts SELECT tenant, count(*) FROM tickets
      WHERE status = 'DONE' AND phone <> 'forgotten' GROUP BY tenant;
    COMMIT;
    ANALYZE;
    PRAGMA wal_checkpoint(TRUNCATE);
    """)
    more.close()


if not os.path.exists(database):
    make()
desk = Pages(home, handlers)
cookie = desk.sign_in(run(opsfabric, "inbox", "t000", "link", "Anna"))
keep = sqlite3.connect(database)
keep.execute("SELECT 1 FROM tickets LIMIT 1").fetchall()
request = keep.execute("SELECT max(id) FROM tickets WHERE phone = ?", [talker]).fetchone()[0]
caller = keep.execute("SELECT phone FROM tickets WHERE status = 'IN_PROGRESS' LIMIT 1").fetchone()[0]
number = urllib.parse.quote(caller)
queries = {
    "search, empty": "view=search", "open": "", "calls": "view=calls", "request of 1,000 lines": f"id={request}",
    "number": f"number={number}", "number of 1,000 lines": f"number={urllib.parse.quote(talker)}",
    "contacts": "view=contacts", "contacts, last page": "view=contacts&page=9999", "done": "view=done",
    "done, last page": "view=done&page=9999", "search, number": "view=search&q=4567", "search, word": "view=search&q=zehn+uhr",
}
pages = {"anfrage": ("anfrage", "", "", "www.example.ch")}
pages.update((name, ("inbox", query, cookie)) for name, query in queries.items())
desk.measure(pages, rounds, once=("search, number", "search, word"))
