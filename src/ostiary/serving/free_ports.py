"""Ports of this host for the servers of one command: the usual ones, or the next that are free."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ostiary.model.errors import OstiaryError

_HOST: Final = "127.0.0.1"
_USUAL: Final = (8443, 8444, 8445, 8446)
_REALM: Final = 443
"""Where MSAL asks for the realm of a user, whatever the authority says."""
_TRIES: Final = 1_000


class DoesNotServe(OstiaryError):
    """A server that a command started ended, did not answer, or has no port."""

    code = "doesNotServe"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the server listens; `realm` None: port 443 cannot be had."""

    login: int
    management: int
    graph: int
    identities: int
    realm: int | None

    @property
    def moved(self) -> Iterator[tuple[int, int]]:
        """Usual ports that were taken, each with the one used instead."""
        own = (self.login, self.management, self.graph, self.identities)
        return (pair for pair in zip(_USUAL, own, strict=True) if pair[0] != pair[1])

    @property
    def login_url(self) -> str:
        """Public address of the sign-in service."""
        return f"https://localhost:{self.login}"

    @property
    def management_url(self) -> str:
        """Public address of the management API."""
        return f"https://localhost:{self.management}"

    @property
    def graph_url(self) -> str:
        """Public address of Microsoft Graph."""
        return f"https://localhost:{self.graph}"

    @property
    def identities_url(self) -> str:
        """Where workloads of this host get the tokens of managed identities."""
        return f"http://{_HOST}:{self.identities}"


def free_ports() -> Ports:
    """Take the usual ports, or the next free ones. Raises DoesNotServe where there are none."""
    taken: list[int] = []
    for usual in _USUAL:
        tries = (each for each in range(usual, usual + _TRIES) if each not in taken)
        found = next((each for each in tries if _is_free(each)), None)
        if found is None:
            raise DoesNotServe(f"expected a free port from {usual} on, and all are taken")
        taken.append(found)
    login, management, graph, identities = taken
    realm = _REALM if _is_free(_REALM) else None
    return Ports(login, management, graph, identities, realm)


def _is_free(port: int) -> bool:
    for family, address in ((socket.AF_INET, _HOST), (socket.AF_INET6, "::1")):
        if family is socket.AF_INET6 and not _has_ipv6():
            continue
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((address, port))
            except OSError:
                return False
    return True


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True
