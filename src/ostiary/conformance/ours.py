"""The engine of this package as an implementation of the suite."""

from __future__ import annotations

from collections.abc import Sequence

from ostiary.conformance.implementation import Answer, Call
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject
from ostiary.schema.requests import validate_request
from ostiary.schema.state import state_from
from ostiary.tenant.catalogue import NO_CATALOGUE
from ostiary.tenant.tenant import Tenant, load_tenant


class OurEngine:
    """Every case gets a tenant made anew, so that nothing carries over from another one."""

    def decide(self, tenant: JsonObject, sign_in: JsonObject) -> JsonObject:
        """Decide as `ostiary decide` does."""
        return _loaded(tenant).decide(sign_in).to_json()

    def what_if(self, tenant: JsonObject, request: JsonObject) -> JsonObject:
        """Evaluate as `ostiary whatif` does."""
        return _loaded(tenant).what_if(request).to_json()

    def call(
        self, fixtures: JsonObject, given: JsonObject, calls: Sequence[Call]
    ) -> Sequence[Answer]:
        """Answer as the policy API does, each call on the state that the one before left."""
        state = state_from(given, fixtures)
        answers: list[Answer] = []
        for call in calls:
            response = validate_request(state, call.method, call.path, call.body)
            answers.append(Answer(response.status, response.body))
            state = response.state
        return answers


def _loaded(tenant: JsonObject) -> Tenant:
    """Load the tenant of a case; its policies are all there are, so none may be missing."""
    # The lists of a suite are complete: what is known of Microsoft's services beside stays out.
    loaded = load_tenant(tenant, catalogue=NO_CATALOGUE)
    if loaded.parts.refused:
        said = "; ".join(str(each) for each in loaded.parts.refused)
        raise InputError(f"a policy of the case was refused: {said}")
    return loaded
