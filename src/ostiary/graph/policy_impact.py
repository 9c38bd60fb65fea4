"""`identity/conditionalAccess/impact` (ours; Entra has a page only): what a policy does, or would.

A policy that is stored, or a draft of one, is asked of the sign-ins that the log keeps. Who may
read policies is told numbers and applications; people are named to those who may read the sign-in
log or change policies, single sign-ins to those who may read the log (docs/decisions/0034).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from ostiary.administration.policy_objects import PolicyRequest, tried
from ostiary.directory.policy_impact import (
    AnalysisPostponed,
    Compared,
    NoAnalysis,
    Period,
    Question,
)
from ostiary.graph.answers import context, version_of
from ostiary.graph.answers import told as moment_text
from ostiary.graph.impact_answers import answered
from ostiary.graph.impact_shapes import IMPACT, IMPACT_BODY, IMPACT_MEMBERS
from ostiary.graph.permissions import EVALUATE, READ_LOGS, WRITE_POLICIES
from ostiary.graph.policy_calls import ROOT, granted
from ostiary.graph.shapes import told
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject, as_object, is_object
from ostiary.schema.state import Collection

T = TypeVar("T")
OPERATIONS: Final = Operations()
PATH: Final = f"{ROOT}/impact"
PERIODS: Final = {
    "PT24H": timedelta(hours=24),
    "P7D": timedelta(days=7),
    "P30D": timedelta(days=30),
}
LONGEST: Final = timedelta(days=366)
KINDS: Final = {
    "interactive": ("interactiveUser",),
    "nonInteractive": ("nonInteractiveUser",),
    "servicePrincipal": ("servicePrincipal",),
    "managedIdentity": ("managedIdentity",),
}
_ALL: Final = tuple(word for words in KINDS.values() for word in words)
_DRAFT: Final = "00000000-0000-0000-0000-000000000000"
"""The id of a draft that takes no stored policy's place."""


@OPERATIONS.add("POST", f"/{PATH}", needs=EVALUATE, answers=told(IMPACT), body=IMPACT_BODY)
def impact(call: Call) -> Answer:
    """Tell what a policy, or a draft of one, does to the sign-ins of a period."""
    question = question_of(call)
    found = asked(call, question)
    may_name = may_name_people(call)
    telling = answered(found, people=may_name, sign_ins=READ_LOGS.refusal(call) is None)
    period = question.period
    about = {"from": moment_text(period.since), "to": moment_text(period.until)}
    return Answer(body={"@odata.context": context(call, PATH), **about, **telling})


def may_name_people(call: Call) -> bool:
    """Tell whether the caller is told who is concerned, not only how many."""
    changing = replace(WRITE_POLICIES, action=None)
    return READ_LOGS.refusal(call) is None or changing.refusal(call) is None


def asked(call: Call, question: Question) -> Compared:
    """Answer a question. Raises ApiError (501, 503) where there is no answer now."""
    return answer_of(lambda: call.server.impacts.of(question))


def answer_of(ask: Callable[[], T]) -> T:
    """Give an answer. Raises ApiError (501, 503) where there is none now."""
    try:
        return ask()
    except NoAnalysis as error:
        raise ApiError(501, "NotImplemented", str(error)) from error
    except AnalysisPostponed as error:
        headers = {"Retry-After": "5"}
        raise ApiError(503, "ServiceUnavailable", str(error), headers=headers) from error


def question_of(call: Call, more: tuple[str, ...] = ()) -> Question:
    """Read what is asked; `more` are further members. Raises ApiError (400, 404)."""
    body, members = call.document, (*IMPACT_MEMBERS, *more)
    unknown = sorted(set(body) - set(members))
    if unknown:
        raise bad(f"there is no member `{unknown[0][:60]}`; there are {', '.join(members)}")
    policy_id, policy = body.get("policyId"), body.get("policy")
    if policy_id is not None and (not isinstance(policy_id, str) or "/" in policy_id):
        raise bad("expected the id of a policy in `policyId`, came something else")
    if policy is not None and not is_object(policy):
        raise bad("expected a policy as an object in `policy`, came something else")
    if policy_id is None and policy is None:
        raise bad("expected `policyId`, `policy` or both, came neither")
    word = body.get("evaluateAs", "enabled")
    if word not in {"enabled", "stored"}:
        raise bad(f"expected enabled or stored in `evaluateAs`, came `{str(word)[:20]}`")
    draft = None if policy is None else _draft(call, policy_id, policy)
    return Question(policy_id, draft, word == "enabled", period_of(call.asked.at, body))


def period_of(now: datetime, body: JsonObject) -> Period:
    """Read which sign-ins are asked for. Raises ApiError (400)."""
    kind = body.get("signInType", "all")
    if not isinstance(kind, str) or kind not in {"all", *KINDS}:
        words = ", ".join(("all", *KINDS))
        raise bad(f"expected one of {words} in `signInType`, came `{str(kind)[:30]}`")
    categories = _ALL if kind == "all" else KINDS[kind]
    # To the minute, so that the same question within it has the same answer ready.
    until = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    if "from" not in body and "to" not in body:
        word = body.get("period", "P30D")
        if not isinstance(word, str) or word not in PERIODS:
            words = ", ".join(PERIODS)
            raise bad(f"expected one of {words} in `period`, came `{str(word)[:30]}`")
        return Period(until - PERIODS[word], until, categories)
    if "period" in body:
        raise bad("expected either `period`, or `from` and `to`, came both")
    since, ends = _moment(body, "from"), _moment(body, "to") if "to" in body else until
    if not timedelta(0) < ends - since <= LONGEST:
        raise bad(f"expected `to` after `from`, by {LONGEST.days} days at most")
    return Period(since, ends, categories)


def _moment(body: JsonObject, name: str) -> datetime:
    text = body.get(name)
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None:
        raise bad(f"expected a time in `{name}`, came `{str(text)[:40]}`")
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise bad(f"expected a time in `{name}`, came one out of reach") from error


def _draft(call: Call, policy_id: str | None, policy: JsonObject) -> JsonObject:
    """Give the document that would be stored. Raises ApiError with every rule that it breaks."""
    whole = f"{ROOT}/policies"
    request = PolicyRequest(
        method="POST" if policy_id is None else "PATCH",
        path=whole if policy_id is None else f"{whole}/{policy_id}",
        body=policy,
        version=version_of(call),
        root=call.server.urls.graph,
        request_id=call.asked.request_id,
    )
    response = granted(tried(call.store, request))
    policies = response.state.all(Collection.POLICIES)
    key = next(reversed(tuple(policies))) if policy_id is None else policy_id.casefold()
    own = {"id": _DRAFT} if policy_id is None else {}
    # What the store would note of the change is no part of the question.
    return {**as_object(policies[key]), **own, "createdDateTime": None, "modifiedDateTime": None}


def bad(message: str) -> ApiError:
    """Refuse a question with what is wrong with it."""
    return ApiError(400, "BadRequest", message)
