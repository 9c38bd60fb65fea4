"""`ostiary app secret`: secrets of an application, made and removed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.hosted import guarded_command, opened_host
from ostiary.cli.output import answer, answer_json
from ostiary.model.errors import InputError

if TYPE_CHECKING:
    from ostiary.directory.documents import Stored
    from ostiary.directory.store import Aggregates


@click.group("secret")
def secret_group() -> None:
    """Make and remove secrets of an application."""


@secret_group.command("add")
@click.argument("app")
@click.option("--name", metavar="TEXT", help="What it is for.")
@click.option(
    "--days",
    type=click.IntRange(1, 730),
    default=180,
    show_default=True,
    help="How long it is good.",
)
@options.data
@options.as_json
@guarded_command
def add_secret_command(app: str, *, name: str | None, days: int, data: str, as_json: bool) -> int:
    """Make another secret for an application; it is printed once. Earlier ones stay good."""
    with opened_host(data) as host:
        from ostiary.administration.applications import add_secret

        found = own_application(host.store, app)
        ends = host.store.means.clock.now() + timedelta(days=days)
        app_id = str(found.document.get("appId"))
        secret, made = add_secret(host.store, app_id, name, ends=ends, by=host.by)
    if as_json:
        answer_json(
            {
                "appId": app_id,
                "keyId": made.id,
                "clientSecret": secret,
                "endDateTime": ends.isoformat(),
            }
        )
        return DONE
    answer(f"{found.document.get('displayName')}: a secret until {ends:%Y-%m-%d}, shown this once")
    answer(f"  {secret}")
    answer(f"  Key id: {made.id}")
    return DONE


@secret_group.command("remove")
@click.argument("app")
@click.argument("key")
@options.data
@options.as_json
@guarded_command
def remove_secret_command(app: str, key: str, *, data: str, as_json: bool) -> int:
    """Remove a secret of an application by its key id, which `ostiary app show` tells."""
    with opened_host(data) as host:
        from ostiary.administration.applications import remove_credential
        from ostiary.administration.certificates import Holder

        found = own_application(host.store, app)
        app_id = str(found.document.get("appId"))
        remove_credential(host.store, Holder(app_id), "secret", key, by=host.by)
    if as_json:
        answer_json({"appId": app_id, "keyId": key})
    else:
        answer(f"{found.document.get('displayName')}: the secret is removed")
    return DONE


def own_application(store: Aggregates, name: str) -> Stored:
    """Find an application that may be changed. Raises InputError."""
    from ostiary.administration.applications import is_services_own
    from ostiary.serving.naming import one_application

    found = one_application(store, name)
    if is_services_own(found.document):
        raise InputError(
            f"`{found.document.get('displayName')}` belongs to the service itself",
            hint="nobody changes those; `ostiary app list` shows the tenant's own",
        )
    return found
