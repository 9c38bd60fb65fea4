"""What somebody needs to try the demonstration: kept for its next start, in a file of its owner."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from ostiary.model.errors import InputError
from ostiary.secrecy.randomness import Randomness
from ostiary.serving.files import PRIVATE, write_once

FILE_NAME: Final = "demo.json"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in; who has no authenticator app has no key of one."""

    id: str
    name: str
    password: str
    otp_key: str = ""


@dataclass(frozen=True, slots=True)
class Workload:
    """The application of the demonstration."""

    app_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """Everything that was told, or will be."""

    tenant_id: str
    subscription_id: str
    administrator: Person
    user: Person
    emergency: tuple[Person, ...]
    application: Workload
    identity_client_id: str
    identity_secret: str
    issuer_key: Mapping[str, Any]


def keep(data: Path, told: Credentials, randomness: Randomness) -> None:
    """Write them, for the owner of the folder only."""
    content = json.dumps(asdict(told), indent=2).encode()
    write_once(data / FILE_NAME, content, mode=PRIVATE, randomness=randomness)


def kept(data: Path) -> Credentials | None:
    """Read them again, None where there are none. Raises InputError."""
    file = data / FILE_NAME
    if not file.exists():
        return None
    try:
        body = json.loads(file.read_text(encoding="utf-8"))
        people = {name: Person(**body.pop(name)) for name in ("administrator", "user")}
        emergency = tuple(Person(**each) for each in body.pop("emergency"))
        application = Workload(**body.pop("application"))
        return Credentials(**people, emergency=emergency, application=application, **body)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            f"expected what the demonstration told in `{file}`, came something else",
            hint="name another folder with --data, or remove this one and start again",
        ) from error
