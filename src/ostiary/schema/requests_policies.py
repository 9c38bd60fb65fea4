"""The collection `policies`: list, get, create, change, delete.

Sources: api-reference conditionalaccessroot-list-policies, conditionalaccessroot-post-policies,
conditionalaccesspolicy-get, -update, -delete.
"""

from __future__ import annotations

from typing import Any

from ostiary.model.errors import Problem
from ostiary.model.json_types import JsonObject, as_object, is_list
from ostiary.schema.answers import Refusal, Response
from ostiary.schema.calls import Call, changed, refuse_if_any
from ostiary.schema.checking import check_policy, misspelled_members, structural_problems
from ostiary.schema.edge_types import Version
from ostiary.schema.graph_texts import refusal_text
from ostiary.schema.materialise import normal_form, policy_answer, stored_policy
from ostiary.schema.rules import References
from ostiary.schema.state import Collection, PolicyStore

MOST_POLICIES = 240
"""Policies in a tenant, whatever their state (entra-docs plan-conditional-access)."""

PATH = "identity/conditionalAccess/policies"


def list_policies(call: Call) -> Response:
    """Answer all policies, as the query narrows them."""
    policies = call.state.all(Collection.POLICIES).values()
    return call.listed([answer(each, call, call.version) for each in policies], PATH)


def get_policy(call: Call) -> Response:
    """Answer one policy."""
    document = call.existing(Collection.POLICIES)
    return call.shown(answer(document, call, call.version), PATH)


def create_policy(call: Call) -> Response:
    """Keep a policy that breaks no rule."""
    body = call.object_body()
    refuse_broken(body, call.version, call.state)
    # A policy belongs to a template only if it was made from one (read-only in Graph).
    state, document = add_policy(call, {**body, "templateId": None})
    return call.created(answer(document, call, call.version), PATH, state)


def change_policy(call: Call) -> Response:
    """Merge the members sent into a policy; what comes out must be a valid policy."""
    current = call.existing(Collection.POLICIES)
    change = {**call.object_body(), "templateId": current.get("templateId")}
    problems = structural_problems(change, version=call.version)
    refuse_if_any(tuple(each for each in problems if each.code == "betaOnly"))
    document: JsonObject = changed(current, change)
    refuse_broken(document, "beta", call.state)
    kept = stored_policy(
        document,
        identifier=str(current["id"]),
        created=current.get("createdDateTime"),
        modified=call.time,
    )
    return call.done(call.state.put(Collection.POLICIES, kept))


def delete_policy(call: Call) -> Response:
    """Take a policy away."""
    call.existing(Collection.POLICIES)
    return call.done(call.state.drop(Collection.POLICIES, call.ids[0]))


def add_policy(call: Call, body: JsonObject) -> tuple[PolicyStore, dict[str, Any]]:
    """Give the state with one more policy, and its document; raises Refusal at the limit."""
    refuse_one_too_many(call.state)
    document = stored_policy(body, identifier=call.new_id(), created=call.time, modified=None)
    return call.state.put(Collection.POLICIES, document), document


def refuse_one_too_many(state: PolicyStore) -> None:
    """Raise Refusal where a tenant has as many policies as it can have."""
    if len(state.all(Collection.POLICIES)) >= MOST_POLICIES:
        raise Refusal(
            400,
            f"a tenant has at most {MOST_POLICIES} policies in any state; delete one first",
            (Problem("", "tooManyPolicies", f"there are {MOST_POLICIES} policies already"),),
        )


def answer(document: JsonObject, call: Call, version: Version) -> dict[str, Any]:
    """Give a stored policy as an answer shows it."""
    strengths = call.state.all(Collection.STRENGTHS)
    return policy_answer(document, version=version, strengths=strengths, root=call.root)


def refuse_broken(document: JsonObject, version: Version, state: PolicyStore) -> None:
    """Raise Refusal where a policy breaks a rule, naming every one it breaks."""
    references = References(
        named_locations=frozenset(state.all(Collection.NAMED_LOCATIONS)),
        strengths=frozenset(state.all(Collection.STRENGTHS)),
    )
    problems = check_policy(document, version=version, references=references)
    problems += misspelled_members(normal_form(document, version))
    if problems:
        refuse_if_any(problems, message=refusal_text(problems, document))


def policies_naming(state: PolicyStore, *path: str, identifier: str) -> list[JsonObject]:
    """Give the policies that hold an id at one of the places below `conditions` or above.

    `path` are dotted member names; a list holds the id among its elements.
    """
    folded = identifier.casefold()
    return [
        document
        for document in state.all(Collection.POLICIES).values()
        if any(folded in _at(document, each) for each in path)
    ]


def _at(document: JsonObject, path: str) -> set[str]:
    value: Any = document
    for step in path.split("."):
        value = as_object(value).get(step)
    values = value if is_list(value) else [value]
    return {each.casefold() for each in values if isinstance(each, str)}
