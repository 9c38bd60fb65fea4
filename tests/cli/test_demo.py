"""`ostiary demo`: five sign-ins, and an exit code that depends on them."""

from ostiary.cli import demo
from tests.cli.running import run


def test_the_story_is_told_and_holds() -> None:
    ran = run("demo")
    assert (ran.code, ran.err) == (0, "")
    lines = [line.strip() for line in ran.out.splitlines()]
    assert [line for line in lines if line.startswith(("GRANT", "INTERRUPT", "BLOCK"))] == [
        "GRANT (a token): no policy that is on applies.",
        "INTERRUPT (AADSTS50076): Require multifactor authentication, by"
        " `Require MFA for Azure management`: multifactor authentication is needed.",
        "GRANT (a token): every policy that applies is satisfied.",
        "GRANT (a token): no policy that is on applies.",
        "GRANT (a token): no policy that is on applies.",
    ]
    assert [line.split()[-1] for line in lines if "sign-in log" in line] == [
        "reportOnlyInterrupted.",
        "failure.",
        "success.",
        "notApplied.",
        "notApplied.",
    ]
    assert any("`Lifeboat One` is in excluded group `Emergency access`" in line for line in lines)
    assert lines[-1] == "All 5 sign-ins were decided as they have to be."


def test_the_story_as_json() -> None:
    (answer,) = run("demo", "--json").answers
    assert answer["held"] is True
    assert [scene["decision"]["outcome"] for scene in answer["scenes"]] == [
        "grant",
        "interrupt",
        "grant",
        "grant",
        "grant",
    ]


def test_a_story_that_does_not_hold_says_so_and_exits_with_1() -> None:
    told = demo.story()
    told["scenes"][1]["expect"]["outcome"] = "grant"
    scenes = demo.played(told)
    assert demo.exit_code(scenes) == 1
    shown = [line.strip() for line in demo.lines(told, scenes)]
    assert 'NOT AS IT HAS TO BE: outcome: expected "grant", came "interrupt"' in shown
    assert shown[-1] == "1 of 5 sign-ins were not decided as they have to be."
