"""People and workloads invented for an export that says nothing of them.

One for each way a policy selects somebody: a member of each group, a holder of each role, a guest
of each kind, employees whom no policy names. Somebody who is there is never changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.conditions.guests import GUEST_TYPES
from ostiary.model.directory import Directory, Group, PrincipalKind
from ostiary.model.lookup import Lookup
from ostiary.tenant.catalogue import BUILT_IN
from ostiary.tenant.loading import TenantParts
from ostiary.twin.lacking import identifier
from ostiary.twin.stand_ins import application, slug
from ostiary.twin.uses import guest_kinds_named, most_excluded, named

HOME_OF_GUESTS: Final = identifier("the tenant that guests come from")
_WITHOUT_ACCOUNT: Final = frozenset({"b2bDirectConnectUser", "serviceProvider"})
"""Guests that have no user object in the tenant they visit (entra-docs external-id)."""
EMPLOYEES: Final = ("Avery Employee", "Blake Employee", "Casey Employee")
NEWCOMER: Final = "Noel Newcomer"
"""An employee who has registered no second factor yet."""
_DEVICES: Final = (
    ("Compliant laptop", "Windows", "AzureAd", True),
    ("Hybrid joined desktop", "Windows", "ServerAd", False),
    ("Registered phone", "iOS", "Workplace", False),
)


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody who is added: the objects, why, and groups that he joins."""

    id: str
    name: str
    why: str
    objects: tuple[tuple[str, dict[str, Any]], ...]
    groups: tuple[str, ...] = ()
    emergency: bool = False


@dataclass(frozen=True)
class Inventing:
    """What is known when people are invented; `parts` has the stand-ins, of `nobody` anyone."""

    parts: TenantParts
    nobody: bool
    domain: str
    tenant_id: str

    @property
    def directory(self) -> Directory:
        """The tenant's directory."""
        return self.parts.directory

    def people(self) -> Iterator[Invented]:
        """Invent whom the export says nothing of."""
        yield from self._members()
        if self.directory.role_assignments is None:
            yield from self._role_holders()
        if self.nobody:
            yield from self._guests()
            yield from self._employees()
            yield self._emergency()
            yield self._agent_user()

    def workloads(self) -> Iterator[Invented]:
        """Invent an application and an agent identity where the export has no service principal."""
        if self.directory.service_principals:
            return
        app_id = identifier("application Workload of the twin")
        objects = tuple(application(app_id, "Workload of the twin", self.tenant_id))
        yield Invented(
            identifier(f"principal {app_id}"), "Workload of the twin", "a workload", objects
        )
        agent_id = identifier("agent identity")
        agent = {
            "id": agent_id,
            "appId": identifier("application of the agent identity"),
            "displayName": "Agent of the twin",
            "appOwnerOrganizationId": self.tenant_id,
            "servicePrincipalType": PrincipalKind.AGENT_IDENTITY.value,
            "accountEnabled": True,
        }
        why = "an agent identity"
        yield Invented(agent_id, "Agent of the twin", why, (("servicePrincipals", agent),))

    @staticmethod
    def devices() -> Iterator[dict[str, Any]]:
        """Invent devices; only for an export that lists none."""
        for name, system, trust, compliant in _DEVICES:
            yield {
                "id": identifier(f"device {name}"),
                "deviceId": identifier(f"deviceId {name}"),
                "displayName": name,
                "operatingSystem": system,
                "trustType": trust,
                "isCompliant": compliant,
                "isManaged": compliant,
                "accountEnabled": True,
            }

    def administrator(self) -> Invented:
        """Invent a Global Administrator, for a tenant that has none to sign in as."""
        return self._holder(GLOBAL_ADMINISTRATOR, "Administrator of the twin", "an administrator")

    def _members(self) -> Iterator[Invented]:
        for each in self.directory.groups.values():
            if each.members is None:
                yield self._member(each)

    def _member(self, group: Group) -> Invented:
        name = f"Member of {group.display_name or group.id}"
        return self._person(name, f"a member of `{group.display_name}`", (group.id,))

    def _role_holders(self) -> Iterator[Invented]:
        roles = dict.fromkeys([GLOBAL_ADMINISTRATOR, *named(self.parts.policies, Lookup.ROLE)])
        for role in roles:
            title = BUILT_IN.roles.get(role, f"role {role[:8]}")
            yield self._holder(role, title, f"holds the role `{title}`")

    def _holder(self, role: str, name: str, why: str) -> Invented:
        person = self._person(name, why)
        assignment = {
            "id": identifier(f"assignment {role} {name}"),
            "roleDefinitionId": role,
            "principalId": person.id,
            "directoryScopeId": "/",
        }
        return replace(person, objects=(*person.objects, ("roleAssignments", assignment)))

    def _guests(self) -> Iterator[Invented]:
        kinds = guest_kinds_named(self.parts.policies) or GUEST_TYPES
        for kind in kinds:
            if kind not in _WITHOUT_ACCOUNT:
                outside = {} if kind == "internalGuest" else {"homeTenantId": HOME_OF_GUESTS}
                kept = "Member" if kind == "b2bCollaborationMember" else "Guest"
                about = {"userType": kept, "externalUserType": kind, **outside}
                title = GUEST_TYPES[kind].removesuffix(" users").removesuffix(" user")
                yield self._person(f"Guest ({title})", f"a guest of the kind {kind}", **about)

    def _employees(self) -> Iterator[Invented]:
        for name in EMPLOYEES:
            yield self._person(name, "an employee in no group")
        person = self._person(NEWCOMER, "an employee without a second factor, in no group")
        nothing: dict[str, Any] = {
            "id": person.id,
            "isMfaRegistered": False,
            "methodsRegistered": [],
        }
        yield replace(person, objects=(*person.objects, ("userRegistrationDetails", nothing)))

    def _emergency(self) -> Invented:
        """Invent an emergency access account, in the group that most policies exclude."""
        name, why = "Emergency access of the twin", "an emergency access account"
        person = self._holder(GLOBAL_ADMINISTRATOR, name, why)
        group = most_excluded(self.parts.policies, Lookup.GROUP)
        if group is None:
            return replace(person, emergency=True)
        shown = self.directory.groups[group].display_name
        why = f"{why}, in `{shown}`, which most policies exclude"
        return replace(person, why=why, groups=(group,), emergency=True)

    def _agent_user(self) -> Invented:
        kind = {"@odata.type": "#microsoft.graph.agentUser"}
        return self._person("Agent user of the twin", "an agent user", **kind)

    def _person(self, name: str, why: str, groups: Sequence[str] = (), **about: str) -> Invented:
        person_id = identifier(" ".join(("user", name, *groups)))
        user = {
            "id": person_id,
            "displayName": name,
            "userPrincipalName": f"{slug(name)}@{self.domain}",
            "userType": "Member",
            "accountEnabled": True,
            **about,
        }
        return Invented(person_id, name, why, (("users", user),), tuple(groups))
