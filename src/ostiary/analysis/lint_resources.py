"""Pitfalls of what is reached: guests, registration, enrolment, dependencies, baseline scopes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ostiary.analysis.lint_pitfall import Finds, Found, Pitfall, Severity
from ostiary.analysis.lint_stage import ANY_APPLICATION, ORDINARY
from ostiary.analysis.lint_subject import Subject
from ostiary.analysis.lint_words import policy_names, quoted
from ostiary.conditions.applications import Reached
from ostiary.conditions.audiences import Audience
from ostiary.conditions.user_actions import REGISTER_SECURITY_INFORMATION
from ostiary.conditions.users import GUESTS
from ostiary.controls.block import Block
from ostiary.controls.compliant_device import CompliantDevice
from ostiary.controls.sign_in_frequency import EVERY_TIME, SignInFrequency
from ostiary.controls.visitor import visitor
from ostiary.model.directory import BaselineScopes
from ostiary.model.policy import Policy, PolicyState
from ostiary.model.signin import MISSING, Proofs, Resources, UserAction

MY_SIGN_INS = "19db86c3-b2b9-44cc-b339-36da233a3be2"
INTUNE_ENROLLMENT = "d4ebce55-015a-49b5-a083-c84d1797ae8c"
OFFICE_365 = "Office365"
_PASS = Proofs(
    methods=frozenset({"temporaryAccessPassOneTime", "temporaryAccessPassMultiUse"}),
    mfa=True,
    mfa_registered=False,
    registered_methods=frozenset(),
)
"""A Temporary Access Pass in the hand of somebody who has registered nothing yet."""


class RegistrationShut(Pitfall):
    """New staff who can never register a method."""

    code = "OST811"
    name = "registration-needs-network"
    severity = Severity.WARNING
    title = "New staff outside the trusted network can never register security information"
    why = (
        "Whoever starts at home has no method yet and no trusted network. A block, a device or a "
        "strength that no Temporary Access Pass meets keeps them out for good."
    )
    fix = (
        "require multifactor authentication, or a strength with a Temporary Access Pass, in "
        "place of it, and hand out passes"
    )
    source = "entra-docs conditional-access/policy-all-users-security-info-registration"

    def look(self, subject: Subject) -> Finds:
        """Try a pass, at home, on every member of the cast that the policy is about."""
        for number, policy in subject.live:
            if REGISTER_SECURITY_INFORMATION not in subject.named(policy, "userActions"):
                continue
            sign_in = subject.typical(number)
            if sign_in is None or visitor(sign_in, subject.stage.policies.directory).external:
                continue  # a pass is nothing for guests
            at_home = replace(
                ORDINARY,
                identity=sign_in.identity,
                target=UserAction.REGISTER_SECURITY_INFORMATION,
                proofs=_PASS,
            )
            if subject.try_out(at_home).refused >> number & 1:
                yield Found(
                    "outside every named network it refuses the registration even of somebody "
                    "who was given a Temporary Access Pass",
                    (policy,),
                )


class GuestsShutOut(Pitfall):
    """A block of guests from everything."""

    code = "OST812"
    name = "guests-blocked-from-everything"
    severity = Severity.WARNING
    title = "Guests are blocked from everything, redeeming an invitation included"
    why = (
        "A block of all resources for guests also takes the pages on which they redeem an "
        "invitation, manage their sign-in methods and leave the tenant. Who was invited cannot "
        "come in, and does not learn why."
    )
    fix = "block the resources that are meant, or exclude those that guests need"
    source = "entra-docs external-id (asks of administrators 19)"

    def look(self, subject: Subject) -> Finds:
        """Look for policies that block guests from every resource, wherever they are."""
        anywhere = _guests_blocked(subject, ANY_APPLICATION)
        for _, policy in _blocking(subject, anywhere & _guests_blocked(subject, MY_SIGN_INS)):
            if "All" in subject.named(policy, "applications"):
                spared = any(tag.startswith("group:") for tag in policy.settings["users"].exclude)
                whom = "guests who are in no group it excludes" if spared else "all guests"
                yield Found(f"it blocks {whom} from every resource, wherever they are", (policy,))


class GuestsWithoutSignIns(Pitfall):
    """A block of guests that forgot a page they need."""

    code = "OST813"
    name = "guests-blocked-from-my-sign-ins"
    severity = Severity.NOTE
    title = "Guests are blocked from My Sign-ins"
    why = (
        "A block of all resources but some takes *My Sign-ins* too, where guests register and "
        "change their methods and from where they leave the tenant."
    )
    fix = f"exclude *My Signins* ({MY_SIGN_INS}) as well"
    source = GuestsShutOut.source

    def look(self, subject: Subject) -> Finds:
        """Look for blocks with exclusions, that page not among them."""
        for _, policy in _blocking(subject, _guests_blocked(subject, MY_SIGN_INS)):
            if "AllExcept" in subject.named(policy, "applications"):
                yield Found(
                    "it blocks guests from all resources but those it excludes, and My Sign-ins is "
                    "not among them",
                    (policy,),
                )


def _guests_blocked(subject: Subject, app: str) -> int:
    """Give the policies that block a guest from a resource, whatever else is known."""
    sign_in = replace(
        ORDINARY,
        identity=subject.stage.people[GUESTS],
        target=Resources((app,)),
        client_app_type=MISSING,
        platform=MISSING,
        address=MISSING,
        country=MISSING,
        device=MISSING,
        sign_in_risk=MISSING,
        user_risk=MISSING,
        insider_risk=MISSING,
        authentication_flow=MISSING,
    )
    trial = subject.try_out(sign_in)
    return trial.refused & trial.must


def _blocking(subject: Subject, mask: int) -> Iterator[tuple[int, Policy]]:
    """Give the live policies of a mask that say *Block access*."""
    for number, policy in subject.live:
        blocks = any(each.control == Block.key for each in policy.requirements)
        if blocks and mask >> number & 1:
            yield number, policy


class EnrolmentCaught(Pitfall):
    """The hen and the egg of compliant devices."""

    code = "OST814"
    name = "intune-enrollment-not-excluded"
    severity = Severity.NOTE
    title = "A compliant device is required for everything, Microsoft Intune Enrollment included"
    why = (
        "A new device becomes compliant by enrolling. Microsoft says that the control does not "
        "stand in the way of enrolment; administrators keep reporting enrolments that stop, most "
        "with Autopilot and where a further control or a sign-in frequency is asked as well."
    )
    fix = (
        f"exclude *Microsoft Intune Enrollment* ({INTUNE_ENROLLMENT}) and require multifactor "
        "authentication for it in a policy of its own, or try an enrolment before you switch on"
    )
    source = (
        "entra-docs conditional-access/policy-all-users-device-compliance (note); asks of "
        "administrators 18 (j0eyv #18, #27)"
    )

    def look(self, subject: Subject) -> Finds:
        """Try the enrolment of a device that is not registered yet."""
        for number, policy in subject.live:
            controls = {each.control for each in policy.requirements}
            sign_in = subject.typical(number)
            if CompliantDevice.key not in controls or sign_in is None:
                continue
            shown = Proofs(methods=frozenset({"password"}), mfa=True)
            new = replace(sign_in, device=None, proofs=shown)
            caught = all(
                subject.try_out(replace(new, target=Resources((app,)))).refused >> number & 1
                for app in (INTUNE_ENROLLMENT, ANY_APPLICATION)
            )
            if caught:
                yield Found("it asks for a compliant device before the device can enrol", (policy,))


class DependencyLeftOut(Pitfall):
    """One app of a suite, and not those behind it."""

    code = "OST815"
    name = "service-dependency-not-covered"
    severity = Severity.NOTE
    title = "A policy names an app but not the services behind it"
    why = (
        "Teams shows mail, files and chats that stand in Exchange, SharePoint and Skype. Whoever "
        "goes to these directly is not asked; and a policy on one of them is asked in Teams too."
    )
    fix = "target *Office 365* in place of single apps"
    source = (
        "entra-docs conditional-access/service-dependencies; concept-conditional-access-cloud-apps"
    )

    def look(self, subject: Subject) -> Finds:
        """Look for early-bound dependencies of the named apps that the policy does not cover."""
        table = subject.table("applications")
        for number, policy in subject.live:
            setting = policy.settings.get("applications")
            for app in sorted((setting.include if setting else None) or ()):
                behind = subject.directory.settings.early_dependencies.get(app, ())
                left = [
                    each
                    for each in behind
                    if not table.accepted(table.key((Reached(Audience(each)),))).upper >> number & 1
                ]
                if left:
                    yield Found(
                        f"{_app(subject, app)} is covered and what it shows is not: "
                        f"{quoted(_name(subject, each) for each in left)}",
                        (policy,),
                    )


def _app(subject: Subject, app: str) -> str:
    return f"`{_name(subject, app)}`"


def _name(subject: Subject, app: str) -> str:
    known = subject.directory.applications.get(app)
    return (known.display_name if known else "") or _SERVICES.get(app, app)


_SERVICES = {
    "00000002-0000-0ff1-ce00-000000000000": "Office 365 Exchange Online",
    "00000003-0000-0ff1-ce00-000000000000": "Office 365 SharePoint Online",
    "00000004-0000-0ff1-ce00-000000000000": "Skype for Business Online",
    "797f4846-ba00-4fd7-ba43-dac1f8f63013": "Windows Azure Service Management API",
    "00000002-0000-0000-c000-000000000000": "Windows Azure Active Directory",
}
"""Names of services that stand behind apps, for exports that do not list them."""


class BaselineLegacy(Pitfall):
    """The old treatment of low-privilege scopes."""

    code = "OST816"
    name = "baseline-scopes-legacy"
    severity = Severity.WARNING
    title = "Policies on all resources with exclusions let baseline scopes pass"
    why = (
        "In the legacy mode a request for nothing but `openid`, `profile`, `User.Read` and a few "
        "more skips every policy on *All resources* that excludes a resource. Directory data is "
        "read with a password alone."
    )
    fix = "enable the enforcement of baseline scopes in the tenant (the default since June 2026)"
    source = "entra-docs conditional-access/concept-enforcement-resource-exclusions"

    def look(self, subject: Subject) -> Finds:
        """Look for such policies while the setting is legacy."""
        if subject.directory.settings.baseline_scopes is not BaselineScopes.LEGACY:
            return
        policies = tuple(
            policy
            for _, policy in subject.live
            if policy.state is PolicyState.ENABLED
            and "AllExcept" in subject.named(policy, "applications")
        )
        if policies:
            yield Found(
                f"the tenant is set to legacy, and {policy_names(policies)} exclude resources",
                policies,
            )


class EveryTimeEverywhere(Pitfall):
    """Asked at every turn."""

    code = "OST817"
    name = "every-time-for-all-resources"
    severity = Severity.NOTE
    title = "Sign-in frequency *every time* for all resources"
    why = (
        "People are asked again and again, in the middle of setting up a device as well, and "
        "learn to approve without looking."
    )
    fix = "keep *every time* for risky sign-ins, single resources and authentication contexts"
    source = "entra-docs conditional-access/concept-session-lifetime (every time: where to use it)"

    def look(self, subject: Subject) -> Finds:
        """Look for the setting on policies that are not narrowed by risk."""
        for _, policy in subject.live:
            narrowed = {"signInRiskLevels", "userRiskLevels", "insiderRiskLevels"}
            wide = subject.named(policy, "applications") & {"All", "AllExcept"}
            every_time = policy.session.get(SignInFrequency.key) == EVERY_TIME
            if every_time and wide and not narrowed & policy.settings.keys():
                yield Found("everybody in scope authenticates afresh for every resource", (policy,))


PITFALLS: tuple[Pitfall, ...] = (
    RegistrationShut(),
    GuestsShutOut(),
    GuestsWithoutSignIns(),
    EnrolmentCaught(),
    DependencyLeftOut(),
    BaselineLegacy(),
    EveryTimeEverywhere(),
)
