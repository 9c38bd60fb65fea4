"""Cut the text of a filter rule into tokens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ostiary.model.errors import RuleError

# Microsoft's own examples set some operators with an en dash (entra-docs,
# groups-dynamic-membership, "Use of Null values"), so every dash counts as the hyphen.
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_CURLED_QUOTES = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb"
_QUOTES = "\"'"
_BACKTICK_QUOTE = '`"'
# A backtick keeps a double quote, a single quote is doubled (same page, "Supported values").
_ESCAPES = {_BACKTICK_QUOTE: '"', "''": "'"}
_SHOWN_CHARACTERS = 40


class TokenKind(Enum):
    """What a token is; the value of a sign is the sign itself."""

    OPEN = "("
    CLOSE = ")"
    OPEN_LIST = "["
    CLOSE_LIST = "]"
    COMMA = ","
    TEXT = "text"
    ESCAPED_TEXT = "escaped text"
    WORD = "word"
    END = "end"


_SIGNS = {kind.value: kind for kind in TokenKind if len(kind.value) == 1}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the rule: `text` is what it means, `source` how it was written."""

    kind: TokenKind
    text: str
    source: str
    position: int

    @property
    def bare(self) -> str:
        """The word in lower case without its hyphen, which is optional; empty if no word."""
        if self.kind is not TokenKind.WORD:
            return ""
        return (self.text[1:] if self.text[0] in _DASHES else self.text).lower()

    @property
    def shown(self) -> str:
        """The token as messages name it: short, printable, in backticks."""
        return "the end of the rule" if self.kind is TokenKind.END else shown(self.source)


def shown(text: str) -> str:
    """Give `text` as messages name it: short, printable, in backticks."""
    cut = text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
    return f"`{''.join(c if c.isprintable() else _escaped(c) for c in cut)}`"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def tokens_of(text: str) -> tuple[Token, ...]:
    """Cut `text` into tokens; the last one is always the end.

    Raises RuleError for a quotation mark that is not closed or not straight.
    """
    found: list[Token] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        token = _token(text, position)
        found.append(token)
        position += len(token.source)
    return (*found, Token(TokenKind.END, "", "", len(text)))


def _token(text: str, start: int) -> Token:
    sign = text[start]
    if sign in _SIGNS:
        return Token(_SIGNS[sign], sign, sign, start)
    if sign in _QUOTES:
        return _quoted(text, start)
    if text.startswith(_BACKTICK_QUOTE, start):
        return _escaped_text(text, start)
    if sign in _CURLED_QUOTES:
        raise RuleError(
            f"expected a straight quotation mark, came {shown(sign)}",
            position=start,
            hint='use " on both sides of the text',
        )
    return _word(text, start)


def _word(text: str, start: int) -> Token:
    end = start + 1
    while end < len(text) and not _ends_word(text[end]):
        end += 1
    word = text[start:end]
    return Token(TokenKind.WORD, word, word, start)


def _ends_word(character: str) -> bool:
    return (
        character.isspace()
        or character in _SIGNS
        or character in _QUOTES
        or character == "`"
        or character in _CURLED_QUOTES
    )


def _quoted(text: str, start: int) -> Token:
    mark = text[start]
    position = start + 1
    content: list[str] = []
    while position < len(text):
        pair = text[position : position + 2]
        if pair in _ESCAPES:
            content.append(_ESCAPES[pair])
            position += 2
            continue
        if text[position] == mark:
            source = text[start : position + 1]
            return Token(TokenKind.TEXT, "".join(content), source, start)
        content.append(text[position])
        position += 1
    raise _not_closed(text, start, mark)


def _escaped_text(text: str, start: int) -> Token:
    """Read a text whose only marks are escaped ones: the marks are part of the text.

    Source: groups-dynamic-membership, "Supported values", where `"Sales"` with its quotation
    marks is written with a backtick before each and no marks around.
    """
    width = len(_BACKTICK_QUOTE)
    end = text.find(_BACKTICK_QUOTE, start + width)
    if end < 0:
        raise _not_closed(text, start, _BACKTICK_QUOTE)
    source = text[start : end + width]
    return Token(TokenKind.ESCAPED_TEXT, f'"{source[width:-width]}"', source, start)


def _not_closed(text: str, start: int, mark: str) -> RuleError:
    return RuleError(
        f"expected a closing {mark} for the text {shown(text[start:])}, came the end of the rule",
        position=start,
        hint='close the quotation mark; inside a text write `" for a double one'
        " and '' for a single one",
    )
