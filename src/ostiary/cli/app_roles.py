"""`ostiary app assign` and `unassign`: who has which role, or permission, in an application."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.hosted import guarded_command, opened_host
from ostiary.cli.output import answer, answer_json
from ostiary.model.errors import InputError
from ostiary.model.json_types import as_object, is_list

if TYPE_CHECKING:
    from ostiary.directory.documents import Stored
    from ostiary.directory.store import Aggregates

_user = click.option("--user", metavar="USER", help="To a user, by sign-in name or id.")
_group = click.option("--group", metavar="GROUP", help="To a group, by name or id.")
_client = click.option("--application", "client", metavar="APP", help="To another application.")
_role = click.option(
    "--role",
    metavar="NAME",
    help="The role or permission, as Policy.Read.All; without it default access.",
)


@click.command("assign")
@click.argument("app")
@_user
@_group
@_client
@_role
@options.data
@options.as_json
@guarded_command
def assign_command(
    app: str,
    *,
    user: str | None,
    group: str | None,
    client: str | None,
    role: str | None,
    data: str,
    as_json: bool,
) -> int:
    """Assign a role of APP to a user, a group or another application.

    A daemon that reads policies gets its permission so: app assign "Microsoft Graph"
    --application NAME --role Policy.Read.All.
    """
    with opened_host(data) as host:
        from ostiary.administration.grants import assign_app_role

        store = host.store
        resource = _principal(store, app)
        whom = _whom(store, user, group, client)
        made = assign_app_role(
            store,
            whom.id,
            resource.id,
            _role_id(resource, role),
            at=f"{store.means.clock.now():%Y-%m-%dT%H:%M:%SZ}",
            by=host.by,
        )
    if as_json:
        answer_json(dict(made.document))
    else:
        answer(f"{_name(resource)}: {role or 'default access'} assigned to {_name(whom)}")
    return DONE


@click.command("unassign")
@click.argument("app")
@_user
@_group
@_client
@_role
@options.data
@options.as_json
@guarded_command
def unassign_command(
    app: str,
    *,
    user: str | None,
    group: str | None,
    client: str | None,
    role: str | None,
    data: str,
    as_json: bool,
) -> int:
    """Take a role of APP back."""
    with opened_host(data) as host:
        from ostiary.administration.grants import take_app_role

        store = host.store
        resource = _principal(store, app)
        whom = _whom(store, user, group, client)
        wanted = _role_id(resource, role)
        for each in store.app_roles.of_principal(whom.id):
            document = each.document
            same = str(document.get("resourceId")).casefold() == resource.id
            if same and str(document.get("appRoleId")).casefold() == wanted:
                take_app_role(store, each.id, by=host.by)
                break
        else:
            raise InputError(f"`{_name(whom)}` has no such role in `{_name(resource)}`")
    if as_json:
        answer_json(dict(document))
    else:
        answer(f"{_name(resource)}: {role or 'default access'} taken from {_name(whom)}")
    return DONE


def _principal(store: Aggregates, name: str) -> Stored:
    """Find the service principal of an application. Raises InputError."""
    from ostiary.serving.naming import one_application

    application = one_application(store, name)
    found = store.principals.by_app_id(str(application.document.get("appId")))
    if found is None:
        raise InputError(
            f"`{_name(application)}` has no service principal in this tenant, so nobody can be"
            " assigned to it"
        )
    return found


def _whom(store: Aggregates, user: str | None, group: str | None, client: str | None) -> Stored:
    from ostiary.serving.naming import one_group, one_user

    given = [each for each in (user, group, client) if each is not None]
    if len(given) != 1:
        raise click.UsageError("expected one of --user, --group and --application")
    if user is not None:
        return one_user(store, user)
    return one_group(store, group) if group is not None else _principal(store, given[0])


def _role_id(resource: Stored, name: str | None) -> str:
    """Give the id of a role by its value, display name or id. Raises InputError."""
    from ostiary.administration.grants import DEFAULT_ACCESS
    from ostiary.serving.naming import absent

    if name is None:
        return DEFAULT_ACCESS
    listed = resource.document.get("appRoles")
    roles = [as_object(each) for each in (listed if is_list(listed) else ())]
    key = name.strip().casefold()
    for each in roles:
        known = (each.get("value"), each.get("displayName"), each.get("id"))
        if key in {str(one).casefold() for one in known}:
            return str(each.get("id")).casefold()
    raise absent("role", name, [str(each.get("value")) for each in roles])


def _name(found: Stored) -> str:
    document = found.document
    return str(document.get("userPrincipalName") or document.get("displayName") or found.id)
