"""Config OP: the discovery document, under the conformance suite's name."""

from __future__ import annotations

from tests.openid.relying_party import BASE, ISSUER, RelyingParty

ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "end_session_endpoint",
    "device_authorization_endpoint",
)


def test_oidcc_discovery_endpoint_verification(party: RelyingParty) -> None:
    document = party.document
    assert document["issuer"] == ISSUER
    for name in ENDPOINTS:
        assert document[name].startswith(f"{BASE}/")
    assert {"openid"} <= set(document["scopes_supported"])
    assert "code" in document["response_types_supported"]
    assert "authorization_code" in document["grant_types_supported"]
    assert document["subject_types_supported"] == ["pairwise"]
    assert "RS256" in document["id_token_signing_alg_values_supported"]
    assert {"sub", "iss", "aud"} <= set(document["claims_supported"])
    response = party.served.http.get(document["issuer"] + "/.well-known/openid-configuration")
    assert response.headers["content-type"].startswith("application/json")
    assert response.json() == document
    keys = party.served.http.get(document["jwks_uri"]).json()["keys"]
    assert keys
    assert len({each["kid"] for each in keys}) == len(keys)
    for each in keys:
        assert (each["kty"], each["use"], each["alg"]) == ("RSA", "sig", "RS256")
        assert not {"d", "p", "q", "dp", "dq", "qi"} & set(each)
