"""WA01: what makes a passkey, and everything that does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from webauthn.helpers import bytes_to_base64url

from ostiary.factors.kinds import Factor, Refusal, Refused, ShownFactor
from ostiary.factors.passkey_checks import PasskeyMade, credential_id_of, register
from ostiary.factors.passkeys import (
    Ceremony,
    PasskeyOwner,
    PasskeySettings,
    challenge_for_registration,
    registration_options,
)
from tests.factors.authenticator import (
    AT,
    BE,
    BS,
    ED,
    ORIGIN,
    RP_ID,
    UP,
    UV,
    Authenticator,
    Spoil,
)
from tests.secrecy.seeded import START, SeededRandomness

SETTINGS = PasskeySettings(RP_ID, "Contoso", frozenset({ORIGIN}))
ALICE = PasskeyOwner("alice-id", "alice@contoso.example", "Alice")
CHALLENGE = challenge_for_registration(
    ALICE, "session", SETTINGS, randomness=SeededRandomness(), now=START
)
OPTIONS = registration_options(CHALLENGE, ALICE, SETTINGS)
DEVICE = Authenticator()
IN_FIVE_MINUTES = timedelta(minutes=5)


def made_of(
    answer: dict[str, Any], settings: PasskeySettings = SETTINGS, **more: Any
) -> PasskeyMade | Refused:
    usual: dict[str, Any] = {"session_id": "session", "known": (), "now": START}
    usual |= {"challenge": CHALLENGE} | more
    return register(answer, settings=settings, **usual)


def test_WA01_the_options_ask_for_a_discoverable_key_of_a_verified_user() -> None:
    again = registration_options(CHALLENGE, ALICE, SETTINGS, [kept()])
    assert OPTIONS["challenge"] == CHALLENGE.value
    assert OPTIONS["rp"] == {"id": RP_ID, "name": "Contoso"}
    assert OPTIONS["attestation"] == "none"
    assert [each["alg"] for each in OPTIONS["pubKeyCredParams"]] == [-7, -8, -257]
    assert OPTIONS["authenticatorSelection"]["residentKey"] == "required"
    assert OPTIONS["authenticatorSelection"]["userVerification"] == "required"
    assert [each["id"] for each in again["excludeCredentials"]] == [DEVICE.id]
    assert "alice@contoso.example" not in str(OPTIONS["user"]["id"])


def kept() -> Any:
    made = made_of(DEVICE.create(OPTIONS))
    assert isinstance(made, PasskeyMade)
    return made.passkey


def test_WA01_a_good_answer_makes_a_passkey() -> None:
    answer = DEVICE.create(OPTIONS, Spoil(flags=UP | UV | AT | BE | BS, count=3))
    made = made_of(answer, device_id="pc")
    assert isinstance(made, PasskeyMade)
    passkey = made.passkey
    assert passkey.credential_id == DEVICE.id == credential_id_of(answer)
    assert (passkey.user_id, passkey.sign_count) == ("alice-id", 3)
    assert (passkey.backup_eligible, passkey.backed_up, passkey.attested) == (True, True, False)
    assert passkey.transports == ("internal",)
    assert passkey.bound_device is None  # it can be copied to other devices
    assert made.shown == ShownFactor(Factor.PASSKEY, START, passkey.aaguid)


def test_a_passkey_that_stays_on_its_device_speaks_for_the_device() -> None:
    here = Spoil(outer={"authenticatorAttachment": "platform"})
    made = made_of(DEVICE.create(OPTIONS, here), device_id="pc")
    assert isinstance(made, PasskeyMade)
    assert made.passkey.bound_device == made.shown.device_id == "pc"


@pytest.mark.parametrize("where", [{"authenticatorAttachment": "cross-platform"}, {}])
def test_a_key_that_can_be_carried_elsewhere_speaks_for_no_device(where: dict[str, str]) -> None:
    made = made_of(DEVICE.create(OPTIONS, Spoil(outer=where)), device_id="pc")
    assert isinstance(made, PasskeyMade)
    assert made.passkey.bound_device is made.shown.device_id is None


def cose_of(private: ec.EllipticCurvePrivateKey, curve: int, alg: int, size: int) -> bytes:
    numbers = private.public_key().public_numbers()
    x, y = numbers.x.to_bytes(size, "big"), numbers.y.to_bytes(size, "big")
    return cbor2.dumps({1: 2, 3: alg, -1: curve, -2: x, -3: y})


def weak_rsa() -> bytes:
    public = rsa.generate_private_key(65537, 1024).public_key().public_numbers()  # noqa: S505
    modulus = public.n.to_bytes(128, "big")
    return cbor2.dumps({1: 3, 3: -257, -1: modulus, -2: b"\x01\x00\x01"})


LONG = b"i" * 1024
LONG_ID, LONGEST_ID = bytes_to_base64url(LONG), bytes_to_base64url(LONG[1:])
FULL = UP | UV | AT
NEGATIVE: dict[str, Spoil] = {
    "another type": Spoil(client={"type": "webauthn.get"}),
    "no type": Spoil(without=frozenset({"type"})),
    "another challenge": Spoil(client={"challenge": "AAAA"}),
    "a challenge that goes on": Spoil(client={"challenge": CHALLENGE.value + "AAAA"}),
    "no challenge": Spoil(without=frozenset({"challenge"})),
    "another origin": Spoil(client={"origin": "https://evil.example"}),
    "an origin below ours": Spoil(client={"origin": f"https://x.{RP_ID}"}),
    "our origin in plain http": Spoil(client={"origin": f"http://{RP_ID}"}),
    "our origin at another port": Spoil(client={"origin": ORIGIN + ":8443"}),
    "our origin with a slash": Spoil(client={"origin": ORIGIN + "/"}),
    "no origin": Spoil(without=frozenset({"origin"})),
    "a frame of another origin": Spoil(client={"crossOrigin": True}),
    "a crossOrigin in words": Spoil(client={"crossOrigin": "true"}),
    "a topOrigin": Spoil(client={"topOrigin": "https://evil.example"}),
    "another relying party": Spoil(rp_id="evil.example"),
    "the relying party above ours": Spoil(rp_id="contoso.example"),
    "no user present": Spoil(flags=UV | AT),
    "no user verified": Spoil(flags=UP | AT),
    "backed up but not to be backed up": Spoil(flags=FULL | BS),
    "no attested data": Spoil(flags=UP | UV),
    "octets left over": Spoil(extra=b"\0"),
    "extensions announced and missing": Spoil(flags=FULL | ED),
    "an algorithm not asked for": Spoil(key=cose_of(DEVICE.private_key, 1, -35, 32)),
    "no algorithm at all": Spoil(key=cbor2.dumps({1: 2, -1: 1})),
    "P-384 under ES256": Spoil(key=cose_of(ec.generate_private_key(ec.SECP384R1()), 2, -7, 48)),
    "a point off the curve": Spoil(
        key=cbor2.dumps({1: 2, 3: -7, -1: 1, -2: b"\1" * 32, -3: b"\1" * 32})
    ),
    "RSA of 1024 bits": Spoil(key=weak_rsa()),
    "a key that is no map": Spoil(key=cbor2.dumps([1, 2])),
    "a key with a member twice": Spoil(key=b"\xa2\x01\x02\x01\x02"),
    "no key": Spoil(key=b""),
    "another id inside": Spoil(credential_id=b"other"),
    "an id of 1024 octets": Spoil(credential_id=LONG, outer={"id": LONG_ID, "rawId": LONG_ID}),
    "id and rawId that differ": Spoil(outer={"rawId": "AAAA"}),
    "another kind of credential": Spoil(outer={"type": "password"}),
    "no response": Spoil(outer={"response": None}),
    "no rawId": Spoil(outer={"rawId": None}),
    "a statement where none is": Spoil(statement={"sig": b"x"}),
    "an unknown attestation": Spoil(fmt="own"),
    "a wrong signature of itself": Spoil(fmt="packed", statement={"alg": -7, "sig": b"0" * 70}),
    "a token binding": Spoil(client={"tokenBinding": {"status": "not-supported"}}),
    "client data that is none": Spoil(response={"clientDataJSON": "bm9uZQ"}),
    "an attestation that is none": Spoil(response={"attestationObject": "AAAA"}),
    "too long": Spoil(response={"more": "x" * 70_000}),
}


@pytest.mark.parametrize("name", NEGATIVE)
def test_WA01_a_spoiled_answer_makes_none(name: str) -> None:
    outcome = made_of(DEVICE.create(OPTIONS, NEGATIVE[name]))
    assert isinstance(outcome, Refused)
    unverified = name == "no user verified"
    assert outcome.reason is (Refusal.UNVERIFIED_USER if unverified else Refusal.WRONG)


def test_WA01_an_id_of_1023_octets_is_taken() -> None:
    spoil = Spoil(credential_id=LONG[1:], outer=dict.fromkeys(("id", "rawId"), LONGEST_ID))
    assert isinstance(made_of(DEVICE.create(OPTIONS, spoil)), PasskeyMade)


def test_WA01_there_are_at_least_twenty_negative_cases() -> None:
    assert len(NEGATIVE) >= 20


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"session_id": "another"}, Refusal.CHALLENGE),
        ({"now": START + IN_FIVE_MINUTES}, Refusal.EXPIRED),
        ({"challenge": replace(CHALLENGE, ceremony=Ceremony.SIGN_IN)}, Refusal.CHALLENGE),
        ({"challenge": replace(CHALLENGE, user_id=None)}, Refusal.CHALLENGE),
        ({"known": {DEVICE.id}}, Refusal.KNOWN_ALREADY),
    ],
)
def test_WA01_a_challenge_serves_its_session_and_five_minutes(
    more: dict[str, Any], reason: Refusal
) -> None:
    outcome = made_of(DEVICE.create(OPTIONS), **more)
    assert isinstance(outcome, Refused)
    assert outcome.reason is reason


def test_WA01_a_challenge_serves_until_the_last_second() -> None:
    late = START + IN_FIVE_MINUTES - timedelta(seconds=1)
    assert isinstance(made_of(DEVICE.create(OPTIONS), now=late), PasskeyMade)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


@given(
    member=st.sampled_from(["id", "rawId", "type", "response", "clientExtensionResults"]),
    inner=st.sampled_from(["clientDataJSON", "attestationObject", "transports", "userHandle"]),
    value=JSON,
)
def test_WA01_no_shape_of_answer_raises(member: str, inner: str, value: Any) -> None:
    answer = DEVICE.create(OPTIONS)
    assert isinstance(made_of(answer | {member: value}), Refused | PasskeyMade)
    spoiled = answer | {"response": answer["response"] | {inner: value}}
    assert isinstance(made_of(spoiled), Refused | PasskeyMade)


@given(octets=st.binary(max_size=80))
def test_WA01_no_attestation_object_raises(octets: bytes) -> None:
    for key in (octets, DEVICE.cose()[:-1] + octets):
        outcome = made_of(DEVICE.create(OPTIONS, Spoil(key=key)))
        assert isinstance(outcome, Refused | PasskeyMade)


@given(said=st.dictionaries(st.sampled_from(["type", "challenge", "origin", "crossOrigin"]), JSON))
def test_WA01_no_client_data_raises(said: dict[str, Any]) -> None:
    outcome = made_of(DEVICE.create(OPTIONS, Spoil(client=said)))
    assert isinstance(outcome, Refused | PasskeyMade)
