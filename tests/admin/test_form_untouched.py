"""A form that nobody touched changes nothing: of templates, the suite's and published policies."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from ostiary.admin.form_controls import controls_sent
from ostiary.admin.form_reading import conditions_sent
from ostiary.admin.graph_calls import Graph
from ostiary.admin.naming import Names
from ostiary.directory.protocols import SYSTEM
from ostiary.model.json_types import JsonObject, as_object, is_list, is_object
from ostiary.schema.checking import structural_problems
from ostiary.schema.materialise import normal_form
from ostiary.schema.templates import templates
from tests.admin.pages import Admin, FormReader
from tests.schema.test_policysets import DOCUMENTS, FILES

SETTINGS = ("conditions", "grantControls", "sessionControls")
GOLDEN = Path(__file__).parents[3] / "shared" / "golden" / "conformance.json"


def of_templates() -> Iterator[JsonObject]:
    """Give the settings of each template."""
    named = {"displayName": "Template", "state": "disabled"}
    return ({**as_object(each.details), **named} for each in templates())


def of_the_suite() -> Iterator[JsonObject]:
    """Give every policy of the conformance suite."""

    def within(value: Any) -> Iterator[JsonObject]:
        if is_object(value):
            if is_object(value.get("conditions")) and "state" in value:
                yield value
            for each in value.values():
                yield from within(each)
        elif is_list(value):
            for each in value:
                yield from within(each)

    return within(json.loads(GOLDEN.read_text("utf-8"))) if GOLDEN.exists() else iter(())


def sent_untouched(admin: Admin, policy: JsonObject) -> dict[str, list[str]]:
    """Open the form of a policy and give what a browser sends of it."""
    document = {**policy, "displayName": "Untouched", "state": "disabled"}
    document.pop("id", None)
    made = admin.served.service.store.policies.create(document, by=SYSTEM)
    path = f"/admin/policies/{made.id}/edit"
    admin.open(path)
    assert admin.status == 200, admin.text
    reader = FormReader(path)
    reader.feed(admin.text)
    admin.served.service.store.policies.delete(made.id, by=SYSTEM)
    return reader.fields


def read_back(sent: dict[str, list[str]], policy: JsonObject) -> dict[str, Any]:
    """Read a form over the policy that it showed; it needs no names, as none was typed."""
    names = Names(Graph.__new__(Graph))
    conditions = as_object(policy.get("conditions"))
    found = asyncio.run(conditions_sent(sent, conditions, names))
    return {"conditions": found, **controls_sent(sent, policy)}


def readable(found: Iterator[JsonObject], step: int = 1) -> list[JsonObject]:
    """Give each readable policy once, or each so many-th of them."""
    whole = {
        json.dumps({part: each.get(part) for part in SETTINGS}, sort_keys=True): each
        for each in found
        if not structural_problems(dict(each))
    }
    return list(whole.values())[::step]


SETS = {
    "templates": readable(of_templates()),
    "suite": readable(of_the_suite(), 3),
    "published": readable(iter(DOCUMENTS), 8),
}


@pytest.mark.parametrize("name", sorted(SETS))
def test_a_form_that_nobody_touched_changes_nothing(admin: Admin, name: str) -> None:
    if name == "published" and not FILES:
        pytest.skip("the published policies are not here")
    if name == "suite" and not GOLDEN.exists():
        pytest.skip("the conformance suite is not here")
    assert len(SETS[name]) > 15
    admin.sign_in()
    for document in SETS[name]:
        policy = normal_form(dict(document), "v1.0")  # as Graph tells it
        before = deepcopy({part: policy.get(part) for part in SETTINGS})
        after = read_back(sent_untouched(admin, document), policy)
        assert {**after, "conditions": dict(after["conditions"])} == {
            **before,
            "conditions": dict(as_object(before["conditions"])),
        }
