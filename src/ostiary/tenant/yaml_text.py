"""YAML from outside, read as strictly as JSON is (`ostiary.tenant.json_text`).

Words are what they look like: `NO` is Norway and `012` a text, since only `true`, `false`, `null`
and decimal numbers are anything else (YAML 1.2, core schema; PyYAML follows 1.1, where `no` is
false and `2026-01-31` a date).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ostiary.model.errors import InputError

if TYPE_CHECKING:
    from yaml import Node

_LEFT_OUT: Final = ("bool", "int", "timestamp", "value", "merge")
_BOOLEAN: Final = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,18})")


def parse_yaml(text: str, source: str) -> Any:  # whatever the file holds
    """Give the value of a text; `source` names it in errors.

    Raises InputError where it is no YAML, uses an alias, has a member twice in one object, or
    PyYAML is not installed.
    """
    try:
        import yaml
    except ModuleNotFoundError:
        raise InputError(
            f"{source}: expected the package PyYAML for a YAML file, it is not installed",
            hint="install ostiary[analysis], or write JSON in a file that ends in .json",
        ) from None

    class Strict(yaml.SafeLoader):
        """Refuses what two readers would understand differently, and what can grow without end."""

        def compose_node(self, parent: Node | None, index: int) -> Node | None:
            if self.check_event(yaml.AliasEvent):  # pyright: ignore[reportUnknownMemberType]  # stubs
                raise yaml.YAMLError("aliases are not taken: write the value out")
            return super().compose_node(parent, index)

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # theirs
            names = [key.value for key, _ in node.value]
            doubled = sorted({str(each) for each in names if names.count(each) > 1})
            if doubled:
                line = node.start_mark.line + 1
                raise yaml.YAMLError(f"`{doubled[0]}` stands twice in what begins at line {line}")
            return super().construct_mapping(node, deep)

    _take_words_as_they_are(Strict)
    try:
        return yaml.load(text, Strict)  # noqa: S506  # a SafeLoader
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError(f"{source}: {_told(error)}", hint="expected YAML or JSON") from None


def _take_words_as_they_are(loader: Any) -> None:  # a class of theirs, of which stubs say little
    """Put the resolvers of YAML 1.2 in place of those of 1.1."""
    loader.yaml_implicit_resolvers = {
        first: [each for each in found if each[0].rpartition(":")[2] not in _LEFT_OUT]
        for first, found in loader.yaml_implicit_resolvers.items()
    }
    loader.add_implicit_resolver("tag:yaml.org,2002:bool", _whole(_BOOLEAN), list("tTfF"))
    loader.add_implicit_resolver("tag:yaml.org,2002:int", _whole(_INTEGER), list("-+0123456789"))


def _whole(expression: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(f"(?:{expression.pattern})$")


def _told(error: Exception) -> str:
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    if mark is not None and problem:
        return f"line {mark.line + 1}, column {mark.column + 1}: {problem}"
    return str(error) if not isinstance(error, RecursionError) else "it is nested too deeply"
