"""The users condition: who is included, who is excluded, and what cannot be known."""

from collections.abc import Iterator

from tests.oracle.audiences import evaluated_applications
from tests.oracle.shapes import Json, Known, any_of, both, objects, part, texts, without, words
from tests.oracle.sign_in import SignIn

TEAMS = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"
SHAREPOINT = "00000003-0000-0ff1-ce00-000000000000"
COLLABORATION_KINDS = ("b2bCollaborationGuest", "b2bCollaborationMember")
AGENT_USER = "#microsoft.graph.agentUser"


def users_accept(condition: Json, sign_in: SignIn) -> Known:
    """Whether the user is in scope: any include list, minus any exclude list."""
    included = any_of(_matches(condition, "include", sign_in))
    excluded = any_of(_matches(condition, "exclude", sign_in))
    return without(included, excluded)


def _matches(condition: Json, side: str, sign_in: SignIn) -> Iterator[Known]:
    for name in texts(condition, f"{side}Users"):
        yield _is_named(name, sign_in)
    for group in texts(condition, f"{side}Groups"):
        yield in_group(sign_in, group)
    for role in texts(condition, f"{side}Roles"):
        yield has_role(sign_in, role)
    guests = condition.get(f"{side}GuestsOrExternalUsers")
    if guests:
        yield _is_such_guest(guests, sign_in, side)


def _is_named(name: str, sign_in: SignIn) -> Known:
    if name == "All":
        return True
    if name == "None":
        return False
    if name == "GuestsOrExternalUsers":
        # The old selection stands for all kinds (external-id/authentication-conditional-access).
        return sign_in.guest_kind is not None if sign_in.guest_kind_known else None
    if name == "AllAgentIdUsers":
        return None if sign_in.user is None else sign_in.user.get("@odata.type") == AGENT_USER
    return name == sign_in.user_id


def _is_such_guest(guests: Json, sign_in: SignIn, side: str) -> Known:
    return both(_is_of_kind(guests, sign_in, side), _is_of_tenant(guests, sign_in))


def _is_of_kind(guests: Json, sign_in: SignIn, side: str) -> Known:
    if not sign_in.guest_kind_known:
        return None
    kinds = words(guests, "guestOrExternalUserTypes")
    if sign_in.guest_kind in kinds:
        return True
    if side == "exclude" or not {TEAMS, SHAREPOINT} & set(evaluated_applications(sign_in)):
        return False
    # In Teams and SharePoint policies on one kind also apply to users who are of the other too.
    if sign_in.guest_kind in COLLABORATION_KINDS:
        eligible = bool(sign_in.fact("b2bDirectConnectEligible", False))
        return eligible and "b2bDirectConnectUser" in kinds
    here = (sign_in.user or {}).get("externalUserType")
    return sign_in.is_direct_connect and here in COLLABORATION_KINDS and here in kinds


def _is_of_tenant(guests: Json, sign_in: SignIn) -> Known:
    tenants = part(guests, "externalTenants")
    if tenants.get("membershipKind") != "enumerated":
        return True
    if sign_in.home_tenant is None:
        return None
    return sign_in.home_tenant in texts(tenants, "members")


def in_group(sign_in: SignIn, group_id: str) -> Known:
    """Whether the user is in the group, at any depth; None when the group is not described."""
    if _knows_nobody(sign_in.tenant):
        return None
    group = _groups(sign_in.tenant).get(group_id)
    if group is None or group.get("members") is None:
        return None
    everyone = _everyone_in(sign_in.tenant, group_id)
    if sign_in.user_id in everyone:
        return True
    # A group inside that is exported without its members could hold the user as well.
    groups = _groups(sign_in.tenant)
    if any(groups[each].get("members") is None for each in everyone if each in groups):
        return None
    return False


def has_role(sign_in: SignIn, role: str) -> Known:
    """Whether the user holds the built-in role tenant-wide, directly or through a group."""
    assignments = sign_in.tenant.get("roleAssignments")
    if assignments is None or _knows_nobody(sign_in.tenant):
        return None
    answers: list[Known] = []
    for assignment in objects(sign_in.tenant, "roleAssignments"):
        if assignment.get("roleDefinitionId") != role or not _counts(assignment):
            continue
        principal: str = assignment["principalId"]
        answers.append(principal == sign_in.user_id)
        if principal in _groups(sign_in.tenant):
            answers.append(in_group(sign_in, principal))
        elif not _is_listed(sign_in.tenant, principal):
            answers.append(None)  # it could be a group that was not exported
    return any_of(answers)


def _is_listed(tenant: Json, principal: str) -> bool:
    listed = [*objects(tenant, "users"), *objects(tenant, "servicePrincipals")]
    return any(one["id"] == principal for one in listed)


def _counts(assignment: Json) -> bool:
    """Custom roles and roles scoped to less than the tenant are never matched (1.1, rule 9)."""
    if assignment.get("directoryScopeId") != "/":
        return False
    return part(assignment, "roleDefinition").get("isBuiltIn") is not False


def _knows_nobody(tenant: Json) -> bool:
    return not objects(tenant, "users") and not objects(tenant, "groups")


def _groups(tenant: Json) -> dict[str, Json]:
    return {group["id"]: group for group in objects(tenant, "groups")}


def _everyone_in(tenant: Json, group_id: str) -> set[str]:
    """Ids reached from a group through the members that are written down; loops end."""
    groups = _groups(tenant)
    found: set[str] = set()
    waiting = [group_id]
    while waiting:
        for member in texts(groups.get(waiting.pop()), "members"):
            if member not in found:
                found.add(member)
                waiting.append(member)
    return found
