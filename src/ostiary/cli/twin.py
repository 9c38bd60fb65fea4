"""`ostiary twin`: a tenant out of an export, served, to try its policies with real clients."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.extras import require_server
from ostiary.cli.output import answer, answer_json, note
from ostiary.cli.progress import progress
from ostiary.model.errors import InputError

if TYPE_CHECKING:
    from ostiary.serving.free_ports import Ports
    from ostiary.twin.credentials import Credentials
    from ostiary.twin.said import Said

REPORT = "twin-report.json"
_MOST_PEOPLE = 12


@click.command("twin")
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE|FOLDER",
    help="The export of which to make one; not needed for a twin that is there.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default="./ostiary-twin",
    show_default=True,
    metavar="DIR",
    help="The folder of the twin; it is made, or gone on with.",
)
@click.option("--serve", "serves", is_flag=True, help="Serve it until Ctrl-C.")
@options.as_json
def command(*, source: Path | None, data: Path, serves: bool, as_json: bool) -> int:
    """Make a tenant out of an export, with test credentials, to try its policies.

    Users, groups, roles, devices, applications, policies and what they name are as exported.
    What policies name and the export lacks is stood in for; where it has no people, some are
    invented. What is not in the twin is said. Writes DIR/twin.json (credentials), DIR/twin.env (for
    scripts) and DIR/twin-report.json.
    """
    require_server()
    from ostiary.secrecy.clock import SystemClock
    from ostiary.secrecy.randomness import SystemRandomness
    from ostiary.serving.free_ports import free_ports
    from ostiary.twin.credentials import kept
    from ostiary.twin.making import get_ready, require_twin_of

    told = kept(data)
    if told is None:
        told, report = _made(data, source, as_json=as_json)
    else:
        require_twin_of(told, str(source.resolve()) if source else None, data)
        report = json.loads((data / REPORT).read_text(encoding="utf-8"))
    ports = free_ports()
    clock, randomness = SystemClock(), SystemRandomness()
    values = get_ready(data, told, ports, os.environ, clock=clock, randomness=randomness)
    if as_json:
        answer_json({"data": str(data.resolve()), **report, "people": len(told.people)})
    else:
        for line in _how_to_go_on(data, told, values, ports, serves=serves):
            answer(line)
    if serves:
        _serve(data)
    return DONE


def _made(
    data: Path, source: Path | None, *, as_json: bool
) -> tuple[Credentials, Mapping[str, Any]]:
    from ostiary.secrecy.clock import SystemClock
    from ostiary.secrecy.randomness import SystemRandomness
    from ostiary.serving.files import PRIVATE, write_anew
    from ostiary.tenant.reading import read_raw
    from ostiary.twin.completing import completed
    from ostiary.twin.making import made
    from ostiary.twin.said import said

    if source is None:
        raise InputError(
            f"expected --from, and in `{data}` there is no twin to go on with",
            hint="name the file or folder of an export with --from",
        )
    done = completed(read_raw(source))
    clock, randomness = SystemClock(), SystemRandomness()
    count = max(1, len(done.parts.directory.users))
    with progress("Test credentials", "people") as tell:
        told = made(
            data,
            str(source.resolve()),
            done,
            os.environ,
            clock=clock,
            randomness=randomness,
            tell=lambda people: tell(people / count, people),
        )
    report = said(done)
    content = json.dumps(report.to_json(), indent=1).encode()
    write_anew(data / REPORT, content, mode=PRIVATE, randomness=randomness)
    if not as_json:
        _show(report, data)
    return told, report.to_json()


def _show(report: Said, data: Path) -> None:
    for line in report.lines():
        answer(line)
    answer(f"All of it: {data / REPORT}")
    answer("")


def _how_to_go_on(
    data: Path, told: Credentials, values: Mapping[str, str], ports: Ports, *, serves: bool
) -> Iterator[str]:
    for usual, used in ports.moved:
        yield f"Port {usual} is taken; {used} is used instead."
    yield f"Everybody's password: {told.password}"
    yield "Keys of authenticator apps, secrets of applications: " + str(data / "twin.json")
    yield ""
    named = [told.administrator, *told.emergency]
    others = [each.name for each in told.people if each.name not in named]
    for name in (*named, *others[: _MOST_PEOPLE - len(named)]):
        person = told.person(name)
        app = f"authenticator {person.otp_key}" if person.otp_key else "no second factor"
        yield f"  {name:<44}  {app}"
    if len(told.people) > _MOST_PEOPLE:
        yield f"  … and {len(told.people) - _MOST_PEOPLE:,} more"
    yield ""
    yield f"Admin center: {values['ADMIN_URL']}   (its certificate authority: {data / 'ca.pem'})"
    yield f"For scripts: {data / 'twin.env'}"
    yield "Point az at it:"
    yield f'  eval "$(ostiary env --data {data})"'
    yield f"  az cloud register -n Ostiary --endpoint-resource-manager {values['ARM_URL']}"
    yield "  az cloud set -n Ostiary && az login"
    yield ""
    yield "Serving until Ctrl-C." if serves else f"Next: `ostiary twin --data {data} --serve`."


def _serve(data: Path) -> None:
    from ostiary.serving.server import run
    from ostiary.serving.settings_reading import read_settings

    settings = read_settings(config=None, folder=data, environment={}).settings
    run(data, settings, tell=note)
