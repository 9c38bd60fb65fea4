"""`ostiary twin`: a tenant out of an export, served, to try its policies with real clients."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.connecting import ENTRA, connection_options, graph_client
from ostiary.cli.exits import DONE
from ostiary.cli.extras import require_analysis, require_server
from ostiary.cli.output import answer, answer_json, note
from ostiary.cli.progress import progress
from ostiary.model.errors import InputError

if TYPE_CHECKING:
    from ostiary.serving.free_ports import Ports
    from ostiary.tenant.documents import RawTenant
    from ostiary.twin.credentials import Credentials
    from ostiary.twin.making import Ready
    from ostiary.twin.said import Said

REPORT = "twin-report.json"
_MOST_PEOPLE = 12
_MOST_COUNTRIES = 6
_CODE = 2


@click.command("twin")
@click.option(
    "--from",
    "source",
    metavar="FILE|FOLDER|entra|URL",
    help="Of what to make one: an export, Microsoft Entra, or the origin of a Graph API; not needed"
    " for a twin that is there.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default="./ostiary-twin",
    show_default=True,
    metavar="DIR",
    help="The folder of the twin; it is made, or gone on with.",
)
@click.option(
    "--country",
    metavar="CODE",
    help="The country in which this host is, for policies on countries; none at first.",
)
@click.option(
    "--sign-ins",
    type=click.IntRange(1, 1_000_000),
    metavar="N",
    help="Write an invented log of 30 days with about so many sign-ins, for impact and rollouts.",
)
@click.option("--serve", "serves", is_flag=True, help="Serve it until Ctrl-C.")
@connection_options
@options.as_json
def command(
    *,
    source: str | None,
    data: Path,
    country: str | None,
    sign_ins: int | None,
    serves: bool,
    as_json: bool,
    **signing_in: Any,
) -> int:
    """Make a tenant out of an export, with test credentials, to try its policies.

    Users, groups, roles, devices, applications, policies and what they name are as exported.
    What policies name and the export lacks is stood in for; where it has no people, some are
    invented. What is not in the twin is said. Writes DIR/twin.json (credentials), DIR/twin.env (for
    scripts) and DIR/twin-report.json.
    """
    require_server()
    if sign_ins:
        require_analysis()
    from ostiary.secrecy.clock import SystemClock
    from ostiary.secrecy.randomness import SystemRandomness
    from ostiary.serving.free_ports import free_ports
    from ostiary.twin.credentials import kept
    from ostiary.twin.making import get_ready, require_twin_of

    told = kept(data)
    home = _country(country) if country else None
    if told is None:
        told, report = _made(data, source, as_json=as_json, signing_in=signing_in)
        if sign_ins:
            _history(data, sign_ins)
    elif sign_ins:
        raise InputError(
            f"expected --sign-ins when a twin is made, and in `{data}` there is one already",
            hint="name another folder with --data, or leave --sign-ins out",
        )
    else:
        require_twin_of(told, _known_as(source) if source else None, data)
        report = json.loads((data / REPORT).read_text(encoding="utf-8"))
    ports = free_ports()
    clock, randomness = SystemClock(), SystemRandomness()
    ready = get_ready(
        data, told, ports, os.environ, country=home, clock=clock, randomness=randomness
    )
    if as_json:
        people = {"people": len(told.people), "countries": ready.countries}
        answer_json({"data": str(data.resolve()), **report, **people})
    else:
        for line in _how_to_go_on(data, told, ready, ports, serves=serves):
            answer(line)
    if serves:
        _serve(data)
    return DONE


def _made(
    data: Path, source: str | None, *, as_json: bool, signing_in: Mapping[str, Any]
) -> tuple[Credentials, Mapping[str, Any]]:
    from ostiary.secrecy.clock import SystemClock
    from ostiary.secrecy.randomness import SystemRandomness
    from ostiary.serving.files import PRIVATE, write_anew
    from ostiary.twin.completing import completed
    from ostiary.twin.making import made
    from ostiary.twin.said import said

    if source is None:
        raise InputError(
            f"expected --from, and in `{data}` there is no twin to go on with",
            hint="name the file or folder of an export, or `entra`, with --from",
        )
    done = completed(_read(source, signing_in))
    clock, randomness = SystemClock(), SystemRandomness()
    count = max(1, len(done.parts.directory.users))
    with progress("Test credentials", "people") as tell:
        told = made(
            data,
            _known_as(source),
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


def _history(data: Path, rows: int) -> None:
    """Write sign-ins of the last 30 days, each decided by the twin's policies."""
    from ostiary.demo.history import write_history
    from ostiary.serving.host import opened_store

    with opened_store(str(data), os.environ) as store, progress("Sign-ins of 30 days") as tell:
        write_history(
            store, rows, store.means.clock.now(), progress=lambda done: tell(done / rows, done)
        )


def _read(source: str, signing_in: Mapping[str, Any]) -> RawTenant:
    """Read an export, or pull one that is gone afterwards: it holds people's names."""
    from ostiary.tenant.reading import read_raw

    if not _is_graph(source):
        if not Path(source).exists():
            raise InputError(
                f"expected a file or folder in --from, and `{source}` does not exist",
                hint="or `entra`, or the origin of a Graph API such as https://localhost:8445",
            )
        return read_raw(source)
    with graph_client(source, **signing_in) as client, TemporaryDirectory() as folder:
        from ostiary.entra.pull import Wanted, pull

        out = Path(folder) / "tenant"
        with progress("Reading the tenant", "objects") as told:
            report = pull(
                client,
                out,
                Wanted(),
                now=datetime.now(UTC),
                told=lambda what, share, count: told(share, count),
            )
        for key, why in report.left_out.items():
            note(f"not pulled: {key}: {why}; what rests on it is unknown")
        return read_raw(out)


def _country(written: str) -> str:
    if len(written) != _CODE or not (written.isascii() and written.isalpha()):
        raise InputError(
            f"expected the ISO 3166 code of a country in --country, came `{written[:20]}`",
            hint="two letters, as NO for Norway",
        )
    return written.upper()


def _known_as(source: str) -> str:
    return source.casefold() if _is_graph(source) else str(Path(source).resolve())


def _is_graph(source: str) -> bool:
    return source.casefold() == ENTRA or "://" in source


def _show(report: Said, data: Path) -> None:
    for line in report.lines():
        answer(line)
    answer(f"All of it: {data / REPORT}")
    answer("")


def _how_to_go_on(
    data: Path, told: Credentials, ready: Ready, ports: Ports, *, serves: bool
) -> Iterator[str]:
    for usual, used in ports.moved:
        yield f"Port {usual} is taken; {used} is used instead."
    yield f"Everybody's password: {told.password}"
    yield f"Authenticator apps, secrets of applications, devices: {data / 'twin.json'}"
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
    if len(ready.countries) > 1:  # one of them no location names
        some = [f"{code} {address}" for code, address in ready.countries.items()]
        shown = some if len(some) <= _MOST_COUNTRIES else [*some[:_MOST_COUNTRIES], "…", some[-1]]
        yield f"Addresses in countries, for X-Forwarded-For: {', '.join(shown)}"
    admin, authority = ready.variables["ADMIN_URL"], data / "ca.pem"
    yield f"Admin center: {admin}   (its certificate authority: {authority})"
    yield f"For scripts: {data / 'twin.env'}"
    yield "Point az at it:"
    yield f'  eval "$(ostiary env --data {data})"'
    yield f"  az cloud register -n Ostiary --endpoint-resource-manager {ready.variables['ARM_URL']}"
    yield "  az cloud set -n Ostiary && az login"
    yield ""
    yield "Serving until Ctrl-C." if serves else f"Next: `ostiary twin --data {data} --serve`."


def _serve(data: Path) -> None:
    from ostiary.serving.server import run
    from ostiary.serving.settings_reading import read_settings

    settings = read_settings(config=None, folder=data, environment={}).settings
    run(data, settings, tell=note)
