"""`ostiary rollout`: a policy from Off over report-only and rings of people to On, behind gates."""

from __future__ import annotations

from typing import Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE, NO
from ostiary.cli.output import answer_json
from ostiary.cli.rollout_options import (
    gate_options,
    opened_rollouts,
    place_options,
    reason_option,
    settings_from,
    told_refusals,
)
from ostiary.model.errors import InputError

_NAME = "policy"


@click.group("rollout")
def command() -> None:
    """Roll a policy out in steps, each behind its gates; takes --json.

    On the data of a server, or of a tenant of Microsoft Entra with --target entra: then the steps
    are kept in the folder --code, and a --log tells what the policy would do.
    """


@command.command("start")
@click.argument(_NAME)
@gate_options
@reason_option
@place_options
@options.as_json
@told_refusals
def start_command(*, policy: str, reason: str, as_json: bool, **given: Any) -> int:
    """Begin a rollout of a policy that is Off or report-only; nothing of it is changed yet.

    What the gates demand is read from the member `rollout` of `ostiary.yaml` in --code, and from
    the options here.
    """
    with opened_rollouts(given) as (place, asked):
        rollout = place.start(policy, settings_from(asked), reason)
    return _told(rollout, as_json=as_json)


@command.command("list")
@place_options
@options.as_json
@told_refusals
def list_command(*, as_json: bool, **given: Any) -> int:
    """List all rollouts with where they stand."""
    with opened_rollouts(given) as (place, _):
        found = place.rollouts()
    if as_json:
        answer_json({"rollouts": [each.summary() for each in found]})
    else:
        from ostiary.cli.rollout_page import show_list

        show_list(found)
    return DONE


@command.command("status")
@click.argument(_NAME)
@click.option("--history", is_flag=True, help="Show every step, with who took it and why.")
@place_options
@options.as_json
@told_refusals
def status_command(*, policy: str, history: bool, as_json: bool, **given: Any) -> int:
    """Show where a rollout stands, and what each gate before the next stage says."""
    with opened_rollouts(given) as (place, _):
        rollout, results = place.gates(policy)
    if as_json:
        from ostiary.rollout.state_json import step_to_json

        gates = {"gates": [each.to_json() for each in results]}
        steps = [step_to_json(each) for each in rollout.steps]
        answer_json({**rollout.summary(), **gates, **({"steps": steps} if history else {})})
    else:
        from ostiary.cli.rollout_page import show_history, show_status

        show_status(rollout, results)
        if history:
            show_history(rollout)
    return DONE


@command.command("advance")
@click.argument(_NAME)
@click.option(
    "--override",
    metavar="REASON",
    help="Pass impact, evidence, health and time all the same; the reason is kept.",
)
@place_options
@options.as_json
@told_refusals
def advance_command(*, policy: str, override: str | None, as_json: bool, **given: Any) -> int:
    """Go to the next stage, if every gate is open; exit code 1 if one is in the way."""
    with opened_rollouts(given, changes=True) as (place, _):
        rollout = place.advance(policy, override=override)
    return _told(rollout, as_json=as_json)


@command.command("approve")
@click.argument(_NAME)
@reason_option
@place_options
@options.as_json
@told_refusals
def approve_command(*, policy: str, reason: str, as_json: bool, **given: Any) -> int:
    """Agree to the next stage, as another person than who began the rollout."""
    with opened_rollouts(given) as (place, _):
        rollout = place.approve(policy, reason)
    return _told(rollout, as_json=as_json)


@command.command("excuse")
@click.argument(_NAME)
@click.argument("user")
@click.option("--reason", required=True, help="Why; it is kept.")
@place_options
@options.as_json
@told_refusals
def excuse_command(*, policy: str, user: str, reason: str, as_json: bool, **given: Any) -> int:
    """Let an administrator be missing in the log: on leave, for instance."""
    with opened_rollouts(given) as (place, _):
        rollout = place.excuse(policy, user, reason)
    return _told(rollout, as_json=as_json)


@command.command("step-back")
@click.argument(_NAME)
@reason_option
@place_options
@options.as_json
@told_refusals
def step_back_command(*, policy: str, reason: str, as_json: bool, **given: Any) -> int:
    """Put the policy back to report-only, from a ring or On."""
    with opened_rollouts(given, changes=True) as (place, _):
        rollout = place.step_back(policy, reason)
    return _told(rollout, as_json=as_json)


@command.command("check")
@click.argument(_NAME)
@place_options
@options.as_json
@told_refusals
def check_command(*, policy: str, as_json: bool, **given: Any) -> int:
    """Step back if too many sign-ins fail since the stage began; for a schedule.

    Exit code 1 where it stepped back. A server does this by itself.
    """
    with opened_rollouts(given, changes=True) as (place, _):
        rollout, health = place.check(policy)
    if as_json:
        counts = None if health is None else {"signIns": health.sign_ins, "failed": health.failed}
        answer_json({**rollout.summary(), "health": counts})
    else:
        from ostiary.cli.rollout_page import show_check

        show_check(rollout, health)
    return NO if health is not None and rollout.attention else DONE


@command.command("undo")
@click.argument(_NAME)
@reason_option
@place_options
@options.as_json
@told_refusals
def undo_command(*, policy: str, reason: str, as_json: bool, **given: Any) -> int:
    """Give the policy back its exact form of before, and every exclusion that was added since."""
    with opened_rollouts(given, changes=True) as (place, _):
        rollout = place.undo(policy, reason)
    return _told(rollout, as_json=as_json)


@command.command("stop")
@click.argument(_NAME)
@reason_option
@place_options
@options.as_json
@told_refusals
def stop_command(*, policy: str, reason: str, as_json: bool, **given: Any) -> int:
    """End a rollout and leave the policy as it is."""
    with opened_rollouts(given) as (place, _):
        rollout = place.stop(policy, reason)
    return _told(rollout, as_json=as_json)


@command.command("resume")
@click.argument(_NAME)
@place_options
@options.as_json
@told_refusals
def resume_command(*, policy: str, as_json: bool, **given: Any) -> int:
    """Finish a step that was interrupted, of a rollout in --code."""
    with opened_rollouts(given, changes=True) as (place, _):
        resume = getattr(place, "resume", None)
        if resume is None:
            raise InputError(
                "expected --target: on a server a step is taken whole or not at all",
                hint="`ostiary rollout status` shows where it stands",
            )
        rollout = resume(policy)
    return _told(rollout, as_json=as_json)


def _told(rollout: Any, *, as_json: bool) -> int:  # the command imports nothing but click
    if as_json:
        answer_json(rollout.summary())
    else:
        from ostiary.cli.rollout_page import show_stage

        show_stage(rollout)
    return DONE
