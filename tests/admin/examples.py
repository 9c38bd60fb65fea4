"""What stands for the parts of an address, so that tests can open every page there is.

Whoever adds a page whose address begins differently adds a line here: the kind of the object that
the page shows. Of each kind the furnished tenant (`furnished.py`) has one; a new kind is made
there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ostiary.admin.host import PREFIX
from ostiary.admin.pages import PAGES
from tests.admin.furnished import Furnished

PLACES_OF: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "/policies/{id}": {"id": "policies", "version": "=1"},
        "/policies/deleted/{id}": {"id": "deleted"},
        "/policies/templates/{id}": {"id": "=c7503427-338e-4c5e-902d-abe252abfb43"},
        "/applications/{id}": {"id": "applications"},
        "/authentication-contexts/{id}": {"id": "contexts"},
        "/authentication-strengths/{id}": {"id": "strengths"},
        "/deleted-objects/{id}": {"id": "deleted-users"},
        "/devices/{id}": {"id": "devices"},
        "/gaps/{name}": {"name": "=managementMfa"},
        "/groups/{id}": {"id": "groups"},
        "/named-locations/deleted/{id}": {"id": "deleted-locations"},
        "/named-locations/{id}": {"id": "locations"},
        "/terms-of-use/{id}": {"id": "agreements", "file": "=agreement-file"},
        "/emergency-access/{id}": {"id": "emergency"},
        "/settings/domains/{id}": {"id": "=fjordvik.example"},
        "/protected-actions/{id}": {
            "id": "=microsoft.directory-conditionalAccessPolicies-create-post"
        },
        "/temporary-exclusions/{policy}": {"policy": "excluding", "id": "exclusions"},
        "/roles/{id}": {"id": "roles"},
        "/rollouts/{id}": {"id": "rollouts", "step": "=stop"},
        "/service-principals/{id}": {"id": "principals"},
        "/sign-ins/{id}": {"id": "sign-ins"},
        "/users/{id}": {"id": "users", "kind": "=softwareOath", "method": "methods"},
    }
)
"""Beginning of a path behind `/admin` → the kind of each of its places; `=` begins the text itself.

The longest beginning counts.
"""
ASKING: Final = frozenset(
    {
        "/sign-out",
        "/kept-form/forget",
        "/what-if",
        "/policies/impact",
        "/policies/new/draft",
        "/policies/{id}/edit/draft",
        "/filter-rows",
        "/audit-log/verify",
    }
)
"""Paths whose forms change nothing but one's own session, so that a reader has them too."""
NOT_FOR_READERS: Final = frozenset[tuple[str, str]]()
"""Pages that a role may not read in Graph: the name of the role in `furnished.py`, and the path."""
_PLACE: Final = re.compile(r"{(\w+)(?::\w+)?}")


@dataclass(frozen=True, slots=True)
class Sample:
    """A route, and an address of it that shows something."""

    method: str
    pattern: str
    address: str

    def __str__(self) -> str:
        """Name it, as a finding does."""
        return f"{self.method} {self.pattern}"


def routes() -> list[tuple[str, str]]:
    """Give method and path of every route of the admin center."""
    found = {(each.method, each.path) for page in PAGES for each in page.ROUTES}
    return sorted({*found, ("POST", "/sign-out")})


def samples(tenant: Furnished, method: str = "") -> Iterator[Sample]:
    """Give every route that has an example, of one method where that is asked for.

    That none is without, `missing` tells, once.
    """
    for known, path in routes():
        filled = _filled(tenant, path)
        if method in {"", known} and not filled[1]:
            yield Sample(known, path, PREFIX + filled[0])


def missing(tenant: Furnished) -> list[str]:
    """Tell of every route that cannot be tested, and what to add."""
    return sorted({told for _, path in routes() if (told := _filled(tenant, path)[1])})


def _filled(tenant: Furnished, path: str) -> tuple[str, str]:
    """Put the example's ids into a path; the second text says what is missing."""
    fitting = [each for each in PLACES_OF if path == each or path.startswith(f"{each}/")]
    kinds = PLACES_OF[max(fitting, key=len)] if fitting else dict[str, str]()
    told = ""
    for name in _PLACE.findall(path):
        kind = kinds.get(name, "")
        known = kind[1:] if kind.startswith("=") else tenant.ids.get(kind)
        if not kind:
            told = f"{path}: say in PLACES_OF (tests/admin/examples.py) what kind `{name}` is of"
        elif known is None:
            told = f"{path}: make one of `{kind}` in `furnish` (tests/admin/furnished.py)"
        path = re.sub(rf"{{{name}(:\w+)?}}", known or "", path)
    return path, told
