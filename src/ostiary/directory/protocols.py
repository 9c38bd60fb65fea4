"""What the store is handed by the layer below it: randomness, sealing, and who acts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol, TypeAlias

RandomBytes: TypeAlias = Callable[[int], bytes]
"""Gives that many bytes that nobody can guess."""


class Sealer(Protocol):
    """Encrypts single fields under a key outside the database, bound to their place."""

    def seal(self, table: str, key: str, column: str, plain: bytes) -> bytes:
        """Seal a field of the row `key`."""
        ...

    def open(self, table: str, key: str, column: str, sealed: bytes) -> bytes:
        """Open what was sealed for the same place; raises OstiaryError for any other."""
        ...


class ActorKind(Enum):
    """Who can cause a change."""

    USER = "user"
    APPLICATION = "app"
    HOST = "host"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change, as the audit log names them; `host` is the host's own user."""

    kind: ActorKind
    id: str = ""
    name: str = ""
    address: str = ""
    correlation_id: str = ""


SYSTEM: Final = Actor(ActorKind.SYSTEM, name="Ostiary")
