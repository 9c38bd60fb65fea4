"""Rules about session controls."""

from __future__ import annotations

from collections.abc import Iterator

from ostiary.conditions.applications import Applications
from ostiary.conditions.users import Users
from ostiary.conditions.workload_identities import WorkloadIdentities
from ostiary.controls.session_switches import (
    AppControl,
    ContinuousAccessEvaluation,
    PersistentBrowser,
)
from ostiary.controls.sign_in_frequency import SignInFrequency
from ostiary.model.errors import Problem
from ostiary.model.json_types import JsonObject, as_object
from ostiary.schema.problems import shown
from ostiary.schema.reading import PolicyReading

_EVERY_TIME = "everytime"
_MOST_DAYS = 365


def persistent_browser_is_for_all_resources(policy: PolicyReading) -> Iterator[Problem]:
    """A browser session is one for all resources (entra-docs concept-session-lifetime)."""
    if PersistentBrowser.key in policy.session and not policy.all_resources:
        yield Problem(
            "conditions.applications.includeApplications",
            "persistentBrowserNeedsAll",
            "a persistent browser session can be set for all resources only; include `All`",
        )


def persistent_browser_has_a_mode(policy: PolicyReading) -> Iterator[Problem]:
    """Switched on, it says which way (api-reference persistentbrowsersessioncontrol)."""
    body = _switched_on(policy, PersistentBrowser.key)
    if body is not None and not body.get("mode"):
        yield _incomplete(PersistentBrowser.key, "mode", "`always` or `never`")


def app_control_has_a_type(policy: PolicyReading) -> Iterator[Problem]:
    """Switched on, it says what to do (api-reference cloudappsecuritysessioncontrol)."""
    body = _switched_on(policy, AppControl.key)
    if body is not None and not body.get("cloudAppSecurityType"):
        words = ", ".join(f"`{each}`" for each in AppControl.strictness)
        yield _incomplete(AppControl.key, "cloudAppSecurityType", f"one of {words}")


def sign_in_frequency_is_complete(policy: PolicyReading) -> Iterator[Problem]:
    """Every time without a period, otherwise a period (signinfrequencysessioncontrol).

    How long a period may be is not documented, a year is our bound; none at all asks for nothing.
    """
    body = _switched_on(policy, SignInFrequency.key)
    if body is None:
        return
    value, unit = body.get("value"), body.get("type")
    if str(body.get("frequencyInterval")).casefold() == _EVERY_TIME:
        for member in ("value", "type"):
            if body.get(member) is not None:
                yield Problem(
                    _member(SignInFrequency.key, member),
                    "invalidSignInFrequency",
                    f"`everyTime` has no period; set `{member}` to null",
                )
        return
    if not isinstance(value, int) or value < 1:
        yield _incomplete(SignInFrequency.key, "value", "a number from 1, or choose `everyTime`")
    elif str(unit).casefold() == "days" and value > _MOST_DAYS:
        expected = f"expected at most {_MOST_DAYS} days, came {shown(value)}"
        yield Problem(_member(SignInFrequency.key, "value"), "invalidSignInFrequency", expected)
    if not unit:
        yield _incomplete(SignInFrequency.key, "type", "`hours` or `days`")


def evaluation_is_disabled_everywhere(policy: PolicyReading) -> Iterator[Problem]:
    """Disabling continuous access evaluation takes all resources and no condition.

    Source: entra-docs concept-conditional-access-session (customize continuous access evaluation).
    """
    body = as_object(policy.session.get(ContinuousAccessEvaluation.key))
    if str(body.get("mode")).casefold() != "disabled":
        return
    if not policy.all_resources:
        yield _evaluation("all resources", "conditions.applications.includeApplications")
    if policy.folded("applications", "excludeApplications"):
        yield _evaluation("no excluded resource", "conditions.applications.excludeApplications")
    allowed = {Users.key, Applications.key, WorkloadIdentities.key}
    for key in dict.fromkeys(each.key for each in policy.restricting):
        if key not in allowed:
            yield _evaluation(f"no condition; take `{key}` out", f"conditions.{key}")


def _switched_on(policy: PolicyReading, key: str) -> JsonObject | None:
    body = as_object(policy.session_controls.get(key))
    return body if body.get("isEnabled") is True else None


def _member(key: str, member: str) -> str:
    return f"sessionControls.{key}.{member}"


def _incomplete(key: str, member: str, expected: str) -> Problem:
    came = f"expected {expected}, because `{key}` is switched on"
    return Problem(_member(key, member), f"invalid{key[0].upper()}{key[1:]}", came)


def _evaluation(needs: str, path: str) -> Problem:
    return Problem(
        path,
        "invalidContinuousAccessEvaluation",
        f"to disable `{ContinuousAccessEvaluation.key}` needs {needs}",
    )
