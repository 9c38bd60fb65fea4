"""BG04: whom an administrator calls compromised, policies on risk may lock out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ostiary.administration.guard import LockedOut, Override
from ostiary.administration.risks import set_risks
from ostiary.directory.protocols import SYSTEM
from tests.administration.guarding import BLOCK, BY_ASTRID, EVERYWHERE, make, policy
from tests.web.serving import ASTRID, DAEMON, LIFEBOAT, Served

AT_HIGH_RISK = {**EVERYWHERE, "userRiskLevels": ["high"]}
REASON = Override("The account is in other hands, seen at 3 a.m.")


def _compromised(
    served: Served, ids: Sequence[str], kind: str = "user", override: Override | None = None
) -> None:
    service = served.service
    set_risks(
        service.store,
        service.snapshots,
        kind,
        ids,
        level="high",
        state="confirmedCompromised",
        by=BY_ASTRID,
        override=override,
    )


def test_BG04_confirming_that_the_emergency_account_is_compromised_needs_an_override(
    safe: Served,
) -> None:
    make(safe, policy(AT_HIGH_RISK, BLOCK))
    with pytest.raises(LockedOut) as refused:
        _compromised(safe, [LIFEBOAT])
    assert [each.id for each in refused.value.accounts] == [LIFEBOAT]
    request = refused.value.accounts[0].request
    assert request is not None
    assert request["signInConditions"]["userRiskLevel"] == "high"
    assert safe.service.store.risks.of(LIFEBOAT) is None
    _compromised(safe, [LIFEBOAT], override=REASON)
    found = safe.service.store.risks.of(LIFEBOAT)
    assert found is not None
    assert found.level == "high"


def test_BG04_nor_the_last_administrator_beside_it(safe: Served) -> None:
    make(safe, policy(AT_HIGH_RISK, BLOCK))
    with pytest.raises(LockedOut, match="no administrator beside"):
        _compromised(safe, [ASTRID])


def test_BG04_a_policy_on_the_risk_that_an_account_has_is_refused(safe: Served) -> None:
    _compromised(safe, [LIFEBOAT])
    with pytest.raises(LockedOut):
        make(safe, policy(AT_HIGH_RISK, BLOCK))
    safe.service.store.risks.set(LIFEBOAT, "high", by=SYSTEM, state="remediated")
    make(safe, policy(AT_HIGH_RISK, BLOCK))


def test_who_is_no_administrator_may_be_called_compromised(safe: Served) -> None:
    make(safe, policy(AT_HIGH_RISK, BLOCK))
    _compromised(safe, [DAEMON], "servicePrincipal")
