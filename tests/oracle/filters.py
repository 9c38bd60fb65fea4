"""The rule language of filters: devices, applications and service principals (semantics 1.2)."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from tests.oracle.shapes import Json, part

Value: TypeAlias = str | bool | list[str] | None
# Answers one comparison: property, operator without its hyphen, what stands on the right.
Compare: TypeAlias = Callable[[str, str, list[str]], bool]
Rule: TypeAlias = Callable[[Compare], bool]

TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[()\[\],]|[^\s()\[\],"]+)')
OPERATORS = {
    word.lower(): word
    for word in (
        "eq",
        "ne",
        "startsWith",
        "notStartsWith",
        "endsWith",
        "notEndsWith",
        "contains",
        "notContains",
        "in",
        "notIn",
    )
}
NEGATIVE = {
    "ne": "eq",
    "notStartsWith": "startsWith",
    "notEndsWith": "endsWith",
    "notContains": "contains",
    "notIn": "in",
}


def rule_holds(rule: str, values: Callable[[str], Value]) -> bool:
    """Whether a rule is true of a thing whose properties `values` gives, None for null."""
    return parsed(rule)(lambda prop, operator, right: compare(values(prop), operator, right))


def attribute_values(owner: Json) -> Callable[[str], Value]:
    """Reads `CustomSecurityAttribute.<Set>_<Attribute>` of an application or principal."""

    def value_of(prop: str) -> Value:
        name = prop.split(".", 1)[1]
        attribute_set, _, attribute = name.partition("_")
        return part(part(owner, "customSecurityAttributes"), attribute_set).get(attribute)

    return value_of


def compare(left: Value, operator: str, right: list[str]) -> bool:
    """One comparison; null fails every positive operator and passes every negative one."""
    if operator in NEGATIVE:
        return not compare(left, NEGATIVE[operator], right)
    if left is None:
        return False
    if isinstance(left, list):
        # A collection is compared element by element, each as a whole (golden G223, G346).
        return any(_same(element, wanted) for element in left for wanted in right)
    text = str(left).lower()
    wanted = [one.lower() for one in right]
    if operator in ("eq", "in"):
        return text in wanted
    if operator == "startsWith":
        return text.startswith(wanted[0])
    if operator == "endsWith":
        return text.endswith(wanted[0])
    return wanted[0] in text


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower()


@lru_cache(maxsize=4096)
def parsed(rule: str) -> Rule:
    """Parses a rule; precedence is comparison, -not, -and, -or."""
    tokens = TOKEN.findall(rule)
    tree, rest = _either(tokens)
    if rest:
        message = f"unexpected {rest[0]!r} in the filter {rule!r}"
        raise ValueError(message)
    return tree


def _either(tokens: list[str]) -> tuple[Rule, list[str]]:
    left, rest = _all_of(tokens)
    while rest and _is_word(rest[0], "or"):
        right, rest = _all_of(rest[1:])
        left = _joined(any, left, right)
    return left, rest


def _all_of(tokens: list[str]) -> tuple[Rule, list[str]]:
    left, rest = _negation(tokens)
    while rest and _is_word(rest[0], "and"):
        right, rest = _negation(rest[1:])
        left = _joined(all, left, right)
    return left, rest


def _joined(join: Callable[[list[bool]], bool], left: Rule, right: Rule) -> Rule:
    return lambda compare_one: join([left(compare_one), right(compare_one)])


def _negation(tokens: list[str]) -> tuple[Rule, list[str]]:
    if _is_word(tokens[0], "not"):
        inner, rest = _negation(tokens[1:])
        return (lambda compare_one: not inner(compare_one)), rest
    if tokens[0] == "(":
        inner, rest = _either(tokens[1:])
        return inner, rest[1:]  # the closing parenthesis
    return _comparison(tokens)


def _comparison(tokens: list[str]) -> tuple[Rule, list[str]]:
    prop, operator = tokens[0], OPERATORS[tokens[1].lstrip("-").lower()]
    if tokens[2] == "[":
        end = tokens.index("]")
        right = [_literal(one) for one in tokens[3:end] if one != ","]
        rest = tokens[end + 1 :]
    else:
        right, rest = [_literal(tokens[2])], tokens[3:]
    return (lambda compare_one: compare_one(prop, operator, right)), rest


def _is_word(token: str, word: str) -> bool:
    """The hyphen is optional, and so is the case."""
    return token.lower() in (word, f"-{word}")


def _literal(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token
