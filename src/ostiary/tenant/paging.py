"""Lists that say themselves that they go on: the further pages were not exported.

Graph answers lists in pages; each but the last has an `@odata.nextLink` (OData JSON format 4.01,
section 4.6.11). What is inside a page may have a link of its own (`members@odata.nextLink`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ostiary.model.json_types import JsonObject
from ostiary.tenant.documents import ROLE_ASSIGNMENTS, Part, Warning_
from ostiary.tenant.shapes import is_object

_LINKS = ("@odata.nextlink", "@nextlink", "odata.nextlink")
_CUT = "incompleteExport"
_MEANS = {
    ROLE_ASSIGNMENTS: "who holds a role is unknown",
    "users": "nothing is known of the users that are missing",
    "groups": "nothing is known of the groups that are missing",
    "servicePrincipals": "nothing is known of the service principals that are missing",
}


def goes_on(body: object) -> bool:
    """Tell whether a page says that another one follows."""
    return is_object(body) and any(
        name.casefold() in _LINKS and bool(link) for name, link in body.items()
    )


def goes_on_within(body: JsonObject, member: str) -> bool:
    """Tell whether the list in a member of an object says that it goes on."""
    links = {f"{member}{link}".casefold() for link in _LINKS}
    return any(name.casefold() in links and bool(link) for name, link in body.items())


def cut_off(parts: Sequence[Part]) -> bool:
    """Tell whether the last page of a list is missing: every part there is says that it goes on.

    Pages saved in files of their own are complete if one of them is the last one.
    """
    return bool(parts) and all(part.goes_on for part in parts)


def missing_pages(parts: Mapping[str, Sequence[Part]]) -> Iterator[Warning_]:
    """Warn of the lists whose last page is missing, and say what that means."""
    for key, found in parts.items():
        if not cut_off(found):
            continue
        means = f": {_MEANS[key]}" if key in _MEANS else ""
        message = "the collection has an `@odata.nextLink`: further pages were not exported"
        yield Warning_(_CUT, f"{message}{means}", found[-1].file)
