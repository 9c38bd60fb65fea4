"""The registry of pitfalls, the order of findings, the reference page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ostiary.analysis.lint import PITFALLS, lint
from ostiary.analysis.lint_page import lint_page
from ostiary.analysis.lint_pitfall import Pitfall, Severity
from ostiary.model.policy import PolicyState
from ostiary.tenant.tenant import load_tenant
from tests.analysis.lint_tenant import (
    BLOCK,
    NOW,
    all_codes,
    policy,
    report,
    sound_tenant,
)

OPEN = {"includeUsers": ["All"]}


def code_of(pitfall: Pitfall) -> str:
    return pitfall.code


def test_codes_and_names_are_unique_and_in_order() -> None:
    codes = [pitfall.code for pitfall in PITFALLS]
    assert codes == sorted(set(codes))
    assert len({pitfall.name for pitfall in PITFALLS}) == len(PITFALLS)


@pytest.mark.parametrize("pitfall", PITFALLS, ids=code_of)
def test_a_pitfall_says_what_is_wrong_why_and_what_to_do(pitfall: Pitfall) -> None:
    assert re.fullmatch(r"OST\d{3}", pitfall.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", pitfall.name)
    assert pitfall.title[0] in "*ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert not pitfall.title.endswith(".")
    assert pitfall.why.endswith(".")
    assert pitfall.fix[0].islower()
    assert not pitfall.fix.endswith(".")
    assert pitfall.source
    assert pitfall.__doc__


@pytest.mark.parametrize("pitfall", PITFALLS, ids=code_of)
def test_every_pitfall_is_shown_to_be_found_and_not_to_be_found(pitfall: Pitfall) -> None:
    tests = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_lint_*.py")
    )
    assert pitfall.code in tests


def test_the_worst_comes_first() -> None:
    document = sound_tenant(
        policy("Block all", BLOCK, users=OPEN), policy("MFA twin"), leave_out="flow"
    )
    severities = [each.severity.rank for each in report(document).findings]
    assert severities == sorted(severities)
    assert report(document).worst() is Severity.ERROR


def test_what_is_ignored_is_not_looked_for() -> None:
    document = sound_tenant(policy("Block all", BLOCK, users=OPEN))
    assert "OST101" in all_codes(document)
    assert "OST101" not in all_codes(document, ignored=frozenset({"OST101"}))


def test_disabled_policies_are_checked_on_demand() -> None:
    document = sound_tenant(policy("Block all", BLOCK, users=OPEN, state="disabled"))
    assert all_codes(document) == ["OST221"]
    assert "OST102" in all_codes(document, states=frozenset(PolicyState))


def test_a_folder_of_drafts_is_judged_as_if_it_were_on() -> None:
    drafts = [policy("Block all", BLOCK, users=OPEN, state="disabled")]
    assert "OST102" in all_codes(sound_tenant(conditionalAccessPolicies=drafts))


def test_the_answer_in_json() -> None:
    document = sound_tenant(policy("Block all", BLOCK, users=OPEN), settings={})
    answer = json.loads(json.dumps(report(document).to_json()))
    assert answer["policies"] == 5
    assert answer["counts"] == {"error": 1, "warning": 2, "note": 0}
    (first, *_) = answer["findings"]
    assert first == {
        "code": "OST111",
        "name": "excludes-nobody",
        "severity": "error",
        "title": "A policy that can shut everybody out excludes nobody",
        "policies": [
            {
                "id": document["conditionalAccessPolicies"][-1]["id"],
                "displayName": "Block all",
                "state": "enabled",
            }
        ],
        "reason": "it can keep every user out of the admin center, and it excludes no user and no "
        "group",
        "fix": "exclude the group of the emergency access accounts",
        "documentation": "docs/lint.md#ost111",
    }


def test_a_tenant_without_anything_has_no_findings_but_what_it_lacks() -> None:
    tenant = load_tenant({"conditionalAccessPolicies": []})
    found = lint(tenant.compiled, now=NOW)
    assert [each.pitfall.code for each in found.findings] == ["OST106"]


def test_the_page_has_an_anchor_for_every_rule() -> None:
    page = lint_page()
    for pitfall in PITFALLS:
        assert page.count(f'<a id="{pitfall.code.lower()}"></a>') == 1
