"""`ostiary.prove` and `ostiary.impact`, as a program or a notebook calls them."""

import json
from pathlib import Path
from typing import Any

import pytest

import ostiary
from ostiary.analysis.prove_compare import Compared
from ostiary.analysis.prove_lockout import Lockout
from ostiary.analysis.prove_results import Answer, Verdict
from ostiary.analysis.prove_shadowed import Shadowed
from ostiary.model.errors import InputError
from tests.cli.running import AZURE, FOUNDING, LIFEBOAT, NORA, founding_policy
from tests.cli.test_prove import everybody, tenant

Json = dict[str, Any]


def test_each_question_has_its_typed_answer() -> None:
    document = tenant(founding_policy())
    gaps = ostiary.prove(document, resources=AZURE)
    compared = ostiary.prove(document, "compare", new=everybody())
    assert isinstance(gaps, Answer)
    assert isinstance(ostiary.prove(document, "lockout"), Lockout)
    assert isinstance(ostiary.prove(document, "shadowed"), Shadowed)
    assert isinstance(compared, Compared)
    assert [each.worded.whom.ids for each in gaps.open] == [(LIFEBOAT,)]
    assert gaps.verdict is compared.verdict is Verdict.BROKEN


def test_a_loaded_tenant_is_taken_too() -> None:
    loaded = ostiary.load_tenant(tenant(founding_policy()))
    assert ostiary.prove(loaded, resources=AZURE, excluded="emergencyAccess").holds()
    with pytest.raises(InputError, match="file, folder or document"):
        ostiary.prove(loaded, "compare", new={})  # pyright: ignore[reportCallIssue, reportArgumentType]


def test_an_unknown_question_is_told() -> None:
    with pytest.raises(InputError, match="gaps, lockout, shadowed"):
        ostiary.prove({}, "locks")  # pyright: ignore[reportCallIssue, reportArgumentType]


def test_notebooks_get_tables() -> None:
    document = tenant(founding_policy())
    answers = (
        ostiary.prove(document),
        ostiary.prove(document, "lockout"),
        ostiary.prove(document, "shadowed"),
        ostiary.prove(document, "compare", new=everybody()),
    )
    for each in answers:
        assert each._repr_html_().startswith("<table>")  # pyright: ignore[reportPrivateUsage]  # what notebooks call


def log_of(folder: Path, user: str) -> Path:
    """One sign-in to Azure management by Microsoft Graph's `signIns`."""
    path = folder / "log.json"
    record: Json = {
        "id": "request-1",
        "createdDateTime": "2026-11-01T08:00:00Z",
        "userId": user,
        "userPrincipalName": "somebody@ostiary.example",
        "appId": "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        "resourceId": AZURE,
        "ipAddress": "192.0.2.55",
        "clientAppUsed": "Mobile Apps and Desktop clients",
        "location": {"countryOrRegion": "DE"},
        "deviceDetail": {"deviceId": "", "operatingSystem": "Linux"},
        "riskLevelDuringSignIn": "none",
        "riskLevelAggregated": "none",
        "signInEventTypes": ["interactiveUser"],
        "conditionalAccessAudiences": [{"applicationId": AZURE, "audienceReasons": "none"}],
        "originalTransferMethod": "none",
        "authenticationProtocol": "none",
        "status": {"errorCode": 0},
    }
    path.write_text(json.dumps({"value": [record, record]}), encoding="utf-8")
    return path


def test_a_witness_that_is_in_the_log_is_said_to_be(tmp_path: Path) -> None:
    path = str(log_of(tmp_path, LIFEBOAT))
    (gap,) = ostiary.prove(tenant(founding_policy()), resources=AZURE, log=path).open
    assert gap.witness.label == "seen in the log"
    assert gap.witness.confirmed
    assert "192.0.2.55" in gap.example


def test_a_log_without_the_gap_gives_no_witness(tmp_path: Path) -> None:
    path = str(log_of(tmp_path, NORA))
    (gap,) = ostiary.prove(tenant(founding_policy()), resources=AZURE, log=path).open
    assert gap.witness.label == "in the directory"


def test_impact_of_a_draft(tmp_path: Path) -> None:
    found = ostiary.impact(tenant(founding_policy()), log_of(tmp_path, LIFEBOAT), draft=everybody())
    assert found.rows == 2
    assert found.change is not None
    assert found.change.counts["newlyPrompted"] == 2
    assert [each.id for each in found.change.changed] == [FOUNDING]
