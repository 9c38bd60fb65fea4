"""`ostiary policy enable`, `report-only`, `disable` and `set-state`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.hosted import guarded_command, opened_host, override_option
from ostiary.cli.output import answer, answer_json
from ostiary.model.errors import InputError
from ostiary.model.policy import PolicyState

if TYPE_CHECKING:
    from ostiary.directory.documents import Stored

_SHORT: Final = {
    "on": PolicyState.ENABLED,
    "off": PolicyState.DISABLED,
    "report-only": PolicyState.REPORT_ONLY,
}
_WORDS: Final = {each.value.casefold(): each for each in PolicyState} | _SHORT
ON_SCREEN: Final = {
    PolicyState.ENABLED.value: "On",
    PolicyState.DISABLED.value: "Off",
    PolicyState.REPORT_ONLY.value: "Report-only",
}


@click.command("set-state")
@click.argument("name")
@click.argument("state")
@override_option
@options.data
@options.as_json
@guarded_command
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
    return _set(name, wanted, override, data, as_json=as_json)


@click.command("enable")
@click.argument("name")
@override_option
@options.data
@options.as_json
@guarded_command
def enable_command(name: str, *, override: str | None, data: str, as_json: bool) -> int:
    """Turn a policy on."""
    return _set(name, PolicyState.ENABLED, override, data, as_json=as_json)


@click.command("report-only")
@click.argument("name")
@override_option
@options.data
@options.as_json
@guarded_command
def report_only_command(name: str, *, override: str | None, data: str, as_json: bool) -> int:
    """Let a policy only report what it would do."""
    return _set(name, PolicyState.REPORT_ONLY, override, data, as_json=as_json)


@click.command("disable")
@click.argument("name")
@override_option
@options.data
@options.as_json
@guarded_command
def disable_command(name: str, *, override: str | None, data: str, as_json: bool) -> int:
    """Turn a policy off."""
    return _set(name, PolicyState.DISABLED, override, data, as_json=as_json)


def _set(name: str, wanted: PolicyState, override: str | None, data: str, *, as_json: bool) -> int:
    with opened_host(data) as host:
        from ostiary.serving.policy_states import set_state
        from ostiary.serving.recovery import one_policy, policy_name

        policy = one_policy(host.store, name)
        before = str(policy.document.get("state"))
        policy = set_state(host.store, policy, wanted, override=override)
        called = policy_name(policy)
    if as_json:
        answer_json({**summary(policy), "before": before})
    else:
        was = ON_SCREEN.get(before, before)
        now = ON_SCREEN[wanted.value]
        answer(f"{called}: " + (f"{was} → {now}" if was != now else f"{now}, as it was"))
    return DONE


def summary(policy: Stored) -> dict[str, Any]:
    """Give the members of a policy that lists show."""
    return {
        "id": policy.id,
        "displayName": policy.document.get("displayName"),
        "state": policy.document.get("state"),
        "createdDateTime": policy.created.isoformat(),
        "modifiedDateTime": policy.modified.isoformat(),
        "etag": policy.etag,
    }
