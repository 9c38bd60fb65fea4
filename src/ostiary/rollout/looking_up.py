"""The one rollout that somebody names: by its id, or by id or name of its policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from ostiary.model.errors import InputError
from ostiary.rollout.state import Rollout

_Kept = TypeVar("_Kept")


def the_one(kept: Sequence[_Kept], name: str, rollout_of: Callable[[_Kept], Rollout]) -> _Kept:
    """Find it among all, the earliest first: the one under way, or else the last.

    Raises InputError where there is none, or several under way are called so.
    """
    asked = name.strip().casefold()
    found = [each for each in kept if asked in _called(rollout_of(each))]
    if not found:
        raise InputError(
            f"expected the policy of a rollout, came `{name}`, of which there is none",
            hint="`ostiary rollout list` names them; begin one with `ostiary rollout start`",
        )
    under_way = [each for each in found if not rollout_of(each).status.over]
    chosen = under_way or found[-1:]
    if len(chosen) > 1:
        raise InputError(
            f"expected one rollout, came `{name}`, which {len(chosen)} of them are called",
            hint="write the id of its policy",
        )
    return chosen[0]


def _called(rollout: Rollout) -> set[str]:
    return {each.casefold() for each in (rollout.id, rollout.policy_id, rollout.name)}
