"""`ostiary init`: a tenant, and links instead of passwords."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import run
from tests.serving.processes import running

BASICS = ("--domain", "fjordvik.example", "--admin", "astrid")


def test_BG06_the_first_administrator_gets_a_link_that_the_server_opens(tmp_path: Path) -> None:
    data = tmp_path / "data"
    ran = run("init", "--data", data, *BASICS, "--emergency-account", "lifeboat", "--json")
    assert ran.code == 0
    (made,) = ran.answers
    assert [each["userPrincipalName"] for each in made["links"]] == [
        "astrid@fjordvik.example",
        "lifeboat@fjordvik.example",
    ]
    link = made["links"][0]["address"].removeprefix("https://localhost:8443")
    with running(data) as served, served.client() as client:
        assert client.get(link).status_code == 200
        assert client.get(link[:-1]).status_code == 404
        assert served.stop() == 0


def test_a_second_init_leaves_the_first_alone(tmp_path: Path) -> None:
    assert run("init", "--data", tmp_path, *BASICS).code == 0
    before = (tmp_path / "kek").read_bytes()
    again = run("init", "--data", tmp_path, *BASICS)
    assert again.code == 2
    assert "a server's data is there" in again.err
    assert (tmp_path / "kek").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--domain", "no domain", "--admin", "astrid"), "expected a domain"),
        (("--domain", "fjordvik.example", "--admin", "a b"), "expected a sign-in name"),
        ((*BASICS, "--emergency-account", "astrid"), "of its own"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_made(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    data = tmp_path / "data"
    ran = run("init", "--data", data, *arguments)
    assert ran.code == 2
    assert told in ran.err
    assert not data.exists()
