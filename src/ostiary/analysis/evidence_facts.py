"""Facts that policies ask for and the log does not tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ostiary.analysis.impact_facts import COLUMNS_OF, CONTROL_COLUMNS, PLACE, TARGET, UNPROVEN
from ostiary.analysis.impact_results import MissingFact
from ostiary.analysis.impact_summary import named_policy
from ostiary.analysis.impact_tally import Tally
from ostiary.analysis.impact_work import WAY, Work
from ostiary.analysis.log_schema import APPROXIMATIONS, Category
from ostiary.controls import GRANT_CONTROLS
from ostiary.engine.masks import Table
from ostiary.model.policy import Policy, PolicyState

_WORKLOADS = frozenset({Category.SERVICE_PRINCIPAL.value, Category.MANAGED_IDENTITY.value})
_OF_PEOPLE = frozenset(
    {"platform", "sign_in_risk", "user_risk", "methods", "mfa_satisfied", "client_app_type"}
    | {"device_state", "authentication_flow", "grant"}
)
"""Columns that say something of people only."""
_REPORTED = _OF_PEOPLE | {"resource_id", "ip", "country"}
_TITLES = {
    "mfa_satisfied": "Multifactor authentication",
    "methods": "Authentication methods",
    "grant": "How the token was asked for",
}
_NO_LOG = "no sign-in log tells it"
_NOT_IN_LOGS = frozenset({"insider_risk", "agent_risk", "service_principal_risk"})


@dataclass(frozen=True)
class MissingFacts:
    """Reads from the counts which facts rows lack."""

    work: Work
    tally: Tally

    def found(self) -> tuple[MissingFact, ...]:
        """Give the facts that policies ask for and rows do not tell, the most frequent first."""
        asked = self._asked()
        found = [self._missing(column, policies) for column, policies in asked.items()]
        found.extend(self._untold())
        told = [each for each in found if each.rows]
        return tuple(sorted(told, key=lambda each: (-each.rows, each.fact)))

    def _asked(self) -> dict[str, list[Policy]]:
        """Give the columns that live policies ask for, and which policies those are."""
        pairs = [*self._asked_by_conditions(), *self._asked_by_controls()]
        asked: dict[str, list[Policy]] = {}
        for column, policy in pairs:
            asked.setdefault(column, []).append(policy)
        return {name: _distinct(found) for name, found in asked.items() if name in _REPORTED}

    def _asked_by_conditions(self) -> Iterator[tuple[str, Policy]]:
        live = _live(self.work)
        for table in self.work.sides.union.tables:
            asking = [p for p in live if _asks(table, p)]
            names = [c for fact in table.condition.facts for c in COLUMNS_OF.get(fact.name, ())]
            yield from ((name, policy) for name in names for policy in asking)

    def _asked_by_controls(self) -> Iterator[tuple[str, Policy]]:
        for policy in _live(self.work):
            for requirement in policy.requirements:
                for column in CONTROL_COLUMNS.get(requirement.control, ()):
                    yield column, policy

    def _missing(self, column: str, policies: Sequence[Policy]) -> MissingFact:
        rows, of = self._nulls(column)
        names = [named_policy(policy) for policy in policies]
        title = _TITLES.get(column) or _fact_title(self.work, column)
        return MissingFact(column, title, rows, of, names, APPROXIMATIONS.get(column, ""))

    def _nulls(self, column: str) -> tuple[int, int]:
        """Count the rows where a column says nothing, and the rows it concerns."""
        if column in (*TARGET, *PLACE):
            return int(self.tally.nulls.get(column, 0)), self.tally.rows
        return self.tally.untold.get(column, (0, 0))

    def _untold(self) -> Iterator[MissingFact]:
        """Give what no sign-in log tells, where a policy asks for it."""
        live, rows = _live(self.work), self.tally.rows
        for table in self.work.sides.union.tables:
            fact = table.condition.facts[0]
            asking = [p for p in live if table.condition.name in p.settings]
            if asking and fact.name in _NOT_IN_LOGS and fact.name not in self.work.assume:
                names = [named_policy(policy) for policy in asking]
                yield MissingFact(fact.name, fact.title, rows, rows, names, _NO_LOG)
        for control in GRANT_CONTROLS:
            asking = [p for p in live if any(r.control == control.key for r in p.requirements)]
            if asking and control.key in UNPROVEN:
                names = [named_policy(policy) for policy in asking]
                note = f"{_NO_LOG}; counts as not met"
                yield MissingFact(control.key, control.title, rows, rows, names, note)


def note_untold(work: Work, tally: Tally) -> None:
    """Note in the tally how often each column of the way says nothing; once, at its end."""
    group = work.groups[WAY]
    count = len(group.combinations)
    digits = dict(zip(group.plan.columns, group.combinations.digits(0, count), strict=True))
    rows = np.zeros(count, dtype=np.int64)
    rows[: len(tally.ways)] = tally.ways[:count]
    category = group.columns[group.plan.columns.index("category")]
    people = np.array([category.value(n) not in _WORKLOADS for n in digits["category"]], bool)
    for column, numbers in digits.items():
        concerned = rows * people if column in _OF_PEOPLE else rows
        missing = concerned[np.array(numbers, dtype=np.int64) == 0]
        tally.untold[column] = (int(missing.sum()), int(concerned.sum()))


def _live(work: Work) -> list[Policy]:
    sides = work.sides
    found = [p for side in sides.every for p in side.policies.policies]
    return [p for p in _distinct(found) if p.state is not PolicyState.DISABLED]


def _distinct(policies: Iterable[Policy]) -> list[Policy]:
    return list({policy.id: policy for policy in policies}.values())


def _asks(table: Table, policy: Policy) -> bool:
    """Whether a policy asks anything of a condition: a setting that takes any value does not."""
    setting = policy.settings.get(table.condition.name)
    if setting is None:
        return False
    universal = frozenset(table.condition.universal)
    return bool(setting.exclude) or not universal & (setting.include or frozenset())


def _fact_title(work: Work, column: str) -> str:
    for table in work.sides.union.tables:
        for fact in table.condition.facts:
            if column in COLUMNS_OF.get(fact.name, ()):
                return fact.title
    return column
