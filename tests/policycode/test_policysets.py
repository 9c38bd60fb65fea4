"""No perpetual difference: what is exported from a published policy set plans to nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ostiary.policycode.changes import Action, Kind, placeholders_in
from ostiary.policycode.exporting import Form, export
from ostiary.policycode.folder import load_folder
from ostiary.policycode.planning import make_plan
from ostiary.policycode.target import target_of
from ostiary.tenant.documents import RawTenant
from ostiary.tenant.reading import read_raw
from tests.policycode.tenants import MADE, write_files
from tests.tenant.test_policysets import COUNTS, SETS

pytestmark = pytest.mark.skipif(
    not SETS.is_dir(), reason="../shared/policysets is absent: third-party data, not shipped"
)
WHOLE = ("j0eyv__ConditionalAccessBaseline", "Cloudshield-io__Conditional-Access-Framework")


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("name", COUNTS)
def test_an_export_plans_to_nothing(name: str, form: Form, tmp_path: Path) -> None:
    target = target_of(read_raw(SETS / name), name)
    files = {each.path: each.text for each in export(target, form)}
    policies = [path for path in files if path.startswith("policies/")]
    assert len(policies) == len(target.parts.policies) > 0
    found = make_plan(load_folder(write_files(tmp_path, files)), target, made=MADE)
    assert (found.plan.changes, found.plan.base, found.kept, found.unmanaged) == ((), (), (), ())


@pytest.mark.parametrize("name", WHOLE)
def test_a_set_as_it_is_published_plans_to_nothing_against_itself(name: str) -> None:
    found = make_plan(load_folder(SETS / name), target_of(read_raw(SETS / name), name), made=MADE)
    assert (found.plan.changes, found.kept, found.unmanaged) == ((), (), ())


@pytest.mark.parametrize(("name", "referred"), [(WHOLE[0], 3), (WHOLE[1], 6)])
def test_against_an_empty_tenant_everything_is_made_in_order(name: str, referred: int) -> None:
    found = make_plan(load_folder(SETS / name), target_of(RawTenant(), "nothing"), made=MADE)
    changes = found.plan.changes
    assert {each.action for each in changes} == {Action.CREATE}
    assert Counter(each.kind is Kind.POLICY for each in changes) == {
        True: COUNTS[name][0],
        False: referred,
    }
    made: set[str] = set()
    for each in changes:
        assert placeholders_in(each.after) <= made
        made.add(each.id)
    assert len(made) == len(changes) == len(found.plan.base)
