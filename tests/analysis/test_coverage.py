"""The coverage matrix says what the engine decides, for whomever and whatever is picked."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import pytest

from bench import names as bench_names
from bench.tenant import synthetic_tenant
from ostiary.analysis.columns import bits
from ostiary.analysis.coverage import CIRCUMSTANCES, Ground
from ostiary.analysis.coverage_kinds import SHOWINGS, Kind
from ostiary.analysis.coverage_matrix import MOST_ROWS, Matrix, required_of
from ostiary.analysis.identities import Somebody, sign_in_of
from ostiary.model.decision import Outcome
from ostiary.model.json_types import JsonObject
from ostiary.model.signin import Resources, UserIdentity
from ostiary.tenant.proofs import names_of
from ostiary.tenant.tenant import Tenant, load_tenant
from tests.web.serving import ARM, ASTRID, LIFEBOAT, POLICY, tenant

SAMPLES = 150


@cache
def large(count: int) -> Tenant:
    return load_tenant(synthetic_tenant(count, bench_names.QUICK))


def required(ground: Ground, circumstances: str, person: str, app: str) -> Kind:
    """Ask the engine showing by showing: what is the least that it grants?"""
    sign_in = sign_in_of(Somebody(UserIdentity(person)))
    sign_in = replace(sign_in, target=Resources((app,)), **CIRCUMSTANCES[circumstances])
    outcomes = {
        kind: ground.policies.outcome(
            ground.policies.prepare(showing.on(sign_in, ground.policies))
        )[1]
        for kind, showing in SHOWINGS.items()
    }
    enough = {kind for kind, outcome in outcomes.items() if outcome is Outcome.GRANT}
    for kind in (Kind.NONE, Kind.OTHER):
        if kind in enough:
            return kind
    if {Kind.DEVICE, Kind.MFA} <= enough:
        return Kind.DEVICE_OR_MFA
    if enough:
        return next(kind for kind in SHOWINGS if kind in enough)
    return Kind.BLOCK if outcomes[Kind.MORE] is Outcome.BLOCK else Kind.MORE


@pytest.mark.parametrize("circumstances", CIRCUMSTANCES)
@pytest.mark.parametrize("count", [20, 60])
def test_a_cell_says_what_the_engine_decides(count: int, circumstances: str) -> None:
    compiled = large(count).compiled
    ground = Ground(compiled, circumstances=circumstances)
    drawn = random.Random(count)  # noqa: S311  # a draw that can be repeated
    apps = [app for each in ground.columns for app in each.apps]
    seen: set[Kind] = set()
    for _ in range(SAMPLES):
        person, app = drawn.choice(ground.people).id, drawn.choice(apps)
        (told,) = required_of(ground, person, app)
        if told is not Kind.UNKNOWN:
            assert told is required(ground, circumstances, person, app), (person, app)
        seen.add(told)
    assert len(seen) > 1


@pytest.mark.parametrize("groups", [False, True])
def test_everybody_and_everything_is_in_the_matrix_once(groups: bool) -> None:
    found = large(60)
    matrix = Matrix(Ground(found.compiled), names_of(found), groups=groups).to_json()
    assert len(matrix["rows"]) <= MOST_ROWS
    if not groups:
        shown = sum(each["count"] for each in matrix["rows"])
        assert shown + matrix["further"]["people"] == matrix["people"]
    told = sum(each["count"] for each in matrix["columns"])
    assert told + matrix["further"]["resources"] == matrix["resources"]
    for row in matrix["rows"]:
        for cell in row["cells"]:
            assert sum(cell["kinds"].values()) == row["count"]


def test_in_a_class_the_same_is_required_of_all_and_policies_stand_behind_it() -> None:
    document = tenant()
    document["conditionalAccessPolicies"][0]["state"] = "enabled"
    document["conditionalAccessPolicies"][1]["state"] = "enabledForReportingButNotEnforced"
    loaded = load_tenant(document)
    matrix = Matrix(Ground(loaded.compiled), names_of(loaded)).to_json()
    astrid = next(each for each in matrix["rows"] if each["examples"] == [ASTRID])
    lifeboat = next(each for each in matrix["rows"] if each["examples"] == [LIFEBOAT])
    place = next(n for n, each in enumerate(matrix["columns"]) if ARM in each["ids"])
    assert astrid["cells"][place]["required"] == "mfa"
    assert astrid["cells"][place]["policies"] == [{"id": POLICY, "people": 1}]
    assert [each["id"] for each in matrix["policies"]] == [POLICY]
    assert lifeboat["cells"][place]["kinds"] == {"none": 1}
    strict = Matrix(Ground(loaded.compiled, report_only=True), names_of(loaded)).to_json()
    row = next(each for each in strict["rows"] if each["examples"] == [ASTRID])
    assert row["cells"][place]["required"] == "block"
    alone = Matrix(Ground(loaded.compiled), names_of(loaded), apps=(ARM,)).to_json()
    assert [ARM in each["ids"] for each in alone["columns"]] == [True]


def test_what_nobody_can_tell_is_unknown() -> None:
    document = dict(tenant())
    group = "5a1f9a40-0000-4000-8000-0000000000e1"
    document["groups"] = [{"id": group, "displayName": "Not exported"}]
    policy = document["conditionalAccessPolicies"][0]
    policy["state"] = "enabled"
    policy["conditions"]["users"] = {"includeGroups": [group]}
    loaded = load_tenant(document)
    ground = Ground(loaded.compiled)
    assert list(required_of(ground, ASTRID, ARM)) == [Kind.UNKNOWN]
    everybody = {kind for each in ground.columns for kind in each.kinds}
    assert everybody == {Kind.UNKNOWN, Kind.NONE}
    assert all(list(bits(each.kinds[kind])) for each in ground.columns for kind in each.kinds)


def test_a_tenant_without_people_or_policies_has_a_matrix_too() -> None:
    document: JsonObject = {**tenant(), "conditionalAccessPolicies": [], "users": []}
    loaded = load_tenant(document)
    matrix = Matrix(Ground(loaded.compiled), names_of(loaded)).to_json()
    assert (matrix["rows"], matrix["people"]) == ([], 0)
