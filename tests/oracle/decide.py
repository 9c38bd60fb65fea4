"""The decision about one sign-in, in the words of golden's `expect`."""

from typing import Any, cast

from tests.oracle import sessions
from tests.oracle.audiences import (
    EXCHANGE_ENDPOINT,
    asks_oidc_only,
    baseline_mode,
    evaluated_applications,
    is_baseline_request,
)
from tests.oracle.conditions import LATER_REASONS
from tests.oracle.outcomes import Outcome, outcome_of, result_of
from tests.oracle.shapes import Json
from tests.oracle.sign_in import SignIn, read
from tests.oracle.verdicts import Verdict, verdict_on

RESTRICTED_APPS = ("00000002-0000-0ff1-ce00-000000000000", "00000003-0000-0ff1-ce00-000000000000")
EITHER_ERROR = ["invalid_grant", "interaction_required"]
# Members whose value may be a list of equally right ones (golden, comparison).
ALTERNATIVES = ("aadstsCode", "oauthError", "conditionalAccessStatus", "analysisReasons")


def decide(tenant: Json, policies: list[Json], sign_in: Json, facts: Json) -> Json:
    """One canonical answer: of values that are equally right the first one.

    Members that no page decides are absent; `aadstsCode` is None then.
    """
    expected = expectation(tenant, policies, sign_in, facts)
    answer: Json = {"aadstsCode": None, **_canonical(expected)}
    answer.pop("sessionAbsent", None)
    either = answer.pop("nextChallengeAnyOf", [])
    answer.setdefault("nextChallenge", either[:1])
    answer["policies"] = [_canonical(entry) for entry in expected["policies"]]
    return answer


def _canonical(members: Json) -> Json:
    return {key: canonical(key, value) for key, value in members.items()}


def canonical(key: str, value: Any) -> Any:
    """The first of several values that are equally right."""
    if key in ALTERNATIVES and isinstance(value, list):
        return cast("list[Any]", value)[0]
    return value


def expectation(tenant: Json, policies: list[Json], sign_in: Json, facts: Json) -> Json:
    """What golden would assert: lists are alternatives, absent members are not decided.

    Beyond golden's members: `sessionAbsent` names session controls that must not be in force,
    `nextChallengeAnyOf` lists the steps of which one must be asked.
    """
    asked = read(tenant, sign_in, facts, considers_enforcement=True)
    verdicts = [verdict_on(policy, asked, policies) for policy in policies]
    enforced = [verdict for verdict in verdicts if verdict.is_enforced]
    outcome = outcome_of(enforced, asked)
    expected: Json = {
        "outcome": outcome.kind,
        "conditionalAccessStatus": _status(outcome, verdicts),
        "policies": [_entry(verdict, outcome, enforced, asked) for verdict in verdicts],
    }
    if outcome.codes is not None:
        expected["aadstsCode"] = _one_or_all(outcome.codes)
    expected.update(_challenge(outcome))
    expected.update(_token_error(outcome, asked))
    expected.update(_session(outcome, enforced, asked))
    expected.update(_audiences(asked))
    return expected


def _challenge(outcome: Outcome) -> Json:
    if outcome.kind != "interrupt":
        return {"nextChallenge": []}
    if len(outcome.asks) > 1:
        # MFA and a strength in two policies: one step of the order, named either way.
        return {"nextChallengeAnyOf": list(outcome.asks)}
    return {"nextChallenge": list(outcome.asks)}


def _token_error(outcome: Outcome, sign_in: SignIn) -> Json:
    """`error` and `claims` of the token response, where pages or logs show them."""
    if outcome.kind == "grant":
        return {}
    if not sign_in.is_user:
        return {"oauthError": "invalid_grant"}
    if not sign_in.at_token_endpoint:
        return {}
    found: Json = {"oauthError": EITHER_ERROR}
    codes = outcome.codes or ()
    if outcome.kind == "interrupt" and not sign_in.is_interactive and {50076, 50079} & set(codes):
        found["claimsChallenge"] = True
    return found


def _session(outcome: Outcome, enforced: list[Verdict], sign_in: SignIn) -> Json:
    """Session controls in force, where it is plain that they are (see README.md)."""
    if outcome.kind != "grant" or not sign_in.is_user:
        return {}
    merged = sessions.merged([verdict.policy for verdict in enforced])
    telling = ["signInFrequencyMinutes", "disableResilienceDefaults"]
    if sign_in.client_app == "browser":
        telling.append("persistentBrowser")
    if all(app in RESTRICTED_APPS for app in sign_in.requested_apps):
        telling.append("applicationEnforcedRestrictions")
    found: Json = {"sessionAbsent": [name for name in telling if name not in merged]}
    session = {name: merged[name] for name in telling if name in merged}
    if session:
        found["session"] = session
    return found


def _audiences(sign_in: SignIn) -> Json:
    if not sign_in.requested_apps or EXCHANGE_ENDPOINT in sign_in.requested_apps:
        return {}
    if is_baseline_request(sign_in):
        confidential = sign_in.fact("clientType", "public") == "confidential"
        if baseline_mode(sign_in.tenant) == "legacy" or (confidential and asks_oidc_only(sign_in)):
            return {}
    return {"conditionalAccessAudiences": evaluated_applications(sign_in)}


def _status(outcome: Outcome, verdicts: list[Verdict]) -> str | list[str]:
    if outcome.kind != "grant":
        return "failure"
    if any(verdict.is_enforced for verdict in verdicts):
        return "success"
    came_near = any(
        not verdict.is_open
        and (verdict.applicability.applies or verdict.applicability.reasons[0] in LATER_REASONS)
        for verdict in verdicts
    )
    return ["notApplied", "success"] if came_near else "notApplied"


def _entry(verdict: Verdict, outcome: Outcome, enforced: list[Verdict], sign_in: SignIn) -> Json:
    entry: Json = {"policyId": verdict.policy["id"]}
    if verdict.is_open and sign_in.user_action is not None:
        return entry
    entry["policyApplies"] = verdict.applicability.applies
    entry["analysisReasons"] = _one_or_all(verdict.applicability.reasons)
    result = result_of(verdict, outcome, enforced, sign_in)
    if result is not None:
        entry["result"] = result
    return entry


def _one_or_all(values: tuple[int, ...] | tuple[str, ...]) -> object:
    """Golden writes a single value as itself and alternatives as a list."""
    return values[0] if len(values) == 1 else list(values)
