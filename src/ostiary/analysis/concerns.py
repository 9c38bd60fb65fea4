"""The questions that every tenant is asked: what must not be open to anybody.

Emergency access accounts are left out of them: they are meant to get in where nobody else does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ostiary.analysis.naming import Names
from ostiary.analysis.questions import EMERGENCY, Asked
from ostiary.model.json_types import as_object, as_strings
from ostiary.schema.templates import find_template

MANAGEMENT: Final = ("Windows Azure Service Management API", "Microsoft Admin Portals")
"""What the founding policy protects: the management of Azure, and the admin centers."""
_ADMINISTRATORS: Final = "c7503427-338e-4c5e-902d-abe252abfb43"
"""The template *Require multifactor authentication for admins*: its roles are meant here."""
_PHISHING_RESISTANT: Final = "00000000-0000-0000-0000-000000000004"
_DEVICE_CODE: Final = "deviceCodeFlow"
_LEGACY: Final = ("exchangeActiveSync", "other")
_REGISTERING: Final = "urn:user:registersecurityinfo"
CONCERNS: Final = (
    "managementMfa",
    "administratorsMfa",
    "everybodyMfa",
    "administratorsPhishingResistant",
    "guestsMfa",
    "legacyAuthentication",
    "deviceCodeFlow",
    "securityInfoRegistration",
)
"""The names of the questions, in their order."""


@dataclass(frozen=True, slots=True)
class Concern:
    """A question with a name that never changes."""

    name: str
    asked: Asked


def concerns(names: Names, chosen: Sequence[str] | None = None) -> tuple[Concern, ...]:
    """Give the questions for a tenant, all or those with a chosen name."""
    found = _concerns(_left_out(names))
    return tuple(each for each in found if chosen is None or each.name in chosen)


def _left_out(names: Names) -> tuple[str, ...]:
    return (EMERGENCY,) if names.directory.settings.emergency_access else ()


def _concerns(excluded: tuple[str, ...]) -> Iterator[Concern]:
    administrators = administrator_roles()
    yield Concern("managementMfa", Asked(excluded=excluded, resources=MANAGEMENT))
    yield Concern("administratorsMfa", Asked(users=administrators, excluded=excluded))
    yield Concern("everybodyMfa", Asked(excluded=excluded))
    yield Concern(
        "administratorsPhishingResistant",
        Asked(users=administrators, excluded=excluded, requires=(_PHISHING_RESISTANT,)),
    )
    yield Concern("guestsMfa", Asked(users=("Guests",), excluded=excluded))
    yield Concern(
        "legacyAuthentication",
        Asked(excluded=excluded, when={"clientAppTypes": list(_LEGACY)}, requires=("block",)),
    )
    yield Concern(
        "deviceCodeFlow",
        Asked(excluded=excluded, when={"authenticationFlows": _DEVICE_CODE}, requires=("block",)),
    )
    yield Concern(
        "securityInfoRegistration",
        Asked(excluded=excluded, resources=(_REGISTERING,)),
    )


def administrator_roles() -> tuple[str, ...]:
    """Give the roles that Entra's template for administrators names, for questions."""
    template = find_template(_ADMINISTRATORS)
    conditions = as_object(as_object(template.details if template else None).get("conditions"))
    roles = as_strings(as_object(conditions.get("users")).get("includeRoles"))
    return tuple(f"role:{each}" for each in roles)
