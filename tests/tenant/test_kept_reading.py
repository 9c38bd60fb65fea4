"""Reading only what changed comes to the same as reading everything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.model.errors import InputError
from ostiary.model.signin import Resources, SignIn, UserIdentity
from ostiary.tenant.catalogue import BUILT_IN
from ostiary.tenant.directory_json import read_directory
from ostiary.tenant.documents import Part, RawTenant
from ostiary.tenant.kept_reading import KeptReading
from ostiary.tenant.loading import parts_of
from ostiary.tenant.tenant import Tenant
from tests.tenant.documents import EXCHANGE, POLICY, policy, user

Documents = dict[str, list[Any]]
PEOPLE = [f"aaaaaaaa-0000-4000-8000-00000000000{n}" for n in range(4)]
GROUPS = [f"bbbbbbbb-0000-4000-8000-00000000000{n}" for n in range(3)]
PLACES = [f"cccccccc-0000-4000-8000-00000000000{n}" for n in range(2)]
ADDRESSES = ["203.0.113.9", "198.51.100.9"]
POLICIES = [
    policy("Staff", users={"includeGroups": [GROUPS[0]]}),
    policy(
        "Elsewhere",
        users={"includeUsers": ["All"], "excludeGroups": [GROUPS[1]]},
        conditions={"locations": {"includeLocations": ["All"], "excludeLocations": PLACES[:1]}},
        id=POLICY[:-1] + "2",
    ),
    policy("One", users={"includeUsers": [PEOPLE[1]]}, id=POLICY[:-1] + "3"),
]

names = st.sampled_from(["Ada", "Bo", "cy"])
people = st.builds(user, st.sampled_from(PEOPLE), names, accountEnabled=st.booleans())
groups = st.fixed_dictionaries(
    {"id": st.sampled_from(GROUPS), "displayName": names},
    optional={"members": st.lists(st.sampled_from(PEOPLE + GROUPS), max_size=3)},
)


def place(number: int, network: str, *, trusted: bool) -> dict[str, Any]:
    """A named location of one network."""
    ranges = [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": network}]
    kind = "#microsoft.graph.ipNamedLocation"
    return {
        "@odata.type": kind,
        "id": PLACES[number],
        "displayName": f"Place {number}",
        "isTrusted": trusted,
        "ipRanges": ranges,
    }


networks = st.sampled_from(["203.0.113.0/24", "198.51.100.0/25"])
places = st.builds(place, st.integers(0, 1), networks, trusted=st.booleans())
roles = st.fixed_dictionaries(
    {
        "id": st.just("r"),
        "roleDefinitionId": st.just("62e90394-69f5-4237-9190-012177145e10"),
        "principalId": st.sampled_from(PEOPLE + GROUPS),
        "directoryScopeId": st.just("/"),
    }
)
KINDS = {"users": people, "groups": groups, "namedLocations": places, "roleAssignments": roles}
changes = st.sampled_from(sorted(KINDS)).flatmap(
    lambda key: st.tuples(st.just(key), KINDS[key], st.integers(0, 3), st.booleans())
)


def raw(documents: Documents) -> RawTenant:
    """Write documents as the store's copy in memory gives them."""
    return RawTenant({key: (Part(key, f"/{key}", list(v)),) for key, v in documents.items()})


def changed(documents: Documents, change: tuple[str, Any, int, bool]) -> Documents:
    """Put a document in the place of another, before it, or, the same again, take it away."""
    key, document, place_, puts = change
    found = list(documents[key])
    if document in found:
        found.remove(document)
    else:
        found[place_ : place_ + puts] = [document]
    return {**documents, key: found}


def asked(tenant: Tenant) -> list[Any]:
    """Let everybody sign in from every address."""
    return [
        (tenant.decide(sign_in).outcome, tenant.decide(sign_in).policies)
        for person in [*PEOPLE, "stranger"]
        for address in ADDRESSES
        for sign_in in [
            SignIn(
                identity=UserIdentity(person),
                target=Resources((EXCHANGE,), ()),
                address=address,
            )
        ]
    ]


@given(st.lists(changes, max_size=8))
def test_what_is_kept_reads_as_if_everything_were_read(steps: list[Any]) -> None:
    documents: Documents = {key: [] for key in KINDS}
    documents["users"] = [user(each, "Ada") for each in PEOPLE]
    documents["conditionalAccessPolicies"] = POLICIES
    kept, tenant = KeptReading(), None
    for step in [None, *steps]:
        documents = changed(documents, step) if step else documents
        read = read_directory(raw(documents), BUILT_IN, kept)
        whole = read_directory(raw(documents), BUILT_IN)
        assert read == whole
        parts = parts_of(raw(documents), BUILT_IN, read=read)
        tenant = tenant.followed_by(parts) if tenant else Tenant(parts)
        assert asked(tenant) == asked(Tenant(parts_of(raw(documents), BUILT_IN)))


def test_what_did_not_change_is_not_read_again() -> None:
    documents: Documents = {"users": [user(each, "Ada") for each in PEOPLE]}
    kept = KeptReading()
    first = read_directory(raw(documents), BUILT_IN, kept).directory
    again = read_directory(raw(documents), BUILT_IN, kept).directory
    assert again.users is first.users
    documents["users"][0] = user(PEOPLE[0], "Bo")
    after = read_directory(raw(documents), BUILT_IN, kept).directory
    assert after.users[PEOPLE[0]] == replace(
        first.users[PEOPLE[0]], display_name="Bo", principal_name="bo@example.test"
    )
    assert after.users[PEOPLE[1]] is first.users[PEOPLE[1]]


def test_after_a_document_that_cannot_be_read_everything_is_as_before() -> None:
    good: Documents = {"users": [user(each, "Ada") for each in PEOPLE]}
    kept = KeptReading()
    read_directory(raw(good), BUILT_IN, kept)
    with pytest.raises(InputError, match="accountEnabled"):
        read_directory(raw({"users": [{**good["users"][0], "accountEnabled": 7}]}), BUILT_IN, kept)
    assert read_directory(raw(good), BUILT_IN, kept) == read_directory(raw(good), BUILT_IN)
