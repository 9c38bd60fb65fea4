"""The pages, in the order of the navigation; each module has its `ROUTES`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ostiary.admin.pages import named_locations, policies, policy, sign_ins, templates

PAGES: Final = (policies, templates, policy, named_locations, sign_ins)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the navigation: its text is `nav.<name>`."""

    name: str
    path: str
    icon: str


def navigation() -> tuple[Entry, ...]:
    """Give the entries of the navigation."""
    return (
        Entry("policies", "/policies", "shield_task"),
        Entry("named_locations", "/named-locations", "location"),
        Entry("sign_ins", "/sign-ins", "people_list"),
    )
