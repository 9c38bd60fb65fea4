"""Every issuance asks the policies here, and nowhere else (checklist TK14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ostiary.controls.session_switches import ContinuousAccessEvaluation
from ostiary.controls.sign_in_frequency import SignInFrequency
from ostiary.directory.risks import Risk
from ostiary.directory.snapshot import Snapshot
from ostiary.directory.store import Aggregates
from ostiary.engine.decide import Weighed, explained, rule, weigh
from ostiary.engine.masks import numbers_in
from ostiary.engine.policyset import Prepared
from ostiary.model.decision import Decision, Outcome, Ruling
from ostiary.model.signin import (
    AuthenticationContext,
    Client,
    Identity,
    Proofs,
    Resources,
    SignIn,
    TokenGrant,
    WorkloadIdentity,
)
from ostiary.signin.mandatory_mfa import MANDATORY_MFA, without_mfa
from ostiary.signin.request_facts import RequestFacts

_RISKY = frozenset({"atRisk", "confirmedCompromised"})
DEVICE_CODE_FLOW = "deviceCodeFlow"
"""The transfer method of the device code grant, in the words of `authenticationFlows`."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: by which client, at which resource; `contexts` are step-ups beside it.

    `scopes` are the permissions asked for, OpenID's among them; None for an application's own
    token. `flow` is the transfer method of this request, `original_flow` the one that a refresh
    token's sign-in began with.
    """

    client_id: str
    resource: str
    grant: TokenGrant
    client_name: str = ""
    scopes: tuple[str, ...] | None = None
    confidential: bool = False
    response_types: frozenset[str] = frozenset()
    contexts: tuple[str, ...] = ()
    original_flow: str | None = None
    interactive: bool = True

    @property
    def flow(self) -> str | None:
        """The transfer method of the request itself."""
        return DEVICE_CODE_FLOW if self.grant is TokenGrant.DEVICE_CODE else None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision and what it was made of; `contexts` are those that are satisfied."""

    decision: Ruling
    weighed: Weighed
    snapshot: Snapshot
    contexts: frozenset[str] = frozenset()

    @property
    def prepared(self) -> Prepared:
        """The sign-in that was decided."""
        return self.weighed.prepared

    def explained(self) -> Decision:
        """Give the decision with the part that every policy played, for a person to read."""
        return explained(self.weighed)

    @property
    def blocked_by(self) -> tuple[str, ...]:
        """The names of the policies that refuse it, none where it is not blocked."""
        policies = self.weighed.policies.policies
        refusing = (policies[number] for number in numbers_in(self.weighed.blocking))
        return tuple(each.display_name or each.id for each in refusing)

    @property
    def granted(self) -> bool:
        """Whether a token may be issued."""
        return self.decision.outcome is Outcome.GRANT

    @property
    def evaluated_continuously(self) -> bool:
        """Whether no policy switches continuous access evaluation off."""
        return self.decision.session.get(ContinuousAccessEvaluation.effective) != "disabled"

    @property
    def may_live_long(self) -> bool:
        """Whether a token may outlive the hour: not where a sign-in frequency has to be kept."""
        frequency = self.decision.session.get(SignInFrequency.effective)
        return self.evaluated_continuously and frequency is None


def sign_in_of(
    risk: str, identity: Identity, wish: Wish, facts: RequestFacts, proofs: Proofs
) -> SignIn:
    """Join what is known into the sign-in that the policies judge; `risk` as `risk_of` gives it."""
    workload = isinstance(identity, WorkloadIdentity)
    return facts.told_of(
        SignIn(
            identity=identity,
            target=Resources((wish.resource,), wish.scopes),
            user_risk="none" if workload else risk,
            service_principal_risk=risk if workload else "none",
            authentication_flow=wish.flow,
            original_transfer_method=wish.original_flow or wish.flow,
            grant=wish.grant,
            interactive=wish.interactive,
            client=Client(wish.client_id, wish.confidential, wish.response_types),
            proofs=proofs,
        )
    )


def decided(snapshot: Snapshot, sign_in: SignIn, contexts: tuple[str, ...] = ()) -> Decided:
    """Decide a sign-in and each authentication context asked for with it.

    The built-in context is no matter of policies: it asks for multifactor authentication. The
    first that is not granted is the answer; a block comes before a question.
    """
    found = [_one(snapshot, sign_in)]
    found += [
        _one(snapshot, replace(sign_in, target=AuthenticationContext(each)))
        for each in contexts
        if each != MANDATORY_MFA
    ]
    if MANDATORY_MFA in contexts:
        owed = without_mfa(sign_in, snapshot.policies.directory, found[0].decision)
        found += [] if owed is None else [replace(found[0], decision=owed)]
    for outcome in (Outcome.BLOCK, Outcome.INTERRUPT):
        for each in found:
            if each.decision.outcome is outcome:
                return each
    return replace(found[0], contexts=frozenset(contexts))


def _one(snapshot: Snapshot, sign_in: SignIn) -> Decided:
    weighed = weigh(snapshot.policies, snapshot.policies.prepare(sign_in))
    return Decided(rule(weighed), weighed, snapshot)


def risk_of(store: Aggregates, principal_id: str) -> str:
    """Read the level of risk of a user or workload, `none` where it was dismissed or never set."""
    found = store.risks.of(principal_id)
    return _level(found) if found else "none"


def risks_of(store: Aggregates, principal_ids: Sequence[str]) -> Mapping[str, str]:
    """Read the level of risk of some users or workloads, by their ids; who has none is left out."""
    levels = {each.id: _level(each) for each in store.risks.of_each(principal_ids)}
    return {principal: level for principal, level in levels.items() if level != "none"}


def _level(risk: Risk) -> str:
    return risk.level if risk.state in _RISKY else "none"
