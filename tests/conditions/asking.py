"""Asks of one policy whether it applies, in a small tenant and by the whole engine."""

from __future__ import annotations

from typing import Any

import ostiary
from tests.tenant.documents import ALICE, EXCHANGE, policy, tenant

APPLIES, MAY_APPLY = (True, "notSet"), (True, "notEnoughInformation")


def answer(
    conditions: dict[str, Any],
    *,
    who: dict[str, Any] | None = None,
    target: dict[str, Any] | None = None,
    where: dict[str, Any] | None = None,
    **members: Any,
) -> tuple[bool, str]:
    """Whether a policy with these conditions applies, and the first reason.

    Without `who`, `target` and `where` Alice asks for Exchange and nothing else is known;
    `members` are those of the tenant.
    """
    loaded = ostiary.load_tenant(tenant(policy(conditions=conditions), **members))
    assert not loaded.parts.refused
    considered = loaded.what_if(
        {
            "signInIdentity": who or {"userId": ALICE},
            "signInContext": target or {"includeApplications": [EXCHANGE]},
            "signInConditions": where or {},
        }
    )
    result = considered.results[0]
    return result.applies, result.analysis_reason
