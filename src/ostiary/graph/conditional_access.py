"""`identity/conditionalAccess`: policies, named locations, contexts, strengths, templates.

Sources: api-reference conditionalaccesspolicy, namedlocation, authenticationcontextclassreference,
authenticationstrengthpolicy, conditionalaccesstemplate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ostiary.administration.required_contexts import ProtectedAction
from ostiary.graph import policy_shapes as shapes
from ostiary.graph import shapes as answers
from ostiary.graph.permissions import (
    READ_CONTEXTS,
    READ_POLICIES,
    READ_STRENGTHS,
    WRITE_CONTEXTS,
    WRITE_LOCATIONS,
    WRITE_POLICIES,
    WRITE_STRENGTHS,
)
from ostiary.graph.policy_calls import OVERRIDE_PARAMETER, ROOT, changed, page, told
from ostiary.graph.temporary_exclusions import annotation, with_exclusions
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Needs, Operations
from ostiary.http.shapes import Named
from ostiary.schema.state import Collection

OPERATIONS: Final = Operations()
_GUARDED: Final = {"parameters": [OVERRIDE_PARAMETER]}
_STRENGTHS: Final = (
    f"{ROOT}/{Collection.STRENGTHS.value}",
    "policies/authenticationStrengthPolicies",
)
"""Graph has them in both places (api-reference authenticationstrengthroot-list-policies)."""
_TEMPLATES: Final = f"{ROOT}/templates"
_COMBINATIONS: Final = f"{ROOT}/authenticationStrength/combinations"


@dataclass(frozen=True, slots=True)
class _Types:
    """What objects of a collection look like in an answer, a new one, a changed one."""

    answered: Named
    new: Named
    changed: Named


_TYPES: Final[Mapping[Collection, _Types]] = {
    Collection.POLICIES: _Types(shapes.POLICY, shapes.POLICY_BODY, shapes.POLICY_CHANGE),
    Collection.NAMED_LOCATIONS: _Types(
        shapes.LOCATION, shapes.LOCATION_BODY, shapes.LOCATION_CHANGE
    ),
    Collection.CONTEXTS: _Types(shapes.CONTEXT, shapes.CONTEXT_BODY, shapes.CONTEXT_CHANGE),
    Collection.STRENGTHS: _Types(shapes.STRENGTH, shapes.STRENGTH_BODY, shapes.STRENGTH_CHANGE),
}


def _declare(
    whole: str,
    collection: Collection,
    *,
    reading: Needs,
    creating: Needs,
    updating: Needs,
    removing: Needs,
) -> None:
    one, types = f"{whole}/{{id}}", _TYPES[collection]

    def listing(call: Call) -> Answer:
        """List the objects, a page at a time."""
        answer = page(call, whole)
        if collection is Collection.POLICIES:
            answer.body["value"] = with_exclusions(call, answer.body["value"])
        return answer

    def telling(call: Call) -> Answer:
        """Tell one object, with its version as ETag."""
        answer = told(call, one, collection)
        if collection is Collection.POLICIES:
            answer.body.update(annotation(call, call.path["id"]))
        return answer

    def making(call: Call) -> Answer:
        """Make an object."""
        return changed(call, whole, collection)

    def changing(call: Call) -> Answer:
        """Change or delete an object."""
        return changed(call, one, collection)

    add = OPERATIONS.add
    add("GET", f"/{whole}", needs=reading, answers=answers.listed(types.answered))(listing)
    add("GET", f"/{one}", needs=reading, answers=answers.told(types.answered))(telling)
    add(
        "POST",
        f"/{whole}",
        needs=creating,
        schema=_GUARDED,
        answers=answers.made(types.answered),
        body=types.new,
    )(making)
    add(
        "PATCH",
        f"/{one}",
        needs=updating,
        schema=_GUARDED,
        answers=answers.DONE,
        body=types.changed,
    )(changing)
    add("DELETE", f"/{one}", needs=removing, schema=_GUARDED, answers=answers.DONE)(changing)


def _declare_strengths(whole: str) -> None:
    _declare(
        whole,
        Collection.STRENGTHS,
        reading=READ_STRENGTHS,
        creating=WRITE_STRENGTHS,
        updating=WRITE_STRENGTHS,
        removing=WRITE_STRENGTHS,
    )
    action, function = f"{whole}/{{id}}/updateAllowedCombinations", f"{whole}/{{id}}/usage"

    def update_allowed_combinations(call: Call) -> Answer:
        """Replace the combinations that a strength allows."""
        return changed(call, action, Collection.STRENGTHS)

    def usage(call: Call) -> Answer:
        """Tell which policies require a strength."""
        return told(call, function)

    OPERATIONS.add(
        "POST",
        f"/{action}",
        needs=WRITE_STRENGTHS,
        schema=_GUARDED,
        answers=answers.told(shapes.COMBINATIONS),
        body=shapes.COMBINATIONS_BODY,
    )(update_allowed_combinations)
    used = answers.told(shapes.USAGE)
    for spelling in ("usage", "usage()", "microsoft.graph.usage()"):
        path = f"/{whole}/{{id}}/{spelling}"
        OPERATIONS.add("GET", path, needs=READ_STRENGTHS, answers=used)(usage)
    _declare_configurations(f"{whole}/{{id}}/combinationConfigurations")


def _declare_configurations(whole: str) -> None:
    one = f"{whole}/{{configuration}}"

    def listing(call: Call) -> Answer:
        """List which keys and certificates count for a strength."""
        return page(call, whole)

    def telling(call: Call) -> Answer:
        """Tell one configuration."""
        return told(call, one)

    def making(call: Call) -> Answer:
        """Say which keys or certificates count from now on."""
        return changed(call, whole, Collection.STRENGTHS)

    def changing(call: Call) -> Answer:
        """Change or delete a configuration."""
        return changed(call, one, Collection.STRENGTHS)

    add, shape = OPERATIONS.add, shapes.CONFIGURATION
    add("GET", f"/{whole}", needs=READ_STRENGTHS, answers=answers.listed(shape))(listing)
    add("GET", f"/{one}", needs=READ_STRENGTHS, answers=answers.told(shape))(telling)
    add(
        "POST",
        f"/{whole}",
        needs=WRITE_STRENGTHS,
        schema=_GUARDED,
        answers=answers.made(shape),
        body=shapes.CONFIGURATION_BODY,
    )(making)
    add(
        "PATCH",
        f"/{one}",
        needs=WRITE_STRENGTHS,
        schema=_GUARDED,
        answers=answers.DONE,
        body=shapes.CONFIGURATION_CHANGE,
    )(changing)
    add("DELETE", f"/{one}", needs=WRITE_STRENGTHS, schema=_GUARDED, answers=answers.DONE)(changing)


_declare(
    f"{ROOT}/{Collection.POLICIES.value}",
    Collection.POLICIES,
    reading=READ_POLICIES,
    creating=WRITE_POLICIES.doing(ProtectedAction.CREATE_POLICY),
    updating=WRITE_POLICIES.doing(ProtectedAction.UPDATE_POLICY),
    removing=WRITE_POLICIES.doing(ProtectedAction.DELETE_POLICY),
)
_declare(
    f"{ROOT}/{Collection.NAMED_LOCATIONS.value}",
    Collection.NAMED_LOCATIONS,
    reading=READ_POLICIES,
    creating=WRITE_LOCATIONS.doing(ProtectedAction.CREATE_LOCATION),
    updating=WRITE_LOCATIONS.doing(ProtectedAction.UPDATE_LOCATION),
    removing=WRITE_LOCATIONS.doing(ProtectedAction.DELETE_LOCATION),
)
_declare(
    f"{ROOT}/{Collection.CONTEXTS.value}",
    Collection.CONTEXTS,
    reading=READ_CONTEXTS,
    creating=WRITE_CONTEXTS,
    updating=WRITE_CONTEXTS,
    removing=WRITE_CONTEXTS,
)
for _each in _STRENGTHS:
    _declare_strengths(_each)


@OPERATIONS.add("GET", f"/{_COMBINATIONS}", needs=READ_STRENGTHS, answers=answers.IDS)
def list_combinations(call: Call) -> Answer:
    """List the combinations of methods that strengths can be made of."""
    return told(call, _COMBINATIONS)


@OPERATIONS.add(
    "GET", f"/{_TEMPLATES}", needs=READ_POLICIES, answers=answers.listed(shapes.TEMPLATE)
)
def list_templates(call: Call) -> Answer:
    """List the templates of policies."""
    return page(call, _TEMPLATES)


@OPERATIONS.add(
    "GET", f"/{_TEMPLATES}/{{id}}", needs=READ_POLICIES, answers=answers.told(shapes.TEMPLATE)
)
def tell_template(call: Call) -> Answer:
    """Tell one template."""
    return told(call, f"{_TEMPLATES}/{{id}}")


@OPERATIONS.add(
    "POST",
    f"/{_TEMPLATES}/{{id}}/deploy",
    needs=WRITE_POLICIES.doing(ProtectedAction.CREATE_POLICY),
    schema=_GUARDED,
    answers=answers.made(shapes.POLICY),
    body=shapes.TEMPLATE_BODY,
)
def deploy_template(call: Call) -> Answer:
    """Make the policy of a template, report-only (ours: Graph has no such action).

    `@ostiary.excluded` names whom it leaves out: who deploys it, and emergency access accounts.
    """
    return changed(call, f"{_TEMPLATES}/{{id}}/deploy", Collection.POLICIES)
