"""Small draws that every generator uses; all of them are functions of the `Random` handed in."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from tests.oracle.shapes import Json

T = TypeVar("T")


def chance(rng: Random, probability: float) -> bool:
    return rng.random() < probability


def some(rng: Random, pool: Sequence[T], most: int, least: int = 1) -> list[T]:
    """Between `least` and `most` different members of the pool, fewer if it is smaller."""
    most = min(most, len(pool))
    return rng.sample(pool, rng.randint(min(least, most), most))


def weighted(rng: Random, choices: Sequence[tuple[T, float]]) -> T:
    """One of the choices, each as often as its weight says."""
    values, weights = zip(*choices, strict=True)
    drawn: T = rng.choices(values, weights)[0]
    return drawn


def leave_empty(rng: Random, whole: Json, key: str, nothing: object) -> None:
    """Writes "not set" at `key` in one of its spellings: absent, null, or the empty value."""
    spelling = rng.random()
    if spelling < 0.4:
        whole[key] = nothing
    elif spelling < 0.5:
        whole[key] = None


def serial(prefix: str, number: int) -> str:
    """A GUID that can be read: eight times one digit, then a number."""
    return f"{prefix * 8}-0000-4000-8000-{number:012d}"
