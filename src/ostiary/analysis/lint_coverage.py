"""Pitfalls of coverage: what is not asked of whom, though it looks as if it were."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from ostiary.analysis.lint_gaps import GAPS, closers
from ostiary.analysis.lint_pitfall import Finds, Found, Pitfall, Severity
from ostiary.analysis.lint_probes import IMPLIED, MANAGED, PASSWORD, probes
from ostiary.analysis.lint_subject import Subject
from ostiary.analysis.lint_words import counted, joined, quoted
from ostiary.analysis.world import MULTIFACTOR_STRENGTH
from ostiary.controls.authentication_strength import AuthenticationStrength
from ostiary.controls.mfa import Mfa
from ostiary.model.directory import AuthenticationStrength as Strength
from ostiary.model.directory import Directory
from ostiary.model.policy import Operator, Policy

_MFA = frozenset({Mfa.key, AuthenticationStrength.key})


def implies_mfa(strength: Strength, directory: Directory) -> bool:
    """Whether everything a strength accepts is multifactor authentication.

    That is what the built-in strength of that name lists (entra-docs authentication/
    concept-authentication-strengths).
    """
    known = directory.strengths.get(MULTIFACTOR_STRENGTH)
    accepted = known.combinations if known else ()
    return all(any(each >= other for other in accepted) for each in strength.combinations)


class NothingEnforced(Pitfall):
    """No policy is on."""

    code = "OST201"
    name = "nothing-enforced"
    severity = Severity.WARNING
    title = "No policy is on"
    why = "Report-only and disabled policies enforce nothing: every sign-in passes."
    fix = "switch policies on once report-only and the impact analysis show whom they touch"
    source = "entra-docs conditional-access/concept-conditional-access-report-only"

    def look(self, subject: Subject) -> Finds:
        """Count states."""
        policies = subject.policies.policies
        if policies and not subject.policies.enabled:
            count = counted(len(policies), "policy is", "policies are")
            yield Found(
                f"{count} in the tenant and none is on: nothing is enforced; what follows holds as "
                "if all of them were on"
            )


class MfaOrSomething(Pitfall):
    """Multifactor authentication as one choice among several."""

    code = "OST202"
    name = "mfa-or-something-else"
    severity = Severity.WARNING
    title = "*MFA or something else* is taken for MFA"
    why = (
        "With *Require one of the selected controls* a compliant or joined device is enough: on "
        "it a password alone opens everything, and so does malware on it. Checks that look for "
        "the word `mfa` count such a policy as multifactor authentication; it is not."
    )
    fix = (
        "require multifactor authentication in a policy of its own, or set *Require all the "
        "selected controls*"
    )
    source = "ScubaGear #1742; entra-docs conditional-access/concept-conditional-access-grant"

    def look(self, subject: Subject) -> Finds:
        """Try a password on a managed device; nothing is told where another policy asks more."""
        for number, policy in subject.live:
            if not subject.acting >> number & 1 or not _offers_mfa_beside(policy):
                continue
            sign_in = subject.typical(number)
            if sign_in is None:
                continue
            managed = replace(
                sign_in,
                device=MANAGED,
                proofs=replace(PASSWORD, approved_application=True, compliant_application=True),
            )
            trial = subject.try_out(managed)
            if trial.must >> number & 1 and subject.is_open(trial):
                yield Found(
                    f"MFA is one of {len(policy.requirements)} choices: on a managed device a "
                    "password alone is enough, and no other policy that is on asks for more",
                    (policy,),
                )


def _offers_mfa_beside(policy: Policy) -> bool:
    if policy.grant is None or policy.grant.operator is not Operator.OR:
        return False
    controls = {each.control for each in policy.requirements}
    return bool(controls & _MFA) and bool(controls - _MFA)


class StrengthWithoutMfa(Pitfall):
    """An authentication strength that accepts one factor."""

    code = "OST203"
    name = "strength-is-not-mfa"
    severity = Severity.WARNING
    title = "An authentication strength accepts what is no MFA"
    why = (
        "Strengths count as multifactor authentication only if each combination they accept does. "
        "A custom strength with a single factor among its combinations is met by that factor."
    )
    fix = "take the single factors out of the strength"
    source = "entra-docs authentication/concept-authentication-strengths"

    def look(self, subject: Subject) -> Finds:
        """Compare every strength in use with the built-in one."""
        users: dict[str, list[Policy]] = defaultdict(list)
        for _, policy in subject.live:
            for each in policy.requirements:
                if each.control == AuthenticationStrength.key:
                    users[each.argument].append(policy)
        for strength_id, policies in users.items():
            strength = subject.directory.strengths.get(strength_id)
            if strength is None or implies_mfa(strength, subject.directory):
                continue
            weak = [
                " and ".join(sorted(each))
                for each in strength.combinations
                if not implies_mfa(replace(strength, combinations=(each,)), subject.directory)
            ]
            yield Found(
                f"strength `{strength.display_name}` accepts {quoted(weak)}, which is no "
                "multifactor authentication",
                tuple(policies),
            )


class WouldCloseGap(Pitfall):
    """A policy that lies there, done and off."""

    code = "OST221"
    name = "disabled-policy-would-close-gap"
    severity = Severity.WARNING
    title = "A policy that is not on would close a gap of today"
    why = "The work is done and protects nobody: what the policy was made to stop passes today."
    fix = "see with `ostiary impact --draft` whom it touches, then switch it on"
    source = "asks of administrators (EntraZTAssess CA-010)"

    def look(self, subject: Subject) -> Finds:
        """Try the probes that pass today on every policy that is not on."""
        told = _told_gaps(subject)
        for number, policy in subject.every:
            if subject.acting >> number & 1:
                continue
            if subject.closes is not None:
                clauses = list(subject.closes(policy))
            else:
                clauses = told.get(number, [])
            if clauses:
                yield Found(f"it would stop what passes today: {joined(clauses)}", (policy,))


def _told_gaps(subject: Subject) -> dict[int, list[str]]:
    """Give the probes that pass today by the policies that would stop them."""
    known = probes(subject.stage)
    passing = {
        name for name, probe in known.items() if subject.is_open(subject.try_out(probe.sign_in))
    }
    found: dict[int, list[str]] = defaultdict(list)
    for name, probe in known.items():
        if name not in passing or IMPLIED.get(name) in passing:
            continue
        mask = closers(subject, probe)
        for number, _ in subject.every:
            if mask >> number & 1:
                found[number].append(probe.short)
    return found


PITFALLS: tuple[Pitfall, ...] = (
    NothingEnforced(),
    MfaOrSomething(),
    StrengthWithoutMfa(),
    *GAPS,
    WouldCloseGap(),
)
