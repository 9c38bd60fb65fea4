"""Workload identities by custom security attributes: a filter that narrows the selection."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import ClassVar

from ostiary.conditions.attributes import (
    ATTRIBUTES,
    RULE,
    attribute_values,
    filter_setting,
    rule_tags,
)
from ostiary.conditions.base import Asked, Condition, Field, ResolvingTagger, Section, Shape, Tagger
from ostiary.conditions.facts import IDENTITY
from ostiary.conditions.workload_identities import Workload, find_principal
from ostiary.model.directory import Directory, PrincipalKind
from ostiary.model.json_types import as_object
from ostiary.model.setting import Effect, Setting, Tag, Unknown
from ostiary.model.signin import SignIn, WorkloadIdentity

OTHER_KIND = "identity:other"


class _FilterTagger(ResolvingTagger[Workload]):
    def __init__(self, directory: Directory, asked: Asked, kind: PrincipalKind) -> None:
        self._directory = directory
        self._asked = asked
        self._kind = kind

    def key(self, value: Workload) -> Hashable:
        if value.principal_id is None:
            return frozenset({OTHER_KIND})
        principal = find_principal(self._directory, value.principal_id)
        if principal is None:
            return frozenset(Unknown(tag) for tag in self._asked)
        if principal.kind is not self._kind:
            return frozenset({OTHER_KIND})
        return rule_tags(self._asked, attribute_values(principal))

    def subject(self, value: Workload) -> str:
        if value.principal_id is None:
            return "a user"
        principal = find_principal(self._directory, value.principal_id)
        return f"`{principal.display_name if principal else value.principal_id}`"

    def name(self, tag: Tag) -> str:
        if tag == OTHER_KIND:
            return "identities of another kind"
        return f"filter `{tag.removeprefix(RULE)}`"


class ServicePrincipalFilter(Condition[Workload]):
    """Only those selected service principals whose attributes match (or do not)."""

    name = "servicePrincipalFilter"
    key = "clientApplications"
    title = "Filter for service principals"
    reason = "workloadIdentities"
    log_word = "servicePrincipals"
    link = "matches"
    assignment = True
    section = Section.IDENTITIES
    choice = "Workload identities"
    facts = (IDENTITY,)
    workload = True
    fields = (
        Field(
            "servicePrincipalFilter",
            Effect.INCLUDE,
            "Edit filter",
            shape=Shape.FILTER,
            vocabulary=ATTRIBUTES,
        ),
    )
    kind: ClassVar[PrincipalKind] = PrincipalKind.APPLICATION

    def setting(self, body: object) -> Setting | None:
        """Read mode and rule; identities of other kinds are not the filter's business."""
        setting = filter_setting(as_object(body).get(self.fields[0].name), ATTRIBUTES)
        if setting is None or setting.include is None:
            return setting
        return Setting(setting.include | {OTHER_KIND})

    def value(self, sign_in: SignIn, directory: Directory) -> Workload:
        """Give the workload identity."""
        identity = sign_in.identity
        return Workload(identity.principal_id if isinstance(identity, WorkloadIdentity) else None)

    def tagger(self, directory: Directory, asked: Asked) -> Tagger[Workload]:
        """Evaluate the asked rules."""
        return _FilterTagger(directory, asked, self.kind)

    def samples(self, directory: Directory, asked: Asked) -> Iterator[Workload]:
        """A person, and every workload identity there is."""
        yield Workload(None)
        yield from (Workload(each) for each in directory.service_principals)
        yield Workload("unknown-service-principal")


class AgentIdentityFilter(ServicePrincipalFilter):
    """Only those selected agent identities whose attributes match (or do not); beta."""

    name = "agentIdServicePrincipalFilter"
    title = "Filter for agent identities"
    beta = True
    fields = (
        Field(
            "agentIdServicePrincipalFilter",
            Effect.INCLUDE,
            "Edit filter",
            shape=Shape.FILTER,
            beta=True,
            vocabulary=ATTRIBUTES,
        ),
    )
    kind = PrincipalKind.AGENT_IDENTITY
