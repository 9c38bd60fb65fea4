"""A Conditional Access policy as the engine reads it, beside the document it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from ostiary.model.json_types import JsonObject
from ostiary.model.setting import Setting


class PolicyState(Enum):
    """The three positions of *Enable policy*."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    REPORT_ONLY = "enabledForReportingButNotEnforced"


class Operator(Enum):
    """How the controls of one policy combine: all of them, or one of them."""

    AND = "AND"
    OR = "OR"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One control that a policy demands: the control's key and, for some, an object's id.

    `Requirement("mfa")`, `Requirement("termsOfUse", "<agreement id>")`.
    """

    control: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """The grant controls of a policy."""

    operator: Operator
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: who, what and when (`settings` by condition key), grant and session controls.

    A condition that is not configured is absent from `settings`. `session` maps the key of a
    session control to what the policy asks of it. `not_understood` names configured members that
    this version does not know: the policy then applies as if they were met (fail closed).
    """

    id: str
    display_name: str
    state: PolicyState
    settings: Mapping[str, Setting]
    grant: Grant | None
    session: Mapping[str, object]
    document: JsonObject = field(repr=False, hash=False, compare=False)
    not_understood: tuple[str, ...] = ()

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """The grant controls in the order of the document; none when there is no grant."""
        return self.grant.requirements if self.grant else ()
