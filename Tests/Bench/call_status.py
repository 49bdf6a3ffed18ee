# call_status.py - what `call-status` is compared with in Python: reference.c's job, with the standard library only.
#
# One CGI request: the form, the settings, the signature, a missed call recorded and synced in the queue of writers,
# 204. The same SQL in the same order, with the same settings of the database. `versions` are the arguments: the
# settings' and the schema's user_version.
import base64
import fcntl
import hmac
import os
import sqlite3
import sys
import time
from urllib.parse import parse_qsl, urlsplit

HOME = os.environ["OPSFABRIC_HOME"]
SETTINGS_VERSION, SCHEMA_VERSION = int(sys.argv[1]), int(sys.argv[2])


def answer(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def refuse(status, reason):
    answer(f"Status: {status} Error\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\n\r\n{reason}\n")
    sys.exit(0)


def fields():
    if os.environ["REQUEST_METHOD"] != "POST":
        refuse(405, "use POST")
    length = int(os.environ["CONTENT_LENGTH"])
    if length > 65536:
        refuse(413, "the body is too large")
    body = sys.stdin.buffer.read(length).decode("ascii")
    return parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=1000)


def is_signed(pairs, public_url, token):
    """The URL as configured, without a port, and with the scheme's own port."""
    parameters = "".join(name + value for name, value in sorted(set(pairs)))
    parts = urlsplit(public_url)
    port = 443 if parts.scheme == "https" else 80
    bare = f"{parts.scheme}://{parts.hostname}"
    urls = {public_url, bare + parts.path, f"{bare}:{port}{parts.path}"}
    given = os.environ.get("HTTP_X_TWILIO_SIGNATURE", "")
    valid = False
    for url in urls:
        digest = hmac.digest(token.encode(), (url + "/call-status" + parameters).encode(), "sha1")
        valid |= hmac.compare_digest(base64.b64encode(digest).decode(), given)
    return valid


def connect(path, uri=False):
    database = sqlite3.connect(path, uri=uri, timeout=1, isolation_level=None)
    database.row_factory = sqlite3.Row
    return database


def log(store, tenant, kind, call_sid, detail, now):
    call = store.execute(
        "SELECT id, call_sid, tenant, caller, called, started_at, ended_at, outcome, decision, reason, due_at,"
        " dial_connected, screen_key_at FROM calls WHERE call_sid = ?", (call_sid,)).fetchone()
    store.execute(
        "INSERT INTO ticket_events (tenant, type, ticket_id, call_id, message_id, detail, at, once_key)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (once_key) DO NOTHING",
        (tenant, kind, None, call["id"], None, detail, now, None))


def record(store, tenant, form, now):
    sid, due = form["CallSid"], now + 1000 * tenant["sms_delay_seconds"]
    started = now - 1000 * min(86400, int(form.get("CallDuration") or 0))
    store.execute("BEGIN IMMEDIATE")
    if store.execute(
            "INSERT INTO calls (call_sid, tenant, caller, called, source, started_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (call_sid) DO NOTHING",
            (sid, tenant["id"], form["From"], form["To"], "webhook", started)).rowcount > 0:
        log(store, tenant["id"], "call_started", sid, "", now)
    if store.execute(
            "UPDATE calls SET outcome = 'missed', decision = 'pending', ended_at = ?2, due_at = ?3, look_at = ?3,"
            " judged_by = ?4, dial_connected = coalesce(?5, dial_connected)"
            " WHERE call_sid = ?1 AND outcome = 'in_progress'", (sid, now, due, "call_status", None)).rowcount > 0:
        log(store, tenant["id"], "call_missed", sid, "call_status", now)
    store.execute(
        "UPDATE calls SET closed_at = ?2,"
        " ended_at = CASE WHEN decision = 'pending' THEN max(?2, ended_at) ELSE coalesce(ended_at, ?2) END,"
        " look_at = CASE WHEN decision = 'pending' THEN max(?3, due_at) ELSE look_at END,"
        " due_at = CASE WHEN decision = 'pending' THEN max(?3, due_at) ELSE due_at END"
        " WHERE call_sid = ?1 AND closed_at IS NULL", (sid, now, due))
    store.execute("COMMIT")


def main():
    os.umask(0o077)
    pairs = fields()
    form = dict(pairs)
    settings = connect(f"file:{HOME}/data/settings.sqlite3?immutable=1", uri=True)
    if settings.execute("PRAGMA user_version").fetchone()[0] != SETTINGS_VERSION:
        refuse(503, "the settings have another version")
    installation = settings.execute("SELECT * FROM installation").fetchone()
    token = installation["auth_token"]
    if form.get("AccountSid") != installation["account_sid"] or not is_signed(pairs, installation["public_url"], token):
        refuse(403, "X-Twilio-Signature is wrong")
    if form.get("CallStatus") != "no-answer" or form.get("ParentCallSid"):
        refuse(501, "missed calls only")
    tenant = settings.execute(
        "SELECT tenant.* FROM voice_number JOIN tenant ON tenant.id = voice_number.tenant"
        " WHERE voice_number.number = ? ORDER BY tenant.id", (form["To"],)).fetchone()
    if tenant is None or not tenant["active"]:
        refuse(404, "no tenant has this number")
    now = time.time_ns() // 1000000
    store = connect(f"{HOME}/data/opsfabric.sqlite3")
    store.execute("PRAGMA foreign_keys = ON")
    store.execute("PRAGMA synchronous = EXTRA")
    if store.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
        refuse(503, "the database has another version")
    lock = os.open(f"{HOME}/data/write.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    record(store, tenant, form, now)
    os.close(lock)
    store.close()
    answer("Status: 204 No Content\r\nCache-Control: no-store\r\n\r\n")


main()
