"""Bugs in what a policy must keep, and in the answers of the policy API."""

from tests.planted.bug import Bug

_ASSIGNMENTS = ("tests/schema/test_rules_assignments.py",)
_GRANT = ("tests/schema/test_rules_grant.py",)
_SESSION = ("tests/schema/test_rules_session.py",)
_LOCATIONS = ("tests/schema/test_requests_locations.py",)
_POLICIES = ("tests/schema/test_requests_policies.py", "tests/schema/test_policy_changes.py")
_STRENGTHS = ("tests/schema/test_requests_strengths.py",)
_STRUCTURE = ("tests/schema/test_structure.py",)
_ODATA = ("tests/schema/test_odata.py",)
_ROUTING = ("tests/schema/test_requests_routing.py", "tests/schema/test_state.py")

_RULES = (
    Bug(
        "schema/rules.py",
        "block can be combined with other controls",
        "    block_stands_alone,\n    password_change_confirms_by_mfa,\n",
        "    password_change_confirms_by_mfa,\n",
        _GRANT,
    ),
    Bug(
        "schema/rules_grant.py",
        "a password change can be offered as an alternative",
        "    if not policy.all_demanded:\n        yield _password(",
        "    if policy.operator is None:\n        yield _password(",
        _GRANT,
    ),
    Bug(
        "schema/rules_grant.py",
        "a policy with an unknown control needs no operator",
        "if (policy.grants or policy.unknown) and policy.operator is None:",
        "if policy.grants and policy.operator is None:",
        _GRANT,
    ),
    Bug(
        "schema/rules_grant.py",
        "exactly 40 terms of use are refused",
        "if count > MOST_TERMS_OF_USE:",
        "if count >= MOST_TERMS_OF_USE:",
        _GRANT,
    ),
    Bug(
        "schema/rules_grant.py",
        "mobile app controls cannot stand beside an alternative on macOS",
        "if not demanded or (alternatives and not policy.all_demanded):",
        "if not demanded:",
        _GRANT,
    ),
    Bug(
        "schema/rules_assignments.py",
        "authentication context c0 exists",
        'CONTEXT_ID = re.compile(r"c([1-9]|[1-9][0-9])", re.IGNORECASE)',
        'CONTEXT_ID = re.compile(r"c([0-9]|[1-9][0-9])", re.IGNORECASE)',
        _ASSIGNMENTS,
    ),
    Bug(
        "schema/rules_assignments.py",
        "authentication contexts end at c25",
        'CONTEXT_ID = re.compile(r"c([1-9]|[1-9][0-9])", re.IGNORECASE)',
        'CONTEXT_ID = re.compile(r"c([1-9]|1[0-9]|2[0-5])", re.IGNORECASE)',
        _ASSIGNMENTS,
    ),
    Bug(
        "schema/rules_assignments.py",
        "a workload policy can select guests",
        "if selected or (field.shape is Shape.GUESTS and selects(field, policy.users)):",
        "if selected:",
        _ASSIGNMENTS,
    ),
    Bug(
        "schema/rules_assignments.py",
        "a workload policy can restrict client apps",
        "if any(isinstance(each, ClientApps) for each in policy.restricting):",
        "if all(isinstance(each, ClientApps) for each in policy.restricting):",
        _ASSIGNMENTS,
    ),
    Bug(
        "schema/rules_references.py",
        "the MFA trusted IPs are no location that exists",
        "known = references.named_locations | {MFA_TRUSTED_IPS}",
        "known = references.named_locations",
        _ASSIGNMENTS,
    ),
    Bug(
        "schema/rules_session.py",
        "a persistent browser session can be set for one application",
        "if PersistentBrowser.key in policy.session and not policy.all_resources:",
        "if PersistentBrowser.key in policy.session and not policy.applications:",
        _SESSION,
    ),
    Bug(
        "schema/rules_session.py",
        "a sign-in frequency of 0 is let through",
        "if not isinstance(value, int) or value < 1:",
        "if not isinstance(value, int) or value < 0:",
        _SESSION,
    ),
    Bug(
        "schema/checking.py",
        "only the first broken rule is told",
        "found = [problem for rule in RULES for problem in rule(policy)]",
        "found = [problem for rule in RULES for problem in rule(policy)][:1]",
        _GRANT,
    ),
    Bug(
        "schema/checking.py",
        "filter rules are not read when a policy is checked",
        "if field.shape is Shape.FILTER and is_object(body.get(field.name)):",
        "if field.shape is Shape.GUESTS and is_object(body.get(field.name)):",
        _STRUCTURE,
    ),
    Bug(
        "schema/edge_types.py",
        "words of a policy in another case are refused",
        "    folded = text.casefold()\n",
        "    folded = text\n",
        _STRUCTURE,
    ),
    Bug(
        "schema/edge_types.py",
        "members that this version does not know are lost",
        'extra="allow"',
        'extra="ignore"',
        _POLICIES,
    ),
    Bug(
        "schema/edge_types.py",
        "beta members are let through in v1.0",
        "        if value is None or value == []:\n            return\n        raise",
        "        if value is None or value:\n            return\n        raise",
        _STRUCTURE,
    ),
    Bug(
        "schema/policy_json.py",
        "a policy in a state that nobody knows is disabled",
        'state=_STATES.get(str(document.get("state")).casefold(), PolicyState.ENABLED),',
        'state=_STATES.get(str(document.get("state")).casefold(), PolicyState.DISABLED),',
        ("tests/schema/test_policy_json.py",),
    ),
    Bug(
        "schema/policy_json.py",
        "without an operator one control is enough",
        'Operator.OR if str(body.get("operator")).upper() == "OR" else Operator.AND',
        'Operator.AND if str(body.get("operator")).upper() == "AND" else Operator.OR',
        ("tests/schema/test_policy_json.py",),
    ),
    Bug(
        "schema/policy_json.py",
        "a control that nobody knows is left out",
        "if word.casefold() not in _BUILT_IN\n",
        "if not word and word.casefold() not in _BUILT_IN\n",
        ("tests/engine/test_fail_closed.py",),
    ),
    Bug(
        "schema/policy_json.py",
        "a condition that nobody knows counts as understood",
        'if key not in known and "@" not in key and value\n',
        'if key not in known and "@" in key and value\n',
        ("tests/engine/test_explanations.py",),
    ),
)

_REQUESTS = (
    Bug(
        "schema/location_rules.py",
        "a range of /8 can be set",
        "SHORTEST_PREFIX = 9\n",
        "SHORTEST_PREFIX = 8\n",
        _LOCATIONS,
    ),
    Bug(
        "schema/location_rules.py",
        "exactly 2,000 ranges are refused",
        "if len(ranges) > MOST_RANGES:",
        "if len(ranges) >= MOST_RANGES:",
        _LOCATIONS,
    ),
    Bug(
        "schema/location_rules.py",
        "an IPv6 range can be given as IPv4",
        'return (":" in text) == (family == 6)',
        'return (":" in text) <= (family in {4, 6})',
        _LOCATIONS,
    ),
    Bug(
        "schema/requests_locations.py",
        "a tenant can have 196 IP locations",
        "count >= MOST_IP_LOCATIONS",
        "count > MOST_IP_LOCATIONS",
        _LOCATIONS,
    ),
    Bug(
        "schema/requests_locations.py",
        "a location that a policy excludes can be deleted",
        '        "conditions.locations.excludeLocations",\n',
        "",
        _LOCATIONS,
    ),
    Bug(
        "schema/requests_locations.py",
        "a trusted location can be deleted",
        '    if document.get("isTrusted") is True:\n',
        '    if document.get("isTrusted") is None:\n',
        _LOCATIONS,
    ),
    Bug(
        "schema/requests_policies.py",
        "a tenant can have one policy more",
        ">= MOST_POLICIES:",
        "> MOST_POLICIES:",
        _POLICIES,
    ),
    Bug(
        "schema/requests_policies.py",
        "a change is not checked",
        '    refuse_broken(document, "beta", call.state)\n',
        "",
        _POLICIES,
    ),
    Bug(
        "schema/calls.py",
        "a change replaces whole conditions instead of the members sent",
        "    return {**document, **inner}\n",
        "    return {**document, **inner, **change}\n",
        _POLICIES,
    ),
    Bug(
        "schema/requests_strengths.py",
        "a built-in strength can be changed",
        'if document.get("policyType") == "builtIn":',
        'if document.get("policyType") == "builtin":',
        _STRENGTHS,
    ),
    Bug(
        "schema/requests_strengths.py",
        "a strength grants the multifactor claim if one combination does",
        'return "mfa" if all(_contains_any',
        'return "mfa" if any(_contains_any',
        _STRENGTHS,
    ),
    Bug(
        "schema/requests_strengths.py",
        "a strength that a policy requires can be deleted",
        "    if users:\n        names = ",
        "    if not document:\n        names = ",
        _STRENGTHS,
    ),
    Bug(
        "schema/templates.py",
        "a template is deployed without excluding emergency access accounts",
        "excluded = tuple(dict.fromkeys((*creator, *state.emergency_access)))",
        "excluded = creator",
        ("tests/schema/test_templates.py",),
    ),
    Bug(
        "schema/templates.py",
        "a template is deployed enabled",
        '"state": PolicyState.REPORT_ONLY.value,',
        '"state": PolicyState.ENABLED.value,',
        ("tests/schema/test_templates.py",),
    ),
    Bug(
        "schema/requests.py",
        "answers share objects with the state",
        "return replace(response, body=copy.deepcopy(response.body))",
        "return response",
        _ROUTING,
    ),
    Bug(
        "schema/requests.py",
        "a method that a path does not have is not found",
        "raise Refusal(405,",
        "raise Refusal(404,",
        _ROUTING,
    ),
    Bug(
        "schema/odata.py",
        "$skip and $top do not go together",
        "found[skip : skip + top]",
        "found[skip:top]",
        _POLICIES,
    ),
    Bug(
        "schema/odata.py",
        "$count counts what is shown",
        'answer["@odata.count"] = len(found)',
        'answer["@odata.count"] = len(shown)',
        _POLICIES,
    ),
    Bug(
        "schema/odata.py",
        "le leaves the value itself out",
        "_ordered(lambda left, right: left <= right)",
        "_ordered(lambda left, right: left < right)",
        _ODATA,
    ),
    Bug(
        "schema/signin_json.py",
        "a user is not registered for MFA unless the facts say so",
        'facts.boolean("mfaRegistered", default=True)',
        'facts.boolean("mfaRegistered", default=False)',
    ),
    Bug(
        "schema/signin_json.py",
        "a refreshed token is interactive unless the facts say otherwise",
        'facts.boolean("isInteractive", default=grant not in _BACKGROUND)',
        'facts.boolean("isInteractive", default=True)',
    ),
    Bug(
        "schema/signin_json.py",
        "What If reads facts",
        'return _read(members.without("facts"), follow_dependencies=False)',
        "return _read(members, follow_dependencies=False)",
        ("tests/schema/test_signin_json.py",),
    ),
)

BUGS = (*_RULES, *_REQUESTS)
