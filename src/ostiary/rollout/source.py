"""A tenant as it was exported, and a log, looked at for the next stage of a rollout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ostiary.engine.policyset import PolicySet
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject
from ostiary.model.policy import Policy, PolicyState
from ostiary.rollout.findings import Findings, Health, health_of, judge
from ostiary.rollout.gates import GateResult
from ostiary.rollout.looking import Outlook, findings, outlook
from ostiary.rollout.machine import desired_now
from ostiary.rollout.rings import resolved
from ostiary.rollout.settings import Settings
from ostiary.rollout.state import Rollout
from ostiary.tenant.documents import POLICIES
from ostiary.tenant.drafts import DraftKind, load_draft
from ostiary.tenant.loading import load_parts
from ostiary.tenant.proofs import names_for
from ostiary.tenant.tenant import Tenant

if TYPE_CHECKING:
    from ostiary.analysis.log_arrow import RecordBatch

Progress: TypeAlias = Callable[[float, int], None]
_DESIRED: Final = "00000000-0000-4000-8000-00000000de51"
_ORIGINAL: Final = "00000000-0000-4000-8000-000000000516"
"""Ids under which two more forms of one policy are read beside it; no tenant gives such ids."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The gates before the next stage, and whom its ring holds."""

    seen: Outlook
    results: tuple[GateResult, ...]


@dataclass(frozen=True)
class Source:
    """An export (file, folder or document) and the files of a log, none where there is none."""

    export: str | Path | Mapping[str, Any]
    logs: Sequence[str] = ()
    progress: Progress | None = None

    def settled(self, settings: Settings) -> Settings:
        """Give settings whose rings name groups by id. Raises InputError."""
        directory = load_parts(self.export).directory
        return replace(settings, rings=resolved(settings.rings, directory))

    def users_named(self, name: str) -> str:
        """Give the id of a user by id or principal name. Raises InputError."""
        users = load_parts(self.export).directory.users
        asked = name.strip().casefold()
        if asked in users:
            return asked
        found = [each.id for each in users.values() if each.principal_name.casefold() == asked]
        if len(found) != 1:
            raise InputError(
                f"expected the id or principal name of a user, came `{name}`, which"
                + (" nobody has" if not found else f" {len(found)} users have")
            )
        return found[0]

    def look(self, rollout: Rollout, current: JsonObject, *, now: datetime) -> Looked:
        """Look at everything that stands before the next stage.

        Raises RolloutError at the end of the rollout, PolicyMoved, and InputError where export or
        log cannot be read.
        """
        forms = self._forms(rollout, current, desired_now(rollout, current))
        seen = outlook(rollout, forms.now, forms.desired)
        impact = None
        if self.logs and seen.following.state is PolicyState.ENABLED:
            from ostiary.analysis.impact import impact as analysed

            impact = analysed(seen.without, self.logs, draft=seen.drafted, progress=self.progress)
        found: Findings = findings(
            rollout,
            seen,
            names_for(forms.now, forms.tenant.catalogue),
            original=forms.original,
            impact=impact,
            health=self._health(rollout, forms.now),
        )
        return Looked(seen, judge(rollout, found, current=current, now=now))

    def health(self, rollout: Rollout, current: JsonObject) -> Health | None:
        """Count how the sign-ins of the present stage came out; None where nothing tells."""
        return self._health(rollout, self._forms(rollout, current, rollout.desired).now)

    def _health(self, rollout: Rollout, policies: PolicySet) -> Health | None:
        if not self.logs or not rollout.stage.kind.enforces:
            return None
        from ostiary.analysis.impact import impact_of_batches

        found = impact_of_batches(policies, _since(self.logs, rollout.entered))
        if not found.rows:
            return None  # a log that ends before the stage began tells nothing of it
        own = [each for each in found.policies if each.policy.id == rollout.policy_id.casefold()]
        return health_of(own[0]) if own else None

    def _forms(self, rollout: Rollout, current: JsonObject, desired: JsonObject) -> _Forms:
        """Read the policy in three forms, with the names of one export."""
        parts = load_parts(self.export)
        documents = [
            current,
            {**desired, "id": _DESIRED},
            {**rollout.original, "id": _ORIGINAL},
        ]
        draft = load_draft(self.export, {POLICIES: documents}, parts, kind=DraftKind.PART)
        refused = [each for each in draft.parts.refused if each not in parts.refused]
        if refused:
            told = "; ".join(each.message for each in refused[0].problems[:3])
            raise InputError(
                f"expected a policy that can be decided, came `{rollout.name}`: {told}"
            )
        by_id = {each.id: each for each in draft.policies}
        extra = {_DESIRED, _ORIGINAL}
        others = [each for each in draft.policies if each.id not in extra]
        read = (
            replace(by_id[each], id=rollout.policy_id.casefold()) for each in (_DESIRED, _ORIGINAL)
        )
        joined = Tenant(replace(parts, directory=draft.directory))
        return _Forms(joined, PolicySet(others, draft.directory), *read)


@dataclass(frozen=True, slots=True)
class _Forms:
    """A tenant's policies, and the one that is rolled out as it is to be and as it was."""

    tenant: Tenant
    now: PolicySet
    desired: Policy
    original: Policy


def _since(logs: Sequence[str], moment: datetime) -> Iterator[RecordBatch]:
    """Give the sign-ins of a log from a moment on."""
    from ostiary.analysis.log_arrow import compute
    from ostiary.analysis.log_reading import read_logs

    for batch in read_logs(logs):
        later = compute.greater_equal(batch.column("created"), moment)
        yield batch.filter(later)
