"""Which columns of a log feed which condition and which control.

Rows that agree in the columns of a condition agree in its value, so a condition is asked once for
each distinct combination. What the columns mean stands in `log_facts` only; the test
`test_impact_facts.py` holds this table to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ostiary.conditions.principal_filters import ServicePrincipalFilter
from ostiary.conditions.workload_identities import WorkloadIdentities
from ostiary.engine.masks import Table
from ostiary.engine.policyset import PolicySet

IDENTITY_KIND = "identity_kind"
"""Not a column of the log: its `category`, as far as it tells people from workloads."""
IDENTITY = (
    IDENTITY_KIND,
    "user_id",
    "service_principal_id",
    "external_user_type",
    "home_tenant_id",
)
TARGET = ("resource_id", "audiences")
PLACE = ("ip", "country")
_DEVICE = ("device_state", "device_compliant", "device_trust_type")
_DEVICE_TEXTS = MappingProxyType(
    {
        "deviceid": "device_id",
        "displayname": "device_name",
    }
)
"""Device properties with many values: read only where the text of some filter names them."""
_FLOW = ("authentication_flow", "original_transfer_method")
COLUMNS_OF = MappingProxyType(
    {
        "identity": IDENTITY,
        "target": TARGET,
        "address": ("ip",),
        "country": ("country",),
        "client_app_type": ("client_app_type",),
        "platform": ("platform",),
        "device": _DEVICE,
        "sign_in_risk": ("sign_in_risk",),
        "user_risk": ("user_risk",),
        "authentication_flow": _FLOW,
        "service_principal_risk": ("category",),
        "insider_risk": ("category",),
        "agent_risk": ("category",),
    }
)
"""Fact -> columns. A fact that no log has may still depend on the kind of sign-in."""
_OF_WORKLOADS = frozenset({IDENTITY_KIND, "service_principal_id"})
"""What conditions on workload identities read: for them all people are the same."""
EVIDENCE = (
    "category",
    "client_app_type",
    *_DEVICE,
    "sign_in_risk",
    "grant",
    "methods",
    "mfa_satisfied",
)
"""Columns that controls read, but for those of the person (`IDENTITY`)."""
CONTROL_COLUMNS = MappingProxyType(
    {
        "mfa": ("mfa_satisfied",),
        "authenticationStrength": ("methods",),
        "compliantDevice": ("device_state",),
        "domainJoinedDevice": ("device_state",),
    }
)
"""Control -> columns without which a log shows no evidence of it, one way or the other."""
UNPROVEN = frozenset(
    {"approvedApplication", "compliantApplication", "termsOfUse", "passwordChange"}
    | {"riskRemediation", "customAuthenticationFactors"}
)
"""Controls of which no sign-in log shows that they were met."""
SHOWN = ("category", "client_app_type", "platform", "sign_in_risk", "grant", "mfa_satisfied")
"""Columns that a report counts by, whether or not a policy asks."""


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """Columns that are looked at together, and the conditions they answer."""

    name: str
    columns: tuple[str, ...]
    tables: tuple[tuple[Table, tuple[int, ...]], ...]
    """Each condition with the places of its own columns among `columns`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The four groups of facts, in the order of their places in a combination."""

    person: GroupPlan
    target: GroupPlan
    place: GroupPlan
    way: GroupPlan

    @property
    def groups(self) -> tuple[GroupPlan, ...]:
        """All of them."""
        return (self.person, self.target, self.place, self.way)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that has to be read, `created` among them."""
        names = dict.fromkeys(name for group in self.groups for name in group.columns)
        return ("created", *(name for name in names if name != IDENTITY_KIND))


def plan(policies: PolicySet) -> Plan:
    """Share the conditions that some policy asks for out to the groups."""
    asked = [table for table in policies.tables if table.configured]
    columns = {id(table): columns_of(table) for table in asked}
    seeds: dict[str, tuple[str, ...]] = {"person": IDENTITY, "target": TARGET, "place": PLACE}
    taken: dict[str, list[Table]] = {name: [] for name in (*seeds, "way")}
    for table in asked:
        fits = (name for name, seed in seeds.items() if columns[id(table)] <= set(seed))
        # what only depends on the kind of sign-in needs no look at the person
        few = columns[id(table)] <= {"category"}
        taken["way" if few else next(fits, "way")].append(table)
    of_way = (name for table in taken["way"] for name in sorted(columns[id(table)]))
    way = tuple(dict.fromkeys((*SHOWN, *EVIDENCE, *of_way)))
    seeds["way"] = way
    return Plan(
        **{
            name: GroupPlan(
                name, seed, tuple((each, _places(seed, columns[id(each)])) for each in taken[name])
            )
            for name, seed in seeds.items()
        }
    )


def _places(columns: Sequence[str], chosen: frozenset[str]) -> tuple[int, ...]:
    return tuple(place for place, name in enumerate(columns) if name in chosen)


def columns_of(table: Table) -> frozenset[str]:
    """Give the columns that a condition's value is read from."""
    facts = table.condition.facts
    if isinstance(table.condition, WorkloadIdentities | ServicePrincipalFilter):
        return _OF_WORKLOADS
    found = {name for fact in facts for name in COLUMNS_OF.get(fact.name, ())}
    if any(fact.name == "device" for fact in facts):
        found.update(_texts_named(table.include.keys() | table.exclude.keys()))
    return frozenset(found)


def _texts_named(rules: Iterable[str]) -> Iterable[str]:
    """Give the columns of device properties whose name stands anywhere in a rule."""
    folded = [rule.casefold() for rule in rules]
    return [
        column for name, column in _DEVICE_TEXTS.items() if any(name in rule for rule in folded)
    ]
