"""Pitfalls of policies that nobody, or nobody of some kind, can satisfy."""

from __future__ import annotations

from ostiary.analysis.lint_best import Best
from ostiary.analysis.lint_pitfall import Finds, Found, Pitfall, Severity
from ostiary.analysis.lint_subject import Subject
from ostiary.analysis.lint_words import counted, joined
from ostiary.conditions.platforms import WORDS as PLATFORMS
from ostiary.conditions.users import GUESTS, Person
from ostiary.controls.authentication_strength import AuthenticationStrength
from ostiary.controls.visitor import visitor
from ostiary.model.policy import Operator, Policy, Requirement
from ostiary.model.signin import SignIn

_SUPPORTED = ("android", "iOS", "windows", "macOS", "linux")
"""Platforms on which Entra knows managed devices."""


class NobodyCan(Pitfall):
    """A grant that is a block in disguise."""

    code = "OST401"
    name = "nobody-can-satisfy"
    severity = Severity.ERROR
    title = "A policy that nobody can satisfy"
    why = (
        "Its conditions and its controls exclude each other, so it blocks everybody it is about, "
        "and its name and its grant say otherwise."
    )
    fix = "drop the control or the condition that rules it out; to block, say *Block access*"
    source = "asks of administrators 29; entra-docs concept-conditional-access-grant"

    def look(self, subject: Subject) -> Finds:
        """Try the best of all sign-ins on every platform the policy is about."""
        for number, policy in subject.live:
            best = subject.best(number)
            if best is None or best.met or _by_client(best.typical):
                continue
            if _external(best.typical, subject):
                continue  # told of external users
            if _strength_missing(policy, subject):
                continue  # told as an id that nothing explains
            yield Found(
                f"what it asks for cannot be had{_where(policy, best)}: everybody it is about is "
                "blocked",
                (policy,),
            )


def _by_client(sign_in: SignIn) -> bool:
    return sign_in.legacy_client or sign_in.authentication_flow == "deviceCodeFlow"


def _external(sign_in: SignIn, subject: Subject) -> bool:
    return visitor(sign_in, subject.stage.policies.directory).external


def _strength_missing(policy: Policy, subject: Subject) -> bool:
    return any(
        each.control == AuthenticationStrength.key
        and each.argument not in subject.directory.strengths
        for each in policy.requirements
    )


def _where(policy: Policy, best: Best) -> str:
    named = [PLATFORMS[each] for each in best.refused if each is not None]
    return f" on {joined(named)}" if named and "platforms" in policy.settings else ""


class BlocksByClient(Pitfall):
    """A grant control on clients that can meet none."""

    code = "OST402"
    name = "grant-acts-as-block"
    severity = Severity.NOTE
    title = "A grant control that the clients in scope cannot meet acts as a block"
    why = (
        "Legacy clients meet no grant control, and a device code flow passes no device state. The "
        "policy blocks, which may be meant, but neither its name nor its log entry says so."
    )
    fix = "say *Block access*"
    source = (
        "entra-docs conditional-access/policy-block-legacy-authentication; "
        "concept-conditional-access-grant (device code flow)"
    )

    def look(self, subject: Subject) -> Finds:
        """Look for policies about such clients only."""
        for number, policy in subject.live:
            best = subject.best(number)
            if best is None or best.met or not _by_client(best.typical):
                continue
            who = "legacy clients" if best.typical.legacy_client else "device code flows"
            yield Found(f"{who} cannot meet what it asks for: it blocks them", (policy,))


class SomePlatformsCannot(Pitfall):
    """Controls that some platforms in scope can never meet."""

    code = "OST403"
    name = "platforms-that-cannot-satisfy"
    severity = Severity.NOTE
    title = "On some device platforms nobody can satisfy the policy"
    why = (
        "Hybrid join exists on Windows only, approved and protected apps on phones. On every "
        "other platform the policy is a block."
    )
    fix = "name the platforms that are meant, or offer another control as a choice"
    source = "entra-docs conditional-access/concept-conditional-access-grant"

    def look(self, subject: Subject) -> Finds:
        """Try each platform; those that Entra does not support count for nothing."""
        for number, policy in subject.live:
            best = subject.best(number)
            if best is None or not best.met:
                continue
            lost = [PLATFORMS[each] for each in best.refused if each in _SUPPORTED]
            if lost:
                yield Found(f"nobody on {joined(lost)} can satisfy it", (policy,))


class GuestsCannot(Pitfall):
    """Controls that an external user cannot meet here."""

    code = "OST404"
    name = "guests-cannot-satisfy"
    severity = Severity.WARNING
    title = "No external user can satisfy the policy"
    why = (
        "The state of a guest's device counts only where inbound trust accepts it, and approved "
        "apps, app protection and password changes are not supported for external users at all. "
        "*All users* includes guests and the technicians of service providers."
    )
    fix = (
        "exclude guest and external users and give them a policy of their own, or trust the "
        "claims of their home tenants in the cross-tenant access settings where that helps"
    )
    source = "entra-docs external-id/authentication-conditional-access (AADSTS530004)"

    def look(self, subject: Subject) -> Finds:
        """Try the best of all guests where a member could."""
        guest = subject.stage.people[GUESTS]
        table = subject.stage.table("users")
        about = table.accepted(table.key(Person(guest))).lower
        for number, policy in subject.live:
            best = subject.best(number)
            if best is None:
                continue
            if not _external(best.typical, subject):
                best = subject.best(number, guest) if best.met and about >> number & 1 else None
            if best is None or best.met or _strength_missing(policy, subject):
                continue
            controls = [_title(each, subject) for each in policy.requirements]
            either = policy.grant is not None and policy.grant.operator is Operator.OR
            asked = joined(controls, "or" if either else "and")
            yield Found(f"external users are in scope and cannot meet {asked}", (policy,))


def _title(requirement: Requirement, subject: Subject) -> str:
    demands = subject.policies.requirements.demands
    control = next(each.control for each in demands if each.control.key == requirement.control)
    return f"*{control.name(requirement.argument, subject.directory)}*"


class NobodyRegistered(Pitfall):
    """A strength that nobody has a method for."""

    code = "OST405"
    name = "nobody-registered"
    severity = Severity.ERROR
    title = "Nobody in scope has registered a method that the policy accepts"
    why = (
        "Windows Hello for Business, certificates and passes cannot be registered in the middle of "
        "a sign-in: whoever has none is refused, not asked. Switched on, such a policy blocks "
        "everybody it is about."
    )
    fix = "roll the methods out first, and watch `userRegistrationDetails` until people have them"
    source = "entra-docs authentication/concept-authentication-strength-how-it-works"

    def look(self, subject: Subject) -> Finds:
        """Judge what every user in scope has registered."""
        for number, stand in subject.registered.items():
            if not subject.checked >> number & 1:
                continue
            if stand.unknown or stand.refused < stand.known:
                continue
            policy = subject.policies.policies[number]
            people = counted(stand.known, "user")
            yield Found(f"of {people} in scope none has registered a method it accepts", (policy,))


class SomeNotRegistered(Pitfall):
    """A strength that some have no method for."""

    code = "OST406"
    name = "some-not-registered"
    severity = Severity.WARNING
    title = "Users in scope have no method that the policy accepts"
    why = NobodyRegistered.why
    fix = "register the methods for them, or leave them out until they have one"
    source = NobodyRegistered.source

    def look(self, subject: Subject) -> Finds:
        """Count those who would be refused."""
        for number, stand in subject.registered.items():
            if not subject.checked >> number & 1:
                continue
            if not stand.refused or (not stand.unknown and stand.refused == stand.known):
                continue
            policy = subject.policies.policies[number]
            whose = counted(stand.known, "user")
            rest = f" (the methods of {stand.unknown} more are unknown)" if stand.unknown else ""
            yield Found(
                f"{stand.refused} of {whose} in scope would be refused: no method registered "
                f"that it accepts, and none can be registered on the way{rest}",
                (policy,),
            )


class BothRisks(Pitfall):
    """Sign-in risk and user risk in one policy."""

    code = "OST407"
    name = "both-risks-at-once"
    severity = Severity.WARNING
    title = "Sign-in risk and user risk in one policy"
    why = (
        "Conditions are joined by AND: the policy applies only while both risks are there at the "
        "same time, which is rare, and neither risk alone is answered."
    )
    fix = "make two policies, one for each risk"
    source = "entra-docs conditional-access/policy-risk-based-user; id-protection how-to"

    def look(self, subject: Subject) -> Finds:
        """Look for policies that set both."""
        for _, policy in subject.live:
            if {"signInRiskLevels", "userRiskLevels"} <= policy.settings.keys():
                yield Found("it applies only while sign-in and user are at risk at once", (policy,))


PITFALLS: tuple[Pitfall, ...] = (
    NobodyCan(),
    BlocksByClient(),
    SomePlatformsCannot(),
    GuestsCannot(),
    NobodyRegistered(),
    SomeNotRegistered(),
    BothRisks(),
)
