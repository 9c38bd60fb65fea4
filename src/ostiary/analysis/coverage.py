"""The coverage matrix: what is required of whom for what, over everybody and every resource.

People whom no policy tells apart are treated alike, and so are resources; rows and columns are the
classes that come of it, not personas that somebody thought of. It is told for one kind of sign-in
(`CIRCUMSTANCES`); policies that ask for something only elsewhere are named beside each cell.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from ostiary.analysis.columns import bits, bits_at, transposed
from ostiary.analysis.coverage_kinds import Asking, Kind, askings, kinds
from ostiary.analysis.identities import Crowd, Somebody, sign_in_of
from ostiary.analysis.targets import aims_at, all_apps, target_classes
from ostiary.conditions.users import ALL, Person, UsersTagger
from ostiary.engine.masks import Accepted
from ostiary.engine.policyset import PolicySet
from ostiary.model.signin import Resources, UserIdentity

CIRCUMSTANCES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "browser": {"client_app_type": "browser", "platform": "windows"},
        "mobile": {"client_app_type": "mobileAppsAndDesktopClients", "platform": "iOS"},
        "legacy": {"client_app_type": "other", "platform": "windows"},
    }
)
"""Kinds of sign-ins: each from an address outside, on a device nobody manages, without risk."""


@dataclass(frozen=True, slots=True)
class Column:
    """Resources of which the same is required of everybody; `policies` that accept them."""

    apps: tuple[str, ...]
    kinds: Mapping[Kind, int]
    accepted: Accepted


class Ground:
    """Everybody and everything, for the policies that count and one kind of sign-in."""

    def __init__(
        self, policies: PolicySet, *, circumstances: str = "browser", report_only: bool = False
    ) -> None:
        """Sort everybody; `report_only`: policies in report-only count as if they were on."""
        self.policies = policies
        self.counted = policies.live if report_only else policies.enabled
        self._facts = CIRCUMSTANCES[circumstances]
        users = policies.directory.users.values()
        self.people = tuple(Somebody(UserIdentity(each.id)) for each in users if each.enabled)
        self.everybody = (1 << len(self.people)) - 1
        self._crowd = Crowd(policies, self.people)

    @cached_property
    def _table(self) -> Any:
        return next(each for each in self.policies.tables if each.condition.name == "users")

    @cached_property
    def _keys(self) -> list[Hashable]:
        tagger: UsersTagger = self._table.tagger
        return [tagger.key(Person(each.identity)) for each in self.people]  # pyright: ignore[reportArgumentType]  # people

    @cached_property
    def _of_people(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Give for each policy whom it may be about, and whom it surely is."""
        known = {key: self._table.accepted(key) for key in dict.fromkeys(self._keys)}
        found = [known[key] for key in self._keys]
        count = len(self.policies.policies)
        upper = transposed([each.upper & self.counted for each in found], count)
        return upper, transposed([each.lower & self.counted for each in found], count)

    @cached_property
    def by_tag(self) -> Mapping[str, int]:
        """Give who has each tag that policies name: groups, roles, kinds of guests, users."""
        places: dict[str, list[int]] = {}
        for place, key in enumerate(self._keys):
            for tag in key if isinstance(key, frozenset) else ():  # pyright: ignore[reportUnknownVariableType]  # tags
                if isinstance(tag, str) and tag != ALL:
                    places.setdefault(tag, []).append(place)
        return {tag: bits_at(found, len(self.people)) for tag, found in places.items()}

    def about(self, policy: int, *, surely: bool = False) -> int:
        """Give whom a policy may be about, or surely is."""
        return self._of_people[surely][policy]

    @cached_property
    def askings(self) -> tuple[tuple[int, Mapping[Kind, Asking]], ...]:
        """Give what is asked of those who stand alike to the tenant: members, kinds of guests."""
        places: dict[Hashable, list[int]] = {}
        for place, effect in enumerate(self._crowd.effects):
            places.setdefault(effect, []).append(place)
        return tuple(
            (bits_at(found, len(self.people)), self._asked(self.people[found[0]]))
            for found in places.values()
        )

    def _asked(self, somebody: Somebody) -> Mapping[Kind, Asking]:
        sign_in = replace(sign_in_of(somebody), **self._facts)
        return askings(self.policies, sign_in, self.counted)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Give the resources in classes, those with the most resources first."""
        merged: dict[tuple[tuple[Kind, int], ...], list[Column]] = {}
        for each in target_classes(self.policies, aims_at(all_apps(self.policies)), self.counted):
            apps = tuple(
                app
                for aim in each.values
                if isinstance(aim.target, Resources)
                for app in aim.target.app_ids
            )
            found = self._required(each.accepted)
            key = tuple(sorted(found.items(), key=lambda one: one[0].value))
            merged.setdefault(key, []).append(Column(apps, found, each.accepted))
        columns = [_joined(each) for each in merged.values()]
        return tuple(sorted(columns, key=lambda each: (-len(each.apps), each.apps)))

    def _required(self, target: Accepted) -> dict[Kind, int]:
        """Sort everybody by what is required of them for a target."""
        sure = self._sorted(target, surely=False)
        perhaps = self._sorted(target, surely=True)
        known = {kind: some & perhaps.get(kind, 0) for kind, some in sure.items()}
        told = 0
        for some in known.values():
            told |= some
        unknown = self.everybody & ~told
        found = {**known, Kind.UNKNOWN: unknown} if unknown else known
        return {kind: some for kind, some in found.items() if some}

    def _sorted(self, target: Accepted, *, surely: bool) -> dict[Kind, int]:
        """Sort by the policies that surely apply, or by all that may."""
        found: dict[Kind, int] = {}
        for people, asked in self.askings:
            accepted = target.lower if surely else target.upper
            enough: dict[Kind, int] = {}
            for kind, each in asked.items():
                applying = accepted & (each.lower if surely else each.upper)
                unmet = applying & (each.unmet | target.failed)
                enough[kind] = people & ~self._any(unmet, surely=surely)
            last = asked[Kind.MORE]
            applying = accepted & (last.lower if surely else last.upper)
            refused = self._any(applying & (last.refusing | target.failed), surely=surely)
            for kind, some in kinds(enough, refused, people).items():
                found[kind] = found.get(kind, 0) | some
        return found

    def _any(self, policies: int, *, surely: bool) -> int:
        people = 0
        for number in bits(policies):
            people |= self.about(number, surely=surely)
        return people

    def behind(self, people: int, column: Column) -> tuple[list[int], list[int]]:
        """Give the policies that count for some people there, and those that do so elsewhere."""
        here, elsewhere = list[int](), list[int]()
        upper = 0
        for some, asked in self.askings:
            if some & people:
                upper |= asked[Kind.NONE].upper
        for number in bits(column.accepted.upper & self.counted):
            if self.about(number) & people:
                (here if upper >> number & 1 else elsewhere).append(number)
        return here, elsewhere


def _joined(columns: Sequence[Column]) -> Column:
    """Put classes together of which the same is required, whatever policies require it."""
    upper = lower = failed = 0
    for each in columns:
        upper |= each.accepted.upper
        lower |= each.accepted.lower
        failed |= each.accepted.failed
    apps = tuple(app for each in columns for app in each.apps)
    return Column(apps, columns[0].kinds, Accepted(upper, lower, failed))


def split(ground: Ground, columns: Iterable[Column]) -> list[int]:
    """Put people together of whom the same is required everywhere, most people first."""
    size = len(ground.people)
    if not size:
        return []
    letters = [_letters(each, size) for each in columns]
    places: dict[tuple[str, ...], list[int]] = {}
    for place, signature in enumerate(zip(*letters, strict=True) if letters else [()] * size):
        places.setdefault(signature, []).append(place)
    found = sorted(places.values(), key=lambda each: (-len(each), each[0]))
    return [bits_at(each, size) for each in found]


def _letters(column: Column, size: int) -> str:
    """Write for everybody in turn a hexadecimal digit that stands for what is required."""
    spread = 0
    for number, kind in enumerate(Kind):
        people = column.kinds.get(kind, 0)
        # A binary text read as hexadecimal has one digit for each person.
        spread |= number * int(f"{people:b}", 16)
    return f"{spread:0{size}x}"[::-1]
