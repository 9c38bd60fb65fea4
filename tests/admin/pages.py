"""A person at the admin center, in a browser that knows only what a page shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from ostiary.directory.protocols import SYSTEM
from tests.web.browsing import Browser
from tests.web.serving import ASTRID, Served


class FormReader(HTMLParser):
    """Reads what a browser would send of a form that nobody touched."""

    def __init__(self, action: str) -> None:
        """Read the form that posts there."""
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._action, self._inside = action, False
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a field."""
        found = dict(attrs)
        if tag == "form":
            self._inside = found.get("action") == self._action
        if not self._inside:
            return
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "input":
            self._note(name, value, found)
        elif tag == "textarea":
            self._area = name
            self.fields[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in found or self._select not in self.fields):
            self.fields[self._select] = [value]

    def _note(self, name: str, value: str, found: dict[str, str | None]) -> None:
        if found.get("type") not in {"radio", "checkbox"} or "checked" in found:
            self.fields.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        """Note the text of a field."""
        if self._area:
            self.fields[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a field."""
        if tag == "textarea":
            self._area = ""


@dataclass
class Admin:
    """A browser at the admin center."""

    served: Served
    browser: Browser

    @property
    def text(self) -> str:
        """The page that is open."""
        return str(self.browser.page.text)

    @property
    def status(self) -> int:
        """Its status."""
        return int(self.browser.page.status_code)

    @property
    def said(self) -> str:
        """What the page says to who reads it: without markup, words apart by one space."""
        words = unescape(re.sub(r"<[^>]*>", " ", self.text)).replace("\xa0", " ").split()
        return re.sub(r" (?=[:,.])", "", " ".join(words))

    @property
    def refusal(self) -> str:
        """What its alert says, nothing where there is none."""
        return self.text.partition('role="alert"')[2].partition("</form>")[0][:3000]

    def open(self, path: str = "/admin/") -> Admin:
        """Open a page."""
        self.browser.visit(path)
        return self._back()

    def sign_in(self, user: str = "astrid@fjordvik.example", path: str = "/admin/") -> Admin:
        """Open a page, and sign in by password where that is asked."""
        self.open(path)
        self.browser.fill(login=user)
        self.browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
        return self._back()

    def fill(self, **fields: str) -> Admin:
        """Post the first form of the page."""
        self.browser.fill(**fields)
        return self._back()

    def press(self, button: str, **fields: str) -> Admin:
        """Post the form with a button of this text."""
        self.browser.press(button, **fields)
        return self._back()

    def send(self, action: str, **changed: str | list[str]) -> Admin:
        """Post the form of an action as it is filled in, with some fields changed."""
        self.browser.send(action, self._filled_in(action, changed))
        return self._back()

    def upload(
        self, action: str, files: Mapping[str, tuple[str, bytes]], **changed: str | list[str]
    ) -> Admin:
        """Post the form of an action with files: the name of each, and what is in it."""
        self.browser.send(action, self._filled_in(action, changed), files)
        return self._back()

    def _filled_in(
        self, action: str, changed: Mapping[str, str | list[str]]
    ) -> dict[str, str | list[str]]:
        reader = FormReader(action)
        reader.feed(self.text)
        return {**reader.fields, **changed}

    def _back(self) -> Admin:
        if self.browser.page is None:
            parts = urlsplit(self.browser.address)
            self.browser.visit(f"{parts.path}?{parts.query}")
        return self


def with_role(served: Served, role: str, user: str = ASTRID) -> None:
    """Give a person a directory role."""
    assignment: dict[str, Any] = {
        "principalId": user,
        "roleDefinitionId": role,
        "directoryScopeId": "/",
    }
    served.service.store.roles.create(assignment, by=SYSTEM)
    served.service.snapshots.refresh()
