"""Filters on custom security attributes: applications, service principals, agent identities.

Source: entra-docs conditional-access/concept-filter-for-applications and workload-identity.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from types import MappingProxyType

from ostiary.conditions.rule_evaluation import (
    NULL,
    UNKNOWN,
    PropertyValue,
    Values,
    Verdict,
    compile_rule,
)
from ostiary.conditions.rule_language import parse_rule
from ostiary.conditions.rule_vocabulary import ALL_OPERATORS, Property, PropertyKind, Vocabulary
from ostiary.model.directory import Application, Attributes, ServicePrincipal
from ostiary.model.json_types import as_object
from ostiary.model.setting import Failed, Setting, Tag, Tags, Unknown

RULE = "rule:"
_NO_ATTRIBUTES: Attributes = MappingProxyType({})
ATTRIBUTES = Vocabulary(
    prefix="CustomSecurityAttribute.",
    properties=MappingProxyType({}),
    attribute=Property("attribute", PropertyKind.TEXT_COLLECTION, ALL_OPERATORS),
)


def filter_setting(body: object, vocabulary: Vocabulary) -> Setting | None:
    """Read a filter `{mode, rule}`; raises RuleError where the rule cannot be read.

    Exclude mode selects everything but what the rule matches.
    """
    text = as_object(body).get("rule")
    if not isinstance(text, str):
        return None
    parse_rule(text, vocabulary)
    tag = f"{RULE}{text}"
    excludes = str(as_object(body).get("mode", "")).casefold() == "exclude"
    return Setting.of(None, [tag]) if excludes else Setting.of([tag])


@lru_cache(maxsize=4096)
def compiled(text: str, vocabulary_prefix: str) -> Verdict:
    """Compile the rule of a tag once; the prefix says which vocabulary it was written in."""
    return compile_rule(parse_rule(text, _VOCABULARIES[vocabulary_prefix]))


_VOCABULARIES: dict[str, Vocabulary] = {ATTRIBUTES.prefix: ATTRIBUTES}


def register(vocabulary: Vocabulary) -> Vocabulary:
    """Make a vocabulary known to `compiled`; gives it back."""
    _VOCABULARIES[vocabulary.prefix] = vocabulary
    return vocabulary


def rule_tags(asked: Iterable[Tag], values: Values, vocabulary: Vocabulary = ATTRIBUTES) -> Tags:
    """Give the tags of the asked rules that hold, and those of which nobody can tell.

    A rule whose evaluation goes wrong fails by itself: only policies that use it block.
    """
    found: set[Tag | Unknown | Failed] = set()
    for tag in asked:
        if not tag.startswith(RULE):
            continue
        try:
            verdict = compiled(tag.removeprefix(RULE), vocabulary.prefix)(values)
        except Exception as error:  # fail closed: whatever goes wrong, block
            found.add(Failed(tag, f"{type(error).__name__}: {error}"))
            continue
        if verdict is None:
            found.add(Unknown(tag))
        elif verdict:
            found.add(tag)
    return frozenset(found)


def attribute_values(holder: Application | ServicePrincipal | None) -> Values:
    """Read custom security attributes; who is not listed has none, who lacks them is unknown."""
    attributes = holder.attributes if holder else _NO_ATTRIBUTES

    def value(name: str) -> PropertyValue:
        if attributes is None:
            return UNKNOWN
        return attributes.get(name.casefold()) or NULL

    return value


__all__ = [
    "ATTRIBUTES",
    "RULE",
    "attribute_values",
    "compiled",
    "filter_setting",
    "register",
    "rule_tags",
]
