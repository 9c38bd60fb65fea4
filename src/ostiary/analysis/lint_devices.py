"""Pitfalls of devices and platforms: what a client says of itself, and what is not there at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from ostiary.analysis.lint_pitfall import Finds, Found, Pitfall, Severity
from ostiary.analysis.lint_probes import EVERYTHING, PASSWORD
from ostiary.analysis.lint_subject import Subject
from ostiary.analysis.lint_words import joined, policy_names, verb
from ostiary.conditions.attributes import RULE
from ostiary.conditions.devices import DEVICE_FILTER
from ostiary.conditions.platforms import WORDS as PLATFORMS
from ostiary.conditions.rule_language import parse_rule
from ostiary.controls.app_protection import AppProtection
from ostiary.controls.approved_app import ApprovedApp
from ostiary.controls.block import Block
from ostiary.controls.compliant_device import CompliantDevice
from ostiary.model.policy import Operator, Policy, PolicyState
from ostiary.model.signin import SignIn

_NAMED = tuple(word for word in PLATFORMS if word != "all")
_SPOOFING = (
    "entra-docs conditional-access/concept-conditional-access-conditions (device platforms: taken "
    "from the user agent, not verified)"
)
APPROVED_APP_ENDS = datetime(2026, 6, 30, tzinfo=UTC)
"""The last day on which *Require approved client app* is enforced.

First announced for March 2026, extended to 30 June 2026 (entra-docs conditional-access/
migrate-approved-client-app, 24 March 2026).
"""


class UnknownPlatform(Pitfall):
    """Policies for named platforms, and nothing that catches the rest."""

    code = "OST301"
    name = "unknown-platform-not-covered"
    severity = Severity.WARNING
    title = "A device platform that Entra does not know slips past"
    why = (
        "The platform is read from the user agent. A client that names none, or an unheard-of "
        "one, has an unknown platform, which only *Any device* matches."
    )
    fix = (
        "block unknown platforms: include *Any device*, exclude the platforms you support, "
        "*Block access*"
    )
    source = f"{_SPOOFING}; policy-all-users-device-unknown-unsupported"

    def look(self, subject: Subject) -> Finds:
        """Collect the policies that an unknown platform evades."""
        evaded = [policy for policy, platforms in _evasions(subject) if None in platforms]
        if evaded:
            yield Found(
                f"what {policy_names(evaded)} {verb(evaded, 'asks', 'ask')} is not asked of a "
                "client whose platform is unknown, and no policy that is on stops it",
                tuple(evaded),
            )


class PlatformClaimed(Pitfall):
    """Policies for some platforms, evaded by claiming another."""

    code = "OST302"
    name = "platform-can-be-claimed"
    severity = Severity.NOTE
    title = "A policy is left by claiming another device platform"
    why = (
        "Any client can send the user agent of another platform. A policy on some platforms "
        "protects against nobody who knows that, unless the others ask as much."
    )
    fix = (
        "ask the same on every platform, or tell devices by a filter on registered devices in "
        "place of the platform"
    )
    source = _SPOOFING

    def look(self, subject: Subject) -> Finds:
        """Collect the policies by the platforms that evade them."""
        together: dict[tuple[str, ...], list[Policy]] = defaultdict(list)
        for policy, platforms in _evasions(subject):
            known = tuple(each for each in _NAMED if each in platforms)
            if known:
                together[known].append(policy)
        for platforms, policies in together.items():
            named = joined([PLATFORMS[each] for each in platforms], "or")
            yield Found(
                f"what {policy_names(policies)} {verb(policies, 'asks', 'ask')} is not asked of "
                f"a client that says it runs on {named}",
                tuple(policies),
            )


def _evasions(subject: Subject) -> Iterator[tuple[Policy, frozenset[str | None]]]:
    """Give each policy on platforms with the platforms that get past it.

    Past it: the same sign-in that it stops on one platform is granted on the other.
    """
    for number, policy in subject.live:
        if not subject.acting >> number & 1 or "platforms" not in policy.settings:
            continue
        stopped = _stopped(subject, number)
        if stopped is None or _catches_the_rest(subject, number):
            continue
        passing = frozenset(
            platform
            for platform in (None, *_NAMED)
            if subject.is_open(subject.try_out(replace(stopped, platform=platform)))
        )
        if passing:
            yield policy, passing


def _catches_the_rest(subject: Subject, number: int) -> bool:
    """Whether a policy blocks what no platform is known of; the platforms it spares are meant."""
    policy = subject.policies.policies[number]
    table = subject.table("platforms")
    blocks = any(each.control == Block.key for each in policy.requirements)
    return blocks and bool(table.accepted(table.key(None)).upper >> number & 1)


def _stopped(subject: Subject, number: int) -> SignIn | None:
    """Give a sign-in that the policy stops, by somebody who shows as much as possible."""
    sign_in = subject.typical(number)
    if sign_in is None:
        return None
    for proofs in (EVERYTHING, PASSWORD):
        tried = replace(sign_in, proofs=proofs)
        if subject.try_out(tried).open >> number & 1:
            return tried
    return None


class FilterFreesUnregistered(Pitfall):
    """A filter that takes unregistered devices out of a policy."""

    code = "OST303"
    name = "filter-excludes-unregistered-devices"
    severity = Severity.WARNING
    title = "A device filter takes unregistered devices out of the policy"
    why = (
        "On a device that is not registered every property is null, and a negative operator "
        "(`-ne`, `-notIn`, `-notContains`) holds of null. An exclusion with one therefore lets "
        "out every unknown device in the world."
    )
    fix = "exclude with a positive operator, or include with the negative one"
    source = "entra-docs conditional-access/concept-condition-filters-for-devices (policy behavior)"

    def look(self, subject: Subject) -> Finds:
        """Ask the table of the condition about the device that is not registered."""
        for policy, rule, excludes, accepted in _filters(subject):
            if excludes and not accepted:
                yield Found(
                    f"the filter `{rule}` holds of every device that is not registered: none of "
                    "them is in the policy",
                    (policy,),
                )


class FilterMissesUnregistered(Pitfall):
    """A block that unregistered devices never meet."""

    code = "OST304"
    name = "filter-misses-unregistered-devices"
    severity = Severity.NOTE
    title = "A block by device filter does not reach unregistered devices"
    why = (
        "Positive operators fail on null, and everything is null of a device that is not "
        "registered. A block on `device.isCompliant -eq False` stops known devices only."
    )
    fix = "add a negative operator that unregistered devices meet, such as `-ne`"
    source = FilterFreesUnregistered.source

    def look(self, subject: Subject) -> Finds:
        """Ask the same of policies that block what the filter includes."""
        for policy, rule, excludes, accepted in _filters(subject):
            blocks = any(each.control == Block.key for each in policy.requirements)
            if blocks and not excludes and not accepted:
                yield Found(
                    f"the filter `{rule}` holds of no device that is not registered: the block "
                    "does not reach them",
                    (policy,),
                )


def _filters(subject: Subject) -> Iterator[tuple[Policy, str, bool, bool]]:
    """Give policies with a filter: the rule, whether it excludes, and what of the unregistered."""
    table = subject.table("devices")
    unregistered = table.accepted(table.key(None))
    for number, policy in subject.live:
        setting = policy.settings.get("devices")
        if setting is None:
            continue
        rule = next(iter(setting.tags)).removeprefix(RULE)
        yield policy, rule, bool(setting.exclude), bool(unregistered.upper >> number & 1)


class ApprovedAppRetired(Pitfall):
    """A control that is no longer enforced."""

    code = "OST305"
    name = "approved-client-app-retired"
    severity = Severity.WARNING
    title = "*Require approved client app* is retired"
    why = (
        "Microsoft stops enforcing the control after 30 June 2026 (first announced for March "
        "2026): from then on it is as if it were not selected. A policy that asks for nothing "
        "else asks for nothing."
    )
    fix = "require an app protection policy (as one of both controls while clients are moved)"
    source = "entra-docs conditional-access/migrate-approved-client-app"

    def look(self, subject: Subject) -> Finds:
        """Look for policies that lose something with the control."""
        for _, policy in subject.live:
            controls = [each.control for each in policy.requirements]
            if ApprovedApp.key not in controls:
                continue
            either = policy.grant is not None and policy.grant.operator is Operator.OR
            if either and AppProtection.key in controls:
                continue
            over = subject.now > APPROVED_APP_ENDS
            ends = "has ended" if over else "ends"
            left = len(controls) - 1
            after = "the other controls are left" if left else "the policy then asks for nothing"
            yield Found(
                f"the enforcement of *Require approved client app* {ends} on 30 June 2026: {after}",
                (policy,),
            )


class ReportOnlyNags(Pitfall):
    """A report-only policy that people see after all."""

    code = "OST306"
    name = "report-only-compliance-prompts"
    severity = Severity.NOTE
    title = "A report-only policy on compliant devices shows certificate prompts"
    why = (
        "To see whether a device is compliant, browsers on macOS, iOS and Android are asked for "
        "a device certificate, in report-only as well. People report the prompts as a fault."
    )
    fix = "exclude macOS, iOS and Android while the policy is report-only"
    source = "entra-docs conditional-access/concept-conditional-access-report-only (warning)"

    def look(self, subject: Subject) -> Finds:
        """Ask the table of platforms which of these the policy reaches."""
        table = subject.table("platforms")
        for number, policy in subject.live:
            controls = {each.control for each in policy.requirements}
            if policy.state is not PolicyState.REPORT_ONLY or CompliantDevice.key not in controls:
                continue
            if subject.typical(number) is None:
                continue  # it never applies to a person
            nagged = [
                PLATFORMS[word]
                for word in ("macOS", "iOS", "android")
                if table.accepted(table.key(word)).upper >> number & 1
            ]
            if nagged:
                yield Found(f"people on {joined(nagged)} may be asked for a certificate", (policy,))


class FilterOdd(Pitfall):
    """A filter that is read, though Microsoft's reference knows no such thing."""

    code = "OST307"
    name = "device-filter-odd"
    severity = Severity.WARNING
    title = "A device filter asks for something that the reference does not have"
    why = (
        "A word that a property never has matches no device, and an operator outside the "
        "reference may be read otherwise by Entra than by us."
    )
    fix = "write the rule with the words and operators of the reference"
    source = "entra-docs conditional-access/concept-condition-filters-for-devices"

    def look(self, subject: Subject) -> Finds:
        """Take what the parser of filter rules remarks."""
        for policy, rule, _, _ in _filters(subject):
            for each in parse_rule(rule, DEVICE_FILTER).warnings:
                yield Found(f"`{_RULE_PATH}`: {each.message}", (policy,))


_RULE_PATH = "conditions.devices.deviceFilter.rule"


PITFALLS: tuple[Pitfall, ...] = (
    UnknownPlatform(),
    PlatformClaimed(),
    FilterFreesUnregistered(),
    FilterMissesUnregistered(),
    ApprovedAppRetired(),
    ReportOnlyNags(),
    FilterOdd(),
)
