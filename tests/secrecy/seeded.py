"""A random source that repeats itself, and a start of time: for tests that need both."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from ostiary.secrecy.clock import FixedClock
from ostiary.secrecy.kek import KEY_BYTES, KeyEncryptionKeys
from ostiary.secrecy.randomness import Randomness
from ostiary.secrecy.secret import Secret

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class SeededRandomness(Randomness):
    """Draws the same values in every run."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311  # not used for secrets

    def octets(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def below(self, limit: int) -> int:
        return self._random.randrange(limit)


def clock_at_start() -> FixedClock:
    return FixedClock(START)


def some_keys(seed: int = 7, *versions: int) -> KeyEncryptionKeys:
    source = SeededRandomness(seed)
    return KeyEncryptionKeys({each: Secret(source.octets(KEY_BYTES)) for each in versions or (1,)})
