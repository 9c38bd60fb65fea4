"""A policy document as the rules look at it: what it selects, demands and limits.

Reading never fails: what does not fit is left out here and told by the structural check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ostiary.conditions import CONDITIONS
from ostiary.conditions.applications import ALL as ALL_RESOURCES
from ostiary.conditions.base import Condition, Field, Shape, WordCondition
from ostiary.conditions.workload_identities import WorkloadIdentities
from ostiary.controls import GRANT_CONTROLS, SESSION_CONTROLS
from ostiary.model.json_types import JsonObject, as_object, as_strings
from ostiary.schema.edge_types import known_word


@dataclass(frozen=True, slots=True)
class PolicyReading:
    """One policy document, read once for all rules.

    `selecting` are the conditions that the document configures; `restricting` leaves out client
    apps set to *all*, which is how Graph writes that nothing is restricted. `grants` are the keys
    of the demanded controls in the document's spelling of nothing but Graph's words, `unknown` the
    built-in words this version does not know, `session` the session controls that are on.
    """

    document: JsonObject
    conditions: JsonObject
    selecting: tuple[Condition[Any], ...]
    restricting: tuple[Condition[Any], ...]
    grants: tuple[str, ...]
    unknown: tuple[str, ...]
    operator: str | None
    session: JsonObject

    @property
    def users(self) -> JsonObject:
        """The member `users`."""
        return as_object(self.conditions.get("users"))

    @property
    def applications(self) -> JsonObject:
        """The member `applications`."""
        return as_object(self.conditions.get("applications"))

    @property
    def grant_controls(self) -> JsonObject:
        """The member `grantControls`."""
        return as_object(self.document.get("grantControls"))

    @property
    def session_controls(self) -> JsonObject:
        """The member `sessionControls`."""
        return as_object(self.document.get("sessionControls"))

    @property
    def for_workloads(self) -> bool:
        """Whether it is about workload identities (`clientApplications`)."""
        return any(each.key == WorkloadIdentities.key for each in self.selecting)

    @property
    def all_resources(self) -> bool:
        """Whether it selects *All resources*."""
        return ALL_RESOURCES.casefold() in self.folded("applications", "includeApplications")

    @property
    def all_demanded(self) -> bool:
        """Whether every control must be met; one control alone is always demanded."""
        return self.operator == "AND"

    def folded(self, key: str, member: str) -> frozenset[str]:
        """Give the words of a list of a condition in lower case."""
        words = as_strings(as_object(self.conditions.get(key)).get(member))
        return frozenset(each.casefold() for each in words)


def read_for_rules(document: JsonObject) -> PolicyReading:
    """Read a document for the rules; anything of a wrong type counts as absent."""
    conditions = as_object(document.get("conditions"))
    selecting = tuple(each for each in CONDITIONS if _selects(each, conditions))
    grant = as_object(document.get("grantControls"))
    operator = grant.get("operator")
    session = as_object(document.get("sessionControls"))
    return PolicyReading(
        document=document,
        conditions=conditions,
        selecting=selecting,
        restricting=tuple(each for each in selecting if not _universal(each, conditions)),
        grants=tuple(
            dict.fromkeys(
                requirement.control
                for control in GRANT_CONTROLS
                for requirement in control.requirements(grant)
            )
        ),
        unknown=tuple(
            each
            for each in as_strings(grant.get("builtInControls"))
            if known_word((control.key for control in GRANT_CONTROLS if control.built_in), each)
            is None
        ),
        operator=operator.upper() if isinstance(operator, str) else None,
        session={
            control.key: session[control.key]
            for control in SESSION_CONTROLS
            if control.key in session and control.parse(session[control.key]) is not None
        },
    )


def selects(field: Field, body: object) -> bool:
    """Tell whether a field of a condition selects anything in the condition's JSON."""
    if field.shape in {Shape.FILTER, Shape.GUESTS}:
        return bool(as_object(as_object(body).get(field.name)))
    return bool(field.read(body))


def _selects(condition: Condition[Any], conditions: JsonObject) -> bool:
    body = conditions.get(condition.key)
    return any(selects(field, body) for field in condition.fields)


def _universal(condition: Condition[Any], conditions: JsonObject) -> bool:
    """Tell whether the condition *is* a list and holds a word that stands for anything.

    Only then is the word Graph's way to write "not configured"; a `platforms` object that says
    `all` is a configured condition.
    """
    if not isinstance(condition, WordCondition) or condition.fields[0].name:
        return False
    words = condition.fields[0].read(conditions.get(condition.key))
    return any(known_word(condition.universal, each) for each in words)
