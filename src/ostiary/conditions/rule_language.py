"""Read a filter rule: filter for devices, application filter, service principal filter.

The language is that of rules for dynamic membership groups, as far as filters use it (entra-docs:
concept-condition-filters-for-devices for properties, operators and the length; users/
groups-dynamic-membership for syntax, precedence, null and escapes). `rule_vocabulary` holds what
a rule may name, `rule_tree` what reading it gives, `rule_evaluation` what it means and
`rule_samples` the values that tell rules apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from ostiary.conditions.rule_tokens import Token, TokenKind, shown, tokens_of
from ostiary.conditions.rule_tree import (
    And,
    Comparison,
    Expression,
    Not,
    Operand,
    Or,
    Rule,
    RuleWarning,
)
from ostiary.conditions.rule_vocabulary import (
    ALL_OPERATORS,
    EQUALITY,
    IDENTITY,
    MEMBERSHIP,
    Operator,
    Property,
    PropertyKind,
    Vocabulary,
)
from ostiary.model.errors import RuleError

__all__ = [
    "ALL_OPERATORS",
    "EQUALITY",
    "IDENTITY",
    "MEMBERSHIP",
    "And",
    "Comparison",
    "Expression",
    "Not",
    "Operand",
    "Operator",
    "Or",
    "Property",
    "PropertyKind",
    "Rule",
    "RuleError",
    "RuleWarning",
    "Vocabulary",
    "parse_rule",
]

LONGEST_RULE = 3072
"""Characters in a rule (entra-docs, concept-condition-filters-for-devices)."""

DEEPEST_NESTING = 100
"""Parentheses and `-not` inside one another; Microsoft names no limit, this one is ours."""

_OPERATORS = {operator.value[1:].lower(): operator for operator in Operator}
_JOINTS = frozenset({"and", "or"})
_BOOLEANS = {"true": True, "false": False}
_NULLS = frozenset({"null", "$null"})


def parse_rule(text: str, vocabulary: Vocabulary) -> Rule:
    """Read `text`; raises RuleError, which says what was expected, what came, and where."""
    if len(text) > LONGEST_RULE:
        raise RuleError(
            f"expected a rule of at most {LONGEST_RULE:,} characters, came {len(text):,}",
            position=LONGEST_RULE,
            hint="compare with a list (-in) or a common beginning (-startsWith) instead",
        )
    if not text.strip():
        raise RuleError(
            "expected a rule, came an empty text",
            position=0,
            hint=f'write a comparison such as {vocabulary.example} -eq "value"',
        )
    return _Parser(text, vocabulary).rule()


class _Parser:
    """Recursive descent over the tokens; DEEPEST_NESTING bounds the recursion."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._text = text
        self._tokens = tokens_of(text)
        self._next = 0
        self._vocabulary = vocabulary
        self._properties: dict[str, Property] = {}
        self._warnings: list[RuleWarning] = []

    def rule(self) -> Rule:
        expression = self._expression(0)
        token = self._peek()
        if token.kind is not TokenKind.END:
            raise _trailing(token)
        properties = tuple(self._properties.values())
        return Rule(self._text, expression, properties, tuple(self._warnings))

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        if token.kind is not TokenKind.END:
            self._next += 1
        return token

    def _expression(self, depth: int) -> Expression:
        """Read operands joined by -and and -or; -and binds tighter."""
        alternatives: list[Expression] = []
        together = [self._operand(depth)]
        while self._peek().bare in _JOINTS:
            if self._take().bare == "or":
                alternatives.append(_all_of(together))
                together = []
            together.append(self._operand(depth))
        alternatives.append(_all_of(together))
        return alternatives[0] if len(alternatives) == 1 else Or(tuple(alternatives))

    def _operand(self, depth: int) -> Expression:
        """Read a comparison or a parenthesis, and the -not before it, which bind tighter."""
        inversions = 0
        while self._peek().bare == "not":
            self._take()
            inversions += 1
        depth += inversions
        if depth > DEEPEST_NESTING:
            raise _too_deep(self._peek())
        is_group = self._peek().kind is TokenKind.OPEN
        expression = self._group(depth + 1) if is_group else self._comparison()
        for _ in range(inversions):
            expression = Not(expression)
        return expression

    def _group(self, depth: int) -> Expression:
        opening = self._take()
        expression = self._expression(depth)
        token = self._take()
        if token.kind is TokenKind.CLOSE:
            return expression
        if token.kind is TokenKind.END:
            raise RuleError(
                f"expected `)` for the parenthesis opened at character {opening.position + 1}, "
                "came the end of the rule",
                position=opening.position,
                hint="close the parenthesis, or take it out",
            )
        raise RuleError(
            f"expected `-and`, `-or` or `)`, came {token.shown}", position=token.position
        )

    def _comparison(self) -> Comparison:
        token = self._take()
        found = self._property(token)
        self._properties.setdefault(found.name, found)
        operator = self._operator(token, found)
        operand = self._operand_of(token, found, operator)
        return Comparison(found, operator, operand, token.position)

    def _property(self, token: Token) -> Property:
        example = self._vocabulary.example
        if token.kind is not TokenKind.WORD or token.bare in _JOINTS:
            raise RuleError(
                f"expected a comparison, came {token.shown}",
                position=token.position,
                hint=f'a comparison looks like {example} -eq "value"',
            )
        found = self._vocabulary.find(token.text)
        if found is not None:
            return found
        nearest = self._vocabulary.nearest(token.text)
        raise RuleError(
            f"expected a property such as `{example}`, came {token.shown}",
            position=token.position,
            hint=f"did you mean `{nearest}`?" if nearest else "",
        )

    def _operator(self, left: Token, compared: Property) -> Operator:
        token = self._take()
        operator = _OPERATORS.get(token.bare)
        if operator is None:
            raise RuleError(
                f"expected an operator after {left.shown}, came {token.shown}",
                position=token.position,
                hint=_allowed(compared),
            )
        if operator in compared.tolerated:
            self._warn(
                "undocumentedOperator",
                f"`{operator.value}` is not documented for {left.shown}; "
                "it is read as whether the whole value is there",
                token,
            )
        elif operator not in compared.operators:
            raise RuleError(
                f"expected an operator that {left.shown} supports, came {token.shown}",
                position=token.position,
                hint=_allowed(compared),
            )
        return operator

    def _operand_of(self, left: Token, compared: Property, operator: Operator) -> Operand:
        token = self._take()
        if operator.takes_list:
            return self._list(token)
        if token.bare in _NULLS:
            return self._null(token, operator)
        if compared.kind is PropertyKind.BOOLEAN:
            return _boolean(token, left)
        text = self._text_of(token)
        self._check_text(text, token, left, compared, operator)
        return text

    def _null(self, token: Token, operator: Operator) -> None:
        if operator not in EQUALITY:
            raise RuleError(
                f"expected a text after `{operator.value}`, came {token.shown}",
                position=token.position,
                hint="compare with null by -eq or -ne; put the word in quotes to mean the text",
            )
        self._warn(
            "nullComparison",
            "null is documented for membership rules, not for filters; "
            "it is read as whether the property has no value",
            token,
        )

    def _list(self, opening: Token) -> tuple[str, ...]:
        if opening.kind is not TokenKind.OPEN_LIST:
            raise RuleError(
                f"expected a list, came {opening.shown}",
                position=opening.position,
                hint='write ["one", "two"]',
            )
        texts = [self._text_of(self._take())]
        while (token := self._take()).kind is TokenKind.COMMA:
            texts.append(self._text_of(self._take()))
        if token.kind is not TokenKind.CLOSE_LIST:
            raise RuleError(
                f"expected `,` or `]` in a list, came {token.shown}", position=token.position
            )
        return tuple(texts)

    def _text_of(self, token: Token) -> str:
        if token.kind is TokenKind.ESCAPED_TEXT:
            self._warn(
                "escapedText", f"{token.shown} is read as a text with its quotation marks", token
            )
        elif token.kind is not TokenKind.TEXT:
            _refuse_text(token)
        return token.text

    def _check_text(
        self, text: str, token: Token, left: Token, compared: Property, operator: Operator
    ) -> None:
        words = compared.words
        if words and text.casefold() not in {word.casefold() for word in words}:
            self._warn(
                "unknownWord",
                f"{left.shown} is never {shown(text)}: it is one of {', '.join(words)}",
                token,
            )
        if not text and operator not in EQUALITY and _finds_parts(compared, operator):
            self._warn("emptyText", "every text has the empty text in it", token)

    def _warn(self, code: str, message: str, token: Token) -> None:
        self._warnings.append(RuleWarning(code, message, token.position))


def _all_of(operands: Sequence[Expression]) -> Expression:
    return operands[0] if len(operands) == 1 else And(tuple(operands))


def _finds_parts(compared: Property, operator: Operator) -> bool:
    return compared.kind is PropertyKind.TEXT or operator.positive is not Operator.CONTAINS


def _allowed(compared: Property) -> str:
    words = [operator.value for operator in Operator if operator in compared.operators]
    return f"it supports {', '.join(words)}"


def _boolean(token: Token, left: Token) -> bool:
    given = token.text.lower() if token.kind in (TokenKind.WORD, TokenKind.TEXT) else ""
    if given in _BOOLEANS:
        return _BOOLEANS[given]
    raise RuleError(
        f"expected True or False for {left.shown}, came {token.shown}", position=token.position
    )


def _refuse_text(token: Token) -> NoReturn:
    unquoted = token.kind is TokenKind.WORD
    raise RuleError(
        f"expected a text in quotation marks, came {token.shown}",
        position=token.position,
        hint=f'write "{shown(token.source)[1:-1]}"' if unquoted else "",
    )


def _trailing(token: Token) -> RuleError:
    if token.kind is TokenKind.CLOSE:
        return RuleError(
            "expected the end of the rule, came `)`",
            position=token.position,
            hint="no parenthesis is open here: take it out, or open one before",
        )
    return RuleError(
        f"expected `-and`, `-or` or the end of the rule, came {token.shown}",
        position=token.position,
    )


def _too_deep(token: Token) -> RuleError:
    return RuleError(
        f"expected at most {DEEPEST_NESTING} parentheses and -not inside one another, came more",
        position=token.position,
        hint="take out parentheses that change nothing",
    )
