"""New policy from template: what each does and needs, and its deployment in report-only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ostiary.admin.describing import described
from ostiary.admin.pages.policies import PATH, POLICIES
from ostiary.admin.references import known
from ostiary.admin.rendering import texts
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.analysis.policy_members import references_of
from ostiary.conditions import CONDITIONS
from ostiary.controls import GRANT_CONTROLS, SESSION_CONTROLS
from ostiary.model.json_types import JsonObject, as_object, as_strings
from ostiary.schema.materialise import normal_form
from ostiary.schema.templates import PLACEHOLDER

_TEMPLATES: Final = "/identity/conditionalAccess/templates"
_LOCATIONS: Final = "/identity/conditionalAccess/namedLocations"
_ALL_TRUSTED: Final = "AllTrusted"
TRUSTED: Final = "trustedLocations"
"""What a template needs that names all trusted locations; the rest is named as conditions are."""


async def show_templates(visit: Visit) -> Answer:
    """List the templates, of one category where one is chosen."""
    every = await visit.graph.all(_TEMPLATES)
    categories = sorted({each for found in every for each in _categories(found)})
    chosen = visit.query.get("category", "")
    shown = [each for each in every if not chosen or chosen in _categories(each)]
    policies = await visit.graph.all(POLICIES)
    wanted = {one for each in shown for one in references_of(_settings(each))}
    names = await known(visit.graph, (each for each in wanted if each[1] != PLACEHOLDER))
    values: dict[str, Any] = {
        "templates": [
            {
                **each,
                "categories": _categories(each),
                "words": described(_settings(each), names),
                "needs": list(_needs(_settings(each))),
                "made": [one for one in policies if _is_made_from(one, each)],
            }
            for each in shown
        ],
        "categories": categories,
        "chosen": chosen if chosen in categories else "",
        "trusted": await _trusted(visit),
    }
    return Shown("templates", values)


def _categories(template: dict[str, Any]) -> list[str]:
    return [each.strip() for each in str(template.get("scenarios", "")).split(",")]


def _settings(template: JsonObject) -> dict[str, Any]:
    return normal_form({**as_object(template.get("details")), "state": "disabled"}, "beta")


def _is_made_from(policy: JsonObject, template: JsonObject) -> bool:
    """Tell whether a policy was made from a template; one reviewed in the form keeps its name."""
    return policy.get("templateId") == template["id"] or policy["displayName"] == template["name"]


async def _trusted(visit: Visit) -> list[str]:
    found = await visit.graph.all(_LOCATIONS)
    return [str(each["displayName"]) for each in found if each.get("isTrusted")]


def _needs(policy: JsonObject) -> Iterator[str]:
    """Name what has to be there for a policy to work: what its settings are about."""
    entries = texts().entries
    return (each for each in _used(policy) if f"needs.{each}" in entries)


def _used(policy: JsonObject) -> Iterator[str]:
    conditions = as_object(policy.get("conditions"))
    yield from (each.name for each in CONDITIONS if each.parse(conditions) is not None)
    places = as_object(conditions.get("locations"))
    named = (
        *as_strings(places.get("includeLocations")),
        *as_strings(places.get("excludeLocations")),
    )
    if _ALL_TRUSTED in named:
        yield TRUSTED
    grant = as_object(policy.get("grantControls"))
    yield from (each.key for each in GRANT_CONTROLS if each.requirements(grant))
    session = as_object(policy.get("sessionControls"))
    yield from (each.key for each in SESSION_CONTROLS if each.told(session.get(each.key)))


async def deploy(visit: Visit) -> Answer:
    """Make the policy of a template; it is born report-only."""
    made = await visit.graph.send("POST", f"{_TEMPLATES}/{visit.path['id']}/deploy", {})
    return GoTo(f"{PATH}/{made['id']}", "deployed")


ROUTES: Final = (
    PageRoute("GET", f"{PATH}/templates", show_templates),
    PageRoute("POST", f"{PATH}/templates/{{id}}", deploy),
)
