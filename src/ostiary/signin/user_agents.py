"""What a user agent tells: the platform of the condition *Device platforms*, system and browser.

Not verified by anybody (entra-docs conditional-access/concept-conditional-access-conditions, device
platforms). ua-parser names the system, the table below gives the platform's word. What it does not
know stays unknown, which matches *Any device* alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ua_parser import OS, parse_os, parse_user_agent

_LONGEST = 1024
"""Longer ones are nobody's; the parser's expressions need not meet them."""
_REMEMBERED = 8192

_LINUX = (
    *("Linux", "Ubuntu", "Kubuntu", "Lubuntu", "Debian", "Linux Mint", "Fedora", "Red Hat"),
    *("CentOS", "openSUSE", "SUSE", "Arch Linux", "Gentoo", "Slackware", "Mandriva", "Mageia"),
    *("PCLinuxOS", "Puppy", "BackTrack", "Chromecast Linux"),
)
_PLATFORMS = {
    "Windows": "windows",
    "Windows Phone": "windowsPhone",
    "Windows Mobile": "windowsPhone",
    # iPadOS asks for pages as macOS does, and nothing in the user agent tells them apart.
    "Mac OS X": "macOS",
    "Mac OS": "macOS",
    "iOS": "iOS",
    "Android": "android",
    "Chromecast Android": "android",
    **dict.fromkeys(_LINUX, "linux"),
}
"""ua-parser's families; Chrome OS, BSD, televisions and watches have no word."""

_FIRST = ((re.compile(r"\bWindows (?:Phone|Mobile)\b"), "Windows Phone"),)
"""Edge on Windows Phone claims to be Android."""
_LAST = (
    # Python's platform.platform() and Node's os.type() in the user agents of the Azure SDKs.
    (re.compile(r"\bmacOS-\d|\bDarwin-\d"), "Mac OS X"),
)
_WRITTEN = {
    "windows": "Windows",
    "windowsPhone": "Windows Phone",
    "macOS": "MacOs",
    "iOS": "Ios",
    "android": "Android",
    "linux": "Linux",
}
"""How the sign-in log writes the systems (`deviceDetail.operatingSystem`)."""


@dataclass(frozen=True, slots=True)
class UserAgent:
    """A user agent that was read.

    `platform` is the word of `platforms`, None for an unknown one; `operating_system` and
    `browser` are as the sign-in log shows them, '' where nothing is known.
    """

    platform: str | None = None
    operating_system: str = ""
    browser: str = ""


NOBODY = UserAgent()


@lru_cache(maxsize=_REMEMBERED)
def read_user_agent(text: str) -> UserAgent:
    """Read a `User-Agent` header; an absent or an overlong one tells nothing."""
    if not text or len(text) > _LONGEST:
        return NOBODY
    found = parse_os(text)
    family = _family(text, found)
    platform = _PLATFORMS.get(family)
    return UserAgent(platform, _system(family, platform, found), _browser(text))


def _family(text: str, found: OS | None) -> str:
    for pattern, family in _FIRST:
        if pattern.search(text):
            return family
    if found is not None:
        return found.family
    return next((family for pattern, family in _LAST if pattern.search(text)), "")


def _system(family: str, platform: str | None, found: OS | None) -> str:
    name = _WRITTEN.get(platform, family) if platform else family
    version = found.major if found is not None and found.family == family else None
    return f"{name} {version}" if version else name


def _browser(text: str) -> str:
    found = parse_user_agent(text)
    if found is None:
        return ""
    version = ".".join(part for part in (found.major, found.minor, found.patch) if part)
    return f"{found.family} {version}".strip()
