"""Authentication strengths and agreements from raw objects."""

from __future__ import annotations

import math
import re

from ostiary.model.directory import Agreement, AuthenticationStrength, CombinationLimit
from ostiary.model.json_types import JsonObject
from ostiary.tenant.documents import Item, Warning_, expected_object
from ostiary.tenant.members import WrongMember, boolean, identifier, text, texts, values
from ostiary.tenant.shapes import is_object

_MODES = (
    "windowsHelloForBusiness",
    "fido2",
    "x509CertificateMultiFactor",
    "x509CertificateSingleFactor",
    "deviceBasedPush",
    "temporaryAccessPassOneTime",
    "temporaryAccessPassMultiUse",
    "password",
    "microsoftAuthenticatorPush",
    "softwareOath",
    "hardwareOath",
    "sms",
    "voice",
    "email",
    "federatedMultiFactor",
    "federatedSingleFactor",
    "qrCodePin",
)
"""Graph's authenticationMethodModes, for documents that write them in another case."""
_SPELLED = {mode.casefold(): mode for mode in _MODES}


def read_strength(raw: JsonObject) -> AuthenticationStrength:
    """Read a strength; combinations are unordered sets of modes joined by commas.

    INVARIANT: no combination is empty, since whatever was shown would meet it.
    """
    return AuthenticationStrength(
        id=identifier(raw, "id"),
        display_name=text(raw, "displayName"),
        combinations=tuple(filter(None, map(_modes, texts(raw, "allowedCombinations")))),
        limits=tuple(_limit(each) for each in values(raw, "combinationConfigurations")),
        built_in=text(raw, "policyType").casefold() == "builtin",
    )


def blank_combinations(raw: JsonObject) -> str:
    """Say how many combinations name no method; empty where all of them do."""
    count = sum(not _modes(each) for each in texts(raw, "allowedCombinations"))
    if not count:
        return ""
    name = text(raw, "displayName") or text(raw, "id")
    blank = "a combination without a method; nothing meets it"
    if count > 1:
        blank = f"{count} combinations without a method; nothing meets them"
    return f"authentication strength `{name}`: {blank}"


def _modes(combination: str) -> frozenset[str]:
    words = (word.strip() for word in combination.split(","))
    return frozenset(_SPELLED.get(word.casefold(), word) for word in words if word)


def _limit(raw: object) -> CombinationLimit:
    """Read which keys or certificates count (Graph: authenticationCombinationConfiguration)."""
    if not is_object(raw):
        raise WrongMember("combinationConfigurations", "objects", raw)
    return CombinationLimit(
        combinations=frozenset(_modes(each) for each in texts(raw, "appliesToCombinations")),
        aaguids=frozenset(each.casefold() for each in texts(raw, "allowedAAGUIDs")),
        issuer_skis=frozenset(each.casefold() for each in texts(raw, "allowedIssuerSkis")),
        policy_oids=frozenset(texts(raw, "allowedPolicyOIDs")),
    )


def read_agreement(item: Item, warnings: list[Warning_]) -> Agreement:
    """Read terms of use; raises InputError where a member has the wrong type."""
    raw = expected_object(item)
    try:
        frequency = text(raw, "userReacceptRequiredFrequency")
        agreement = Agreement(
            id=identifier(raw, "id"),
            display_name=text(raw, "displayName"),
            reaccept_days=reaccept_days(frequency),
            per_device=boolean(raw, "isPerDeviceAcceptanceRequired", default=False),
        )
    except WrongMember as wrong:
        raise wrong.at(item.source) from None
    name = agreement.display_name or agreement.id
    warnings.extend(
        Warning_(code, f"terms of use `{name}`: {sentence}", item.source)
        for code, sentence in _remarks(raw, frequency, agreement.reaccept_days)
    )
    return agreement


_DURATION = re.compile(
    r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?",
    re.IGNORECASE,
)
_IN_DAYS = (365, 30, 7, 1, 1 / 24, 1 / 1440, 1 / 86400)


def reaccept_days(duration: str) -> int | None:
    """Give an ISO 8601 duration in whole days, at least one: acceptance is dated by the day.

    A month counts 30 days, a year 365.
    """
    found = _DURATION.fullmatch(duration)
    if found is None:
        return None
    days = sum(int(n) * size for n, size in zip(found.groups(), _IN_DAYS, strict=True) if n)
    return max(1, math.ceil(days)) if days else None


def _remarks(raw: JsonObject, frequency: str, days: int | None) -> list[tuple[str, str]]:
    remarks: list[tuple[str, str]] = []
    if frequency and days is None:
        remarks.append(
            ("invalidDuration", f"`{frequency}` is no duration such as `P30D`; it is not used")
        )
    elif days is not None and not re.fullmatch(r"P\d+D", frequency, re.IGNORECASE):
        remarks.append(("approximateDuration", f"`{frequency}` is read as {days} days"))
    if raw.get("termsExpiration"):
        sentence = "expiry of all acceptances by the calendar (`termsExpiration`) is not followed"
        remarks.append(("expirationIgnored", sentence))
    return remarks
