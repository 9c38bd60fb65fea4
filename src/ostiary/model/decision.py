"""What the engine answers: the outcome of a sign-in and the part each policy played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ostiary.model.policy import Policy


class Outcome(Enum):
    """Token now, ask the user for something first, or nothing the user could do helps."""

    GRANT = "grant"
    INTERRUPT = "interrupt"
    BLOCK = "block"


class ControlStatus(Enum):
    """Where one grant control stands: met, obtainable from the user now, or out of reach."""

    MET = "met"
    PROMPT = "prompt"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one control stands for one sign-in.

    `challenge` is the step that could obtain it (PROMPT), `code` the AADSTS number of the answer
    while it is not met, `why` a sentence for people. `first_method`: the step would register the
    first method of a user who has none.
    """

    status: ControlStatus
    code: int = 0
    challenge: str = ""
    why: str = ""
    first_method: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a policy does not apply: Graph's word, and a sentence naming the value that decided."""

    word: str
    sentence: str
    condition: str = ""

    def to_json(self) -> dict[str, str]:
        """Give the members shown in answers."""
        return {"reason": self.word, "condition": self.condition, "sentence": self.sentence}


@dataclass(frozen=True, slots=True)
class PolicyVerdict:
    """The part one policy played; `result` is Graph's appliedConditionalAccessPolicyResult."""

    policy: Policy
    applies: bool
    analysis_reason: str
    result: str
    reasons: tuple[Reason, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give the entry of `policies[]` in an answer."""
        return {
            "policyId": self.policy.id,
            "displayName": self.policy.display_name,
            "policyApplies": self.applies,
            "analysisReasons": self.analysis_reason,
            "reasons": [reason.to_json() for reason in self.reasons],
            "result": self.result,
        }


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is answered to one sign-in, without the part that each policy played."""

    outcome: Outcome
    code: int
    challenges: tuple[str, ...]
    session: Mapping[str, Any]
    status: str
    audiences: tuple[str, ...]
    oauth_error: str | None = None
    claims: str | None = None
    why: str = ""
    errors: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Ruling):
    """The answer to one sign-in, in the member names of the conformance suite."""

    policies: tuple[PolicyVerdict, ...]
    applied: tuple[Mapping[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        """Give the whole answer as JSON."""
        return {
            "outcome": self.outcome.value,
            "aadstsCode": self.code,
            "oauthError": self.oauth_error,
            "claimsChallenge": self.claims is not None,
            "claims": self.claims,
            "nextChallenge": list(self.challenges),
            "why": self.why,
            "session": dict(self.session),
            "conditionalAccessStatus": self.status,
            "conditionalAccessAudiences": list(self.audiences),
            "policies": [verdict.to_json() for verdict in self.policies],
            "appliedConditionalAccessPolicies": [dict(entry) for entry in self.applied],
            "errors": list(self.errors),
        }
