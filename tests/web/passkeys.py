"""A passkey in software that answers our pages."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from tests.factors.authenticator import Authenticator, Spoil
from tests.web.browsing import Browser
from tests.web.serving import ASTRID

_OPTIONS = re.compile(r'data-passkey="(\w+)" data-options="([^"]+)"')


@dataclass
class Key:
    """A key that says it is at `https://localhost:8443`; `count` goes on with each answer."""

    count: int = 0
    user: str = ASTRID
    device: Authenticator = field(default_factory=Authenticator)

    def answer(self, browser: Browser, **more: Any) -> str:
        """Answer the challenge of the page."""
        found = _OPTIONS.search(browser.page.text)
        assert found is not None, browser.page.text
        options: dict[str, Any] = json.loads(unescape(found[2]))
        self.count += 1
        client = {"origin": "https://localhost:8443"}
        spoil = Spoil(client=client, rp_id="localhost", count=self.count, **more)
        if found[1] == "create":
            return json.dumps(self.device.create(options, spoil))
        return json.dumps(self.device.get(options, self.user, spoil))

    def register(self, browser: Browser, **more: Any) -> Browser:
        """Answer the page that makes a passkey, and keep the recovery codes."""
        browser.fill(passkey=self.answer(browser, **more), passkey_name="work laptop")
        return keep_codes(browser)


def keep_codes(browser: Browser) -> Browser:
    """Say that the recovery codes are kept, where they are shown."""
    shown = browser.page is not None and "/recovery-codes" in browser.page.text
    return browser.fill() if shown else browser
