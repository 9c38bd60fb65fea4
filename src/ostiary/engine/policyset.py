"""A policy set compiled for one directory: prepare a sign-in, match it, tell the outcome.

The fast path is `outcome`: for each condition one look-up from the facts' key to a mask, AND them,
then compare with the policies that the judged controls leave unsatisfied. Everything that needs
words (`explain`, `decide`) starts from the same masks.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Condition, Tagger
from ostiary.conditions.memberships import Newcomer
from ostiary.conditions.users import UsersTagger
from ostiary.engine.masks import (
    MOST_REMEMBERED,
    Accepted,
    CombinedMasks,
    Interned,
    Known,
    Table,
    build_table,
)
from ostiary.engine.requirements import Requirements, Standing
from ostiary.engine.waiver import Waiver
from ostiary.model.decision import Outcome
from ostiary.model.directory import Directory
from ostiary.model.policy import Policy, PolicyState
from ostiary.model.setting import Failed
from ostiary.model.signin import MISSING, SignIn


class _Unreadable:
    """The key of a value that could not be read: the condition failed as a whole."""

    def __init__(self, why: str) -> None:
        self.why = why


@dataclass(slots=True)
class Prepared:
    """A sign-in with its facts parsed and its groups resolved; addresses are not looked up yet.

    `keys` stand beside the tables that are looked up one by one, `few` beside those whose
    combination is looked up, `late` beside those whose key is found only then. `judged` is the
    code of the controls' judgements. `doubtful` marks facts missing or unreadable:
    then the slow path answers. `on_registration`: strengths may give way (`Waiver`).
    """

    sign_in: SignIn
    keys: tuple[Known, ...]
    few: Known
    late: tuple[Any, ...]
    judged: str
    doubtful: bool = False
    on_registration: bool = False


class PolicySet:
    """All policies of a tenant, ready to match. Immutable but for what it remembers."""

    def __init__(
        self,
        policies: Sequence[Policy],
        directory: Directory,
        *,
        conditions: Sequence[Condition[Any]] = CONDITIONS,
        previous: PolicySet | None = None,
    ) -> None:
        """Compile; `previous` lends what it has worked out of what is the same in its directory."""
        self._conditions = tuple(conditions)
        self.policies = tuple(policies)
        self.directory = directory
        self.everything = (1 << len(self.policies)) - 1
        self.enabled = self._in_state(PolicyState.ENABLED)
        self.live = self.enabled | self._in_state(PolicyState.REPORT_ONLY)
        self.not_understood = sum(1 << n for n, p in enumerate(self.policies) if p.not_understood)
        self.requirements = Requirements(self.policies, directory)
        self.waiver = Waiver(self.policies)
        known = {table.condition.name: table for table in previous.tables} if previous else {}
        # Parts that were kept are compared by identity first, so that this costs little.
        before = previous.directory if previous and previous.directory != directory else None
        self._set_tables(
            build_table(
                each, self.policies, directory, previous=known.get(each.name), before=before
            )
            for each in self._conditions
        )
        self._standings: dict[tuple[str, int] | str, Standing] = {}
        self._interned = Interned()

    def _set_tables(self, tables: Any) -> None:
        self.tables: tuple[Table, ...] = tuple(tables)
        asked = [table for table in self.tables if table.configured]
        self._few = tuple(table for table in asked if table.condition.few)
        self._late = tuple(table for table in asked if table.condition.late)
        self._early = tuple(t for t in asked if not t.condition.few and not t.condition.late)
        self._few_masks = CombinedMasks(self._few)
        self._early_masks = tuple(table.upper for table in self._early)
        self._late_masks = tuple((table.upper, table.tagger.key) for table in self._late)

    def _in_state(self, state: PolicyState) -> int:
        return sum(1 << n for n, policy in enumerate(self.policies) if policy.state is state)

    def prepare(self, sign_in: SignIn) -> Prepared:
        """Read every fact that some policy asks for, resolve groups, judge the controls."""
        interned = self._interned
        keys = tuple([self._key(table, sign_in) for table in self._early])
        few = tuple([self._key(table, sign_in) for table in self._few])
        late = tuple([self._value(table.condition, sign_in) for table in self._late])
        return Prepared(
            sign_in=sign_in,
            keys=tuple([interned[key] for key in keys]),
            few=interned[few],
            late=late,
            judged=self.requirements.code(self.requirements.judge(sign_in)),
            doubtful=_doubtful(keys) or _doubtful(few) or _doubtful(late),
            on_registration=self.waiver.concerns(sign_in),
        )

    def _value(self, condition: Condition[Any], sign_in: SignIn) -> Any:
        try:
            return condition.value(sign_in, self.directory)
        except Exception as error:  # fail closed: whatever goes wrong, block
            return _Unreadable(f"{condition.title}: {error}")

    def _key(self, table: Table, sign_in: SignIn) -> Hashable:
        return _key_of(table, self._value(table.condition, sign_in))

    def outcome(self, prepared: Prepared) -> tuple[int, Outcome]:
        """Give the mask of policies that apply (enabled and report-only), and the outcome."""
        if prepared.doubtful:
            return self._careful_outcome(prepared)
        try:
            mask = self.live & self._few_masks[prepared.few]
            for masks, key in zip(self._early_masks, prepared.keys):  # noqa: B905  # same length
                mask &= masks[key]
            for (masks, key_of), value in zip(self._late_masks, prepared.late):  # noqa: B905
                mask &= masks[key_of(value)]
        except Exception:  # fail closed: the careful way finds out what went wrong, and blocks
            return self._careful_outcome(prepared)
        standing = self._standings.get(prepared.judged)
        if standing is None or prepared.on_registration:
            standing = self.standing(prepared, mask)
        return mask, _first(standing, mask & self.enabled & standing.unsatisfied)

    def _careful_outcome(self, prepared: Prepared) -> tuple[int, Outcome]:
        match = self.match(prepared)
        if match.failed & self.enabled:
            return match.upper, Outcome.BLOCK
        standing = self.standing(prepared, match.upper)
        return match.upper, _first(standing, match.upper & self.enabled & standing.unsatisfied)

    def standing(self, prepared: Prepared, mask: int) -> Standing:
        """Tell how the policies stand, by the judgements and what the target waives."""
        waived = self.waiver.waived(prepared.sign_in, mask & self.enabled)
        key = (prepared.judged, waived) if waived else prepared.judged
        known = self._standings.get(key)
        if known is None:
            if len(self._standings) >= MOST_REMEMBERED:
                self._standings.clear()
            judged = self.requirements.decoded(prepared.judged)
            known = self._standings[key] = self.requirements.standing(judged, waived=waived)
        return known

    def match(self, prepared: Prepared) -> Accepted:
        """Tell which live policies may apply, which must, and which could not be evaluated."""
        return self.matched(self.columns(prepared))

    def matched(self, columns: Iterable[tuple[Table, Accepted]]) -> Accepted:
        """Tell the same of what every asked condition accepts."""
        upper = lower = self.live
        failed = 0
        for _, accepted in columns:
            upper &= accepted.upper
            lower &= accepted.lower
            failed |= accepted.failed
        return Accepted(upper, lower & ~self.not_understood, failed & upper)

    def columns(self, prepared: Prepared) -> list[tuple[Table, Accepted]]:
        """Give what every asked condition accepts, in the order of CONDITIONS."""
        keys = (each.key for each in prepared.keys)
        found: dict[Table, Hashable] = dict(zip(self._early, keys, strict=True))
        found.update(zip(self._few, prepared.few.key, strict=True))
        for table, value in zip(self._late, prepared.late, strict=True):
            found[table] = _key_of(table, value)
        return [
            (table, self._accepted(table, found[table])) for table in self.tables if table in found
        ]

    def accepted(self, table: Table, sign_in: SignIn) -> Accepted:
        """Tell what one condition accepts of a sign-in, with the meaning it has in `match`."""
        return self._accepted(table, self._key(table, sign_in))

    def _accepted(self, table: Table, key: Hashable) -> Accepted:
        if isinstance(key, _Unreadable):
            return Accepted(self.everything, self.everything & ~table.configured, table.configured)
        if key is MISSING:
            return table.everything(self.everything)
        return table.known[key]

    def problems(self, prepared: Prepared) -> tuple[str, ...]:
        """Say what could not be evaluated."""
        late = (_key_of(*each) for each in zip(self._late, prepared.late, strict=True))
        keys = (*(each.key for each in prepared.keys), *prepared.few.key, *late)
        whole = (each.why for each in keys if isinstance(each, _Unreadable))
        single = (
            f"{table.condition.title}: {tag.why}"
            for table, known in zip(self._early, prepared.keys, strict=True)
            if not isinstance(known.key, _Unreadable) and known.key is not MISSING
            for tags in table.tag_sets(known.key)
            for tag in tags
            if isinstance(tag, Failed)
        )
        return (*whole, *single)

    def with_policies(self, policies: Sequence[Policy]) -> PolicySet:
        """Compile another set for the same directory, keeping what does not change."""
        return PolicySet(policies, self.directory, conditions=self._conditions, previous=self)

    def with_policy(self, policy: Policy) -> PolicySet:
        """Replace the policy with the same id, or add it."""
        if any(each.id == policy.id for each in self.policies):
            changed = tuple(policy if each.id == policy.id else each for each in self.policies)
            return self.with_policies(changed)
        return self.with_policies((*self.policies, policy))

    def with_user_groups(self, user_id: str, groups: Sequence[str]) -> PolicySet:
        """Give the set after a user's direct group memberships became `groups`."""
        other = object.__new__(PolicySet)
        other.__dict__.update(self.__dict__)
        other._set_tables(_moved(table, user_id, groups) for table in self.tables)  # one of us
        return other

    def welcoming(self, newcomers: Mapping[str, Newcomer]) -> PolicySet:
        """Give the set for a directory with some invented users more."""
        other = object.__new__(PolicySet)
        other.__dict__.update(self.__dict__)
        users = {**self.directory.users, **{key: each.user for key, each in newcomers.items()}}
        other.directory = replace(self.directory, users=MappingProxyType(users))
        other.requirements = Requirements(self.policies, other.directory)
        other._standings = {}  # they are numbered by the requirements
        other._set_tables(_welcoming(table, newcomers) for table in self.tables)  # one of us
        return other


def _first(standing: Standing, open_: int) -> Outcome:
    """Give what the first step means that one of the open policies takes."""
    if not open_:
        return Outcome.GRANT
    for policies, outcome in standing.outcomes:
        if open_ & policies:
            return outcome
    return Outcome.BLOCK


def _key_of(table: Table, value: Any) -> Hashable:
    if value is MISSING or isinstance(value, _Unreadable):
        return value
    try:
        return table.key(value)
    except Exception as error:  # fail closed: whatever goes wrong, block
        return _Unreadable(f"{table.condition.title}: {error}")


def _moved(table: Table, user_id: str, groups: Sequence[str]) -> Table:
    tagger: Tagger[Any] = table.tagger
    if not isinstance(tagger, UsersTagger):
        return table
    return table.moved(tagger.moved(user_id, groups))


def _welcoming(table: Table, newcomers: Mapping[str, Newcomer]) -> Table:
    tagger: Tagger[Any] = table.tagger
    if not isinstance(tagger, UsersTagger):
        return table
    return table.moved(tagger.welcoming(newcomers))


def _doubtful(key: object) -> bool:
    if isinstance(key, frozenset):
        return any(isinstance(tag, Failed) for tag in key)  # pyright: ignore[reportUnknownVariableType]  # tags
    if isinstance(key, tuple):
        return any(map(_doubtful, key))  # pyright: ignore[reportUnknownArgumentType]  # alternatives
    return key is MISSING or isinstance(key, _Unreadable)
