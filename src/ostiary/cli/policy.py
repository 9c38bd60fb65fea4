"""`ostiary policy`: list and show the policies of a server, and turn them on and off.

A change is in force on a running server within a second: each process looks at the revision of the
store that often. The audit log names the host's user.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE, NO
from ostiary.cli.extras import require_server
from ostiary.cli.output import answer, answer_json
from ostiary.model.errors import InputError
from ostiary.model.policy import PolicyState

if TYPE_CHECKING:
    from ostiary.administration.guard import LockedOut
    from ostiary.directory.documents import Stored

_SHORT: Final = {
    "on": PolicyState.ENABLED,
    "off": PolicyState.DISABLED,
    "report-only": PolicyState.REPORT_ONLY,
}
_WORDS: Final = {each.value.casefold(): each for each in PolicyState} | _SHORT
_ON_SCREEN: Final = {
    PolicyState.ENABLED.value: "On",
    PolicyState.DISABLED.value: "Off",
    PolicyState.REPORT_ONLY.value: "Report-only",
}


@click.group("policy")
def command() -> None:
    """List and show the policies of a server; turn them on, off or report-only; takes --json."""


@command.command("list")
@options.data
@options.as_json
def list_command(*, data: str, as_json: bool) -> int:
    """List every policy with its state and its last change."""
    require_server()
    from ostiary.serving.host import opened_store

    with opened_store(data, os.environ) as store:
        policies = store.policies.all()
    if as_json:
        answer_json({"policies": [_summary(each) for each in policies]})
    else:
        _table(policies)
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


@command.command("set-state")
@click.argument("name")
@click.argument("state")
@click.option("--override", metavar="REASON", help="Change it although it locks somebody out.")
@options.data
@options.as_json
def set_state_command(
    name: str, state: str, *, override: str | None, data: str, as_json: bool
) -> int:
    """Turn a policy on, off or report-only, by display name or id; Graph's words work too.

    A change that would lock an emergency access account, or every other administrator, out is
    refused (exit code 1) unless --override gives a reason, which is audited.
    """
    wanted = _WORDS.get(state.casefold())
    if wanted is None:
        raise InputError(
            f"expected a state, came `{state}`",
            hint="write on, off or report-only (or one of Graph's words for them)",
        )
    require_server()
    from ostiary.administration.guard import LockedOut
    from ostiary.serving.host import opened_store
    from ostiary.serving.policy_states import set_state
    from ostiary.serving.recovery import one_policy, policy_name

    with opened_store(data, os.environ) as store:
        policy = one_policy(store, name)
        before = str(policy.document.get("state"))
        try:
            policy = set_state(store, policy, wanted, override=override)
        except LockedOut as refusal:
            return _refused(refusal, as_json=as_json)
    if as_json:
        answer_json({**_summary(policy), "before": before})
    else:
        was = _ON_SCREEN.get(before, before)
        now = _ON_SCREEN[wanted.value]
        change = f"{was} → {now}" if was != now else f"{now}, as it was"
        answer(f"{policy_name(policy)}: {change}")
    return DONE


def _refused(refusal: LockedOut, *, as_json: bool) -> int:
    """Tell whom a change would lock out, and how it can be made all the same."""
    if as_json:
        answer_json({"refused": refusal.to_json()})
        return NO
    answer("Not changed: it would lock administrators out.")
    for each in refusal.accounts:
        policies = ", ".join(f"`{name}`" for _, name in each.policies)
        answer(f"  {each.name}: {each.why}" + (f" ({policies})" if policies else ""))
    if refusal.others:
        answer("  No administrator beside the emergency access accounts could get in.")
    answer("Exclude them from the policy, or give a reason with --override.")
    return NO


def _summary(policy: Stored) -> dict[str, Any]:
    return {
        "id": policy.id,
        "displayName": policy.document.get("displayName"),
        "state": policy.document.get("state"),
        "createdDateTime": policy.created.isoformat(),
        "modifiedDateTime": policy.modified.isoformat(),
        "etag": policy.etag,
    }


def _table(policies: list[Stored]) -> None:
    from ostiary.cli.tables import Row, console, print_rows
    from ostiary.serving.recovery import policy_name

    if not policies:
        answer("There are no policies.")
        return
    rows = (
        Row(
            policy_name(each),
            (
                _ON_SCREEN.get(str(each.document.get("state")), str(each.document.get("state"))),
                each.modified.strftime("%Y-%m-%d %H:%M:%SZ"),
            ),
            (each.id,),
        )
        for each in policies
    )
    print_rows(console(), ("Policy", "State", "Last change", "Id"), rows)
