"""A form that was sent before its sender had to sign in (again): there it is, ready to be sent."""

from __future__ import annotations

from typing import Any, Final

from ostiary.admin import kept_forms
from ostiary.admin.host import PREFIX
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit

_SECRET: Final = "pass"  # noqa: S105  # a part of the names of fields whose values are not shown
_FORGET: Final = f"{kept_forms.PATH}/forget"


async def show(visit: Visit) -> Answer:
    """Show what was sent, with a button that sends it."""
    kept = kept_forms.kept_in(visit.session)
    if kept is None:
        return GoTo("/")
    fields: list[tuple[str, str]] = [(name, value) for name, value in kept["fields"]]
    values: dict[str, Any] = {
        "action": kept["action"],
        "opens": kept["opens"],
        "fields": fields,
        "told": [(name, value) for name, value in fields if value and _SECRET not in name.lower()],
        "mark": kept_forms.FIELD,
        "forget": f"{PREFIX}{_FORGET}",
    }
    return Shown("kept_form", values)


async def forget(visit: Visit) -> Answer:
    """Drop it, and go where it stood."""
    kept = kept_forms.kept_in(visit.session)
    await kept_forms.forget(visit.host, visit.secret)
    page = str(kept["page"]) if kept else PREFIX
    return GoTo(page.removeprefix(PREFIX) or "/")


ROUTES: Final = (
    PageRoute("GET", kept_forms.PATH, show),
    PageRoute("POST", _FORGET, forget, kept=False),
)
