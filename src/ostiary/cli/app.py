"""`ostiary app`: applications that sign people in, or themselves, by a server's policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.app_add import add_command
from ostiary.cli.app_roles import assign_command, unassign_command
from ostiary.cli.app_secrets import own_application, secret_group
from ostiary.cli.exits import DONE
from ostiary.cli.hosted import guarded_command, opened_host
from ostiary.cli.output import answer, answer_json
from ostiary.model.json_types import as_object, as_strings

if TYPE_CHECKING:
    from ostiary.directory.documents import Stored
    from ostiary.directory.store import Aggregates

_PLATFORMS = {"web": "web", "spa": "spa", "publicClient": "public"}


@click.group("app")
def command() -> None:
    """List, show, register and delete applications; takes --json."""


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="The service's own applications too.")
@options.data
@options.as_json
def list_command(*, everything: bool, data: str, as_json: bool) -> int:
    """List the applications of the tenant."""
    with opened_host(data) as host:
        from ostiary.administration.applications import is_services_own

        found = [
            each
            for each in host.store.applications.all()
            if everything or not is_services_own(each.document)
        ]
    if as_json:
        answer_json({"applications": [_summary(each) for each in found]})
        return DONE
    from ostiary.cli.tables import Row, console, print_rows

    if not found:
        answer("There are no applications of your own; `ostiary app add` registers one.")
        return DONE
    rows = (
        Row(
            str(each.document.get("displayName")),
            (_kinds(each), str(each.document.get("appId"))),
            _redirects(each) or ("",),
        )
        for each in found
    )
    print_rows(console(), ("Application", "Kind", "Application id", "Redirect URIs"), rows)
    return DONE


@command.command("show")
@click.argument("app")
@options.data
@options.as_json
def show_command(app: str, *, data: str, as_json: bool) -> int:
    """Show an application, by name, application id or object id, with its credentials."""
    import json

    with opened_host(data) as host:
        from ostiary.serving.naming import one_application

        shown = _whole(host.store, one_application(host.store, app))
    if as_json:
        answer_json(shown)
    else:
        for line in json.dumps(shown, indent=2, ensure_ascii=False).splitlines():
            answer(line)
    return DONE


@command.command("delete")
@click.argument("app")
@options.data
@options.as_json
@guarded_command
def delete_command(app: str, *, data: str, as_json: bool) -> int:
    """Delete an application, its credentials and its service principal, at once and for good."""
    with opened_host(data) as host:
        from ostiary.administration.applications import delete_application

        found = own_application(host.store, app)
        delete_application(host.store, found.id, by=host.by)
    if as_json:
        answer_json(_summary(found))
    else:
        answer(f"{found.document.get('displayName')}: deleted ({found.document.get('appId')})")
    return DONE


for _each in (add_command, secret_group, assign_command, unassign_command):
    command.add_command(_each)


def _summary(found: Stored) -> dict[str, Any]:
    document = found.document
    return {
        "id": found.id,
        "appId": document.get("appId"),
        "displayName": document.get("displayName"),
        "kind": _kinds(found),
        "redirectUris": list(_redirects(found)),
    }


def _whole(store: Aggregates, found: Stored) -> dict[str, Any]:
    app_id = str(found.document.get("appId"))
    principal = store.principals.by_app_id(app_id)
    hidden = {"passwordCredentials", "keyCredentials"}
    return {
        **{name: value for name, value in found.document.items() if name not in hidden},
        "servicePrincipalId": principal.id if principal else None,
        "credentials": [
            {
                "keyId": each.id,
                "kind": each.kind,
                "displayName": each.document.get("displayName") or each.document.get("name"),
                "endDateTime": each.ends.isoformat() if each.ends else None,
            }
            for each in store.app_credentials.of_app(app_id)
        ],
    }


def _redirects(found: Stored) -> tuple[str, ...]:
    parts = (as_object(found.document.get(each)) for each in _PLATFORMS)
    return tuple(uri for each in parts for uri in as_strings(each.get("redirectUris")))


def _kinds(found: Stored) -> str:
    document = found.document
    kinds = [
        word
        for member, word in _PLATFORMS.items()
        if as_strings(as_object(document.get(member)).get("redirectUris"))
    ]
    if document.get("isFallbackPublicClient") is True and "public" not in kinds:
        kinds.append("public")
    return ", ".join(kinds) or "daemon"
