"""`identity/conditionalAccess/evaluate`: which policies would apply to a sign-in (What If).

Source: api-reference conditionalaccessroot-evaluate, resources whatifanalysisresult.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.engine.whatif import WhatIfResult
from ostiary.graph.answers import context
from ostiary.graph.permissions import EVALUATE
from ostiary.graph.policy_calls import schema_version
from ostiary.graph.policy_shapes import WHAT_IF
from ostiary.graph.shapes import listed
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.http.shapes import OBJECT
from ostiary.schema.edge_types import Version
from ostiary.schema.materialise import kept_form

OPERATIONS: Final = Operations()
_RESULTS: Final = "Collection(microsoft.graph.whatIfAnalysisResult)"


@OPERATIONS.add(
    "POST",
    "/identity/conditionalAccess/evaluate",
    needs=EVALUATE,
    answers=listed(WHAT_IF),
    body=OBJECT,
)
def evaluate(call: Call) -> Answer:
    """Tell which policies would apply to a hypothetical sign-in, and why the others would not."""
    found = call.snapshot.tenant.what_if(call.document)
    version = schema_version(call)
    body: dict[str, Any] = {
        "@odata.context": context(call, _RESULTS),
        "value": [_result(each, version) for each in found.results],
    }
    if found.errors:
        body["@ostiary.errors"] = list(found.errors)
    return Answer(body=body)


def _result(result: WhatIfResult, version: Version) -> dict[str, Any]:
    """Give the whole policy with the analysis; our own reasons stand in an annotation."""
    return {
        **kept_form(result.policy.document, version),
        "policyApplies": result.applies,
        "analysisReasons": result.analysis_reason,
        "@ostiary.reasons": [each.to_json() for each in result.reasons],
    }
