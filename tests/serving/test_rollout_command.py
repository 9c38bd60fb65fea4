"""`ostiary rollout` on a server's data: every step, and what is refused."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.store import Store
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.host import opened_store
from tests.admin.pages import with_role
from tests.cli.running import Ran, run
from tests.web.serving import ASTRID, LIFEBOAT, POLICY, serve

NAME = "Require MFA for Azure management"
REASON = "on leave, back in May"
EASY = ("--days", "0", "--users-seen", "0", "--stage-days", "0", "--ring", "Half=100%")


@contextmanager
def store_of(data: Path) -> Generator[Store]:
    with opened_store(str(data), {}, randomness=SystemRandomness()) as store:
        yield store


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Data of two administrators: one has a method, the other is for emergencies, and excluded."""
    served = serve(tmp_path / "data")
    served.enrol()
    store = served.service.store
    for user in (ASTRID, LIFEBOAT):
        with_role(served, GLOBAL_ADMINISTRATOR, user)
    store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    store.close()
    return tmp_path / "data"


def rollout(data: Path, step: str, *more: str) -> Ran:
    return run("rollout", step, *more, "--data", data)


def state(data: Path) -> Any:
    with store_of(data) as store:
        return store.policies.need(POLICY).document["state"]


def test_a_policy_goes_to_report_only_and_no_further_by_itself(office: Path) -> None:
    begun = rollout(office, "start", NAME, *EASY)
    assert (begun.code, begun.out) == (
        0,
        f"{NAME}: [Off] → Report-only → Half → On\nNext: Report-only\n",
    )
    moved = rollout(office, "advance", NAME.upper(), "--json").answers[0]
    assert (moved["stage"]["name"], state(office)) == (
        "Report-only",
        "enabledForReportingButNotEnforced",
    )
    refused = rollout(office, "advance", POLICY)
    closed = [
        each.split()[0] for each in refused.out.splitlines() if each.split()[1:2] == ["closed"]
    ]
    assert (refused.code, closed) == (1, ["Evidence"])
    assert "Not taken: 1 of 5 gates are closed." in refused.out
    assert "give a reason with --override" in refused.out
    assert state(office) == "enabledForReportingButNotEnforced"


def test_status_tells_gates_and_history(office: Path) -> None:
    rollout(office, "start", NAME, *EASY, "--reason", "ticket 17")
    shown = rollout(office, "status", NAME, "--history")
    assert shown.code == 0
    for text in ("Next: Report-only", "Lockout", "Gaps", "started", "ticket 17"):
        assert text in shown.out
    told = rollout(office, "status", NAME, "--history", "--json").answers[0]
    assert [each["gate"] for each in told["gates"]] == ["lockout", "gaps"]
    assert [each["action"] for each in told["steps"]] == ["start"]


def test_the_list_tells_where_each_stands(office: Path) -> None:
    assert rollout(office, "list").out == "There are no rollouts.\n"
    rollout(office, "start", NAME)
    assert NAME in rollout(office, "list").out
    assert rollout(office, "list", "--json").answers[0]["rollouts"][0]["place"] == 0


def test_undo_stop_and_check(office: Path) -> None:
    rollout(office, "start", NAME)
    rollout(office, "advance", NAME)
    assert "there is nothing to check" in rollout(office, "check", NAME).out
    undone = rollout(office, "undo", NAME, "--reason", "not now")
    assert (undone.code, state(office)) == (0, "disabled")
    assert "The rollout is over: undone." in undone.out
    rollout(office, "start", NAME)
    assert "over: stopped" in rollout(office, "stop", NAME).out
    assert rollout(office, "stop", NAME).code == 1


def test_who_started_cannot_approve(office: Path) -> None:
    rollout(office, "start", NAME, "--approval")
    refused = rollout(office, "approve", NAME)
    assert (refused.code, refused.out.startswith("Not taken: ")) == (1, True)
    refused = rollout(office, "approve", NAME, "--json")
    assert refused.answers[0]["refused"]["code"] == "notSecondPerson"


def test_an_administrator_is_excused(office: Path) -> None:
    rollout(office, "start", NAME)
    done = rollout(
        office, "excuse", NAME, "astrid@fjordvik.example", "--reason", "on leave, back in May"
    )
    assert done.code == 0
    with store_of(office) as store:
        excuses = store.rollouts.every()[0].document["excuses"]
    assert [each["user"] for each in excuses] == [ASTRID]


def test_settings_are_read_from_the_code_folder(office: Path, tmp_path: Path) -> None:
    text = "rollout:\n  rings: [{name: A tenth, share: 10%}]\n  approval: true\n  days: 3\n"
    (tmp_path / "ostiary.yaml").write_text(text, encoding="utf-8")
    begun = rollout(office, "start", NAME, "--code", str(tmp_path), "--days", "5")
    assert "Report-only → A tenth → On" in begun.out
    with store_of(office) as store:
        kept = store.rollouts.every()[0].document["settings"]
    assert (kept["approval"], kept["days"]) == (True, 5)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("start", "nothing"), "there is no policy named `nothing`"),
        (("advance", NAME), "expected the policy of a rollout"),
        (("start", NAME, "--blocked", "few"), "rollout.blocked: expected a limit"),
        (("start", NAME, "--ring", "Nobody"), "came `Nobody`, which no group has"),
        (
            ("list", "--log", "x.json"),
            "expected --log and --tenant for rollouts that are",
        ),
        (("resume", NAME), "on a server a step is taken whole or not at all"),
        (("step-back", NAME), "expected the policy of a rollout"),
    ],
)
def test_bad_input_is_told(office: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = rollout(office, *arguments)
    assert ran.code == 2
    assert said in " ".join(ran.err.split())
