#!/usr/bin/env python3
"""judge-browsers.py - the desk in Firefox and in WebKit: every page loads, none scrolls sideways on a narrow phone (320 pixels
in Firefox; 334 in WebKit, whose test browser is never narrower), a form is sent with the keyboard alone.

usage: judge-browsers.py HANDLERS OPSFABRIC WORKDIR      (by hand, after `make build`)

Firefox is spoken to by Marionette (firefox-esr), WebKit by WebDriver (webkit2gtk-driver, xvfb). A browser that is not
installed is left out, and the last line says so. Exit code 1 when something is wrong.
"""
import glob, http.server, json, os, re, shutil, socket, sqlite3, subprocess, sys, threading, time, urllib.request

handlers, opsfabric, work = (os.path.abspath(path) for path in sys.argv[1:4])
home = os.path.join(work, "home")
environment = {"PATH": os.environ["PATH"], "OPSFABRIC_HOME": home, "HOME": work}
caller = "+41791234567"
width = 320


def make():
    """A desk with something on each of its pages."""
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    run = lambda *words: subprocess.run(words, env=environment, check=True, capture_output=True, text=True).stdout
    run(opsfabric, "init")
    tenants = os.path.join(home, "config/tenants")
    for name in os.listdir(tenants):
        os.remove(os.path.join(tenants, name))
    for path, text in {
        "opsfabric.json5": """{ public_url: "http://127.0.0.1:8080/cgi-bin", twilio: { account_sid: "AC%s",
          auth_token: "%s" }, alerts: { sms: ["+41790000099"] } }""" % ("0" * 32, "a" * 32),
        "tenants/t.json5": """{ name: "Donaudampfschifffahrtsgesellschaft AG", voice_numbers: ["+41797000000"],
          forward_to: "+41797000001", website_domain: "www.doerfler.ch",
          notify: [{ channel: "sms", to: "+41797000002", on: ["new"], name: "Anna" }] }""",
    }.items():
        with open(os.path.join(home, "config", path), "w") as file:
            file.write(text)
        os.chmod(os.path.join(home, "config", path), 0o600)
    run(opsfabric, "apply")
    now = int(time.time() * 1000)
    database = sqlite3.connect(os.path.join(home, "data/opsfabric.sqlite3"))
    for phone, status in [(caller, "NEW"), ("+41791234568", "IN_PROGRESS"), ("+41791234569", "DONE")]:
        database.execute("""INSERT INTO tickets (tenant, phone, local_day, source, urgency, status, summary, sla_due_at,
          created_at, updated_at) VALUES ('t', ?, '2026-01-01', 'sms', 'HIGH', ?, ?, ?, ?, ?)""",
          (phone, status, "Rohrbruch " + "x" * 60, now + 3600000, now, now))
    database.execute("INSERT INTO done_counts VALUES ('t', 1)")
    database.execute("INSERT INTO contacts (tenant, phone, name, kind, source, updated_at) VALUES ('t', ?, ?, 'supplier', 'desk', 0)",
                     (caller, "Donaudampfschifffahrtsgesellschaftskapitänswitwe"))
    database.execute("""INSERT INTO calls (call_sid, tenant, caller, called, started_at, ended_at, outcome, decision, reason, decided_at)
      VALUES ('CA1', 't', '+41448108200', '+41797000000', ?, ?, 'missed', 'skipped', 'landline', ?)""", (now, now, now))
    database.commit()
    database.close()
    return run(opsfabric, "inbox", "t", "link", "Anna").strip().split("?", 1)[1]


class Server(http.server.BaseHTTPRequestHandler):
    def serve(self):
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        cgi = dict(environment, GATEWAY_INTERFACE="CGI/1.1", REQUEST_METHOD=self.command, QUERY_STRING=query,
                   REQUEST_URI=self.path, SCRIPT_NAME=path, CONTENT_LENGTH=str(len(body)),
                   CONTENT_TYPE=self.headers.get("Content-Type") or "", HTTP_HOST=self.headers.get("Host") or "",
                   HTTP_COOKIE=self.headers.get("Cookie") or "", HTTP_ACCEPT_LANGUAGE="de-CH", REMOTE_ADDR="127.0.0.1")
        if path != "/cgi-bin/inbox":
            return self.send_error(404)
        answer = subprocess.run([os.path.join(handlers, "inbox")], env=cgi, input=body, capture_output=True).stdout
        head, _, rest = answer.partition(b"\r\n\r\n")
        lines = [line.partition(": ")[::2] for line in head.decode().split("\r\n")]
        self.send_response(int(next((value for name, value in lines if name == "Status"), "200").split()[0]))
        for name, value in lines:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest)

    do_GET = do_POST = serve
    log_message = lambda *words: None


class Firefox:
    """Marionette: `LENGTH:[0, id, command, parameters]` on a socket."""

    def __init__(self):
        profile = os.path.join(work, "firefox")
        os.makedirs(profile)
        with open(os.path.join(profile, "user.js"), "w") as file:
            file.write('user_pref("dom.disable_open_during_load", false);\nuser_pref("marionette.port", 28281);\n')
        self.process = subprocess.Popen(
            ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", profile], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                self.socket = socket.create_connection(("127.0.0.1", 28281), 60)
                break
            except OSError:
                time.sleep(0.3)
        self.count, self.buffer = 0, b""
        self.receive()
        self.ask("WebDriver:NewSession", {})

    def change(self):
        handles = self.ask("WebDriver:GetWindowHandles", {})
        self.ask("WebDriver:SwitchToWindow", {"handle": next(one for one in handles if one != self.ask("WebDriver:GetWindowHandle", {}))})

    def receive(self):
        while b":" not in self.buffer:
            self.buffer += self.socket.recv(65536)
        length, _, rest = self.buffer.partition(b":")
        while len(rest) < int(length):
            rest += self.socket.recv(65536)
        self.buffer = rest[int(length):]
        return json.loads(rest[:int(length)])

    def ask(self, command, parameters):
        self.count += 1
        text = json.dumps([0, self.count, command, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(text), text))
        _, _, error, result = self.receive()
        if error:
            raise RuntimeError(f"{command}: {error['message']}")
        return result.get("value") if isinstance(result, dict) else result

    def narrow(self): self.ask("WebDriver:SetWindowRect", {"width": width, "height": 700})

    def open(self, address): self.ask("WebDriver:Navigate", {"url": address})
    def value(self, script): return self.ask("WebDriver:ExecuteScript", {"script": "return " + script, "args": []})

    def press(self, key):
        self.ask("WebDriver:PerformActions", {"actions": [{"type": "key", "id": "keys", "actions": [
            {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]}]})

    def close(self):
        self.process.terminate()
        self.process.wait()


class WebKit:
    """WebDriver over HTTP, with MiniBrowser on a screen of its own."""

    def __init__(self):
        self.screen = subprocess.Popen(["Xvfb", ":77", "-screen", "0", "800x1000x24"], stderr=subprocess.DEVNULL)
        browser = (glob.glob("/usr/lib/*/webkit2gtk-4.*/MiniBrowser") or [""])[0]
        time.sleep(1)
        self.process = subprocess.Popen(["WebKitWebDriver", "--port=28282"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=dict(environment, DISPLAY=":77", XDG_RUNTIME_DIR=work, GDK_BACKEND="x11"))
        time.sleep(1)
        self.base = "http://127.0.0.1:28282/session"
        made = self.ask("", {"capabilities": {"alwaysMatch": {
            "webkitgtk:browserOptions": {"binary": browser, "args": ["--automation", "--javascript-can-open-windows-automatically=true"]}}}})
        self.base += "/" + made["sessionId"]

    def change(self):
        here = self.ask("/window", None)
        self.ask("/window", {"handle": next(one for one in self.ask("/window/handles", None) if one != here)})

    def ask(self, path, body):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request, timeout=60))["value"]

    def narrow(self): self.ask("/window/rect", {"x": 0, "y": 0, "width": width, "height": 700})

    def open(self, address): self.ask("/url", {"url": address})
    def value(self, script): return self.ask("/execute/sync", {"script": "return " + script, "args": []})

    def press(self, key):
        self.ask("/actions", {"actions": [{"type": "key", "id": "keys", "actions": [
            {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]}]})

    def close(self):
        try:
            urllib.request.urlopen(urllib.request.Request(self.base, method="DELETE"), timeout=10)
        except OSError:
            pass
        for process in (self.process, self.screen):
            process.terminate()
            process.wait()


def judge(browser, site, key, faults):
    def expect(holds, words):
        print(f"  {'ok ' if holds else 'NOT'} {words}")
        if not holds:
            faults.append(words)

    browser.open(f"{site}?{key}")
    tab, enter = "\ue004", "\ue007"
    for query, action, done in [("id=1", "start", "did=start"), ("view=calls", "handled", "did=handled")]:
        browser.open(f"{site}?{query}")
        for _ in range(60):
            browser.press(tab)
            if browser.value("document.activeElement.value") == action:
                break
        seen = browser.value("getComputedStyle(document.activeElement).outlineStyle")
        browser.press(enter)
        for _ in range(50):
            if done in browser.value("location.search"):
                break
            time.sleep(0.1)
        expect(done in browser.value("location.search"), f"{action} by keyboard")
        expect(seen != "none", f"{action}: what the keyboard is on is outlined ({seen})")
    # A window with a toolbar is never as narrow as a phone.
    browser.value(f"window.open('about:blank', '', 'width={width},height=700') !== null")
    time.sleep(1)
    browser.change()
    browser.open(site)
    expect(browser.value("document.querySelectorAll('article').length") == 2, "the link signs in, and the list is there")
    for query in ["", "view=calls", "view=done", "view=search&q=rohr", "view=contacts", "id=1", "id=3",
                  "number=%2B41791234567"]:
        browser.open(f"{site}?{query}" if query else site)
        wide, inner = browser.value("document.documentElement.scrollWidth"), browser.value("innerWidth")
        heading = browser.value("document.querySelector('h1').textContent")
        expect(heading and wide <= inner <= width + 40, f"{query or 'open'}: {heading[:30]!r}, {wide} of {inner} pixels")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
site = f"http://127.0.0.1:{server.server_address[1]}/cgi-bin/inbox"
faults, left_out = [], []
for name, kind, needs in [("Firefox", Firefox, ["firefox-esr"]), ("WebKit", WebKit, ["WebKitWebDriver", "Xvfb"])]:
    missing = [program for program in needs if not shutil.which(program)]
    if missing:
        left_out.append(f"{name} was left out: {', '.join(missing)} is not installed")
        continue
    print(name)
    key = make()
    browser = kind()
    try:
        judge(browser, site, key, faults)
    finally:
        browser.close()
print("\n".join(left_out + [f"{len(faults)} faults"]))
sys.exit(1 if faults else 0)
