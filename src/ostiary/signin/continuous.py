"""Continuous access evaluation: is a token that was issued still one that would be issued?

Asked by the APIs for every request. Sources: entra-docs identity/conditional-access/
concept-continuous-access-evaluation, identity-platform/app-resilience-continuous-access-evaluation;
decided beside them in docs/decisions/0012-continuous-access-evaluation.md.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from ostiary.directory.snapshot import Snapshot, Snapshots
from ostiary.directory.store import Store
from ostiary.directory.users import Standing
from ostiary.engine.masks import numbers_in
from ostiary.factors.kinds import Factor
from ostiary.model.signin import (
    MISSING,
    Proofs,
    SignIn,
    TokenGrant,
    UserIdentity,
    WorkloadIdentity,
)
from ostiary.secrecy.clock import Clock
from ostiary.signin.accounts import account_of
from ostiary.signin.client_address import TrustedProxies
from ostiary.signin.countries import Countries
from ostiary.signin.deciding import Decided, Wish, decided, risk_of, sign_in_of
from ostiary.signin.headers import Headers
from ostiary.signin.mandatory_mfa import MANDATORY_MFA
from ostiary.signin.origins import Origin, confidential, issued_at, origin_of
from ostiary.signin.request_facts import Asking, RequestFacts, request_facts
from ostiary.signin.shown import proofs
from ostiary.signin.terms import acceptances_of, accepted_terms
from ostiary.signin.void import replayed, void_since
from ostiary.tokens.challenges import ClaimsChallenge
from ostiary.tokens.read import AccessToken

_MOST_REMEMBERED: Final = 10_000
REVOKED: Final = "TokenIssuedBeforeRevocationTimestamp"
NOT_SATISFIED: Final = "ConditionalAccessPolicyNotSatisfied"


@dataclass(frozen=True, slots=True)
class Challenged:
    """A token that has to be replaced: what the client must ask for, and why, in one word."""

    challenge: ClaimsChallenge
    why: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request: what a judge reads of it. `peer` as in `client_address`."""

    token: AccessToken
    headers: Headers
    peer: str | None


@dataclass
class ContinuousEvaluation:
    """Judges the tokens of one API (`app_id`) of a tenant.

    Only tokens with `cp1` are judged: others live their short life, as in Entra, because their
    client would not understand the answer. What came of a code that was redeemed twice ends anyway.
    """

    app_id: str
    store: Store
    snapshots: Snapshots
    clock: Clock
    proxies: TrustedProxies
    countries: Countries
    _known: OrderedDict[tuple[object, ...], Challenged | None] = field(
        default_factory=OrderedDict[tuple[object, ...], "Challenged | None"]
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def judge(self, caller: Caller) -> Challenged | None:
        """Give what the client has to come back with, None where the token stands.

        Raises what `Snapshots.current` raises.
        """
        token = caller.token
        if not token.continuous:
            # A code that was redeemed twice may be a thief's: his token does not live on.
            ended = replayed(self.store, token)
            return None if ended is None else _revoked(ended)
        ended = self._ended(token)
        if ended is not None:
            return _revoked(ended)
        return self._policies(caller)

    def _ended(self, token: AccessToken) -> datetime | None:
        """Tell since when a token is void, None where it is not."""
        standing = self._standing(token)
        if standing is None or not standing.enabled:
            return self.clock.now()
        return void_since(self.store, token, standing)

    def _standing(self, token: AccessToken) -> Standing | None:
        if not token.of_application:
            return self.store.users.standing(token.object_id)
        found = self.store.principals.get(token.object_id)
        enabled = found is not None and found.document.get("accountEnabled") is not False
        return Standing(enabled, None)

    def _policies(self, caller: Caller) -> Challenged | None:
        """Ask the policies, where something changed since the token was issued."""
        token, snapshot = caller.token, self.snapshots.current()
        plain = self._facts(caller, Origin())
        risk = self.store.risks.of(token.object_id)
        revision = snapshot.policies_version
        address = None if plain.address is MISSING else plain.address
        same = (token.claims.get("xms_policies"), token.claims.get("ipaddr")) == (revision, address)
        if same and risk is None:
            return None
        key = (
            token.claims.get("uti"),
            snapshot.revision,
            revision,
            plain.address,
            plain.platform,
            risk and (risk.level, risk.state),
        )
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        found = self._asked(caller, snapshot)
        with self._lock:
            self._known[key] = found
            while len(self._known) > _MOST_REMEMBERED:
                self._known.popitem(last=False)
        return found

    def _asked(self, caller: Caller, snapshot: Snapshot) -> Challenged | None:
        token = caller.token
        sign_in = self._workload(caller) if token.of_application else self._person(caller)
        if sign_in is None:
            return _revoked(self.clock.now())
        answer = decided(snapshot, sign_in, tuple(sorted(token.contexts - {MANDATORY_MFA})))
        if answer.granted:
            return None
        return Challenged(ClaimsChallenge(policies=_refusing(answer)), NOT_SATISFIED)

    def _person(self, caller: Caller) -> SignIn | None:
        """Join the sign-in of a token with the facts of a request.

        Its age counts up to when the token was issued: sign-in frequency is a matter of issuing
        (entra-docs concept-session-lifetime), and no change elsewhere ends a token by it.
        """
        token = caller.token
        account = account_of(self.store, token.object_id)
        if account is None:
            return None
        origin, now = origin_of(self.store, token), issued_at(token)
        shown = proofs(origin.shown, {*account.factors, Factor.PASSWORD}, now)
        terms = accepted_terms(acceptances_of(self.store, account.id), now)
        shown = replace(shown, accepted_terms=terms)
        wish = _wish(self.app_id, token, TokenGrant.REFRESH_TOKEN)
        wish = replace(
            wish, scopes=tuple(sorted(token.scopes)), original_flow=origin.flow, interactive=False
        )
        facts = self._facts(caller, origin)
        risk = risk_of(self.store, account.id)
        return sign_in_of(risk, UserIdentity(account.id), wish, facts, shown)

    def _workload(self, caller: Caller) -> SignIn:
        wish = _wish(self.app_id, caller.token, TokenGrant.CLIENT_CREDENTIALS)
        identity = WorkloadIdentity(caller.token.object_id)
        facts = self._facts(caller, Origin())
        risk = risk_of(self.store, identity.principal_id)
        return sign_in_of(risk, identity, wish, facts, Proofs())

    def _facts(self, caller: Caller, origin: Origin) -> RequestFacts:
        application = caller.token.of_application
        grant = TokenGrant.CLIENT_CREDENTIALS if application else TokenGrant.REFRESH_TOKEN
        asking = Asking(caller.token.app_id, grant, origin.redirect)
        return request_facts(
            caller.headers,
            caller.peer,
            asking,
            proxies=self.proxies,
            countries=self.countries,
            device=origin.device,
        )


def _revoked(since: datetime) -> Challenged:
    return Challenged(ClaimsChallenge(issued_from=math.ceil(since.timestamp())), REVOKED)


def _wish(resource: str, token: AccessToken, grant: TokenGrant) -> Wish:
    return Wish(
        client_id=token.app_id,
        resource=resource,
        grant=grant,
        confidential=confidential(token),
    )


def _refusing(answer: Decided) -> tuple[str, ...]:
    """Give the ids of the policies that stand in the way."""
    weighed = answer.weighed
    found = numbers_in(weighed.unsatisfied | weighed.failed)
    return tuple(weighed.policies.policies[number].id for number in found)
