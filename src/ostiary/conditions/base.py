"""What a condition is: a vocabulary of tags, and for each value the tags that hold of it.

Every Conditional Access condition says: include these, exclude those, exclusion wins, unset means
anything. A condition states which tags hold of a value and gives sample values; parsing, masks,
explanation, forms and proofs are written once and read the declarations below.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import ClassVar, Generic, TypeAlias, TypeVar

from ostiary.conditions.facts import Fact
from ostiary.conditions.rule_vocabulary import Vocabulary
from ostiary.model.directory import Directory
from ostiary.model.json_types import JsonObject, as_object, as_strings, flags
from ostiary.model.lookup import Lookup
from ostiary.model.setting import Effect, Setting, Tag, Tags
from ostiary.model.signin import MISSING, Missing, SignIn

Value = TypeVar("Value")
Asked: TypeAlias = frozenset[Tag]
NO_TAGS: Tags = frozenset()


class Shape(Enum):
    """How a field is written in Graph JSON."""

    WORDS = "list of words or ids"
    FLAGS = "words joined by commas"
    FILTER = "filter rule with a mode"
    GUESTS = "guest or external user types with tenants"


class Section(Enum):
    """Where the policy form shows a condition; the value is the heading of Entra's form."""

    IDENTITIES = "Users or workload identities"
    TARGETS = "Target resources"
    NETWORK = "Network"
    CONDITIONS = "Conditions"


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a condition: its Graph name, the side it fills, its label on screen.

    `words` are the literals it takes (Graph word -> label on screen); `lookup` says what else it
    takes, by id. A field without lookup takes its words only. `name` is empty where the condition
    itself is the list (`clientAppTypes`). `beta` marks members that v1.0 of Graph does not have.

    The form: `alone` are words that stand for everything, chosen in place of all else of their
    side, beside `choose` (*Select users and groups*); `nothing` is the word for nobody, `retired`
    are words that newer members replace: both are shown where they are chosen only. Fields with the
    same `together` are picked from under that label. `vocabulary` is what filter rules may name.
    """

    name: str
    effect: Effect
    label: str
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    lookup: Lookup | None = None
    shape: Shape = Shape.WORDS
    beta: bool = False
    alone: tuple[str, ...] = ()
    nothing: str = ""
    retired: tuple[str, ...] = ()
    choose: str = ""
    together: str = ""
    vocabulary: Vocabulary | None = None

    def read(self, body: object) -> tuple[str, ...]:
        """Give the words or ids of this field in the condition's JSON."""
        value = as_object(body).get(self.name) if self.name else body
        return flags(value) if self.shape is Shape.FLAGS else as_strings(value)


class Tagger(ABC, Generic[Value]):
    """A condition made ready for one directory: cuts values into keys, and gives a key's tags.

    Values with equal keys have equal tags; a key is small and quick to hash. Anything that costs
    (cutting address ranges, reading memberships) was done when the tagger was made.
    """

    def key(self, value: Value) -> Hashable:
        """Give the key of a value; by default the value itself."""
        return value  # pyright: ignore[reportReturnType]  # values are hashable

    @abstractmethod
    def tags(self, key: Hashable) -> Tags:
        """Give the tags that hold of every value with this key."""

    def subject(self, value: Value) -> str:
        """Name the value, as the beginning of a sentence."""
        return f"`{value}`"

    def name(self, tag: Tag) -> str:
        """Name what a tag stands for, as a person would."""
        return f"`{tag}`"


class Condition(ABC, Generic[Value]):
    """One kind of test that policies can make of a sign-in.

    `name` identifies it inside Ostiary; `key` is its member below `conditions` in Graph JSON
    (several conditions may share one); `reason` is Graph's What If word for a mismatch.
    """

    name: ClassVar[str]
    key: ClassVar[str]
    title: ClassVar[str]
    reason: ClassVar[str]
    facts: ClassVar[tuple[Fact, ...]]
    fields: ClassVar[tuple[Field, ...]]
    log_word: ClassVar[str] = ""
    """Its word in `conditionsSatisfied` of a sign-in log, where that differs from `reason`."""
    late: ClassVar[bool] = False
    """True where finding a value's key costs enough to be left until the decision (addresses)."""
    few: ClassVar[bool] = False
    """True where values are few (words of a list): their combinations are looked up as one."""
    required: ClassVar[bool] = False
    beta: ClassVar[bool] = False
    alternatives: ClassVar[bool] = False
    """True where a value is a tuple of which any one may match (several resources asked)."""
    assignment: ClassVar[bool] = False
    """True for who and what a policy is about (identity and target), false for conditions."""
    link: ClassVar[str] = "is"
    """The verb between a value and a tag in a sentence: a user *is in* a group."""
    universal: ClassVar[tuple[Tag, ...]] = ()
    """Tags that hold of every value (`all`), so of one that nobody knows as well."""
    section: ClassVar[Section] = Section.CONDITIONS
    choice: ClassVar[str] = ""
    """What of its section it is about, where that is chosen first (*User actions*)."""
    workload: ClassVar[bool] = False
    """True where policies for workload identities may use it (semantics section 1.1 rule 1)."""

    def parse(self, conditions: JsonObject) -> Setting | None:
        """Read what a policy's `conditions` ask here; None where this is not configured."""
        body = conditions.get(self.key)
        if not body:
            return None
        return self.setting(body)

    def setting(self, body: object) -> Setting | None:
        """Build the setting from the declared fields; nothing selected means not configured."""
        include, exclude = self.select(body, Effect.INCLUDE), self.select(body, Effect.EXCLUDE)
        if not include and not exclude:
            return None
        return Setting(include or None, exclude)

    def select(self, body: object, effect: Effect) -> frozenset[Tag]:
        """Collect the tags that the fields of one side name."""
        return frozenset(
            self.tag(each, word)
            for each in self.fields
            if each.effect is effect
            for word in each.read(body)
        )

    def tag(self, field_: Field, word: str) -> Tag:
        """Give the tag of a word or id written in a field."""
        return canonical_word(field_.words, word)

    @abstractmethod
    def value(self, sign_in: SignIn, directory: Directory) -> Value | Missing:
        """Read this condition's value of a sign-in; MISSING where a log did not record it."""

    @abstractmethod
    def tagger(self, directory: Directory, asked: Asked) -> Tagger[Value]:
        """Make the condition ready for a directory; `asked` are all tags some policy names."""

    def extended(self, tagger: Tagger[Value], directory: Directory, asked: Asked) -> Tagger[Value]:
        """Make a tagger for more asked tags out of one for the same directory."""
        return self.tagger(directory, asked)

    def followed(
        self, tagger: Tagger[Value], before: Directory, directory: Directory, asked: Asked
    ) -> Tagger[Value]:
        """Make a tagger for a directory out of one for the directory as it was `before`."""
        return self.tagger(directory, asked)

    @abstractmethod
    def samples(self, directory: Directory, asked: Asked) -> Iterator[Value]:
        """Give values that show every combination of asked tags that can occur."""

    def samples_with(
        self, tagger: Tagger[Value], directory: Directory, asked: Asked
    ) -> Iterator[Value]:
        """Give the samples with the help of what a tagger has worked out already."""
        return self.samples(directory, asked)


class ResolvingTagger(Tagger[Value]):
    """A tagger that resolves everything in `key`: the key is the set of tags itself."""

    def tags(self, key: Hashable) -> Tags:
        """Give the key back."""
        return key if isinstance(key, frozenset) else NO_TAGS  # pyright: ignore[reportUnknownVariableType]  # made by `key`


class WordTagger(Tagger[str | None]):
    """Tags of a fact with a fixed word list: the word itself, and those that stand for any."""

    def __init__(self, condition: WordCondition) -> None:
        """Keep the known words by their lower-case spelling."""
        self._title = condition.facts[0].title.lower()
        self._labels = condition.words
        self._universal: Tags = frozenset(condition.universal)
        self._known = {
            word.casefold(): self._universal | {word, *condition.broader.get(word, ())}
            for word in condition.words
        }

    def tags(self, key: Hashable) -> Tags:
        """Give the tags of a word; an unlisted or absent word has the universal ones only."""
        return self._known.get(str(key).casefold(), self._universal)

    def subject(self, value: str | None) -> str:
        """Name the fact and its word."""
        return f"{self._title} `{value}`" if value else f"unknown {self._title}"

    def name(self, tag: Tag) -> str:
        """Give the word's label on screen."""
        return f"`{self._labels.get(tag, tag)}`"


class WordCondition(Condition[str | None]):
    """A condition over one fact with a fixed list of words; subclasses only declare."""

    few = True
    words: ClassVar[Mapping[str, str]]
    broader: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    """Words that another word stands for as well."""

    def value(self, sign_in: SignIn, directory: Directory) -> str | Missing | None:
        """Read the one fact."""
        return getattr(sign_in, self.facts[0].name)

    def tagger(self, directory: Directory, asked: Asked) -> Tagger[str | None]:
        """Look words up."""
        return WordTagger(self)

    def samples(self, directory: Directory, asked: Asked) -> Iterator[str | None]:
        """Give each word and the unknown one."""
        yield from (word for word in self.words if word not in self.universal)
        yield None


def canonical_word(words: Mapping[str, str], word: str) -> str:
    """Give a word in Graph's spelling whatever its case; ids in lower case."""
    if word in words:
        return word
    folded = word.casefold()
    return next((known for known in words if known.casefold() == folded), folded)


__all__ = [
    "MISSING",
    "NO_TAGS",
    "Asked",
    "Condition",
    "Field",
    "Lookup",
    "ResolvingTagger",
    "Section",
    "Shape",
    "Tagger",
    "Value",
    "WordCondition",
    "WordTagger",
    "canonical_word",
]
