"""`ostiary pull`: a tenant out of Microsoft Entra, or of an Ostiary server, into a folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.connecting import ENTRA, connection_options, graph_client
from ostiary.cli.exits import DONE
from ostiary.cli.output import answer, answer_json, note

if TYPE_CHECKING:
    from ostiary.entra.client import GraphClient
    from ostiary.entra.pull import PullReport


@click.command("pull")
@click.option(
    "--from",
    "address",
    default=ENTRA,
    show_default=True,
    metavar="entra|URL",
    help="Microsoft Entra, or the origin of a Graph API such as https://localhost:8445.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where to; an earlier pull is replaced once all went well.",
)
@click.option(
    "--without",
    multiple=True,
    metavar="KEY",
    help="Leave out what you may not read: users, groups, devices, …; may be repeated.",
)
@click.option(
    "--emergency-access",
    multiple=True,
    metavar="ACCOUNT",
    help="An account, or group of accounts, for emergency access; may be repeated.",
)
@click.option(
    "--log",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the sign-in log too: a file of lines, gzip where its name ends in .gz.",
)
@click.option(
    "--days",
    default=30,
    show_default=True,
    type=click.IntRange(1, 365),
    help="How far back the log goes.",
)
@connection_options
@options.as_json
def command(
    *,
    address: str,
    out: Path,
    without: tuple[str, ...],
    emergency_access: tuple[str, ...],
    log: Path | None,
    days: int,
    as_json: bool,
    **signing_in: Any,
) -> int:
    """Read a tenant through Microsoft Graph and write the folder that every command loads.

    Policies, locations, strengths and contexts; users, groups with their members, roles,
    applications, devices; which methods people have registered. Nothing is changed.
    """
    with graph_client(address, **signing_in) as client:
        from ostiary.cli.progress import progress
        from ostiary.entra.collections import KEYS
        from ostiary.entra.pull import Wanted, pull

        unknown = [each for each in without if each not in KEYS]
        if unknown:
            raise click.BadParameter(
                f"expected one of {', '.join(KEYS)}, came `{unknown[0]}`", param_hint="--without"
            )
        wanted = Wanted(frozenset(without), emergency_access)
        with progress("Reading the tenant", "objects") as told:
            report = pull(
                client,
                out,
                wanted,
                now=datetime.now(UTC),
                told=lambda what, share, count: told(share, count),
            )
        counts = None if log is None else _log(client, log, days)
    if as_json:
        more = {} if counts is None else {"log": str(log), "signIns": counts}
        answer_json({"folder": str(out)} | report.to_json() | more)
        return DONE
    _tell(report, out)
    if counts is not None:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
        answer(f"{sum(counts.values()):,} sign-ins of {days} days written to {log} ({kinds})")
    return DONE


def _log(client: GraphClient, log: Path, days: int) -> dict[str, int]:
    from ostiary.cli.progress import progress
    from ostiary.entra.pull_log import pull_log

    with progress("Reading the log", "sign-ins") as told:
        return pull_log(client, log, days=days, now=datetime.now(UTC), told=told)


def _tell(report: PullReport, out: Path) -> None:
    for key, count in report.counts.items():
        answer(f"{count:>9,}  {key}")
    answer(f"Tenant {report.tenant_id} written to {out}")
    for key, why in report.left_out.items():
        note(f"not pulled: {key}: {why}; what rests on it is unknown")
    if not report.permissions_known:
        note("the token does not say which permissions it has; Graph decided")
