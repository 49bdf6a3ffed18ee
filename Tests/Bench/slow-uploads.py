#!/usr/bin/env python3
"""slow-uploads.py CGI_BIN OPSFABRIC - the phone while slow senders hold on and forms pour in.

Under each web server (cgid and cgi: Apache's two ways, lighttpd, nginx with fcgiwrap and its 20 processes): 20 uploads at
600 bytes a second from one address, and a flood of FORMS (500) forms a minute from a thousand addresses, for SECONDS
(20); all the while rounds of 50 `voice` at once. Prints how long they took, how many processes waited at once, and
checks that every answered call is recorded. Exit code 1: one was not answered within 2 s, or is lost.
Environment: SERVERS="cgid cgi lighttpd nginx", WORKERS (400; Apache's, of which a sender holds one whatever the program does).
"""
import base64, hashlib, hmac, os, pathlib, re, shutil, signal, socket, subprocess, sys, tempfile, threading, time
import urllib.parse

CGI_BIN, OPSFABRIC = (str(pathlib.Path(p).resolve()) for p in sys.argv[1:3])
SECONDS = int(os.environ.get("SECONDS_EACH", "20"))
FORMS = int(os.environ.get("FORMS", "500"))
WORKERS = int(os.environ.get("WORKERS", "400"))
REQTIMEOUT = os.environ.get("REQTIMEOUT", "header=20-40,MinRate=500 body=10,MinRate=500")
AT_ONCE = int(os.environ.get("AT_ONCE", "50"))
SLOW = int(os.environ.get("SLOW", "20"))
ACCOUNT, TOKEN, NUMBER = "AC" + "2" * 32, "secret-token-of-the-bench", "+41797770100"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Site:
    """One installation behind one web server, in a folder of its own."""

    def __init__(self, software):
        self.software = software
        self.folder = tempfile.mkdtemp(prefix="slow-uploads-")
        os.chmod(self.folder, 0o755)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/cgi-bin"
        self.home = f"{self.folder}/home"
        self.cgi = f"{self.folder}/www/cgi-bin"
        os.makedirs(self.cgi)
        for name in ("voice", "anfrage"):
            shutil.copy(f"{CGI_BIN}/{name}", self.cgi)
        pathlib.Path(f"{self.cgi}/opsfabric.home").write_text(self.home + "\n")
        self.ops("init")
        os.unlink(f"{self.home}/config/tenants/example.json5")
        self.write("config/opsfabric.json5", f'{{ public_url: "{self.url}", twilio: {{ account_sid: "{ACCOUNT}",'
                   f' auth_token: "{TOKEN}", api_base: "http://127.0.0.1:9", lookups_base: "http://127.0.0.1:9" }} }}')
        self.write("config/tenants/one.json5", f'{{ name: "One", voice_numbers: ["{NUMBER}"],'
                   ' forward_to: "+41434435200", website_domain: "127.0.0.1" }')
        self.ops("apply")
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "www-data:www-data", self.folder], check=True)
        self.children = []
        self.serve()

    def ops(self, *words):
        done = subprocess.run([OPSFABRIC, *words], env={"OPSFABRIC_HOME": self.home, "PATH": os.environ["PATH"]},
                              capture_output=True, text=True)
        if done.returncode not in (0, 1):
            sys.exit(f"opsfabric {words}: {done.stdout}{done.stderr}")

    def write(self, name, text):
        path = pathlib.Path(f"{self.home}/{name}")
        path.write_text(text)
        path.chmod(0o600)

    def start(self, *words):
        self.children.append(subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                              start_new_session=True))

    def serve(self):
        f, port = self.folder, self.port
        user = "www-data" if os.getuid() == 0 else None
        conf = f"{f}/server.conf"
        modules = "/usr/lib/apache2/modules"
        if self.software in ("cgi", "cgid"):
            mpm = "prefork" if self.software == "cgi" else "event"
            threads = f"ThreadsPerChild {min(WORKERS, 25)}\nServerLimit {max(1, WORKERS // 25)}" if mpm == "event" else \
                f"ServerLimit {WORKERS}\nStartServers 20"
            names = [f"mpm_{mpm}", "authz_core", self.software, "reqtimeout"]
            text = "\n".join([f'ServerRoot "{f}"', "ServerName 127.0.0.1", f"Listen 127.0.0.1:{port}", f'PidFile "{f}/pid"',
                              f'ErrorLog "{f}/error.log"', f'DefaultRuntimeDir "{f}"'] +
                             [f"LoadModule {n}_module {modules}/mod_{n}.so" for n in names] +
                             ([f'ScriptSock "{f}/sock"'] if self.software == "cgid" else []) +
                             ([f"User {user}", f"Group {user}"] if user else []) +
                             [threads, f"MaxRequestWorkers {min(WORKERS, 20) if WORKERS < 25 else WORKERS}",
                              f"RequestReadTimeout {REQTIMEOUT}", f'DocumentRoot "{f}/www"',
                              f'<Directory "{f}/www">', "Require all granted", "</Directory>",
                              f'<Directory "{self.cgi}">', "Options +ExecCGI", "SetHandler cgi-script", "</Directory>", ""])
            command = ["apache2", "-D", "FOREGROUND", "-f", conf]
        elif self.software == "lighttpd":
            text = (f'server.bind = "127.0.0.1"\nserver.port = {port}\nserver.errorlog = "{f}/error.log"\n'
                    f'server.document-root = "{f}/www"\nserver.modules = ("mod_cgi")\nserver.upload-dirs = ("{f}")\n'
                    'cgi.assign = ("" => "")\n' + (f'server.username = "{user}"\nserver.groupname = "{user}"\n' if user else ""))
            command = ["lighttpd", "-D", "-f", conf]
        else:
            fcgi = ["fcgiwrap", "-f", "-c", "20", "-s", f"unix:{f}/fcgi.sock"]
            self.start(*(["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []), *fcgi)
            paths = "".join(f'{n}_temp_path "{f}/{n}"; ' for n in ("client_body", "fastcgi", "proxy", "uwsgi", "scgi"))
            text = (f'daemon off; pid "{f}/pid"; {"user www-data www-data;" if user else ""} worker_processes 1;\n'
                    f'events {{ worker_connections 1024; }}\nhttp {{ access_log off; {paths}\n'
                    f'server {{ listen 127.0.0.1:{port}; location / {{ include /etc/nginx/fastcgi_params;\n'
                    f'fastcgi_param SCRIPT_FILENAME "{f}/www$fastcgi_script_name"; fastcgi_pass unix:{f}/fcgi.sock;\n'
                    'client_max_body_size 50m; } } }\n')
            command = ["nginx", "-c", conf, "-e", f"{f}/error.log"]
        pathlib.Path(conf).write_text(text)
        self.start(shutil.which(command[0], path=os.environ["PATH"] + ":/usr/sbin") or command[0], *command[1:])
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit(f"{self.software} did not start: see {self.folder}/error.log")

    def stop(self):
        for child in self.children:
            os.killpg(child.pid, signal.SIGTERM)
        for child in self.children:
            child.wait()
        shutil.rmtree(self.folder)

    def waiting(self):
        """How many of our programs run just now."""
        count = 0
        for name in os.listdir("/proc"):
            try:
                count += name.isdigit() and os.readlink(f"/proc/{name}/exe").startswith(self.cgi)
            except OSError:
                pass
        return count


def exchange(port, data, seconds=30):
    """The status and the text of an answer; 0 without one."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=seconds) as s:
            s.settimeout(seconds)
            s.sendall(data)
            answer = b""
            while piece := s.recv(65536):
                answer += piece
        return int(answer.split(b" ", 2)[1]), answer.decode(errors="replace")
    except (OSError, ValueError, IndexError):
        return 0, ""


def request(path, body, kind, more=""):
    return (f"POST /cgi-bin/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nConnection: close\r\n{more}"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def voice(site, sid):
    fields = {"CallSid": sid, "AccountSid": ACCOUNT, "From": "+4179" + sid[-7:], "To": NUMBER, "CallStatus": "ringing"}
    text = f"{site.url}/voice" + "".join(k + fields[k] for k in sorted(fields))
    signature = base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()
    return request("voice", urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded",
                   f"X-Twilio-Signature: {signature}\r\n")


def form(token, index, photo=b""):
    fields = {"ref": "", "token": token, "lang": "de", "text": "Leitung tropft", "urgency": "MED",
              "phone": f"+4178{index % 10_000_000:07}", "name": "", "address": "", "leer_lassen": ""}
    body = b"".join(f'--X\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items())
    if photo:
        body += b'--X\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
        body += photo + b"\r\n"
    return body + b"--X--\r\n"


def token(site):
    _, page = exchange(site.port, b"GET /cgi-bin/anfrage HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    found = re.search(r'name="token" value="([^"]*)"', page)
    return found.group(1) if found else sys.exit(f"no form: {page[:300]}")


def slow_upload(site, good, until):
    """600 bytes a second; begins anew when it is turned away."""
    data = request("anfrage", form(good, 1, b"\xff\xd8\xff\xe0" + b"x" * 2_000_000), "multipart/form-data; boundary=X")
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", site.port)) as s:
                s.settimeout(0.1)
                at = 0
                while time.monotonic() < until:
                    s.sendall(data[at:at + 60])
                    at += 60
                    try:
                        if not s.recv(4096):
                            break
                    except TimeoutError:
                        pass
        except OSError:
            time.sleep(0.05)


def flood(site, good, until):
    index = 1000
    while time.monotonic() < until:
        index += 1
        body = form(good, index)
        threading.Thread(target=exchange, args=(site.port, request("anfrage", body, "multipart/form-data; boundary=X")),
                         daemon=True).start()
        time.sleep(60 / FORMS)


def play(software):
    site = Site(software)
    good = token(site)
    until = time.monotonic() + SECONDS
    for _ in range(SLOW):
        threading.Thread(target=slow_upload, args=(site, good, until), daemon=True).start()
    if FORMS:
        threading.Thread(target=flood, args=(site, good, until), daemon=True).start()
    time.sleep(1)
    most, times, bad, sids = 0, [], 0, []
    seen = threading.Event()

    def watch():
        nonlocal most
        while not seen.wait(0.05):
            most = max(most, site.waiting())

    def call(sid):
        nonlocal bad
        began = time.monotonic()
        status, text = exchange(site.port, voice(site, sid))
        times.append(time.monotonic() - began)
        if status != 200 or "<Number>" not in text:
            bad += 1

    watcher = threading.Thread(target=watch)
    watcher.start()
    idle = []
    while time.monotonic() < until - 2:
        idle.append(site.waiting())
        round_ = [f"CA{len(sids) + i:032}" for i in range(AT_ONCE)]
        sids += round_
        callers = [threading.Thread(target=call, args=(sid,)) for sid in round_]
        for c in callers:
            c.start()
        for c in callers:
            c.join()
        time.sleep(1)
    seen.set()
    watcher.join()
    time.sleep(max(0, until - time.monotonic()) + 2)
    rows = int(subprocess.run(["sqlite3", f"{site.home}/data/opsfabric.sqlite3", "SELECT count(*) FROM calls"],
                              capture_output=True, text=True).stdout)
    spooled = len([n for n in os.listdir(f"{site.home}/spool") if n != "rejected"])
    times.sort()
    print(f"{software:9} voice {len(sids)}: median {times[len(times) // 2] * 1000:.0f} ms, slowest {times[-1] * 1000:.0f} ms, "
          f"wrong {bad}, recorded {rows} + {spooled} in the spool; programs at work between the calls {max(idle)} of {idle}, "
          f"with them {most}", flush=True)
    if os.environ.get("KEEP"):
        print(pathlib.Path(f"{site.folder}/error.log").read_text()[-1500:])
    site.stop()
    return bad == 0 and times[-1] < 2 and rows + spooled >= len(sids)


good = [play(s) for s in os.environ.get("SERVERS", "cgid cgi lighttpd nginx").split()]
sys.exit(0 if all(good) else 1)
