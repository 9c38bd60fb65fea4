"""Files of assertions: YAML or JSON, read as strictly as tenants are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ostiary.analysis.assertions import Assertion, read_assertions
from ostiary.model.errors import InputError
from ostiary.tenant.json_text import decoded, parse_json, read_bytes

if TYPE_CHECKING:
    from yaml import Node


def load_assertions(path: str | Path) -> tuple[Assertion, ...]:
    """Read a file: `.json` is JSON, everything else YAML, of which JSON is a part.

    Raises InputError for whatever is wrong with it.
    """
    file = Path(path)
    data = read_bytes(file)
    if file.suffix.casefold() == ".json":
        return read_assertions(parse_json(data, str(file)), str(file))
    return read_assertions(_yaml(decoded(data, str(file)), str(file)), str(file))


def _yaml(text: str, source: str) -> Any:  # whatever the file holds
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

    try:
        return yaml.load(text, Strict)  # noqa: S506  # a SafeLoader
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError(f"{source}: {_told(error)}", hint="expected YAML or JSON") from None


def _told(error: Exception) -> str:
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    if mark is not None and problem:
        return f"line {mark.line + 1}, column {mark.column + 1}: {problem}"
    return str(error) if not isinstance(error, RecursionError) else "it is nested too deeply"
