"""A person at the pages of the sign-in service: opens an address and fills in what a page asks for.

MSAL opens the system's browser for that; the demonstration does in its place what the person would
type, over the same HTTPS.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

_MOST_PAGES: Final = 15
_BUTTONS: Final = frozenset({"submit", "checkbox", "radio", "button"})
_AGENT: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"
)


@dataclass
class Seen:
    """Which fields pages asked for, the words of the last page, and what the app was told."""

    asked: list[str] = field(default_factory=list[str])
    words: str = ""
    answer: dict[str, str] = field(default_factory=dict[str, str])


class _FirstForm(HTMLParser):
    """The first form of a page, which a keyboard's Enter sends, and the page's words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.hidden: dict[str, str] = {}
        self.fields: list[str] = []
        self.words: list[str] = []
        self._over = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the form, or a field of it."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and self.action is None:
            self.action = given.get("action", "")
        if tag != "input" or self.action is None or self._over:
            return
        kind, name = given.get("type", "text"), given.get("name", "")
        if kind == "hidden":
            self.hidden[name] = given.get("value", "")
        elif name and kind not in _BUTTONS:
            self.fields.append(name)

    def handle_endtag(self, tag: str) -> None:
        """Note where the form ends."""
        self._over = self._over or (tag == "form" and self.action is not None)

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.words.extend(data.split())


def signed_in(
    address: str, trust: ssl.SSLContext, answers: Mapping[str, Callable[[], str]]
) -> Seen:
    """Sign in at an address, until the browser is led away or a page asks for what nobody gives.

    `answers` gives the text of each field at the moment it is asked for. Raises httpx.HTTPError.
    """
    seen, origin = Seen(), _origin(address)
    with httpx.Client(verify=trust, headers={"User-Agent": _AGENT}, timeout=60) as http:
        response = http.get(address)
        for _ in range(_MOST_PAGES):
            if "location" in response.headers:
                target = urljoin(str(response.url), response.headers["location"])
                if _origin(target) != origin:
                    parts = urlsplit(target)
                    seen.answer = dict(parse_qsl(parts.query or parts.fragment))
                    return seen
                response = http.get(target)
                continue
            form = _FirstForm(response.text)
            seen.words = " ".join(form.words)
            lacking = next((each for each in form.fields if each not in answers), None)
            if form.action is None or lacking is not None:
                return seen
            target = urljoin(str(response.url), form.action)
            if _origin(target) != origin:  # what the app is told when a person is refused
                seen.answer = form.hidden
                return seen
            seen.asked.extend(form.fields)
            data = {**form.hidden, **{name: answers[name]() for name in form.fields}}
            headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
            response = http.post(target, data=data, headers=headers)
    return seen


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
