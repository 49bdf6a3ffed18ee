#!/usr/bin/env python3
"""pages.py - pages as processes, in turn: the median time of each and its ratio to the first.

usage: pages.py HOME HANDLERS ROUNDS LINK NAME=PROGRAM[?QUERY]…

LINK is a personal link, as `opsfabric inbox … link` and `opsfabric operator link` print it, or "": who is signed in. BEARER
in the environment is what a monitor sends. Fails when a page is not answered with 200.
"""
import os, re, statistics, sys, time


class Pages:
    def __init__(self, home, handlers):
        self.handlers = handlers
        self.environment = {"PATH": os.environ["PATH"], "OPSFABRIC_HOME": home, "HOME": home}
        self.size = os.path.join(home, "log/size")

    def serve(self, program, query="", cookie="", host="127.0.0.1:8080", sized=False):
        """Answer, milliseconds."""
        cgi = dict(self.environment, GATEWAY_INTERFACE="CGI/1.1", REQUEST_METHOD="GET", QUERY_STRING=query,
                   REQUEST_URI=f"/cgi-bin/{program}?{query}", SCRIPT_NAME=f"/cgi-bin/{program}", SERVER_PROTOCOL="HTTP/1.1",
                   HTTP_HOST=host, HTTP_ACCEPT_LANGUAGE="de-CH", REMOTE_ADDR="127.0.0.1", HTTP_COOKIE=cookie,
                   HTTP_AUTHORIZATION="Bearer " + os.environ.get("BEARER", ""))
        reader, writer = os.pipe()
        start = time.perf_counter()
        # A child is charged with the size of whoever makes it: `time` is small.
        path = os.path.join(self.handlers, program)
        words = ["/usr/bin/time", "-f", "%M", "-o", self.size, path] if sized else [program]
        process = os.posix_spawn(words[0] if sized else path, words, cgi, file_actions=[
            (os.POSIX_SPAWN_DUP2, writer, 1), (os.POSIX_SPAWN_CLOSE, reader), (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)])
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            answer = pipe.read().decode()
        os.waitpid(process, 0)
        return answer, (time.perf_counter() - start) * 1000

    def kibibytes(self, page):
        """Of the process, at most; 0 where `time` is not installed."""
        if not os.path.exists("/usr/bin/time"):
            return 0
        self.serve(*page, sized=True)
        with open(self.size) as file:
            return int(file.read().split()[-1])

    def sign_in(self, link):
        """The cookie that the link gives."""
        program, key = re.search(r"/([a-z]+)\?(k=[^\s&]+)", link).groups()
        return re.search(r"Set-Cookie: ([^;\r\n]+)", self.serve(program, key)[0], re.I).group(1)

    def measure(self, pages, rounds, once=()):
        """Prints a table. `pages`: name -> arguments of `serve`; those in `once` are slow and measured five times."""
        times, memory = {}, {}
        for turn in range(rounds):
            for name, page in pages.items():
                if name in once and turn > 4:
                    continue
                answer, took = self.serve(*page)
                if not answer.startswith("Status: 200"):
                    sys.exit(f"{name}: {answer[:200]}")
                times.setdefault(name, []).append(took)
                if turn == 0:
                    memory[name] = self.kibibytes(page)
        base = statistics.median(next(iter(times.values())))
        for name, taken in times.items():
            middle = statistics.median(taken)
            print(f"  {name:24} {middle:8.2f} ms, at least {min(taken):8.2f}  {middle / base:6.2f} x  {memory[name] / 1024:6.1f} MiB")


def main():
    home, handlers = (os.path.abspath(path) for path in sys.argv[1:3])
    pages = Pages(home, handlers)
    cookie = pages.sign_in(sys.argv[4]) if sys.argv[4] else ""
    asked = {}
    for word in sys.argv[5:]:
        name, _, page = word.partition("=")
        program, _, query = page.partition("?")
        asked[name] = (program, query, "", "www.example.ch") if program == "anfrage" else (program, query, cookie)
    pages.measure(asked, int(sys.argv[3]))


if __name__ == "__main__":
    main()
