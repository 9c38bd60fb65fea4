"""What a policy, or a draft of one, does to the sign-ins that the log keeps.

The question is answered by the engine of `ostiary impact`; here is which policies it compares,
and how much of it goes on at once: signing in must not wait for an analysis.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any, Final

from ostiary.directory import sign_in_blocks, sign_in_effects
from ostiary.directory.errors import NoSuchObject
from ostiary.directory.sign_in_blocks import SignInBlocks
from ostiary.directory.sign_in_effects import Effects, SignInEffects
from ostiary.directory.snapshot import Snapshot, Snapshots
from ostiary.directory.store import Store
from ostiary.engine.policyset import PolicySet
from ostiary.model.directory import Directory
from ostiary.model.errors import InputError, OstiaryError
from ostiary.model.json_types import JsonObject
from ostiary.model.policy import Policy, PolicyState
from ostiary.secrecy.clock import Clock
from ostiary.tenant.loading import TenantParts

if TYPE_CHECKING:
    from ostiary.analysis.impact import Impact
    from ostiary.analysis.impact_drill import Changed, Wanted
    from ostiary.analysis.impact_parts import Log

_AT_ONCE: Final = 1
"""Analyses of one process: each uses two threads, beside those that sign people in."""
_IN_TURN: Final = 4
"""How many wait for that; the next are told to come again."""
_PATIENCE: Final = 20.0
"""Seconds that one waits for its turn."""
LONGEST: Final = 60.0
"""Seconds that one may take."""
_PAGE_WAITS: Final = 2.0
"""Seconds that a list of policies waits for the effects that it shows beside them."""
_REMEMBERED: Final = 16
_PREPARED: Final = 2
"""Blocks at a time: those who sign in wait for the interpreter no longer than that."""
_NEEDS: Final = ("duckdb", "numba", "numpy", "pyarrow")


class NoAnalysis(OstiaryError):
    """The packages of the extra `analysis` are not installed."""

    code = "noAnalysis"


class AnalysisPostponed(OstiaryError):
    """Others are being answered, the log is not ready, or the time is up: ask again."""

    code = "analysisPostponed"


@dataclass(frozen=True, slots=True)
class Period:
    """Sign-ins from `since` on, before `until`, of some categories (`log_schema.CATEGORIES`)."""

    since: datetime
    until: datetime
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Which policy is asked about: one that is stored, by its id, or a draft.

    A draft with the id of a stored policy takes its place. `as_enabled`: as if it were On.
    """

    policy_id: str | None
    draft: JsonObject | None
    as_enabled: bool
    period: Period

    @property
    def name(self) -> str:
        """What tells it from other questions."""
        return repr((self.policy_id, self.draft, self.as_enabled, self.period))


@dataclass(frozen=True, slots=True)
class Compared:
    """The policy as it was judged, what it was compared with, and both analyses.

    `whole` tells what changes between all policies without it, or before its change, and with it;
    `alone` what comes of this policy by itself.
    """

    policy: Policy
    stored: Policy | None
    without_it: bool
    whole: Impact
    alone: Impact


@dataclass(frozen=True, slots=True)
class Sides:
    """The policies that are compared: as they are, and with the policy in question."""

    policy: Policy
    stored: Policy | None
    without_it: bool
    before: PolicySet
    after: tuple[Policy, ...]


class Impacts:
    """Answers what policies do to the sign-in log of one store."""

    def __init__(self, store: Store, snapshots: Snapshots, folder: Path, clock: Clock) -> None:
        """Keep columns of the log below a folder."""
        self.blocks = SignInBlocks(store, folder / sign_in_blocks.FOLDER)
        self.effects = SignInEffects(store, folder / sign_in_effects.FOLDER)
        self._store, self._snapshots, self._clock = store, snapshots, clock
        self._turns = BoundedSemaphore(_AT_ONCE)
        self._waiting = BoundedSemaphore(_IN_TURN)
        self._known: OrderedDict[tuple[object, ...], Compared] = OrderedDict()
        self._lock = Lock()

    def of(self, question: Question) -> Compared:
        """Answer a question. Raises NoSuchObject, InputError, NoAnalysis and AnalysisPostponed."""
        require_analysis()
        snapshot = self._snapshot(question.policy_id)
        extent = self._store.sign_ins.extent()
        key = (snapshot.revision, snapshot.policies_version, extent, question.name)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        with self.turn() as check:
            sides = self.sides(snapshot, question)
            found = _compared(sides, self.log(question.period, check), check)
        with self._lock:
            self._known[key] = found
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found

    def _snapshot(self, policy_id: str | None) -> Snapshot:
        """Give the tenant as it is; a policy that is not there may have been made just now."""
        known = self._snapshots.current()
        if policy_id is None or _found(known.policies.policies, policy_id):
            return known
        return self._snapshots.refresh()

    def sign_ins(
        self, question: Question, wanted: Wanted, *, skip: int, limit: int
    ) -> tuple[list[Changed], bool]:
        """Give the sign-ins behind a number, the latest first, and whether there are more.

        Raises as `of` does.
        """
        require_analysis()
        from ostiary.analysis.impact_drill import changed_sign_ins

        snapshot = self._snapshot(question.policy_id)
        with self.turn() as check:
            sides, log = self.sides(snapshot, question), self.log(question.period, check)
            return changed_sign_ins(
                sides.before,
                sides.after,
                log,
                wanted,
                skip=skip,
                limit=limit,
                check=lambda share: check(share, "the log was being searched"),
            )

    def log(self, period: Period, check: Callable[[float, str], None]) -> Log:
        """Give the sign-ins of a period."""
        from ostiary.analysis.log_blocks import Window

        def heard(done: int, of: int) -> None:
            check(done / max(1, of), f"the sign-in log is being prepared, part {done} of {of}")

        return self.blocks.log(Window(period.since, period.until, period.categories), heard)

    def sides(self, snapshot: Snapshot, question: Question) -> Sides:
        """Give what is compared. Raises NoSuchObject where there is no such policy, InputError."""
        stored = _found(snapshot.policies.policies, question.policy_id or "")
        if question.policy_id is not None and stored is None:
            raise NoSuchObject(f"there is no conditional access policy `{question.policy_id[:60]}`")
        policies = snapshot.policies
        if question.draft is None:
            if stored is None:
                raise InputError("expected a policy or the id of one, came neither")
            judged = stored
        else:
            parts = self._snapshots.drafted(question.draft)
            judged = _the_one(parts)
            policies = _for_directory(policies, parts.directory)
        if question.as_enabled:
            judged = replace(judged, state=PolicyState.ENABLED)
        others = tuple(each for each in policies.policies if not _same(each, judged.id))
        # What is On already is compared with its absence: otherwise nothing would change.
        without_it = question.draft is None and judged == stored
        before = policies.with_policies(others) if without_it else policies
        return Sides(judged, stored, without_it, before, (*others, judged))

    def effects_since(self, moment: datetime) -> Effects:
        """Tell what policies came to since a moment. Raises AnalysisPostponed."""
        ends = self._clock.elapsed() + _PAGE_WAITS

        def heard(done: int, of: int) -> None:
            if self._clock.elapsed() > ends:
                raise AnalysisPostponed(f"the log is being prepared, part {done} of {of}")

        return self.effects.since(moment, heard)

    def keep_up(self) -> None:
        """Forget what the log has forgotten, and prepare a little of what is new to it."""
        self.effects.keep_up(_PREPARED)
        if not missing_packages():
            self.blocks.keep_up(_PREPARED)

    @contextmanager
    def turn(self) -> Generator[Callable[[float, str], None]]:
        """Wait for a turn, and give what ends an analysis that takes too long."""
        if not self._waiting.acquire(blocking=False):
            raise AnalysisPostponed("others are being answered already; try again in a moment")
        try:
            if not self._turns.acquire(timeout=_PATIENCE):
                raise AnalysisPostponed("another analysis takes its time; try again in a moment")
        finally:
            self._waiting.release()
        try:
            yield self._deadline()
        finally:
            self._turns.release()

    def _deadline(self) -> Callable[[float, str], None]:
        ends = self._clock.elapsed() + LONGEST

        def check(share: float, what: str) -> None:
            if self._clock.elapsed() > ends:
                raise AnalysisPostponed(
                    f"stopped after {LONGEST:.0f} seconds, at {share:.0%}: {what}",
                    hint="choose a shorter period, or try again when the log is prepared",
                )

        return check


def require_analysis() -> None:
    """Raise NoAnalysis where the packages are not installed."""
    if missing := missing_packages():
        raise NoAnalysis(
            f"expected the packages of the extra `analysis`, {', '.join(missing)} not installed",
            hint="install ostiary[analysis] where the server runs",
        )


def missing_packages() -> list[str]:
    """Name the packages of the extra `analysis` that are not installed."""
    return [name for name in _NEEDS if find_spec(name) is None]


def _compared(sides: Sides, log: Log, check: Callable[[float, str], None]) -> Compared:
    from ostiary.analysis.impact import impact_of_kept

    def progress(share: float, done: int) -> None:
        check(share, f"{done} sign-ins were judged")

    whole = impact_of_kept(sides.before, log, draft=sides.after, progress=progress)
    # The others stay, Off, so that both tell places apart alike.
    quiet = [_off(each) for each in sides.after if each is not sides.policy]
    alone = sides.before.with_policies((*quiet, sides.policy))
    return Compared(
        sides.policy,
        sides.stored,
        sides.without_it,
        whole,
        impact_of_kept(alone, log, progress=progress),
    )


def _off(policy: Policy) -> Policy:
    return replace(policy, state=PolicyState.DISABLED)


def _found(policies: Sequence[Policy], policy_id: str) -> Policy | None:
    return next((each for each in policies if _same(each, policy_id)), None)


def _same(policy: Policy, policy_id: str) -> bool:
    return policy.id.casefold() == policy_id.casefold()


def _the_one(parts: TenantParts) -> Policy:
    if parts.refused:
        refused = parts.refused[0]
        raise InputError(
            f"expected a policy that can be used, came `{refused.name[:60]}`: "
            + "; ".join(str(each.message) for each in refused.problems[:3])
        )
    return parts.policies[0]


def _for_directory(policies: PolicySet, directory: Directory) -> PolicySet:
    """Compile for a directory with the strengths and applications that a draft brought too."""
    known = policies.directory
    strengths = {**known.strengths, **directory.strengths}
    applications: Mapping[str, Any] = {**known.applications, **directory.applications}
    if strengths == known.strengths and applications == known.applications:
        return policies
    joined = replace(known, strengths=strengths, applications=applications)
    return PolicySet(policies.policies, joined, previous=policies)
