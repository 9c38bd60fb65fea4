"""A tenant ready to answer: its directory, its policies compiled, and what was wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ostiary.engine.decide import decide
from ostiary.engine.policyset import PolicySet, Prepared
from ostiary.engine.whatif import WhatIf, what_if
from ostiary.model.decision import Outcome
from ostiary.model.errors import InputError
from ostiary.model.json_types import is_object
from ostiary.model.signin import SignIn, UserIdentity
from ostiary.schema.problems import shown
from ostiary.schema.signin_json import (
    applied_policies_only,
    facts_given,
    read_decision_request,
    read_what_if_request,
)
from ostiary.tenant.catalogue import BUILT_IN, Catalogue
from ostiary.tenant.documents import Warning_
from ostiary.tenant.loading import TenantParts, load_parts
from ostiary.tenant.request_names import RequestNames

if TYPE_CHECKING:
    from ostiary.model.decision import Decision

Request: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Tenant:
    """One tenant. Pure: the same question always gets the same answer.

    `parts` holds what was read: directory, policies, refused policies, warnings. `catalogue` is
    what is known of Microsoft's services beside it.
    """

    parts: TenantParts
    catalogue: Catalogue = BUILT_IN

    @cached_property
    def compiled(self) -> PolicySet:
        """The policies compiled for the directory, once."""
        return PolicySet(self.parts.policies, self.parts.directory)

    @cached_property
    def _names(self) -> RequestNames:
        return RequestNames.of(self.parts.directory, self.catalogue)

    def followed_by(self, parts: TenantParts) -> Tenant:
        """Give the tenant after a change; keeps what was worked out of what did not change."""
        following = Tenant(parts, self.catalogue)
        compiled = PolicySet(parts.policies, parts.directory, previous=self.compiled)
        vars(following)["compiled"] = compiled  # where `cached_property` looks
        return following

    def prepare(self, sign_in: SignIn | Request) -> Prepared:
        """Parse the facts of a sign-in and resolve its groups.

        A request may name users, applications and service principals; what it does not say of the
        user's registered methods is taken from the export. A `SignIn` is taken as it is.
        Raises InputError where a member has the wrong type, or nothing knows a member, word or
        name.
        """
        return self.compiled.prepare(
            sign_in if isinstance(sign_in, SignIn) else self._asked(sign_in)
        )

    def decide(self, sign_in: SignIn | Request) -> Decision:
        """Decide a sign-in: a What If body plus `facts`, as the conformance suite defines it.

        Raises InputError as `prepare` does; a rule that cannot be evaluated raises nothing: its
        policy blocks, and the decision names it.
        """
        decision = self._with_caveat(decide(self.compiled, self.prepare(sign_in)))
        if isinstance(sign_in, SignIn) or not applied_policies_only(sign_in):
            return decision
        return replace(decision, policies=tuple(each for each in decision.policies if each.applies))

    def what_if(self, request: Request) -> WhatIf:
        """Tell which policies would apply to a hypothetical sign-in (Graph's evaluate)."""
        prepared = self.prepare_what_if(request)
        return what_if(self.compiled, prepared, applied_only=applied_policies_only(request))

    def prepare_what_if(self, request: Request) -> Prepared:
        """Parse a question of What If; its `facts` are not looked at. Raises as `prepare` does."""
        named = self._names.resolved(read_what_if_request(request), _without_facts(request))
        return self.compiled.prepare(named)

    def _asked(self, request: Request) -> SignIn:
        named = self._names.resolved(read_decision_request(request), request)
        return self._with_registration(named, facts_given(request))

    def _with_registration(self, sign_in: SignIn, given: frozenset[str]) -> SignIn:
        """Take from the export what the facts do not say of the methods a user has registered."""
        identity = sign_in.identity
        if not isinstance(identity, UserIdentity):
            return sign_in
        registration = self.parts.directory.registrations.get(identity.user_id)
        if registration is None:
            return sign_in
        proofs = sign_in.proofs
        if registration.mfa is not None and "mfaRegistered" not in given:
            proofs = replace(proofs, mfa_registered=registration.mfa)
        if registration.methods is not None and "registeredMethods" not in given:
            proofs = replace(proofs, registered_methods=registration.methods)
        return replace(sign_in, proofs=proofs)

    def _with_caveat(self, decision: Decision) -> Decision:
        """Let a grant say that it rests on no policy, or not on all of them."""
        if decision.outcome is not Outcome.GRANT:
            return decision
        why = decision.why if self.parts.policies else "there is no policy to decide by"
        count = len(self.parts.refused)
        if count:
            refused = "1 policy was" if count == 1 else f"{count} policies were"
            why = f"{why}; {refused} refused and did not count"
        return decision if why == decision.why else replace(decision, why=why)


def _without_facts(request: Request) -> Request:
    """Give a request as What If looks at it."""
    return {name: value for name, value in request.items() if name != "facts"}


def load_tenant(
    source: str | Path | Mapping[str, Any], *, catalogue: Catalogue = BUILT_IN
) -> Tenant:
    """Read a tenant from one JSON document, a file or a folder.

    A policy that cannot be used is left out and stands in `parts.refused` with every reason;
    `catalogue` is what is known of Microsoft's services beside the document.
    Raises InputError where the source cannot be read at all.
    """
    if not (isinstance(source, str | Path) or is_object(source)):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without types
        raise InputError(
            f"expected a tenant as an object, a file or a folder, came `{shown(source)}`",
            hint='a list of policies is written {"conditionalAccessPolicies": [...]}',
        )
    parts = load_parts(source, catalogue=catalogue)
    if not parts.seen:
        parts = replace(parts, warnings=(*parts.warnings, _NO_POLICIES))
    return Tenant(parts, catalogue)


_NO_POLICIES = Warning_("noPolicies", "no policies were found; every sign-in is granted")
