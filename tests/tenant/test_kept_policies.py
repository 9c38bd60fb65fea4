"""Reading only the policies that changed comes to the same as reading all of them."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ostiary.tenant.catalogue import BUILT_IN
from ostiary.tenant.documents import Part, RawTenant
from ostiary.tenant.kept_policies import KeptPolicies
from ostiary.tenant.loading import TenantParts, parts_of
from tests.tenant.documents import POLICY, policy, user
from tests.tenant.test_kept_reading import GROUPS, PEOPLE, groups, people, place

Documents = dict[str, list[Any]]
IDS = [f"{POLICY[:-1]}{n}" for n in range(4)]
STRENGTH = "99999999-0000-4000-8000-000000000001"
GRANTS: list[Any] = [
    {"operator": "OR", "builtInControls": ["mfa"]},
    {"operator": "OR", "authenticationStrength": {"id": STRENGTH}},
    {
        "operator": "OR",
        "authenticationStrength": {
            "id": STRENGTH,
            "displayName": "Keys",
            "allowedCombinations": ["fido2"],
        },
    },
    {"operator": "XOR", "builtInControls": ["nothing known"]},
]
WORDS = [*PEOPLE, "Ada", "Bo", "<a user>", "nobody of that name"]


@st.composite
def written(draw: st.DrawFn) -> dict[str, Any]:
    """A policy that names people and groups by ids, names and placeholders, right and wrong."""
    users = {
        "includeUsers": draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2)),
        "excludeGroups": draw(st.lists(st.sampled_from(GROUPS), max_size=1)),
    }
    made = policy(draw(st.sampled_from(["One", "Two"])), users=users)
    made["grantControls"] = draw(st.sampled_from(GRANTS))
    if draw(st.booleans()):
        made["Id"] = made.pop("id")
    made["Id" if "Id" in made else "id"] = draw(st.sampled_from(IDS))
    return made


KINDS = {"users": people, "groups": groups, "conditionalAccessPolicies": written()}
NAMES = [{}, {"<a user>": PEOPLE[0]}, {"Ada": PEOPLE[1]}]
steps = st.one_of(
    st.sampled_from(sorted(KINDS)).flatmap(
        lambda key: st.tuples(st.just(key), KINDS[key], st.integers(0, 3), st.booleans())
    ),
    st.tuples(st.just("settings"), st.sampled_from(NAMES)),
)


def _raw(documents: Documents) -> RawTenant:
    parts = {key: (Part(key, f"/{key}", list(v)),) for key, v in documents.items()}
    parts["settings"] = (Part("settings", None, documents["settings"]),)
    return RawTenant(parts)


def _changed(documents: Documents, step: tuple[Any, ...]) -> Documents:
    if step[0] == "settings":
        return {**documents, "settings": [{"names": step[1]}]}
    key, document, at, puts = step
    found = list(documents[key])
    found[at : at + puts] = [document] if puts or len(found) < 4 else []
    return {**documents, key: found}


def _read(documents: Documents, kept: KeptPolicies | None = None) -> TenantParts:
    return parts_of(_raw(documents), BUILT_IN, kept=kept)


@given(st.lists(steps, max_size=10))
def test_kept_policies_read_as_if_all_were_read(drawn: list[Any]) -> None:
    documents: Documents = {key: [] for key in KINDS}
    documents["users"] = [user(each, "Ada") for each in PEOPLE[:2]]
    documents["settings"] = [{}]
    kept = KeptPolicies()
    for step in [None, *drawn]:
        documents = _changed(documents, step) if step else documents
        assert _read(documents, kept) == _read(documents)


def test_a_policy_that_did_not_change_is_the_same_object_afterwards() -> None:
    documents: Documents = {
        "users": [user(each, "Ada") for each in PEOPLE],
        "namedLocations": [place(0, "203.0.113.0/24", trusted=True)],
        "settings": [{}],
        "conditionalAccessPolicies": [
            policy("By id", users={"includeUsers": [PEOPLE[0]]}, id=IDS[0]),
            policy("Another", users={"includeUsers": ["All"]}, id=IDS[1]),
        ],
    }
    kept = KeptPolicies()
    first = _read(documents, kept).policies
    documents["conditionalAccessPolicies"][1] = policy(
        "Changed", users={"includeUsers": ["All"]}, id=IDS[1]
    )
    documents["users"].pop()
    after = _read(documents, kept).policies
    assert after[0] is first[0]
    assert after[1].display_name == "Changed"
    documents["users"].pop(0)  # whom the first names by id: nobody explains it now
    assert _read(documents, kept).policies[0] is not first[0]
    assert _read(documents, kept).warnings
