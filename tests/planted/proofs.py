"""Bugs in the prover: what is looked at, what stands in the way, what is left open and told."""

from tests.planted.bug import Bug

_FOUND = "tests/analysis/test_prove_brute_force.py::"
_GAPS = (f"{_FOUND}test_every_gap_is_found_and_nothing_else_is_called_one[0]",)
_COMPARED = (f"{_FOUND}test_a_comparison_tells_every_difference_and_no_other[100]",)
_SHADOWED = (f"{_FOUND}test_a_session_that_is_limited_less_does_not_shadow_one_limited_more",)
_GETS_BACK = (f"{_FOUND}test_methods_that_were_not_exported_are_not_taken_for_registered",)
_UNKNOWN = (f"{_FOUND}test_an_unknown_membership_leaves_it_undecided",)
_Z3 = ("tests/analysis/test_prove_z3.py",)
_TINY = ("tests/analysis/test_prove_tiny_tenants.py",)

BUGS: tuple[Bug, ...] = (
    Bug(
        "analysis/answering.py",
        "what is asked for gives way to another strength",
        "waives = question.together and bool(case.waived >> question.policy & 1)",
        "waives = bool(case.waived >> question.policy & 1)",
        (
            f"{_FOUND}"
            "test_what_is_asked_for_does_not_give_way_where_security_information_is_registered",
        ),
    ),
    Bug(
        "analysis/targets.py",
        "targets are told apart by policies alone",
        "policies.everything), effect_of_target(policies, aim)",
        "policies.everything), TargetEffect(False, False, False)",
        _GAPS,
    ),
    Bug(
        "analysis/targets.py",
        "applications with dependencies are not looked at",
        "    known.update(directory.settings.early_dependencies)\n",
        "",
        (f"{_FOUND}test_a_service_that_depends_on_another_is_looked_at_though_nobody_names_it",),
    ),
    Bug(
        "analysis/identities.py",
        "agents are looked for in the first place only",
        "(each for each, effect in pairs if effect.agent), self.members[0])",
        "(each for each, _ in list(pairs)[:1]), self.members[0])",
        (f"{_FOUND}test_agent_risk_is_an_agents_whoever_stands_first",),
    ),
    Bug(
        "analysis/shown.py",
        "direct connect users show methods here",
        "away = visitor(sign_in, self._directory).direct_connect",
        "away = False",
        (f"{_FOUND}test_a_direct_connect_user_shows_nothing_here",),
    ),
    Bug(
        "analysis/shown.py",
        "methods that are multifactor authentication do not give the claim",
        'mfa = "mfa" in by_kind or self.is_multifactor(methods)',
        'mfa = "mfa" in by_kind',
        (*_TINY, *_GAPS),
    ),
    Bug(
        "analysis/boxes.py",
        "taking a box away leaves out the last circumstance that it spares",
        "        for field in self.fields:\n            left = spared & field\n",
        "        for field in self.fields[:-1]:\n            left = spared & field\n",
        (*_Z3, *_GAPS),
    ),
    Bug(
        "analysis/uncovered.py",
        "a statement is widened to targets that some of its users cannot reach",
        "        if each.users & opening.users:\n            targets &= ~each.targets\n",
        "        if not opening.users & ~each.users:\n            targets &= ~each.targets\n",
        _Z3,
    ),
    Bug(
        "analysis/covering.py",
        "policies count as in the way only where they surely apply",
        "terrain.of_targets.upper[policy]\n        box = terrain.upper(policy)\n        unmet =",
        "terrain.of_targets.upper[policy]\n        people = terrain.of_people.lower[policy]\n"
        "        box = terrain.upper(policy)\n        unmet =",
        _UNKNOWN,
    ),
    Bug(
        "analysis/comparing.py",
        "what is newly prompted for is called blocked",
        "        entries = self._entries(prover, question.policy, domain)\n",
        "        entries: tuple[Cover, ...] = ()\n",
        _COMPARED,
    ),
    Bug(
        "analysis/limits.py",
        "a session that is limited less counts as limited as much",
        "theirs is None or control.merge([theirs, value]) != control.merge([theirs])",
        "theirs is None",
        _SHADOWED,
    ),
    Bug(
        "analysis/unregistered.py",
        "a legacy client opens the admin center",
        "        lambda each: not replace(everyday, **each.values[0]).legacy_client,\n",
        "        lambda _: True,\n",
        (f"{_FOUND}test_a_legacy_client_opens_no_admin_center",),
    ),
    Bug(
        "analysis/way_back.py",
        "methods that were not exported count as registered",
        '        elements |= {("method", mode) for mode in (registration.methods or frozenset())'
        " - _ENDING}\n",
        '        elements |= {e for e in showable.everything if e[0] == "method"}\n',
        _GETS_BACK,
    ),
)
