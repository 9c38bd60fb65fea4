"""All sentences of the admin center stand in its texts: none elsewhere, missing, or unused."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from jinja2 import nodes

import ostiary.admin
from ostiary.admin.pages import NAVIGATION
from ostiary.admin.rendering import environment, texts

FOLDER = Path(ostiary.admin.__file__).parent
TEMPLATES = {path.name: path.read_text("utf-8") for path in (FOLDER / "templates").glob("*.html")}
MODULES = [ast.parse(path.read_text("utf-8")) for path in FOLDER.rglob("*.py")]
SCRIPTS = {path.name: path.read_text("utf-8") for path in (FOLDER / "assets").glob("*.js")}
FILES = {path.name for path in (FOLDER / "assets").iterdir()}
ENTRIES = texts().entries
_ANY = ".+"
_TELLING = ("t", "plain")


def asked_for() -> Iterator[str]:
    """Give a pattern of keys for each place in a template that tells a text."""
    for text in TEMPLATES.values():
        for call in environment().parse(text).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in _TELLING and call.args:
                yield from _patterns(call.args[0])


def _patterns(node: nodes.Expr) -> Iterator[str]:
    """Give what an expression can become; `.+` stands for what is not written there."""
    match node:
        case nodes.Const(value=str(value)):
            yield re.escape(value)
        case nodes.CondExpr(expr1=one, expr2=other):
            yield from _patterns(one)
            if other is not None:
                yield from _patterns(other)
        case nodes.Concat(nodes=parts):
            yield "".join(
                re.escape(str(each.value)) if isinstance(each, nodes.Const) else _ANY
                for each in parts
            )
        case nodes.Add(left=left, right=right):
            yield from (one + two for one in _patterns(left) for two in _patterns(right))
        case _:
            yield _ANY


def written() -> Iterator[str]:
    """Give a pattern for every string in templates and modules: keys are handed on as such."""
    for text in TEMPLATES.values():
        for found in environment().parse(text).find_all((nodes.Const, nodes.Concat)):
            yield from _patterns(found)
    for module in MODULES:
        for each in ast.walk(module):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield re.escape(each.value) + (_ANY if each.value.endswith(".") else "")
            elif isinstance(each, ast.JoinedStr):
                parts = (
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else _ANY
                    for part in each.values
                )
                yield "".join(parts)
    for group in NAVIGATION:
        yield from (f"nav\\.{each.name}" for each in (group, *group.entries))


def test_every_text_that_is_asked_for_is_there() -> None:
    wanted = {each for each in asked_for() if each != _ANY}
    missing = [each for each in wanted if not any(re.fullmatch(each, key) for key in ENTRIES)]
    assert sorted(missing) == []


def test_every_key_that_is_handed_on_is_there() -> None:
    """A macro is told which text to tell: what begins like a key has to be one."""
    tables = {key.partition(".")[0] for key in ENTRIES if "." in key}
    keys = re.compile(rf"(?:{'|'.join(sorted(tables))})\.\w+(?:\.\w+)*")
    missing = {
        value
        for text in TEMPLATES.values()
        for each in environment().parse(text).find_all(nodes.Const)
        if keys.fullmatch(value := str(each.value)) and value not in ENTRIES
    }
    assert missing - set(TEMPLATES) - FILES == set()


def test_every_text_is_asked_for() -> None:
    """By its key, or by a key that is put together; what nothing but `.+` fits, nobody asks for."""
    told = {each for each in {*asked_for(), *written()} if re.sub(r"\.\+", "", each).strip("\\.")}
    exact = {re.sub(r"\\(.)", r"\1", each) for each in told if _ANY not in each}
    begun = {each for each in told if r"\." in each.partition(_ANY)[0] and _ANY in each}
    joined = [re.compile(each) for each in begun]
    unused = [
        key
        for key in ENTRIES
        if key not in exact and not any(each.fullmatch(key) for each in joined)
    ]
    assert sorted(unused) == []


def test_what_is_filled_in_is_a_plain_word() -> None:
    for key, text in ENTRIES.items():
        assert text == text.strip() != "", key
        names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        assert all(name.isidentifier() for name in names), key


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_template_holds_no_words_of_its_own(name: str) -> None:
    tree = environment().parse(TEMPLATES[name])
    bare = " ".join(each.data for each in tree.find_all(nodes.TemplateData))
    bare = re.sub(r"&\w+;", " ", re.sub(r"<(script|title)\b[^>]*>|<[^>]*>", "\u0000", bare))
    bare = re.sub(r'[\w:-]+="?|[^<>"]*"[^<>]*>|<\w+|"', "\u0000", bare)
    words = [each for each in bare.split("\u0000") if re.search(r"[A-Za-z]{2,}", each)]
    assert words == [], "put them into texts/en/*.toml"
    for each in tree.find_all(nodes.Const):
        sentence = re.search(r"[A-Z][a-z]+ [a-z]+ ", str(each.value))
        assert sentence is None, f"{each.value}: put it into texts/en/*.toml"


@pytest.mark.parametrize("name", sorted(set(SCRIPTS) - {"htmx.min.js"}))
def test_a_script_holds_no_words_of_its_own(name: str) -> None:
    """It takes them from the page: `data-…` attributes, templates, labels."""
    bare = re.sub(r"//.*|/\*[^*]*\*/", "", SCRIPTS[name])
    found = re.findall(r"""["'`]([^"'`\n]*[A-Za-z]{2,} [a-z]{2,} [^"'`\n]*)["'`]""", bare)
    assert found == [], "put them into texts/en/*.toml"
