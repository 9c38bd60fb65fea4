"""What the pitfalls look at: a compiled tenant, the day, and what its reading brought to light."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Protocol, TypeAlias

from ostiary.analysis.lint_best import Best, Registered, best_for, demands_something, registered
from ostiary.analysis.lint_naming_standard import NamingStandard
from ostiary.analysis.lint_reach import Emergency, emergency_of
from ostiary.analysis.lint_stage import Stage, set_the_stage
from ostiary.analysis.lint_trial import Trial, try_out
from ostiary.analysis.lint_typical import typical
from ostiary.conditions.memberships import Memberships
from ostiary.conditions.users import ALL, UsersTagger
from ostiary.engine.masks import Table
from ostiary.engine.policyset import PolicySet
from ostiary.model.directory import Directory
from ostiary.model.errors import Problem
from ostiary.model.policy import Policy, PolicyState
from ostiary.model.setting import Tag
from ostiary.model.signin import SignIn, UserIdentity

Closes: TypeAlias = Callable[[Policy], Sequence[str]]
"""Tells which gaps of today a policy that is not on would close, each in a word or two."""


LIVE = frozenset({PolicyState.ENABLED, PolicyState.REPORT_ONLY})
"""Disabled policies do nothing, so by themselves they are not wrong."""


class Refused(Protocol):
    """A policy that could not be read, as the reading of a tenant reports it."""

    @property
    def source(self) -> str:
        """The file it stands in."""
        ...

    @property
    def name(self) -> str:
        """Its display name, or its id."""
        ...

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong with it."""
        ...


class Warned(Protocol):
    """Something odd in an input that was read all the same."""

    @property
    def code(self) -> str:
        """A stable word for the kind of oddity."""
        ...

    @property
    def message(self) -> str:
        """The sentence."""
        ...

    @property
    def policy(self) -> str:
        """The name of the policy it is about, empty where it is about none."""
        ...


@dataclass(frozen=True)
class Subject:
    """One tenant as lint sees it. Pure: the same tenant on the same day has the same findings.

    `refused` and `warnings` come from the reading of the tenant. `closes` answers for policies
    that are off whether they would close a gap; without it a few questions are asked of each.
    Policies in one of `states` are checked one by one.
    """

    policies: PolicySet
    now: datetime
    refused: Sequence[Refused] = ()
    warnings: Sequence[Warned] = ()
    naming: NamingStandard | None = None
    closes: Closes | None = None
    states: frozenset[PolicyState] = LIVE

    @property
    def directory(self) -> Directory:
        """Who and what exists."""
        return self.policies.directory

    @property
    def every(self) -> Iterator[tuple[int, Policy]]:
        """Every policy with its number in the masks."""
        return enumerate(self.policies.policies)

    @property
    def live(self) -> Iterator[tuple[int, Policy]]:
        """The policies that are checked one by one, each with its number."""
        return ((n, each) for n, each in self.every if each.state in self.states)

    @cached_property
    def checked(self) -> int:
        """The mask of these policies."""
        return sum(1 << number for number, _ in self.live)

    @cached_property
    def acting(self) -> int:
        """The mask of the policies that count as enforced: those that are on.

        Where none is on, all do, so that a folder of drafts can be judged as a whole.
        """
        return self.policies.enabled or self.policies.everything

    def try_out(self, sign_in: SignIn) -> Trial:
        """Try a sign-in of the cast on all policies."""
        return try_out(self.stage.policies, sign_in)

    def is_open(self, trial: Trial) -> bool:
        """Whether a sign-in is granted: every acting policy that may apply is satisfied."""
        return not trial.open & self.acting

    def chosen(self, mask: int) -> tuple[Policy, ...]:
        """Give the policies of a mask."""
        return tuple(policy for number, policy in self.every if mask >> number & 1)

    def table(self, condition: str) -> Table:
        """Give what all policies ask of one condition, by the condition's name."""
        return next(each for each in self.policies.tables if each.condition.name == condition)

    @cached_property
    def memberships(self) -> Memberships:
        """Who is in the groups and holds the roles that policies name."""
        tagger = self.table("users").tagger
        assert isinstance(tagger, UsersTagger)  # noqa: S101  # what Users makes
        return tagger.memberships

    @cached_property
    def members(self) -> dict[str, frozenset[str]]:
        """Who is in each group that policies name, as far as the export tells."""
        found: dict[str, set[str]] = {}
        for principal in self.memberships.direct:
            for group in self.memberships.groups_of(principal):
                found.setdefault(group, set()).add(principal)
        groups = self.directory.groups
        return {group: frozenset(ids - groups.keys()) for group, ids in found.items()}

    @cached_property
    def stage(self) -> Stage:
        """The policies beside a cast of typical people, to try sign-ins on."""
        return set_the_stage(self.policies, self.memberships)

    @cached_property
    def emergency(self) -> Emergency:
        """The emergency access accounts and what the policies do to them."""
        return emergency_of(self.policies)

    @cached_property
    def registered(self) -> Mapping[int, Registered]:
        """How the users in scope of each policy on methods stand, by its number."""
        return registered(self.policies, self.stage)

    @cached_property
    def _typical(self) -> dict[int, SignIn | None]:
        return {}

    def typical(self, number: int) -> SignIn | None:
        """Give an ordinary sign-in that a policy may apply to, None where there is none."""
        if number not in self._typical:
            self._typical[number] = typical(self.stage, number)
        return self._typical[number]

    def best(self, number: int, identity: UserIdentity | None = None) -> Best | None:
        """Try a policy with everything anybody could show; None where it grants nothing."""
        sign_in = self.typical(number)
        if sign_in is None or not demands_something(self.policies.policies[number]):
            return None
        who = identity or sign_in.identity
        return best_for(self.stage, number, replace(sign_in, identity=who))

    def nobody_in(self, group: str) -> bool:
        """Whether the export shows that a group has no member at all, nested ones included."""
        known = group in self.directory.groups
        uncertain = group in self.memberships.uncertain_groups
        return known and not uncertain and not self.members.get(group)

    def for_everybody(self, policy: Policy) -> bool:
        """Whether a policy includes *All users*."""
        setting = policy.settings.get("users")
        return setting is not None and ALL in (setting.include or ())

    def named(self, policy: Policy, condition: str) -> frozenset[Tag]:
        """Give every tag a policy names in a condition."""
        setting = policy.settings.get(condition)
        return setting.tags if setting is not None else frozenset()
