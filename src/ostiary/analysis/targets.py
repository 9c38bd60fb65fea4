"""What can be asked for: applications, suites and actions, and the ways to ask for Microsoft Graph.

*All resources* means every application that the export or a policy names, one that nobody names,
and Microsoft Graph asked by scopes, where policies tell such requests from others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ostiary.analysis.circumstances import ValueClass, accepted_by
from ostiary.analysis.world import EXCHANGE_ONLINE, PERSON
from ostiary.conditions.audiences import DIRECTORY_SERVICE, GRAPH, TOKEN_EXCHANGE
from ostiary.conditions.facts import TARGET
from ostiary.conditions.users import Person
from ostiary.engine.masks import Accepted, Table
from ostiary.engine.policyset import PolicySet
from ostiary.model.signin import (
    AuthenticationContext,
    Client,
    Resources,
    SignIn,
    Target,
    UserAction,
    UserIdentity,
)

ANY_OTHER = "any-other-application"
_BASELINE = (("openid",), ("User.Read",), ("User.Read.All",))
"""One request for each kind of baseline scopes that `conditions.audiences` tells apart."""


@dataclass(frozen=True, slots=True)
class Aim:
    """One thing to ask for, and by which client where that matters."""

    target: Target
    client: Client = field(default_factory=Client)

    def sign_in(self) -> SignIn:
        """Give an everyday sign-in of nobody in particular."""
        return SignIn(UserIdentity("nobody"), self.target, client=self.client, **PERSON)


@dataclass(frozen=True, slots=True)
class TargetEffect:
    """What the rules of the world, and other conditions, read of a target."""

    exchange: bool
    direct_connect: bool
    """Whether eligibility for direct connect counts here."""
    registers: bool
    """Whether it is the registration of security information, where strengths may give way."""


def aims_at(apps: Iterable[str]) -> tuple[Aim, ...]:
    """Give the whole of some applications."""
    return tuple(Aim(Resources((app,))) for app in apps)


def all_apps(policies: PolicySet) -> tuple[str, ...]:
    """Give every application anybody names, and one that nobody does.

    Applications with early-bound dependencies count as named: they reach what others do not.
    """
    directory = policies.directory
    table = _table(policies, "applications")
    asked = frozenset(table.include) | frozenset(table.exclude)
    known = {GRAPH, DIRECTORY_SERVICE, *directory.applications}
    known.update(directory.settings.early_dependencies)
    for sample in table.condition.samples(directory, asked):
        known.update(each.audience.app_id for each in sample if each.audience is not None)
    return (*sorted(known - {TOKEN_EXCHANGE, ANY_OTHER}), ANY_OTHER)


def other_aims(policies: PolicySet) -> Iterator[Aim]:
    """Give the targets that are no resources: user actions and authentication contexts."""
    yield from map(Aim, UserAction)
    table = _table(policies, "authenticationContexts")
    named = frozenset(table.include) | frozenset(table.exclude)
    for tag in sorted(named):
        if ":" not in tag:
            yield Aim(AuthenticationContext(tag))


def _table(policies: PolicySet, name: str) -> Table:
    return next(each for each in policies.tables if each.condition.name == name)


def with_scopes(policies: PolicySet, aims: Iterable[Aim]) -> tuple[Aim, ...]:
    """Add the requests for scopes of Microsoft Graph that policies tell from all aims so far.

    A confidential client matters where policies on all resources exclude it; of clients that
    policies on resources cannot tell apart one is enough.
    """
    found = {_told_by(policies, aim): aim for aim in reversed(tuple(aims))}
    asked = {app for aim in aims if isinstance(aim.target, Resources) for app in aim.target.app_ids}
    scopes = policies.directory.settings.scope_audiences
    single = {audience: (scope,) for scope, audience in sorted(scopes.items(), reverse=True)}
    clients = (Client(), *_confidential(policies))
    more: list[Aim] = []
    for app in (GRAPH, DIRECTORY_SERVICE):
        requests = (*_BASELINE, *(single.values() if app == GRAPH else ()))
        for wanted in requests if app in asked else ():
            for client in clients if wanted in _BASELINE else (Client(),):
                aim = Aim(Resources((app,), wanted), client)
                if found.setdefault(_told_by(policies, aim), aim) is aim:
                    more.append(aim)
    return (*aims, *more)


def _told_by(policies: PolicySet, aim: Aim) -> tuple[Accepted, TargetEffect]:
    """Give all by which targets are told apart, whatever policies matter."""
    return accepted_target(policies, aim, policies.everything), effect_of_target(policies, aim)


def _confidential(policies: PolicySet) -> tuple[Client, ...]:
    """Give confidential clients, whatever is asked about: one that policies tell from no other."""
    found: dict[Accepted, Client] = {}
    for app in all_apps(policies):
        accepted = accepted_target(policies, Aim(Resources((app,))), policies.everything)
        found.setdefault(accepted, Client(app, confidential=True))
    return tuple(found.values())


def target_classes(
    policies: PolicySet, aims: Iterable[Aim], relevant: int
) -> tuple[ValueClass, ...]:
    """Sort targets into classes, as far as relevant policies and other axes tell them apart."""
    found: dict[tuple[Accepted, TargetEffect], list[Aim]] = {}
    for aim in aims:
        key = accepted_target(policies, aim, relevant), effect_of_target(policies, aim)
        found.setdefault(key, []).append(aim)
    return tuple(
        ValueClass(accepted, effect, tuple(members))
        for (accepted, effect), members in found.items()
    )


def accepted_target(policies: PolicySet, aim: Aim, relevant: int) -> Accepted:
    """Tell which relevant policies accept a target, by all conditions on targets."""
    sign_in = aim.sign_in()
    upper = lower = relevant
    failed = 0
    for table in policies.tables:
        if table.condition.facts == (TARGET,):
            one = accepted_by(policies, table, sign_in, relevant)
            upper, lower, failed = upper & one.upper, lower & one.lower, failed | one.failed
    return Accepted(upper, lower, failed & upper)


def effect_of_target(policies: PolicySet, aim: Aim) -> TargetEffect:
    """Give what other axes read of a target."""
    sign_in = replace(aim.sign_in(), direct_connect_eligible=True)
    person = _table(policies, "users").condition.value(sign_in, policies.directory)
    target = aim.target
    return TargetEffect(
        exchange=isinstance(target, Resources) and EXCHANGE_ONLINE in target.app_ids,
        direct_connect=isinstance(person, Person) and person.direct_connect,
        registers=policies.waiver.concerns(sign_in),
    )
