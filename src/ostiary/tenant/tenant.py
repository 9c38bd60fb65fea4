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
from ostiary.model.signin import SignIn, UserIdentity
from ostiary.schema.signin_json import (
    applied_policies_only,
    read_decision_request,
    read_what_if_request,
)
from ostiary.tenant.catalogue import BUILT_IN, Catalogue
from ostiary.tenant.loading import TenantParts, load_parts

if TYPE_CHECKING:
    from ostiary.model.decision import Decision

Request: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Tenant:
    """One tenant. Pure: the same question always gets the same answer.

    `parts` holds what was read: directory, policies, refused policies, warnings.
    """

    parts: TenantParts

    @cached_property
    def compiled(self) -> PolicySet:
        """The policies compiled for the directory, once."""
        return PolicySet(self.parts.policies, self.parts.directory)

    @cached_property
    def _ids_by_name(self) -> Mapping[str, str]:
        users = self.parts.directory.users.values()
        return {each.principal_name.casefold(): each.id for each in users if each.principal_name}

    def _known(self, sign_in: SignIn) -> SignIn:
        """Take a user principal name for the user's id, as people write it."""
        identity = sign_in.identity
        if not isinstance(identity, UserIdentity) or "@" not in identity.user_id:
            return sign_in
        user_id = self._ids_by_name.get(identity.user_id, identity.user_id)
        return replace(sign_in, identity=replace(identity, user_id=user_id))

    def prepare(self, sign_in: SignIn | Request) -> Prepared:
        """Parse the facts of a sign-in and resolve its groups.

        Raises InputError where a member has the wrong type.
        """
        return self.compiled.prepare(self._known(_as_sign_in(sign_in)))

    def decide(self, sign_in: SignIn | Request) -> Decision:
        """Decide a sign-in: a What If body plus `facts`, as the conformance suite defines it.

        Raises InputError where a member has the wrong type; a rule that cannot be evaluated
        raises nothing: its policy blocks, and the decision names it.
        """
        return decide(self.compiled, self.prepare(sign_in))

    def what_if(self, request: Request) -> WhatIf:
        """Tell which policies would apply to a hypothetical sign-in (Graph's evaluate)."""
        prepared = self.compiled.prepare(self._known(read_what_if_request(request)))
        return what_if(self.compiled, prepared, applied_only=applied_policies_only(request))


def load_tenant(
    source: str | Path | Mapping[str, Any], *, catalogue: Catalogue = BUILT_IN
) -> Tenant:
    """Read a tenant from one JSON document, a file or a folder.

    A policy that cannot be used is left out and stands in `parts.refused` with every reason;
    `catalogue` is what is known of Microsoft's services beside the document.
    Raises InputError where the source cannot be read at all.
    """
    return Tenant(load_parts(source, catalogue=catalogue))


def _as_sign_in(sign_in: SignIn | Request) -> SignIn:
    return sign_in if isinstance(sign_in, SignIn) else read_decision_request(sign_in)
