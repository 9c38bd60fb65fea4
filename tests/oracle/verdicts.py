"""One policy in one sign-in: whether it applies and what it wants."""

from dataclasses import dataclass

from tests.oracle import sessions
from tests.oracle.conditions import Applicability, applicability
from tests.oracle.grants import Wanted, wanted
from tests.oracle.shapes import Json, part
from tests.oracle.sign_in import SignIn
from tests.oracle.strengths import strength_of
from tests.oracle.targets import includes_all, names_action

REPORT_ONLY = "enabledForReportingButNotEnforced"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One policy in one sign-in; `wants` is None when it does not apply."""

    policy: Json
    applicability: Applicability
    wants: Wanted | None
    must_reauthenticate: bool

    @property
    def is_enforced(self) -> bool:
        return self.policy["state"] == "enabled" and self.wants is not None

    @property
    def is_open(self) -> bool:
        """Policies on user actions cannot be evaluated in report-only (semantics 3 and 8, 13)."""
        targets = part(part(self.policy, "conditions"), "applications")
        return self.policy["state"] == REPORT_ONLY and bool(targets.get("includeUserActions"))


def verdict_on(policy: Json, sign_in: SignIn, policies: list[Json]) -> Verdict:
    found = applicability(policy, sign_in)
    wants = None
    if found.applies:
        keeps = not _yields_to_action_strength(policy, sign_in, policies)
        wants = wanted(policy, sign_in, keeps_strength=keeps)
    late = found.applies and sessions.must_reauthenticate(policy, sign_in)
    return Verdict(policy, found, wants, late)


def _yields_to_action_strength(policy: Json, sign_in: SignIn, policies: list[Json]) -> bool:
    """A strength on security-info registration goes before those on All resources.

    authentication/concept-authentication-strength-how-it-works; an enforced one only.
    """
    if sign_in.user_action != "registerSecurityInformation" or not includes_all(_targets(policy)):
        return False
    return any(
        other["state"] == "enabled"
        and strength_of(other) is not None
        and names_action(_targets(other), sign_in.user_action)
        and applicability(other, sign_in).applies
        for other in policies
    )


def _targets(policy: Json) -> Json:
    return part(part(policy, "conditions"), "applications")
