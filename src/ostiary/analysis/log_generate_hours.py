"""When things happen in a generated log: working hours, weekends, machines, waves of attacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from ostiary.analysis.log_generate_places import Numbers

Shares = npt.NDArray[np.float64]

BROWSER, NATIVE, LAPTOP_REFRESH, PHONE_REFRESH, BROWSER_REFRESH, DEVICE_CODE = range(6)
SERVICE_MAIL, SERVICE_PASSWORD, PRINCIPAL, MANAGED, ATTACK = range(6, 11)
"""The kinds of sign-ins, by number."""
_OF_PEOPLE = np.array([0.155, 0.06, 0.385, 0.275, 0.12, 0.005])
_OF_MACHINES = np.array([0.06, 0.05, 0.52, 0.37])
_MACHINE_SHARE, _ATTACK_SHARE = 0.14, 0.02
"""Of all sign-ins, on an average day."""
_SLOTS = 1024

OFFSETS = (0, 6, -7)
"""Hours that the three groups of people are behind the first: other continents."""
_GROUP_SHARES = (0.8, 0.12, 0.08)
_DAY = np.array(
    [1, 1, 1, 1, 1, 2, 6, 18, 42, 50, 48, 44, 34, 40, 46, 44, 38, 26, 12, 8, 6, 5, 3, 2], np.float64
)
"""Sign-ins of people by hour of their day."""
_WEEKEND = 0.15
GROUPS = len(OFFSETS)
WEEK = 168


@dataclass(frozen=True, slots=True)
class Hours:
    """The whole window by hours. `passed[h]` is the share of sign-ins before hour `h`.

    `kinds[h, slot]` and `groups[hour of week, slot]` draw the kind of sign-in and the group of
    people; `working[group, hour of week]` tells whether offices are full.
    """

    passed: Shares
    kinds: npt.NDArray[np.uint8]
    groups: npt.NDArray[np.uint8]
    working: npt.NDArray[np.bool_]
    first_weekday: int


def plan_hours(first: date, days: int, rng: np.random.Generator) -> Hours:
    """Lay out `days` days from `first` on, in UTC."""
    weekday = first.weekday()
    week = _week()
    by_group = np.stack([np.roll(week, offset) for offset in OFFSETS])
    shares = np.array(_GROUP_SHARES)[:, None]
    of_people = (by_group * shares).sum(axis=0)
    hours = (np.arange(days * 24) + weekday * 24) % WEEK
    people = of_people[hours] / of_people.mean()
    machines = np.full(hours.size, _MACHINE_SHARE / (1 - _MACHINE_SHARE - _ATTACK_SHARE))
    waves = np.repeat(rng.choice([0.4, 0.8, 6.0], days, p=[0.6, 0.33, 0.07]), 24)
    attacks = waves * (_ATTACK_SHARE / (1 - _MACHINE_SHARE - _ATTACK_SHARE))
    total = people + machines + attacks
    weights = np.column_stack(
        [
            people[:, None] * _OF_PEOPLE,
            machines[:, None] * _OF_MACHINES,
            attacks,
        ]
    )
    return Hours(
        passed=np.concatenate([[0.0], np.cumsum(total) / total.sum()]),
        kinds=_drawn(weights),
        groups=_drawn((by_group * shares).T),
        working=by_group > _DAY.mean(),
        first_weekday=weekday,
    )


def _week() -> Shares:
    return np.concatenate([_DAY * (1.0 if day < 5 else _WEEKEND) for day in range(7)])


def _drawn(weights: Shares) -> npt.NDArray[np.uint8]:
    """Turn weights, a row each, into rows of slots to draw from."""
    ends = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    at = (np.arange(_SLOTS) + 0.5) / _SLOTS
    return (at[None, :, None] > ends[:, None, :-1]).sum(axis=2).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Tastes:
    """Who of a group signs in: `people[group, slot]`, some often and many seldom (Zipf)."""

    people: Numbers
    everybody: Numbers
    group: Numbers
    """User -> group."""


_PEOPLE_SLOTS = 1 << 18


def plan_people(human: Numbers, count: int, rng: np.random.Generator) -> Tastes:
    """Spread people over groups and give each a weight."""
    group = rng.choice(GROUPS, count, p=_GROUP_SHARES).astype(np.int32)
    if human.size < GROUPS * 4:
        group[:] = 0
    shuffled = rng.permutation(human)
    zipf = 1 / (np.arange(human.size) + 4.0) ** 1.02
    people = np.empty((GROUPS, _PEOPLE_SLOTS), np.int32)
    at = (np.arange(_PEOPLE_SLOTS) + 0.5) / _PEOPLE_SLOTS
    for number in range(GROUPS):
        members = group[shuffled] == number
        chosen = members if members.any() else np.ones(human.size, np.bool_)
        ends = np.cumsum(zipf[chosen])
        people[number] = shuffled[chosen][np.searchsorted(ends / ends[-1], at)]
    return Tastes(people, shuffled.astype(np.int32), group)


__all__ = [
    "ATTACK",
    "BROWSER",
    "BROWSER_REFRESH",
    "DEVICE_CODE",
    "LAPTOP_REFRESH",
    "MANAGED",
    "NATIVE",
    "PHONE_REFRESH",
    "PRINCIPAL",
    "SERVICE_MAIL",
    "SERVICE_PASSWORD",
    "WEEK",
    "Hours",
    "Tastes",
    "plan_hours",
    "plan_people",
]
