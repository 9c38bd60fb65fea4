"""What a draft changes for a sign-in follows from the oracle's answers to both sets of policies."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from ostiary.analysis.compare import CHANGES
from ostiary.analysis.impact import impact_of_batches
from ostiary.tenant.catalogue import NO_CATALOGUE
from ostiary.tenant.tenant import load_tenant
from tests.analysis.impact_cases import batch_of
from tests.analysis.impact_oracle_cases import NOT_TOLD, drawn, row_of
from tests.oracle.decide import expectation
from tests.oracle.shapes import Json

CHUNKS, SEEDS, DRAFTS = 8, 40, 4
_STATES = ("enabled", "enabled", "disabled", "enabledForReportingButNotEnforced")
_BACKGROUND = frozenset({"nonInteractiveUser", "servicePrincipal", "managedIdentity"})


def drafted(policies: list[Json], rng: Random) -> list[Json]:
    """Change the states of some policies, leave one out, add a copy that blocks."""
    draft = copy.deepcopy(policies)
    for policy in draft:
        if rng.random() < 0.6:
            policy["state"] = rng.choice(_STATES)
    if len(draft) > 1 and rng.random() < 0.4:
        del draft[rng.randrange(len(draft))]
    if rng.random() < 0.3:
        added = copy.deepcopy(rng.choice(draft))
        blocks = {"operator": "OR", "builtInControls": ["block"]}
        added |= {"id": f"{added['id'][:-4]}abcd", "state": "enabled"}
        draft.append(added | {"grantControls": blocks, "sessionControls": None})
    return draft


def in_the_background(facts: Json, rng: Random) -> Json:
    """Ask for half of the tokens that a person asked for again, with a refresh token."""
    if facts["grant"] != "authorization_code" or rng.random() < 0.5:
        return facts
    return facts | {"grant": "refresh_token"}


def changed(before: str, after: str, category: str) -> str:
    """Say what became of a sign-in that came to `before` and comes to `after`."""
    if before == after or (category in _BACKGROUND and "grant" not in (before, after)):
        return "unchanged"
    if after == "grant":
        return "newlyAllowed"
    if category in _BACKGROUND:
        return "silentBackgroundBreak"
    return "newlyBlocked" if after == "block" else "newlyPrompted"


def check(case: Json, body: Json, facts: Json, sets: Sequence[list[Json]]) -> str:
    """Compare the change from one set of policies to another with the oracle's; give it."""
    current, draft = (
        load_tenant(
            {**case["tenant"], "conditionalAccessPolicies": policies}, catalogue=NO_CATALOGUE
        ).compiled
        for policies in sets
    )
    row = row_of(body, facts)
    found = impact_of_batches(current, [batch_of([row])], draft=draft.policies, assume=NOT_TOLD)
    before, after = (
        expectation(case["tenant"], policies, body, facts)["outcome"] for policies in sets
    )
    wanted = changed(before, after, row["category"])
    assert found.change is not None
    expected = {name: int(name == wanted) for name in CHANGES}
    assert dict(found.change.counts) == expected, (before, after, body, facts)
    return wanted


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_draft_changes_what_the_oracle_says_of_both_sides(chunk: int) -> None:
    changes = Counter[str]()
    for seed in range(chunk * SEEDS, (chunk + 1) * SEEDS):
        rng = Random(seed)  # noqa: S311  # a seed that can be repeated
        for case, body, told in drawn(seed):
            facts = in_the_background(told, rng)
            for _ in range(DRAFTS):
                sets = [case["policies"], drafted(case["policies"], rng)]
                rng.shuffle(sets)
                changes[check(case, body, facts, sets)] += 1
    assert set(changes) == set(CHANGES), changes  # each kind was met
