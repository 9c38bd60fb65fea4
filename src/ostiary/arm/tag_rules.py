"""Tags, as a body may name them.

Source: azure-docs azure-resource-manager/management/tag-resources (limitations).
"""

from __future__ import annotations

from typing import Final

from ostiary.http.errors import ApiError
from ostiary.model.json_types import is_object

_MOST: Final = 50
_LONGEST_NAME: Final = 512
_LONGEST_VALUE: Final = 256
_FORBIDDEN: Final = frozenset("<>%&\\?/")


def tags_in(value: object) -> dict[str, str]:
    """Read tags, none where there is null. Raises ApiError (400)."""
    if value is None:
        return {}
    if not is_object(value):
        raise _refused("The tags have to be an object of texts.")
    found: dict[str, str] = {}
    for name, text in value.items():
        if not isinstance(text, str):
            raise _refused("The tags have to be an object of texts.")
        require_tag(name, text)
        found[name] = text
    if len({each.casefold().strip() for each in found}) < len(found):
        raise _refused("The names of tags have to differ by more than case.")
    return require_number(found)


def require_number(found: dict[str, str]) -> dict[str, str]:
    """Refuse too many tags. Raises ApiError (400)."""
    if len(found) > _MOST:
        raise _refused(f"There can be at most {_MOST} tags.")
    return found


def require_tag(name: str, text: str = "") -> None:
    """Refuse a name or value of a tag. Raises ApiError (400)."""
    if not name.strip() or len(name) > _LONGEST_NAME or _FORBIDDEN & set(name):
        raise ApiError(
            400,
            "InvalidTagNameCharacters",
            f"The tag name '{name[:60]}' is invalid: expected 1 to {_LONGEST_NAME} characters, "
            "none of < > % & \\ ? /.",
        )
    if len(text) > _LONGEST_VALUE or not (name + text).replace("\n", "").isprintable():
        raise _refused(
            f"The value of the tag '{name[:60]}' is invalid: expected at most {_LONGEST_VALUE} "
            "ordinary characters."
        )


def merged_tags(old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    """Give tags with others put over them: a name of other case is the same tag."""
    folded = {each.casefold() for each in new}
    kept = {name: text for name, text in old.items() if name.casefold() not in folded}
    return require_number({**kept, **new})


def tags_without(old: dict[str, str], gone: dict[str, str]) -> dict[str, str]:
    """Give tags without those of these names and values."""
    folded = {(name.casefold(), text) for name, text in gone.items()}
    return {name: text for name, text in old.items() if (name.casefold(), text) not in folded}


def _refused(message: str) -> ApiError:
    return ApiError(400, "InvalidTags", message)
