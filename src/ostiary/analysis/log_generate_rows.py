"""Draw the sign-ins of a generated log, half a million at a time, as numbers of texts.

Nothing is drawn row by row: a sign-in is a kind, a person, a pair of applications and a network,
each looked up in a table with random bits; every column follows from these by further tables.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ostiary.analysis import log_generate_apps as apps
from ostiary.analysis import log_generate_hours as hours
from ostiary.analysis.log_generate_apps import Pairs
from ostiary.analysis.log_generate_hours import WEEK, Hours, Tastes
from ostiary.analysis.log_generate_people import EARLIER, HELLO, NOTHING, SINGLE, Flags, People
from ostiary.analysis.log_generate_places import Numbers, Places

_HOUR = 3_600_000_000
_KNUTH = np.uint32(2_654_435_761)
_CLASS = np.array(
    [
        *(apps.BROWSER, apps.NATIVE, apps.NATIVE, apps.PHONE, apps.BROWSER, apps.TOOL),
        *(apps.MAIL, apps.TOOL, apps.TOOL, apps.TOOL, apps.BROWSER),
    ],
    np.int32,
)
"""Kind of sign-in -> kind of client."""
ERRORS = np.array([0, 50126, 50053, 50074, 50140, 700082, 7000215], np.int32)
_GOOD, _PASSWORD, _LOCKED, _NEEDS_MFA, _STAY, _EXPIRED, _SECRET = range(7)
RISKS = ("none", "low", "medium", "high")


@dataclass(frozen=True, slots=True)
class World:
    """Everything that sign-ins are drawn from."""

    people: People
    pairs: Pairs
    places: Places
    hours: Hours
    tastes: Tastes
    office: Numbers
    """User -> number of the address of their office."""
    home: Numbers
    principals: int
    managed: int
    start: int
    """Microseconds since 1970 at which the window begins."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Some sign-ins: one number a row and fact; -1 where there is none."""

    created: npt.NDArray[np.int64]
    kind: npt.NDArray[np.uint8]
    user: Numbers
    principal: Numbers
    """Applications first, then managed identities."""
    pair: Numbers
    address: Numbers
    device: Numbers
    mfa: Flags
    methods: Numbers
    risk: npt.NDArray[np.uint8]
    error: npt.NDArray[np.uint8]
    began_by_code: Flags
    """The session of a refresh began with the device code flow."""


def draw(world: World, first: int, count: int, rows: int, rng: np.random.Generator) -> Drawn:
    """Draw rows `first` to `first + count` of `rows`; they come in the order of time."""
    bits = rng.integers(0, 1 << 32, (7, count), np.uint32)
    at = (first + np.arange(count) + rng.random(count, np.float32)) / rows
    moment = np.interp(at, world.hours.passed, np.arange(world.hours.passed.size, dtype=np.float64))
    hour = np.minimum(moment.astype(np.int32), world.hours.passed.size - 2)
    kind = world.hours.kinds[hour, bits[0] >> 22]
    week_hour = (hour + world.hours.first_weekday * 24) % WEEK
    user = _users(world, kind, week_hour, bits)
    device = _devices(world, kind, user)
    mfa, methods = _shown(world, kind, user, device, bits[3])
    error = _errors(kind, mfa, world.people.strong[user], bits[6])
    failed = (error == _PASSWORD) | (error == _LOCKED)
    abroad = _travelling(user, hour)
    return Drawn(
        created=world.start + (moment * _HOUR).astype(np.int64),
        kind=kind,
        user=np.where(_is_workload(kind), np.int32(-1), user),
        principal=_principals(world, kind, bits[1]),
        pair=world.pairs.drawn[_CLASS[kind], user % apps.DEPARTMENTS, bits[4] >> 20],
        address=_addresses(world, kind, user, week_hour, abroad, bits),
        device=device,
        mfa=mfa & ~failed,
        methods=np.where(failed, np.int32(NOTHING), methods),
        risk=_risks(kind, abroad, bits[6]),
        error=error,
        began_by_code=(kind == hours.LAPTOP_REFRESH) & (bits[3] & 511 == 0),
    )


def _is_workload(kind: npt.NDArray[np.uint8]) -> Flags:
    return (kind == hours.PRINCIPAL) | (kind == hours.MANAGED)


def _is_service(kind: npt.NDArray[np.uint8]) -> Flags:
    return (kind == hours.SERVICE_MAIL) | (kind == hours.SERVICE_PASSWORD)


def _users(
    world: World, kind: npt.NDArray[np.uint8], week_hour: Numbers, bits: npt.NDArray[np.uint32]
) -> Numbers:
    """Choose people by group and taste, one in eight at random; accounts of programs; victims."""
    tastes, service = world.tastes, world.people.service
    group = world.hours.groups[week_hour, bits[1] >> 22]
    user = tastes.people[group, bits[2] >> 14]
    anybody = tastes.everybody[bits[2] % np.uint32(tastes.everybody.size)]
    any_one = (bits[1] & 7 == 0) | (kind == hours.ATTACK)
    user = np.where(any_one, anybody, user)
    return np.where(_is_service(kind), service[bits[2] % np.uint32(service.size)], user)


def _principals(world: World, kind: npt.NDArray[np.uint8], bits: npt.NDArray[np.uint32]) -> Numbers:
    """Few workload identities make most requests: the square of an even draw."""
    share = (bits >> 8).astype(np.float64) / (1 << 24)
    share *= share
    application = (share * world.principals).astype(np.int32)
    managed = world.principals + (share * world.managed).astype(np.int32)
    chosen = np.where(kind == hours.MANAGED, managed, application)
    return np.where(_is_workload(kind), chosen, np.int32(-1))


def _devices(world: World, kind: npt.NDArray[np.uint8], user: Numbers) -> Numbers:
    """Laptop, phone, or the last number of all: no device that anybody knows."""
    count = np.int32(len(world.people.ids))
    device = np.where(kind == hours.PHONE_REFRESH, user + count, user)
    return np.where(kind >= hours.DEVICE_CODE, count * 2, device)


def _travelling(user: Numbers, hour: Numbers) -> Flags:
    """One person in sixty is away, for four days at a time."""
    trip = (user.astype(np.uint32) * np.uint32(7) + (hour // 96).astype(np.uint32)) * _KNUTH
    return (trip >> np.uint32(16)) % np.uint32(60) == 0


def _addresses(  # one argument for each thing that decides where somebody is
    world: World,
    kind: npt.NDArray[np.uint8],
    user: Numbers,
    week_hour: Numbers,
    abroad: Flags,
    bits: npt.NDArray[np.uint32],
) -> Numbers:
    places, low = world.places, bits[5] & 255
    at_work = world.hours.working[world.tastes.group[user], week_hour] & (low < 160)
    address = np.where(at_work, world.office[user], world.home[user])
    spread = (user.astype(np.uint32) * _KNUTH) >> np.uint32(8)
    address = np.where(abroad, _one_of(places.hotels, spread), address)
    on_the_way = (kind == hours.PHONE_REFRESH) & (bits[5] >> 31 == 1)
    address = np.where(on_the_way, _one_of(places.carriers, spread), address)
    address = np.where(_is_service(kind), _one_of(places.offices, spread), address)
    address = np.where(_is_workload(kind), _one_of(places.clouds, bits[1] >> 20), address)
    attacker = _one_of(places.attackers, bits[5] >> 8)
    return np.where(kind == hours.ATTACK, attacker, address).astype(np.int32)


def _one_of(places: tuple[int, int], number: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    first, count = places
    return (number % np.uint32(count)).astype(np.int64) + first


def _shown(
    world: World,
    kind: npt.NDArray[np.uint8],
    user: Numbers,
    device: Numbers,
    bits: npt.NDArray[np.uint32],
) -> tuple[Flags, Numbers]:
    """Which methods, and whether multifactor authentication; background requests show a claim."""
    strong = world.people.strong[user]
    # Windows Hello needs the laptop that it was set up on, and Windows.
    laptop = (world.people.joined[device] > 0) & (world.people.platform[device] == 0)
    hello = (strong == HELLO) & laptop
    usable = np.where((strong == HELLO) & ~hello, np.int32(SINGLE), strong)
    person = kind <= hours.DEVICE_CODE
    interactive = (kind <= hours.NATIVE) | (kind == hours.DEVICE_CODE)
    mfa = person & (usable != SINGLE) & ((bits >> 16) & 255 < 200)
    shown = np.where(mfa, usable, np.int32(SINGLE))
    earlier = person & ~interactive
    return mfa, np.where(earlier, np.int32(EARLIER), shown).astype(np.int32)


def _risks(
    kind: npt.NDArray[np.uint8], abroad: Flags, bits: npt.NDArray[np.uint32]
) -> npt.NDArray[np.uint8]:
    draw_ = bits & 1023
    usual = np.where(draw_ < 4, 1, np.where(draw_ < 5, 2, 0))
    travelling = np.where(draw_ < 90, 1, np.where(draw_ < 120, 2, usual))
    attacked = np.where(draw_ < 500, 3, np.where(draw_ < 800, 2, 1))
    risk = np.where(abroad & (kind <= hours.DEVICE_CODE), travelling, usual)
    risk = np.where(kind == hours.ATTACK, attacked, risk)
    return np.where(_is_workload(kind), 0, risk).astype(np.uint8)


def _errors(
    kind: npt.NDArray[np.uint8], mfa: Flags, strong: Numbers, bits: npt.NDArray[np.uint32]
) -> npt.NDArray[np.uint8]:
    draw_ = (bits >> 10) & 1023
    mistyped = np.where(draw_ < 26, _PASSWORD, np.where(draw_ < 36, _STAY, _GOOD))
    unfinished = ~mfa & (strong != SINGLE) & (draw_ >= 36) & (draw_ < 90)
    of_people = np.where(unfinished, _NEEDS_MFA, mistyped)
    in_background = np.where(draw_ < 5, _EXPIRED, _GOOD)
    refresh = (kind >= hours.LAPTOP_REFRESH) & (kind <= hours.BROWSER_REFRESH)
    error = np.where(refresh, in_background, of_people)
    error = np.where(_is_workload(kind), np.where(draw_ < 6, _SECRET, _GOOD), error)
    error = np.where(_is_service(kind), np.where(draw_ < 8, _PASSWORD, _GOOD), error)
    tried = np.where(draw_ < 780, _PASSWORD, np.where(draw_ < 1020, _LOCKED, _GOOD))
    return np.where(kind == hours.ATTACK, tried, error).astype(np.uint8)


__all__ = ["ERRORS", "RISKS", "Drawn", "World", "draw"]
