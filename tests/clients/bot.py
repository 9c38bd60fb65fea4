"""A browser without a person: opens a sign-in page and fills in what each page asks for.

Clients start it through `BROWSER`, so it is a program that needs nothing but Python. What it types
comes in `OSTIARY_BOT`, a JSON object: `ca` is the file of the trusted certificates, `answers` the
text or the texts, one after the other, for each field; `log` a file that gets what it saw, `print`
lets it print that; `keep` keeps it from leaving the sign-in service, and `stop` is a text at which
it goes no further. It takes the first form of every page, as a keyboard's Enter does.
"""

from __future__ import annotations

import json
import os
import ssl
import sys
from dataclasses import asdict, dataclass, field
from html.parser import HTMLParser
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import (
    HTTPCookieProcessor,
    HTTPRedirectHandler,
    HTTPSHandler,
    Request,
    build_opener,
)

AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36"
)
MOST_PAGES = 15
SECONDS = 60


@dataclass
class Seen:
    """What the bot saw: the fields that pages asked for, how it ended, and the last page."""

    asked: list[str] = field(default_factory=list[str])
    ended: str = ""
    address: str = ""
    text: str = ""


class FirstForm(HTMLParser):
    """The first form of a page and the page's text."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.action: str | None = None
        self.hidden: list[tuple[str, str]] = []
        self.fields: list[str] = []
        self.words: list[str] = []
        self._over = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form or a field of the first one."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and self.action is None:
            self.action = given.get("action", "")
        if tag != "input" or self.action is None or self._over:
            return
        kind, name = given.get("type", "text"), given.get("name", "")
        if kind == "hidden":
            self.hidden.append((name, given.get("value", "")))
        elif name and kind not in {"submit", "checkbox", "radio"}:
            self.fields.append(name)

    def handle_endtag(self, tag: str) -> None:
        """Note where the first form ends."""
        self._over = self._over or (tag == "form" and self.action is not None)

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.words.extend(data.split())


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """Follow nothing: the bot looks at the address first."""
        return None


class Bot:
    """One browser with its cookies."""

    def __init__(self, told: dict[str, Any]) -> None:
        """Take what it was told."""
        self.told, self.seen, self.origin = told, Seen(), ""
        given: dict[str, str | list[str]] = told["answers"]
        self.answers = {
            name: [value] * MOST_PAGES if isinstance(value, str) else value
            for name, value in given.items()
        }
        context = ssl.create_default_context(cafile=told["ca"])
        self.opener = build_opener(
            HTTPCookieProcessor(CookieJar()), HTTPSHandler(context=context), _NoRedirect()
        )

    def sign_in(self, address: str) -> Seen:
        """Open an address and go on until a page has no form, or the client has its answer."""
        self.origin = _origin(address)
        request: Request | None = Request(address)  # noqa: S310  # the test names it
        for _ in range(MOST_PAGES):
            request = self._next(request)
            if request is None:
                return self.seen
        self.seen.ended = "too many pages"
        return self.seen

    def _next(self, request: Request) -> Request | None:
        self.seen.address = request.full_url
        away = _origin(request.full_url) != self.origin
        if away and self.told.get("keep"):
            self.seen.ended = "left"
            return None
        status, page, location = self._fetch(request)
        if away:
            self.seen.ended, self.seen.text = "answered", " ".join(FirstForm(page).words)
            return None
        if location is not None:
            return Request(urljoin(request.full_url, location))  # noqa: S310
        form = FirstForm(page)
        self.seen.text = f"{status} " + " ".join(form.words)
        if self.told.get("stop") and self.told["stop"] in self.seen.text:
            self.seen.ended = "stopped"
            return None
        if form.action is None:
            self.seen.ended = "page without a form"
            return None
        return self._filled(request.full_url, form)

    def _filled(self, address: str, form: FirstForm) -> Request | None:
        data = list(form.hidden)
        for name in form.fields:
            self.seen.asked.append(name)
            if not self.answers.get(name):
                self.seen.ended = f"no answer for {name}"
                return None
            data.append((name, self.answers[name].pop(0)))
        target = urljoin(address, form.action)
        headers = {"Origin": self.origin, "Referer": address, "Sec-Fetch-Site": "same-origin"}
        return Request(target, urlencode(data).encode(), headers)  # noqa: S310

    def _fetch(self, request: Request) -> tuple[int, str, str | None]:
        request.add_header("User-Agent", AGENT)
        try:
            response = self.opener.open(request, timeout=SECONDS)
        except HTTPError as error:
            response = error
        with response:
            page = response.read().decode("utf-8", "replace")
            return response.status or 0, page, response.headers.get("Location")


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _tell(text: str, told: dict[str, Any]) -> None:
    """Tell what was seen, where that is asked for: standard output may be the client's."""
    if told.get("print"):
        sys.stdout.write(text + "\n")
    if told.get("log"):
        part = Path(told["log"] + ".part")
        part.write_text(text, "utf-8")
        part.replace(told["log"])


def main() -> int:
    """Sign in at the address of the command line."""
    told = json.loads(os.environ["OSTIARY_BOT"])
    try:
        seen = Bot(told).sign_in(sys.argv[1])
    except OSError as error:
        seen = Seen(ended=f"{type(error).__name__}: {error}")
    _tell(json.dumps(asdict(seen)), told)
    return 0 if seen.ended in {"answered", "left", "page without a form", "stopped"} else 1


if __name__ == "__main__":
    sys.exit(main())
