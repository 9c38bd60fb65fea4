"""Six published policy sets load: of all policies seen, each is in use or refused with a reason.

They are third-party data that stands beside the checkout, not in it.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ostiary.tenant.loading import TenantParts, load_each_file, load_parts

SETS = Path(__file__).parents[3] / "shared" / "policysets"

pytestmark = pytest.mark.skipif(
    not SETS.is_dir(), reason="../shared/policysets is absent: third-party data, not shipped"
)

COUNTS = {
    "j0eyv__ConditionalAccessBaseline": (36, 36),
    "Cloudshield-io__Conditional-Access-Framework": (42, 42),
    "jsa2__caOptics": (57, 52),
    "0x6f677548__zerotrust-ca-policies": (58, 2),
    "philippkohn__ConditionalAccessforZeroTrustResources": (52, 52),
    "AlexFilipin__ConditionalAccess": (214, 7),
}


def load(name: str) -> TenantParts:
    return load_parts(SETS / name)


def codes(parts: TenantParts) -> set[str]:
    return {problem.code for refused in parts.refused for problem in refused.problems}


def words_refused(name: str) -> set[str]:
    """The placeholders and names for which policies of a set are refused."""
    return {
        problem.message.split("`")[1]
        for refused in load(name).refused
        for problem in refused.problems
        if problem.code in {"placeholder", "unknownName"}
    }


@pytest.mark.parametrize(("name", "seen", "loaded"), [(n, *c) for n, c in COUNTS.items()])
def test_every_policy_is_loaded_or_refused_with_a_reason(name: str, seen: int, loaded: int) -> None:
    parts = load(name)
    assert (parts.seen, parts.loaded, len(parts.refused)) == (seen, loaded, seen - loaded)
    assert all(refused.problems for refused in parts.refused)
    assert all(problem.message for refused in parts.refused for problem in refused.problems)
    assert len({policy.id for policy in parts.policies}) == len(parts.policies)
    assert parts.skipped_files == ()


@pytest.mark.parametrize("name", COUNTS)
def test_file_by_file_the_same_policies_are_seen(name: str) -> None:
    found = load_each_file(SETS / name)
    assert sum(parts.seen for _, parts in found) == COUNTS[name][0]


def test_locations_and_strengths_are_recognised_by_their_content() -> None:
    framework = load("Cloudshield-io__Conditional-Access-Framework").directory
    assert len(framework.named_locations) == 4
    assert len(framework.strengths) == 5
    assert len(load("j0eyv__ConditionalAccessBaseline").directory.named_locations) == 3
    assert len(load("jsa2__caOptics").directory.named_locations) == 3


def test_versions_of_one_policy_in_two_files_are_reported() -> None:
    parts = load("jsa2__caOptics")
    assert codes(parts) == {"duplicateId"}
    assert Counter(warning.code for warning in parts.warnings)["duplicateName"] == 11


def test_placeholders_and_unresolved_names_are_why_others_are_refused() -> None:
    assert codes(load("0x6f677548__zerotrust-ca-policies")) == {"unknownName"}
    assert codes(load("AlexFilipin__ConditionalAccess")) == {
        "placeholder",
        "unknownName",
        "duplicateMember",
    }


def test_application_names_resolve_from_the_catalogue() -> None:
    parts = load("0x6f677548__zerotrust-ca-policies")
    paths = {problem.path for refused in parts.refused for problem in refused.problems}
    assert all(path.startswith("conditions.users.") for path in paths)


def test_with_every_placeholder_mapped_all_but_the_broken_files_load(tmp_path: Path) -> None:
    name = "AlexFilipin__ConditionalAccess"
    words = words_refused(name)
    names = {
        word: f"bbbbbbbb-0000-4000-8000-{number:012d}" for number, word in enumerate(sorted(words))
    }
    shutil.copytree(SETS / name, tmp_path / "export" / "policies of others")
    (tmp_path / "export" / "settings.json").write_text(json.dumps({"names": names}))
    parts = load_parts(tmp_path / "export")
    assert (parts.seen, parts.loaded, codes(parts)) == (214, 211, {"duplicateMember"})
    assert len(parts.policies) == 59 - 1


def test_a_persona_framework_loads_once_its_groups_are_there(tmp_path: Path) -> None:
    name = "0x6f677548__zerotrust-ca-policies"
    groups = words_refused(name)
    exported: list[dict[str, Any]] = [
        {"id": f"g-{group}", "displayName": group, "members": []} for group in groups
    ]
    shutil.copytree(SETS / name, tmp_path / "policies")
    (tmp_path / "groups.json").write_text(json.dumps(exported))
    parts = load_parts(tmp_path)
    assert (parts.seen, parts.loaded, parts.refused) == (58, 58, ())
