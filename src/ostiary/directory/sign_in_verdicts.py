"""The part every policy played in a sign-in, packed: a mask for each word, bit *i* = policy *i*.

What does not change between sign-ins (names, controls) is kept once, in the frame of the policies.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ostiary.conditions import CONDITIONS
from ostiary.directory.json_documents import canonical
from ostiary.engine.applied import STRENGTH_RESULTS, applied_policy
from ostiary.engine.decide import words
from ostiary.engine.policyset import PolicySet, Prepared
from ostiary.model.decision import PolicyVerdict

_VARYING: Final = ("result", "conditionsSatisfied", "conditionsNotSatisfied")
_ORDER: Final = {
    word: number
    for number, word in enumerate(
        dict.fromkeys(each.log_word or each.reason for each in CONDITIONS)
    )
}


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


def verdicts_of(policies: PolicySet, prepared: Prepared) -> bytes:
    """Pack what every policy of the set makes of a sign-in, without its sentences."""
    results: dict[str, int] = {}
    for number, word in enumerate(words(policies, prepared)[0]):
        results[word] = results.get(word, 0) | 1 << number
    held: dict[str, int] = {}
    lost: dict[str, int] = {}
    for table, accepted in policies.columns(prepared):
        word = table.condition.log_word or table.condition.reason
        held[word] = held.get(word, 0) | table.configured & accepted.upper
        lost[word] = lost.get(word, 0) | table.configured & ~accepted.upper
    return _packed(results, {word: mask & ~lost[word] for word, mask in held.items()}, lost)


def pack(applied: Sequence[Mapping[str, Any]]) -> bytes:
    """Pack `appliedConditionalAccessPolicies` of a whole decision."""
    return _packed(*(_masks(entry[member] for entry in applied) for member in _VARYING))


def _masks(texts: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, text in enumerate(texts):
        for word in text.split(","):
            found[word] = found.get(word, 0) | 1 << number
    found.pop("none", None)
    return found


def _packed(results: dict[str, int], held: dict[str, int], lost: dict[str, int]) -> bytes:
    """Write results by word, conditions in their own order, so that equal verdicts pack alike."""
    ordered = (
        {word: f"{results[word]:x}" for word in sorted(results) if results[word]},
        *(
            {word: f"{masks[word]:x}" for word in sorted(masks, key=_place) if masks[word]}
            for masks in (held, lost)
        ),
    )
    return zlib.compress(json.dumps(ordered, separators=(",", ":")).encode(), 1)


def _place(word: str) -> tuple[int, str]:
    return _ORDER.get(word, len(_ORDER)), word


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
