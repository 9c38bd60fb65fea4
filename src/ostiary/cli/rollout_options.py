"""Options of `ostiary rollout`: where the rollout is kept, what its gates demand."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, ParamSpec, Protocol, TypeVar

import click

from ostiary.cli import options
from ostiary.cli.connecting import connection_options, graph_client
from ostiary.cli.exits import NO
from ostiary.cli.hosted import opened_host
from ostiary.cli.output import answer, answer_json, note
from ostiary.model.errors import InputError, OstiaryError

if TYPE_CHECKING:
    from ostiary.entra.client import GraphClient
    from ostiary.policycode.configuration import Configuration
    from ostiary.rollout.findings import Health
    from ostiary.rollout.gates import GateResult
    from ostiary.rollout.settings import Settings
    from ostiary.rollout.source import Source
    from ostiary.rollout.state import Rollout, Who

_P = ParamSpec("_P")
_Command = TypeVar("_Command", bound=Callable[..., Any])
_SIGNING_IN: Final = ("credential", "tenant_id", "authority", "trusted")

reason_option = click.option("--reason", default="", help="Why; it is kept with the step.")


class Rollouts(Protocol):
    """A place where rollouts are kept; each step by the name or id of its policy."""

    def rollouts(self) -> list[Rollout]: ...
    def start(self, name: str, settings: Settings, reason: str = "") -> Rollout: ...
    def gates(self, name: str) -> tuple[Rollout, tuple[GateResult, ...]]: ...
    def advance(self, name: str, *, override: str | None = None) -> Rollout: ...
    def approve(self, name: str, reason: str = "") -> Rollout: ...
    def excuse(self, name: str, user: str, reason: str) -> Rollout: ...
    def step_back(self, name: str, reason: str = "") -> Rollout: ...
    def check(self, name: str) -> tuple[Rollout, Health | None]: ...
    def undo(self, name: str, reason: str = "") -> Rollout: ...
    def stop(self, name: str, reason: str = "") -> Rollout: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options of a command say beside where the rollouts are."""

    configuration: Configuration | None
    given: Mapping[str, Any]


def place_options(command: _Command) -> _Command:
    """Add the options that tell where; the command takes them as `**given`."""
    for each in reversed(_PLACES):
        command = each(command)
    return command


_PLACES: Final = (
    options.data,
    click.option(
        "--target",
        metavar="entra|URL",
        help="Not a server's data, but a tenant behind Graph: Microsoft Entra, or the origin of"
        " a Graph API.",
    ),
    click.option(
        "--kept-in",
        type=click.Choice(("server", "code")),
        help="Where the rollouts of --target are kept.  [default: code for Microsoft Entra, server"
        " for an Ostiary server]",
    ),
    click.option(
        "--code",
        default=".",
        show_default=True,
        type=click.Path(file_okay=False, path_type=Path),
        metavar="FOLDER",
        help="The folder of `ostiary.yaml`; with --target also of the rollouts (.ostiary).",
    ),
    click.option(
        "--tenant",
        "export",
        type=click.Path(exists=True, path_type=Path),
        metavar="FILE|FOLDER",
        help="With --target: an export of the tenant from today.  [default: it is pulled]",
    ),
    click.option(
        "--log",
        "logs",
        multiple=True,
        metavar="FILE|FOLDER",
        help="With --target: the tenant's sign-in log; may be repeated.",
    ),
    connection_options,
)


def gate_options(command: _Command) -> _Command:
    """Add the options that tell what the gates demand."""
    for each in reversed(_GATES):
        command = each(command)
    return command


_GATES: Final = (
    click.option(
        "--ring",
        "rings",
        multiple=True,
        metavar="[NAME=]GROUP|SHARE%",
        help="A ring of people: members of a group, or a share of all; in their order.",
    ),
    click.option("--approval", is_flag=True, default=None, help="A second person has to agree."),
    click.option("--days", type=int, metavar="N", help="Days of log at least."),
    click.option("--users-seen", metavar="SHARE", help="Users of it who are in the log at least."),
    click.option("--stage-days", type=int, metavar="N", help="Days that a stage has to stand."),
    click.option("--blocked", metavar="N|SHARE", help="People newly blocked at most."),
    click.option("--silent-breaks", metavar="N|SHARE", help="Broken in the background at most."),
    click.option("--prompts", metavar="N|SHARE", help="People newly prompted at most."),
    click.option("--failed-share", metavar="SHARE", help="Failing share that makes it step back."),
)
_MEMBERS: Final[Mapping[str, str]] = {
    "approval": "approval",
    "days": "days",
    "users_seen": "usersSeen",
    "stage_days": "stageDays",
    "blocked": "blocked",
    "silent_breaks": "silentBreaks",
    "prompts": "prompts",
    "failed_share": "failedShare",
}


def settings_from(asked: Asked) -> Settings:
    """Read what the gates demand: `ostiary.yaml`, and options in its place. Raises InputError."""
    from ostiary.rollout.settings import settings_from_json

    written = dict(asked.configuration.rollout) if asked.configuration else {}
    given = {_MEMBERS[name]: value for name, value in asked.given.items() if name in _MEMBERS}
    written |= {name: value for name, value in given.items() if value is not None}
    rings = asked.given.get("rings") or ()
    if rings:
        written["rings"] = [_ring(each) for each in rings]
    return settings_from_json(written)


def _ring(written: str) -> dict[str, Any]:
    name, sign, what = written.rpartition("=")
    named = {"name": name.strip()} if sign else {}
    if what.strip().endswith("%"):
        return {**named, "share": what.strip()}
    return {**named, "groups": [what.strip()]}


@contextmanager
def opened_rollouts(
    given: Mapping[str, Any], *, changes: bool = False
) -> Generator[tuple[Rollouts, Asked]]:
    """Open the place that the options name. Raises InputError, GraphError, and as `opened_host`.

    `changes`: the command may change a policy of a tenant behind Graph.
    """
    configuration = _configuration(given["code"])
    asked = Asked(configuration, given)
    if given["target"] is None:
        _refuse_log(given)
        with _host_rollouts(given["data"]) as place:
            yield place, asked
        return
    with (
        ExitStack() as open_,
        graph_client(given["target"], **{name: given[name] for name in _SIGNING_IN}) as client,
    ):
        if _on_server(given):
            from ostiary.rollout.server_rollouts import ServerRollouts

            client.writes = True  # also what changes no policy is written to the server
            yield ServerRollouts(client), asked
        else:
            client.writes = changes
            yield _remote(client, asked, open_), asked


def _on_server(given: Mapping[str, Any]) -> bool:
    """Tell whether the target keeps its rollouts itself. Raises InputError."""
    kept = given["kept_in"]
    if kept is None:
        from ostiary.cli.connecting import connection_of

        signing_in = {name: given[name] for name in _SIGNING_IN}
        connection = connection_of(given["target"], **signing_in)
        kept = "code" if connection.is_microsofts else "server"
    if kept == "server":
        _refuse_log(given)
    return kept == "server"


@contextmanager
def _host_rollouts(data: str) -> Generator[Rollouts]:
    with opened_host(data) as host, TemporaryDirectory(prefix="ostiary-") as scratch:
        from ostiary.serving.host import place_of
        from ostiary.serving.host_rollouts import HostRollouts

        folder, database = place_of(data, os.environ)
        # Columns of the log are kept with the data; a database elsewhere has no folder for them.
        kept = Path(scratch) if database else folder
        yield HostRollouts(host.store, host.snapshots, host.by, kept)


def _configuration(folder: Path) -> Configuration | None:
    from ostiary.policycode.folder import load_configuration

    return load_configuration(folder)


def _refuse_log(given: Mapping[str, Any]) -> None:
    if given["logs"] or given["export"]:
        raise InputError(
            "expected --log and --tenant for rollouts that are kept in code, came one without that",
            hint="a server goes by its own tenant and sign-in log; --target entra keeps them in"
            " --code",
        )


def _remote(client: GraphClient, asked: Asked, open_: ExitStack) -> Rollouts:
    from ostiary.rollout.carrying import Desk
    from ostiary.rollout.graph_target import GraphTarget
    from ostiary.rollout.journal import Journal
    from ostiary.rollout.remote import Remote

    target = GraphTarget(client)
    return Remote(
        desk=Desk(Journal(asked.given["code"]), target),
        tenancy=target,
        source=lambda: _source(client, asked, open_),
        tenant_id=target.tenant_id(),
        who=target.who() or _host_user(),
        now=lambda: datetime.now(UTC),
        new_id=lambda: str(uuid.uuid4()),
    )


def _source(client: GraphClient, asked: Asked, open_: ExitStack) -> Source:
    """Give the export and the log; what nobody has exported is pulled into a folder for now."""
    from ostiary.rollout.source import Source

    logs = tuple(asked.given["logs"])
    if asked.given["export"] is not None:
        return Source(asked.given["export"], logs)
    from ostiary.cli.progress import progress
    from ostiary.entra.pull import Wanted, pull

    folder = Path(open_.enter_context(TemporaryDirectory(prefix="ostiary-"))) / "tenant"
    declared = asked.configuration.emergency_access if asked.configuration else ()
    with progress("Reading the tenant", "objects") as told:
        report = pull(
            client,
            folder,
            Wanted(emergency_access=declared),
            now=datetime.now(UTC),
            told=lambda what, share, count: told(share, count),
        )
    for key, why in report.left_out.items():
        note(f"not pulled: {key}: {why}; what rests on it is unknown")
    return Source(folder, logs)


def _host_user() -> Who:
    """Name the user of this host, where a token does not say who is signed in."""
    import getpass

    from ostiary.rollout.state import Who

    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):
        name = os.environ.get("USERNAME", "somebody")
    return Who(f"host:{name}", name)


def told_refusals(command: Callable[_P, int]) -> Callable[_P, int]:
    """Tell what a gate, the lockout guard or another person refuses, with exit code 1."""

    @wraps(command)
    def told(*args: _P.args, **kwargs: _P.kwargs) -> int:
        try:
            return command(*args, **kwargs)
        except OstiaryError as error:
            as_json = kwargs.get("as_json") is True
            code = _refused(error, as_json=as_json)
            if code is None:
                raise
            return code

    return told


def _refused(error: OstiaryError, *, as_json: bool) -> int | None:
    from ostiary.rollout.errors import (
        GateClosed,
        JournalTaken,
        NotSecondPerson,
        PolicyMoved,
        RolloutError,
        StepUnfinished,
    )

    noes = (JournalTaken, NotSecondPerson, PolicyMoved, RolloutError, StepUnfinished)
    if isinstance(error, GateClosed):
        if as_json:
            gates = [each.to_json() for each in error.results]
            answer_json({"refused": {"code": error.code, "gates": gates}})
        else:
            from ostiary.cli.rollout_page import show_closed

            show_closed(error)
        return NO
    if isinstance(error, noes):
        if as_json:
            answer_json({"refused": {"code": error.code, "message": str(error)}})
        else:
            answer(f"Not taken: {error}")
        return NO
    if error.code == "lockout":
        from ostiary.administration.guard import LockedOut
        from ostiary.cli.hosted import refused

        return refused(error, as_json=as_json) if isinstance(error, LockedOut) else None
    return None
