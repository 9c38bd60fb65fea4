"""The risk conditions: sign-in, user, service principal, insider and agent risk.

Levels match exactly: selecting *Medium* does not select *High*
(entra-docs conditional-access/concept-conditional-access-conditions, sign-in risk).
"""

from __future__ import annotations

from ostiary.conditions.base import Field, Shape, WordCondition
from ostiary.conditions.facts import (
    AGENT_RISK,
    INSIDER_RISK,
    SERVICE_PRINCIPAL_RISK,
    SIGN_IN_RISK,
    USER_RISK,
)
from ostiary.model.setting import Effect

RISK_LEVELS = {"high": "High", "medium": "Medium", "low": "Low", "none": "No risk"}
_HIDDEN = {**RISK_LEVELS, "hidden": "Hidden"}
_INSIDER_LEVELS = {"elevated": "Elevated", "moderate": "Moderate", "minor": "Minor"}


class SignInRisk(WordCondition):
    """How likely it is that somebody else than the owner signs in now."""

    name = key = "signInRiskLevels"
    title = "Sign-in risk"
    reason = "signInRisk"
    facts = (SIGN_IN_RISK,)
    words = _HIDDEN
    fields = (Field("", Effect.INCLUDE, "Sign-in risk level", words),)


class UserRisk(WordCondition):
    """How likely it is that the account is compromised."""

    name = key = "userRiskLevels"
    title = "User risk"
    reason = "userRisk"
    facts = (USER_RISK,)
    words = _HIDDEN
    fields = (Field("", Effect.INCLUDE, "User risk level", words),)


class ServicePrincipalRisk(WordCondition):
    """How likely it is that a workload identity is compromised.

    Graph lists no What If word of its own for it; `signInRisk` is the nearest and our choice
    (docs/decisions/0003-undocumented-choices.md).
    """

    name = key = "servicePrincipalRiskLevels"
    title = "Service principal risk"
    reason = "signInRisk"
    log_word = "servicePrincipalRisk"
    facts = (SERVICE_PRINCIPAL_RISK,)
    workload = True
    words = _HIDDEN
    fields = (Field("", Effect.INCLUDE, "Service principal risk level", words),)


class InsiderRisk(WordCondition):
    """The level that Microsoft Purview's adaptive protection gives a user."""

    name = key = "insiderRiskLevels"
    title = "Insider risk"
    reason = "insiderRisk"
    facts = (INSIDER_RISK,)
    words = _INSIDER_LEVELS
    fields = (Field("", Effect.INCLUDE, "Insider risk level", words, shape=Shape.FLAGS),)


class AgentRisk(WordCondition):
    """How likely it is that an agent identity is compromised (beta)."""

    name = key = "agentIdRiskLevels"
    title = "Agent risk"
    reason = "agentIdRisk"
    facts = (AGENT_RISK,)
    beta = True
    workload = True
    words = RISK_LEVELS
    fields = (Field("", Effect.INCLUDE, "Agent risk level", words, shape=Shape.FLAGS, beta=True),)
