"""TK04, TK05, TK06: which tokens are refused, whatever their header says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import RSAKey

from ostiary.tokens.claims import Authority
from ostiary.tokens.errors import Refusal, TokenRefused
from ostiary.tokens.issue import AccessTokenLife
from ostiary.tokens.rsa_keys import open_private, public_half
from ostiary.tokens.signed import Lifetime, verified
from tests.tokens.issuing import (
    ARM,
    AUTHORITY,
    OWN_API,
    TENANT,
    app_grant,
    first_keys,
    id_request,
    key_sealer,
    service,
    user_grant,
)

SERVICE = service()
ACCESS = SERVICE.issuer.access_token(user_grant())
ID = SERVICE.issuer.id_token(id_request())
OURS = first_keys()[0]
ATTACKER = RSAKey.generate_key(2048)
AUDIENCES = frozenset({ARM.identifier})


def as_access_token(token: str) -> object:
    return SERVICE.reader.access_token(token, AUDIENCES)


def as_id_token_hint(token: str) -> object:
    return SERVICE.reader.id_token_hint(token)


def as_client_assertion(token: str) -> object:
    """As a client's certificate credential is read: any type a client writes, and PS256 too."""
    public = public_half(OURS.modulus, OURS.exponent)
    return verified(
        token, lambda _: public, algorithms=("RS256", "PS256"), types=("jwt", "at+jwt", None)
    )


CONSUMERS: dict[str, tuple[Callable[[str], object], str]] = {
    "access token": (as_access_token, ACCESS.token.reveal()),
    "ID token hint": (as_id_token_hint, ID.reveal()),
    "client assertion": (as_client_assertion, ACCESS.token.reveal()),
}


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def parts_of(token: str) -> tuple[dict[str, Any], str]:
    header, payload, _ = token.split(".")
    return json.loads(base64.urlsafe_b64decode(header + "==")), payload


def our_public_key() -> bytes:
    public = public_half(OURS.modulus, OURS.exponent).raw_value
    if isinstance(public, rsa.RSAPrivateKey):
        raise TypeError
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def rs256_of_attacker(signing_input: bytes) -> bytes:
    return jws.JWSRegistry.algorithms["RS256"].sign(signing_input, ATTACKER)


SIGNATURES: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "zeros": lambda _: bytes(256),
    "HMAC with our public key": lambda text: hmac.digest(our_public_key(), text, "sha256"),
    "HMAC with our modulus": lambda text: hmac.digest(OURS.modulus.encode(), text, "sha256"),
    "HMAC with nothing": lambda text: hmac.digest(b"", text, "sha256"),
    "a digest": lambda text: hashlib.sha256(text).digest(),
    "the attacker's key": rs256_of_attacker,
}
ATTACKERS_JWK: Mapping[str, Any] = ATTACKER.as_dict(private=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
ALGORITHMS = st.sampled_from(
    [
        "none",
        "None",
        "nOnE",
        "HS256",
        "HS384",
        "HS512",
        "RS256",
        "rs256",
        "RS384",
        "RS512",
        "PS256",
        "ES256",
        "EdDSA",
        "dir",
    ]
)
FORGED = st.fixed_dictionaries(
    {},
    optional={
        "alg": ALGORITHMS | JSON,
        "typ": st.sampled_from(["JWT", "at+jwt", "application/at+jwt", "JOSE", ""]) | JSON,
        "kid": st.sampled_from([OURS.kid, "", "../../dev/null", "attacker"]) | JSON,
        "jwk": st.just(ATTACKERS_JWK) | JSON,
        "jku": st.just("https://attacker.example/keys") | JSON,
        "x5u": st.just("https://attacker.example/chain") | JSON,
        "x5c": st.just(["TUlJQw=="]) | JSON,
        "x5t": JSON,
        "crit": st.just(["b64"]) | JSON,
        "b64": st.booleans(),
        "enc": st.just("A256GCM"),
        "zip": st.just("DEF"),
    },
)


@pytest.mark.parametrize("consumer", CONSUMERS)
@given(
    forged=FORGED,
    dropped=st.sets(st.sampled_from(["alg", "typ", "kid"])),
    how=st.sampled_from(sorted(SIGNATURES)),
)
def test_TK04_no_forged_header_is_believed(
    consumer: str, forged: dict[str, Any], dropped: set[str], how: str
) -> None:
    read, genuine = CONSUMERS[consumer]
    header, payload = parts_of(genuine)
    kept = {name: value for name, value in header.items() if name not in dropped}
    signing_input = f"{encoded(json.dumps(kept | forged).encode())}.{payload}"
    signature = encoded(SIGNATURES[how](signing_input.encode()))
    with pytest.raises(TokenRefused):
        read(f"{signing_input}.{signature}")


@pytest.mark.parametrize("consumer", CONSUMERS)
@given(extra=FORGED.filter(bool))
def test_TK04_a_genuine_signature_under_another_header_is_refused(
    consumer: str, extra: dict[str, Any]
) -> None:
    read, genuine = CONSUMERS[consumer]
    header, payload = parts_of(genuine)
    if header | extra == header:
        return
    signature = genuine.rpartition(".")[2]
    with pytest.raises(TokenRefused):
        read(f"{encoded(json.dumps(header | extra).encode())}.{payload}.{signature}")


@pytest.mark.parametrize("consumer", CONSUMERS)
@given(position=st.integers(0, 10_000), bit=st.integers(0, 6))
def test_TK04_any_changed_character_is_refused(consumer: str, position: int, bit: int) -> None:
    read, genuine = CONSUMERS[consumer]
    at = position % len(genuine)
    changed = genuine[:at] + chr(ord(genuine[at]) ^ 1 << bit) + genuine[at + 1 :]
    with pytest.raises(TokenRefused):
        read(changed)


@pytest.mark.parametrize("consumer", CONSUMERS)
@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "..", "a.b.c", "a.b.c.d.e", "é.é.é", "=.=.=", "e30.e30.", "bnVsbA.e30.e30"),
        "\0" * 9,
        encoded(b"[" * 20_000) + ".e30.e30",
        "x" * 10**6,
        encoded(b'{"alg":NaN}') + "..",
    ],
)
def test_TK04_what_is_no_token_is_refused(consumer: str, text: str) -> None:
    with pytest.raises(TokenRefused):
        CONSUMERS[consumer][0](text)


@given(st.text())
def test_TK04_any_text_is_refused_without_another_error(text: str) -> None:
    with pytest.raises(TokenRefused):
        as_access_token(text)


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_TK04_the_genuine_ones_are_read(consumer: str) -> None:
    read, genuine = CONSUMERS[consumer]
    assert read(genuine)


def refusal(read: Callable[[], object]) -> Refusal:
    with pytest.raises(TokenRefused) as caught:
        read()
    return caught.value.reason


@pytest.mark.parametrize("alg", ["none", "HS256", "RS512", "PS256", None])
def test_TK04_the_algorithm_is_refused_before_any_key_is_looked_at(alg: str | None) -> None:
    header = {"typ": "at+jwt", "kid": "no key of ours", "alg": alg}
    token = f"{encoded(json.dumps(header).encode())}.e30.AAAA"
    assert refusal(lambda: as_access_token(token)) is Refusal.ALGORITHM


def test_TK05_an_id_token_is_no_bearer_token_and_the_reverse() -> None:
    assert refusal(lambda: as_access_token(ID.reveal())) is Refusal.TYPE
    assert refusal(lambda: as_id_token_hint(ACCESS.token.reveal())) is Refusal.TYPE


def test_TK06_a_token_of_one_resource_is_refused_at_another() -> None:
    graph = frozenset({"https://graph.microsoft.com"})
    token = ACCESS.token.reveal()
    assert refusal(lambda: SERVICE.reader.access_token(token, graph)) is Refusal.AUDIENCE
    own = SERVICE.issuer.access_token(user_grant(OWN_API)).token.reveal()
    assert refusal(lambda: as_access_token(own)) is Refusal.AUDIENCE
    assert SERVICE.reader.access_token(own, frozenset({OWN_API.app_id}))


def our_key() -> RSAKey:
    private = open_private(OURS, key_sealer())
    return RSAKey(private, private, {"kid": OURS.kid})


def test_TK06_a_list_of_audiences_is_refused() -> None:
    private = our_key()
    claims = dict(ACCESS.claims) | {"aud": [ARM.identifier]}
    header = {"alg": "RS256", "typ": "at+jwt", "kid": OURS.kid}
    token = jws.serialize_compact(header, json.dumps(claims), private)
    assert refusal(lambda: as_access_token(token)) is Refusal.AUDIENCE


def test_a_token_of_another_tenant_is_refused() -> None:
    other = service(authority=Authority("https://localhost:8443", "2" * 8))
    token = other.issuer.access_token(user_grant()).token.reveal()
    assert refusal(lambda: as_access_token(token)) is Refusal.ISSUER


def test_a_token_expires_with_a_minute_of_skew_and_an_expired_hint_is_taken() -> None:
    ours = service(AccessTokenLife.exactly(timedelta(seconds=299)))
    issued, hint = ours.issuer.access_token(user_grant()), ours.issuer.id_token(id_request())
    assert issued.expires_in == 299
    ours.clock.move(timedelta(seconds=299 + 59))
    assert ours.reader.access_token(issued.token.reveal(), AUDIENCES).object_id
    ours.clock.move(timedelta(seconds=1))
    read = ours.reader.access_token
    assert refusal(lambda: read(issued.token.reveal(), AUDIENCES)) is Refusal.EXPIRED
    ours.clock.move(timedelta(days=3))
    assert ours.reader.id_token_hint(hint.reveal())["sub"]


def test_a_token_of_the_future_is_refused() -> None:
    """CC05: after a restore the clock of the database may lag behind its tokens."""
    ours = service()
    issued = ours.issuer.access_token(user_grant())
    ours.clock.move(timedelta(seconds=-61))
    read = ours.reader.access_token
    assert refusal(lambda: read(issued.token.reveal(), AUDIENCES)) is Refusal.NOT_YET


@pytest.mark.parametrize("exp", ["NaN", "1e999", "null", "true", '"4000000000"', "1" + "0" * 400])
def test_TK02_an_expiry_that_is_no_time_is_refused(exp: str) -> None:
    private = our_key()
    header = {"alg": "RS256", "typ": "at+jwt", "kid": OURS.kid}
    body = json.dumps(dict(ACCESS.claims) | {"exp": 0}).replace('"exp": 0', f'"exp": {exp}')
    token = jws.serialize_compact(header, body, private)
    assert refusal(lambda: as_access_token(token)) in {Refusal.CLAIMS, Refusal.MALFORMED}


def test_TK02_times_with_fractions_are_taken() -> None:
    Lifetime(1795294226.0).require({"exp": 1795294826.12, "iat": 1795294226.1208158})


def test_TK02_a_header_with_a_chain_of_certificates_is_read() -> None:
    private = our_key()
    header = {"alg": "PS256", "typ": "JWT", "x5t": "b64padded==", "x5c": ["A" * 2000] * 3}
    token = jws.serialize_compact(header, b"{}", private, ["PS256"], _wide())
    assert as_client_assertion(token)


def _wide() -> jws.JWSRegistry:
    registry = jws.JWSRegistry(algorithms=["PS256"], strict_check_header=False)
    registry.max_header_length = 16 * 1024
    return registry


def test_what_a_resource_reads_of_a_person_and_of_an_application() -> None:
    person = SERVICE.reader.access_token(ACCESS.token.reveal(), AUDIENCES)
    assert (person.of_application, person.session_id) == (False, "s1")
    assert person.scopes == {"user_impersonation"}
    assert person.roles == frozenset()
    assert "62e90394-69f5-4237-9190-012177145e10" in person.role_ids
    assert not person.continuous
    token = SERVICE.issuer.access_token(app_grant()).token.reveal()
    daemon = SERVICE.reader.access_token(token, AUDIENCES)
    assert (daemon.of_application, daemon.session_id) == (True, None)
    assert daemon.scopes == frozenset()
    assert daemon.roles == {"Directory.Read.All"}
    assert daemon.app_id == "d" * 8
    assert daemon.claims["tid"] == TENANT
    assert daemon.claims["iss"].startswith(AUTHORITY.url)
