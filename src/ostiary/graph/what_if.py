"""`identity/conditionalAccess/evaluate`: which policies would apply to a sign-in (What If).

Source: api-reference conditionalaccessroot-evaluate, resources whatifanalysisresult. Ours beside
Graph's: `@ostiary.draft` of a request is a policy that counts although it is not saved,
`{"policy": {...}, "policyId": "..."}` as `policies/verdict` takes it; answers tell the outcome.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.administration.policy_drafts import supposed
from ostiary.engine.decide import rule, weigh
from ostiary.engine.whatif import WhatIfResult, what_if
from ostiary.graph.answers import context
from ostiary.graph.permissions import EVALUATE
from ostiary.graph.policy_calls import granted, schema_version
from ostiary.graph.policy_shapes import WHAT_IF
from ostiary.graph.policy_verdicts import draft_answer, draft_in
from ostiary.graph.shapes import listed
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.http.shapes import OBJECT
from ostiary.model.json_types import JsonObject, as_object
from ostiary.schema.edge_types import Version
from ostiary.schema.materialise import kept_form
from ostiary.schema.signin_json import applied_policies_only
from ostiary.tenant.tenant import Tenant

OPERATIONS: Final = Operations()
_RESULTS: Final = "Collection(microsoft.graph.whatIfAnalysisResult)"
_DRAFT: Final = "@ostiary.draft"


@OPERATIONS.add(
    "POST",
    "/identity/conditionalAccess/evaluate",
    needs=EVALUATE,
    answers=listed(WHAT_IF),
    body=OBJECT,
)
def evaluate(call: Call) -> Answer:
    """Tell which policies would apply to a hypothetical sign-in, and why the others would not."""
    asked = {name: value for name, value in call.document.items() if name != _DRAFT}
    known = call.snapshot.tenant
    tenant, draft_id, more = known, "", dict[str, Any]()
    if _DRAFT in call.document:
        tenant, draft_id = _with_draft(call)
        more = {"@ostiary.withoutDraft": _outcome(known, asked)}
    prepared = tenant.prepare_what_if(asked)
    found = what_if(tenant.compiled, prepared, applied_only=applied_policies_only(asked))
    version = schema_version(call)
    body: dict[str, Any] = {
        "@odata.context": context(call, _RESULTS),
        "@ostiary.outcome": _outcome(tenant, asked),
        **more,
        "value": [_result(each, version, draft_id) for each in found.results],
    }
    if found.errors:
        body["@ostiary.errors"] = list(found.errors)
    return Answer(body=body)


def _with_draft(call: Call) -> tuple[Tenant, str]:
    """Give the tenant as it would be with the draft, and the draft's id. Raises ApiError (400)."""
    document, policy_id = draft_in(as_object(call.document.get(_DRAFT)))
    response = granted(draft_answer(call, document, policy_id))
    made = supposed(call.server.snapshots.preview(), response, policy_id)
    return made.saved, made.policy_id.casefold()


def _outcome(tenant: Tenant, asked: JsonObject) -> dict[str, Any]:
    """Give what somebody would be answered who has shown nothing yet; report-only is left out."""
    ruling = rule(weigh(tenant.compiled, tenant.prepare_what_if(asked)))
    return {
        "outcome": ruling.outcome.value,
        "errorCode": ruling.code,
        "nextChallenge": list(ruling.challenges),
        "why": ruling.why,
        "session": dict(ruling.session),
    }


def _result(result: WhatIfResult, version: Version, draft_id: str) -> dict[str, Any]:
    """Give the whole policy with the analysis; our own reasons stand in an annotation."""
    mine = {_DRAFT: True} if draft_id and result.policy.id.casefold() == draft_id else {}
    return {
        **kept_form(result.policy.document, version),
        "policyApplies": result.applies,
        "analysisReasons": result.analysis_reason,
        "@ostiary.reasons": [each.to_json() for each in result.reasons],
        **mine,
    }
