#!/usr/bin/env python3
"""web-server.py PORT handlers|standin FOLDER - the demo's web server where there is neither lighttpd nor Apache: CGI on
loopback, with the standard library only. Not for the internet.

handlers  FOLDER holds cgi-bin/: /cgi-bin/NAME runs the program NAME
standin   FOLDER holds standin.cgi, which answers Twilio's addresses
"""
import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

port, role, folder = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def program_of(path):
    """The program that answers, or None."""
    if role == "standin":
        return f"{folder}/standin.cgi" if re.match(r"/(2010-04-01|v1|v2)/", path) else None
    found = re.fullmatch(r"/cgi-bin/([a-z-]+)", unquote(path))
    program = found and f"{folder}/cgi-bin/{found[1]}"
    return program if program and os.access(program, os.X_OK) else None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120

    def answer(self):
        url = urlsplit(self.path)
        program = program_of(url.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if program is None:
            self.send_error(404)
            return
        environment = {
            "GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": self.request_version, "SERVER_SOFTWARE": "demo",
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": str(port), "REQUEST_METHOD": self.command,
            "REQUEST_URI": self.path, "SCRIPT_NAME": url.path, "SCRIPT_FILENAME": program,
            "QUERY_STRING": url.query, "REMOTE_ADDR": self.client_address[0], "CONTENT_LENGTH": str(len(body)),
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        }
        if "Content-Type" in self.headers:
            environment["CONTENT_TYPE"] = self.headers["Content-Type"]
        for name in self.headers.keys():
            # "Proxy" would become HTTP_PROXY.
            if name.lower() not in ("proxy", "content-type", "content-length"):
                environment["HTTP_" + name.upper().replace("-", "_")] = ", ".join(self.headers.get_all(name))
        done = subprocess.run([program], input=body, stdout=subprocess.PIPE, env=environment, check=False)
        self.relay(done.stdout)

    def relay(self, output):
        end = re.search(rb"\r?\n\r?\n", output)
        if end is None:
            self.send_error(500)
            return
        status, fields = 200, []
        for line in output[: end.start()].decode("latin-1").splitlines():
            name, _, value = line.partition(":")
            if name.lower() == "status":
                status = int(value.split()[0])
            else:
                fields.append((name, value.strip()))
        body = output[end.end():]
        length = next((int(value) for name, value in fields if name.lower() == "content-length"), None)
        self.send_response_only(status)
        for name, value in fields:
            self.send_header(name, value)
        if length is None and status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        # A body that breaks off is a connection that is lost.
        if length is not None and length > len(body):
            self.close_connection = True

    do_GET = do_POST = do_HEAD = do_DELETE = answer

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


Server(("127.0.0.1", port), Handler).serve_forever()
