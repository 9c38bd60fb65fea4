"""What a pitfall is: one thing that goes wrong with Conditional Access, and how to look for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from ostiary.model.policy import Policy

if TYPE_CHECKING:
    from ostiary.analysis.lint_subject import Subject

PAGE = "docs/lint.md"
"""The page that `lint_page` writes out of the pitfalls themselves."""


class Severity(Enum):
    """How bad it is; the words are the levels of SARIF 2.1.0 (section 3.27.10)."""

    ERROR = "error"
    """Somebody is locked out, or a policy does the opposite of what it says."""
    WARNING = "warning"
    """A way around a policy, or trouble that waits for its day."""
    NOTE = "note"
    """Worth knowing; often meant that way."""

    @property
    def rank(self) -> int:
        """Give the place in the order of weight: 0 is the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Found:
    """One place where a pitfall was met.

    `reason` is a sentence for people, lower case and without a final stop. `policies` are those it
    is about, none where it is about the tenant. `fix` replaces the general advice of the pitfall.
    """

    reason: str
    policies: tuple[Policy, ...] = ()
    fix: str = ""


Finds: TypeAlias = Iterator[Found]


class Pitfall(ABC):
    """One rule. The class says what is wrong, why it hurts and what to do; `look` finds it.

    `code` never changes its meaning; `name` is the same in words. `why` and `fix` are sentences
    for the reference page, `source` says where the pitfall is described.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    title: ClassVar[str]
    why: ClassVar[str]
    fix: ClassVar[str]
    source: ClassVar[str]

    @abstractmethod
    def look(self, subject: Subject) -> Finds:
        """Give every place where the pitfall was met."""

    @property
    def anchor(self) -> str:
        """Give the place of the pitfall on the reference page."""
        return f"{PAGE}#{self.code.lower()}"


@dataclass(frozen=True, slots=True)
class Finding:
    """A pitfall that was met: what `ostiary lint` prints."""

    pitfall: Pitfall
    found: Found

    @property
    def fix(self) -> str:
        """Give the advice that fits best."""
        return self.found.fix or self.pitfall.fix

    @property
    def severity(self) -> Severity:
        """Give how bad it is."""
        return self.pitfall.severity

    def to_json(self) -> Mapping[str, Any]:
        """Give the entry of `findings[]` in the answer of `ostiary lint --json`."""
        return {
            "code": self.pitfall.code,
            "name": self.pitfall.name,
            "severity": self.severity.value,
            "title": self.pitfall.title,
            "policies": [
                {"id": each.id, "displayName": each.display_name, "state": each.state.value}
                for each in self.found.policies
            ],
            "reason": self.found.reason,
            "fix": self.fix,
            "documentation": self.pitfall.anchor,
        }
