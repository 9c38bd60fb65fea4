"""Bugs in whom a policy is about: users, groups, roles, guests, workload identities."""

from tests.planted.bug import Bug

_GUESTS = ("tests/conditions/test_guests.py",)
_MEMBERSHIPS = ("tests/conditions/test_memberships.py",)
_WORKLOAD = ("tests/conditions/test_workload_identities.py",)

_USERS = (
    Bug(
        "conditions/users.py",
        "guests that a policy excludes are not excluded",
        "if each.effect is effect and each.shape is Shape.GUESTS:",
        "if each.effect is effect is Effect.INCLUDE and each.shape is Shape.GUESTS:",
    ),
    Bug(
        "conditions/users.py",
        "an external user of type member is no guest or external user",
        'if kind is not None or (user is not None and user.user_type.casefold() == "guest"):',
        'if user is not None and user.user_type.casefold() == "guest":',
    ),
    Bug(
        "conditions/users.py",
        "a guest eligible for direct connect does not count as a direct connect user",
        "if value.direct_connect:",
        "if value.direct_connect and kind is None:",
    ),
    Bug(
        "conditions/users.py",
        "direct connect counts in every resource, not in Teams and SharePoint only",
        "return Person(identity, bool({_TEAMS, _SHAREPOINT} & reached))",
        "return Person(identity, bool(reached))",
    ),
    Bug(
        "conditions/users.py",
        "a user whom the export does not have is taken for no guest",
        "return agent, doubt | {Unknown(tag) for tag in self._guests}",
        "return agent, doubt",
    ),
    Bug(
        "conditions/users.py",
        "the directory's guest type overrides the one of the sign-in",
        "kind = identity.external_type or (user.external_type if user else None)",
        "kind = (user.external_type if user else None) or identity.external_type",
    ),
    Bug(
        "conditions/users.py",
        "the directory's home tenant overrides the one of the sign-in",
        "tenant = identity.external_tenant or (user.home_tenant if user else None)",
        "tenant = (user.home_tenant if user else None) or identity.external_tenant",
    ),
    Bug(
        "conditions/users.py",
        "a guest whose home nobody knows is of none of the listed tenants",
        "doubt |= {Unknown(tag) for tag in of_any_tenant(kind, self._guests)}",
        "doubt |= {Unknown(tag) for tag in of_any_tenant(kind, frozenset())}",
        _GUESTS,
    ),
    Bug(
        "conditions/users.py",
        "a request can name a group as the user",
        'if ":" not in identity.user_id:',
        "if identity.user_id:",
        _GUESTS,
    ),
    Bug(
        "conditions/users.py",
        "who is in a group nobody exported is not unknown but nobody",
        'if tag.removeprefix("group:") in memberships.uncertain_groups',
        'if tag.removeprefix("group:") in memberships.uncertain_roles',
    ),
    Bug(
        "conditions/guests.py",
        "the home tenants that a policy lists are ignored",
        'casefold() == "enumerated"',
        'casefold() == "listed"',
    ),
    Bug(
        "conditions/guests.py",
        "of several guest types only the first one is read",
        'for word in flags(guests.get("guestOrExternalUserTypes"))',
        'for word in flags(guests.get("guestOrExternalUserTypes"))[:1]',
    ),
    Bug(
        "conditions/memberships.py",
        "groups nested two deep are not followed",
        "        open_.extend(nested)\n",
        "",
    ),
    Bug(
        "conditions/memberships.py",
        "nested groups are not followed at all",
        "nested = [member for member in group.members if member in groups and member not in found]",
        "nested: list[str] = []",
    ),
    Bug(
        "conditions/memberships.py",
        "a role assigned for one administrative unit counts",
        '        if assignment.scope not in {"/", None}:\n            continue\n'
        '        if assignment.scope == "/":\n',
        "        if assignment.scope is not None:\n",
        _MEMBERSHIPS,
    ),
    Bug(
        "conditions/memberships.py",
        "a custom role counts",
        "if assignment.role_id not in asked or not assignment.built_in:",
        "if assignment.role_id not in asked:",
        _MEMBERSHIPS,
    ),
    Bug(
        "conditions/memberships.py",
        "a role assigned to somebody whom the export does not have is not unknown",
        "if assignment.scope is None or not _explained(directory, assignment.principal_id):",
        "if assignment.scope is None:",
        _MEMBERSHIPS,
    ),
    Bug(
        "conditions/memberships.py",
        "a role assigned nobody knows where is held nowhere",
        "if assignment.scope is None or not _explained(directory, assignment.principal_id):",
        "if not _explained(directory, assignment.principal_id):",
        _MEMBERSHIPS,
    ),
    Bug(
        "conditions/memberships.py",
        "members of a group do not hold the roles of the group",
        "        if groups and not groups.isdisjoint(roles):\n            held = held.union(",
        "        if groups and not groups.isdisjoint(roles):\n            _NONE.union(",
    ),
    Bug(
        "conditions/memberships.py",
        "a group exported without its members is taken for empty",
        "            complete = False\n",
        "",
    ),
    Bug(
        "conditions/memberships.py",
        "without role assignments in the export nobody holds a role",
        "        return {}, asked\n",
        "        return {}, _NONE\n",
    ),
    Bug(
        "conditions/memberships.py",
        "a role held through a group nobody exported is not unknown",
        "uncertain_roles=uncertain_roles.union(*through_unknown),",
        "uncertain_roles=uncertain_roles,",
    ),
    Bug(
        "conditions/memberships.py",
        "a new policy on a group makes the group forget the groups it is nested in",
        "containing[part] = containing.get(part, _NONE) | wholes",
        "containing[part] = wholes",
        _MEMBERSHIPS,
    ),
    Bug(
        "conditions/memberships.py",
        "a second user who changes groups undoes the change of the first",
        "overlay={**self.overlay, principal: tuple(groups)}",
        "overlay={principal: tuple(groups)}",
        _MEMBERSHIPS,
    ),
)

_WORKLOADS = (
    Bug(
        "conditions/workload_identities.py",
        "managed identities are in scope",
        "    if principal.kind is not PrincipalKind.APPLICATION:\n        return False\n",
        "",
    ),
    Bug(
        "conditions/workload_identities.py",
        "applications of other tenants are in scope",
        "return principal.owner_tenant == directory.tenant_id",
        "return True",
    ),
    Bug(
        "conditions/workload_identities.py",
        "multitenant applications are in scope",
        'if principal.sign_in_audience not in {None, "AzureADMyOrg"}:',
        'if principal.sign_in_audience == "PersonalMicrosoftAccount":',
    ),
    Bug(
        "conditions/workload_identities.py",
        "a service principal that the export does not have is never included",
        "return frozenset(Unknown(tag) for tag in tags if tag in self._asked)",
        "return frozenset(Unknown(tag) for tag in tags if tag not in self._asked)",
    ),
    Bug(
        "conditions/workload_identities.py",
        "a service principal whose owner nobody knows is another tenant's",
        "        return None\n    return principal.owner_tenant",
        "        return False\n    return principal.owner_tenant",
        _WORKLOAD,
    ),
    Bug(
        "conditions/workload_identities.py",
        "an agent identity cannot be excluded by its id",
        "            return named | (frozenset({ALL_AGENTS",
        "            return (frozenset({ALL_AGENTS",
    ),
    Bug(
        "conditions/workload_identities.py",
        "a service principal is not found by its application id",
        "if each.app_id == principal_id), None)",
        "if each.id == principal_id), None)",
    ),
    Bug(
        "conditions/workload_identities.py",
        "a filter alone selects no service principal",
        'include |= {OWN} if body.get("servicePrincipalFilter") else frozenset[Tag]()',
        "include |= frozenset[Tag]()",
        _WORKLOAD,
    ),
    Bug(
        "conditions/principal_filters.py",
        "the filter for service principals is asked of agent identities too",
        "        if principal.kind is not self._kind:\n",
        "        if principal.kind is PrincipalKind.MANAGED_IDENTITY:\n",
        _WORKLOAD,
    ),
    Bug(
        "conditions/principal_filters.py",
        "a filter does not match a service principal that the export does not have",
        "return frozenset(Unknown(tag) for tag in self._asked)",
        "return frozenset()",
    ),
    Bug(
        "conditions/attributes.py",
        "a filter in mode exclude includes",
        "return Setting.of(None, [tag]) if excludes else Setting.of([tag])",
        "return Setting.of([tag])",
    ),
    Bug(
        "conditions/attributes.py",
        "a filter that cannot be evaluated does not match, and nothing is said",
        '            found.add(Failed(tag, f"{type(error).__name__}: {error}"))\n',
        "            del error\n",
        ("tests/engine/test_failed_rules.py",),
    ),
    Bug(
        "conditions/attributes.py",
        "only the first value of a custom security attribute is read",
        "return attributes.get(name.casefold()) or NULL",
        "return attributes.get(name.casefold(), ())[:1] or NULL",
    ),
    Bug(
        "conditions/attributes.py",
        "attributes that the export leaves out are taken for none",
        "            return UNKNOWN\n",
        "            return NULL\n",
        _WORKLOAD,
    ),
)

BUGS = (*_USERS, *_WORKLOADS)
