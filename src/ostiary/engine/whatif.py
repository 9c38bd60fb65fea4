"""What If: which policies would apply to one hypothetical sign-in (Graph's evaluate)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ostiary.engine.explain import analysis_reasons, reasons
from ostiary.engine.policyset import PolicySet, Prepared
from ostiary.model.decision import Reason
from ostiary.model.policy import Policy


@dataclass(frozen=True, slots=True)
class WhatIfResult:
    """One policy in the answer; `analysis_reason` is Graph's word, `reasons` are ours."""

    policy: Policy
    applies: bool
    analysis_reason: str
    reasons: tuple[Reason, ...]

    def to_json(self) -> dict[str, Any]:
        """Give Graph's whatIfAnalysisResult: the whole policy and the analysis."""
        return {
            **self.policy.document,
            "id": self.policy.id,
            "policyApplies": self.applies,
            "analysisReasons": self.analysis_reason,
            "reasons": [reason.to_json() for reason in self.reasons],
        }


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer to one What If request."""

    results: tuple[WhatIfResult, ...]
    errors: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give Graph's collection."""
        return {"value": [result.to_json() for result in self.results], "errors": list(self.errors)}


def what_if(policies: PolicySet, prepared: Prepared, *, applied_only: bool) -> WhatIf:
    """Evaluate every policy; disabled ones never apply, report-only ones count as enabled ones."""
    columns = policies.columns(prepared)
    upper = policies.match(prepared).upper
    words = analysis_reasons(policies, columns)
    results = tuple(
        WhatIfResult(
            policy,
            bool(upper >> number & 1),
            words[number],
            reasons(policies, number, prepared, columns),
        )
        for number, policy in enumerate(policies.policies)
        if not applied_only or upper >> number & 1
    )
    return WhatIf(results, policies.problems(prepared))
