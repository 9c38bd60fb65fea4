"""The assignment *Workload identities*: service principals and agent identities by id."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from ostiary.conditions.base import (
    Asked,
    Condition,
    Field,
    Lookup,
    ResolvingTagger,
    Section,
    Tagger,
)
from ostiary.conditions.facts import IDENTITY
from ostiary.model.directory import Directory, PrincipalKind, ServicePrincipal
from ostiary.model.json_types import JsonObject, as_object
from ostiary.model.setting import Effect, Setting, Tag, Tags, Unknown
from ostiary.model.signin import SignIn, WorkloadIdentity

OWN, NOBODY, ALL_AGENTS = "ServicePrincipalsInMyTenant", "None", "agent:All"
PERSON = "identity:person"
EXCEPT = "except:"
"""Marks an exclusion by id, which holds whatever else is known of the principal."""


@dataclass(frozen=True, slots=True)
class Workload:
    """A service principal asking for its own token; None stands for a person."""

    principal_id: str | None


def find_principal(directory: Directory, principal_id: str) -> ServicePrincipal | None:
    """Find a service principal by object id or, as Graph's What If page says, application id."""
    found = directory.service_principals.get(principal_id)
    if found is not None:
        return found
    every = directory.service_principals.values()
    return next((each for each in every if each.app_id == principal_id), None)


def in_scope(directory: Directory, principal: ServicePrincipal) -> bool | None:
    """Whether policies reach it: single-tenant applications registered in this tenant only.

    Managed identities, multitenant and third-party applications never are
    (entra-docs conditional-access/workload-identity). An audience nobody recorded leaves the
    owner to decide; None where the owner, or this tenant's own id, is not known.
    """
    if principal.kind is not PrincipalKind.APPLICATION:
        return False
    if principal.sign_in_audience not in {None, "AzureADMyOrg"}:
        return False
    if not principal.owner_tenant or not directory.tenant_id:
        return None
    return principal.owner_tenant == directory.tenant_id


class _WorkloadTagger(ResolvingTagger[Workload]):
    def __init__(self, directory: Directory, asked: Asked) -> None:
        self._directory = directory
        self._asked = asked

    def key(self, value: Workload) -> Hashable:
        if value.principal_id is None:
            return frozenset({PERSON})
        # INVARIANT: a request cannot spell a tag of ours; `:` marks those and stands in no id.
        asked_id = value.principal_id.replace(":", "")
        principal = find_principal(self._directory, asked_id)
        principal_id = principal.id if principal else asked_id
        named = frozenset({f"{EXCEPT}{principal_id}"}) & self._asked
        if principal is None:
            return named | self._doubtful(OWN, ALL_AGENTS, principal_id, f"agent:{principal_id}")
        if principal.kind is PrincipalKind.AGENT_IDENTITY:
            return named | (frozenset({ALL_AGENTS, f"agent:{principal_id}"}) & self._asked)
        reached = in_scope(self._directory, principal)
        if reached is None:
            return named | self._doubtful(OWN, principal_id)
        return named | (frozenset({OWN, principal_id}) & self._asked) if reached else named

    def _doubtful(self, *tags: Tag) -> Tags:
        return frozenset(Unknown(tag) for tag in tags if tag in self._asked)

    def subject(self, value: Workload) -> str:
        if value.principal_id is None:
            return "a user"
        principal = find_principal(self._directory, value.principal_id)
        if principal is None:
            return f"service principal `{value.principal_id}`"
        name = principal.display_name or principal.id
        own = in_scope(self._directory, principal)
        if principal.kind is PrincipalKind.APPLICATION and own is False:
            return f"service principal `{name}` (not a single-tenant application of this tenant)"
        words = {
            PrincipalKind.APPLICATION: "service principal",
            PrincipalKind.MANAGED_IDENTITY: "managed identity",
            PrincipalKind.AGENT_IDENTITY: "agent identity",
        }
        return f"{words[principal.kind]} `{name}`"

    def name(self, tag: Tag) -> str:
        if tag == OWN:
            return "all owned service principals"
        if tag == ALL_AGENTS:
            return "all agent identities"
        if tag == PERSON:
            return "users"
        principal_id = tag.removeprefix("agent:").removeprefix(EXCEPT)
        principal = self._directory.service_principals.get(principal_id)
        return f"`{(principal.display_name if principal else '') or principal_id}`"


_WORDS = {OWN: "All owned service principals", NOBODY: "None"}
_AGENT_WORDS = {"All": "All agent identities"}


class WorkloadIdentities(Condition[Workload]):
    """Which service principals and agent identities a policy is about.

    Sources: entra-docs conditional-access/workload-identity and agent-id.
    """

    name = "workloadIdentities"
    key = "clientApplications"
    title = "Workload identities"
    reason = "workloadIdentities"
    log_word = "servicePrincipals"
    link = "is in"
    assignment = True
    section = Section.IDENTITIES
    choice = "Workload identities"
    facts = (IDENTITY,)
    workload = True
    fields = (
        Field(
            "includeServicePrincipals",
            Effect.INCLUDE,
            "Include service principals",
            _WORDS,
            Lookup.SERVICE_PRINCIPAL,
            alone=(OWN, NOBODY),
            nothing=NOBODY,
            choose="Select service principals",
        ),
        Field(
            "excludeServicePrincipals",
            Effect.EXCLUDE,
            "Exclude service principals",
            lookup=Lookup.SERVICE_PRINCIPAL,
        ),
        Field(
            "includeAgentIdServicePrincipals",
            Effect.INCLUDE,
            "Include agent identities",
            _AGENT_WORDS,
            Lookup.SERVICE_PRINCIPAL,
            beta=True,
        ),
        Field(
            "excludeAgentIdServicePrincipals",
            Effect.EXCLUDE,
            "Exclude agent identities",
            lookup=Lookup.SERVICE_PRINCIPAL,
            beta=True,
        ),
    )

    def parse(self, conditions: JsonObject) -> Setting | None:
        """Read who is selected; filters alone select among all owned ones.

        A document that names users too (Graph refuses it) covers both kinds of identity.
        """
        body = conditions.get(self.key)
        if not body:
            return None
        include = self.select(body, Effect.INCLUDE) - {NOBODY}
        if not self.select(body, Effect.INCLUDE):
            include |= {OWN} if body.get("servicePrincipalFilter") else frozenset[Tag]()
            include |= (
                {ALL_AGENTS} if body.get("agentIdServicePrincipalFilter") else frozenset[Tag]()
            )
        if _selects_people(conditions):
            include |= {PERSON}
        return Setting(include, self.select(body, Effect.EXCLUDE) - {NOBODY})

    def tag(self, field_: Field, word: str) -> Tag:
        """Tell agent identities, and exclusions, apart by a prefix."""
        tag = super().tag(field_, word)
        if field_.effect is Effect.EXCLUDE:
            return f"{EXCEPT}{tag}"
        return f"agent:{tag}" if "AgentId" in field_.name else tag

    def value(self, sign_in: SignIn, directory: Directory) -> Workload:
        """Give the service principal, or that a person signs in.

        On behalf of a user the subject is the user (semantics section 2, identity classes).
        """
        identity = sign_in.identity
        return Workload(identity.principal_id if isinstance(identity, WorkloadIdentity) else None)

    def tagger(self, directory: Directory, asked: Asked) -> Tagger[Workload]:
        """Look principals up."""
        return _WorkloadTagger(directory, asked)

    def samples(self, directory: Directory, asked: Asked) -> Iterator[Workload]:
        """A person, and every service principal there is."""
        yield Workload(None)
        yield from (Workload(each) for each in directory.service_principals)
        yield from (Workload(tag.rpartition(":")[2]) for tag in sorted(asked))


def _selects_people(conditions: JsonObject) -> bool:
    users = as_object(conditions.get("users"))
    return any(
        item and item not in (["None"], ("None",))
        for key, item in users.items()
        if key.startswith("include")
    )
