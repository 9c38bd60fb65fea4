"""Applicable policies and judged controls -> the decision on one sign-in.

Source: entra-docs conditional-access/concept-conditional-access-policies (phases 1 and 2),
concept-conditional-access-report-only (results).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from ostiary.conditions.audiences import audiences, reported
from ostiary.controls import SESSION_CONTROLS
from ostiary.engine.applied import applied_policy
from ostiary.engine.explain import analysis_reasons, reasons
from ostiary.engine.masks import Accepted, Table
from ostiary.engine.policyset import PolicySet, Prepared
from ostiary.engine.requirements import Standing, Step
from ostiary.model.decision import (
    ControlStatus,
    Decision,
    Judgement,
    Outcome,
    PolicyVerdict,
)
from ostiary.model.policy import PolicyState
from ostiary.model.signin import SignIn, TokenGrant

ENGINE_FAILURE = 50131
"""Ours for a policy that could not be evaluated, apart from a plain block (53003)."""

_MOST_NAMED = 3
_MFA_CONTROLS = frozenset({"mfa", "mfaRegistration", "authenticationStrength"})


def decide(policies: PolicySet, prepared: Prepared) -> Decision:
    """Decide one sign-in, with the part that every policy plays."""
    sign_in = prepared.sign_in
    columns = policies.columns(prepared)
    match = policies.match(prepared)
    standing = policies.standing(prepared, match.upper)
    applying = match.upper & policies.enabled
    failed = match.failed & policies.enabled
    step = _next_step(standing, applying)
    outcome, judgement = _outcome(step, failed=bool(failed))
    results = result_words(policies, prepared, match, standing, step)
    first_reasons = analysis_reasons(policies, columns)
    verdicts = tuple(
        PolicyVerdict(
            policy=policy,
            applies=bool(match.upper >> number & 1),
            analysis_reason=first_reasons[number],
            result=results[number],
            reasons=reasons(policies, number, prepared, columns),
        )
        for number, policy in enumerate(policies.policies)
    )
    problems = policies.problems(prepared)
    return Decision(
        outcome=outcome,
        code=judgement.code,
        challenges=(judgement.challenge,) if judgement.challenge else (),
        session=_session(policies, applying),
        status=_status(policies, columns, applying, (standing.unsatisfied & applying) | failed),
        audiences=reported(audiences(sign_in, policies.directory)),
        policies=verdicts,
        applied=tuple(
            applied_policy(policies.directory, number, verdict, columns)
            for number, verdict in enumerate(verdicts)
        ),
        oauth_error=_oauth_error(sign_in, outcome, judgement),
        claims=_claims(policies, outcome, standing.unsatisfied & applying),
        why=_why(policies, step, standing.unsatisfied & applying, judgement, problems),
        errors=problems,
    )


def why(policies: PolicySet, prepared: Prepared) -> str:
    """Give the sentence that says what decided, without the part that every policy plays."""
    match = policies.match(prepared)
    standing = policies.standing(prepared, match.upper)
    applying = match.upper & policies.enabled
    step = _next_step(standing, applying)
    _, judgement = _outcome(step, failed=bool(match.failed & policies.enabled))
    open_ = standing.unsatisfied & applying
    return _why(policies, step, open_, judgement, policies.problems(prepared))


def words(policies: PolicySet, prepared: Prepared) -> tuple[list[str], list[str]]:
    """Give Graph's result word and reason word of every policy, without sentences."""
    match = policies.match(prepared)
    standing = policies.standing(prepared, match.upper)
    step = _next_step(standing, match.upper & policies.enabled)
    results = result_words(policies, prepared, match, standing, step)
    return results, analysis_reasons(policies, policies.columns(prepared))


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


def result_words(
    policies: PolicySet,
    prepared: Prepared,
    match: Accepted,
    standing: Standing,
    step: Step | None,
) -> list[str]:
    """Give Graph's result word for every policy.

    A policy that could not be evaluated blocks if it is enabled (failure); in report-only, where
    it has no effect, the result is `unknown`.
    """
    open_ = standing.unsatisfied
    enforced_open = open_ | _terms_not_asked(policies, prepared, match, step) | match.failed
    words: list[str] = []
    for number, policy in enumerate(policies.policies):
        bit = 1 << number
        if policy.state is PolicyState.DISABLED:
            words.append("notEnabled")
        elif policy.state is PolicyState.ENABLED:
            applied = "failure" if enforced_open & bit else "success"
            words.append(applied if match.upper & bit else "notApplied")
        elif not match.upper & bit:
            words.append("reportOnlyNotApplied")
        elif match.failed & bit:
            words.append("unknown")
        elif not open_ & bit:
            words.append("reportOnlySuccess")
        else:
            beyond = standing.needs_more_than_the_user & bit
            words.append("reportOnlyFailure" if beyond else "reportOnlyInterrupted")
    return words


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
    chosen = [p for number, p in enumerate(policies.policies) if applying >> number & 1]
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


def _oauth_error(sign_in: SignIn, outcome: Outcome, judgement: Judgement) -> str | None:
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
    ids = [policy.id for number, policy in enumerate(policies.policies) if open_ >> number & 1]
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
    names = [
        f"`{p.display_name or p.id}`" for n, p in enumerate(policies.policies) if asking >> n & 1
    ]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{step.title}, by {', '.join(names[:_MOST_NAMED])}{more}: {judgement.why}"
