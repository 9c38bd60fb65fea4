"""Which tenant a command on policies as code compares with: an export, a server, or Entra."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ostiary.cli.connecting import connection_options, graph_client
from ostiary.cli.output import note

if TYPE_CHECKING:
    from ostiary.policycode.target import Target
    from ostiary.tenant.documents import RawTenant

_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--tenant",
        "tenant_path",
        metavar="FILE|FOLDER",
        help="The tenant as it is: an export, as every command reads it.",
    ),
    click.option(
        "--data",
        metavar="DIR",
        help="The tenant as it is: a server's data folder, or the URL of its database.",
    ),
    click.option(
        "--from",
        "address",
        metavar="entra|URL",
        help="The tenant as it is: Microsoft Entra, or the origin of a server's Graph API.",
    ),
)


def target_options(command: _Command) -> _Command:
    """Add the options that name a tenant; the command takes them as `**which`."""
    command = connection_options(command)
    for each in reversed(_OPTIONS):
        command = each(command)
    return command


def target_at(
    *,
    tenant_path: str | None,
    data: str | None,
    address: str | None,
    **signing_in: Any,
) -> Target:
    """Read the tenant that the options name. Raises UsageError unless they name one."""
    if sum(each is not None for each in (tenant_path, data, address)) != 1:
        raise click.UsageError("expected one of --tenant, --data and --from")
    from ostiary.policycode.target import target_of

    if tenant_path is not None:
        from ostiary.tenant.reading import read_raw

        target = target_of(read_raw(Path(tenant_path)), tenant_path)
    elif data is not None:
        target = target_of(_of_server(data), f"the server's data in {data}")
    else:
        target = target_of(_pulled(str(address), signing_in), str(address))
    for each in target.parts.refused:
        note(f"cannot be read: policy `{each.name}` of the target; `ostiary validate` says why")
    return target


def _of_server(data: str) -> RawTenant:
    from ostiary.cli.extras import require_server

    require_server()
    from ostiary.directory.exporting import export_tenant
    from ostiary.serving.host import opened_store
    from ostiary.tenant.reading import read_document

    with opened_store(data, os.environ) as store:
        return read_document(export_tenant(store.database), data)


def _pulled(address: str, signing_in: dict[str, Any]) -> RawTenant:
    """Pull the tenant into a folder that is gone afterwards."""
    from tempfile import TemporaryDirectory

    with (
        TemporaryDirectory(prefix="ostiary-") as folder,
        graph_client(address, **signing_in) as client,
    ):
        from ostiary.cli.progress import progress
        from ostiary.entra.pull import Wanted, pull
        from ostiary.tenant.reading import read_raw

        pulled = Path(folder, "tenant")
        with progress("Reading the tenant", "objects") as tell:
            report = pull(
                client,
                pulled,
                Wanted(frozenset(), ()),
                now=datetime.now(UTC),
                told=lambda what, share, count: tell(share, count),
            )
        for key, why in report.left_out.items():
            note(f"not pulled: {key}: {why}; what rests on it is unknown")
        return read_raw(pulled)
