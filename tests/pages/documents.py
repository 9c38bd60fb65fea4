"""Reads a page back: its forms, links and tags, as a browser without script sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = dict[str, str]
_VOID = frozenset({"input", "meta", "link", "img", "br", "hr", "base"})


@dataclass
class Form:
    """One form: its attributes, its fields and its buttons in document order."""

    attributes: Attributes
    fields: list[Attributes] = field(default_factory=list)
    buttons: list[Attributes] = field(default_factory=list)

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """Give names and values of the hidden fields."""
        return tuple(
            (each["name"], each.get("value", ""))
            for each in self.fields
            if each.get("type") == "hidden"
        )


class Document(HTMLParser):
    """A parsed page; `tags` is its skeleton, every tag with the names of its attributes."""

    def __init__(self, html: str) -> None:
        """Parse `html` at once."""
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, ...]] = []
        self.elements: list[tuple[str, Attributes]] = []
        self.forms: list[Form] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.title = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in one tag."""
        names = [name for name, _ in attrs]
        attributes = {name: value or "" for name, value in attrs}
        assert len(names) == len(attributes), f"an attribute is given twice in <{tag}>"
        self.tags.append((tag, *names))
        self.elements.append((tag, attributes))
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "form":
            assert self.open.count("form") == 1, "a form inside a form"
            self.forms.append(Form(attributes))
        if "form" in self.open and tag == "input":
            self.forms[-1].fields.append(attributes)
        if "form" in self.open and tag == "button":
            self.forms[-1].buttons.append(attributes)

    def handle_endtag(self, tag: str) -> None:
        """Check that tags close in turn."""
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> does not close what is open"
        self.tags.append((f"/{tag}",))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a tag of a drawing that closes itself."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        if "title" in self.open:
            self.title += data
        if data.strip():
            self.texts.append(data)

    def all(self, tag: str) -> list[Attributes]:
        """Give the attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]
