"""Which tenant a path means, and what clients read about it first."""

from __future__ import annotations

import pytest

from ostiary.oidc.authorities import Authority, AuthorityKind, TenantNames, authority_of
from ostiary.oidc.discovery import discovery_document, instance_discovery, user_realm
from ostiary.oidc.errors import OAuthError

TENANT = "aaaabbbb-0000-cccc-1111-dddd2222eeee"
NAMES = TenantNames(TENANT, frozenset({"fjordvik.example"}))
LOGIN = "https://localhost:8443"


def authority(segment: str) -> Authority:
    found = authority_of(segment, NAMES)
    assert isinstance(found, Authority)
    return found


@pytest.mark.parametrize(
    ("segment", "kind", "written"),
    [
        (TENANT, AuthorityKind.TENANT, TENANT),
        (TENANT.upper(), AuthorityKind.TENANT, TENANT),
        ("fjordvik.example", AuthorityKind.TENANT, TENANT),
        ("Fjordvik.Example", AuthorityKind.TENANT, TENANT),
        ("organizations", AuthorityKind.ORGANIZATIONS, "organizations"),
        ("COMMON", AuthorityKind.COMMON, "common"),
    ],
)
def test_an_authority_is_a_tenant_or_shared(
    segment: str, kind: AuthorityKind, written: str
) -> None:
    assert authority(segment) == Authority(kind, written, TENANT)


@pytest.mark.parametrize(
    "segment",
    ["", "consumers", "other.example", f"{{{TENANT}}}", TENANT.replace("-", ""), "..", "common/"],
)
def test_an_unknown_tenant_is_90002(segment: str) -> None:
    refused = authority_of(segment, NAMES)
    assert isinstance(refused, OAuthError)
    assert (refused.code, refused.error, refused.status) == (90002, "invalid_request", 400)


@pytest.mark.parametrize(
    ("segment", "issuer"),
    [
        (TENANT, f"{LOGIN}/{TENANT}/v2.0"),
        ("fjordvik.example", f"{LOGIN}/{TENANT}/v2.0"),
        ("organizations", f"{LOGIN}/{{tenantid}}/v2.0"),
        ("common", f"{LOGIN}/{{tenantid}}/v2.0"),
    ],
)
def test_the_issuer_is_exact_for_a_tenant_and_a_template_otherwise(
    segment: str, issuer: str
) -> None:
    assert discovery_document(authority(segment), login_url=LOGIN)["issuer"] == issuer


def test_the_discovery_document_has_what_clients_and_the_conformance_suite_need() -> None:
    document = discovery_document(authority("organizations"), login_url=LOGIN)
    base = f"{LOGIN}/organizations"
    expected = {
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
        "userinfo_endpoint": f"{LOGIN}/oidc/userinfo",
        "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "response_types_supported": ["code", "id_token", "code id_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claims_parameter_supported": True,
    }
    assert expected.items() <= document.items()


def test_az11_the_discovery_document_announces_iss() -> None:
    document = discovery_document(authority(TENANT), login_url=LOGIN)
    assert document["authorization_response_iss_parameter_supported"] is True


def test_the_password_grant_is_not_announced() -> None:
    document = discovery_document(authority(TENANT), login_url=LOGIN)
    assert "password" not in repr(document["grant_types_supported"])


@pytest.mark.parametrize(
    ("asked", "segment"),
    [
        (f"{LOGIN}/{TENANT}/oauth2/v2.0/authorize", TENANT),
        ("https://LOCALHOST:8443/common/oauth2/v2.0/authorize", "common"),
        (LOGIN, "common"),
    ],
)
def test_an_instance_of_ours_is_known(asked: str, segment: str) -> None:
    assert instance_discovery(asked, NAMES, login_url=LOGIN) == {
        "tenant_discovery_endpoint": f"{LOGIN}/{segment}/v2.0/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [
            {
                "preferred_network": "localhost:8443",
                "preferred_cache": "localhost:8443",
                "aliases": ["localhost:8443"],
            }
        ],
    }


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("https://login.microsoftonline.com/common/oauth2/v2.0/authorize", 50049),
        ("http://localhost:8443/common", 50049),
        ("https://localhost:8443@evil.example/common", 50049),
        ("https://[localhost/common", 50049),
        ("", 50049),
        (f"{LOGIN}/nobody.example/oauth2/v2.0/authorize", 90002),
    ],
)
def test_another_instance_is_refused(asked: str, code: int) -> None:
    refused = instance_discovery(asked, NAMES, login_url=LOGIN)
    assert isinstance(refused, OAuthError)
    assert refused.code == code


def test_a_user_of_our_domain_is_managed() -> None:
    assert user_realm("Alice@Fjordvik.example", NAMES, login_url=LOGIN) == {
        "ver": "1.0",
        "account_type": "Managed",
        "domain_name": "fjordvik.example",
        "cloud_instance_name": "localhost:8443",
        "cloud_audience_urn": "urn:federation:MicrosoftOnline",
    }


def test_en01_the_realm_tells_of_the_domain_and_never_of_the_user() -> None:
    nobody = user_realm("nobody@fjordvik.example", NAMES, login_url=LOGIN)
    assert nobody == user_realm("alice@fjordvik.example", NAMES, login_url=LOGIN)
    assert user_realm("alice@other.example", NAMES, login_url=LOGIN)["account_type"] == "Unknown"
