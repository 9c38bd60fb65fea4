"""The stages of a rollout, in their order: what holds of a policy in each.

Microsoft's phased rollout (Conditional Access Optimization Agent) has five phases, each a group,
for report-only policies on all users; here a ring is a group or a share of the users, for any
policy on users, and there may be none. Source: entra-docs security-copilot/
conditional-access-agent-optimization-phased-rollout.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Any, Final

from ostiary.model.errors import InputError
from ostiary.model.json_types import is_list, is_object
from ostiary.model.policy import PolicyState

MOST_RINGS: Final = 10


class StageKind(Enum):
    """What a stage does with the policy."""

    DRAFT = "draft"
    """The policy is Off."""
    REPORT_ONLY = "reportOnly"
    RING = "ring"
    """On for the people of its ring and of those before it, for nobody else."""
    ON = "on"
    """On for everybody whom the policy is about."""

    @property
    def enforces(self) -> bool:
        """Whether anybody meets the policy in this stage."""
        return self in {StageKind.RING, StageKind.ON}

    @property
    def state(self) -> PolicyState:
        """The state of the policy in this stage."""
        return _STATES[self]


_STATES: Final = {
    StageKind.DRAFT: PolicyState.DISABLED,
    StageKind.REPORT_ONLY: PolicyState.REPORT_ONLY,
    StageKind.RING: PolicyState.ENABLED,
    StageKind.ON: PolicyState.ENABLED,
}


@dataclass(frozen=True, slots=True)
class Ring:
    """Some of the people a policy is about: members of `groups` (ids), or a `share` of all.

    A share is the same people each time: a hash of the id decides, so who is in 10 % is in 25 %.
    """

    name: str
    groups: tuple[str, ...] = ()
    share: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the members of a ring."""
        what = {"groups": list(self.groups)} if self.share is None else {"share": self.share}
        return {"name": self.name, **what}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; `ring` where its kind is RING."""

    kind: StageKind
    ring: Ring | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.ring.name if self.ring else _NAMES[self.kind]

    def to_json(self) -> dict[str, Any]:
        """Give kind, name and ring."""
        ring = {"ring": self.ring.to_json()} if self.ring else {}
        return {"kind": self.kind.value, "name": self.name, **ring}


_NAMES: Final = {
    StageKind.DRAFT: "Off",
    StageKind.REPORT_ONLY: "Report-only",
    StageKind.ON: "On",
}
REPORT_ONLY_PLACE: Final = 1
"""Where report-only stands among the stages of every rollout."""


def stages_of(rings: Sequence[Ring] = ()) -> tuple[Stage, ...]:
    """Give all stages of a rollout by `rings`. Raises InputError where they are no rings."""
    _check(rings)
    return (
        Stage(StageKind.DRAFT),
        Stage(StageKind.REPORT_ONLY),
        *(Stage(StageKind.RING, each) for each in rings),
        Stage(StageKind.ON),
    )


def stage_from_json(raw: object) -> Stage:
    """Read a stage that `Stage.to_json` wrote. Raises InputError."""
    if not is_object(raw):
        raise InputError("expected a stage of a rollout as an object")
    try:
        kind = StageKind(raw.get("kind"))
    except ValueError:
        raise InputError(f"expected a kind of stage, came `{raw.get('kind')}`") from None
    ring = ring_from_json(raw.get("ring")) if kind is StageKind.RING else None
    return Stage(kind, ring)


def rings_from_json(raw: object) -> tuple[Ring, ...]:
    """Read a list of rings, as `rollout.rings` of `ostiary.yaml` has them. Raises InputError."""
    if raw is None:
        return ()
    if not is_list(raw):
        raise InputError("expected a list of rings", hint=_EXAMPLE)
    rings = tuple(ring_from_json(each) for each in raw)
    _check(rings)
    return rings


def ring_from_json(raw: object) -> Ring:
    """Read one ring. Raises InputError."""
    if not is_object(raw) or not (raw.keys() <= {"name", "groups", "share"}):
        raise InputError("expected a ring with `name` and `groups` or `share`", hint=_EXAMPLE)
    groups, share = raw.get("groups"), raw.get("share")
    if (groups is None) == (share is None):
        raise InputError("expected either `groups` or `share` of a ring", hint=_EXAMPLE)
    if groups is not None:
        return _of_groups(raw.get("name"), groups)
    found = share_of(share, "share of a ring")
    return Ring(_name(raw.get("name"), f"{100 * found:g} %"), share=found)


def _of_groups(name: object, groups: object) -> Ring:
    listed = [groups] if isinstance(groups, str) else groups
    if not is_list(listed) or not listed or not all(isinstance(e, str) and e for e in listed):
        raise InputError("expected names or ids of groups in a ring", hint=_EXAMPLE)
    return Ring(_name(name, ", ".join(map(str, listed))), tuple(map(str, listed)))


def _name(written: object, otherwise: str) -> str:
    if written is None:
        return otherwise
    if not isinstance(written, str) or not written.strip():
        raise InputError("expected a name of a ring", hint=_EXAMPLE)
    return written.strip()


def share_of(written: object, of: str) -> float:
    """Read a share as `0.1` or `10%`. Raises InputError where it is none."""
    text = str(written).strip() if isinstance(written, str) else written
    try:
        if isinstance(text, str) and text.endswith("%"):
            found = float(text[:-1]) / 100
        elif isinstance(text, bool) or not isinstance(text, int | float | str):
            raise ValueError
        else:
            found = float(text)
    except ValueError:
        raise _no_share(written, of) from None
    if not math.isfinite(found) or not 0 <= found <= 1:
        raise _no_share(written, of)
    return round(found, 6)


def _no_share(written: object, of: str) -> InputError:
    return InputError(f"expected a {of} such as 10% or 0.1, came `{written}`")


def _check(rings: Sequence[Ring]) -> None:
    if len(rings) > MOST_RINGS:
        raise InputError(f"expected at most {MOST_RINGS} rings, came {len(rings)}")
    names = [each.name.casefold() for each in rings]
    if len(set(names)) < len(names):
        raise InputError("expected rings with names of their own, came one name twice")
    if any(each.share == 0 for each in rings):
        raise InputError("expected a share of a ring that is more than nothing, came 0")
    shares = [each.share for each in rings if each.share is not None]
    if any(later <= earlier for earlier, later in pairwise(shares)):
        raise InputError(
            "expected shares of rings that grow",
            hint="a ring holds everybody of the rings before it: 10%, 25%, 50%",
        )


_EXAMPLE: Final = "write `{name: Pilot, groups: [IT]}` or `{name: A tenth, share: 10%}`"
