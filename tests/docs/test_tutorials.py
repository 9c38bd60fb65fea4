"""The commands of the tutorials run as they stand there, and say what they say there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.walking import ROOT, steps, walk, wrong

TUTORIALS = ROOT / "docs" / "tutorials"


def _text(name: str) -> str:
    return (TUTORIALS / f"{name}.md").read_text(encoding="utf-8")


def test_an_administrator_of_entra_judges_a_policy(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    found = steps(_text("entra-administrator"))
    assert wrong(found, walk(found, tmp_path)) == []
    assert (tmp_path / "report.html").is_file()
    assert (tmp_path / "junit.xml").is_file()
