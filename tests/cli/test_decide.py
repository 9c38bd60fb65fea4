"""`ostiary decide` and `ostiary whatif`: input, answers, refused policies, exit codes."""

import json
from pathlib import Path

import pytest

from tests.cli.running import (
    FOUNDING,
    LIFEBOAT,
    NORA,
    OTHER,
    Json,
    filtered_policy,
    founding_policy,
    refused_policy,
    run,
    sign_in,
    tenant,
    written,
)

DECISION = {
    *("outcome", "aadstsCode", "oauthError", "claimsChallenge", "claims", "nextChallenge", "why"),
    *("session", "conditionalAccessStatus", "conditionalAccessAudiences", "policies", "errors"),
    *("appliedConditionalAccessPolicies", "refused", "warnings"),
}


def test_a_decision_is_one_json_object_and_nothing_else(
    tenant_file: Path, request_file: Path
) -> None:
    ran = run("decide", "--tenant", tenant_file, request_file, "--json")
    assert (ran.code, ran.err) == (0, "")
    (answer,) = ran.answers
    assert set(answer) == DECISION
    assert (answer["outcome"], answer["aadstsCode"]) == ("interrupt", 50076)
    assert answer["nextChallenge"] == ["mfa"]
    assert answer["refused"] == []


def test_a_block_is_an_answer_and_exits_with_0(tmp_path: Path, request_file: Path) -> None:
    block = {"operator": "OR", "builtInControls": ["block"]}
    path = written(tmp_path / "t.json", tenant(founding_policy(grantControls=block)))
    ran = run("decide", "--tenant", path, request_file, "--json")
    assert (ran.code, ran.answers[0]["outcome"]) == (0, "block")


def test_one_object_a_line_gives_one_answer_a_line(tenant_file: Path) -> None:
    asked = [sign_in(), sign_in(mfaSatisfied=True), sign_in(LIFEBOAT)]
    lines = "\n".join(map(json.dumps, asked)) + "\n\n"
    ran = run("decide", "--tenant", tenant_file, "-", "--json", stdin=lines)
    assert ran.code == 0
    assert [each["outcome"] for each in ran.answers] == ["interrupt", "grant", "grant"]


def test_one_object_may_take_several_lines(tenant_file: Path) -> None:
    asked = json.dumps(sign_in(), indent=2)
    ran = run("decide", "--tenant", tenant_file, "-", "--json", stdin=asked)
    assert [each["outcome"] for each in ran.answers] == ["interrupt"]


def test_a_tenant_may_be_a_folder(tmp_path: Path, request_file: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    for key, value in tenant().items():
        written(folder / f"{key}.json", value)
    ran = run("decide", "--tenant", folder, request_file, "--json")
    assert (ran.code, ran.answers[0]["aadstsCode"]) == (0, 50076)


def test_people_see_outcome_and_why_first_then_the_policies(
    tenant_file: Path, request_file: Path
) -> None:
    ran = run("decide", "--tenant", tenant_file, request_file, COLUMNS="120")
    assert ran.out.splitlines()[:6] == [
        "INTERRUPT  AADSTS50076",
        "Why: Require multifactor authentication, by `Require MFA for Azure management`:"
        " multifactor authentication is needed",
        "Next: multifactor authentication (mfa)",
        "Session limits: none",
        "Conditional Access status: failure",
        "",
    ]
    assert ran.out.splitlines()[6].split() == ["Policy", "State", "Applies", "Result", "Why"]
    (row,) = ran.out.splitlines()[8:]
    assert row.split()[:10] == [
        *("Require", "MFA", "for", "Azure", "management", "On", "yes", "failure"),
        *("Require", "multifactor"),
    ]


def test_several_answers_for_people_say_which_request_they_are_for(tenant_file: Path) -> None:
    lines = f"{json.dumps(sign_in())}\n{json.dumps(sign_in(LIFEBOAT))}\n"
    ran = run("decide", "--tenant", tenant_file, "-", stdin=lines)
    assert [each for each in ran.out.splitlines() if each.startswith("standard")] == [
        "standard input:1",
        "standard input:2",
    ]


def test_what_if_answers_in_the_shape_of_graph(tenant_file: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "r.json", sign_in(LIFEBOAT))
    ran = run("whatif", "--tenant", tenant_file, path, "--json")
    assert ran.code == 0
    (answer,) = ran.answers
    assert set(answer) == {"value", "errors", "refused", "warnings"}
    (policy,) = answer["value"]
    assert policy["id"] == FOUNDING
    assert (policy["policyApplies"], policy["analysisReasons"]) == (False, "users")
    assert policy["reasons"][0]["sentence"] == (
        "user `Lifeboat` is in excluded group `Emergency access`"
    )


def test_what_if_for_people_says_why_not(tenant_file: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "r.json", sign_in(LIFEBOAT))
    ran = run("whatif", "--tenant", tenant_file, path, COLUMNS="200")
    assert ran.out.splitlines()[0] == "0 of 1 policies would apply"
    assert "user `Lifeboat` is in excluded group `Emergency access`" in ran.out


@pytest.mark.parametrize("command", ["decide", "whatif"])
def test_commands_go_on_without_a_refused_policy_and_name_it(
    command: str, tmp_path: Path, request_file: Path
) -> None:
    path = written(tmp_path / "t.json", tenant(refused_policy(), founding_policy()))
    ran = run(command, "--tenant", path, request_file, "--json")
    assert ran.code == 0
    (answer,) = ran.answers
    (refused,) = answer["refused"]
    assert refused["policy"] == "Refused"
    assert refused["errors"][0]["path"] == "conditions.users.includeGroups[0]"
    assert "policy `Refused`" in ran.err
    assert OTHER not in {each.get("policyId", each.get("id")) for each in entries(answer)}


def entries(answer: Json) -> list[Json]:
    """The policies of a decision or of a What If answer."""
    return answer["policies"] if "policies" in answer else answer["value"]


@pytest.mark.parametrize("command", ["decide", "whatif"])
def test_strict_refuses_to_go_on(command: str, tmp_path: Path, request_file: Path) -> None:
    path = written(tmp_path / "t.json", tenant(refused_policy(), founding_policy()))
    ran = run(command, "--tenant", path, request_file, "--json", "--strict")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[-1] == (
        f"ostiary: {path}: expected no refused policy (--strict), came 1;"
        " correct the policies named above, or leave --strict out"
    )


@pytest.mark.parametrize("command", ["decide", "whatif"])
def test_strict_changes_nothing_where_all_is_well(
    command: str, tenant_file: Path, request_file: Path
) -> None:
    strict = run(command, "--tenant", tenant_file, request_file, "--json", "--strict")
    assert strict == run(command, "--tenant", tenant_file, request_file, "--json")


def test_a_filter_that_is_no_rule_is_bad_input_though_the_rest_is_decided(
    tmp_path: Path, request_file: Path
) -> None:
    unbalanced = filtered_policy('(device.displayName -eq "a"') | {"id": OTHER}
    path = written(tmp_path / "t.json", tenant(unbalanced, founding_policy()))
    ran = run("decide", "--tenant", path, request_file, "--json")
    assert (ran.code, ran.answers[0]["outcome"]) == (2, "interrupt")


def test_a_fault_in_a_line_says_which_line(tenant_file: Path) -> None:
    lines = "\n".join(map(json.dumps, [sign_in(), {"signInIdentity": {"userId": 5}}]))
    ran = run("decide", "--tenant", tenant_file, "-", "--json", stdin=lines)
    assert ran.code == 2
    assert [each["outcome"] for each in ran.answers] == ["interrupt"]
    assert ran.err.startswith(
        "ostiary: standard input:2: expected a string in `signInIdentity.userId`, came `5`"
    )


def test_the_same_question_has_the_same_answer(tenant_file: Path) -> None:
    lines = "\n".join([json.dumps(sign_in(NORA))] * 2)
    first, second = run("decide", "--tenant", tenant_file, "-", "--json", stdin=lines).answers
    assert first == second


@pytest.mark.parametrize("command", ["decide", "whatif"])
def test_a_tenant_without_policies_is_told_of(
    command: str, tmp_path: Path, request_file: Path
) -> None:
    nothing: Json = {"conditionalAccessPolicies": []}
    path = written(tmp_path / "t.json", tenant() | nothing)
    ran = run(command, "--tenant", path, request_file, "--json")
    assert ran.code == 0
    sentence = "no policies were found; every sign-in is granted"
    assert [each["message"] for each in ran.answers[0]["warnings"]] == [sentence]
    assert ran.err == f"warning: {sentence}\n"


def test_device_code_meets_the_block_of_its_flow(tmp_path: Path) -> None:
    block = founding_policy(grantControls={"operator": "OR", "builtInControls": ["block"]})
    block["conditions"]["authenticationFlows"] = {"transferMethods": "deviceCodeFlow"}
    path = written(tmp_path / "t.json", tenant(block))
    asked = json.dumps(sign_in(grant="device_code", mfaSatisfied=True))
    (answer,) = run("decide", "--tenant", path, "-", "--json", stdin=asked).answers
    assert (answer["outcome"], answer["aadstsCode"]) == ("block", 53003)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "give a sign-in as a JSON object, for example "),
        ("userId,ipAddress\nnora,192.0.2.1\n", "give a sign-in as a JSON object, for example "),
        ("<html></html>", "give a sign-in as a JSON object, for example "),
        ("PK\x03\x04", "give a sign-in as a JSON object, for example "),
        (
            f"{json.dumps(sign_in(), indent=1)}\n{json.dumps(sign_in(), indent=1)}",
            "several sign-ins stand one a line, each on a single line",
        ),
        ('{"signInIdentity": }', "write null where there is none"),
    ],
)
def test_advice_fits_what_came(tenant_file: Path, text: str, advice: str) -> None:
    ran = run("decide", "--tenant", tenant_file, "-", stdin=text)
    assert (ran.code, ran.out) == (2, "")
    assert f"; {advice}" in ran.err


@pytest.mark.parametrize("command", ["decide", "whatif"])
def test_a_word_that_nobody_knows_is_bad_input(command: str, tenant_file: Path) -> None:
    asked = sign_in() | {"signInConditions": {"clientAppType": "othr"}}
    ran = run(command, "--tenant", tenant_file, "-", "--json", stdin=json.dumps(asked))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("ostiary: standard input: expected one of `all`, `browser`, ")
