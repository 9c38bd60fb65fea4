"""The npm packages of the browser tests are pinned by hash and name no registry."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "browser"


def test_the_lock_pins_every_package_by_hash_and_names_no_registry() -> None:
    text = (FOLDER / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    own = packages.pop("")
    assert {f"node_modules/{name}" for name in own["devDependencies"]} <= set(packages)
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert '"resolved"' not in text
    assert "http" not in text


def test_the_packages_are_asked_for_in_one_version_each() -> None:
    asked = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert all(version[0].isdigit() for version in asked.values())
