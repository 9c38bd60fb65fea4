"""The tenant as the engine sees it, compiled: kept by revision, swapped in whole, never half.

A policy that cannot be used keeps the last good policies in force, with an alarm (checklist PE06):
nobody is let in, or locked out, because a policy cannot be read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from ostiary.directory.errors import StoreBusy, StoreDamaged, StoreUnavailable
from ostiary.directory.exclusions import (
    Exclusion,
    excluding,
    fingerprint,
    in_force,
    next_turn,
)
from ostiary.directory.mirror import Mirror
from ostiary.directory.roles_held import roles_held
from ostiary.directory.sign_in_verdicts import Frame, frame_of
from ostiary.directory.store import Aggregates, Store
from ostiary.engine.policyset import PolicySet
from ostiary.model.errors import OstiaryError
from ostiary.model.json_types import JsonObject, as_object
from ostiary.tenant.catalogue import BUILT_IN, Catalogue
from ostiary.tenant.directory_json import ReadDirectory, read_directory
from ostiary.tenant.documents import POLICIES, Part, RawTenant
from ostiary.tenant.kept_policies import KeptPolicies
from ostiary.tenant.kept_reading import KeptReading
from ostiary.tenant.loading import TenantParts, parts_of
from ostiary.tenant.tenant import Tenant

CHECK_EVERY: Final = timedelta(milliseconds=500)
"""So that several processes on one database see a change within a second."""


class NoGoodPolicies(OstiaryError):
    """No set of policies that can be used is known: every sign-in has to be refused."""

    code = "noGoodPolicies"


@dataclass(frozen=True)
class Snapshot:
    """One consistent state. `policies_revision` is older than `revision` while an alarm stands."""

    revision: int
    policies_revision: int
    tenant: Tenant
    policies: PolicySet
    frame: Frame
    alarm: str = ""
    excluded: str = ""
    """A name of the temporary exclusions that are in force, '' for none."""

    @property
    def policies_version(self) -> str:
        """Name the policies that are in force: another name wherever a sign-in may differ."""
        name = str(self.policies_revision)
        return f"{name}.{self.excluded}" if self.excluded else name

    @cached_property
    def roles(self) -> Mapping[str, frozenset[str]]:
        """The built-in roles that somebody holds himself or by a group, tenant-wide."""
        return roles_held(self.policies.directory)

    @property
    def as_kept(self) -> int | None:
        """The revision if this is the tenant as it is stored; None with an alarm or exclusions."""
        return None if self.alarm or self.excluded else self.revision

    @property
    def parts(self) -> TenantParts:
        """Directory and policies, as they were read."""
        return self.tenant.parts


def _unheard(alarm: str) -> None:
    """Tell nobody."""


@dataclass
class Preview:
    """The tenant as it would be: what a transaction changed is seen, and nobody else sees it."""

    _mirror: Mirror
    _catalogue: Catalogue
    _known: Tenant | None
    _read: tuple[int, ReadDirectory] | None
    _policies: KeptPolicies
    _as_kept: int | None
    """The revision at which the stored tenant is the known one, None: at none."""

    def seen(self, work: Aggregates) -> Tenant:
        """Read the tenant within a transaction. Raises OstiaryError where it cannot be read."""
        with work.unit.reading() as connection:
            revision = self._mirror.take(connection)
        if self._known is not None and revision == self._as_kept:
            return self._known
        self._known = self._read_of(self._mirror.raw())
        return self._known

    def supposing(self, policies: Sequence[JsonObject]) -> Tenant:
        """Give the tenant as it is stored with some policies more, or in the place of theirs.

        Temporary exclusions do not count, as they do not for `seen`.
        """
        raw = self._mirror.raw()
        instead = {str(each["id"]).casefold(): each for each in policies}
        stored = [as_object(each) for part in raw.part(POLICIES) for each in part.values]
        kept = [instead.pop(str(each["id"]).casefold(), each) for each in stored]
        part = Part(POLICIES, f"/{POLICIES}", [*kept, *instead.values()])
        return self._read_of(RawTenant({**raw.parts, POLICIES: (part,)}))

    def document(self) -> JsonObject:
        """Give the tenant as it is stored, as one document."""
        return self._mirror.document()

    def _read_of(self, raw: RawTenant) -> Tenant:
        since = self._mirror.directory_revision
        if self._read is None or self._read[0] != since:
            self._read = since, read_directory(raw, self._catalogue)
        parts = parts_of(raw, self._catalogue, read=self._read[1], kept=self._policies)
        known = self._known
        return known.followed_by(parts) if known else Tenant(parts, self._catalogue)


@dataclass
class Snapshots:
    """The current snapshot, for all threads of a process.

    `raise_alarm` is called once with each new reason why the latest policies are not in force.
    """

    store: Store
    catalogue: Catalogue = BUILT_IN
    raise_alarm: Callable[[str], None] = _unheard
    _mirror: Mirror = field(default_factory=Mirror)
    _current: Snapshot | None = None
    _good_policies: tuple[int, list[JsonObject]] | None = None
    _checked: datetime | None = None
    _read: tuple[int, ReadDirectory] | None = None
    _kept: KeptReading = field(default_factory=KeptReading)
    _policies: KeptPolicies = field(default_factory=KeptPolicies)
    _standing: str = ""
    _turn: datetime | None = None
    """When the next temporary exclusion begins or ends."""
    _refreshing: threading.Lock = field(default_factory=threading.Lock)

    def current(self) -> Snapshot:
        """Give the snapshot, looking for changes at most every half second.

        While one thread refreshes, the others go on with the one before.
        Raises NoGoodPolicies; StoreUnavailable before there is a first snapshot.
        """
        known = self._current
        now = self.store.means.clock.now()
        due = self._checked is None or not timedelta(0) <= now - self._checked < CHECK_EVERY
        if known is not None and not due:
            return known
        if not self._refreshing.acquire(blocking=known is None):
            return known or self._refreshed(now)
        try:
            return self._refreshed(now)
        finally:
            self._refreshing.release()

    @property
    def standing(self) -> tuple[int, datetime] | None:
        """The revision of the policies in force and when changes were last looked for."""
        if self._current is None or self._checked is None:
            return None
        return self._current.policies_revision, self._checked

    def refresh(self) -> Snapshot:
        """Look for changes now, as whoever made one does. Raises as `current` does."""
        with self._refreshing:
            return self._refreshed(self.store.means.clock.now())

    def preview(self) -> Preview:
        """Give what sees the tenant as a transaction under way leaves it."""
        with self._refreshing:
            known, read = self._current, self._read
            mirror = self._mirror.copied()
        tenant = known.tenant if known else None
        as_kept = known.as_kept if known else None
        return Preview(mirror, self.catalogue, tenant, read, self._policies, as_kept)

    def drafted(self, document: JsonObject) -> TenantParts:
        """Read a policy that is not in force, with the directory as it is now, as the only one.

        The temporary exclusions of the policy whose id it has hold for it as well.
        """
        now = self.store.means.clock.now()
        with self._refreshing:
            self._refreshed(now)
            raw = self._mirror.raw()
            read = self._directory(raw)
            standing = in_force(self._mirror.exclusions, now)
        only = RawTenant({**raw.parts, POLICIES: (Part(POLICIES, f"/{POLICIES}", (document,)),)})
        return parts_of(_without(only, standing), self.catalogue, read=read)

    def _refreshed(self, now: datetime) -> Snapshot:
        known = self._current
        try:
            revision = self._mirror.refresh(self.store.database)
        except (StoreUnavailable, StoreBusy, StoreDamaged) as error:
            if known is None:
                raise
            self._tell(f"the store cannot be read: {error.message}")
            return known
        self._checked = now
        over = self._turn is not None and now >= self._turn
        if known is None or known.revision != revision or over:
            known = self._current = self._made(revision, now)
            self._turn = next_turn(self._mirror.exclusions, now)
        self._tell(known.alarm)
        return known

    def _tell(self, alarm: str) -> None:
        """Raise an alarm that is not standing already; '' ends the one that does."""
        if alarm and alarm != self._standing:
            self.raise_alarm(alarm)
        self._standing = alarm

    def _made(self, revision: int, now: datetime) -> Snapshot:
        raw = self._mirror.raw()
        standing = in_force(self._mirror.exclusions, now)
        try:
            parts = parts_of(
                _without(raw, standing),
                self.catalogue,
                read=self._directory(raw),
                kept=self._policies,
            )
        except OstiaryError as error:
            return self._fallen_back(
                raw, revision, f"the tenant cannot be read: {error.message}", standing
            )
        if parts.refused:
            names = ", ".join(f"`{each.name}`" for each in parts.refused[:3])
            return self._fallen_back(raw, revision, f"policies cannot be used: {names}", standing)
        documents = [as_object(each) for part in raw.part(POLICIES) for each in part.values]
        self._good_policies = (revision, documents)
        with suppress(StoreUnavailable, StoreBusy):  # a store that is only read still serves
            self.store.note_good(revision)
        return self._compiled(parts, revision, revision, "", standing)

    def _directory(self, raw: RawTenant) -> ReadDirectory:
        """Read all but the policies, where any of it changed: of 100,000 users that takes long."""
        since = self._mirror.directory_revision
        if self._read is None or self._read[0] != since:
            self._read = since, read_directory(raw, self.catalogue, self._kept)
        return self._read[1]

    def _fallen_back(
        self, raw: RawTenant, revision: int, alarm: str, standing: Sequence[Exclusion]
    ) -> Snapshot:
        """Go on with the last good policies: with today's directory if that can be read."""
        good, known = self._good_policies or self._remembered(), self._current
        if good is not None:
            since, documents = good
            older = {**raw.parts, POLICIES: (Part(POLICIES, f"/{POLICIES}", documents),)}
            with suppress(OstiaryError):
                tenant = _without(RawTenant(older), standing)
                parts = parts_of(tenant, self.catalogue, read=self._directory(raw))
                if not parts.refused:
                    return self._compiled(parts, revision, since, alarm, standing)
        if known is not None:
            return replace(known, revision=revision, alarm=alarm)
        self._tell(alarm)
        raise NoGoodPolicies(
            f"there are no policies to decide by: {alarm}",
            hint="repair them with `ostiary recover`; nobody is signed in until then",
        )

    def _remembered(self) -> tuple[int, list[JsonObject]] | None:
        """Give the last policies that any process could use, as the store's versions keep them."""
        revision = self.store.good_revision()
        return (revision, self.store.policies.as_of(revision)) if revision else None

    def _compiled(
        self,
        parts: TenantParts,
        revision: int,
        policies_revision: int,
        alarm: str,
        standing: Sequence[Exclusion],
    ) -> Snapshot:
        known = self._current
        tenant = known.tenant.followed_by(parts) if known else Tenant(parts, self.catalogue)
        frame = frame_of(tenant.compiled)
        with suppress(StoreUnavailable, StoreBusy):
            self.store.sign_ins.keep_frame(frame)
        excluded = fingerprint(standing)
        policies = tenant.compiled
        return Snapshot(revision, policies_revision, tenant, policies, frame, alarm, excluded)


def _without(raw: RawTenant, standing: Sequence[Exclusion]) -> RawTenant:
    """Give the tenant with temporary exclusions in its policies."""
    if not standing:
        return raw
    parts = tuple(
        replace(part, values=excluding((as_object(each) for each in part.values), standing))
        for part in raw.part(POLICIES)
    )
    return RawTenant({**raw.parts, POLICIES: parts})
