"""`ostiary identity`: managed identities of a server, and who may ask for their tokens.

Each change is in force at once on a running server. The audit log names the host's user.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.extras import require_server
from ostiary.cli.output import answer, answer_json

if TYPE_CHECKING:
    from ostiary.directory.documents import Stored
    from ostiary.directory.store import Store


@click.group("identity")
def command() -> None:
    """Managed identities: workloads that get tokens without a password; takes --json."""


@command.command("add")
@click.argument("name")
@click.option("--system", is_flag=True, help="Make a machine of this name, and its own identity.")
@click.option(
    "--resource-group",
    "group",
    default="identities",
    show_default=True,
    metavar="NAME",
    help="Where it stands; made if there is none.",
)
@click.option(
    "--role",
    type=click.Choice(("Reader", "Contributor", "Owner")),
    help="Give it this role in the subscription.",
)
@options.data
@options.as_json
def add_command(
    name: str, *, system: bool, group: str, role: str | None, data: str, as_json: bool
) -> int:
    """Make a user-assigned managed identity; nobody may ask for its tokens yet."""
    require_server()
    from ostiary.serving.host import opened_store
    from ostiary.serving.identities import made_identity

    with opened_store(data, os.environ) as store:
        made = made_identity(store, name, group=group, system=system, role=role)
        told = _told(store, made)
    if as_json:
        answer_json(told)
    else:
        answer(f"{name}: object id {told['principalId']}, client id {told['clientId']}")
        answer("Nobody may ask for its tokens yet: `ostiary identity allow` or `secret` says who.")
    return DONE


@command.command("list")
@options.data
@options.as_json
def list_command(*, data: str, as_json: bool) -> int:
    """List managed identities, each with who may ask for its tokens."""
    require_server()
    from ostiary.administration.managed_identities import managed_identities
    from ostiary.serving.host import opened_store

    with opened_store(data, os.environ) as store:
        found = [_told(store, each) for each in managed_identities(store)]
    if as_json:
        answer_json({"identities": found})
    else:
        _table(found)
    return DONE


@command.command("allow")
@click.argument("name")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]…")
@options.data
@options.as_json
def allow_command(name: str, addresses: tuple[str, ...], *, data: str, as_json: bool) -> int:
    """Let whoever asks from these addresses be the identity (IMDS); this host unless said.

    Every process there may then have its tokens, as on a virtual machine in Azure.
    """
    require_server()
    from ostiary.administration.managed_identities import LOOPBACK, allow, named_identity
    from ostiary.serving.host import host_actor, opened_store

    with opened_store(data, os.environ) as store:
        identity = named_identity(store, name)
        made = allow(store, identity, addresses or LOOPBACK, by=host_actor())
    if as_json:
        answer_json({"callers": [{"id": each.id, "network": each.network} for each in made]})
    else:
        networks = ", ".join(str(each.network) for each in made)
        answer(f"{name}: whoever asks from {networks} is this identity.")
    return DONE


@command.command("secret")
@click.argument("name")
@options.data
@options.config
@options.as_json
def secret_command(name: str, *, data: str, config: str | None, as_json: bool) -> int:
    """Make a secret for one workload, shown once: its IDENTITY_HEADER (App Service)."""
    require_server()
    from pathlib import Path

    from ostiary.administration.managed_identities import add_caller_secret, named_identity
    from ostiary.serving.client_environment import identity_endpoint
    from ostiary.serving.host import host_actor, opened_store
    from ostiary.serving.settings_reading import read_settings

    settings = read_settings(
        config=Path(config) if config else None,
        folder=None if "://" in data else Path(data),
        environment=os.environ,
    ).settings
    endpoint = identity_endpoint(settings)
    with opened_store(data, os.environ) as store:
        identity = named_identity(store, name)
        secret, made = add_caller_secret(store, identity, by=host_actor())
    variables = {"IDENTITY_ENDPOINT": endpoint, "IDENTITY_HEADER": secret}
    if as_json:
        answer_json({"id": made.id, **variables})
    else:
        for variable, value in variables.items():
            answer(f"{variable}={value}")
    return DONE


@command.command("withdraw")
@click.argument("name")
@click.argument("caller")
@options.data
@options.as_json
def withdraw_command(name: str, caller: str, *, data: str, as_json: bool) -> int:
    """Let one caller, by the id that `list` shows, ask no longer."""
    require_server()
    from ostiary.administration.managed_identities import named_identity, withdraw
    from ostiary.serving.host import host_actor, opened_store

    with opened_store(data, os.environ) as store:
        withdraw(store, named_identity(store, name), caller, by=host_actor())
    if as_json:
        answer_json({"removed": caller})
    else:
        answer(f"{name}: {caller} may ask no longer; tokens given out live to their end.")
    return DONE


@command.command("remove")
@click.argument("name")
@options.data
@options.as_json
def remove_command(name: str, *, data: str, as_json: bool) -> int:
    """Remove a managed identity, with what it may do and who may ask for it."""
    require_server()
    from ostiary.administration.managed_identities import named_identity, remove_identity
    from ostiary.serving.host import host_actor, opened_store

    with opened_store(data, os.environ) as store:
        identity = named_identity(store, name)
        remove_identity(store, identity, by=host_actor())
    if as_json:
        answer_json({"removed": identity.id})
    else:
        answer(f"{name} is removed.")
    return DONE


def _told(store: Store, identity: Stored) -> dict[str, Any]:
    from ostiary.administration.managed_identities import is_user_assigned, resource_of

    document = identity.document
    return {
        "name": document.get("displayName"),
        "type": "UserAssigned" if is_user_assigned(document) else "SystemAssigned",
        "principalId": identity.id,
        "clientId": document.get("appId"),
        "resourceId": resource_of(document),
        "callers": [
            {"id": each.id, "by": "secret" if each.network is None else each.network}
            for each in store.identity_callers.of_principal(identity.id)
        ],
    }


def _table(found: list[dict[str, Any]]) -> None:
    from ostiary.cli.tables import Row, console, print_rows

    if not found:
        answer("There are no managed identities.")
        return
    rows = (
        Row(
            str(each["name"]),
            (each["type"], str(each["clientId"])),
            [f"{caller['by']} ({caller['id']})" for caller in each["callers"]] or ["nobody"],
        )
        for each in found
    )
    print_rows(console(), ("Identity", "Type", "Client id", "Who may ask"), rows)
