"""The best that anybody could show for a policy, and what is out of reach even then."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ostiary.analysis.lint_probes import MANAGED
from ostiary.analysis.lint_stage import Stage
from ostiary.analysis.lint_trial import union
from ostiary.conditions.platforms import WORDS as PLATFORMS
from ostiary.conditions.users import Person
from ostiary.controls.app_protection import AppProtection
from ostiary.controls.approved_app import ApprovedApp
from ostiary.controls.authentication_strength import AuthenticationStrength
from ostiary.controls.block import Block
from ostiary.controls.compliant_device import CompliantDevice
from ostiary.controls.hybrid_joined import HybridJoinedDevice
from ostiary.controls.not_understood import NotUnderstood
from ostiary.engine.policyset import PolicySet
from ostiary.engine.requirements import Requirements
from ostiary.model.decision import ControlStatus
from ostiary.model.directory import Directory
from ostiary.model.policy import Policy
from ostiary.model.signin import AcceptedTerms, Device, Proofs, SignIn, UserIdentity

PLATFORMS_OF: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        CompliantDevice.key: frozenset({"android", "iOS", "windows", "macOS", "linux"}),
        HybridJoinedDevice.key: frozenset({"windows"}),
        ApprovedApp.key: frozenset({"android", "iOS"}),
        AppProtection.key: frozenset({"android", "iOS", "windows"}),
    }
)
"""Where a control can be met at all (entra-docs conditional-access/
concept-conditional-access-grant; app protection on Windows in Microsoft Edge only)."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best sign-in for a policy, tried on every platform that the policy is about.

    `typical` is the sign-in without its proofs; on `refused` platforms the policy cannot be
    satisfied, on `met` ones it can. None stands for an unknown platform.
    """

    typical: SignIn
    refused: tuple[str | None, ...]
    met: tuple[str | None, ...]


def demands_something(policy: Policy) -> bool:
    """Whether a policy grants access against something that this version understands."""
    controls = {each.control for each in policy.requirements}
    return bool(controls) and not controls & {Block.key, NotUnderstood.key}


def best_for(stage: Stage, number: int, sign_in: SignIn) -> Best:
    """Try one policy alone with everything anybody could show."""
    policy = stage.policies.policies[number]
    table = stage.table("platforms")
    platforms = [
        each
        for each in (*PLATFORMS, None)
        if each != "all" and table.accepted(table.key(each)).upper >> number & 1
    ]
    refused = tuple(each for each in platforms if _out_of_reach(stage, policy, sign_in, each))
    return Best(sign_in, refused, tuple(each for each in platforms if each not in refused))


def _out_of_reach(stage: Stage, policy: Policy, sign_in: SignIn, platform: str | None) -> bool:
    directory = stage.policies.directory
    shown = replace(
        sign_in,
        platform=platform,
        device=_device(platform),
        proofs=_everything(policy, directory, platform),
    )
    return bool(_refused(Requirements([policy], directory), shown))


def _everything(policy: Policy, directory: Directory, platform: str | None) -> Proofs:
    """Give all that anybody could show for a policy on a platform."""
    named = (directory.strengths.get(each.argument) for each in policy.requirements)
    strengths = [each for each in named if each is not None]
    limits = [limit for strength in strengths for limit in strength.limits]
    accepted = (each for strength in strengths for each in strength.combinations)
    methods = frozenset({"password", "fido2"}).union(*accepted)
    return Proofs(
        methods=methods,
        mfa=True,
        home_mfa=True,
        home_methods=methods,
        fido2_aaguid=next((each for limit in limits for each in sorted(limit.aaguids)), None),
        x509_issuer_ski=next((ski for limit in limits for ski in sorted(limit.issuer_skis)), None),
        x509_policy_oids=frozenset[str]().union(*(limit.policy_oids for limit in limits)),
        accepted_terms=tuple(
            AcceptedTerms(each.argument, device_id="managed") for each in policy.requirements
        ),
        custom_factors=frozenset(each.argument for each in policy.requirements),
        password_changed=True,
        approved_application=platform in PLATFORMS_OF[ApprovedApp.key],
        compliant_application=platform in PLATFORMS_OF[AppProtection.key],
    )


def _device(platform: str | None) -> Device | None:
    """Give the best managed device that a platform can have."""
    if platform not in PLATFORMS_OF[CompliantDevice.key]:
        return None
    hybrid = platform in PLATFORMS_OF[HybridJoinedDevice.key]
    kept = (each for each in MANAGED.properties if each[0] != "trusttype" or hybrid)
    return Device(tuple(kept))


def _refused(requirements: Requirements, sign_in: SignIn) -> int:
    """Give the policies of which some control can neither be met nor asked for."""
    steps = requirements.standing(requirements.judge(sign_in)).steps
    return union(step.policies for step in steps if step.judgement.status is ControlStatus.REFUSED)


@dataclass(frozen=True, slots=True)
class Registered:
    """How the users in scope of a policy stand, by the methods they have registered.

    Of `known` users the methods are known, and `refused` of them the policy refuses; of `unknown`
    more nobody can tell.
    """

    known: int
    refused: int
    unknown: int


def registered(policies: PolicySet, stage: Stage) -> Mapping[int, Registered]:
    """Tell, for each policy that asks for a strength, how its enabled users stand.

    Users with the same methods in scope of the same policies are judged once.
    """
    directory = policies.directory
    asking = [
        number for number, policy in enumerate(policies.policies) if _asks_for_methods(policy)
    ]
    if not asking or not directory.registrations:
        return {}
    wanted = union(1 << number for number in asking)
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    refused: dict[frozenset[str] | None, int] = {None: 0}
    for (methods, mask), count in _classes(policies, wanted).items():
        if methods is not None and methods not in refused:
            refused[methods] = union(_refusing(stage, asking, methods))
        for number in _numbers(mask):
            kind = 2 if methods is None else (refused[methods] >> number & 1)
            found[number][kind] += count
    return {
        number: Registered(fine + lost, lost, unknown)
        for number, (fine, lost, unknown) in sorted(found.items())
        if fine + lost
    }


def _numbers(mask: int) -> Iterator[int]:
    """Give the numbers of the policies of a mask."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _asks_for_methods(policy: Policy) -> bool:
    controls = {each.control for each in policy.requirements}
    return AuthenticationStrength.key in controls and demands_something(policy)


def _classes(policies: PolicySet, wanted: int) -> Counter[tuple[frozenset[str] | None, int]]:
    """Count the enabled users by their registered methods and the wanted policies about them."""
    directory = policies.directory
    table = next(each for each in policies.tables if each.condition.name == "users")
    classes: Counter[tuple[frozenset[str] | None, int]] = Counter()
    masks: dict[object, int] = {}
    for user in directory.users.values():
        if not user.enabled:
            continue
        key = table.key(Person(UserIdentity(user.id)))
        if key not in masks:
            masks[key] = table.accepted(key).lower & wanted
        registration = directory.registrations.get(user.id)
        classes[registration.methods if registration else None, masks[key]] += 1
    return classes


def _refusing(stage: Stage, asking: list[int], methods: frozenset[str]) -> Iterator[int]:
    """Give the policies that refuse somebody who has all but other methods than these."""
    directory = stage.policies.directory
    somebody = SignIn(UserIdentity("somebody"), device=MANAGED, platform="windows")
    for number in asking:
        policy = stage.policies.policies[number]
        proofs = replace(
            _everything(policy, directory, "windows"),
            methods=frozenset({"password"}),
            mfa=False,
            mfa_registered=bool(methods),
            registered_methods=methods,
        )
        if _refused(Requirements([policy], directory), replace(somebody, proofs=proofs)):
            yield 1 << number
