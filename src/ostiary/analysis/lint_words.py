"""How findings say things: names in backticks, lists that stop before they tire, numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ostiary.model.directory import Directory, User
from ostiary.model.policy import Policy, PolicyState

_MOST_SHOWN = 3
_STATES = {
    PolicyState.ENABLED: "on",
    PolicyState.REPORT_ONLY: "report-only",
    PolicyState.DISABLED: "off",
}


def quoted(names: Iterable[str], *, most: int = _MOST_SHOWN) -> str:
    """List names: `` `a`, `b` and `c` ``, or the first ones and how many more there are."""
    every = list(names)
    shown = [f"`{each}`" for each in every[:most]]
    if len(every) > most:
        return f"{', '.join(shown)} and {len(every) - most} more"
    return joined(shown)


def joined(words: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def counted(number: int, one: str, several: str = "") -> str:
    """Give a number with its noun: `1 policy`, `2 policies`."""
    return f"{number} {one if number == 1 else several or f'{one}s'}"


def verb(things: Collection[object], one: str, several: str) -> str:
    """Give the form of a verb that fits the number of things."""
    return one if len(things) == 1 else several


def policy_names(policies: Iterable[Policy]) -> str:
    """List policies by name."""
    return quoted(each.display_name or each.id for each in policies)


def with_state(policies: Iterable[Policy]) -> str:
    """List policies by name, each with its state."""
    return joined(
        [f"`{each.display_name or each.id}` ({_STATES[each.state]})" for each in policies]
    )


def user_name(directory: Directory, user_id: str) -> str:
    """Name a user as administrators do: by the principal name, else by the other names."""
    user = directory.users.get(user_id) or User(user_id)
    return user.principal_name or user.display_name or user.id


def group_name(directory: Directory, group_id: str) -> str:
    """Name a group."""
    group = directory.groups.get(group_id)
    return (group.display_name if group else "") or group_id
