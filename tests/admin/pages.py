"""A person at the admin center, in a browser that knows only what a page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ostiary.directory.protocols import SYSTEM
from tests.web.browsing import Browser
from tests.web.serving import ASTRID, Served


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
