"""What a server that runs tells of itself: its settings and where they are from, its certificate.

Whoever starts it says so once; what serves without one (a test, a command) has nothing to tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

BACKED_UP: Final = "Back up store"
"""What the audit log calls a backup."""
DRILL_DAYS: Final = 90
"""Days after which an emergency account is drilled (entra-docs security-emergency-access)."""


@dataclass(frozen=True, slots=True)
class SettingFact:
    """A setting as it is in force; `value` is text, None for a secret that is set.

    `origin` says where it is from, `variable` which variable of the environment would win.
    """

    name: str
    value: str | None
    origin: str
    variable: str
    meaning: str


@dataclass(frozen=True, slots=True)
class CertificateFact:
    """The certificate of the listeners; `local`: by the authority of the data folder."""

    names: tuple[str, ...]
    ends: datetime
    local: bool


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """All of it. `webhook` and `mail` say who is told of alerts; the secret parts are left out."""

    settings: tuple[SettingFact, ...] = ()
    certificate: CertificateFact | None = None
    drill_days: int = DRILL_DAYS
    webhook: bool = False
    mail: tuple[str, ...] = ()
