"""The commands of the tutorials run as they stand there, and say what they say there."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from tests.docs.walking import ROOT, Walked, steps, walk, wrong
from tests.serving.processes import free_ports
from tests.serving.proxies import CADDY

TUTORIALS = ROOT / "docs" / "tutorials"
PERSON = f"{shlex.quote(sys.executable)} -m tests.docs.person"
INES = "ines@home.example"
WIKI = "https://wiki.localhost:9443/"


def _text(name: str) -> str:
    return (TUTORIALS / f"{name}.md").read_text(encoding="utf-8")


def test_an_administrator_of_entra_judges_a_policy(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    found = steps(_text("entra-administrator"))
    assert wrong(found, walk(found, tmp_path)) == []
    assert (tmp_path / "report.html").is_file()
    assert (tmp_path / "junit.xml").is_file()


def _elsewhere(text: str, **ports: int) -> str:
    """Let a page listen on ports that are free here."""
    return re.sub(r"\b\d{4}\b", lambda each: str(ports.get(f"of_{each[0]}", each[0])), text)


def _seen(walked: list[Walked], what: str) -> str:
    """Give what a person saw who did something by hand."""
    (found,) = {each.printed for each in walked if each.typed.command == what}
    return "\n".join(found)


@pytest.mark.skipif(CADDY is None, reason="caddy is not installed: apt install caddy")
def test_somebody_puts_mfa_in_front_of_a_wiki(tmp_path: Path) -> None:
    login, management, graph, wiki, proxy = free_ports(5)
    ports = {"of_8443": login, "of_3000": wiki, "of_9443": proxy}
    found = steps(_elsewhere(_text("self-hosting"), **ports))
    opened = f"{PERSON} {_elsewhere(WIKI, **ports)}"
    hands = {
        "ines follows her link": f"{PERSON} $(grep -om1 'http.*enrol/.*' .printed) {INES}",
        "ines opens the wiki with her password": f"{opened} {INES}",
        "ines opens the wiki with her app": (
            # A policy is in force within a second, and so may not be at the first try.
            f"for each in 1 2 3 4 5; do seen=$({opened} {INES});"
            ' case "$seen" in *otp:*) break;; esac; done; echo "$seen"'
        ),
        "ben signs in for the first time": (
            f"{opened} ben@home.example $(grep -A1 'shown this once' .printed | tail -1)"
        ),
    }
    served = {
        "OSTIARY_LISTEN__LOGIN_PORT": str(login),
        "OSTIARY_LISTEN__MANAGEMENT_PORT": str(management),
        "OSTIARY_LISTEN__GRAPH_PORT": str(graph),
    }
    walked = walk(found, tmp_path, hands=hands, environment=served)
    assert wrong(found, walked) == []
    shown = [_seen(walked, each) for each in hands.values()]
    assert shown[0].startswith("login new_password new_password_again otp: 200 ")
    assert shown[1] == "login login passwd: 200 Our wiki"
    assert shown[2] == "login login passwd otp: 200 Our wiki"
    assert shown[3].endswith(" login passwd otp: 200 Our wiki")


def test_a_developer_meets_claims_challenges(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    found = steps(_text("claims-challenges"))
    hands = {
        "tove puts the key into her app": (
            f"""export BROWSER="{PERSON} %s $TUSER $PASSWORD &";"""
            """ printf '{"%s": {"key": "%s", "step": 0}}' "$TUSER" "$TOTP_SECRET" > ~/person.json"""
        )
    }
    assert wrong(found, walk(found, tmp_path, hands=hands)) == []
