"""What a filter rule may name: properties, their kinds, and the operators each of them allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import Enum


class Operator(Enum):
    """A comparison of the rule language; the value is how a rule spells it."""

    EQUALS = "-eq"
    NOT_EQUALS = "-ne"
    STARTS_WITH = "-startsWith"
    NOT_STARTS_WITH = "-notStartsWith"
    ENDS_WITH = "-endsWith"
    NOT_ENDS_WITH = "-notEndsWith"
    CONTAINS = "-contains"
    NOT_CONTAINS = "-notContains"
    IN = "-in"
    NOT_IN = "-notIn"

    @property
    def negative(self) -> bool:
        """Whether this is one of the five operators that hold where the other five do not."""
        return self.name.startswith("NOT_")

    @property
    def positive(self) -> Operator:
        """The operator without its "not": itself for a positive one."""
        return Operator[self.name.removeprefix("NOT_")]

    @property
    def takes_list(self) -> bool:
        """Whether the right side is a list in brackets."""
        return self.positive is Operator.IN


ALL_OPERATORS = frozenset(Operator)
EQUALITY = frozenset({Operator.EQUALS, Operator.NOT_EQUALS})
IDENTITY = EQUALITY | {Operator.IN, Operator.NOT_IN}
MEMBERSHIP = frozenset({Operator.CONTAINS, Operator.NOT_CONTAINS})


class PropertyKind(Enum):
    """What a property holds, which decides what `-contains` means.

    In a text it finds a part; in a collection it finds a whole element (entra-docs,
    concept-condition-filters-for-devices, note on Contains).
    """

    TEXT = "text"
    BOOLEAN = "boolean"
    TEXT_COLLECTION = "text collection"


@dataclass(frozen=True, slots=True)
class Property:
    """One property that rules can compare.

    `words` is the closed list of an enumerated property, empty where any text can stand.
    `nullable` says whether a registered object can lack the property. `tolerated` are operators
    that the reference does not list but other Microsoft pages use: read, with a warning.
    """

    name: str
    kind: PropertyKind
    operators: frozenset[Operator]
    words: tuple[str, ...] = ()
    nullable: bool = True
    tolerated: frozenset[Operator] = frozenset()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The properties of one filter: what a rule writes is `prefix` and a name.

    `properties` is keyed by the lower-case name. `attribute` is the pattern of every custom
    security attribute `<Set>_<Attribute>`, for filters that read those; the property found is
    named by the words of the rule in lower case. `elsewhere` maps lower-case names that related
    rule languages use to the names used here; it serves hints only.
    """

    prefix: str
    properties: Mapping[str, Property]
    attribute: Property | None = None
    elsewhere: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def example(self) -> str:
        """A property as a rule would write it, for messages."""
        if self.attribute is not None:
            return f"{self.prefix}<Set>_<Attribute>"
        return self.prefix + next(iter(self.properties.values())).name

    def find(self, word: str) -> Property | None:
        """Give the property that `word` (with its prefix, in any case) names, or None."""
        name = word.lower()
        prefix = self.prefix.lower()
        if not name.startswith(prefix):
            return None
        name = name.removeprefix(prefix)
        if self.attribute is not None and _names_attribute(name):
            return replace(self.attribute, name=name)
        return self.properties.get(name)

    def nearest(self, word: str) -> str | None:
        """Give the property, with its prefix, that `word` was probably meant to be, or None."""
        prefixed = word.lower().startswith(self.prefix.lower())
        written = word[len(self.prefix) :] if prefixed else word
        if self.attribute is not None:
            attribute = written.replace(".", "_")
            likely = _names_attribute(attribute) and (prefixed or "." not in written)
            return self.prefix + attribute if likely else None
        name = written.lower()
        if name in self.elsewhere:
            return self.prefix + self.elsewhere[name]
        close = [name] if name in self.properties else get_close_matches(name, self.properties, 1)
        return self.prefix + self.properties[close[0]].name if close else None


def _names_attribute(name: str) -> bool:
    """Tell whether `name` is a set and an attribute joined by an underscore.

    Names of sets and attributes have no spaces or special characters (Graph, attributeSet and
    customSecurityAttributeDefinition).
    """
    attribute_set, joint, attribute = name.partition("_")
    return bool(attribute_set and joint and attribute) and name.replace("_", "a").isalnum()
