"""`python -m bench.admin_pages`: what each page of the admin center weighs, and when it is there.

The server is a process of its own and is asked over HTTP; where node and the packages of the
browser tests are installed, Chromium shows every page too. `--store FOLDER` measures in a store
that `python -m bench.large_store` made before.
"""

import argparse
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from socket import socket
from urllib.parse import urlencode, urlsplit

from bench import admin_pages_report, page
from bench.admin_pages_report import Measured, Row
from bench.large_store import Amounts, Large, make_store
from bench.names import user_id
from bench.sign_in_tenant import ADDRESS, PASSWORD
from ostiary.admin.host import PREFIX
from ostiary.admin.pages import PAGES

SCRIPT = Path(__file__).parent.parent / "tests" / "browser" / "admin-times.mjs"
QUICK = Amounts(users=2_000, sign_ins=5_000, drawn=500)
TIMES = 5
_PATIENCE = 300.0
_PLACE = re.compile(r"{\w+(?::\w+)?}")
_FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


@dataclass
class Visitor:
    """A browser as far as pages go: cookies, forms, redirects; counts what comes over the wire."""

    port: int
    cookies: dict[str, str]

    def ask(
        self, path: str, form: dict[str, str] | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Give an answer as it is sent, and its body."""
        headers = {
            "Accept-Encoding": "gzip",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Sec-Fetch-Site": "same-origin",
            "X-Forwarded-For": ADDRESS,
        }
        body = None if form is None else urlencode(form)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("localhost", self.port)
        connection.request("GET" if form is None else "POST", path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("set-cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        connection.close()
        return answer, content

    def follow(self, path: str, form: dict[str, str] | None = None) -> str:
        """Give the page that a request leads to."""
        answer, content = self.ask(path, form)
        while answer.status == 303:
            parts = urlsplit(answer.headers["location"])
            answer, content = self.ask(f"{parts.path}?{parts.query}")
        return content.decode()

    def sign_in(self, name: str) -> None:
        """Sign in with a password, and stay not signed in. Raises ValueError where it fails."""
        text = self.follow(f"{PREFIX}/")
        for field in ({"login": name}, {"passwd": PASSWORD}, {}):
            found = re.search(r'<form[^>]*action="([^"]+)"', text)
            if found is None or f'href="{PREFIX}/"' in text:
                break
            hidden = {unescape(k): unescape(v) for k, v in _FIELD.findall(text)}
            text = self.follow(unescape(found[1]), {**hidden, **field})
        if f'action="{PREFIX}/sign-out"' not in text:
            raise ValueError(f"expected the admin center, came a page that says {text[:2000]}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and unless quick write the page; 1 where a goal is missed then."""
    parser = argparse.ArgumentParser(prog="python -m bench.admin_pages", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small store; writes nothing")
    parser.add_argument("--store", type=Path, help="a store of `python -m bench.large_store`")
    chosen = parser.parse_args(arguments)
    amounts = QUICK if chosen.quick else Amounts()
    with tempfile.TemporaryDirectory(prefix="ostiary-bench-") as folder:
        if chosen.store:
            made = Large(chosen.store, "user2@example.test", PASSWORD)
        else:
            _say(f"a store of {amounts.users:,} users and {amounts.sign_ins:,} sign-ins")
            made = make_store(Path(folder) / "data", amounts)
        measured = measure(made, amounts)
    print("\n".join(admin_pages_report.table(measured)))
    if chosen.quick:
        return 0
    page.write("admin-pages", "\n".join(admin_pages_report.section(measured)))
    return int(any("**no**" in line for line in admin_pages_report.table(measured)))


def measure(made: Large, amounts: Amounts, *, browser: bool = True) -> Measured:
    """Serve a store, and open every page as its administrator."""
    with _served(made.folder) as port:
        visitor = Visitor(port, {})
        visitor.sign_in(made.administrator)
        found = dict(_found(visitor))
        _say(f"{len(found)} pages")
        rows = [
            _row(visitor, name, address)
            for name, address in found.items()
            if _is_page(visitor, address)
        ]
        missing = _missing() if browser else "not asked for"
        if not missing:
            shown = _shown(visitor, [each.address for each in rows])
            rows = [replace(each, visible=shown[each.address]) for each in rows]
    return Measured(amounts.users, amounts.sign_ins, tuple(rows), missing, os.getloadavg()[0])


def _found(visitor: Visitor) -> Iterator[tuple[str, str]]:
    """Give an address for every page: those with ids are links of the others."""
    routes = sorted({each.path for part in PAGES for each in part.ROUTES if each.method == "GET"})
    known = {path: PREFIX + path for path in routes if "{" not in path}
    yield from known.items()
    links = [f"{PREFIX}/users/{user_id(100)}"]
    waiting = [*known.values()]
    others = {
        path: re.compile(re.escape(PREFIX) + _PLACE.sub("[0-9a-f-]{30,}", path) + "$")
        for path in routes
        if "{" in path
    }
    while waiting:
        links += re.findall(r'href="([^"?#]+)', visitor.follow(waiting.pop(0)))
        for path, pattern in list(others.items()):
            if address := next((each for each in links if pattern.match(each)), None):
                del others[path]
                waiting.append(address)
                yield path, address


def _is_page(visitor: Visitor, address: str) -> bool:
    """Tell whether it is one: not a download, a part of a page, or a way to another."""
    answer, content = visitor.ask(address)
    saved = "attachment" in answer.headers.get("content-disposition", "")
    return answer.status != 303 and not saved and content.startswith(b"<!doctype html>")


def _row(visitor: Visitor, name: str, address: str) -> Row:
    """Ask several times, and count what a browser loads at the first visit and at the next."""
    times: list[float] = []
    answer, content = visitor.ask(address)
    for _ in range(TIMES):
        began = time.perf_counter()
        answer, content = visitor.ask(address)
        times.append(1000 * (time.perf_counter() - began))
    text = content.decode()
    files = set(re.findall(r'(?:src|href)="([^"]+/assets/[^"]+)"', text))
    weight = _weight(answer, content)
    first = weight + sum(_weight(*visitor.ask(each)) for each in files)
    ordered = sorted(times)
    return Row(name, address, answer.status, weight, first, statistics.median(ordered), ordered[-1])


def _weight(answer: http.client.HTTPResponse, content: bytes) -> int:
    """Count the bytes of an answer, its headers among them."""
    return len(content) + sum(len(k) + len(v) + 4 for k, v in answer.headers.items())


def _missing() -> str:
    """Say why no browser is asked, '' where one is."""
    if shutil.which("node") is None:
        return "Node is not installed"
    if not (SCRIPT.parent / "node_modules" / "playwright-core").is_dir():
        return "the packages of the browser tests are not installed (`make browser`)"
    return "" if shutil.which("chromium") else "Chromium is not installed"


def _shown(visitor: Visitor, addresses: list[str]) -> dict[str, float]:
    given = {
        "base": f"http://localhost:{visitor.port}",
        "cookies": visitor.cookies,
        "addresses": addresses,
        "times": TIMES,
    }
    command = ["node", str(SCRIPT), json.dumps(given)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # ours
    return json.loads(done.stdout)


@contextmanager
def _served(data: Path) -> Generator[int]:
    """Serve a folder in a process of its own until the block ends."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "bench.sign_in_server", str(data), str(port)]
    process = subprocess.Popen(command)  # noqa: S603  # ours
    try:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and process.poll() is None:
            with socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait()


def _say(what: str) -> None:
    print(f"bench: {what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
