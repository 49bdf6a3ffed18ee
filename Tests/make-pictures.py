#!/usr/bin/env python3
"""make-pictures.py - README's pictures of the pages: one morning of one business, played with the shipped programs behind a
real web server and the Twilio stand-in, looked at in Chromium as a phone of 390 pixels shows it.

usage: make-pictures.py HANDLERS OPSFABRIC STANDIN [FOLDER]      (by hand, after `make build standin`; then look at each)

Writes anfrage.png, danke.png, inbox.png, ticket.png, calls.png and figures.png into FOLDER (docs/images); the months of the last are
made up and written into the database. Needs lighttpd, chromium with chromium-l10n (its file button in German) and pillow.
"""
import base64, datetime, io, json, os, shutil, sqlite3, subprocess, sys, tempfile, time
from PIL import Image, ImageDraw, ImageFilter

tests = os.path.dirname(os.path.abspath(__file__))
handlers, opsfabric, standin = (os.path.abspath(path) for path in sys.argv[1:4])
pictures = os.path.abspath(sys.argv[4]) if len(sys.argv) > 4 else os.path.join(tests, "../docs/images")
width, largest = 390, 120_000
account, token = "AC" + "0" * 32, "a" * 32
number, business, staff = "+41797770100", "+41434435200", "+41796660001"
keller, rossi, schmid, graf = "+41791112233", "+41782223344", "+4915112345678", "+41795556677"
brunner, odermatt = "+41445556677", "+41448108200"  # landlines
names = {rossi: "Carla Rossi", schmid: "Jörg Schmid", odermatt: "Bäckerei Odermatt"}

work = tempfile.mkdtemp(prefix="opsfabric-pictures.")
home, state = os.path.join(work, "home"), os.path.join(work, "state")
environment = {"PATH": os.environ["PATH"], "HOME": work, "OPSFABRIC_HOME": home, "LC_ALL": "C.UTF-8"}


def run(*words):
    done = subprocess.run(words, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit("%s: %s%s" % (" ".join(words), done.stdout, done.stderr))
    return done.stdout


def twilio(*words):
    return run(standin, *words, "--dir", state)


# MARK: the installation

class Servers:
    """The demo's two web servers; they end with the object's standard input."""

    def __init__(self):
        self.shell = subprocess.Popen(
            ["bash", "-c", '''set -eu; work=$1; . "$2/Demo/web.sh"; trap web_stop EXIT
             web_handlers_root "$3" "$4"; web_start handlers; web_handlers_port=$web_port
             web_standin_root "$5" "$6"; web_start standin
             echo "$web_handlers_port $web_port"; read -r _ || true''', "-", work, tests, handlers, home, standin, state],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pages, self.twilio = self.shell.stdout.readline().split()

    def stop(self):
        self.shell.stdin.close()
        self.shell.wait()


def morning():
    """The time zone where it is about half past ten now: nobody is asleep in these pictures."""
    east = (10 - datetime.datetime.now(datetime.timezone.utc).hour + 12) % 24 - 12
    return "Etc/GMT%+d" % -east


def configure(servers):
    tenants = os.path.join(home, "config/tenants")
    os.remove(os.path.join(tenants, "example.json5"))
    days = ", ".join('%s: ["07:00-18:00"]' % day for day in "mon tue wed thu fri sat sun".split())
    for path, text in {
        "opsfabric.json5": """{ public_url: "http://127.0.0.1:%s/cgi-bin", twilio: { account_sid: "%s", auth_token: "%s",
          api_base: "http://127.0.0.1:%s", lookups_base: "http://127.0.0.1:%s" }, alerts: { sms: ["%s"] } }"""
        % (servers.pages, account, token, servers.twilio, servers.twilio, staff),
        "tenants/doerfler.json5": """{ name: "Dörfler Sanitär AG", voice_numbers: ["%s"], forward_to: "%s", timezone: "%s",
          website_domain: "127.0.0.1:%s", sms_delay_seconds: 5, business_hours: { %s }, holidays: [],
          notify: [{ channel: "sms", to: "%s", on: ["new", "urgent"], name: "Petra" }] }"""
        % (number, business, morning(), servers.pages, days, staff),
    }.items():
        with open(os.path.join(home, "config", path), "w") as file:
            file.write(text)
        os.chmod(file.name, 0o600)
    run(opsfabric, "apply")


def texts(to):
    rows = [json.loads(line) for line in twilio("messages", "--to", to, "--json").splitlines()]
    return [row["body"] for row in rows if row["direction"] != "inbound"]


def text(count, to):
    """The text of a number's SMS, once it has so many."""
    return wait(lambda: len(texts(to)) >= count and texts(to)[count - 1], "an SMS to " + to)


def wait(condition, what, seconds=40):
    end = time.time() + seconds
    while time.time() < end:
        if found := condition():
            return found
        time.sleep(0.2)
    sys.exit("%s never came" % what)


def call(caller, *acts):
    twilio("call", "--from", caller, "--to", number, "--outcome", "busy", "--ring", "3", *acts)


def reply(caller, words):
    twilio("sms", "--from", caller, "--to", number, "--body", words)


def link(words):
    return next(word for word in words.split() if word.startswith("http"))


# MARK: the browser

class Page:
    """One page of Chromium's, spoken to by DevTools over a pipe."""

    def __init__(self):
        (commands, self.commands), (self.answers, answers) = os.pipe(), os.pipe()
        root = ["--no-sandbox"] if os.getuid() == 0 else []  # its sandbox refuses to be set up by root
        self.browser = subprocess.Popen(
            ["bash", "-c", 'exec 3<&"$0" 4>&"$1"; shift; exec "$@"', str(commands), str(answers), "chromium", *root,
             "--headless=new", "--remote-debugging-pipe", "--user-data-dir=%s/profile" % work, "--hide-scrollbars",
             "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
             "--force-color-profile=srgb", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "about:blank"],
            pass_fds=(commands, answers), env={"PATH": os.environ["PATH"], "HOME": work, "LANGUAGE": "de"}, stderr=subprocess.DEVNULL)
        os.close(commands), os.close(answers)
        self.received, self.last, self.loads, self.session = b"", 0, 0, None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable"), self.call("DOM.enable")
        self.call("Emulation.setTouchEmulationEnabled", enabled=True)
        self.call("Emulation.setUserAgentOverride", acceptLanguage="de-CH,de;q=0.9", userAgent=
                  "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=2, mobile=True)

    def call(self, method, **parameters):
        self.last += 1
        command = {"id": self.last, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        while (answer := self.next()).get("id") != self.last:
            pass
        if "error" in answer:
            sys.exit("%s: %s" % (method, answer["error"]))
        return answer["result"]

    def next(self):
        while b"\0" not in self.received:
            piece = os.read(self.answers, 1 << 16)
            if not piece:
                sys.exit("the browser is gone")
            self.received += piece
        message, self.received = self.received.split(b"\0", 1)
        message = json.loads(message)
        self.loads += message.get("method") == "Page.loadEventFired"
        return message

    def ask(self, expression):
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def open(self, url):
        before = self.loads
        self.call("Page.navigate", url=url)
        self.await_load(before)

    def await_load(self, before):
        while self.loads == before:
            self.next()

    def click(self, selector):
        """What leads to another page."""
        before = self.loads
        self.ask("document.querySelector(%s).click()" % json.dumps(selector))
        self.await_load(before)

    def fill(self, selector, words):
        self.ask("document.querySelector(%s).value = %s" % (json.dumps(selector), json.dumps(words)))

    def choose(self, selector, *files):
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=list(files))

    def keep(self, name, until="body"):
        """The page down to the end of an element, in as many colours as fit the size."""
        self.ask("document.activeElement.blur(); scrollTo(0, 0)")
        height = self.ask("Math.ceil(document.querySelector(%s).getBoundingClientRect().bottom)" % json.dumps(until))
        height += 0 if until == "body" else 16
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                         clip={"x": 0, "y": 0, "width": width, "height": height, "scale": 1})["data"]
        image = Image.open(io.BytesIO(base64.b64decode(shot))).convert("RGB")
        for colours in (128, 64, 32, 16):
            file = io.BytesIO()
            image.quantize(colours, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
            if file.tell() < largest:
                break
        with open(os.path.join(pictures, name + ".png"), "wb") as out:
            out.write(file.getvalue())
        print("%s.png %dx%d, %d colours, %d bytes" % (name, *image.size, colours, file.tell()))

    def stop(self):
        os.close(self.commands)
        self.browser.wait()


def photo(name, drops):
    """A pipe at a wall, and what drips from it."""
    image = Image.new("RGB", (1200, 900), (196, 190, 178))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 640, 1200, 900), fill=(118, 112, 104))
    for shade in range(90):
        draw.rectangle((0, 260 + shade, 1200, 261 + shade), fill=(120 + shade, 78 + shade // 2, 50 + shade // 3))
    draw.rectangle((560, 235, 690, 375), fill=(170, 120, 70))
    for drop in range(drops):
        draw.ellipse((600 + drop % 3 * 20, 390 + drop * 45, 626 + drop % 3 * 20, 430 + drop * 45), fill=(150, 176, 196))
    draw.ellipse((420, 690, 840, 790), fill=(140, 160, 176))
    path = os.path.join(work, name)
    image.filter(ImageFilter.GaussianBlur(3)).save(path, quality=85)
    return path


# MARK: the morning

def play(desk, page):
    """From the first missed call to an urgent request that is being talked about."""
    call(odermatt, "--press", "3", "--speak", "34")
    call(rossi)
    call(schmid)
    call("anonymous")
    call(brunner)
    call(graf)
    call(keller)
    text(1, rossi), reply(rossi, "2")
    text(1, schmid), reply(schmid, "Guten Morgen, der Boiler im Bad wird nicht mehr warm. Können Sie diese Woche kommen?")
    text(1, keller), reply(keller, "3")
    form = link(text(2, keller)).replace("https:", "http:").replace("/anfrage?", "/cgi-bin/anfrage?")

    page.open(form)
    page.fill("#text", "Im Keller tropft die Leitung seit heute früh.\nDas Wasser läuft schon in den Gang.")
    page.ask("document.querySelector('#urgency-high').click()")
    page.choose("#photos", photo("IMG_2041.jpg", 5), photo("IMG_2042.jpg", 3))
    page.fill("#name", "Ada Keller")
    page.fill("#address", "Rütistrasse 7, 8400 Winterthur")
    page.keep("anfrage")
    page.click("button[type=submit]")
    page.keep("danke")

    page.open(link(text(1, staff)))
    book = os.path.join(work, "contacts.vcf")
    with open(book, "w") as file:
        for phone, name in names.items():
            file.write("BEGIN:VCARD\nVERSION:3.0\nFN:%s\nTEL:%s\nEND:VCARD\n" % (name, phone))
    page.open(desk + "?view=contacts")
    page.choose("#book", book)
    page.click("button[value=import]")
    wait(lambda: '"stored"' in run(opsfabric, "list", "tickets", "--json").replace("\\", ""), "the voice message")
    page.open(desk)
    page.keep("inbox")
    page.open(desk + "?view=calls")
    for called in (rossi, schmid, odermatt):
        page.click("article:has(a[href='tel:%s']) button[value=handled]" % called)
    page.open(desk + "?view=calls")
    page.keep("calls", until="article:nth-of-type(4)")

    page.open(desk)
    page.click("article:has(a[href='tel:%s']) h3 a" % keller)
    request = page.ask("location.href")
    page.click("button[value=name]")
    page.fill("#text", "Bin in 20 Minuten da. Bitte den Haupthahn im Keller zudrehen. Petra")
    page.click("button[value=reply]")
    wait(lambda: any("20 Minuten" in sent for sent in texts(keller)), "Petra's answer")
    reply(keller, "Hahn ist zu, danke! Das Tor ist offen.")
    twilio("deliver")
    wait(lambda: page.open(request) or "Das Tor ist offen" in page.ask("document.body.innerText"), "the answer")
    page.keep("ticket", until="section:has(#text)")

    year()
    page.open(desk + "?view=figures")
    page.keep("figures", until="section:nth-of-type(2)")


def year():
    """A year before this morning, as the runner keeps months that are over."""
    hours = [max(0, 9 - abs(hour - 9) * 2, 7 - abs(hour - 14) * 2) // (1 if day < 5 else 4) if 6 < hour < 20 else 0
             for day in range(7) for hour in range(24)]
    month, now = datetime.date.today().replace(day=1), int(time.time() * 1000)
    with sqlite3.connect(os.path.join(home, "data/opsfabric.sqlite3"), timeout=10) as database:
        for back, missed in enumerate([61, 64, 58, 71, 66, 49, 52, 60, 57, 68, 74, 63, 55]):
            requests, promises = missed * 11 // 20, missed // 3
            database.execute(
                "INSERT OR REPLACE INTO month_figures (tenant, month, as_of, is_final, calls, missed, texted, replied, requests,"
                " promises, kept, median_to_human, jobs_won, value_won, hours) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ("doerfler", month.strftime("%Y-%m"), now, back > 0, missed * 5, missed, missed * 4 // 5, missed // 2, requests,
                 promises, promises - missed % 3, (12 + missed % 7) * 60_000, requests // 3, requests // 3 * 41_500,
                 " ".join(map(str, hours))))
            month = (month - datetime.timedelta(days=1)).replace(day=1)


servers = page = runner = None
try:
    run(opsfabric, "init")
    servers = Servers()
    twilio_url = "http://127.0.0.1:%s/cgi-bin" % servers.pages
    run(standin, "init", state, "--account", account, "--token", token, "--public-url", twilio_url)
    twilio("number", number)
    configure(servers)
    runner = subprocess.Popen([opsfabric, "run", "--linger", "240"], env=environment)
    page = Page()
    play(twilio_url + "/inbox", page)
finally:
    if runner:
        runner.terminate()
        runner.wait()
    for one in (page, servers):
        if one:
            one.stop()
    shutil.rmtree(work, ignore_errors=True)
