"""Deployment templates: what they would deploy, in which order, and what they put out.

Source: azure-docs templates/syntax, resource-declaration, child-resource-name-type,
resource-dependency, copy-resources, conditional-resource-deployment, outputs. What this service
cannot do (nested deployments, functions of one's own, language version 2.0) is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ostiary.arm.template_arguments import Value
from ostiary.arm.template_expressions import invalid_template
from ostiary.arm.template_ids import id_in_template
from ostiary.arm.template_parameters import Parameter, all_parameters, declare
from ostiary.arm.template_scope import DeployedTo, specials_of
from ostiary.arm.template_values import MOST_COPIES, Frame, Values
from ostiary.model.json_types import JsonObject, as_object, is_list, is_object

_MEMBERS: Final = frozenset(
    {
        *("$schema", "contentversion", "languageversion", "apiprofile", "definitions"),
        *("parameters", "variables", "functions", "resources", "outputs", "metadata"),
    }
)
_NOT_HERE: Final = {
    "definitions": "types that a template defines itself",
    "functions": "functions that a template defines itself",
}
_DECLARED: Final = frozenset(
    {
        *("type", "apiversion", "name", "condition", "copy", "dependson", "comments", "scope"),
        *("resources", "metadata", "asserts"),
    }
)
_BODY: Final = {
    each.casefold(): each
    for each in (
        *("location", "tags", "properties", "sku", "kind", "plan", "identity", "zones"),
        *("managedBy", "extendedLocation"),
    )
}
_MOST_OUTPUTS: Final = 64


@dataclass(eq=False)
class Declared:
    """A resource of a template, before its body is evaluated."""

    id: str
    type: str
    name: str
    api_version: str
    raw: JsonObject
    frame: Frame
    loop: str | None
    condition: bool
    after: dict[str, Declared] = field(default_factory=dict[str, "Declared"])
    """What has to be there first, by id."""
    body: JsonObject | None = None


class Template:
    """A template that was read, for one place and with its parameters. Raises ApiError (400)."""

    def __init__(
        self,
        document: JsonObject,
        given: JsonObject,
        place: DeployedTo,
        existing: Callable[[str], JsonObject],
    ) -> None:
        """Read what is declared; bodies are evaluated by `deployed`.

        `existing` gives a resource that is there already, by its id, for `reference`.
        """
        _require_known(document)
        self._document, self._place, self._existing = document, place, existing
        specials = specials_of(place, self._reference)
        self._values = Values(as_object(document.get("variables")), specials)
        declared = as_object(document.get("parameters"))
        declare(self._values, declared, given)
        self.parameters: list[Parameter] = list(all_parameters(self._values, declared))
        self._all: dict[str, Declared] = {}
        self._loops: set[str] = set()
        self._evaluated: list[Declared] = []
        for each in _listed(document, "resources"):
            self._declare(each, None, Frame())
        for each in self._all.values():
            self._depend(each)

    def deployed(self) -> list[Declared]:
        """Give the resources in an order in which each comes after what it depends on."""
        wanted = [each for each in self._all.values() if each.condition]
        for each in wanted:
            self._evaluate(each)
        ordered: dict[str, Declared] = {}
        for each in wanted:
            self._place_in(ordered, each)
        return list(ordered.values())

    def outputs(self) -> dict[str, Any]:
        """Give the outputs; a secure one has no value."""
        declared = as_object(self._document.get("outputs"))
        if len(declared) > _MOST_OUTPUTS:
            raise invalid_template(f"expected at most {_MOST_OUTPUTS} outputs.")
        frame = Frame(runtime=True)
        found: dict[str, Any] = {}
        for name, each in declared.items():
            output = as_object(each)
            if not self._holds(output, frame):
                continue
            kind = str(output.get("type"))
            if kind.casefold().startswith("secure"):
                found[name] = {"type": kind}
                continue
            found[name] = {"type": kind, "value": self._output(name, output, frame)}
        return found

    def _output(self, name: str, output: JsonObject, frame: Frame) -> Value:
        loop = output.get("copy")
        if loop is not None:
            inner = {"copy": [{**as_object(loop), "name": name}]}
            return as_object(self._values.evaluate(inner, frame))[name]
        if "value" not in output:
            raise invalid_template(f"the output '{name}' has no 'value'.")
        return self._values.evaluate(output["value"], frame)

    def _declare(self, raw: Value, parent: Declared | None, frame: Frame) -> None:
        if not is_object(raw):
            raise invalid_template("expected objects in 'resources'.")
        loop = raw.get("copy")
        if loop is None:
            self._declare_one(raw, parent, frame, None)
            return
        name = as_object(loop).get("name")
        if parent is not None or not isinstance(name, str):
            raise invalid_template("'copy' needs a name, and stands on no resource in another one.")
        count = self._values.count_of(as_object(loop).get("count"), frame)
        self._loops.add(name.casefold())
        for index in range(count):
            self._declare_one(raw, parent, frame.within(name, index), name)

    def _declare_one(
        self, raw: JsonObject, parent: Declared | None, frame: Frame, loop: str | None
    ) -> None:
        kind, name = self._text(raw, "type", frame), self._text(raw, "name", frame)
        if parent is not None:
            kind, name = f"{parent.type}/{kind}", f"{parent.name}/{name}"
        _require_members(raw, name)
        scope = self._text(raw, "scope", frame) if raw.get("scope") is not None else None
        found = Declared(
            id_in_template(self._place.id, kind, name, scope),
            kind,
            name,
            self._text(raw, "apiVersion", frame),
            raw,
            frame,
            loop,
            self._holds(raw, frame) and (parent is None or parent.condition),
        )
        key = found.id.casefold()
        other = self._all.get(key)
        if other is not None and other.condition:
            if not found.condition:
                return
            raise invalid_template(
                f"The resource '{name}' of type '{kind}' is defined multiple times in a template."
            )
        if parent is not None:
            found.after[parent.id.casefold()] = parent
        self._all[key] = found
        if len(self._all) > MOST_COPIES:
            raise invalid_template(f"expected at most {MOST_COPIES} resources.")
        for each in _listed(raw, "resources"):
            self._declare(each, found, frame)

    def _depend(self, found: Declared) -> None:
        for each in _listed(found.raw, "dependsOn"):
            wanted = self._values.evaluate(each, found.frame)
            for text in wanted if is_list(wanted) else [wanted]:
                for other in self._named(str(text)):
                    found.after[other.id.casefold()] = other

    def _named(self, text: str) -> list[Declared]:
        """Find what `dependsOn` names: an id, a name, or a copy loop."""
        key = text.casefold()
        if key in self._all:
            return [self._all[key]]
        every = self._all.values()
        found = [each for each in every if each.loop is not None and each.loop.casefold() == key]
        found = found or [each for each in every if each.name.casefold() == key]
        found = found or [each for each in every if each.id.casefold().endswith(f"/{key}")]
        if not found and key not in self._loops:
            raise invalid_template(
                f"The resource '{text[:120]}' is not defined in the template. Please see "
                "https://aka.ms/arm-syntax for usage details."
            )
        return found

    def _evaluate(self, found: Declared) -> JsonObject:
        if found.body is None:
            frame = Frame(found.frame.loops, found.frame.loop, runtime=True)
            self._evaluated.append(found)
            with self._values.under_way(f"resource '{found.id}'"):
                found.body = {
                    _BODY[name.casefold()]: self._values.evaluate(value, frame)
                    for name, value in found.raw.items()
                    if name.casefold() in _BODY
                }
            self._evaluated.pop()
        return found.body

    def _place_in(self, ordered: dict[str, Declared], first: Declared) -> None:
        """Put a resource behind all that it comes after, without recursion: chains are long."""
        waiting: list[tuple[Declared, Iterator[Declared]]] = [(first, iter(first.after.values()))]
        under_way = {first.id.casefold()}
        while waiting:
            found, following = waiting[-1]
            other = next((each for each in following if each.id.casefold() not in ordered), None)
            if other is None:
                waiting.pop()
                under_way.discard(found.id.casefold())
                if found.condition:
                    ordered.setdefault(found.id.casefold(), found)
                continue
            key = other.id.casefold()
            if key in under_way:
                raise invalid_template(
                    f"Circular dependency detected on resource: '{other.id}'. Please see "
                    "https://aka.ms/arm-syntax-resources for usage details."
                )
            if other.condition:
                under_way.add(key)
                waiting.append((other, iter(other.after.values())))

    def _reference(self, arguments: list[Value], frame: Frame) -> Value:
        if not frame.runtime:
            raise invalid_template(
                "The template function 'reference' is not expected at this location: it can only "
                "be used in the properties of resources and in outputs."
            )
        if not 1 <= len(arguments) <= 3 or not all(isinstance(each, str) for each in arguments):
            raise invalid_template("The template function 'reference' expects 1 to 3 texts.")
        full = len(arguments) == 3 and arguments[2].casefold() == "full"
        found = self._referred(arguments[0])
        if found is None:
            document = self._existing(arguments[0])
        else:
            if self._evaluated:
                # Who asks for another resource comes after it, whether he says so or not.
                self._evaluated[-1].after[found.id.casefold()] = found
            body = self._evaluate(found)
            properties = {**as_object(body.get("properties")), "provisioningState": "Succeeded"}
            document = {**body, "properties": properties, "apiVersion": found.api_version}
        return dict(document) if full else dict(as_object(document.get("properties")))

    def _referred(self, text: str) -> Declared | None:
        key = text.casefold()
        by_name = [each for each in self._all.values() if each.name.casefold() == key]
        found = self._all.get(key) or (by_name[0] if len(by_name) == 1 else None)
        if found is None and not key.startswith("/"):
            raise invalid_template(
                f"The template references '{text[:120]}': it is not the id or the only resource "
                "of that name in the template."
            )
        return found if found is not None and found.condition else None

    def _text(self, raw: JsonObject, member: str, frame: Frame) -> str:
        key = next((each for each in raw if each.casefold() == member.casefold()), None)
        value = None if key is None else self._values.evaluate(raw[key], frame)
        if not isinstance(value, str) or not value:
            raise invalid_template(f"a resource needs a text in '{member}'.")
        return value

    def _holds(self, raw: JsonObject, frame: Frame) -> bool:
        if "condition" not in raw:
            return True
        value = self._values.evaluate(raw["condition"], frame)
        if not isinstance(value, bool):
            raise invalid_template("a 'condition' has to be true or false.")
        return value


def _listed(raw: Mapping[str, Any], member: str) -> list[Value]:
    value = raw.get(member)
    if value is None:
        return []
    if not is_list(value):
        raise invalid_template(f"expected a list in '{member}'.")
    return list(value)


def _require_members(raw: JsonObject, name: str) -> None:
    for each in raw:
        if each.casefold() not in _DECLARED and each.casefold() not in _BODY:
            raise invalid_template(f"'{each[:60]}' is no member of a resource ('{name}').")


def _require_known(document: JsonObject) -> None:
    for name in document:
        if name.casefold() not in _MEMBERS:
            raise invalid_template(
                f"Could not find member '{name[:60]}' on object of type 'Template'."
            )
    for needed in ("$schema", "contentVersion", "resources"):
        if needed not in document:
            raise invalid_template(f"the template has no '{needed}'.")
    for name, what in _NOT_HERE.items():
        if document.get(name):
            raise invalid_template(f"{what} ('{name}') are not supported here.")
    if str(document.get("languageVersion", "1.0")) != "1.0":
        raise invalid_template("language version 2.0 of templates is not supported here.")
