"""`ostiary validate`: the report, refused policies, exit codes."""

from pathlib import Path

import pytest

from tests.cli.running import (
    OTHER,
    filtered_policy,
    founding_policy,
    refused_policy,
    run,
    tenant,
    written,
)


def test_policies_that_can_be_used_exit_with_0(tenant_file: Path) -> None:
    ran = run("validate", tenant_file, "--json")
    assert ran.code == 0
    assert ran.answers == [{"policies": 1, "loaded": 1, "refused": [], "warnings": []}]


def test_a_refused_policy_exits_with_1_and_tells_everything(tmp_path: Path) -> None:
    path = written(tmp_path / "t.json", tenant(refused_policy(), founding_policy()))
    ran = run("validate", path, "--json")
    assert ran.code == 1
    (report,) = ran.answers
    assert set(report) == {"policies", "loaded", "refused", "warnings"}
    assert (report["policies"], report["loaded"]) == (2, 1)
    (refused,) = report["refused"]
    assert set(refused) == {"file", "policy", "errors"}
    assert (refused["file"], refused["policy"]) == (
        f"{path}#/conditionalAccessPolicies/0",
        "Refused",
    )
    (error,) = refused["errors"]
    assert set(error) == {"path", "code", "message"}
    assert error["path"] == "conditions.users.includeGroups[0]"


def test_people_see_every_refusal_and_the_numbers(tmp_path: Path) -> None:
    path = written(tmp_path / "t.json", tenant(refused_policy(), founding_policy()))
    lines = run("validate", path).out.splitlines()
    assert lines[0] == f"refused: {path}#/conditionalAccessPolicies/0: policy `Refused`"
    assert lines[1].startswith("  conditions.users.includeGroups[0]: ")
    assert lines[-1] == "2 policies: 1 loaded, 1 refused"


def test_warnings_go_to_standard_error_and_into_the_report(tmp_path: Path) -> None:
    path = written(tmp_path / "t.json", tenant() | {"wishes": 3})
    ran = run("validate", path, "--json")
    assert ran.code == 0
    (warning,) = ran.answers[0]["warnings"]
    assert ran.err == f"warning: {path}: {warning['message']}\n"


def test_each_file_may_be_a_tenant_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    written(folder / "a.json", tenant())
    written(folder / "b.json", tenant(founding_policy(displayName="Other words, same id")))
    together, each = (
        run("validate", folder, "--json"),
        run("validate", folder, "--each-file", "--json"),
    )
    assert (together.code, together.answers[0]["loaded"]) == (1, 1)
    assert (each.code, each.answers[0]["loaded"]) == (0, 2)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (f'device.displayName -eq "{"a" * 3048}"', "expected a rule of at most 3,072 characters"),
        ('(device.displayName -eq "a"', "expected `)` for the parenthesis opened"),
        ('device.displayName -eq "a")', "expected"),
    ],
)
def test_a_filter_that_is_no_rule_is_bad_input(tmp_path: Path, rule: str, said: str) -> None:
    policy = filtered_policy(rule) | {"id": OTHER}
    path = written(tmp_path / "t.json", tenant(policy, founding_policy()))
    ran = run("validate", path, "--json")
    assert ran.code == 2
    (refused,) = ran.answers[0]["refused"]
    (error,) = refused["errors"]
    assert (error["path"], error["code"]) == (
        "conditions.devices.deviceFilter.rule",
        "invalidFilter",
    )
    assert error["message"].startswith(said)
