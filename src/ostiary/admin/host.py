"""What the admin center is given by the server that it runs in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp

from ostiary.directory.store import Store
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.randomness import Randomness
from ostiary.secrecy.secret import Secret
from ostiary.tokens.read import TokenReader

PREFIX: Final = "/admin"
"""Where its pages are, on the listener of the sign-in service."""
SIGNED_IN: Final = f"{PREFIX}/signed-in"
"""Where the sign-in service sends the browser back to."""


@dataclass(frozen=True, slots=True)
class Host:
    """The sign-in service and Graph, called in this process; addresses without a final slash.

    `client_id` and `client_secret` are those of the admin center as a client; `emergency` gives the
    emergency access accounts, by id or user name.
    """

    sign_in: ASGIApp
    graph: ASGIApp
    login_url: str
    graph_url: str
    tenant_id: str
    client_id: str
    client_secret: Secret[str]
    store: Store
    tokens: TokenReader
    clock: Clock
    randomness: Randomness
    emergency: Callable[[], frozenset[str]]
