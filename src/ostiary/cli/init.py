"""`ostiary init`: make a tenant, with one-time links for the people who may sign in first."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.extras import require_server
from ostiary.cli.output import answer, answer_json, note
from ostiary.model.errors import InputError

if TYPE_CHECKING:
    from ostiary.serving.first_setup import MadeTenant, NewTenant
    from ostiary.signin.enrolment_links import MadeLink


@click.command("init")
@options.data_folder
@options.config
@click.option(
    "--domain",
    required=True,
    metavar="NAME",
    help="The tenant's verified domain: people sign in with names in it.",
)
@click.option("--organization", metavar="NAME", help="The tenant's name; the domain's by default.")
@click.option(
    "--admin",
    "administrator",
    required=True,
    metavar="NAME",
    help="Sign-in name of the first Global Administrator.",
)
@click.option("--admin-name", default="", metavar="NAME", help="Display name of that person.")
@click.option(
    "--emergency-account",
    "emergency",
    multiple=True,
    metavar="NAME",
    help="Sign-in name of an emergency access account; give two.",
)
@click.option(
    "--tenant",
    "source",
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE|FOLDER",
    help="An export of an Entra tenant to begin with: its users, groups, policies and the rest.",
)
@options.as_json
def command(
    *,
    data: Path,
    config: str | None,
    domain: str,
    organization: str | None,
    administrator: str,
    admin_name: str,
    emergency: tuple[str, ...],
    source: Path | None,
    as_json: bool,
) -> int:
    """Make a tenant in a data folder. There is no default password.

    Prints a one-time link, good for an hour, for the first administrator and for each emergency
    access account. The links open once `ostiary serve` runs.
    """
    require_server()
    from ostiary.serving.first_setup import NewTenant, checked_domain, sign_in_name

    place = checked_domain(domain)
    new = NewTenant(
        place,
        organization or place,
        sign_in_name(administrator, place),
        admin_name,
        tuple(sign_in_name(each, place) for each in emergency),
        source,
    )
    if new.administrator in new.emergency:
        raise InputError(
            f"expected an emergency access account of its own, came `{new.administrator}` for both",
            hint="an emergency access account belongs to no person",
        )
    made, links, reached = _made(data, config, new)
    if as_json:
        answer_json({**_report(made, links), "policiesOnEmergencyAccounts": reached})
    else:
        _show(made, links)
        _show_reached(reached)
    return DONE


def _made(
    data: Path, config: str | None, new: NewTenant
) -> tuple[MadeTenant, list[MadeLink], dict[str, list[str]]]:
    from ostiary.administration.emergency_standing import not_excluded
    from ostiary.directory.snapshot import Snapshots
    from ostiary.secrecy.clock import SystemClock
    from ostiary.secrecy.randomness import SystemRandomness
    from ostiary.serving.certificates import local_ca
    from ostiary.serving.first_setup import make_tenant, new_store
    from ostiary.serving.host import host_actor
    from ostiary.serving.settings_reading import read_settings
    from ostiary.signin.enrolment_links import FIRST_LIFETIME, make_link

    settings = read_settings(
        config=Path(config) if config else None, folder=data, environment=os.environ
    ).settings
    database = settings.database.reveal() if settings.database else None
    clock, randomness, by = SystemClock(), SystemRandomness(), host_actor()
    with new_store(data, database, os.environ, clock=clock, randomness=randomness) as store:
        made = make_tenant(
            store,
            new,
            by=by,
            randomness=randomness,
            portal_redirect_uris=(f"{settings.login_url}/admin/signed-in",),
        )
        links = [
            make_link(store, each.id, login_url=settings.login_url, by=by, lifetime=FIRST_LIFETIME)
            for each in made.people
        ]
        policies = Snapshots(store).current().policies
        reached = {
            each.name: list(not_excluded(policies, each.id))
            for each in made.people
            if each.emergency
        }
        local_ca(data, clock=clock, randomness=randomness)
    return made, links, reached


def _report(made: MadeTenant, links: list[MadeLink]) -> dict[str, Any]:
    return {
        "tenantId": made.tenant_id,
        "objects": made.objects,
        "refusedPolicies": list(made.refused),
        "links": [
            {
                "userId": each.account.id,
                "userPrincipalName": each.account.name,
                "address": each.address.reveal(),
                "expires": each.expires.isoformat(),
            }
            for each in links
        ],
    }


def _show(made: MadeTenant, links: list[MadeLink]) -> None:
    for name in made.refused:
        note(f"left out: the policy `{name}` cannot be used; `ostiary validate` tells why")
    answer(f"Made the tenant {made.tenant_id}, with {made.objects} objects.")
    answer("")
    emergency = {each.name for each in made.people if each.emergency}
    for each in links:
        kind = "emergency access account" if each.account.name in emergency else "administrator"
        answer(f"{each.account.name} ({kind}) sets up a password and a second factor at")
        answer(f"  {each.address.reveal()}")
    answer("")
    if links:
        answer(f"Each link is good once, until {links[0].expires:%Y-%m-%d %H:%M} UTC.")
    answer("Next: `ostiary serve`, then open the links.")
    if len(emergency) < 2:  # entra-docs role-based-access-control/security-emergency-access
        note(
            "Two emergency access accounts are recommended; none of your policies should apply to"
            " them. See --emergency-account."
        )


def _show_reached(reached: dict[str, list[str]]) -> None:
    """Name the enabled policies that do not leave the emergency access accounts out."""
    for name, policies in reached.items():
        if policies:
            named = ", ".join(f"`{each}`" for each in policies)
            note(f"{name} is not excluded from {named}: exclude it, or they may lock you out.")
