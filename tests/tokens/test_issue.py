"""TK07, TK08 and what tokens of each kind say."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from ostiary.secrecy.secret import Secret
from ostiary.tokens.claims import (
    Authority,
    SignedIn,
    TokenClient,
    TokenVersion,
    half_hash,
    pairwise_subject,
)
from ostiary.tokens.issue import AccessTokenLife
from tests.secrecy.seeded import START
from tests.tokens.issuing import (
    ALICE,
    ARM,
    AUTHORITY,
    CLI,
    OWN_API,
    SUBJECTS,
    TENANT,
    app_grant,
    id_request,
    service,
    user_grant,
)

NOW = int(START.timestamp())


def unsigned(token: Secret[str]) -> tuple[dict[str, object], dict[str, object]]:
    header, payload, _ = token.reveal().split(".")
    return tuple(json.loads(base64.urlsafe_b64decode(part + "==")) for part in (header, payload))  # pyright: ignore[reportReturnType]  # two of them


def test_an_access_token_of_version_1_says_what_entra_says() -> None:
    ours = service(AccessTokenLife.exactly(timedelta(seconds=299)))
    grant = replace(user_grant(continuous=True), policies="r7")
    grant = replace(
        grant,
        signed_in=replace(
            grant.signed_in, contexts=frozenset({"c2", "c1"}), address="192.0.2.1", device_id="pc"
        ),
    )
    header, claims = unsigned(ours.issuer.access_token(grant).token)
    assert header["typ"] == "at+jwt"
    subject = pairwise_subject(SUBJECTS, AUTHORITY, ARM.app_id, ALICE.object_id)
    assert len(str(claims.pop("uti"))) == 22
    assert claims == {
        "aud": "https://management.core.windows.net/",
        "iss": f"https://localhost:8443/{TENANT}/",
        "iat": NOW,
        "nbf": NOW,
        "exp": NOW + 299,
        "ver": "1.0",
        "idtyp": "user",
        "tid": TENANT,
        "oid": ALICE.object_id,
        "sub": subject,
        "upn": "alice@contoso.example",
        "unique_name": "alice@contoso.example",
        "name": "Alice",
        "appid": CLI.app_id,
        "appidacr": "0",
        "app_displayname": "Azure CLI",
        "scp": "user_impersonation",
        "amr": ["otp", "pwd", "mfa"],
        "acr": "1",
        "acrs": ["c1", "c2"],
        "xms_cc": ["cp1"],
        "wids": [*ALICE.role_ids, "b79fbf4d-3ef9-4689-8143-76b194e85509"],
        "sid": "s1",
        "ipaddr": "192.0.2.1",
        "deviceid": "pc",
        "xms_policies": "r7",
    }


def test_an_access_token_of_version_2_names_the_client_and_the_user_otherwise() -> None:
    _, claims = unsigned(service().issuer.access_token(user_grant(OWN_API)).token)
    assert claims["iss"] == f"https://localhost:8443/{TENANT}/v2.0"
    assert claims["aud"] == OWN_API.app_id
    assert (claims["azp"], claims["azpacr"]) == (CLI.app_id, "0")
    assert claims["preferred_username"] == "alice@contoso.example"
    assert not claims.keys() & {"appid", "upn", "unique_name", "app_displayname", "xms_cc", "acrs"}


def test_TK10_a_token_of_an_application_has_roles_and_nothing_of_a_person() -> None:
    _, claims = unsigned(service().issuer.access_token(app_grant()).token)
    assert claims["idtyp"] == "app"
    assert claims["oid"] == claims["sub"] == "f" * 8
    assert claims["roles"] == ["Directory.Read.All"]
    assert (claims["app_displayname"], claims["appidacr"]) == ("Daemon", "1")
    assert not claims.keys() & {"scp", "upn", "name", "amr", "sid", "acr", "preferred_username"}


def test_an_id_token_says_what_the_clients_need() -> None:
    _, claims = unsigned(service().issuer.id_token(id_request(nonce="n-1")))
    assert len(str(claims.pop("uti"))) == 22
    assert claims == {
        "aud": CLI.app_id,
        "iss": f"https://localhost:8443/{TENANT}/v2.0",
        "iat": NOW,
        "nbf": NOW,
        "exp": NOW + 3600,
        "ver": "2.0",
        "tid": TENANT,
        "oid": ALICE.object_id,
        "sub": pairwise_subject(SUBJECTS, AUTHORITY, CLI.app_id, ALICE.object_id),
        "name": "Alice",
        "preferred_username": "alice@contoso.example",
        "amr": ["otp", "pwd", "mfa"],
        "acr": "1",
        "auth_time": NOW,
        "sid": "s1",
        "nonce": "n-1",
    }


def test_names_and_mail_are_told_only_for_their_scopes() -> None:
    issuer = service().issuer
    person = replace(ALICE, email="alice@contoso.example")
    request = replace(id_request(), person=person)
    for scopes, told in (
        (set[str](), set[str]()),
        ({"profile"}, {"name", "preferred_username"}),
        ({"email"}, {"email"}),
    ):
        _, claims = unsigned(issuer.id_token(replace(request, scopes=frozenset(scopes))))
        assert claims.keys() & {"name", "preferred_username", "email"} == told


def test_an_id_token_of_the_first_endpoint_has_version_1() -> None:
    _, claims = unsigned(service().issuer.id_token(id_request(version=TokenVersion.V1)))
    assert (claims["ver"], claims["upn"]) == ("1.0", "alice@contoso.example")


def test_TK07_the_subject_is_stable_pairwise_and_not_passed_on() -> None:
    other_tenant = Authority(AUTHORITY.url, "2" * 8)
    subjects = {
        pairwise_subject(SUBJECTS, AUTHORITY, "app", "alice"),
        pairwise_subject(SUBJECTS, AUTHORITY, "app", "alice made anew"),
        pairwise_subject(SUBJECTS, AUTHORITY, "other", "alice"),
        pairwise_subject(SUBJECTS, other_tenant, "app", "alice"),
        pairwise_subject(Secret(b"t" * 32), AUTHORITY, "app", "alice"),
    }
    assert len(subjects) == 5
    assert pairwise_subject(SUBJECTS, AUTHORITY, "app", "alice") in subjects
    assert all(len(each) == 43 and "alice" not in each for each in subjects)


def test_TK07_two_clients_know_one_person_under_two_subjects() -> None:
    issuer = service().issuer
    one, again, other = (
        unsigned(issuer.id_token(replace(id_request(), client=TokenClient(each))))[1]
        for each in ("one", "one", "other")
    )
    assert one["sub"] == again["sub"] != other["sub"]
    assert one["oid"] == other["oid"]


def test_TK08_at_hash_and_c_hash_are_those_of_the_examples_in_openid_connect_core() -> None:
    token = Secret("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y")
    code = Secret("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk")
    assert half_hash(token) == "77QmUPtjPfzWtF2AnpK9RQ"  # OIDC Core, A.4
    assert half_hash(code) == "LDktKdoQak3Pk0cnXxCltA"  # OIDC Core, A.6


def test_TK08_hashes_stand_in_the_id_token_where_it_comes_with_token_or_code() -> None:
    issuer = service().issuer
    token = issuer.access_token(user_grant()).token
    code = Secret("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk")
    _, claims = unsigned(issuer.id_token(id_request(access_token=token, code=code)))
    assert (claims["at_hash"], claims["c_hash"]) == (half_hash(token), half_hash(code))
    assert claims["at_hash"] != half_hash(Secret(token.reveal() + "x"))


def test_TK08_auth_time_is_that_of_the_sign_in_not_of_the_token() -> None:
    ours = service()
    ours.clock.move(timedelta(hours=1))
    ours.signer.refresh()
    _, claims = unsigned(ours.issuer.id_token(id_request()))
    assert (claims["auth_time"], claims["iat"]) == (NOW, NOW + 3600)


@pytest.mark.parametrize(
    ("methods", "multifactor", "amr"),
    [
        ({"password"}, False, ("pwd",)),
        ({"password", "softwareOath"}, True, ("otp", "pwd", "mfa")),
        ({"fido2"}, True, ("fido", "mfa")),
        ({"temporaryAccessPassOneTime"}, True, ("tap", "mfa")),
        ({"password"}, True, ("pwd", "mfa")),  # with a recovery code, which has no method
        ({"something new"}, False, ()),
    ],
)
def test_TK08_amr_tells_the_methods(
    methods: set[str], multifactor: bool, amr: tuple[str, ...]
) -> None:
    signed_in = SignedIn(frozenset(methods), multifactor, START, "s1")
    assert signed_in.amr == amr


def test_the_life_of_access_tokens_is_drawn_from_60_to_90_minutes() -> None:
    issuer = service().issuer
    lives = [issuer.access_token(user_grant()).expires_in for _ in range(60)]
    assert all(3600 <= life <= 5400 for life in lives)
    assert len(set(lives)) > 30


def test_a_day_long_life_needs_client_and_resource() -> None:
    issuer = service().issuer
    both = replace(user_grant(continuous=True), long_lived=True)
    assert 20 * 3600 <= issuer.access_token(both).expires_in <= 28 * 3600
    assert issuer.access_token(replace(both, continuous=False)).expires_in <= 5400
    assert issuer.access_token(replace(both, long_lived=False)).expires_in <= 5400


def test_a_set_life_holds_for_every_access_token() -> None:
    issuer = service(AccessTokenLife.exactly(timedelta(seconds=299))).issuer
    both = replace(user_grant(continuous=True), long_lived=True)
    assert {issuer.access_token(each).expires_in for each in (both, user_grant(), app_grant())} == {
        299
    }
