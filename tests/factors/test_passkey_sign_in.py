"""WA02, WA03: what signs in with a passkey, and everything that does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.factors.kinds import Factor, Refusal, Refused, RiskEvent, ShownFactor
from ostiary.factors.passkey_checks import PasskeyMade, PasskeyShown, register, sign_in
from ostiary.factors.passkeys import (
    Ceremony,
    OnClone,
    Passkey,
    PasskeySettings,
    challenge_for_sign_in,
    sign_in_options,
)
from tests.factors.authenticator import (
    BE,
    BS,
    ORIGIN,
    RP_ID,
    UP,
    UV,
    Authenticator,
    Spoil,
)
from tests.factors.test_passkey_registration import CHALLENGE as REGISTRATION
from tests.factors.test_passkey_registration import DEVICE, OPTIONS, SETTINGS
from tests.secrecy.seeded import START, SeededRandomness

ALICE = "alice-id"


def passkey_of(device: Authenticator, **changes: Any) -> Passkey:
    made = register(
        device.create(OPTIONS),
        REGISTRATION,
        session_id="session",
        settings=SETTINGS,
        known=(),
        now=START,
    )
    assert isinstance(made, PasskeyMade)
    return replace(made.passkey, **changes)


PASSKEY = passkey_of(DEVICE)
SOURCE = SeededRandomness(2)
ANYBODY = challenge_for_sign_in("session", SETTINGS, randomness=SOURCE, now=START)
FOR_ALICE = challenge_for_sign_in(
    "session", SETTINGS, randomness=SOURCE, now=START, user_id=ALICE, passkeys=[PASSKEY]
)


def shown_by(
    spoil: Spoil | None = None,
    *,
    user: str | None = ALICE,
    passkey: Passkey | None = PASSKEY,
    settings: PasskeySettings = SETTINGS,
    device: Authenticator = DEVICE,
    **more: Any,
) -> PasskeyShown | Refused:
    usual: dict[str, Any] = {"session_id": "session", "now": START, "challenge": ANYBODY} | more
    answer = device.get(sign_in_options(usual["challenge"], settings), user, spoil or Spoil())
    return sign_in(answer, passkey=passkey, settings=settings, **usual)


def test_WA02_the_options_ask_for_a_verified_user() -> None:
    options = sign_in_options(FOR_ALICE, SETTINGS)
    assert options["userVerification"] == "required"
    assert [each["id"] for each in options["allowCredentials"]] == [DEVICE.id]
    assert sign_in_options(ANYBODY, SETTINGS)["allowCredentials"] == []


@pytest.mark.parametrize(
    ("challenge", "user"), [(ANYBODY, ALICE), (FOR_ALICE, ALICE), (FOR_ALICE, None)]
)
def test_WA02_a_good_answer_signs_in(challenge: Any, user: str | None) -> None:
    later = START + timedelta(minutes=1)
    outcome = shown_by(Spoil(count=4), user=user, challenge=challenge, now=later)
    assert outcome == PasskeyShown(
        replace(PASSKEY, sign_count=4, last_used_at=later),
        ShownFactor(Factor.PASSKEY, later, PASSKEY.aaguid),
    )


NEGATIVE: dict[str, Spoil] = {
    "another type": Spoil(client={"type": "webauthn.create"}),
    "another challenge": Spoil(client={"challenge": "AAAA"}),
    "another origin": Spoil(client={"origin": "https://evil.example"}),
    "a frame of another origin": Spoil(client={"crossOrigin": True}),
    "another relying party": Spoil(rp_id="evil.example"),
    "no user present": Spoil(flags=UV),
    "a backup nobody announced": Spoil(flags=UP | UV | BE),
    "backed up but not to be backed up": Spoil(flags=UP | UV | BS),
    "octets left over": Spoil(extra=b"\0"),
    "a signature of another": Spoil(signature=lambda _: Authenticator().sign(b"text")),
    "a signature cut short": Spoil(signature=lambda made: made[:-1]),
    "a signature with a flipped bit": Spoil(
        signature=lambda made: made[:-1] + bytes([made[-1] ^ 1])
    ),
    "no signature": Spoil(signature=lambda _: b""),
    "other client data than was signed": Spoil(response={"clientDataJSON": "e30"}),
    "authenticator data that is none": Spoil(response={"authenticatorData": "AAAA"}),
    "id and rawId that differ": Spoil(outer={"id": "AAAA"}),
    "another kind of credential": Spoil(outer={"type": "password"}),
}


@pytest.mark.parametrize("name", NEGATIVE)
def test_WA02_a_spoiled_answer_does_not_sign_in(name: str) -> None:
    outcome = shown_by(NEGATIVE[name])
    assert isinstance(outcome, Refused)
    assert outcome.reason is Refusal.WRONG


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"spoil": Spoil(flags=UP)}, Refusal.UNVERIFIED_USER),
        ({"passkey": None}, Refusal.NOT_ALLOWED),
        ({"user": "bob-id"}, Refusal.NOT_ALLOWED),
        ({"user": None}, Refusal.NOT_ALLOWED),  # nobody is named at all
        ({"user": "bob-id", "challenge": FOR_ALICE}, Refusal.NOT_ALLOWED),
        ({"challenge": replace(FOR_ALICE, user_id="bob-id")}, Refusal.NOT_ALLOWED),
        ({"challenge": replace(FOR_ALICE, allowed=("AAAA",))}, Refusal.NOT_ALLOWED),
        ({"passkey": replace(PASSKEY, credential_id="AAAA")}, Refusal.NOT_ALLOWED),
        ({"passkey": passkey_of(Authenticator())}, Refusal.NOT_ALLOWED),
        ({"passkey": replace(PASSKEY, public_key="AAAA")}, Refusal.WRONG),
        ({"session_id": "another"}, Refusal.CHALLENGE),
        ({"challenge": replace(ANYBODY, ceremony=Ceremony.REGISTER)}, Refusal.CHALLENGE),
        ({"now": START + timedelta(minutes=5)}, Refusal.EXPIRED),
    ],
)
def test_WA02_owner_challenge_and_user_verification_must_fit(
    more: dict[str, Any], reason: Refusal
) -> None:
    outcome = shown_by(**more)
    assert isinstance(outcome, Refused)
    assert outcome.reason is reason


def test_WA02_another_key_under_the_same_id_does_not_sign_in() -> None:
    thief = Authenticator()
    thief.credential_id = DEVICE.credential_id
    outcome = shown_by(device=thief)
    assert isinstance(outcome, Refused)
    assert outcome.reason is Refusal.WRONG


@pytest.mark.parametrize(
    ("kept", "told", "cloned"),
    [(0, 0, False), (0, 1, False), (7, 8, False), (7, 7, True), (7, 6, True), (7, 0, True)],
)
def test_WA03_a_counter_that_does_not_grow_is_refused_or_a_risk(
    kept: int, told: int, cloned: bool
) -> None:
    passkey, spoil = replace(PASSKEY, sign_count=kept), Spoil(count=told)
    refusing = shown_by(spoil, passkey=passkey)
    allowing = shown_by(
        spoil, passkey=passkey, settings=replace(SETTINGS, on_clone=OnClone.ALLOW_WITH_RISK)
    )
    assert isinstance(allowing, PasskeyShown)
    assert allowing.passkey.sign_count == max(kept, told)
    assert allowing.risk is (RiskEvent.CLONED_PASSKEY if cloned else None)
    if not cloned:
        assert refusing == allowing
        return
    detail = f"the counter went from {kept} to {told}"
    assert refusing == Refused(Refusal.CLONED, detail, RiskEvent.CLONED_PASSKEY)


def test_WA03_a_wrong_signature_is_no_sign_of_a_clone() -> None:
    """Else anybody who knows a credential id could raise alarms."""
    spoil = replace(NEGATIVE["a signature of another"], count=1)
    outcome = shown_by(spoil, passkey=replace(PASSKEY, sign_count=7))
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.risk) == (Refusal.WRONG, None)


JSON = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.lists(st.integers())


@given(
    member=st.sampled_from(["id", "rawId", "type", "response"]),
    inner=st.sampled_from(["clientDataJSON", "authenticatorData", "signature", "userHandle"]),
    value=JSON,
    octets=st.binary(max_size=60),
)
def test_WA02_no_shape_of_answer_raises(member: str, inner: str, value: Any, octets: bytes) -> None:
    for spoil in (
        Spoil(outer={member: value}),
        Spoil(response={inner: value}),
        Spoil(signature=lambda _: octets),
        Spoil(extra=octets, flags=UP | UV | 0xC0),
    ):
        assert isinstance(shown_by(spoil), Refused | PasskeyShown)


def test_WA02_a_passkey_for_another_origin_of_ours_is_taken() -> None:
    both = replace(SETTINGS, origins=frozenset({ORIGIN, f"https://{RP_ID}:8443"}))
    spoil = Spoil(client={"origin": f"https://{RP_ID}:8443"})
    assert isinstance(shown_by(spoil, settings=both), PasskeyShown)
