"""Bugs in who and what a policy is about: users, workload identities, target resources."""

from tests.planted.bug import Bug

_MEMBERSHIPS = ("tests/conditions/test_memberships.py",)
_WORKLOAD = ("tests/conditions/test_workload_identities.py",)
_TARGET = ("tests/conditions/test_targets.py",)

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
        "            and bool({_TEAMS, _SHAREPOINT} & set(target.app_ids)),",
        "            and bool(target.app_ids),",
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
        ' and assignment.built_in and assignment.scope == "/":',
        " and assignment.built_in:",
    ),
    Bug(
        "conditions/memberships.py",
        "a custom role counts",
        ' and assignment.built_in and assignment.scope == "/":',
        ' and assignment.scope == "/":',
    ),
    Bug(
        "conditions/memberships.py",
        "members of a group do not hold the roles of the group",
        "                held |= through\n",
        "                held |= _NONE\n",
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
        "        principal.kind is PrincipalKind.APPLICATION\n        and principal.owner_tenant",
        "        principal.owner_tenant",
    ),
    Bug(
        "conditions/workload_identities.py",
        "applications of other tenants are in scope",
        "        and principal.owner_tenant == directory.tenant_id\n",
        "",
    ),
    Bug(
        "conditions/workload_identities.py",
        "multitenant applications are in scope",
        '        and principal.sign_in_audience in {None, "AzureADMyOrg"}\n',
        "",
    ),
    Bug(
        "conditions/workload_identities.py",
        "a service principal that the export does not have is never included",
        "return named | {Unknown(tag) for tag in doubtful & self._asked}",
        "return named",
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
)

_TARGETS = (
    Bug(
        "conditions/audiences.py",
        "a public client that asks for an ID token is an audience itself",
        'if client.app_id and client.confidential and "id_token" in client.response_types:',
        'if client.app_id and "id_token" in client.response_types:',
    ),
    Bug(
        "conditions/audiences.py",
        "a confidential client that asks for an ID token is no audience",
        "        found[Audience(client.app_id)] = None\n",
        "        pass\n",
    ),
    Bug(
        "conditions/audiences.py",
        "only the first link of a chain of service dependencies is followed",
        "                open_.append(downstream)\n",
        "",
    ),
    Bug(
        "conditions/audiences.py",
        "What If follows service dependencies",
        "    if sign_in.follow_dependencies:\n",
        "    if target.app_ids:\n",
    ),
    Bug(
        "conditions/audiences.py",
        "offline_access is no baseline scope",
        'frozenset({"email", "offline_access", "openid", "profile"})',
        'frozenset({"email", "openid", "profile"})',
    ),
    Bug(
        "conditions/audiences.py",
        "scopes are told apart by case",
        "{scope.casefold() for scope in target.scopes}",
        "set(target.scopes)",
    ),
    Bug(
        "conditions/audiences.py",
        "baseline scopes beside another scope bring an audience of their own",
        "for scope in sorted(scopes - BASELINE_SCOPES)) or (asked,)",
        "for scope in sorted(scopes)) or (asked,)",
    ),
    Bug(
        "conditions/audiences.py",
        "customized baseline scopes are read as enforced",
        "if settings.baseline_scopes is BaselineScopes.ENFORCED:",
        "if settings.baseline_scopes is not BaselineScopes.LEGACY:",
    ),
    Bug(
        "conditions/audiences.py",
        "User.Read of a public client meets policies with exclusions in legacy mode",
        'GRAPH: OIDC_SCOPES | {"user.read", "people.read"},',
        'GRAPH: OIDC_SCOPES | {"people.read"},',
    ),
    Bug(
        "conditions/audiences.py",
        "an excluded confidential client is spared for any baseline scope",
        "spared_now = confidential if scopes <= OIDC_SCOPES else None",
        "spared_now = confidential",
    ),
    Bug(
        "conditions/applications.py",
        "the token exchange of workload identities is protected",
        "        if audience.app_id == TOKEN_EXCHANGE:\n            return NO_TAGS\n",
        "",
    ),
    Bug(
        "conditions/applications.py",
        "a suite asked for by its name matches itself",
        "if not app_id or app_id in _LITERALS:",
        "if not app_id:",
    ),
    Bug(
        "conditions/applications.py",
        "the members of a suite are not in it",
        "for suite, members in self._suites.items() if app_id in members)",
        "for suite, members in self._suites.items() if app_id == suite and members)",
    ),
    Bug(
        "conditions/applications.py",
        "an application filter in mode exclude excludes nothing",
        "exclude = self.select(body, Effect.EXCLUDE) | filtered.exclude",
        "exclude = self.select(body, Effect.EXCLUDE)",
    ),
    Bug(
        "conditions/applications.py",
        "All resources leaves the registration of security information out",
        '_COVERED_BY_ALL = frozenset({"action:registerSecurityInformation", "none"})',
        '_COVERED_BY_ALL = frozenset({"none"})',
    ),
    Bug(
        "conditions/applications.py",
        "baseline scopes in legacy mode do not slip past exclusions",
        "            return own | spared | {ALL}\n",
        "            return own | spared | {ALL, _ALL_EXCEPT}\n",
    ),
    Bug(
        "conditions/applications.py",
        "resources of agents are no agent resources",
        "        if app_id in self._agents:\n            tags.add(AGENTS)\n",
        "",
        _TARGET,
    ),
    Bug(
        "conditions/authentication_contexts.py",
        "an authentication context is told apart by case",
        "return target.value.casefold()",
        "return target.value",
        _TARGET,
    ),
    Bug(
        "conditions/user_actions.py",
        "registering a device counts as registering security information",
        "UserAction.REGISTER_OR_JOIN_DEVICES: REGISTER_DEVICE,",
        "UserAction.REGISTER_OR_JOIN_DEVICES: REGISTER_SECURITY_INFORMATION,",
    ),
    Bug(
        "conditions/targets.py",
        "of several kinds of target in one policy only one counts",
        'return frozenset(f"target:{other}" for other in named_kinds(conditions) - {kind})',
        "return frozenset()",
        _TARGET,
    ),
)

BUGS = (*_USERS, *_WORKLOADS, *_TARGETS)
