"""`uniqueString` and `guid` of the template language: for the same texts what Azure gives.

`uniqueString` is a 64-bit Murmur hash in 13 characters of base 32, not documented by Microsoft and
known from the published `Azure.Deployments.Expression` package; `guid` is a name-based UUID
(RFC 9562 section 5.5) in a namespace of Azure's (azure-docs template-functions-string).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid5

_NAMESPACE: Final = UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_CHARACTERS: Final = 13
_WORD: Final = 0xFFFFFFFF
_C1, _C2 = 0x239B961B, 0xAB0E9789


def unique_string(texts: Sequence[str]) -> str:
    """Give 13 letters and digits."""
    left = murmur64("-".join(texts).encode())
    found = ""
    for _ in range(_CHARACTERS):
        found += _ALPHABET[left >> 59]
        left = (left << 5) & 0xFFFFFFFFFFFFFFFF
    return found


def name_guid(texts: Sequence[str]) -> str:
    """Give a GUID."""
    return str(uuid5(_NAMESPACE, "-".join(texts)))


def murmur64(octets: bytes) -> int:
    """Hash octets into 64 bits."""
    first = second = 0
    for place in range(0, len(octets) - 7, 8):
        first ^= _mixed(octets[place : place + 4], _C1, 15, _C2)
        first = ((_turned(first, 19) + second) * 5 + 0x561CCD1B) & _WORD
        second ^= _mixed(octets[place + 4 : place + 8], _C2, 17, _C1)
        second = ((_turned(second, 13) + first) * 5 + 0x0BCAA747) & _WORD
    rest = octets[len(octets) // 8 * 8 :]
    first ^= _mixed(rest[:4], _C1, 15, _C2)
    second ^= _mixed(rest[4:], _C2, 17, _C1)
    first, second = _added(first ^ len(octets), second ^ len(octets))
    first, second = _added(_finished(first), _finished(second))
    return second << 32 | first


def _mixed(octets: bytes, before: int, turn: int, after: int) -> int:
    word = int.from_bytes(octets, "little") * before & _WORD
    return _turned(word, turn) * after & _WORD


def _turned(word: int, by: int) -> int:
    word &= _WORD
    return (word << by | word >> (32 - by)) & _WORD


def _added(first: int, second: int) -> tuple[int, int]:
    first = (first + second) & _WORD
    return first, (second + first) & _WORD


def _finished(word: int) -> int:
    word = (word ^ word >> 16) * 0x85EBCA6B & _WORD
    word = (word ^ word >> 13) * 0xC2B2AE35 & _WORD
    return word ^ word >> 16
