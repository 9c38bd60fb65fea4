"""What policies tell of the directory: strengths they carry in full, applications they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import MappingProxyType

from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Lookup
from ostiary.model.directory import (
    Application,
    Attributes,
    AuthenticationStrength,
    Directory,
)
from ostiary.model.json_types import JsonObject, as_object
from ostiary.model.policy import Policy
from ostiary.tenant.catalogue import Catalogue
from ostiary.tenant.documents import Warning_
from ostiary.tenant.members import WrongMember
from ostiary.tenant.strengths_json import blank_combinations, read_strength

_NO_ATTRIBUTES: Attributes = MappingProxyType({})


def with_carried_strengths(
    directory: Directory, documents: Iterable[JsonObject], warnings: list[Warning_]
) -> Directory:
    """Add the strengths that policies carry in full, as Graph returns them.

    The strength of that id that the input lists counts more; of the others the first one does.
    """
    found = dict(directory.strengths)
    for strength, policy, blank in _carried(documents):
        if blank:
            warnings.append(Warning_("blankCombination", blank, policy=policy))
        known = found.setdefault(strength.id, strength)
        if known.built_in or _allow_same(known, strength):
            continue
        message = (
            f"the policy carries authentication strength `{strength.display_name or strength.id}`"
            " with other combinations than are used for it"
        )
        warnings.append(Warning_("strengthDiffers", message, policy=policy))
    return replace(directory, strengths=MappingProxyType(found))


def _carried(documents: Iterable[JsonObject]) -> Iterator[tuple[AuthenticationStrength, str, str]]:
    """Give each strength that policies carry, with the policy's name and what is odd about it."""
    for document in documents:
        body = as_object(as_object(document.get("grantControls")).get("authenticationStrength"))
        if not body.get("allowedCombinations"):
            continue
        try:
            name = str(document.get("displayName") or "")
            yield read_strength(body), name, blank_combinations(body)
        except WrongMember:
            continue  # the policy is refused for it when it is read


def _allow_same(one: AuthenticationStrength, other: AuthenticationStrength) -> bool:
    return frozenset(one.combinations) == frozenset(other.combinations)


def with_named_applications(
    directory: Directory, policies: Iterable[Policy], catalogue: Catalogue
) -> Directory:
    """Add the applications that policies name and only the catalogue knows, for their names.

    They have no attributes: an application that the input does not list has none
    (conformance suite, `_about.format.fixtures`).
    """
    by_app = {each.app_id: each.display_name for each in directory.service_principals.values()}
    names = {**catalogue.applications, **by_app}
    added = {
        app: Application(app, names[app], _NO_ATTRIBUTES)
        for app in _named_applications(policies)
        if app in names and app not in directory.applications
    }
    if not added:
        return directory
    return replace(directory, applications=MappingProxyType({**directory.applications, **added}))


def _named_applications(policies: Iterable[Policy]) -> Iterator[str]:
    fields = [
        (condition, each)
        for condition in CONDITIONS
        for each in condition.fields
        if each.lookup is Lookup.APPLICATION
    ]
    for policy in policies:
        conditions = as_object(policy.document.get("conditions"))
        for condition, each in fields:
            words = each.read(conditions.get(condition.key))
            yield from (word for word in words if word not in each.words)
