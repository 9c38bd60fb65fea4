"""What is wrong with a page's HTML: what would run, what nobody can reach, what is not tied.

The rules of nesting are those of the HTML standard (content models, sections 4.3 to 4.11); axe-core
looks at what only a browser knows.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Final

from tests.pages.documents import Attributes

_VOID: Final = frozenset({"input", "meta", "link", "img", "br", "hr", "base", "col", "wbr"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS: Final = _HEADINGS | {
    *("address", "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figure"),
    *("footer", "form", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul"),
}
_ONLY_TEXT: Final = _HEADINGS | {
    *("p", "span", "button", "label", "strong", "em", "bdi", "code", "pre", "small", "del", "ins"),
    *("time", "kbd", "abbr", "option"),
}
"""Elements whose content is phrasing; `del` and `ins` are used within lines here."""
_CHILDREN: Final = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"div", "dt", "dd"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    "tr": {"th", "td"},
    "select": {"option", "optgroup", "hr"},
    "optgroup": {"option"},
}
_INTERACTIVE: Final = frozenset({"a", "button", "select", "textarea", "label", "details", "input"})
_FIELDS: Final = frozenset({"input", "select", "textarea"})
_SENDING: Final = ("hx-post", "hx-put", "hx-patch", "hx-delete")
_TIES: Final = (
    *("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-details"),
    *("for", "popovertarget", "list", "form"),
)
_SCRIPT: Final = re.compile(r"^\s*(javascript|js|vbscript|data:text/html)\s*:", re.IGNORECASE)
_FOREIGN: Final = frozenset({"style", "iframe", "object", "embed"})
_LOADING: Final = ("src", "action", "formaction", "poster", "srcset", "ping", "background")


class Page(HTMLParser):
    """A page or a part of one, read; `wrong` lists what is wrong with it."""

    def __init__(self, html: str) -> None:
        """Read it at once."""
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.elements: list[tuple[str, Attributes]] = []
        self.forms: list[tuple[Attributes, list[tuple[str, Attributes]]]] = []
        self._open: list[str] = []
        self._form: list[tuple[str, Attributes]] | None = None
        self._sending: list[tuple[str, bool]] = []
        self.feed(html)
        self.close()
        if self._open:
            self.wrong.append(f"not closed: {', '.join(self._open)}")
        self._whole()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a tag."""
        found = {name: value or "" for name, value in attrs}
        if len(found) != len(attrs):
            self.wrong.append(f"an attribute is given twice in <{tag}>")
        self._nesting(tag)
        self._running(tag, found)
        if tag == "form":
            self._form = []
            self.forms.append((found, self._form))
        elif self._form is not None and tag in {*_FIELDS, "button"}:
            self._form.append((tag, found))
        if any(each in found for each in _SENDING):
            self._sending.append((self.get_starttag_text() or tag, self._form is not None))
        if tag in _FIELDS and "label" in self._open:
            found["data-in-label"] = "yes"
        self.elements.append((tag, found))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a tag of a drawing that closes itself."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Take in the end of an element."""
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}> does not close what is open")
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        """Look at text that stands where none may."""
        if data.strip() and self._open and self._open[-1] in {*_CHILDREN, "script", "style"}:
            self.wrong.append(f"text in <{self._open[-1]}>: {data.strip()[:60]}")

    def _nesting(self, tag: str) -> None:
        above = self._open[-1] if self._open else ""
        if above in _CHILDREN and tag not in _CHILDREN[above] | {"template"}:
            self.wrong.append(f"<{tag}> in <{above}>")
        if tag in _BLOCKS and (inside := [each for each in self._open if each in _ONLY_TEXT]):
            self.wrong.append(f"<{tag}> in <{inside[-1]}>")
        if tag in _INTERACTIVE:
            for each in ("a", "button", *(("label",) if tag == "label" else ())):
                if each in self._open:
                    self.wrong.append(f"<{tag}> in <{each}>")
        if tag in {"form", "main"} and tag in self._open:
            self.wrong.append(f"a {tag} inside a {tag}")

    def _running(self, tag: str, found: Attributes) -> None:
        """Note what would run, or load something from elsewhere."""
        if (tag == "script" and "src" not in found) or tag in {
            "style",
            "iframe",
            "object",
            "embed",
        }:
            self.wrong.append(f"<{tag}> in a page")
        for name, value in found.items():
            if name == "style" or name.startswith(("on", "hx-on", "hx-vars")):
                self.wrong.append(f"{name}= in <{tag}>")
            if _SCRIPT.search(value) or (name.startswith("hx-") and "js:" in value):
                self.wrong.append(f"script in {name} of <{tag}>: {value[:60]}")
            if name == "hx-trigger" and "[" in value:
                self.wrong.append(f"a filter of events needs eval: {value[:60]}")
            loads = name in _LOADING or name in _SENDING or name == "hx-get"
            if (loads or (tag, name) == ("link", "href")) and not _is_ours(value):
                self.wrong.append(f"{name} of <{tag}> leads elsewhere: {value[:60]}")

    def _whole(self) -> None:
        """Look at what one element says of another."""
        ids = Counter(found["id"] for _, found in self.elements if "id" in found)
        self.wrong += [f"id `{each}` {count} times" for each, count in ids.items() if count > 1]
        self.wrong += [f"id `{each}` is empty or has a blank" for each in ids if _is_no_id(each)]
        for tag, found in self.elements:
            for name in _TIES:
                for each in found.get(name, "").split():
                    if each not in ids:
                        self.wrong.append(f"{name} of <{tag}> names no element: {each}")
        self._labelled()
        self._sent()

    def _labelled(self) -> None:
        labelled = {found.get("for") for tag, found in self.elements if tag == "label"}
        for tag, found in self.elements:
            if tag in _FIELDS and found.get("type") not in {"hidden", "submit", "button"}:
                tied = {"aria-label", "aria-labelledby", "data-in-label"} & found.keys()
                if not tied and found.get("id") not in labelled:
                    self.wrong.append(f"no label: <{tag} name={found.get('name')}>")
            if tag == "th" and "scope" not in found:
                self.wrong.append("a <th> without scope")

    def _sent(self) -> None:
        for form, fields in self.forms:
            names = {found.get("name") for _, found in fields}
            if form.get("method", "get") == "post" and "csrf" not in names:
                self.wrong.append(f"no csrf in the form to {form.get('action')}")
            if form.get("method", "get") != "post" and "csrf" in names:
                self.wrong.append(f"csrf goes into an address: {form.get('action')}")
        for text, within in self._sending:
            if not within and "csrf" not in text:
                self.wrong.append(f"sends no csrf: {text[:100]}")


def _is_ours(address: str) -> bool:
    """Tell whether an address stays at this service: a path, or a picture in the page itself."""
    return address.startswith("data:image/") or (
        not address.startswith(("//", "/\\")) and "://" not in address
    )


def _is_no_id(text: str) -> bool:
    return not text or any(each.isspace() for each in text)
