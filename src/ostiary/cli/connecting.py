"""Options of the commands that speak to a Graph API: Microsoft Entra's, or an Ostiary server's."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from ostiary.cli.extras import require_entra

if TYPE_CHECKING:
    from ostiary.entra.client import GraphClient
    from ostiary.entra.connection import Connection

_Command = TypeVar("_Command", bound=Callable[..., Any])
ENTRA: Final = "entra"
"""What stands for the Graph of Microsoft's worldwide cloud where an address is asked for."""
_CREDENTIALS: Final = (
    "default",
    "azure-cli",
    "environment",
    "managed-identity",
    "workload-identity",
    "interactive",
    "device-code",
    "azure-powershell",
    "azure-developer-cli",
    "token",
)

_OPTIONS: Final = (
    click.option(
        "--credential",
        type=click.Choice(_CREDENTIALS),
        default="default",
        show_default=True,
        help="Who signs in: a credential of azure-identity (default tries several), or the access"
        " token in OSTIARY_GRAPH_TOKEN.",
    ),
    click.option("--tenant-id", metavar="ID", help="The tenant to sign in to."),
    click.option(
        "--authority",
        metavar="URL",
        help="Where tokens come from.  [default: the cloud's own; of an Ostiary server its login"
        " address]",
    ),
    click.option(
        "--ca",
        "trusted",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Certificates to believe instead of the host's: ca.pem of an Ostiary server.",
    ),
)


def connection_options(command: _Command) -> _Command:
    """Add the options that tell who signs in; the command takes them as `**signing_in`."""
    for each in reversed(_OPTIONS):
        command = each(command)
    return command


def connection_of(address: str, **signing_in: Any) -> Connection:
    """Give the connection that the options describe; `entra` is Microsoft's worldwide cloud."""
    require_entra()
    from ostiary.entra.connection import ENTRA as GRAPH
    from ostiary.entra.connection import Connection

    return Connection(graph=GRAPH if address.casefold() == ENTRA else address, **signing_in)


@contextmanager
def graph_client(address: str, **signing_in: Any) -> Generator[GraphClient]:
    """Give a client that only reads. Raises InputError, GraphError."""
    connection = connection_of(address, **signing_in)
    from ostiary.entra.connection import connected

    with connected(connection, os.environ) as client:
        yield client
