"""Pages of the directory are made of a few parts: facts, tables, forms, and secrets told once.

A page says what stands in it; how each part looks is written once (`_directory.html`). Labels are
keys of texts, `text` is what Graph told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from ostiary.admin.changing import refusal, status_of
from ostiary.admin.graph_calls import Refused
from ostiary.admin.host import PREFIX
from ostiary.admin.visit import Shown, Visit
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject

GOOD: Final = "good"
BAD: Final = "bad"
NEUTRAL: Final = "disabled"
Error: TypeAlias = Refused | InputError


@dataclass(frozen=True, slots=True)
class Cell:
    """A value: told by Graph, or a sentence of ours (`key`); `tone` makes a badge of it."""

    text: str = ""
    key: str = ""
    tone: str = ""
    link: str = ""
    moment: str = ""
    code: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.text or self.key or self.moment)


@dataclass(frozen=True, slots=True)
class Field:
    """An input of a form; `kind` is a type of HTML's, or `area`, `choice` (`options`), `tick`."""

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    """Values, and what each is called."""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A change: its button's label, and what is asked for it. `hidden` goes along unseen."""

    path: str
    label: str
    hint: str = ""
    fields: tuple[Field, ...] = ()
    hidden: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    danger: bool = False
    etag: str = ""
    about: str = ""
    """What in a table the button is about, for who cannot see the row."""
    opened: bool = False
    kind: str = "form"

    def of(self, etag: str) -> Form:
        """Give it for the version of an object."""
        return replace(self, etag=etag)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; its first cell is its heading."""

    cells: tuple[Cell, ...]
    forms: tuple[Form, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below column headings; `following` is the address of the next page."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Row]
    empty: str = "nothing_found"
    following: str = ""
    forms: tuple[Form, ...] = ()
    hint: str = ""
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an object: labels, each with its values."""

    title: str
    rows: Sequence[tuple[str, Sequence[Cell]]]
    forms: tuple[Form, ...] = ()
    hint: str = ""
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Told:
    """A secret: it stands in this answer and nowhere else."""

    label: str
    text: str
    hint: str = ""
    kind: str = "told"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence in the place of what is not shown."""

    title: str
    key: str
    kind: str = "note"


Part: TypeAlias = Facts | Table | Form | Told | Note


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of an object's page with an address of its own (`?tab=<name>`)."""

    name: str
    label: str


def known_tab(tabs: Sequence[Tab], name: str) -> str:
    """Give the name where a tab has it, else the name of the first tab."""
    return name if any(each.name == name for each in tabs) else tabs[0].name


@dataclass(frozen=True, slots=True)
class ObjectPage:
    """The page of one object. `parts` stand one below the other, `links` beside its name."""

    way: tuple[str, str]
    title: str
    path: str
    parts: Sequence[Part]
    badges: Sequence[Cell] = ()
    links: Sequence[Cell] = ()
    tabs: Sequence[Tab] = ()
    tab: str = ""


def texts(value: object, **more: Any) -> Cell:
    """Give a cell of what Graph told; nothing for what it did not."""
    return Cell(str(value), **more) if value not in (None, "", []) else Cell()


def yes_or_no(value: object) -> Cell:
    """Give a cell for true or false; nothing where neither is known."""
    if value is None:
        return Cell()
    return Cell(key="yes" if value is True else "no")


def enabled(document: JsonObject) -> Cell:
    """Give the badge of an account that is enabled or not."""
    on = document.get("accountEnabled") is not False
    return Cell(key="directory.enabled" if on else "directory.disabled", tone=GOOD if on else BAD)


def shown(visit: Visit, page: ObjectPage, error: Error | None = None) -> Shown:
    """Give a page; after a refusal the form that was sent is open, with what was typed."""
    sent_to = visit.browser.url.path.removeprefix(PREFIX) if error is not None else ""
    refused = refusal(error)
    parts = [_filled(each, visit, sent_to) for each in page.parts]
    if refused["locked_out"] and not any(each.path == sent_to for each in _forms(parts)):
        parts.insert(0, _again(visit, sent_to))
    values: dict[str, Any] = {"page": page, "parts": parts, "sent_to": sent_to, **refused}
    return Shown("directory_object", values, status_of(error))


def _forms(parts: Sequence[Part]) -> Iterator[Form]:
    """Give the forms in which a reason to override can be typed: not those of rows."""
    for each in parts:
        if isinstance(each, Form):
            yield each
        elif isinstance(each, Facts | Table):
            yield from each.forms


def _again(visit: Visit, sent_to: str) -> Form:
    """Give the button of a row as a form of its own, so that a reason can be given with it."""
    own = {"csrf", "etag", "reason"}
    hidden = {name: value for name, value in visit.form.items() if name not in own}
    etag = visit.form.get("etag", "")
    label = "directory.all_the_same"
    return Form(sent_to, label, hidden=hidden, danger=True, opened=True, etag=etag)


def _filled(part: Part, visit: Visit, sent_to: str) -> Part:
    if isinstance(part, Form):
        return _kept(part, visit, sent_to)
    if isinstance(part, Facts | Table):
        return replace(part, forms=tuple(_kept(each, visit, sent_to) for each in part.forms))
    return part


def _kept(form: Form, visit: Visit, sent_to: str) -> Form:
    """Give a form as it was sent. What is changed is still what was seen: its etag stays."""
    if not sent_to or form.path != sent_to:
        return form
    fields = tuple(replace(each, value=_typed(each, visit)) for each in form.fields)
    return replace(form, fields=fields, opened=True, etag=visit.form.get("etag", ""))


def _typed(asked: Field, visit: Visit) -> str:
    if asked.kind == "password":
        return ""
    return visit.form.get(asked.name, "" if asked.kind == "tick" else asked.value)
