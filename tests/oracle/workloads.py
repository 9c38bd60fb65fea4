"""Workload identities: service principals of this tenant, and agent identities."""

from collections.abc import Iterator

from tests.oracle.filters import attribute_values, rule_holds
from tests.oracle.shapes import Json, Known, any_of, both, part, texts, without
from tests.oracle.sign_in import SignIn

AGENT_IDENTITY = "ServiceIdentity"


def is_workload_policy(conditions: Json) -> bool:
    return bool(part(conditions, "clientApplications"))


def is_agent_policy(conditions: Json) -> bool:
    return bool(texts(part(conditions, "clientApplications"), "includeAgentIdServicePrincipals"))


def is_agent(sign_in: SignIn) -> bool:
    return (sign_in.principal or {}).get("servicePrincipalType") == AGENT_IDENTITY


def workloads_accept(condition: Json, sign_in: SignIn) -> Known:
    """Whether the service principal itself is in scope of the policy."""
    ordinary = without(
        both(_is_covered(sign_in), _is_included(condition, sign_in)),
        any_of(_named(texts(condition, "excludeServicePrincipals"), sign_in)),
    )
    agent = without(
        both(_is_agent(sign_in), _is_included_agent(condition, sign_in)),
        any_of(_agent_named(texts(condition, "excludeAgentIdServicePrincipals"), sign_in)),
    )
    return any_of((ordinary, agent))


def _is_covered(sign_in: SignIn) -> Known:
    """Single-tenant principals owned here only; managed identities and agents never.

    semantics 2, "Identity classes"; an unknown audience leaves it to the owner (golden format).
    """
    principal = sign_in.principal
    if principal is None:
        return None
    if principal.get("servicePrincipalType") != "Application":
        return False
    if principal.get("appOwnerOrganizationId") != sign_in.tenant.get("tenantId"):
        return False
    return principal.get("signInAudience") in (None, "AzureADMyOrg")


def _is_agent(sign_in: SignIn) -> Known:
    return None if sign_in.principal is None else is_agent(sign_in)


def _is_included(condition: Json, sign_in: SignIn) -> Known:
    wanted = texts(condition, "includeServicePrincipals")
    rule = part(condition, "servicePrincipalFilter")
    included = any_of(_named(wanted, sign_in))
    if not wanted and rule.get("mode") == "include":
        included = True
    return both(included, _passes(rule, sign_in))


def _is_included_agent(condition: Json, sign_in: SignIn) -> Known:
    wanted = texts(condition, "includeAgentIdServicePrincipals")
    rule = part(condition, "agentIdServicePrincipalFilter")
    return both(any_of(_agent_named(wanted, sign_in)), _passes(rule, sign_in))


def _named(names: list[str], sign_in: SignIn) -> Iterator[Known]:
    for name in names:
        # "ServicePrincipalsInMyTenant" adds nothing to being covered at all.
        yield name == "ServicePrincipalsInMyTenant" or name == sign_in.principal_id


def _agent_named(names: list[str], sign_in: SignIn) -> Iterator[Known]:
    for name in names:
        yield name == "All" or name == sign_in.principal_id


def _passes(rule: Json, sign_in: SignIn) -> Known:
    """Whether the attribute filter lets the principal through; true when there is none."""
    if not rule.get("rule"):
        return True
    if sign_in.principal is None:
        return None
    holds = rule_holds(rule["rule"], attribute_values(sign_in.principal))
    return holds if rule.get("mode") == "include" else not holds
