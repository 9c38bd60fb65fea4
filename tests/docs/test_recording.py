"""The picture of the demonstration: of a real run, readable without animation, and of today."""

from __future__ import annotations

import sys
from html import unescape
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

import pytest

from docs.recording import PICTURE, Line, picture, recorded
from ostiary.demo.story import Story

SVG = "{http://www.w3.org/2000/svg}"
PRINTS = """
import sys, time
print("1. First.")
print("\\r50 %", end="", flush=True)
print("\\r   Done <& so>")
print("x" * 120)
"""


def _texts(drawn: str) -> list[str]:
    root = ElementTree.fromstring(drawn)  # noqa: S314  # our own
    return [each.text or "" for each in root.iter(f"{SVG}text")]


def test_a_run_is_what_stands_on_the_terminal_in_the_end(tmp_path: Path) -> None:
    code, lines = recorded([sys.executable, "-c", PRINTS], tmp_path)
    assert code == 0
    assert [each.text for each in lines] == ["1. First.", "   Done <& so>", "x" * 112, "x" * 8]
    assert recorded([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)[0] == 3


def test_lines_come_in_their_order_and_nothing_is_markup() -> None:
    drawn = picture([Line("1. First.", 2), Line("", 2), Line("   <b>&", 60)])
    assert _texts(drawn) == ["$ ostiary demo --exit", "1. First.", "<b>&"]
    delays = [float(each.partition("s")[0]) for each in drawn.split("animation-delay:")[1:]]
    assert delays == sorted(delays)
    assert delays[-1] < 4, "a pause of a minute is none in the picture"


def test_the_picture_needs_no_script_network_or_animation() -> None:
    drawn = PICTURE.read_text(encoding="utf-8")
    for never in ("<script", "href", "@import", "url("):
        assert never not in drawn
    assert "prefers-color-scheme: dark" in drawn
    assert "prefers-reduced-motion: no-preference" in drawn


@pytest.mark.parametrize(
    "title",
    [title for title, _ in Story(*cast("tuple[Any, Any, Any]", (None, None, None))).steps()],
)
def test_the_picture_shows_every_step_of_the_story(title: str) -> None:
    shown = [unescape(each) for each in _texts(PICTURE.read_text(encoding="utf-8"))]
    assert any(each.endswith(f". {title}.") for each in shown), "run `make recording`"
