"""Bugs in the engine: masks, requirements, outcome, results, explanation."""

from tests.planted.bug import Bug

_FAIL_CLOSED = ("tests/engine/test_fail_closed.py",)
_FAST_PATH = (
    "tests/engine/test_laws.py::test_the_fast_path_tells_what_the_full_decision_tells[from 0]",
)
_ANSWERS = ("tests/engine/test_answers.py",)
_EXPLANATIONS_TESTS = ("tests/engine/test_explanations.py",)
_POLICY_CHANGED = ("tests/engine/test_incremental.py::test_one_policy_changed[from 0]",)
_GROUPS_CHANGED = ("tests/engine/test_incremental.py::test_one_users_groups_changed[from 0]",)
_POLICY_REPLACED = (
    "tests/engine/test_incremental.py::"
    "test_a_changed_policy_takes_the_place_of_the_one_with_its_id",
)

_MASKS = (
    Bug(
        "engine/masks.py",
        "inclusion wins over exclusion",
        "upper = (upper | held) & ~excluded",
        "upper = (upper & ~excluded) | held",
    ),
    Bug(
        "engine/masks.py",
        "an unknown membership in an include counts as none",
        "            upper |= self.include.get(tag.tag, 0)\n",
        "",
    ),
    Bug(
        "engine/masks.py",
        "an unknown membership in an exclude excludes",
        "            doubted |= self.exclude.get(tag.tag, 0)\n",
        "            excluded |= self.exclude.get(tag.tag, 0)\n",
    ),
    Bug(
        "engine/masks.py",
        "it is not said that an exclusion is unknown",
        "lower = (lower | held) & ~excluded & ~doubted",
        "lower = (lower | held) & ~excluded",
    ),
    Bug(
        "engine/masks.py",
        "a filter that cannot be evaluated is passed over",
        "                failed |= named\n",
        "                failed |= named & excluded\n",
        ("tests/engine/test_failed_rules.py",),
    ),
    Bug(
        "engine/masks.py",
        "of several resources only the first one is judged",
        "        for tags in self.tag_sets(key):\n",
        "        for tags in self.tag_sets(key)[:1]:\n",
    ),
    Bug(
        "engine/masks.py",
        "a fact that nobody recorded keeps policies from applying",
        "return Accepted(policies & ~never, policies & held)",
        "return Accepted(policies & held, policies & held)",
        ("tests/engine/test_missing_facts.py",),
    ),
    Bug(
        "engine/masks.py",
        "a new policy on a new group finds nobody in it",
        "    if asked <= known:\n",
        "    if known:\n",
        _POLICY_CHANGED,
    ),
    Bug(
        "engine/masks.py",
        "who changed groups keeps the policies of the old ones",
        "        other.tagger = tagger\n",
        "        del tagger\n",
        _GROUPS_CHANGED,
    ),
)

_REQUIREMENTS = (
    Bug(
        "engine/requirements.py",
        "AND and OR of grant controls are exchanged",
        "masks = of_all if policy.grant.operator is Operator.AND else of_one",
        "masks = of_one if policy.grant.operator is Operator.AND else of_all",
    ),
    Bug(
        "engine/requirements.py",
        "one met control of an OR is not enough",
        "of_one = _union(demand.of_one & mask for demand, _, mask in unmet) & ~met_one",
        "of_one = _union(demand.of_one & mask for demand, _, mask in unmet)",
    ),
    Bug(
        "engine/requirements.py",
        "an unmet sign-in frequency does not interrupt",
        "unsatisfied=of_all | of_one | late,",
        "unsatisfied=of_all | of_one,",
    ),
    Bug(
        "engine/requirements.py",
        "an OR is refused for what cannot be met, though something can be asked for",
        "for status in (ControlStatus.PROMPT, ControlStatus.REFUSED):",
        "for status in (ControlStatus.REFUSED, ControlStatus.PROMPT):",
    ),
    Bug(
        "engine/requirements.py",
        "a legacy client meets grant controls",
        "            judged = [_out_of_reach(each) for each in judged]\n",
        "            judged = [*judged]\n",
    ),
    Bug(
        "engine/requirements.py",
        "what cannot be had in a step is told only after a prompt for the same step",
        "steps.append(((rank, asks, -demand.order), Step(part, result, title)))",
        "steps.append(((rank, not asks, -demand.order), Step(part, result, title)))",
    ),
    Bug(
        "engine/requirements.py",
        "a strength is a step after MFA",
        "            rank = _SAME_STEP.get(demand.control.key, demand.order)\n",
        "            rank = demand.order\n",
    ),
    Bug(
        "engine/requirements.py",
        "another policy's password change does not forbid to register a method",
        "    if not judgement.first_method:\n",
        "    if not judgement.first_method or no_registration:\n",
    ),
    Bug(
        "engine/requirements.py",
        "a strength never gives way when security information is registered",
        'return ~waived if demand.control.key == "authenticationStrength" else ~0',
        "return ~0",
    ),
    Bug(
        "engine/requirements.py",
        "report-only does not tell what the user can do from what the user cannot",
        "return fixed | (of_one & ~interactive)",
        "return fixed | of_one",
    ),
    Bug(
        "engine/waiver.py",
        "every strength gives way when security information is registered",
        "        return self._elsewhere\n",
        "        return self._elsewhere | self._on_action\n",
    ),
    Bug(
        "engine/waiver.py",
        "strengths give way though no strength is demanded of the registration",
        "if not self.concerns(sign_in) or not applying & self._on_action:",
        "if not self.concerns(sign_in):",
    ),
    Bug(
        "model/signin.py",
        "the password grant can ask the user for something",
        "return person and not self.legacy_client and self.grant is not TokenGrant.PASSWORD",
        "return person and not self.legacy_client",
    ),
    Bug(
        "model/signin.py",
        "a workload identity can be asked for something",
        "return person and not self.legacy_client and self.grant is not TokenGrant.PASSWORD",
        "return not self.legacy_client and self.grant is not TokenGrant.PASSWORD",
        ("tests/controls/test_visitor.py",),
    ),
    Bug(
        "model/signin.py",
        "Exchange ActiveSync is no legacy client",
        'return self.client_app_type in {"exchangeActiveSync", "easSupported", "other"}',
        'return self.client_app_type == "other"',
    ),
)

_DECISIONS = (
    Bug(
        "engine/decide.py",
        "report-only policies are enforced",
        "step = _next_step(standing, match.upper & policies.enabled)",
        "step = _next_step(standing, match.upper & policies.live)",
    ),
    Bug(
        "engine/decide.py",
        "a condition that cannot be evaluated grants",
        "return self.match.failed & self.policies.enabled",
        "return self.match.failed & 0",
        _FAIL_CLOSED,
    ),
    Bug(
        "engine/decide.py",
        "a condition that cannot be evaluated blocks in a report-only policy",
        "return self.match.failed & self.policies.enabled",
        "return self.match.failed",
        _FAIL_CLOSED,
    ),
    Bug(
        "engine/decide.py",
        "the report-only results failure and interrupted are exchanged",
        "beyond = reported_on & ~match.failed, standing.needs_more_than_the_user",
        "beyond = reported_on & ~match.failed, ~standing.needs_more_than_the_user",
    ),
    Bug(
        "engine/decide.py",
        "a disabled policy is reported as not applied",
        '"notApplied": enabled & ~match.upper,',
        '"notApplied": (enabled & ~match.upper) | (policies.everything & ~policies.live),',
    ),
    Bug(
        "engine/decide.py",
        "an earlier acceptance of terms counts while MFA is asked for",
        "    if step is None or step.judgement.challenge not in _MFA_CONTROLS:\n",
        "    if step is None or step.judgement.challenge in _MFA_CONTROLS:\n",
    ),
    Bug(
        "engine/decide.py",
        "session controls of report-only policies are in force",
        "session=_session(policies, applying),",
        "session=_session(policies, match.upper),",
    ),
    Bug(
        "engine/decide.py",
        "status is not applied where only another condition keeps a policy away",
        'return "success" if concerned else "notApplied"',
        'return "notApplied"',
        _ANSWERS,
    ),
    Bug(
        "engine/decide.py",
        "status is success wherever a policy is enabled",
        'return "success" if concerned else "notApplied"',
        'return "success" if policies.enabled else "notApplied"',
    ),
    Bug(
        "engine/decide.py",
        "a block at the authorization endpoint answers like one at the token endpoint",
        'return "access_denied"',
        'return "invalid_grant"',
        _ANSWERS,
    ),
    Bug(
        "engine/decide.py",
        "a block carries a claims challenge",
        "    if outcome is not Outcome.INTERRUPT:\n",
        "    if outcome is Outcome.GRANT:\n",
        _ANSWERS,
    ),
    Bug(
        "engine/policyset.py",
        "the fast path enforces report-only policies",
        "        return mask, _first(standing, mask & self.enabled & standing.unsatisfied)\n",
        "        return mask, _first(standing, mask & standing.unsatisfied)\n",
        _FAST_PATH,
    ),
    Bug(
        "engine/policyset.py",
        "the fast path grants where a condition cannot be evaluated",
        "        if match.failed & self.enabled:\n            return match.upper, Outcome.BLOCK\n",
        "",
        _FAIL_CLOSED,
    ),
    Bug(
        "engine/policyset.py",
        "a fact that cannot be read counts as one that nobody recorded",
        '        return _Unreadable(f"{table.condition.title}: {error}")\n',
        "        return MISSING if error else table\n",
        _FAIL_CLOSED,
    ),
    Bug(
        "engine/policyset.py",
        "a replaced policy stays beside the new one",
        "changed = tuple(policy if each.id == policy.id else each for each in self.policies)",
        "changed = (*self.policies, policy)",
        _POLICY_REPLACED,
    ),
)

_EXPLANATIONS = (
    Bug(
        "engine/explain.py",
        "the last unsatisfied condition is given as the reason",
        "        open_ &= accepted.upper\n",
        "",
    ),
    Bug(
        "engine/explain.py",
        "it is not said that a policy may apply only",
        "    _write(words, open_ & doubtful, NOT_ENOUGH)\n",
        "",
    ),
    Bug(
        "engine/explain.py",
        "a disabled policy is not told by its state",
        "    _write(words, open_ & ~policies.live, NOT_ENABLED)\n",
        "",
    ),
    Bug(
        "engine/explain.py",
        "a condition of a later Graph is not named as not understood",
        "    found.extend(_not_understood(policy))\n",
        "",
        _EXPLANATIONS_TESTS,
    ),
    Bug(
        "engine/explain.py",
        "the sentence names what is included where an exclusion decides",
        "        if excluded:\n",
        "        if excluded and not setting.include:\n",
        _EXPLANATIONS_TESTS,
    ),
    Bug(
        "engine/explain.py",
        "satisfied and unsatisfied conditions of a log entry are exchanged",
        "(held if accepted.upper >> number & 1 else failed).append(word)",
        "(failed if accepted.upper >> number & 1 else held).append(word)",
        _EXPLANATIONS_TESTS,
    ),
    Bug(
        "engine/applied.py",
        "a strength that was asked for is logged as satisfied",
        '    "failure": "singleChallengeRequired",\n',
        '    "failure": "satisfied",\n',
        _EXPLANATIONS_TESTS,
    ),
    Bug(
        "engine/whatif.py",
        "What If gives policies that do not apply though it is asked for the others only",
        "        if not applied_only or upper >> number & 1\n",
        "",
    ),
)

BUGS = (*_MASKS, *_REQUIREMENTS, *_DECISIONS, *_EXPLANATIONS)
