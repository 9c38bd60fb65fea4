"""Lint over published policy sets: it never fails, and its findings are few and to the point."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ostiary.analysis.lint import LintReport, lint
from ostiary.analysis.lint_pitfall import Severity
from ostiary.tenant.loading import TenantParts
from ostiary.tenant.tenant import Tenant, load_tenant

FOLDER = Path(__file__).parents[3] / "shared" / "policysets"
NOW = datetime(2026, 11, 21, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no policy sets in {FOLDER}")


def linted(name: str) -> LintReport:
    """Lint one set."""
    return of_tenant(load_tenant(FOLDER / name))


def of_tenant(tenant: Tenant) -> LintReport:
    """Lint a loaded tenant."""
    parts: TenantParts = tenant.parts
    return lint(tenant.compiled, now=NOW, refused=parts.refused, warnings=parts.warnings)


def told(report: LintReport, code: str) -> list[str]:
    """The policies that findings of one code are about, by the start of their names."""
    return [
        policy.display_name.partition("-")[0]
        for each in report.findings
        if each.pitfall.code == code
        for policy in each.found.policies
    ]


@pytest.mark.parametrize(
    "name",
    sorted(each.name for each in FOLDER.iterdir() if each.is_dir()) if FOLDER.is_dir() else [],
)
def test_no_set_is_drowned_in_findings(name: str) -> None:
    report = linted(name)
    refused = sum(1 for each in report.findings if each.pitfall.code == "OST613")
    # none of the sets brings its people, so nothing certain enough for an error can be said
    assert report.counts()[Severity.ERROR] == 0
    assert len(report.findings) - refused < 30
    for finding in report.findings:
        assert finding.found.reason
        assert not finding.found.reason.endswith(".")


def test_the_most_used_baseline() -> None:
    report = linted("j0eyv__ConditionalAccessBaseline")
    assert told(report, "OST701") == ["CA105", "CA502", "CA503", "CA504", "CA505"]
    assert told(report, "OST404") == ["CA005"]
    assert told(report, "OST813") == ["CA401"]
    # its MFA for everybody, blocks of legacy clients, flows and unknown platforms are seen
    gaps = {"OST211", "OST213", "OST214", "OST216", "OST301"}
    assert not gaps & {each.pitfall.code for each in report.findings}


def test_the_framework_whose_policies_are_mostly_off() -> None:
    report = linted("Cloudshield-io__Conditional-Access-Framework")
    assert "CA000" in told(report, "OST221")
    assert "CA030" in told(report, "OST221")


@pytest.mark.parametrize("file", sorted((FOLDER / "jsa2__caOptics" / "demodata").glob("*.json")))
def test_single_files_are_judged_alone(file: Path) -> None:
    of_tenant(load_tenant(file))
