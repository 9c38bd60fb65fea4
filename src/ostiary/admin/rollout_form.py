"""The form that starts a rollout: its fields, and the settings that they make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ostiary.model.errors import InputError
from ostiary.rollout.settings import Settings

TEXTS: Final = ("blocked", "silentBreaks", "prompts", "usersSeen", "failedShare")
NUMBERS: Final = ("days", "stageDays", "failedLeast")
FLAGS: Final = ("administrators", "approval")


def usual() -> dict[str, str]:
    """Give the fields as they stand in a form that nobody has touched."""
    found = Settings().to_json()
    return {
        **{name: _written(found[name]) for name in (*TEXTS, *NUMBERS)},
        **{name: "on" if found[name] else "" for name in FLAGS},
        "rings": "",
        "why": "",
    }


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """Give the fields as somebody has filled them in; a box that is not ticked is not sent."""
    return {name: form.get(name, "") for name in usual()}


def settings_in(form: Mapping[str, str]) -> dict[str, Any]:
    """Give the settings as Graph takes them. Raises InputError for what is no number or ring."""
    return {
        **{name: form.get(name, "").strip() or None for name in ("blocked", "silentBreaks")},
        "prompts": form.get("prompts", "").strip() or None,
        **{name: form.get(name, "").strip() for name in ("usersSeen", "failedShare")},
        **{name: _number(form, name) for name in NUMBERS},
        **{name: bool(form.get(name)) for name in FLAGS},
        "rings": [_ring(line) for line in form.get("rings", "").splitlines() if line.strip()],
    }


def shown(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give settings for people: the key of each text, and what it is set to."""
    found = [(f"rollout.{name}", _written(settings[name])) for name in (*TEXTS, *NUMBERS)]
    return found + [(f"rollout.{name}", "yes" if settings[name] else "no") for name in FLAGS]


def _written(value: object) -> str:
    if value is None:
        return "none"
    return f"{100 * value:g}%" if isinstance(value, float) else str(value)


def _number(form: Mapping[str, str], name: str) -> int:
    text = form.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InputError(f"{name}: expected a number, came `{text[:20]}`")
    return int(text)


def _ring(line: str) -> dict[str, Any]:
    """Read `10%`, `IT, Service desk`, or either after a name and a colon."""
    name, colon, rest = line.partition(":")
    name, rest = (name.strip(), rest.strip()) if colon else ("", line.strip())
    named = {"name": name} if name else {}
    if rest.endswith("%"):
        return {**named, "share": rest}
    groups = [each.strip() for each in rest.split(",") if each.strip()]
    if not groups:
        raise InputError(f"expected groups or a share in the ring `{line.strip()[:60]}`, came none")
    return {**named, "groups": groups}
