"""Rules about grant controls: which go together, and with what else."""

from __future__ import annotations

from collections.abc import Iterator

from ostiary.conditions.client_apps import ClientApps
from ostiary.conditions.devices import Devices
from ostiary.conditions.platforms import Platforms
from ostiary.conditions.risk import UserRisk
from ostiary.conditions.user_actions import REGISTER_DEVICE
from ostiary.controls.app_protection import AppProtection
from ostiary.controls.approved_app import ApprovedApp
from ostiary.controls.authentication_strength import AuthenticationStrength
from ostiary.controls.block import Block
from ostiary.controls.mfa import Mfa
from ostiary.controls.password_change import PasswordChange, RiskRemediation
from ostiary.controls.terms_of_use import TermsOfUse
from ostiary.model.errors import Problem
from ostiary.model.json_types import as_strings
from ostiary.schema.graph_texts import CONTROLS, PASSWORD_RESET
from ostiary.schema.reading import PolicyReading

MOST_TERMS_OF_USE = 40
"""Terms of use a tenant can have, hence a policy can name (entra-docs terms-of-use)."""

_BUILT_IN = "grantControls.builtInControls"
_STRENGTH = f"grantControls.{AuthenticationStrength.key}"
_OPERATOR = "grantControls.operator"
_MFA_OR_STRENGTH = frozenset({Mfa.key, AuthenticationStrength.key})
_MOBILE_APP_CONTROLS = frozenset({ApprovedApp.key, AppProtection.key})
_ALL = frozenset({"all"})
_NOT_MOBILE = ("macOS", "linux")


def needs_a_control(policy: PolicyReading) -> Iterator[Problem]:
    """At least one grant or session control (api-reference conditionalaccessroot-post-policies)."""
    if not policy.grants and not policy.unknown and not policy.session:
        yield Problem(
            "grantControls",
            CONTROLS,
            "select at least one grant control, or switch on a session control",
        )


def needs_an_operator(policy: PolicyReading) -> Iterator[Problem]:
    """`operator` says whether all controls or one are demanded (conditionalaccessgrantcontrols)."""
    if (policy.grants or policy.unknown) and policy.operator is None:
        yield Problem(
            _OPERATOR,
            "missingOperator",
            "say whether all controls (`AND`) or one (`OR`) must be met",
        )


def knows_its_controls(policy: PolicyReading) -> Iterator[Problem]:
    """Words of `builtInControls` are an enumeration (conditionalaccessgrantcontrols)."""
    words = as_strings(policy.grant_controls.get("builtInControls"))
    for index, word in enumerate(words):
        if word in policy.unknown:
            yield Problem(
                f"{_BUILT_IN}[{index}]", "unknownControl", f"there is no grant control `{word}`"
            )


def mfa_or_strength(policy: PolicyReading) -> Iterator[Problem]:
    """A strength replaces *mfa* (entra-docs authentication/concept-authentication-strengths)."""
    if _MFA_OR_STRENGTH.issubset(policy.grants):
        yield Problem(
            _STRENGTH,
            "strengthWithMfa",
            f"`{Mfa.key}` and an authentication strength cannot be used in one policy; "
            "take one of them out",
        )


def block_stands_alone(policy: PolicyReading) -> Iterator[Problem]:
    """*Block access* excludes every other control (concept-conditional-access-policies)."""
    others = [each for each in (*policy.grants, *policy.unknown) if each != Block.key]
    if Block.key in policy.grants and others:
        yield Problem(
            _BUILT_IN,
            "blockWithOthers",
            f"`{Block.key}` cannot be combined with {_listed(others)}; make it two policies",
        )


def password_change_confirms_by_mfa(policy: PolicyReading) -> Iterator[Problem]:
    """Password change goes with *mfa* (or a strength) by AND, and with nothing else.

    Sources: api-reference conditionalaccessgrantcontrols; entra-docs
    howto-conditional-access-session-lifetime, policy 3, for the strength.
    """
    if PasswordChange.key not in policy.grants:
        return
    if not policy.all_demanded:
        yield _password("operator `AND`, because it comes after authentication", _OPERATOR)
    if not _MFA_OR_STRENGTH & set(policy.grants):
        yield _password("`mfa` or an authentication strength beside it", _BUILT_IN)
    allowed = _MFA_OR_STRENGTH | {PasswordChange.key}
    others = [each for each in (*policy.grants, *policy.unknown) if each not in allowed]
    if others:
        yield _password(f"no other grant control; take {_listed(others)} out", _BUILT_IN)


def password_change_is_for_user_risk(policy: PolicyReading) -> Iterator[Problem]:
    """Password change: user risk, all resources without exception, and no other condition.

    Sources: api-reference conditionalaccessgrantcontrols; entra-docs
    concept-conditional-access-grant (require password change). Not even a restriction of client
    apps (AlexFilipin/ConditionalAccess issue 4).
    """
    if PasswordChange.key not in policy.grants:
        return
    if policy.folded("applications", "includeApplications") != _ALL:
        yield _password("all resources", "conditions.applications.includeApplications")
    if policy.folded("applications", "excludeApplications"):
        yield _password("no excluded resource", "conditions.applications.excludeApplications")
    if policy.applications.get("applicationFilter"):
        yield _password("no filter for resources", "conditions.applications.applicationFilter")
    keys = [each.key for each in policy.restricting]
    if UserRisk.key not in keys:
        yield _password("a user risk level", f"conditions.{UserRisk.key}")
    for key in dict.fromkeys(keys):
        if key not in {"users", "applications", UserRisk.key}:
            yield _password(f"no other condition; take `{key}` out", f"conditions.{key}")


def risk_remediation_needs_a_strength(policy: PolicyReading) -> Iterator[Problem]:
    """Risk remediation: a strength by AND, never a password change.

    Source: api-reference beta conditionalaccessgrantcontrols. That the admin center adds the
    strength by itself is no help here: the API does not.
    """
    if RiskRemediation.key not in policy.grants:
        return
    if AuthenticationStrength.key not in policy.grants:
        yield _remediation("an authentication strength beside it", _STRENGTH)
    if not policy.all_demanded:
        yield _remediation("operator `AND`", _OPERATOR)
    if PasswordChange.key in policy.grants:
        yield _remediation(f"no `{PasswordChange.key}` beside it", _BUILT_IN)


def register_device_takes_mfa_only(policy: PolicyReading) -> Iterator[Problem]:
    """*Register or join devices*: *mfa* or a strength, and no condition on client app or device.

    Source: entra-docs concept-conditional-access-cloud-apps (user actions).
    """
    if REGISTER_DEVICE not in policy.folded("applications", "includeUserActions"):
        return
    others = [each for each in (*policy.grants, *policy.unknown) if each not in _MFA_OR_STRENGTH]
    if others:
        yield _register_device(f"`mfa` or an authentication strength; take {_listed(others)} out")
    keys = {each.key for each in policy.restricting}
    if ClientApps.key in keys:
        yield _register_device("no restriction of client apps", f"conditions.{ClientApps.key}")
    if Devices.key in keys:
        yield _register_device("no filter for devices", f"conditions.{Devices.key}")
    if policy.conditions.get("deviceStates"):
        yield _register_device("no device state", "conditions.deviceStates")


def mobile_app_controls_fit_the_platforms(policy: PolicyReading) -> Iterator[Problem]:
    """Approved app and app protection exist on mobile platforms (and Edge on Windows) only.

    macOS and Linux cannot be selected unless another control can be met there instead
    (entra-docs concept-conditional-access-conditions, device platforms; concept-conditional-
    access-grant).
    """
    demanded = [each for each in policy.grants if each in _MOBILE_APP_CONTROLS]
    alternatives = set(policy.grants) - _MOBILE_APP_CONTROLS
    if not demanded or (alternatives and not policy.all_demanded):
        return
    selected = policy.folded(Platforms.key, "includePlatforms")
    for platform in _NOT_MOBILE:
        if platform.casefold() in selected:
            yield Problem(
                "conditions.platforms.includePlatforms",
                "platformNotSupported",
                f"{_listed(demanded)} cannot be met on `{platform}`; take the platform out, or "
                "offer another control by `OR`",
            )


def terms_of_use_are_few(policy: PolicyReading) -> Iterator[Problem]:
    """Not more terms of use than a tenant can have (entra-docs terms-of-use)."""
    count = len(as_strings(policy.grant_controls.get(TermsOfUse.key)))
    if count > MOST_TERMS_OF_USE:
        yield Problem(
            f"grantControls.{TermsOfUse.key}",
            "tooManyTermsOfUse",
            f"a tenant has at most {MOST_TERMS_OF_USE} terms of use, the policy names {count}",
        )


def _password(needs: str, path: str) -> Problem:
    return Problem(path, PASSWORD_RESET, f"`{PasswordChange.key}` needs {needs}")


def _remediation(needs: str, path: str) -> Problem:
    return Problem(path, "invalidRiskRemediation", f"`{RiskRemediation.key}` needs {needs}")


def _register_device(needs: str, path: str = "grantControls") -> Problem:
    return Problem(path, "invalidRegisterDevice", f"`{REGISTER_DEVICE}` takes {needs}")


def _listed(words: list[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
