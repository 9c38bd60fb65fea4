"""Combinations of methods as the form of an authentication strength groups them, and its limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ostiary.model.json_types import JsonObject, as_object, as_strings, is_list
from ostiary.schema.edge_objects import METHODS

_FIDO2: Final = "#microsoft.graph.fido2CombinationConfiguration"
_X509: Final = "#microsoft.graph.x509CertificateCombinationConfiguration"


@dataclass(frozen=True, slots=True)
class Combination:
    """A combination to tick."""

    key: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Combinations of one built-in strength that no stricter one has."""

    name: str
    combinations: tuple[Combination, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """What may be configured of a combination: its lists, filled in from what is configured.

    `lists` are the members of Graph with what stands in them; `id` is empty where nothing does.
    """

    combination: str
    name: str
    kind: str
    id: str
    lists: tuple[tuple[str, tuple[str, ...]], ...]


_LIMITS: Final = {
    "fido2": (_FIDO2, ("allowedAAGUIDs",)),
    "x509CertificateSingleFactor": (_X509, ("allowedIssuerSkis", "allowedPolicyOIDs")),
    "x509CertificateMultiFactor": (_X509, ("allowedIssuerSkis", "allowedPolicyOIDs")),
}
"""Source: resources fido2combinationconfiguration, x509certificatecombinationconfiguration."""


def name_of(combination: str) -> str:
    """Write a combination as Entra shows it: its methods with a plus between them."""
    return " + ".join(METHODS.get(each.strip(), each.strip()) for each in combination.split(","))


def groups_of(
    strengths: Iterable[JsonObject], known: Sequence[str], chosen: Sequence[str], others: str
) -> list[Group]:
    """Group all combinations by the strictest built-in strength that has them.

    What belongs to none, and is chosen all the same, stands in a group called `others`.
    """
    built_in = [each for each in strengths if each.get("policyType") == "builtIn"]
    built_in.sort(key=lambda each: len(as_strings(each.get("allowedCombinations"))))
    left = dict.fromkeys((*known, *chosen))
    found: list[Group] = []
    for each in (*built_in, {"displayName": others, "allowedCombinations": tuple(left)}):
        allowed = set(as_strings(each.get("allowedCombinations")))
        mine = tuple(
            Combination(key, name_of(key), key in chosen) for key in left if key in allowed
        )
        left = dict.fromkeys(key for key in left if key not in allowed)
        if mine:
            found.append(Group(str(each.get("displayName")), mine))
    return found


def limits_of(strength: JsonObject) -> list[Limit]:
    """Give what can be configured of a strength: of keys and certificates that it allows."""
    listed = strength.get("combinationConfigurations")
    configured = [as_object(each) for each in listed] if is_list(listed) else []
    allowed = as_strings(strength.get("allowedCombinations"))
    return [_limit(key, configured) for key in _LIMITS if key in allowed]


def as_typed(limit: Limit, typed: Mapping[str, str]) -> Limit:
    """Give a limit with what was typed in the place of what is configured."""
    lists = tuple((name, _lines(typed, name)) for name, _ in limit.lists)
    return replace(limit, lists=lists)


def _lines(typed: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in typed.get(name, "").splitlines() if each.strip())


def limit_sent(limit: Limit, typed: Mapping[str, str]) -> dict[str, Any] | None:
    """Read the lists of a limit; None where nothing was typed: then any key counts."""
    lists = {name: list(_lines(typed, name)) for name, _ in limit.lists}
    if not any(lists.values()):
        return None
    kind = {"@odata.type": limit.kind, "appliesToCombinations": [limit.combination]}
    return {**kind, **lists}


def _limit(combination: str, configured: Sequence[JsonObject]) -> Limit:
    kind, members = _LIMITS[combination]
    mine = next(
        (
            each
            for each in configured
            if combination in as_strings(each.get("appliesToCombinations"))
        ),
        as_object(None),
    )
    lists = tuple((name, tuple(as_strings(mine.get(name)))) for name in members)
    return Limit(combination, name_of(combination), kind, str(mine.get("id") or ""), lists)
