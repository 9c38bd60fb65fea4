"""A logged sign-in, and what today's policies would say to it (ours; Graph has none).

`GET auditLogs/signIns/{id}/evaluation` decides again about the facts that were decided about then,
with the directory and the policies of now: so it tells what a change since has changed.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.graph.answers import context
from ostiary.graph.directory_objects import absent
from ostiary.graph.log_shapes import EVALUATION
from ostiary.graph.permissions import READ_LOGS, READ_POLICIES
from ostiary.graph.shapes import told
from ostiary.graph.sign_ins import PATH
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.model.decision import Decision
from ostiary.model.json_types import JsonObject

OPERATIONS: Final = Operations()
_NOT_THERE: Final = "unknown"
"""Graph's word for a policy of which a sign-in does not tell."""


@OPERATIONS.add("GET", f"/{PATH}/{{id}}/evaluation", needs=READ_LOGS, answers=told(EVALUATION))
def evaluate_sign_in(call: Call) -> Answer:
    """Tell the logged verdict of each policy beside that of today, with every reason of today's.

    `request` is what was decided about, as What If takes it; null where the log did not keep it:
    then nothing can be decided again. Raises ApiError (403) where the caller may not read policies.
    """
    refusal = READ_POLICIES.refusal(call)
    if refusal is not None:
        raise refusal
    log, name = call.store.sign_ins, call.path["id"].casefold()
    found = log.get(name)
    if found is None:
        raise absent(name)
    (shown,) = log.as_graph([found])
    facts = found.event.facts
    today = None if facts is None else call.snapshot.tenant.decide(facts)
    logged: list[JsonObject] = shown["appliedConditionalAccessPolicies"]
    policies = _then_and_now(logged, today)
    status = today is not None and today.status != found.event.ca_status
    changed = status or any(each["changed"] for each in policies)
    body = {
        "@odata.context": context(call, "ostiary.signInEvaluation"),
        "id": found.event.id,
        "request": facts,
        "loggedStatus": found.event.ca_status,
        "today": None if today is None else _outcome(today),
        "changed": None if today is None else changed,
        "policies": policies,
    }
    return Answer(body=body)


def _outcome(today: Decision) -> dict[str, Any]:
    return {
        "outcome": today.outcome.value,
        "errorCode": today.code,
        "nextChallenge": list(today.challenges),
        "why": today.why,
        "session": dict(today.session),
        "conditionalAccessStatus": today.status,
    }


def _then_and_now(logged: list[JsonObject], today: Decision | None) -> list[dict[str, Any]]:
    """Put the results of each policy beside one another; one that is gone or new has one side."""
    then = {str(each["id"]).casefold(): each for each in logged}
    now = {each.policy.id.casefold(): each for each in today.policies} if today else {}
    found: list[dict[str, Any]] = []
    for key in dict.fromkeys((*then, *now)):
        old, new = then.get(key), now.get(key)
        before = None if old is None else str(old["result"])
        after = None if new is None else new.result
        name = new.policy.display_name if new else str(old["displayName"]) if old else ""
        found.append(
            {
                "id": key,
                "displayName": name,
                "logged": before,
                "today": after,
                "changed": today is not None and (before or _NOT_THERE) != (after or _NOT_THERE),
                "reasons": [each.to_json() for each in new.reasons] if new else [],
            }
        )
    return found
