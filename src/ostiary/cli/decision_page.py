"""Decisions and What If answers for people: the outcome first, then a table of policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ostiary.cli.tables import Row, console, line, print_rows
from ostiary.controls import GRANT_CONTROLS, SESSION_CONTROLS
from ostiary.engine.whatif import WhatIf, WhatIfResult
from ostiary.model.decision import Decision, Outcome, PolicyVerdict
from ostiary.model.directory import Directory
from ostiary.model.policy import Operator, Policy, PolicyState

_GRANT = {control.key: control for control in GRANT_CONTROLS}
_SESSION = {control.key: control for control in SESSION_CONTROLS}
_COLOURS = {
    Outcome.GRANT: "bold green",
    Outcome.INTERRUPT: "bold yellow",
    Outcome.BLOCK: "bold red",
}
_STATES = {
    PolicyState.ENABLED: "On",
    PolicyState.REPORT_ONLY: "Report-only",
    PolicyState.DISABLED: "Off",
}
_STEPS = {
    "mfa": "multifactor authentication",
    "mfaRegistration": "registration for multifactor authentication",
    "authenticationStrength": "a stronger authentication",
    "passwordChange": "a password change",
    "termsOfUse": "acceptance of the terms of use",
    "customAuthenticationFactor": "a custom authentication factor",
    "reauthenticate": "a fresh sign-in",
}
"""The steps of `nextChallenge` for people."""


def show_decision(decision: Decision, directory: Directory, heading: str = "") -> None:
    """Print a decision: outcome, code and why first, then what follows, then every policy."""
    page = console()
    if heading:
        page.print(line(heading, "bold"))
    code = f"  AADSTS{decision.code}" if decision.code else ""
    page.print(line(f"{decision.outcome.value.upper()}{code}", _COLOURS[decision.outcome]))
    page.print(line(f"Why: {decision.why}"))
    for challenge in decision.challenges:
        page.print(line(f"Next: {_STEPS.get(challenge, challenge)} ({challenge})"))
    for problem in decision.errors:
        page.print(line(f"Not evaluated: {problem}", "red"))
    limits = "; ".join(_session_limits(decision.session)) or "none"
    page.print(line(f"Session limits: {limits}"))
    page.print(line(f"Conditional Access status: {decision.status}"))
    page.print()
    rows = [
        _row(each, each.result, directory)
        for each in sorted(decision.policies, key=lambda each: not each.applies)
    ]
    print_rows(page, ("Policy", "State", "Applies", "Result", "Why"), rows)


def show_what_if(found: WhatIf, directory: Directory, heading: str = "") -> None:
    """Print a What If answer: how many policies would apply, then every policy."""
    page = console()
    if heading:
        page.print(line(heading, "bold"))
    applying = sum(1 for each in found.results if each.applies)
    page.print(line(f"{applying} of {len(found.results)} policies would apply", "bold"))
    for problem in found.errors:
        page.print(line(f"Not evaluated: {problem}", "red"))
    page.print()
    rows = [
        _row(each, each.analysis_reason, directory)
        for each in sorted(found.results, key=lambda each: not each.applies)
    ]
    print_rows(page, ("Policy", "State", "Applies", "Analysis reason", "Why"), rows)


def _row(verdict: PolicyVerdict | WhatIfResult, word: str, directory: Directory) -> Row:
    applies = "yes" if verdict.analysis_reason == "notSet" else "may"
    cells = (_STATES[verdict.policy.state], applies if verdict.applies else "no", word)
    return Row(verdict.policy.display_name, cells, tuple(_sentences(verdict, directory)))


def _sentences(verdict: PolicyVerdict | WhatIfResult, directory: Directory) -> Iterator[str]:
    """Say what a policy that applies demands, and every reason that speaks against it."""
    if verdict.applies:
        yield _demanded(verdict.policy, directory)
    for reason in verdict.reasons:
        yield f"{reason.condition}: {reason.sentence}" if reason.condition else reason.sentence


def _demanded(policy: Policy, directory: Directory) -> str:
    """Say what a policy demands: its grant controls joined by their operator, session controls."""
    grant = [_GRANT[each.control].name(each.argument, directory) for each in policy.requirements]
    both = policy.grant is not None and policy.grant.operator is Operator.AND
    joined = (" and " if both else " or ").join(grant)
    session = [_SESSION[key].title for key in policy.session if key in _SESSION]
    return "; ".join(filter(None, (joined, *session))) or "nothing"


def _session_limits(session: Mapping[str, object]) -> Iterator[str]:
    """Name the session controls that are on, with their values."""
    for control in SESSION_CONTROLS:
        key = control.effective or control.key
        value = session.get(key)
        # 0 minutes is a value, and not the same as the `False` of a switch that is off
        if value is None or value is False:
            continue
        yield control.title if value is True else f"{control.title}: {_limit(key, value)}"


def _limit(key: str, value: object) -> str:
    if key != "signInFrequencyMinutes":
        return str(value)
    return "every time" if value == 0 else f"{value} minutes"
