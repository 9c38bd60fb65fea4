"""The part every policy played in a sign-in, packed: a mask for each word, bit *i* = policy *i*.

What does not change between sign-ins (names, controls) is kept once, in the frame of the policies.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

from ostiary.directory.json_documents import canonical
from ostiary.engine.applied import STRENGTH_RESULTS, applied_policy
from ostiary.engine.decide import Weighed
from ostiary.engine.policyset import PolicySet
from ostiary.model.decision import PolicyVerdict

_VARYING: Final = ("result", "conditionsSatisfied", "conditionsNotSatisfied")
_REMEMBERED: Final = 8_192
_Pairs: TypeAlias = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What a set of policies says of itself in every sign-in; `hash` names it."""

    hash: bytes
    text: str

    @property
    def policies(self) -> list[dict[str, Any]]:
        """The entries, without results."""
        return json.loads(self.text)


def frame_of(policies: PolicySet) -> Frame:
    """Describe the policies of a snapshot, once for all its sign-ins."""
    entries = [
        applied_policy(policies.directory, number, PolicyVerdict(policy, False, "", ""), [])
        for number, policy in enumerate(policies.policies)
    ]
    fixed = [{k: v for k, v in entry.items() if k not in _VARYING} for entry in entries]
    text = canonical(fixed)
    return Frame(hashlib.sha256(text.encode()).digest(), text)


def verdicts_of(weighed: Weighed) -> bytes:
    """Pack what every policy of a set makes of a sign-in, without its sentences."""
    held: dict[str, int] = {}
    lost: dict[str, int] = {}
    for table, accepted in weighed.columns:
        word = table.condition.log_word or table.condition.reason
        held[word] = held.get(word, 0) | table.configured & accepted.upper
        lost[word] = lost.get(word, 0) | table.configured & ~accepted.upper
    kept = {word: mask & ~lost[word] for word, mask in held.items()}
    return _packed(tuple(_pairs(each) for each in (weighed.result_masks(), kept, lost)))


def _pairs(masks: Mapping[str, int]) -> _Pairs:
    return tuple((word, mask) for word, mask in masks.items() if mask)


@lru_cache(maxsize=_REMEMBERED)
def _packed(parts: tuple[_Pairs, ...]) -> bytes:
    """Write results, conditions that held, and those that did not; most sign-ins go alike."""
    written = [{word: f"{mask:x}" for word, mask in part} for part in parts]
    return zlib.compress(json.dumps(written, separators=(",", ":")).encode(), 1)


def unpack(frame: Frame, packed: bytes) -> list[dict[str, Any]]:
    """Give `appliedConditionalAccessPolicies` of a sign-in, as it was decided."""
    results, held, lost = (
        {word: int(mask, 16) for word, mask in masks.items()}
        for masks in json.loads(zlib.decompress(packed))
    )
    return [
        _entry(fixed, _words_at(results, number)[0], held, lost, number)
        for number, fixed in enumerate(frame.policies)
    ]


def _entry(
    fixed: dict[str, Any], result: str, held: dict[str, int], lost: dict[str, int], number: int
) -> dict[str, Any]:
    strength = fixed["authenticationStrength"]
    if strength is not None:
        outcome = STRENGTH_RESULTS.get(result, "notSet")
        strength = {**strength, "authenticationStrengthResult": outcome}
    return {
        **fixed,
        "result": result,
        "conditionsSatisfied": ",".join(_words_at(held, number)) or "none",
        "conditionsNotSatisfied": ",".join(_words_at(lost, number)) or "none",
        "authenticationStrength": strength,
    }


def _words_at(masks: dict[str, int], number: int) -> list[str]:
    return [word for word, mask in masks.items() if mask >> number & 1]
