"""Raw JSON, and three-valued logic over it: true, false, and `None` for not known."""

from collections.abc import Iterable
from typing import Any, TypeAlias, cast

# JSON as it was read: the oracle works on it as it stands, so that no second model can agree
# with the engine's by accident.
Json: TypeAlias = dict[str, Any]

# True, False, or None: the input does not say.
Known: TypeAlias = bool | None


def part(whole: Json | None, key: str) -> Json:
    """The object at `key`, empty when it is absent or null."""
    return cast("Json", (whole or {}).get(key) or {})


def texts(whole: Json | None, key: str) -> list[str]:
    """The list of strings at `key`, empty when it is absent or null."""
    return cast("list[str]", (whole or {}).get(key) or [])


def objects(whole: Json | None, key: str) -> list[Json]:
    """The list of objects at `key`, empty when it is absent or null."""
    return cast("list[Json]", (whole or {}).get(key) or [])


def words(whole: Json | None, key: str) -> list[str]:
    """The words of a comma-joined flags string at `key`, as Graph writes small sets."""
    joined = cast("str", (whole or {}).get(key) or "")
    return [word.strip() for word in joined.split(",") if word.strip()]


def any_of(answers: Iterable[Known]) -> Known:
    """True if one is true, else not known if one is not known, else false."""
    unsure = False
    for answer in answers:
        if answer is True:
            return True
        if answer is None:
            unsure = True
    return None if unsure else False


def both(first: Known, second: Known) -> Known:
    """False if one is false, else not known if one is not known, else true."""
    if first is False or second is False:
        return False
    if first is None or second is None:
        return None
    return True


def without(included: Known, excluded: Known) -> Known:
    """What is included and not excluded: exclusion wins (semantics, section 2)."""
    if excluded is True:
        return False
    if excluded is None:
        return both(included, None)
    return included
