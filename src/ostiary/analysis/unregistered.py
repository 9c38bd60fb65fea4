"""Ways in cut down to what is at hand: a modern client, no registered device."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from ostiary.analysis.answering import Solution, WayIn
from ostiary.analysis.circumstances import ValueClass
from ostiary.analysis.columns import bits_where
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.uncovered import Opening


def without_device(terrain: Terrain) -> Callable[[WayIn], WayIn | None]:
    """Make what cuts a way in down to unregistered devices; None where nothing is left of it."""
    return _cut(terrain, "devices", lambda each: each.effect == ("unregistered",))


def by_modern_clients(terrain: Terrain, solution: Solution) -> Solution:
    """Leave out what only legacy clients can do: none of them opens an admin center."""
    everyday = terrain.everyday
    cut = _cut(
        terrain,
        "clientAppTypes",
        lambda each: not replace(everyday, **each.values[0]).legacy_client,
    )
    return replace(
        solution, open=_left(cut, solution.open), undecided=_left(cut, solution.undecided)
    )


def _left(cut: Callable[[WayIn], WayIn | None], ways: Iterable[WayIn]) -> tuple[WayIn, ...]:
    return tuple(way for way in map(cut, ways) if way is not None)


def _cut(
    terrain: Terrain, axis: str, wanted: Callable[[ValueClass], bool]
) -> Callable[[WayIn], WayIn | None]:
    space, number = terrain.space, terrain.axis_number(axis)
    some = bits_where([wanted(each) for each in terrain.axes[number].classes])
    never = [each.box for each in terrain.impossible]

    def cut(way: WayIn) -> WayIn | None:
        opening = way.opening
        box = space.replaced(opening.box, number, space.part(opening.box, number) & some)
        if space.empty(box) or not space.left_over(box, never):
            return None
        return replace(way, opening=Opening(opening.users, opening.targets, box))

    return cut
