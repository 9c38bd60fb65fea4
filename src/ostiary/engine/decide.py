"""Applicable policies and judged controls -> the decision on one sign-in.

Source: entra-docs conditional-access/concept-conditional-access-policies (phases 1 and 2),
concept-conditional-access-report-only (results).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from ostiary.conditions.audiences import audiences, reported
from ostiary.controls import SESSION_CONTROLS
from ostiary.controls.block import BLOCKED
from ostiary.engine.applied import applied_policy
from ostiary.engine.explain import analysis_reasons, reasons
from ostiary.engine.masks import Accepted, Table, numbers_in
from ostiary.engine.policyset import PolicySet, Prepared
from ostiary.engine.requirements import Standing, Step
from ostiary.model.decision import (
    ControlStatus,
    Decision,
    Judgement,
    Outcome,
    PolicyVerdict,
    Ruling,
)
from ostiary.model.signin import SignIn, TokenGrant

ENGINE_FAILURE = 50131
"""Ours for a policy that could not be evaluated, apart from a plain block (53003)."""

_MOST_NAMED = 3
_MFA_CONTROLS = frozenset({"mfa", "mfaRegistration", "authenticationStrength"})


@dataclass(frozen=True, slots=True)
class Weighed:
    """One sign-in matched with every policy: all that a decision is made of, in masks."""

    policies: PolicySet
    prepared: Prepared
    columns: list[tuple[Table, Accepted]]
    match: Accepted
    standing: Standing
    step: Step | None
    """What comes next, None where nothing is owed."""

    @property
    def applying(self) -> int:
        """The policies in force that apply."""
        return self.match.upper & self.policies.enabled

    @property
    def failed(self) -> int:
        """The policies in force that could not be evaluated."""
        return self.match.failed & self.policies.enabled

    @property
    def unsatisfied(self) -> int:
        """The policies in force that apply and ask for more."""
        return self.standing.unsatisfied & self.applying

    @property
    def blocking(self) -> int:
        """The policies that refuse the sign-in: that block, or whose control is out of reach.

        A policy that only asks for more is none of them, though the sign-in log has it as a failure
        too. Empty where the sign-in is not blocked.
        """
        if self.failed:
            return self.failed
        if self.step is None or self.step.judgement.status is not ControlStatus.REFUSED:
            return 0
        first, found = self.step.judgement.code, 0
        for each in self.standing.steps:
            plain = first != BLOCKED or each.judgement.code == BLOCKED
            if each.judgement.status is ControlStatus.REFUSED and plain:
                found |= each.policies
        return found & self.unsatisfied

    def result_masks(self) -> dict[str, int]:
        """Give Graph's result words, each with the policies that it is said of."""
        return result_masks(self.policies, self.prepared, self.match, self.standing, self.step)


def weigh(policies: PolicySet, prepared: Prepared) -> Weighed:
    """Match one sign-in with every policy."""
    columns = policies.columns(prepared)
    match = policies.matched(columns)
    standing = policies.standing(prepared, match.upper)
    step = _next_step(standing, match.upper & policies.enabled)
    return Weighed(policies, prepared, columns, match, standing, step)


def rule(weighed: Weighed) -> Ruling:
    """Decide one sign-in, without sentences on each policy: those take most of the time."""
    policies, prepared = weighed.policies, weighed.prepared
    sign_in, applying, open_ = prepared.sign_in, weighed.applying, weighed.unsatisfied
    outcome, judgement = _outcome(weighed.step, failed=bool(weighed.failed))
    problems = policies.problems(prepared)
    return Ruling(
        outcome=outcome,
        code=judgement.code,
        challenges=(judgement.challenge,) if judgement.challenge else (),
        session=_session(policies, applying),
        status=_status(policies, weighed.columns, applying, open_ | weighed.failed),
        audiences=reported(audiences(sign_in, policies.directory)),
        oauth_error=oauth_word(sign_in, outcome, judgement),
        claims=_claims(policies, outcome, open_),
        why=_why(policies, weighed.step, open_, judgement, problems),
        errors=problems,
    )


def decide(policies: PolicySet, prepared: Prepared) -> Decision:
    """Decide one sign-in, with the part that every policy plays."""
    return explained(weigh(policies, prepared))


def explained(weighed: Weighed) -> Decision:
    """Decide one sign-in, and say of every policy in sentences which part it plays."""
    policies, ruling = weighed.policies, rule(weighed)
    results = _each(policies, weighed.result_masks())
    first_reasons = analysis_reasons(policies, weighed.columns)
    verdicts = tuple(
        PolicyVerdict(
            policy=policy,
            applies=bool(weighed.match.upper >> number & 1),
            analysis_reason=first_reasons[number],
            result=results[number],
            reasons=reasons(policies, number, weighed.prepared, weighed.columns),
        )
        for number, policy in enumerate(policies.policies)
    )
    return Decision(
        *(getattr(ruling, each.name) for each in fields(Ruling)),
        policies=verdicts,
        applied=tuple(
            applied_policy(policies.directory, number, verdict, weighed.columns)
            for number, verdict in enumerate(verdicts)
        ),
    )


def why(policies: PolicySet, prepared: Prepared) -> str:
    """Give the sentence that says what decided, without the part that every policy plays."""
    return rule(weigh(policies, prepared)).why


def words(policies: PolicySet, prepared: Prepared) -> tuple[list[str], list[str]]:
    """Give Graph's result word and reason word of every policy, without sentences."""
    weighed = weigh(policies, prepared)
    results = _each(policies, weighed.result_masks())
    return results, analysis_reasons(policies, weighed.columns)


def _next_step(standing: Standing, applying: int) -> Step | None:
    open_ = standing.unsatisfied & applying
    return next((step for step in standing.steps if step.policies & open_), None)


def _outcome(step: Step | None, *, failed: bool) -> tuple[Outcome, Judgement]:
    if failed:
        why = "a policy in scope could not be evaluated"
        return Outcome.BLOCK, Judgement(ControlStatus.REFUSED, ENGINE_FAILURE, "", why)
    if step is None:
        return Outcome.GRANT, Judgement(ControlStatus.MET)
    if step.judgement.status is ControlStatus.PROMPT:
        return Outcome.INTERRUPT, step.judgement
    return Outcome.BLOCK, step.judgement


def result_masks(
    policies: PolicySet,
    prepared: Prepared,
    match: Accepted,
    standing: Standing,
    step: Step | None,
) -> dict[str, int]:
    """Give Graph's result words, each with the policies that it is said of; one of each policy.

    A policy that could not be evaluated blocks if it is enabled (failure); in report-only, where
    it has no effect, the result is `unknown`.
    """
    open_ = standing.unsatisfied
    enforced_open = open_ | _terms_not_asked(policies, prepared, match, step) | match.failed
    enabled, reporting = policies.enabled, policies.live & ~policies.enabled
    applying, reported_on = enabled & match.upper, reporting & match.upper
    judged, beyond = reported_on & ~match.failed, standing.needs_more_than_the_user
    return {
        "notEnabled": policies.everything & ~policies.live,
        "failure": applying & enforced_open,
        "success": applying & ~enforced_open,
        "notApplied": enabled & ~match.upper,
        "reportOnlyNotApplied": reporting & ~match.upper,
        "unknown": reported_on & match.failed,
        "reportOnlySuccess": judged & ~open_,
        "reportOnlyFailure": judged & open_ & beyond,
        "reportOnlyInterrupted": judged & open_ & ~beyond,
    }


def _each(policies: PolicySet, masks: Mapping[str, int]) -> list[str]:
    """Give the word of each policy."""
    found = [""] * len(policies.policies)
    for word, mask in masks.items():
        for number in numbers_in(mask):
            found[number] = word
    return found


def _terms_not_asked(
    policies: PolicySet, prepared: Prepared, match: Accepted, step: Step | None
) -> int:
    """While multifactor authentication is asked for, terms of use count as not accepted.

    An earlier acceptance is looked at only afterwards: the policy is logged as a failure
    (entra-docs conditional-access/concept-conditional-access-grant, terms of use note).
    """
    if step is None or step.judgement.challenge not in _MFA_CONTROLS:
        return 0
    judged = list(policies.requirements.decoded(prepared.judged))
    waiting = Judgement(ControlStatus.PROMPT)
    for number, demand in enumerate(policies.requirements.demands):
        if demand.control.key == "termsOfUse" and judged[number].status is ControlStatus.MET:
            judged[number] = replace(waiting, challenge="termsOfUse")
    waived = policies.waiver.waived(prepared.sign_in, match.upper & policies.enabled)
    return policies.requirements.standing(judged, waived=waived).unsatisfied


def _session(policies: PolicySet, applying: int) -> dict[str, object]:
    """Merge the session controls of the enabled policies that apply; the strictest wins."""
    merged: dict[str, object] = {}
    chosen = [policies.policies[number] for number in numbers_in(applying)]
    for control in SESSION_CONTROLS:
        values = [policy.session[control.key] for policy in chosen if control.key in policy.session]
        merged[control.effective or control.key] = (
            control.merge(values) if values else control.unset
        )
    return merged


def _status(
    policies: PolicySet, columns: list[tuple[Table, Accepted]], applying: int, open_: int
) -> str:
    """Give `conditionalAccessStatus`.

    Success also where an enabled policy is about this user and resource and another condition
    keeps it away (entra-docs monitoring-health/concept-sign-in-log-activity-details).
    """
    if open_:
        return "failure"
    if applying:
        return "success"
    concerned = policies.enabled
    for table, accepted in columns:
        if table.condition.assignment:
            concerned &= accepted.upper
    return "success" if concerned else "notApplied"


def oauth_word(sign_in: SignIn, outcome: Outcome, judgement: Judgement) -> str | None:
    """Give the `error` of the token response.

    Interaction is asked for by `interaction_required`; the password grant and refusals answer
    `invalid_grant` (wire observations in the specification, semantics section 2).
    """
    if outcome is Outcome.GRANT:
        return None
    if outcome is Outcome.INTERRUPT and sign_in.grant is not TokenGrant.PASSWORD:
        return "invalid_grant" if judgement.code == 70043 else "interaction_required"
    if outcome is Outcome.BLOCK and sign_in.grant is TokenGrant.AUTHORIZATION_CODE:
        return "access_denied"
    return "invalid_grant"


def _claims(policies: PolicySet, outcome: Outcome, open_: int) -> str | None:
    """Give the claims challenge that names the policies, for a client to send back."""
    if outcome is not Outcome.INTERRUPT:
        return None
    ids = [policies.policies[number].id for number in numbers_in(open_)]
    return json.dumps(
        {"access_token": {"capolids": {"essential": True, "values": ids}}}, separators=(",", ":")
    )


def _why(
    policies: PolicySet,
    step: Step | None,
    open_: int,
    judgement: Judgement,
    problems: Sequence[str],
) -> str:
    """Say in a sentence what decided, and by which policies."""
    if problems and judgement.code == ENGINE_FAILURE:
        return f"{judgement.why}: {'; '.join(problems)}"
    if step is None:
        return "every policy that applies is satisfied"
    asking = step.policies & open_
    named = (policies.policies[number] for number in numbers_in(asking))
    names = [f"`{each.display_name or each.id}`" for each in named]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{step.title}, by {', '.join(names[:_MOST_NAMED])}{more}: {judgement.why}"
