"""What is looked at before a step: rings, lockouts, gaps, the log; and what the gates say of it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from ostiary.analysis.impact import Impact, impact_of_batches
from ostiary.analysis.impact_results import PolicyImpact, Results
from ostiary.model.errors import InputError
from ostiary.rollout.documents import Members, document_at
from ostiary.rollout.findings import Findings, Health, health_of, judge
from ostiary.rollout.gates import Gate, GateResult, Outcome
from ostiary.rollout.looking import Outlook, budget_of, evidence_of, findings, outlook
from ostiary.rollout.machine import excuse
from ostiary.rollout.rings import lot, members_at, policy_at, resolved, targeted
from ostiary.rollout.settings import Limit, Settings
from ostiary.rollout.stages import Ring, Stage, StageKind, stages_of
from ostiary.rollout.state import Rollout
from ostiary.tenant.tenant import Tenant, load_tenant
from tests.rollout.cases import (
    ASTRID,
    BIRGER,
    EMERGENCY,
    NOON,
    PILOT,
    POLICY_ID,
    RINGS,
    begun,
    onward,
    policy,
)
from tests.rollout.office import (
    ADMIN,
    STAFF,
    changed,
    everybody,
    log,
    names,
    office,
    read,
    script,
    tenant_document,
)

LATER = NOON + timedelta(days=3)


def reporting(**settings: Any) -> Rollout:
    """Give a rollout at report-only."""
    return onward(begun(**settings), policy()).rollout


def looked(
    rollout: Rollout, rows: list[Any] | None, tenant: Tenant | None = None
) -> dict[Gate, GateResult]:
    """Look at the tenant and a log, and give what the gates say."""
    where = tenant or office()
    seen = outlook(rollout, where.compiled, read(where))
    impact = None if rows is None else _impact(seen, rows)
    found = findings(rollout, seen, names(where), original=read(office()), impact=impact)
    return _judged(rollout, found)


def in_the_log(
    rollout: Rollout, rows: list[Any], tenant: Tenant | None = None
) -> dict[Gate, GateResult]:
    """Look at a log alone, which is quicker."""
    where = tenant or office()
    seen = outlook(rollout, where.compiled, read(where))
    impact = _impact(seen, rows)
    found = Findings(budget=budget_of(impact), evidence=evidence_of(rollout, seen, impact))
    return _judged(rollout, found)


def _impact(seen: Outlook, rows: list[Any]) -> Impact:
    return impact_of_batches(seen.without, log(*rows), draft=seen.drafted)


def _judged(rollout: Rollout, found: Findings) -> dict[Gate, GateResult]:
    results = judge(rollout, found, current=rollout.written, now=LATER)
    return {each.gate: each for each in results}


def test_a_quiet_log_opens_every_gate() -> None:
    results = looked(reporting(), everybody())
    assert {gate: each.outcome for gate, each in results.items()} == dict.fromkeys(
        (Gate.LOCKOUT, Gate.GAPS, Gate.IMPACT, Gate.EVIDENCE, Gate.TIME), Outcome.PASSED
    )
    assert results[Gate.LOCKOUT].sentence == (
        "1 emergency access account and another administrator get in with it On"
    )
    assert results[Gate.EVIDENCE].sentence == (
        "21 days of log to 2026-10-21 (at least 14); 11 of 11 users seen (100 %, at least 80 %)"
    )
    assert results[Gate.IMPACT].sentence == (
        "of 11 identities in the log 0 newly blocked (limit 0), 0 broken in the background"
        " (limit 0), 0 newly prompted (no limit)"
    )


def test_the_way_to_report_only_needs_the_proofs_alone() -> None:
    assert list(looked(begun(), None)) == [Gate.LOCKOUT, Gate.GAPS]


def test_without_a_log_nothing_is_turned_on() -> None:
    results = looked(reporting(), None)
    assert results[Gate.IMPACT].outcome is results[Gate.EVIDENCE].outcome is Outcome.UNKNOWN


def test_a_script_that_would_break_is_told() -> None:
    results = in_the_log(reporting(), [*everybody(), script(STAFF[3])])
    assert results[Gate.IMPACT].outcome is Outcome.CLOSED
    assert results[Gate.IMPACT].details == ("03@x: broken in the background 1 time",)


def test_prompts_count_where_they_are_limited() -> None:
    rows = [*everybody(), *everybody(STAFF[:2], mfa=False)]
    assert in_the_log(reporting(), rows)[Gate.IMPACT].outcome is Outcome.PASSED
    for limit, outcome in ((Limit(number=1), Outcome.CLOSED), (Limit(share=0.2), Outcome.PASSED)):
        assert in_the_log(reporting(prompts=limit), rows)[Gate.IMPACT].outcome is outcome


def test_a_ring_is_judged_by_its_people() -> None:
    """Of the pilot group one is in the log; the script of another does not matter yet."""
    rollout = reporting(rings=RINGS)
    results = in_the_log(rollout, [*everybody(), script(STAFF[3])])
    assert results[Gate.IMPACT].outcome is Outcome.PASSED
    assert "1 of 1 users seen" in results[Gate.EVIDENCE].sentence


def test_too_few_days_people_or_administrators_are_told() -> None:
    results = in_the_log(reporting(), everybody(STAFF[:3]))
    assert results[Gate.EVIDENCE] == GateResult(
        Gate.EVIDENCE,
        Outcome.CLOSED,
        "5 days of log to 2026-10-05 (at least 14); 3 of 11 users seen (27 %, at least 80 %);"
        " 1 administrators neither seen nor excused",
        ("04@x",),
    )


def test_an_administrator_is_seen_or_excused() -> None:
    rollout = reporting(users_seen=0.5)
    rows = everybody((*STAFF, STAFF[0]))
    assert in_the_log(rollout, rows)[Gate.EVIDENCE].outcome is Outcome.CLOSED
    rollout = excuse(rollout, ADMIN.upper(), by=ASTRID, at=NOON, reason="on parental leave")
    assert in_the_log(rollout, rows)[Gate.EVIDENCE].outcome is Outcome.PASSED


def test_nobody_knows_who_administers_without_role_assignments() -> None:
    document = tenant_document()
    del document["roleAssignments"]
    found = in_the_log(reporting(), everybody(), load_tenant(document))[Gate.EVIDENCE]
    assert found.outcome is Outcome.UNKNOWN


def test_a_policy_that_locks_out_is_stopped_before_report_only() -> None:
    tenant = load_tenant(tenant_document(excludeUsers=[]))
    found = looked(begun(), None, tenant)[Gate.LOCKOUT]
    assert found.outcome is Outcome.CLOSED
    assert found.details[0].startswith("user 04: ")


def test_without_emergency_access_nothing_is_proved() -> None:
    document = tenant_document()
    del document["settings"]
    found = looked(begun(), None, load_tenant(document))[Gate.LOCKOUT]
    assert found.outcome is Outcome.UNKNOWN
    assert "ostiary emergency" in found.sentence


def test_an_exclusion_that_opens_a_gap_is_told() -> None:
    tenant = load_tenant(tenant_document(excludeGroups=[PILOT]))
    found = looked(begun(), None, tenant)[Gate.GAPS]
    assert found.outcome is Outcome.CLOSED
    assert found.details == (
        "can whom this policy is about get in without what it requires? opened",
    )


def test_stages_read_alike_as_documents_and_as_policies() -> None:
    for spared in ({}, {"includeUsers": [*STAFF[:6], ADMIN]}):
        document = changed(policy(), **spared)
        tenant = load_tenant({**tenant_document(), "conditionalAccessPolicies": [document]})
        desired, stages = read(tenant), stages_of(RINGS)
        for place, stage in enumerate(stages):
            members = members_at(stages, place, tenant.compiled, desired)
            written = document_at(document, stage, members)
            again = load_tenant({**tenant_document(), "conditionalAccessPolicies": [written]})
            assert read(again) == policy_at(desired, stage, members)


def test_a_ring_of_a_policy_on_all_users_names_its_groups() -> None:
    found = members_at(stages_of(RINGS), 2, office().compiled, read(office()))
    assert found == Members(groups=(PILOT,))


def test_a_ring_of_any_other_policy_names_its_people() -> None:
    tenant = load_tenant(tenant_document(includeUsers=[STAFF[0], STAFF[1]]))
    found = members_at(stages_of(RINGS), 2, tenant.compiled, read(tenant))
    assert found == Members(users=(STAFF[0],))


def test_a_ring_holds_everybody_of_the_rings_before_it() -> None:
    rings = tuple(Ring(str(n), share=n / 10) for n in (1, 3, 6, 10))
    stages, before = stages_of(rings), frozenset[str]()
    for place in range(2, 6):
        found = members_at(stages, place, office().compiled, read(office()))
        assert found is not None
        assert before <= set(found.users)
        before = frozenset(found.users)
    assert before == {*STAFF, ADMIN}


def test_whoever_is_excluded_is_in_no_ring() -> None:
    assert EMERGENCY not in targeted(office().compiled, read(office()))


def test_lots_are_drawn_evenly_and_stay_the_same() -> None:
    drawn = [lot(POLICY_ID, f"user-{number}") for number in range(4000)]
    assert drawn == [lot(POLICY_ID.upper(), f"USER-{number}") for number in range(4000)]
    quarters = Counter(int(each * 4) for each in drawn)
    assert sorted(quarters) == [0, 1, 2, 3]
    assert all(900 < count < 1100 for count in quarters.values())


def test_groups_of_rings_are_found_by_name() -> None:
    directory = office().parts.directory
    assert resolved([Ring("p", ("pilot",))], directory) == (Ring("p", (PILOT,)),)
    with pytest.raises(InputError, match="came `Nobody`, which no group has"):
        resolved([Ring("p", ("Nobody",))], directory)


@pytest.mark.parametrize(
    ("sign_ins", "failed", "sick"),
    [(100, 10, False), (100, 11, True), (12, 9, False), (10, 10, True), (0, 0, False)],
)
def test_a_stage_is_sick_when_many_sign_ins_fail(sign_ins: int, failed: int, sick: bool) -> None:
    assert Health(sign_ins, failed).sick(Settings()) is sick


def test_health_is_told() -> None:
    assert Health(0, 0).sentence(Settings()) == "no sign-in has met the policy in this stage yet"
    assert Health(8, 2).sentence(Settings()) == (
        "2 of 8 sign-ins that met the policy failed (25.0 %, at most 10 %)"
    )


def test_who_is_asked_has_not_failed_but_in_the_background() -> None:
    results = Results(success=5, failure=2, interrupted=3)
    by_category = {"interactiveUser": results, "nonInteractiveUser": results}
    impact = PolicyImpact(None, "enabled", results, by_category, 0, 0)  # pyright: ignore[reportArgumentType]  # no name is read
    assert health_of(impact) == Health(20, 7)


def test_health_and_approval_stand_before_the_second_ring() -> None:
    rollout = onward(
        reporting(rings=RINGS, approval=True),
        document_at(policy(), Stage(StageKind.REPORT_ONLY)),
        members=Members(groups=(PILOT,)),
        by=BIRGER,
    ).rollout
    results = judge(rollout, Findings(), current=rollout.written, now=rollout.entered)
    assert [(each.gate, each.outcome) for each in results] == [
        (Gate.LOCKOUT, Outcome.UNKNOWN),
        (Gate.GAPS, Outcome.UNKNOWN),
        (Gate.IMPACT, Outcome.UNKNOWN),
        (Gate.EVIDENCE, Outcome.UNKNOWN),
        (Gate.HEALTH, Outcome.UNKNOWN),
        (Gate.TIME, Outcome.CLOSED),
        (Gate.APPROVAL, Outcome.CLOSED),
    ]
