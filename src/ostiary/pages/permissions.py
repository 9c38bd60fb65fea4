"""What a person agrees to: an app's permissions, an organization's terms of use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ostiary.pages.parts import Link, Post, Step


@dataclass(frozen=True, slots=True)
class Permission:
    """One delegated permission as people read it, and its value (`User.Read`)."""

    title: str
    description: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(Step):
    """Asks whether `client` may have `permissions`; `form` accepts, `refuse` does not.

    `destination` is the host the answer is sent to, so that a look-alike shows itself; `publisher`
    is None where nobody has verified it. `for_everyone` offers an administrator the check box
    `for_organization`.
    """

    template: ClassVar[str] = "consent"

    form: Post
    refuse: Post
    client: str
    permissions: tuple[Permission, ...]
    destination: str | None = None
    publisher: str | None = None
    for_everyone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsOfUse(Step):
    """Shows the terms of use `name`; `form` accepts them, `decline` does not.

    `file` leads to the document itself.
    """

    template: ClassVar[str] = "terms_of_use"

    form: Post
    decline: Post
    name: str
    paragraphs: tuple[str, ...]
    file: Link | None = None
