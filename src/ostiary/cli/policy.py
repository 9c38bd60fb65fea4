"""`ostiary policy`: the policies of a server, listed, shown, changed and taken back.

A change goes through the function that Graph uses too, behind the lockout guard. It is in force on
a running server within a second: each process looks at the revision of the store that often. The
audit log names the host's user.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.extras import require_server
from ostiary.cli.mandatory_mfa import mandatory_mfa_command
from ostiary.cli.output import answer, answer_json
from ostiary.cli.policy_changes import (
    create_command,
    delete_command,
    deploy_template_command,
    templates_command,
    update_command,
)
from ostiary.cli.policy_exclusions import (
    end_exclusion_command,
    exclude_command,
    exclusions_command,
)
from ostiary.cli.policy_history import restore_command, versions_command
from ostiary.cli.policy_states import (
    ON_SCREEN,
    disable_command,
    enable_command,
    report_only_command,
    set_state_command,
    summary,
)

if TYPE_CHECKING:
    from ostiary.directory.deleted import DeletedItem


@click.group("policy")
def command() -> None:
    """List, show, change and restore the policies of a server; takes --json."""


@command.command("list")
@click.option("--deleted", is_flag=True, help="Those that were deleted in the last 30 days.")
@options.data
@options.as_json
def list_command(*, deleted: bool, data: str, as_json: bool) -> int:
    """List every policy with its state and its last change."""
    require_server()
    from ostiary.serving.host import opened_store

    with opened_store(data, os.environ) as store:
        policies = [] if deleted else store.policies.all()
        gone = store.deleted.all(store.policies.collection) if deleted else []
    if as_json:
        answer_json({"policies": [*map(summary, policies), *map(_gone, gone)]})
    elif deleted:
        _table([_gone(each) for each in gone], "Deleted", "deletedDateTime")
    else:
        _table([summary(each) for each in policies], "Last change", "modifiedDateTime")
    return DONE


@command.command("show")
@click.argument("name")
@options.data
@options.as_json
def show_command(name: str, *, data: str, as_json: bool) -> int:
    """Show one policy, by display name or id, as Graph writes it."""
    require_server()
    import json

    from ostiary.serving.host import opened_store
    from ostiary.serving.recovery import one_policy

    with opened_store(data, os.environ) as store:
        policy = one_policy(store, name)
        temporary = [each.document for each in store.exclusions.standing(policy.id)]
    beside = {"@ostiary.temporaryExclusions": temporary} if temporary else {}
    if as_json:
        answer_json({**policy.document, **beside, "@odata.etag": policy.etag})
    else:
        for line in json.dumps(
            {**policy.document, **beside}, indent=2, ensure_ascii=False
        ).splitlines():
            answer(line)
    return DONE


for _each in (
    create_command,
    update_command,
    delete_command,
    templates_command,
    deploy_template_command,
    enable_command,
    report_only_command,
    disable_command,
    set_state_command,
    exclude_command,
    exclusions_command,
    end_exclusion_command,
    versions_command,
    restore_command,
    mandatory_mfa_command,
):
    command.add_command(_each)


def _gone(item: DeletedItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "displayName": item.document.get("displayName"),
        "state": item.document.get("state"),
        "deletedDateTime": item.deleted.isoformat(),
    }


def _table(policies: list[dict[str, Any]], head: str, moment: str) -> None:
    from ostiary.cli.tables import Row, console, print_rows

    if not policies:
        answer("There are no policies.")
        return
    rows = (
        Row(
            str(each["displayName"] or each["id"]),
            (
                ON_SCREEN.get(str(each["state"]), str(each["state"])),
                f"{each[moment][:19].replace('T', ' ')}Z",
            ),
            (each["id"],),
        )
        for each in policies
    )
    print_rows(console(), ("Policy", "State", head, "Id"), rows)
