"""Bugs in what a policy protects: resources, audiences, user actions, authentication contexts."""

from tests.planted.bug import Bug

_TARGET = ("tests/conditions/test_targets.py",)

BUGS = (
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
        "if not app_id or app_id in WORDS or app_id == _ALL_EXCEPT",
        "if not app_id or app_id == _ALL_EXCEPT",
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
