"""The verdict on a draft (ours; Entra has none): lockout, gaps, lint; nothing is saved.

`POST identity/conditionalAccess/policies/verdict` takes `{"policy": {…}, "policyId": "…"}`: a body
as it would be posted or, with the id of a policy, as it would be sent to change that one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from ostiary.administration.policy_drafts import answer_to, guard_says, supposed
from ostiary.administration.policy_objects import PolicyRequest
from ostiary.analysis.lint import lint
from ostiary.analysis.prove_draft import Sides, gap_changes, own_gaps, standing
from ostiary.graph.answers import context, version_of
from ostiary.graph.permissions import READ_PROOFS
from ostiary.graph.policy_calls import ROOT
from ostiary.graph.proof_shapes import GAP_CHANGE, GUARD_SAYS, LINT_FINDING
from ostiary.graph.proving import proved
from ostiary.graph.shapes import MAYBE_TEXT, told
from ostiary.graph.trimming import trimmed
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.http.shapes import FLAG, OBJECT, OBJECTS, Named, closed, list_of, maybe
from ostiary.model.json_types import JsonObject, as_object, is_list, is_object
from ostiary.schema.answers import Response
from ostiary.tenant.proofs import names_of
from ostiary.tenant.tenant import Tenant

OPERATIONS: Final = Operations()
_Finding: TypeAlias = Mapping[str, Any]
PATH: Final = f"/{ROOT}/policies/verdict"
_BODY: Final = Named(
    "ostiary.draftBody", closed({"policy": OBJECT, "policyId": MAYBE_TEXT}, needed=("policy",))
)
_VERDICT: Final = Named(
    "ostiary.draftVerdict",
    closed(
        {
            "valid": FLAG,
            "problems": OBJECTS,
            "message": MAYBE_TEXT,
            "whenSaved": maybe(GUARD_SAYS),
            "whenOn": maybe(GUARD_SAYS),
            "gaps": list_of(GAP_CHANGE),
            "lint": list_of(LINT_FINDING),
        },
        needed=("@odata.context", "valid", "problems", "whenSaved", "whenOn", "gaps", "lint"),
    ),
)


@OPERATIONS.add("POST", PATH, needs=READ_PROOFS, answers=told(_VERDICT), body=_BODY)
def judge_draft(call: Call) -> Answer:
    """Tell of a policy that is not saved: whom it would lock out, which gaps it closes or leaves.

    `whenSaved` is what the lockout guard would say of saving it as it is written, `whenOn` of it
    turned on; gaps are told as if it were on, `lint` has the findings that it brings.
    """
    document, policy_id = draft_in(call.document)
    key = json.dumps([policy_id, document], sort_keys=True)
    version = version_of(call)
    response = draft_answer(call, document, policy_id)
    head = {"@odata.context": context(call, "ostiary.draftVerdict")}
    if response.status >= 400:
        error = as_object(as_object(response.body).get("error"))
        return Answer(body={**head, **_invalid(error)})
    before = call.snapshot.tenant
    known = proved(call, "standing", lambda: standing(before.compiled, names_of(before)))
    # Every draft is compared with the same findings, and those of a large tenant take seconds.
    found = proved(call, ("findings", call.asked.at.date()), lambda: _findings(call, before))

    def judged() -> dict[str, Any]:
        made = supposed(call.server.snapshots.preview(), response, policy_id)
        asked = guard_says(call.store, made.before, made.saved)
        on = asked if made.on is made.saved else guard_says(call.store, made.before, made.on)
        names = names_of(made.on)
        base = made.on.compiled
        old = base.with_policies(made.before.parts.policies)
        own = own_gaps(old, made.policy, names)
        changes = gap_changes(known, Sides(old, base, names), made.policy, own)
        return {
            "valid": True,
            "problems": [],
            "whenSaved": asked.to_json(),
            "whenOn": on.to_json(),
            "gaps": [trimmed(each.to_json()) for each in changes],
            "lint": _brought(found, _findings(call, made.saved)),
        }

    return Answer(body={**head, **proved(call, ("draft", version, key), judged)})


def draft_in(sent: JsonObject) -> tuple[JsonObject, str | None]:
    """Read a draft: the policy as it would be sent, and which one it changes. Raises ApiError."""
    policy, policy_id = sent.get("policy"), sent.get("policyId")
    if not is_object(policy):
        raise ApiError(400, "BadRequest", "expected a policy, an object, in `policy`")
    if policy_id is not None and (not isinstance(policy_id, str) or "/" in policy_id):
        raise ApiError(400, "BadRequest", "expected the id of a policy, or null, in `policyId`")
    return policy, policy_id or None


def draft_answer(call: Call, document: JsonObject, policy_id: str | None) -> Response:
    """Answer the request that would save a draft, and keep nothing. Raises NoSuchObject."""
    request = PolicyRequest(
        method="PATCH" if policy_id else "POST",
        path=f"{ROOT}/policies/{policy_id}" if policy_id else f"{ROOT}/policies",
        body=document,
        version=version_of(call),
        root=call.server.urls.graph,
        request_id=call.asked.request_id,
    )
    return answer_to(call.store, request)


def _invalid(error: JsonObject) -> dict[str, Any]:
    details = error.get("details")
    return {
        "valid": False,
        "message": error.get("message"),
        "problems": list(details) if is_list(details) else [],
        "whenSaved": None,
        "whenOn": None,
        "gaps": [],
        "lint": [],
    }


def _brought(old: list[_Finding], new: list[_Finding]) -> list[_Finding]:
    """Give the findings of lint that there would be with the draft, and are not without it."""
    known = {_same(each) for each in old}
    return [each for each in new if _same(each) not in known]


def _findings(call: Call, tenant: Tenant) -> list[_Finding]:
    parts = tenant.parts
    report = lint(
        tenant.compiled, now=call.asked.at, refused=parts.refused, warnings=parts.warnings
    )
    return [each.to_json() for each in report.findings]


def _same(finding: _Finding) -> tuple[str, str, str]:
    """Tell findings apart by what they say of which policies; states are no part of it."""
    policies = ",".join(sorted(str(each["id"]) for each in finding["policies"]))
    return str(finding["code"]), str(finding["reason"]), policies
