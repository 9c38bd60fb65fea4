"""Every decision of the founding conformance cases can be told, at both endpoints."""

from __future__ import annotations

from collections import Counter

from ostiary.conformance.suite import Kind, load_suite, suite_files, tenant_of
from ostiary.model.decision import Decision, Outcome
from ostiary.model.json_types import as_object
from ostiary.oidc.decisions import authorize_error, token_error
from ostiary.tenant.catalogue import NO_CATALOGUE
from ostiary.tenant.tenant import load_tenant

ARM = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
TOKEN_ERRORS = {"interaction_required", "invalid_grant"}
AUTHORIZE_ERRORS = {"interaction_required", "access_denied"}


def decisions() -> list[Decision]:
    """What our engine decides in every case that does not end in a token."""
    found: list[Decision] = []
    suite = load_suite(next(path for path in suite_files() if path.name == "golden.json"))
    for case in suite.cases:
        if case.kind is Kind.DECIDE and case.expected.get("outcome") != "grant":
            tenant = load_tenant(tenant_of(case, suite.fixtures), catalogue=NO_CATALOGUE)
            request = {**as_object(case.document.get("signIn"))}
            found.append(tenant.decide({**request, "facts": case.document.get("facts")}))
    return found


def test_what_is_not_granted_has_an_error_at_both_endpoints() -> None:
    outcomes: Counter[Outcome] = Counter()
    for decision in decisions():
        outcomes[decision.outcome] += 1
        at_token = token_error(decision, resource=ARM)
        at_authorize = authorize_error(decision, resource=ARM)
        assert at_token is not None
        assert at_authorize is not None
        assert at_token.error in TOKEN_ERRORS
        assert at_token.suberror
        assert at_token.claims == decision.claims
        assert at_authorize.error in AUTHORIZE_ERRORS
    assert min(outcomes[each] for each in (Outcome.INTERRUPT, Outcome.BLOCK)) > 10
