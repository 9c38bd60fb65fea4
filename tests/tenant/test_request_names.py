"""Users, applications and service principals in a request may be named as people write them."""

from __future__ import annotations

from typing import Any

import pytest

import ostiary
from ostiary.model.errors import InputError
from ostiary.model.signin import Resources, SignIn, UserIdentity, WorkloadIdentity

ASTRID, HENRIK, TWIN, STRANGER, ROBOT, PAYROLL = (
    f"3e1f9a40-0000-4000-8000-{number:012d}" for number in range(6)
)
AZURE = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
TENANT: dict[str, Any] = {
    "users": [
        {"id": ASTRID, "displayName": "Astrid Moe", "userPrincipalName": "astrid@fjord.example"},
        {"id": HENRIK, "displayName": "Henrik Dahl", "userPrincipalName": "henrik@fjord.example"},
        {"id": TWIN, "displayName": "Henrik Dahl", "userPrincipalName": "dahl@fjord.example"},
    ],
    "applications": [{"appId": PAYROLL, "displayName": "Payroll"}],
    "servicePrincipals": [{"id": ROBOT, "appId": PAYROLL, "displayName": "Payroll robot"}],
    "conditionalAccessPolicies": [],
}


def asked(
    identity: dict[str, str], apps: tuple[str, ...] = (), tenant: Any = TENANT, **facts: str
) -> SignIn:
    """What the tenant understands of a request."""
    body = {
        "signInIdentity": identity,
        "signInContext": {"includeApplications": list(apps)},
        "facts": facts,
    }
    return ostiary.load_tenant(tenant).prepare(body).sign_in


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("ASTRID@fjord.example", ASTRID),
        ("astrid moe", ASTRID),
        (ASTRID.upper(), ASTRID),
        (STRANGER.upper(), STRANGER),
        ("dahl@fjord.example", TWIN),
    ],
)
def test_a_user(written: str, found: str) -> None:
    assert asked({"userId": written}).identity == UserIdentity(found)


@pytest.mark.parametrize(
    ("identity", "sentence"),
    [
        (
            {"userId": "astrit@fjord.example"},
            "expected the id or the name of a known user in `signInIdentity.userId`, "
            "came `astrit@fjord.example`; did you mean `astrid@fjord.example`?",
        ),
        (
            {"userId": "zzz"},
            "expected the id or the name of a known user in `signInIdentity.userId`, "
            "came `zzz`; correct the name, or write the id (a GUID)",
        ),
        (
            {"userId": "Henrik Dahl"},
            "expected one user in `signInIdentity.userId`, came `Henrik Dahl`, the name of 2: "
            f"`{HENRIK}`, `{TWIN}`; write the id",
        ),
        (
            {"servicePrincipalId": "Payrol robot"},
            "expected the id or the name of a known service principal in "
            "`signInIdentity.servicePrincipalId`, came `Payrol robot`; "
            "did you mean `Payroll robot`?",
        ),
    ],
)
def test_a_name_that_is_nobodys_or_several_peoples(identity: dict[str, str], sentence: str) -> None:
    with pytest.raises(InputError) as raised:
        asked(identity)
    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Windows Azure Service Management API", AZURE),
        ("payroll", PAYROLL),
        (STRANGER, STRANGER),
        ("office365", "Office365"),  # the literal of a suite, which matches nothing
    ],
)
def test_an_application(written: str, found: str) -> None:
    sign_in = asked({"userId": ASTRID}, (written,))
    assert isinstance(sign_in.target, Resources)
    assert sign_in.target.app_ids == (found,)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("Payrol", "expected the id or the name of a known application in "),
        ("All", "expected the resource that is asked for in "),
        ("none", "expected the resource that is asked for in "),
    ],
)
def test_what_is_no_application(written: str, sentence: str) -> None:
    for call in ("decide", "what_if"):
        tenant = ostiary.load_tenant(TENANT)
        body = {
            "signInIdentity": {"userId": ASTRID},
            "signInContext": {"includeApplications": [AZURE, written]},
        }
        with pytest.raises(InputError) as raised:
            getattr(tenant, call)(body)
        place = f"`signInContext.includeApplications[1]`, came `{written}`"
        assert raised.value.message == f"{sentence}{place}"


def test_a_client_is_an_application_too() -> None:
    assert asked({"userId": ASTRID}, clientAppId="Payroll").client.app_id == PAYROLL
    with pytest.raises(InputError, match=r"a known application in `facts\.clientAppId`"):
        asked({"userId": ASTRID}, clientAppId="Payrol")


@pytest.mark.parametrize("written", [ROBOT, PAYROLL, "payroll ROBOT"])
def test_a_service_principal(written: str) -> None:
    found = PAYROLL if written == PAYROLL else ROBOT
    assert asked({"servicePrincipalId": written}).identity == WorkloadIdentity(found)


def test_without_users_there_is_nothing_to_look_names_up_in() -> None:
    tenant: dict[str, Any] = {**TENANT, "users": [], "servicePrincipals": []}
    assert asked({"userId": "Nora@x"}, tenant=tenant).identity == UserIdentity("nora@x")
    found = asked({"servicePrincipalId": "Robot"}, tenant=tenant).identity
    assert found == WorkloadIdentity("robot")


def test_an_id_that_is_no_guid_may_stand_in_a_group_or_a_role_only() -> None:
    tenant: dict[str, Any] = {
        "users": [{"id": "7a"}],
        "groups": [{"id": "9b", "members": ["7C"]}],
        "roleAssignments": [{"roleDefinitionId": "r", "principalId": "7D"}],
        "conditionalAccessPolicies": [],
    }
    for word in ("7A", "7c", "7D"):
        found = asked({"userId": word}, tenant=tenant).identity
        assert found == UserIdentity(word.casefold())
    with pytest.raises(InputError):
        asked({"userId": "7e"}, tenant=tenant)
