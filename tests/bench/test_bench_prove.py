"""The benchmark of proofs on a tiny tenant: the engine confirms every witness."""

from dataclasses import replace

import ostiary
from bench import prove
from bench.names import Size
from bench.policies import policies
from bench.tenant import synthetic_tenant
from ostiary.analysis.naming import Names
from ostiary.analysis.prove_compare import compare
from ostiary.analysis.prove_gaps import gaps
from ostiary.analysis.questions import Asked

TINY = Size(
    users=300,
    groups=60,
    apps=30,
    service_principals=20,
    ip_locations=12,
    country_locations=4,
    ranges=200,
)


def test_every_question_is_measured_and_its_witnesses_are_confirmed() -> None:
    rows = prove._measured(24, TINY)  # pyright: ignore[reportPrivateUsage]  # in this process
    assert [row.what for row in rows] == [
        "every gap to MFA",
        "gaps to MFA for Azure management",
        "lockout",
        "compare, two policies changed",
        prove.RAGGED,
        "shadowed",
    ]


def test_a_bound_that_is_not_kept_is_told() -> None:
    slow = prove.Row("lockout", 195, 0.31, 0, "proved", 1_000_000)
    assert "≤ 0.3 s: **no**" in prove.table([slow])[-1]
    assert "≤ 0.3 s: yes" in prove.table([replace(slow, seconds=0.3)])[-1]


def test_differences_for_guests_whom_direct_connect_policies_reach_can_be_shown() -> None:
    """Who comes by direct connect reaches some targets only, in what is lost too."""
    document = synthetic_tenant(40, TINY, seed=10)
    everything = document["conditionalAccessPolicies"]
    document["conditionalAccessPolicies"] = [
        each for n, each in enumerate(everything) if n % 24 not in {0, 1, 2, 3, 6}
    ]
    old = ostiary.load_tenant(document)
    changed = document | {"conditionalAccessPolicies": policies(4, TINY, seed=1_010)}
    drawn = ostiary.load_tenant(changed).parts.policies[3]
    current = old.compiled.policies
    new = [*current[:3], replace(drawn, id=current[3].id), *current[4:]]
    compared = compare(current, new, old.compiled, Names(old.compiled.directory))
    statements = [each for kind in compared.kinds.values() for each in kind]
    assert statements
    assert all(each.witness.confirmed for each in statements)


def test_json_counts_all_statements() -> None:
    compiled = ostiary.load_tenant(synthetic_tenant(24, TINY)).compiled
    answer = gaps(compiled, Asked(), Names(compiled.directory))
    printed = answer.to_json_short()
    assert printed["openCount"] == len(answer.open) == len(printed["open"]) > 100
