"""Completes the list of components that `make sbom` makes: `python -m deploy.sbom < in > out`.

What stands in an environment is told by cyclonedx-bom; what the package carries by us. The format
is CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/), and is validated before it is written.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Final

from deploy.vendored import PACKAGE, VENDORED, Vendored

NOT_LISTED: Final = frozenset({"pip", "setuptools", "ostiary"})
"""Installers, which stand in every environment, and the package itself, which the list is of."""


def completed(listed: Mapping[str, Any], version: str) -> dict[str, Any]:
    """Give the list with what the package carries, and without what only installed it.

    `version` is the package's own, which pyproject.toml leaves to its source.
    """
    root: dict[str, Any] = listed["metadata"]["component"]
    carried = [_component(each) for each in VENDORED]
    gone = {each["bom-ref"] for each in listed["components"] if each["name"] in NOT_LISTED}
    kept = [each for each in listed["components"] if each["bom-ref"] not in gone]
    depends = [each for each in listed["dependencies"] if each["ref"] not in gone]
    added = {root["bom-ref"]: [each["bom-ref"] for each in carried]}
    return {
        **listed,
        "metadata": {**listed["metadata"], "component": {**root, "version": version}},
        "components": [*kept, *carried],
        "dependencies": [
            *(_depending(each, gone, added.get(each["ref"], ())) for each in depends),
            *({"ref": each["bom-ref"]} for each in carried),
        ],
    }


def _depending(on: Mapping[str, Any], gone: set[str], more: Sequence[str]) -> dict[str, Any]:
    left = [each for each in on.get("dependsOn", ()) if each not in gone]
    return {**on, "dependsOn": sorted([*left, *more])}


def _component(part: Vendored) -> dict[str, Any]:
    return {
        "bom-ref": part.purl,
        "type": "library",
        "name": part.name,
        "version": part.version,
        "purl": part.purl,
        "licenses": [{"license": {"id": part.licence, "acknowledgement": "declared"}}],
        "externalReferences": [{"type": "website", "url": part.page}],
    }


def own_version() -> str:
    """Read the version of the package, without importing it."""
    text = (PACKAGE / "__init__.py").read_text(encoding="utf-8")
    (found,) = re.findall(r'^__version__ = "(.+)"$', text, flags=re.MULTILINE)
    return found


def main() -> int:
    """Read a list from standard input and write the completed one; 1 where it is not valid."""
    found = completed(json.load(sys.stdin), own_version())
    text = json.dumps(found, indent=1, ensure_ascii=False)
    schema = import_module("cyclonedx.schema").SchemaVersion.V1_6
    wrong = (
        import_module("cyclonedx.validation.json").JsonStrictValidator(schema).validate_str(text)
    )
    if wrong is not None:
        print(f"not valid CycloneDX: {wrong}", file=sys.stderr)
        return 1
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
