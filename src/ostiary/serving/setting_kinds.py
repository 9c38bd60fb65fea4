"""What kinds of values the settings have: how each is read, and how an error names it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar
from urllib.parse import urlsplit

from ostiary.directory.database import url_of
from ostiary.model.addresses import cidr_range
from ostiary.model.errors import OstiaryError
from ostiary.model.json_types import is_list
from ostiary.secrecy.password_rules import LONGEST_WORD, MOST_WORDS, SHORTEST_WORD
from ostiary.secrecy.secret import Secret
from ostiary.signin.client_address import LOCAL_SOCKET

Value = TypeVar("Value")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Kind(Generic[Value]):
    """One kind of value.

    `expected` is said in errors and in the reference. `read` takes what stands in the file and
    raises ValueError for anything else; paths are taken from the folder it is handed. `of_text`
    makes what could stand in the file of the text of a variable.
    """

    expected: str
    read: Callable[[object, Path], Value]
    of_text: Callable[[str], object] = str
    secret: bool = False
    """Whether a value is never shown."""


def optional(kind: Kind[Value]) -> Kind[Value | None]:
    """Make the kind of a setting that may be left out."""
    return Kind(kind.expected, kind.read, kind.of_text, kind.secret)


def several(kind: Kind[Value], expected: str, most: int | None = None) -> Kind[tuple[Value, ...]]:
    """Make the kind of a list; in a variable its entries stand between commas."""

    def read(value: object, folder: Path) -> tuple[Value, ...]:
        if not is_list(value) or (most is not None and len(value) > most):
            raise ValueError
        return tuple(dict.fromkeys(kind.read(each, folder) for each in value))

    return Kind(expected, read, _entries)


def one_of(*words: str) -> Kind[str]:
    """Make the kind of a closed list of words."""

    def read(value: object, folder: Path) -> str:
        if value not in words:
            raise ValueError
        return str(value)

    return Kind("one of " + ", ".join(f"`{word}`" for word in words), read)


def number(low: int, high: int, unit: str = "") -> Kind[int]:
    """Make the kind of a whole number between two bounds."""

    def read(value: object, folder: Path) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError
        return value

    of = f" of {unit}" if unit else ""
    return Kind(f"a whole number{of} from {low} to {high}", read, int)


def _entries(text: str) -> Sequence[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _text(value: object, folder: Path) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError
    return value.strip()


def _word(value: object, folder: Path) -> str:
    text = _text(value, folder)
    if not SHORTEST_WORD <= len(text) <= LONGEST_WORD:
        raise ValueError
    return text


def _secret(value: object, folder: Path) -> Secret[str]:
    return Secret(_text(value, folder))


def _switch(value: object, folder: Path) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _switch_text(text: str) -> object:
    return {"true": True, "false": False}.get(text.strip().lower(), text)


def _origin(value: object, folder: Path) -> str:
    """Read a URL that has nothing but scheme, host and port."""
    text = _text(value, folder).rstrip("/")
    parts = urlsplit(text)
    bare = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme.lower() != "https" or not parts.hostname or not bare or parts.port == 0:
        raise ValueError
    # The Azure CLI folds its authority; a URL and an issuer are compared byte for byte.
    return text.lower()


def _webhook(value: object, folder: Path) -> str:
    text = _text(value, folder)
    parts = urlsplit(text)
    if parts.scheme.lower() != "https" or not parts.hostname or parts.port == 0:
        raise ValueError
    return text


def _path(value: object, folder: Path) -> Path:
    return folder / Path(_text(value, folder)).expanduser()


def _address(value: object, folder: Path) -> str:
    return str(ipaddress.ip_address(_text(value, folder)))


def _network(value: object, folder: Path) -> str:
    return str(ipaddress.ip_network(_text(value, folder), strict=False))


def _proxy(value: object, folder: Path) -> str:
    text = _text(value, folder)
    if text != LOCAL_SOCKET:
        cidr_range(text)
    return text


def _database(value: object, folder: Path) -> Secret[str]:
    text = _text(value, folder)
    try:
        name = url_of(text).get_backend_name() if "://" in text else ""
    except OstiaryError as error:
        raise ValueError from error
    if name != "postgresql":
        raise ValueError
    return Secret(text)


TEXT: Final = Kind("a text", _text)
SECRET: Final = Kind("a text", _secret, secret=True)
SWITCH: Final = Kind("`true` or `false`", _switch, _switch_text)
ORIGIN: Final = Kind("an https URL of host and port only, as `https://login.example:8443`", _origin)
WEBHOOK: Final = Kind("an https URL", _webhook, secret=True)
"""Whoever knows such a URL can send alerts; many services have no other key."""
ORIGINS: Final = several(
    ORIGIN, "a list of https URLs of host and port only, as `https://issuer.example`"
)
PATH: Final = Kind("the path of a file", _path)
PORT: Final = number(1, 65535)
ADDRESSES: Final = several(
    Kind("an address", _address), "a list of addresses of this host, as `127.0.0.1` and `::1`"
)
NETWORKS: Final = several(
    Kind("a network", _network), "a list of addresses and ranges, as `10.0.0.0/8`"
)
PROXIES: Final = several(
    Kind("a proxy", _proxy), f"a list of addresses, ranges and the word `{LOCAL_SOCKET}`"
)
TEXTS: Final = several(TEXT, "a list of texts")
BANNED: Final = several(
    Kind("a word", _word), f"a list of at most {MOST_WORDS} words of 4 to 16 characters", MOST_WORDS
)
DATABASE: Final = Kind(
    "the URL of a PostgreSQL database, as `postgresql://ostiary@db.example/ostiary`",
    _database,
    secret=True,
)
