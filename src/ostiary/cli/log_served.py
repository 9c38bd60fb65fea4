"""`ostiary log search` and `export`: the sign-in log of a server, running or not."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.extras import require_analysis, require_server
from ostiary.cli.output import answer, answer_json
from ostiary.model.json_types import as_object

if TYPE_CHECKING:
    from ostiary.cli.progress import Told

Each = TypeVar("Each")
_TOLD_EVERY = 1_000
since_option = click.option(
    "--since", metavar="WHEN", help="From then on: a date, a time, or how long ago (24h, 7d)."
)


@click.command("search")
@options.data
@click.option("--user", metavar="NAME|ID", help="Who signed in, or tried to.")
@click.option(
    "--app", metavar="NAME|ID", help="The application, or the resource that it asked for."
)
@click.option("--error", metavar="CODE", help="The AADSTS code; 0: sign-ins that succeeded.")
@click.option("--policy", metavar="NAME|ID", help="A policy that applied, report-only or not.")
@since_option
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@options.as_json
def search_command(
    *,
    data: str,
    user: str | None,
    app: str | None,
    error: str | None,
    policy: str | None,
    since: str | None,
    limit: int,
    as_json: bool,
) -> int:
    """Look through the sign-in log of a server, the latest first.

    --json prints one object, whose `value` holds sign-ins as Microsoft Graph writes them.
    """
    require_server()
    from ostiary.secrecy.clock import SystemClock
    from ostiary.serving.host import opened_store
    from ostiary.serving.sign_in_search import Wanted, read_error, read_since, search

    wanted = Wanted(
        user,
        app,
        policy,
        read_error(error) if error is not None else None,
        read_since(since, SystemClock().now()) if since is not None else None,
    )
    with opened_store(data, os.environ) as store:
        found = list(search(store, wanted, limit=limit))
    if as_json:
        answer_json({"value": found})
    elif found:
        _table(found)
    else:
        answer("No sign-in is like that.")
    return DONE


@click.command("export")
@options.data
@since_option
@click.option(
    "--with-tenant",
    "tenant_out",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the tenant as well, as --tenant of `ostiary impact` reads it.",
)
@click.argument("out", metavar="FILE.parquet", type=click.Path(dir_okay=False, path_type=Path))
@options.as_json
def export_command(
    *, data: str, since: str | None, tenant_out: Path | None, out: Path, as_json: bool
) -> int:
    """Write the sign-in log of a server as the Parquet file that `ostiary impact` reads."""
    require_server()
    require_analysis()
    from ostiary.cli.progress import progress
    from ostiary.directory.exporting import export_folder
    from ostiary.directory.sign_in_export import export_sign_ins
    from ostiary.secrecy.clock import SystemClock
    from ostiary.serving.host import opened_store
    from ostiary.serving.sign_in_search import read_since

    begin = read_since(since, SystemClock().now()) if since is not None else None
    with opened_store(data, os.environ) as store, progress("Exporting", "sign-ins") as told:
        total = store.sign_ins.count(begin)
        rows = export_sign_ins(_told(store.sign_ins.events(begin), total, told), out)
        if tenant_out is not None:
            export_folder(store.database, tenant_out)
    if as_json:
        tenant = str(tenant_out) if tenant_out else None
        answer_json({"out": str(out), "rows": rows, "tenant": tenant})
    else:
        answer(f"{rows:,} sign-ins written to {out}")
        if tenant_out:
            answer(f"Now: ostiary impact --tenant {tenant_out} {out}")
    return DONE


def _told(events: Iterable[Each], total: int, told: Told) -> Iterator[Each]:
    for number, each in enumerate(events, 1):
        if number % _TOLD_EVERY == 0:
            told(number / max(1, total), number)
        yield each


def _table(found: Iterable[dict[str, Any]]) -> None:
    from ostiary.cli.tables import Row, console, print_rows
    from ostiary.serving.sign_in_search import policies_that_applied

    rows = (
        Row(
            str(each.get("userPrincipalName") or each.get("servicePrincipalName") or "unknown"),
            (
                str(each["createdDateTime"])[:19].replace("T", " ") + "Z",
                str(as_object(each["status"])["errorCode"]),
                str(each["conditionalAccessStatus"]),
            ),
            (_what(each), *_why(each), *policies_that_applied(each)),
        )
        for each in found
    )
    print_rows(console(), ("Who", "When", "Code", "Conditional Access", "What"), rows)


def _what(each: dict[str, Any]) -> str:
    app = each["appDisplayName"] or each["appId"] or "unknown application"
    resource = each["resourceDisplayName"] or each["resourceId"] or "unknown resource"
    return f"{app} → {resource} from {each['ipAddress'] or 'an unknown address'}"


def _why(each: dict[str, Any]) -> list[str]:
    status = as_object(each["status"])
    return [str(status["failureReason"])] if status["errorCode"] else []
