"""The policy templates of Conditional Access, and what deploying one makes.

The templates are data (`templates.json`): id, name, scenarios and the configured members of the
policy, from a capture of Graph's `conditionalAccess/templates`; the descriptions are our own.
A deployed template is report-only and excludes who deploys it (entra-docs
concept-conditional-access-policy-common); here every emergency access account is excluded too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ostiary.model.json_types import JsonObject, as_object, as_strings
from ostiary.model.policy import PolicyState
from ostiary.schema.edge_types import Version
from ostiary.schema.materialise import normal_form
from ostiary.schema.state import PolicyStore

PLACEHOLDER = "Current administrator will be excluded"
"""What Graph writes in `excludeUsers` of a template, for the user who will deploy it."""


@dataclass(frozen=True, slots=True)
class Template:
    """One template; `details` is the part of a policy that it fixes.

    `excludes_creator` is false where nobody can be excluded (workload identities, agents).
    `source` is the page or capture that it was taken from.
    """

    id: str
    name: str
    description: str
    scenarios: tuple[str, ...]
    source: str
    details: JsonObject
    excludes_creator: bool


@cache
def templates() -> tuple[Template, ...]:
    """Give all templates, in the order of the admin center."""
    text = files("ostiary.schema").joinpath("templates.json").read_text(encoding="utf-8")
    return tuple(_template(each) for each in json.loads(text)["templates"])


def find_template(identifier: str) -> Template | None:
    """Give a template by its id, None where there is none."""
    folded = identifier.casefold()
    return next((each for each in templates() if each.id == folded), None)


def template_answer(template: Template, version: Version) -> dict[str, Any]:
    """Give a template as Graph does (api-reference conditionalaccesstemplate)."""
    policy = _policy(template)
    if template.excludes_creator:
        policy = _excluding(policy, users=(PLACEHOLDER,), groups=())
    whole = normal_form(policy, version)
    parts = ("conditions", "grantControls", "sessionControls")
    return {
        "id": template.id,
        "name": template.name,
        "description": template.description,
        "scenarios": ",".join(template.scenarios),
        "details": {part: whole[part] for part in parts},
    }


def deployed(template: Template, state: PolicyStore) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Give the policy that deploying a template makes, and the ids it excludes, creator first."""
    if not template.excludes_creator:
        return _policy(template), ()
    creator = (state.creator,) if state.creator else ()
    excluded = tuple(dict.fromkeys((*creator, *state.emergency_access)))
    groups = tuple(each for each in excluded if each.casefold() in state.groups)
    users = tuple(each for each in excluded if each not in groups)
    return _excluding(_policy(template), users=users, groups=groups), excluded


def _template(entry: JsonObject) -> Template:
    return Template(
        id=entry["id"],
        name=entry["name"],
        description=entry["description"],
        scenarios=as_strings(entry["scenarios"]),
        source=entry["source"],
        details=as_object(entry["details"]),
        excludes_creator=entry.get("excludesCreator", True),
    )


def _policy(template: Template) -> dict[str, Any]:
    return {
        "templateId": template.id,
        "displayName": template.name,
        "state": PolicyState.REPORT_ONLY.value,
        "grantControls": None,
        "sessionControls": None,
        **template.details,
    }


def _excluding(
    policy: dict[str, Any], *, users: tuple[str, ...], groups: tuple[str, ...]
) -> dict[str, Any]:
    conditions = as_object(policy["conditions"])
    selected = as_object(conditions.get("users"))
    more = {
        "excludeUsers": [*as_strings(selected.get("excludeUsers")), *users],
        "excludeGroups": [*as_strings(selected.get("excludeGroups")), *groups],
    }
    return {**policy, "conditions": {**conditions, "users": {**selected, **more}}}
