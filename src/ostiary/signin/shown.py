"""What was shown in a sign-in, as sessions, codes and refresh families keep it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.factors.proofs import is_multifactor, proofs_of
from ostiary.model.json_types import JsonObject
from ostiary.model.signin import Proofs
from ostiary.tokens.claims import SignedIn

Shown = tuple[ShownFactor, ...]


def read_shown(kept: Sequence[JsonObject]) -> Shown:
    """Read what `written_shown` wrote."""
    return tuple(
        ShownFactor(
            Factor[each["factor"]],
            datetime.fromisoformat(each["at"]),
            each.get("aaguid"),
            each.get("device"),
        )
        for each in kept
    )


def written_shown(shown: Iterable[ShownFactor]) -> list[JsonObject]:
    """Write factors into a document."""
    return [
        {
            "factor": each.factor.name,
            "at": each.at.isoformat(),
            "aaguid": each.aaguid,
            "device": each.device_id,
        }
        for each in shown
    ]


def on_another_device(shown: Shown) -> Shown:
    """Give what was shown as it counts on another device than the one it was shown on."""
    return tuple(replace(each, device_id=None) for each in shown)


def device_shown(shown: Shown) -> str | None:
    """Give the id of the device that a passkey of the sign-in speaks for, the latest one's."""
    found = [each for each in shown if each.device_id is not None]
    return max(found, key=lambda each: each.at).device_id if found else None


def factor_words(shown: Shown) -> tuple[str, ...]:
    """Write factors as an access token carries them for requests on behalf of the person."""
    return tuple(
        " ".join((each.factor.name, str(int(each.at.timestamp())), *filter(None, [each.aaguid])))
        for each in shown
    )


def read_factor_words(words: Iterable[str]) -> Shown:
    """Read what `factor_words` wrote."""
    return tuple(_factor(*word.split()) for word in words)


def _factor(name: str, at: str, aaguid: str | None = None) -> ShownFactor:
    return ShownFactor(Factor[name], datetime.fromtimestamp(int(at), UTC), aaguid)


def proofs(shown: Shown, registered: Iterable[Factor], now: datetime) -> Proofs:
    """Give the proofs that policies judge."""
    return proofs_of(shown, registered, now=now)


def signed_in(
    shown: Shown,
    *,
    session_id: str,
    contexts: frozenset[str] = frozenset(),
    address: str | None = None,
    device_id: str | None = None,
) -> SignedIn:
    """Give what tokens say of the sign-in."""
    return SignedIn(
        methods=frozenset(mode for each in shown for mode in each.factor.value.modes),
        multifactor=is_multifactor(each.factor for each in shown),
        at=max(each.at for each in shown),
        session_id=session_id,
        contexts=contexts,
        address=address,
        device_id=device_id,
    )
