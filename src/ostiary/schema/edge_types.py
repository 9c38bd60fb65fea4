"""The kinds of value that Graph objects are made of, as pydantic types.

Words are matched without regard to case, as Graph does: its own workload-identity page posts
`"operator": "and"`, and published exports write `"All"` for `clientAppTypes`
(entra-docs conditional-access/workload-identity). What comes out has Graph's spelling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

Version: TypeAlias = Literal["v1.0", "beta"]
"""The two versions of Graph; beta has more members."""

NO_FLAG = "none"
"""The empty value of every Graph flags enumeration."""


class GraphObject(BaseModel):
    """An object whose unknown members are kept: a later Graph may know them."""

    model_config = ConfigDict(
        strict=True,
        extra="allow",
        hide_input_in_errors=True,
        field_title_generator=lambda name, _: name,
    )


def known_word(words: Iterable[str], text: str) -> str | None:
    """Give the word in Graph's spelling whatever its case, None where it is not one of them."""
    folded = text.casefold()
    return next((word for word in words if word.casefold() == folded), None)


def word(words: Mapping[str, str]) -> Any:
    """Make the type of one word out of a closed list (word -> label on screen)."""

    def canonical(text: str) -> str:
        found = known_word(words, text)
        if found is None:
            raise _unknown_word(words, text)
        return found

    return Annotated[str, AfterValidator(canonical), WithJsonSchema(_one_of(words))]


def word_or_id(words: Mapping[str, str], what: str) -> Any:
    """Make the type of a word or an id of `what`; ids and names keep their spelling."""

    def canonical(text: str) -> str:
        return known_word(words, text) or text

    identifier = {"type": "string", "title": what}
    shape = {"anyOf": [_one_of(words), identifier]} if words else identifier
    return Annotated[str, AfterValidator(canonical), WithJsonSchema(shape)]


def list_of(item: Any, *, unset: Iterable[str] = ()) -> Any:
    """Make the type of a list; null and the empty list become `unset`."""
    default = tuple(unset)

    def filled(items: list[str] | None) -> list[str]:
        return items or list(default)

    return Annotated[list[item] | None, AfterValidator(filled)]


def list_default(unset: Iterable[str] = ()) -> Callable[[], list[str]]:
    """Make the default of a list member that was not sent."""
    default = tuple(unset)
    return lambda: list(default)


def flag_words(words: Mapping[str, str]) -> Any:
    """Make the type of a flags string: words joined by commas, or null for none."""

    def canonical(text: str | None) -> str | None:
        if text is None:
            return None
        names = [part.strip() for part in text.split(",")]
        found = [known_word((*words, NO_FLAG), name) for name in names if name]
        for name, each in zip((name for name in names if name), found, strict=True):
            if each is None:
                raise _unknown_word(words, name)
        return ",".join(each for each in found if each)

    alternatives = "|".join((*words, NO_FLAG))
    shape = {"type": "string", "pattern": f"^({alternatives})( *, *({alternatives}))*$"}
    return Annotated[
        str | None,
        AfterValidator(canonical),
        WithJsonSchema({"anyOf": [shape, {"type": "null"}]}),
    ]


def beta_member(name: str) -> tuple[Any, Any]:
    """Make the member that v1.0 does not have: null or empty is let through and not kept."""

    def refuse(value: object) -> None:
        if value is None or value == []:
            return
        raise PydanticCustomError(
            "betaOnly", "`{name}` exists in the beta version of Graph only", {"name": name}
        )

    unusable = Annotated[Any, AfterValidator(refuse), WithJsonSchema({"type": "null"})]
    return unusable, Field(default=None, exclude=True)


def _unknown_word(words: Iterable[str], came: str) -> PydanticCustomError:
    allowed = ", ".join(f"`{each}`" for each in words)
    return PydanticCustomError(
        "unknownWord",
        "expected one of {allowed}, came `{came}`",
        {"allowed": allowed, "came": came[:60]},
    )


def _one_of(words: Mapping[str, str]) -> dict[str, Any]:
    return {"oneOf": [{"const": each, "title": label} for each, label in words.items()]}
