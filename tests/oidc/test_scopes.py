"""Scopes and resources as az, MSAL, the SDKs and strict clients write them."""

from __future__ import annotations

import pytest

from ostiary.oidc.errors import OAuthError
from ostiary.oidc.first_party import GRAPH, MANAGEMENT, first_party_resources
from ostiary.oidc.parameters import parameters_of
from ostiary.oidc.resources import Resource, resource_names
from ostiary.oidc.scopes import (
    ScopeRequest,
    application_scope,
    narrowed,
    returned_scope,
    scope_request,
)

OWN = "11111111-0000-4000-8000-000000000001"
NAMES = resource_names(
    (
        *first_party_resources(
            management_url="https://localhost:8444", graph_url="https://localhost:8445"
        ),
        Resource(OWN, ("api://payroll", "https://management.azure.com")),
    ),
    default=GRAPH,
)
AZ = "https://management.core.windows.net//.default"
OIDC = frozenset({"openid", "profile", "offline_access"})


def read(scope: str = "", resource: str = "") -> ScopeRequest | OAuthError:
    return scope_request(parameters_of(scope=scope, resource=resource), NAMES)


def accepted(scope: str = "", resource: str = "") -> ScopeRequest:
    request = read(scope, resource)
    assert isinstance(request, ScopeRequest)
    return request


def code(scope: str = "", resource: str = "") -> int:
    refused = read(scope, resource)
    assert isinstance(refused, OAuthError)
    return refused.code


@pytest.mark.parametrize(
    ("scope", "resource", "permissions", "default"),
    [
        (AZ, MANAGEMENT, (), True),
        ("https://management.core.windows.net/.default", MANAGEMENT, (), True),
        ("https://management.azure.com/.default", MANAGEMENT, (), True),
        ("https://Management.Azure.com/user_impersonation", MANAGEMENT, ("user_impersonation",), 0),
        ("https://localhost:8444/.default", MANAGEMENT, (), True),
        ("https://localhost:8445//.default", GRAPH, (), True),
        (f"{MANAGEMENT}/.default", MANAGEMENT, (), True),
        ("User.Read", GRAPH, ("User.Read",), False),
        ("User.Read Mail.Read", GRAPH, ("User.Read", "Mail.Read"), False),
        ("User.Read https://graph.microsoft.com/Mail.Read", GRAPH, ("User.Read", "Mail.Read"), 0),
        (".default", GRAPH, (), True),
        ("openid", GRAPH, (), False),
        ("openid profile email address phone", GRAPH, (), False),
        ("api://payroll/Pay.Read", OWN, ("Pay.Read",), False),
        (f"api://{OWN}/Pay.Read", OWN, ("Pay.Read",), False),
    ],
)
def test_a_scope_names_one_resource(
    scope: str, resource: str, permissions: tuple[str, ...], default: bool
) -> None:
    request = accepted(scope)
    assert (request.resource, request.permissions, request.default) == (
        resource,
        permissions,
        bool(default),
    )


def test_openid_scopes_are_kept_apart() -> None:
    request = accepted(f"{AZ} offline_access openid profile")
    named = AZ.removesuffix("/.default")
    assert request == ScopeRequest(MANAGEMENT, (AZ,), (), default=True, oidc=OIDC, named=named)
    assert (request.openid, request.offline_access) == (True, True)


def test_the_first_protocol_version_names_the_resource_apart() -> None:
    v1 = "https://management.core.windows.net/"
    assert accepted(resource=v1) == ScopeRequest(MANAGEMENT, default=True, oidc=OIDC, named=v1)
    assert accepted("openid", v1) == accepted(resource=v1)
    assert accepted("user_impersonation", v1).permissions == ("user_impersonation",)
    assert accepted(AZ, "https://management.azure.com").resource == MANAGEMENT


@pytest.mark.parametrize(
    ("scope", "resource", "expected"),
    [
        ("", "", 28003),
        ("https://nowhere.example/.default", "", 500011),
        ("", "https://nowhere.example", 500011),
        ("/User.Read", "", 500011),
        (f"{AZ} User.Read", "", 700022),
        (f"{AZ} https://graph.microsoft.com/.default", "", 700022),
        (AZ, "https://graph.microsoft.com", 700022),
        ("User.Read .default", "", 70011),
        ("https://graph.microsoft.com/", "", 70011),
        ('User"Read', "", 70011),
        ("User.Read\u00e9", "", 70011),
    ],
)
def test_other_scopes_are_refused(scope: str, resource: str, expected: int) -> None:
    assert code(scope, resource) == expected


def test_a_resource_keeps_its_name_against_one_registered_later() -> None:
    assert NAMES.app_id("https://management.azure.com") == MANAGEMENT


@pytest.mark.parametrize(
    ("scope", "permissions", "expected"),
    [
        (
            f"{AZ} openid profile offline_access",
            ["user_impersonation"],
            f"https://management.core.windows.net//user_impersonation {AZ} openid profile",
        ),
        ("User.Read openid offline_access", ["User.Read"], "User.Read openid"),
        ("User.Read Mail.Read", ["user.read"], "User.Read"),
        ("openid email", [], "openid email"),
        (".default", ["User.Read", "Mail.Read"], "User.Read Mail.Read .default"),
    ],
)
def test_the_returned_scope_has_the_default_literally(
    scope: str, permissions: list[str], expected: str
) -> None:
    assert returned_scope(accepted(scope), permissions) == expected


def test_the_returned_scope_of_the_first_protocol_version_is_bare() -> None:
    request = accepted(resource="https://management.core.windows.net/")
    assert returned_scope(request, ["user_impersonation"]) == "user_impersonation"


@pytest.mark.parametrize(
    ("granted", "asked", "expected"),
    [
        ("User.Read Mail.Read", "User.Read", ("User.Read",)),
        ("User.Read Mail.Read", "user.read", ("user.read",)),
        ("User.Read", "User.Read Mail.Read", None),
        ("User.Read", ".default", ("User.Read",)),
        (".default", "Mail.Read", ("Mail.Read",)),
        ("User.Read", "https://management.azure.com/.default", ()),
        (AZ, "https://localhost:8445//.default", ()),
        ("openid", "User.Read", ("User.Read",)),
    ],
)
def test_tk09_a_refresh_asks_for_no_more_of_the_same_resource(
    granted: str, asked: str, expected: tuple[str, ...] | None
) -> None:
    result = narrowed(accepted(asked), accepted(granted))
    if expected is None:
        assert isinstance(result, OAuthError)
        assert (result.error, result.code) == ("invalid_scope", 70011)
    else:
        assert isinstance(result, ScopeRequest)
        assert result.permissions == expected


def test_tk09_the_default_of_a_narrow_grant_is_that_grant_under_the_name_asked_for() -> None:
    result = narrowed(accepted(".default"), accepted("User.Read"))
    assert isinstance(result, ScopeRequest)
    assert (result.default, returned_scope(result, result.permissions)) == (
        False,
        "User.Read .default",
    )


def test_tk09_openid_scopes_beyond_the_granted_ones_are_left_out() -> None:
    result = narrowed(accepted("User.Read openid email"), accepted("User.Read openid"))
    assert isinstance(result, ScopeRequest)
    assert result.oidc == {"openid"}


@pytest.mark.parametrize(
    ("scope", "expected"), [(AZ, None), ("User.Read", 1002012), ("openid", 1002012)]
)
def test_an_application_asks_for_the_default_alone(scope: str, expected: int | None) -> None:
    refused = application_scope(accepted(scope))
    assert (refused.code if refused else None) == expected
