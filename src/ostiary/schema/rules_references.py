"""Rules about ids: their form, and whether what they name exists.

Checked only where somebody says what exists (`References`): a tenant file may hold names in place
of ids, which its loader resolves. Users, groups, roles, resources, agreements and authentication
contexts are not looked up; locations and strengths are, as Graph does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Field, Lookup, Shape
from ostiary.conditions.locations import MFA_TRUSTED_IPS
from ostiary.controls.authentication_strength import AuthenticationStrength
from ostiary.model.errors import Problem
from ostiary.model.json_types import as_object, as_strings
from ostiary.schema.edge_types import known_word
from ostiary.schema.graph_texts import INVALID_GROUP, INVALID_ROLE, NO_LOCATION
from ostiary.schema.reading import PolicyReading

GUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_CODES = {Lookup.GROUP: INVALID_GROUP, Lookup.ROLE: INVALID_ROLE}
_NO_GUID = frozenset({Lookup.NAMED_LOCATION, Lookup.AUTHENTICATION_CONTEXT})


@dataclass(frozen=True, slots=True)
class References:
    """What exists in a tenant, as lower-case ids."""

    named_locations: frozenset[str] = frozenset()
    strengths: frozenset[str] = frozenset()


def ids_are_guids(policy: PolicyReading, references: References) -> Iterator[Problem]:
    """Ids of directory objects are GUIDs (codes 1054 and 1102 were seen for anything else)."""
    for path, field, each in _ids(policy):
        if field.lookup is None or field.lookup in _NO_GUID or GUID.fullmatch(each):
            continue
        what = field.lookup.value
        words = ", ".join(f"`{word}`" for word in field.words)
        article = "an" if what[0] in "aeiou" else "a"
        expected = f"the id of {article} {what}" + (f", or one of {words}" if words else "")
        code = _CODES.get(field.lookup, "invalidId")
        yield Problem(path, code, f"expected {expected}, came `{each}`")


def guest_tenants_are_guids(policy: PolicyReading, references: References) -> Iterator[Problem]:
    """Tenants of external users are named by id (conditionalaccessenumeratedexternaltenants)."""
    for condition in CONDITIONS:
        for field in condition.fields:
            if field.shape is Shape.GUESTS:
                yield from _tenant_problems(policy, condition.key, field.name)


def _tenant_problems(policy: PolicyReading, key: str, name: str) -> Iterator[Problem]:
    guests = as_object(as_object(policy.conditions.get(key)).get(name))
    members = as_strings(as_object(guests.get("externalTenants")).get("members"))
    for number, each in enumerate(members):
        if not GUID.fullmatch(each):
            path = f"conditions.{key}.{name}.externalTenants.members[{number}]"
            yield Problem(path, "invalidId", f"expected the id of a tenant, came `{each}`")


def locations_exist(policy: PolicyReading, references: References) -> Iterator[Problem]:
    """Graph looks named locations up (code 1040)."""
    known = references.named_locations | {MFA_TRUSTED_IPS}
    for path, field, each in _ids(policy):
        if field.lookup is Lookup.NAMED_LOCATION and each.casefold() not in known:
            yield Problem(
                path,
                NO_LOCATION,
                f"named location `{each}` does not exist; create it first or correct its id",
            )


def strength_exists(policy: PolicyReading, references: References) -> Iterator[Problem]:
    """A policy is bound to a strength that is there (conditionalaccessgrantcontrols)."""
    strength = as_object(policy.grant_controls.get(AuthenticationStrength.key)).get("id")
    if isinstance(strength, str) and strength.casefold() not in references.strengths:
        yield Problem(
            f"grantControls.{AuthenticationStrength.key}.id",
            "unknownStrength",
            f"authentication strength `{strength}` does not exist; create it first or correct its "
            "id",
        )


def _ids(policy: PolicyReading) -> Iterator[tuple[str, Field, str]]:
    """Give path, field and text of everything in the policy that is an id and no word."""
    for condition in CONDITIONS:
        body = policy.conditions.get(condition.key)
        for field in condition.fields:
            if field.lookup is None or field.shape is not Shape.WORDS:
                continue
            path = f"conditions.{condition.key}" + (f".{field.name}" if field.name else "")
            for index, each in enumerate(field.read(body)):
                if known_word(field.words, each) is None:
                    yield f"{path}[{index}]", field, each
