"""`ostiary recover`: the way back in on the host, when nobody can sign in any more.

It needs the data folder and its key, and no running server. The audit log names the host's user.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE, NO
from ostiary.cli.extras import require_server
from ostiary.cli.hosted import moment_of
from ostiary.cli.output import answer, answer_json, note

if TYPE_CHECKING:
    from ostiary.directory.store import Store


@click.group("recover")
def command() -> None:
    """Get back in on the host: policies off or restored, a one-time link; takes --json."""


@command.command("disable-policy")
@click.argument("name")
@options.data
@options.as_json
def disable_policy_command(name: str, *, data: str, as_json: bool) -> int:
    """Turn a policy off, by display name or id, even one that cannot be read.

    Exit code 1 if the policies as a whole cannot be used after it.
    """
    require_server()
    from ostiary.serving.host import host_actor, opened_store
    from ostiary.serving.recovery import disable_policy, one_policy, policy_name

    with opened_store(data, os.environ) as store:
        policy = one_policy(store, name)
        disable_policy(store, policy, by=host_actor())
        alarm = _alarm(store)
    if as_json:
        answer_json({"id": policy.id, "displayName": policy_name(policy), "alarm": alarm})
    else:
        answer(f"{policy_name(policy)}: Off")
    return NO if alarm else DONE


@command.command("restore-policies")
@click.option(
    "--as-of",
    metavar="TIME",
    help="Restore the policies of that time, as 2026-01-31T09:00Z; default: the last that worked.",
)
@options.data
@options.as_json
def restore_policies_command(*, as_of: str | None, data: str, as_json: bool) -> int:
    """Give all policies the form in which they last could be used, or that of an earlier time.

    Later policies are removed; their versions are kept. Exit code 1 if the policies cannot be used
    after it.
    """
    require_server()
    from ostiary.serving.host import host_actor, opened_store
    from ostiary.serving.recovery import restore_policies

    moment = moment_of(as_of, "--as-of") if as_of else None
    with opened_store(data, os.environ) as store:
        found = restore_policies(store, by=host_actor(), as_of=moment)
        alarm = _alarm(store)
    parts = {"added": found.added, "changed": found.changed, "removed": found.removed}
    if as_json:
        answer_json({**{word: list(names) for word, names in parts.items()}, "alarm": alarm})
    elif not found.count:
        answer("Every policy is in that form already.")
    else:
        for word, names in parts.items():
            for name in names:
                answer(f"{name}: {word}")
    return NO if alarm else DONE


@command.command("enrol")
@click.argument("user")
@click.option(
    "--minutes",
    type=click.IntRange(1, 15),
    default=15,
    show_default=True,
    help="How long the link is good.",
)
@options.data
@options.config
@options.as_json
def enrol_command(user: str, *, minutes: int, data: str, config: str | None, as_json: bool) -> int:
    """Make a one-time link with which USER sets a new password and an authenticator app.

    USER is a sign-in name or an id. The link is shown once, is good once, and opens on the running
    server.
    """
    require_server()
    from ostiary.administration.emergency_standing import one_account
    from ostiary.serving.host import host_actor, opened_store
    from ostiary.serving.settings_reading import read_settings
    from ostiary.signin.enrolment_links import make_link

    settings = read_settings(
        config=Path(config) if config else None,
        folder=None if "://" in data else Path(data),
        environment=os.environ,
    ).settings
    with opened_store(data, os.environ) as store:
        made = make_link(
            store,
            one_account(store, user).id,
            login_url=settings.login_url,
            by=host_actor(),
            lifetime=timedelta(minutes=minutes),
        )
    if as_json:
        answer_json(
            {
                "userPrincipalName": made.account.name,
                "address": made.address.reveal(),
                "expires": made.expires.isoformat(),
            }
        )
    else:
        answer(f"{made.account.name} sets up a new password and authenticator app at")
        answer(f"  {made.address.reveal()}")
        answer(f"It is good once, until {made.expires:%Y-%m-%d %H:%M} UTC.")
    return DONE


def _alarm(store: Store) -> str:
    from ostiary.serving.recovery import standing_alarm

    alarm = standing_alarm(store)
    if alarm:
        note(f"The latest policies are still not in force: {alarm}.")
        note("`ostiary recover restore-policies` goes back to the last that worked.")
    return alarm
