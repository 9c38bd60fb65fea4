"""WA04, MF05: what factors are worth to the policies, asked of the engine's own controls."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ostiary.controls.authentication_strength import AuthenticationStrength
from ostiary.controls.mfa import Mfa
from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.factors.proofs import is_multifactor, proofs_of
from ostiary.model.decision import ControlStatus
from ostiary.model.directory import (
    AuthenticationStrength as Strength,
)
from ostiary.model.directory import CombinationLimit, Directory
from ostiary.model.signin import Proofs, SignIn, UserIdentity
from ostiary.tenant.catalogue import BUILT_IN
from tests.secrecy.seeded import START

MULTIFACTOR, PASSWORDLESS, RESISTANT = (
    f"00000000-0000-0000-0000-00000000000{n}" for n in (2, 3, 4)
)
ONE_MODEL = Strength(
    "one-model",
    "One model of key",
    (frozenset({"fido2"}),),
    (CombinationLimit(frozenset({frozenset({"fido2"})}), aaguids=frozenset({"model-a"})),),
)
DIRECTORY = Directory(strengths={each.id: each for each in (*BUILT_IN.strengths, ONE_MODEL)})
F = Factor
MINUTE = timedelta(minutes=1)


def shown(*factors: Factor, aaguid: str | None = None) -> list[ShownFactor]:
    return [ShownFactor(each, START, aaguid if each is F.PASSKEY else None) for each in factors]


def meets(strength: str, proofs: Proofs) -> bool:
    sign_in = SignIn(UserIdentity("alice"), proofs=proofs)
    judged = AuthenticationStrength().judge(strength, sign_in, DIRECTORY)
    return judged.status is ControlStatus.MET


def has_mfa(proofs: Proofs) -> bool:
    judged = Mfa().judge("", SignIn(UserIdentity("alice"), proofs=proofs), DIRECTORY)
    return judged.status is ControlStatus.MET


@pytest.mark.parametrize(
    ("factors", "mfa", "strengths"),
    [
        ((), False, ""),
        ((F.PASSWORD,), False, ""),
        ((F.TOTP,), False, ""),
        ((F.RECOVERY_CODE,), False, ""),
        ((F.TOTP, F.RECOVERY_CODE), False, ""),
        ((F.PASSWORD, F.TOTP), True, "M"),
        ((F.PASSWORD, F.RECOVERY_CODE), True, ""),
        ((F.PASSKEY,), True, "MPR"),
        ((F.PASSWORD, F.PASSKEY), True, "MPR"),
        ((F.ACCESS_PASS_ONCE,), True, "M"),
        ((F.ACCESS_PASS,), True, "M"),
    ],
)
def test_WA04_what_each_set_of_factors_meets(
    factors: tuple[Factor, ...], mfa: bool, strengths: str
) -> None:
    proofs = proofs_of(shown(*factors), factors, now=START)
    assert has_mfa(proofs) is mfa is is_multifactor(factors)
    met = {"M": MULTIFACTOR, "P": PASSWORDLESS, "R": RESISTANT}
    assert {word for word, strength in met.items() if meets(strength, proofs)} == set(strengths)


def test_WA04_phishing_resistant_is_what_the_built_in_strength_says() -> None:
    for factor in Factor:
        proofs = proofs_of(shown(factor), (), now=START)
        assert meets(RESISTANT, proofs) is factor.value.phishing_resistant


@pytest.mark.parametrize(("aaguid", "met"), [("model-a", True), ("model-b", False), (None, False)])
def test_WA04_a_strength_may_ask_for_a_model_of_key(aaguid: str | None, met: bool) -> None:
    proofs = proofs_of(shown(F.PASSKEY, aaguid=aaguid), (), now=START)
    assert meets("one-model", proofs) is met


def test_the_model_is_that_of_the_passkey_shown_last() -> None:
    older = ShownFactor(F.PASSKEY, START, "model-a")
    newer = ShownFactor(F.PASSKEY, START + MINUTE, "model-b")
    assert proofs_of([newer, older], (), now=START + MINUTE).fido2_aaguid == "model-b"


@pytest.mark.parametrize(
    ("registered", "mfa", "modes"),
    [
        ((), False, set[str]()),
        ((F.PASSWORD,), False, {"password"}),
        ((F.PASSWORD, F.TOTP), True, {"password", "softwareOath"}),
        ((F.PASSKEY,), True, {"fido2"}),
        ((F.PASSWORD, F.RECOVERY_CODE), True, {"password"}),
        ((F.ACCESS_PASS_ONCE,), True, {"temporaryAccessPassOneTime"}),
    ],
)
def test_what_is_registered(registered: tuple[Factor, ...], mfa: bool, modes: set[str]) -> None:
    proofs = proofs_of((), registered, now=START)
    assert (proofs.mfa_registered, proofs.registered_methods) == (mfa, modes)


def test_what_was_shown_counts_as_registered_though_it_is_used_up() -> None:
    proofs = proofs_of(shown(F.ACCESS_PASS_ONCE), (F.PASSWORD,), now=START)
    assert proofs.mfa_registered
    assert proofs.registered_methods == {"password", "temporaryAccessPassOneTime"}


def test_a_user_with_a_password_only_is_asked_to_register_and_one_with_codes_is_asked_for_one() -> (
    None
):
    for registered, challenge in (
        ((F.PASSWORD,), "mfaRegistration"),
        ((F.PASSWORD, F.RECOVERY_CODE), "mfa"),
        ((F.PASSWORD, F.TOTP), "mfa"),
    ):
        proofs = proofs_of(shown(F.PASSWORD), registered, now=START)
        judged = Mfa().judge("", SignIn(UserIdentity("alice"), proofs=proofs), DIRECTORY)
        assert (judged.status, judged.challenge) == (ControlStatus.PROMPT, challenge)


@pytest.mark.parametrize(
    ("times", "minutes"),
    [
        ({}, 0),
        ({F.PASSWORD: 10}, 10),
        ({F.PASSWORD: 10, F.TOTP: 90}, 90),  # of both, the older one
        ({F.PASSWORD: 90, F.TOTP: 10}, 90),
        ({F.PASSKEY: 30, F.PASSWORD: 10, F.TOTP: 90}, 30),  # a passkey is the whole of it
        ({F.PASSWORD: 10, F.TOTP: 20, F.PASSKEY: 30}, 20),
        ({F.PASSWORD: -1}, 0),  # another server's clock is ahead
    ],
)
def test_minutes_since_authentication(times: dict[Factor, int], minutes: int) -> None:
    factors = [ShownFactor(each, START - ago * MINUTE) for each, ago in times.items()]
    assert proofs_of(factors, (), now=START).minutes_since_authentication == minutes
