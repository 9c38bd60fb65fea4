"""`ostiary user add`, `reset-password`, `reset-methods` and `temporary-access-pass`.

A secret that is made is printed once; one that somebody chooses comes from a file or standard
input, never from the command line, which other users of the host can read.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.extras import require_server
from ostiary.cli.hosted import guarded_command, opened_host, override_option, reason_of
from ostiary.cli.output import answer, answer_json
from ostiary.model.errors import InputError

if TYPE_CHECKING:
    from ostiary.secrecy.secret import Secret

_LONGEST_FILE = 4096
_password_file = click.option(
    "--password-file",
    metavar="FILE|-",
    help="Read the password from the first line of a file; one is drawn and printed otherwise.",
)
_permanent = click.option(
    "--permanent", is_flag=True, help="It need not be changed at the next sign-in."
)


@click.command("add")
@click.argument("name")
@click.option("--display-name", metavar="NAME", help="The name on screens.")
@click.option("--guest", is_flag=True, help="The user is a guest.")
@click.option("--disabled", is_flag=True, help="The account is disabled at first.")
@_password_file
@_permanent
@options.data
@options.config
@options.as_json
@guarded_command
def add_command(
    name: str,
    *,
    display_name: str | None,
    guest: bool,
    disabled: bool,
    password_file: str | None,
    permanent: bool,
    data: str,
    config: str | None,
    as_json: bool,
) -> int:
    """Add a user with the sign-in name NAME, in a verified domain of the tenant.

    The password is printed once; it has to be changed at the first sign-in.
    """
    require_server()
    chosen = _chosen(password_file)
    from ostiary.administration.people import create_user
    from ostiary.serving.host import host_actor
    from ostiary.serving.host_service import hashed, opened_service

    local = name.partition("@")[0]
    with opened_service(data, config, os.environ) as service:
        if service.store.users.by_name(name) is not None:
            raise InputError(f"expected a sign-in name that is free, somebody has `{name}`")
        document = {
            "userPrincipalName": name,
            "displayName": display_name or local,
            "mailNickname": local,
            "userType": "Guest" if guest else "Member",
            "accountEnabled": not disabled,
            "createdDateTime": f"{service.clock.now():%Y-%m-%dT%H:%M:%SZ}",
        }
        password = chosen or service.randomness.password()
        made = create_user(
            service.store,
            service.snapshots,
            document,
            hashed(service, password, document, permanent=permanent, only_factor=True),
            by=host_actor(),
        )
    shown = {"id": made.id, "userPrincipalName": made.document["userPrincipalName"]}
    if as_json:
        answer_json({**shown, **({} if chosen else {"password": password.reveal()})})
        return DONE
    answer(f"{name}: added ({made.id})")
    _tell_password(None if chosen else password)
    return DONE


@click.command("reset-password")
@click.argument("user")
@_password_file
@_permanent
@override_option
@options.data
@options.config
@options.as_json
@guarded_command
def reset_password_command(
    user: str,
    *,
    password_file: str | None,
    permanent: bool,
    override: str | None,
    data: str,
    config: str | None,
    as_json: bool,
) -> int:
    """Give a user another password; his sessions end, and he changes it at the next sign-in."""
    require_server()
    chosen = _chosen(password_file)
    from ostiary.administration.people import change_user
    from ostiary.serving.host import host_actor
    from ostiary.serving.host_service import hashed, opened_service
    from ostiary.serving.naming import one_user

    with opened_service(data, config, os.environ) as service:
        store, found = service.store, one_user(service.store, user)
        password = chosen or service.randomness.password()
        alone = not store.methods.of_user(found.id)
        change_user(
            store,
            service.snapshots,
            found.id,
            {},
            by=host_actor(),
            password=hashed(
                service, password, found.document, permanent=permanent, only_factor=alone
            ),
            override=reason_of(override),
        )
    name = str(found.document.get("userPrincipalName"))
    if as_json:
        told = {} if chosen else {"password": password.reveal()}
        answer_json({"id": found.id, "userPrincipalName": name, **told})
        return DONE
    answer(f"{name}: has a new password")
    _tell_password(None if chosen else password)
    return DONE


@click.command("reset-methods")
@click.argument("user")
@override_option
@options.data
@options.as_json
@guarded_command
def reset_methods_command(user: str, *, override: str | None, data: str, as_json: bool) -> int:
    """Remove everything a user proves himself by, but the password: he registers anew.

    Also ends his sessions, because whoever has a lost device may be signed in with it.
    """
    with opened_host(data) as host:
        from ostiary.administration.methods import reset_methods
        from ostiary.administration.people import revoke_sessions
        from ostiary.serving.naming import one_user

        found = one_user(host.store, user)
        count = reset_methods(
            host.store, host.snapshots, found.id, by=host.by, override=reason_of(override)
        )
        revoke_sessions(host.store, found.id, by=host.by)
    name = str(found.document.get("userPrincipalName"))
    if as_json:
        answer_json({"id": found.id, "userPrincipalName": name, "removed": count})
    else:
        answer(f"{name}: {count} method{'' if count == 1 else 's'} removed, signed out everywhere")
    return DONE


@click.command("temporary-access-pass")
@click.argument("user")
@click.option(
    "--minutes",
    type=click.IntRange(10, 480),
    default=60,
    show_default=True,
    help="How long it is good.",
)
@options.data
@options.config
@options.as_json
@guarded_command
def access_pass_command(
    user: str, *, minutes: int, data: str, config: str | None, as_json: bool
) -> int:
    """Make a Temporary Access Pass with which a user signs in once; it is printed once."""
    require_server()
    from ostiary.administration.methods import give_access_pass
    from ostiary.factors.access_pass import AccessPassPolicy, make
    from ostiary.serving.host import host_actor
    from ostiary.serving.host_service import opened_service
    from ostiary.serving.naming import one_user

    by = host_actor()
    with opened_service(data, config, os.environ) as service:
        found = one_user(service.store, user)
        made, text = make(
            found.id,
            AccessPassPolicy(),
            created_by=by.name,
            passwords=service.attempts.passwords,
            randomness=service.randomness,
            now=service.clock.now(),
            life=timedelta(minutes=minutes),
        )
        give_access_pass(service.store, service.snapshots, made, by=by)
    name = str(found.document.get("userPrincipalName"))
    if as_json:
        ends = made.expires_at.isoformat()
        answer_json({"userPrincipalName": name, "pass": text.reveal(), "expires": ends})
        return DONE
    answer(f"{name} signs in once with the pass")
    answer(f"  {text.reveal()}")
    answer(f"before {made.expires_at:%Y-%m-%d %H:%M} UTC.")
    return DONE


def _chosen(file: str | None) -> Secret[str] | None:
    """Read a password. Raises InputError where there is none in the file."""
    from ostiary.cli.requests import standard_input
    from ostiary.secrecy.secret import Secret

    if file is None:
        return None
    read = standard_input() if file == "-" else Path(file).read_bytes()
    try:
        text = read[:_LONGEST_FILE].decode("utf-8").split("\n", 1)[0].removesuffix("\r")
    except UnicodeDecodeError:
        text = ""
    if not text:
        raise InputError(
            f"expected a password in the first line of `{file}`, in UTF-8",
            hint="leave --password-file out to have one drawn",
        )
    return Secret(text)


def _tell_password(password: Secret[str] | None) -> None:
    if password is not None:
        answer("The password, shown this once:")
        answer(f"  {password.reveal()}")
