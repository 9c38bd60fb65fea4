"""What the commands that change a server's data share: who changes, and what the guard refuses."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from re import fullmatch
from typing import TYPE_CHECKING, Any, Final, ParamSpec

import click

from ostiary.cli.exits import NO
from ostiary.cli.extras import require_server
from ostiary.cli.output import answer, answer_json
from ostiary.model.errors import InputError, OstiaryError

if TYPE_CHECKING:
    from ostiary.administration.guard import LockedOut, Override
    from ostiary.directory.protocols import Actor
    from ostiary.directory.snapshot import Snapshots
    from ostiary.directory.store import Store
    from ostiary.serving.settings import ServerSettings

_P = ParamSpec("_P")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}

override_option = click.option(
    "--override",
    metavar="REASON",
    help="Change it although it locks administrators out; the reason is audited.",
)


@dataclass(frozen=True)
class Host:
    """The data of a server, and the host's user in whose name it is changed."""

    store: Store
    snapshots: Snapshots
    by: Actor


@contextmanager
def opened_host(data: str) -> Generator[Host]:
    """Open the data beside a running server or without one. Raises as `opened_store` does."""
    require_server()
    from ostiary.directory.snapshot import Snapshots
    from ostiary.serving.host import host_actor, opened_store

    with opened_store(data, os.environ) as store:
        yield Host(store, Snapshots(store), host_actor())


def settings_of(data: str, config: str | None) -> ServerSettings:
    """Read the settings of a server. Raises SettingsError."""
    from ostiary.serving.settings_reading import read_settings

    return read_settings(
        config=Path(config) if config else None,
        folder=None if "://" in data else Path(data),
        environment=os.environ,
    ).settings


def reason_of(override: str | None) -> Override | None:
    """Give what `--override` says to the guard, None where it was not given."""
    from ostiary.administration.guard import Override

    return None if override is None else Override(override)


def guarded_command(command: Callable[_P, int]) -> Callable[_P, int]:
    """Tell what the lockout guard refuses, with exit code 1, and other refusals with all of them.

    `command` takes `as_json` by name.
    """

    @wraps(command)
    def told(*args: _P.args, **kwargs: _P.kwargs) -> int:
        try:
            return command(*args, **kwargs)
        except OstiaryError as error:
            from ostiary.administration.guard import LockedOut
            from ostiary.schema.answers import Refusal

            if isinstance(error, LockedOut):
                return refused(error, as_json=kwargs.get("as_json") is True)
            if isinstance(error, Refusal):
                said = (f"`{e.path}`: {e.message}" if e.path else e.message for e in error.problems)
                wrong = "; ".join(said) or error.message
                raise InputError(f"that cannot be done: {wrong}") from error
            raise

    return told


def refused(refusal: LockedOut, *, as_json: bool) -> int:
    """Tell whom a change would lock out, and how it can be made all the same."""
    if as_json:
        answer_json({"refused": refusal.to_json()})
        return NO
    answer("Not changed: it would lock administrators out.")
    for each in refusal.accounts:
        policies = ", ".join(f"`{name}`" for _, name in each.policies)
        answer(f"  {each.name}: {each.why}" + (f" ({policies})" if policies else ""))
    if refusal.others:
        answer("  No administrator beside the emergency access accounts could get in.")
    answer("Exclude them from the policy, or give a reason with --override.")
    return NO


def moment_of(written: str, option: str) -> datetime:
    """Read a time of an option, UTC where it says no offset. Raises BadParameter."""
    try:
        found = datetime.fromisoformat(written)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f"expected a time such as 2026-01-31T09:00Z, came `{written}`", param_hint=option
        ) from None


def duration_of(written: str, option: str) -> timedelta:
    """Read how long, as `90m`, `8h` or `14d`. Raises BadParameter."""
    found = fullmatch(r"([1-9][0-9]{0,5})([mhd])", written.strip().casefold())
    if found is None:
        raise click.BadParameter(
            f"expected a time such as 90m, 8h or 14d, came `{written}`", param_hint=option
        )
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def document_of(file: str) -> dict[str, Any]:
    """Read a JSON object from a file, or from standard input for `-`. Raises InputError."""
    from ostiary.cli.requests import standard_input
    from ostiary.tenant.json_text import parse_json, read_bytes
    from ostiary.tenant.shapes import is_object

    text = standard_input() if file == "-" else read_bytes(Path(file))
    found = parse_json(text, "standard input" if file == "-" else file)
    if not is_object(found):
        raise InputError(
            f"{file}: expected one object of JSON, came something else",
            hint="give it as Graph writes it: `ostiary policy show` shows one",
        )
    return {**found}
