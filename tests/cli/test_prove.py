"""`ostiary prove`: questions, assertions, JUnit, exit codes, bad input."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli.running import (
    AZURE,
    EMERGENCY,
    FOUNDING,
    LIFEBOAT,
    NORA,
    founding_policy,
    run,
    written,
)

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
ADMIN_CENTER = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
MANAGEMENT = "Windows Azure Service Management API"
Json = dict[str, Any]


def tenant(*policies: Json, **members: Any) -> Json:
    """Nora, who administers, and the emergency account Lifeboat in its group."""
    people = ((NORA, "nora"), (LIFEBOAT, "lifeboat"))
    return {
        "tenantId": "7d1c0b52-0000-4000-8000-000000000000",
        "users": [
            {"id": id_, "displayName": name.title(), "userPrincipalName": f"{name}@ostiary.example"}
            for id_, name in people
        ],
        "groups": [{"id": EMERGENCY, "displayName": "Emergency", "members": [LIFEBOAT]}],
        "roleAssignments": [
            {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": id_, "directoryScopeId": "/"}
            for id_, _ in people
        ],
        "userRegistrationDetails": [
            {
                "id": NORA,
                "isMfaRegistered": True,
                "methodsRegistered": ["microsoftAuthenticatorPush"],
            }
        ],
        "settings": {"emergencyAccess": [EMERGENCY]},
        "conditionalAccessPolicies": list(policies),
    } | members


def flat(text: str) -> str:
    """Give text without the line breaks of a narrow terminal."""
    return " ".join(text.split())


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """MFA for Azure management, of everybody but the emergency account."""
    return written(tmp_path / "sound.json", tenant(founding_policy()))


def everybody() -> Json:
    """The founding policy without its exclusion."""
    policy = founding_policy()
    policy["conditions"] = policy["conditions"] | {"users": {"includeUsers": ["All"]}}
    return policy


def assertions(folder: Path, text: str, name: str = "assertions.yaml") -> Path:
    """Write a file of assertions."""
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


HOLDS = f"""
assertions:
  - name: everybody needs MFA for Azure management
    users: All
    except: [emergencyAccess]
    resources: [{MANAGEMENT}]
    when: {{locations: [All]}}
    requires: mfa
  - name: emergency accounts are never blocked
    users: [emergencyAccess]
    never: block
"""
BROKEN = f"""
assertions:
  - name: everybody needs MFA
    resources: [{MANAGEMENT}]
    requires: {{anyOf: [mfa, compliantDevice]}}
"""


def test_a_gap_has_a_statement_and_a_witness(sound: Path) -> None:
    ran = run("prove", "gaps", "--tenant", sound, "--resource", MANAGEMENT, "--json")
    (found,) = ran.answers
    assert (ran.code, found["verdict"]) == (1, "broken")
    (gap,) = found["open"]
    assert gap["users"]["ids"] == [LIFEBOAT]
    assert gap["witness"]["label"] == "in the directory"
    assert gap["witness"]["outcome"] == "grant"
    assert gap["witness"]["confirmed"] is True
    assert found["world"]


def test_a_witness_is_a_request_that_decide_takes(sound: Path, tmp_path: Path) -> None:
    ran = run("prove", "gaps", "--tenant", sound, "--resource", MANAGEMENT, "--json")
    request = written(tmp_path / "request.json", ran.answers[0]["open"][0]["witness"]["request"])
    decided = run("decide", "--tenant", sound, "--json", request)
    assert decided.answers[0]["outcome"] == "grant"


def test_what_is_proved_exits_with_0_and_prints_the_world(sound: Path) -> None:
    ran = run(
        "prove", "gaps", "--tenant", sound, "--resource", AZURE, "--except", "emergencyAccess"
    )
    assert ran.code == 0
    assert "Proved" in flat(ran.out)
    assert "a disabled account does not sign in" in flat(ran.out)


def test_a_refused_policy_leaves_everything_undecided(tmp_path: Path) -> None:
    nobody = founding_policy(id="7d1c0b52-0000-4000-8000-000000000029")
    nobody["conditions"] = nobody["conditions"] | {"users": {"includeGroups": ["No such group"]}}
    path = written(tmp_path / "refused.json", tenant(founding_policy(), nobody))
    asked = ("gaps", "--tenant", path, "--resource", AZURE, "--except", "emergencyAccess")
    ran = run("prove", *asked)
    assert ran.code == 1
    assert "nothing is proved beside it" in flat(ran.out)
    assert run("prove", *asked, "--allow-unknown").code == 0
    assert run("prove", *asked, "--strict").code == 2


def test_lockout_tells_who_gets_in(sound: Path) -> None:
    ran = run("prove", "lockout", "--tenant", sound, "--json")
    (found,) = ran.answers
    assert (ran.code, found["verdict"]) == (0, "proved")
    assert [each["can"] for each in found["emergencyAccess"]] == ["yes"]
    assert found["applications"][0] == ADMIN_CENTER


def test_lockout_names_the_policies_in_the_way(tmp_path: Path) -> None:
    block = everybody() | {"grantControls": {"operator": "OR", "builtInControls": ["block"]}}
    path = written(tmp_path / "blocked.json", tenant(block))
    ran = run("prove", "lockout", "--tenant", path)
    assert ran.code == 1
    assert "in the way: Require MFA for Azure management" in flat(ran.out)


def test_unknown_methods_are_unknown_with_what_to_export(tmp_path: Path) -> None:
    path = written(tmp_path / "all.json", tenant(everybody()))
    ran = run("prove", "lockout", "--tenant", path)
    assert ran.code == 1
    assert "which methods the account has registered is unknown" in flat(ran.out)
    assert "userRegistrationDetails" in flat(ran.out)


def test_a_shadowed_policy_is_named_with_what_shadows_it(tmp_path: Path) -> None:
    twin = founding_policy(id="7d1c0b52-0000-4000-8000-000000000029", displayName="Nora alone")
    twin["conditions"] = twin["conditions"] | {"users": {"includeUsers": [NORA]}}
    path = written(tmp_path / "shadow.json", tenant(founding_policy(), twin))
    ran = run("prove", "shadowed", "--tenant", path)
    assert ran.code == 1
    assert "Nora alone never changes any outcome" in flat(ran.out)
    assert "Require MFA for Azure management`" in flat(ran.out)


def test_compare_tells_who_is_newly_prompted(sound: Path, tmp_path: Path) -> None:
    draft = written(tmp_path / "draft.json", everybody())
    ran = run("prove", "compare", "--tenant", sound, draft, "--json")
    (found,) = ran.answers
    assert ran.code == 0
    assert {each["users"]["text"] for each in found["newlyPrompted"]} == {"Lifeboat"}
    assert found["newlyAllowed"] == []


def test_equivalent_answers_by_its_exit_code(sound: Path, tmp_path: Path) -> None:
    other = written(tmp_path / "other.json", tenant(everybody()))
    assert run("prove", "equivalent", "--tenant", sound, sound, sound).code == 0
    assert run("prove", "equivalent", "--tenant", sound, sound, other).code == 1
    assert run("prove", "equivalent", "--tenant", sound, sound, other, sound).code == 2


def test_assertions_that_hold_exit_with_0(sound: Path, tmp_path: Path) -> None:
    ran = run("prove", "--tenant", sound, "--assert", assertions(tmp_path, HOLDS))
    assert ran.code == 0, ran.out
    assert "2 assertions, none failed" in flat(ran.out)


def test_a_broken_assertion_is_a_failure_with_its_witness(sound: Path, tmp_path: Path) -> None:
    path, xml = assertions(tmp_path, BROKEN), tmp_path / "junit.xml"
    ran = run("prove", "--tenant", sound, "--assert", path, "--junit", xml, "--json")
    assert ran.code == 1
    assert ran.answers[0]["assertions"][0]["verdict"] == "broken"
    (suite,) = ElementTree.parse(xml).getroot()  # noqa: S314  # our own file
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert "Lifeboat" in str(failure.get("message"))
    assert "lifeboat@ostiary.example" in str(failure.text)


def test_assertions_may_be_json(sound: Path, tmp_path: Path) -> None:
    document = {
        "assertions": [
            {"name": "guests", "users": "Guests", "resources": [AZURE], "requires": "mfa"}
        ]
    }
    path = assertions(tmp_path, json.dumps(document), "assertions.json")
    assert run("prove", "--tenant", sound, "--assert", path).code == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("assertions: []", "expected `assertions`, a list of at least one"),
        ("assertions: [{name: a, requires: [mfa, block]}]", "assertions[0].requires: expected one"),
        ("assertions: [{name: a, requires: mfa, never: block}]", "either `requires` or `never"),
        ("assertions: [{name: a, user: All, requires: mfa}]", "`user` is none of name, users"),
        ("assertions: [{requires: mfa}, 7]", "assertions[0].name: expected a name; assertions[1]"),
        ("assertions: [{name: a, requires: mfa}, {name: a, requires: mfa}]", "several assertions"),
        ("assertions: [{name: a, requires: {allOf: [mfa]}}]", "`anyOf`, came `allOf`"),
        ("assertions: [{name: a, requires: passkeys}]", "`passkeys` is no control"),
        (
            "assertions: [{name: a, requires: mfa, users: Nobody}]",
            "nothing in the tenant is called",
        ),
        ("assertions: [{name: a, requires: mfa, when: {moon: full}}]", "`moon` is no condition"),
        ("a: 1\na: 2", "`a` stands twice"),
        ("a: &x [1]\nb: *x", "aliases are not taken"),
        ("a: [1", "line 1"),
        ("[" * 3000, "assertions.yaml"),
    ],
)
def test_what_is_wrong_with_assertions_is_told(
    sound: Path, tmp_path: Path, text: str, expected: str
) -> None:
    ran = run("prove", "--tenant", sound, "--assert", assertions(tmp_path, text))
    assert ran.code == 2
    assert expected in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "asked",
    [
        ("prove",),
        ("prove", "--tenant", "x"),
        ("prove", "--tenant", "x", "gaps", "--tenant", "x"),
        ("prove", "gaps", "--tenant", "sound.json", "--resource", "Azur"),
        ("prove", "gaps", "--tenant", "sound.json", "--when", "platforms"),
        ("prove", "gaps", "--tenant", "sound.json", "--when", "platforms=amiga"),
        ("prove", "gaps", "--tenant", "sound.json", "--requires", "mfa", "--never-block"),
        ("prove", "compare", "--tenant", "sound.json", "nothing.json"),
        (
            "prove",
            "compare",
            "--tenant",
            "sound.json",
            "sound.json",
            "sound.json",
            "--draft-is",
            "part",
        ),
    ],
)
def test_a_question_that_cannot_be_understood_is_bad_input(
    sound: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...]
) -> None:
    monkeypatch.chdir(sound.parent)
    ran = run(*asked)
    assert ran.code == 2
    assert ran.err
    assert "Traceback" not in ran.err


def test_conditions_narrow_the_question(sound: Path) -> None:
    asked = ("gaps", "--tenant", sound, "--when", "clientApps=browser", "--when", "platforms=iOS")
    ran = run("prove", *asked, "--json")
    (found,) = ran.answers
    witness = found["open"][0]["witness"]["request"]["signInConditions"]
    assert (witness["clientAppType"], witness["devicePlatform"]) == ("browser", "iOS")


def test_the_founding_policy_has_its_id(sound: Path) -> None:
    ran = run("prove", "shadowed", "--tenant", sound, "--json")
    assert [each["id"] for each in ran.answers[0]["policies"]] == [FOUNDING]


def test_all_who_are_asked_about_are_not_called_everybody(sound: Path) -> None:
    ran = run("prove", "gaps", "--tenant", sound, "--users", "Guests", "--json")
    assert ran.answers[0]["open"][0]["users"]["text"] == "all who are asked about"
    ran = run("prove", "gaps", "--tenant", sound, "--json", "--requires", "compliantDevice")
    assert {each["users"]["text"] for each in ran.answers[0]["open"]} >= {"everybody"}
