"""New policy from template: every template by category, and its deployment in report-only."""

from __future__ import annotations

from typing import Any, Final

from ostiary.admin.pages.policies import PATH
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit

_TEMPLATES: Final = "/identity/conditionalAccess/templates"


async def show_templates(visit: Visit) -> Answer:
    """List the templates, of one category where one is chosen."""
    every = await visit.graph.all(_TEMPLATES)
    categories = sorted({each for found in every for each in _categories(found)})
    chosen = visit.query.get("category", "")
    values: dict[str, Any] = {
        "templates": [each for each in every if not chosen or chosen in _categories(each)],
        "categories": categories,
        "chosen": chosen if chosen in categories else "",
    }
    return Shown("templates", values)


def _categories(template: dict[str, Any]) -> list[str]:
    return [each.strip() for each in str(template.get("scenarios", "")).split(",")]


async def deploy(visit: Visit) -> Answer:
    """Make the policy of a template; it is born report-only."""
    made = await visit.graph.send("POST", f"{_TEMPLATES}/{visit.path['id']}/deploy", {})
    return GoTo(f"{PATH}/{made['id']}", "deployed")


ROUTES: Final = (
    PageRoute("GET", f"{PATH}/templates", show_templates),
    PageRoute("POST", f"{PATH}/templates/{{id}}", deploy),
)
