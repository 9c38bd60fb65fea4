"""Properties: whatever JSON comes, the check answers; what is kept means the same."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Field, Shape
from ostiary.schema.calls import changed
from ostiary.schema.checking import check_policy, structural_problems
from ostiary.schema.materialise import normal_form
from ostiary.schema.policy_json import read_policy
from ostiary.schema.requests import validate_request
from tests.schema.builders import POLICIES, policy, store

KEYS = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
MEMBERS = st.sampled_from(
    [
        *policy(),
        *policy()["conditions"],
        *("includeUsers", "includeApplications", "locations", "devices", "deviceFilter", "mode"),
        *("rule", "operator", "builtInControls", "signInFrequency", "value", "type"),
        *("externalTenants", "includeGuestsOrExternalUsers"),
    ]
)
POLICY_LIKE = st.recursive(
    JSON, lambda inner: st.dictionaries(MEMBERS, inner, max_size=4), max_leaves=12
)
METHODS = st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT"])
PATHS = st.sampled_from([POLICIES, f"{POLICIES}/x", "/identity/conditionalAccess/namedLocations"])


@given(POLICY_LIKE)
def test_any_json_is_judged(document: Any) -> None:
    before = copy.deepcopy(document)
    for problem in check_policy(document):
        assert problem.code
        assert problem.message
    assert json.dumps(document) == json.dumps(before)


@given(METHODS, PATHS, POLICY_LIKE)
def test_any_request_is_answered(method: str, path: str, body: Any) -> None:
    state = store()
    response = validate_request(state, method, path, body)
    assert response.status in {200, 201, 204, 400, 404, 405}
    if response.status >= 400:
        assert response.state is state
        assert response.body is not None
        assert set(response.body) == {"error"}


def values(field: Field) -> st.SearchStrategy[Any]:
    words = st.sampled_from(sorted(field.words) or ["aaaaaaaa-0000-4000-8000-000000000001"])
    some = st.lists(words, min_size=1, max_size=3, unique=True)
    if field.shape is Shape.FLAGS:
        return some.map(",".join)
    if field.shape is Shape.GUESTS:
        return some.map(lambda each: {"guestOrExternalUserTypes": ",".join(each)})
    if field.shape is Shape.FILTER:
        return st.none()
    return some


@st.composite
def condition_sets(draw: st.DrawFn) -> dict[str, Any]:
    conditions: dict[str, Any] = {}
    for condition in draw(st.lists(st.sampled_from(CONDITIONS), max_size=6)):
        field = draw(st.sampled_from(condition.fields))
        value = draw(values(field))
        if field.name:
            conditions.setdefault(condition.key, {})[field.name] = value
        else:
            conditions[condition.key] = value
    return conditions


@given(condition_sets())
def test_every_declared_field_and_word_is_accepted_and_means_the_same(
    conditions: dict[str, Any],
) -> None:
    document = policy() | {"conditions": conditions}
    assert structural_problems(document) == ()
    once = normal_form(document, "beta")
    assert normal_form(once, "beta") == once
    settings = dict(read_policy(once).settings)
    if not conditions.get("clientAppTypes"):
        assert settings.pop("clientAppTypes").include == {"all"}
    assert settings == dict(read_policy(document).settings)


@given(POLICY_LIKE, POLICY_LIKE)
def test_a_change_is_seen_and_repeating_it_changes_nothing(document: Any, change: Any) -> None:
    once = changed(document, change)
    assert json.dumps(changed(once, change)) == json.dumps(once)
    assert json.dumps(changed(document, {})) == json.dumps(
        document if isinstance(document, dict) else {}
    )
