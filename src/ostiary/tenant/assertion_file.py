"""Files of assertions: YAML or JSON, read as strictly as tenants are."""

from __future__ import annotations

from pathlib import Path

from ostiary.analysis.assertions import Assertion, read_assertions
from ostiary.tenant.json_text import decoded, parse_json, read_bytes
from ostiary.tenant.yaml_text import parse_yaml


def load_assertions(path: str | Path) -> tuple[Assertion, ...]:
    """Read a file: `.json` is JSON, everything else YAML, of which JSON is a part.

    Raises InputError for whatever is wrong with it.
    """
    file = Path(path)
    data = read_bytes(file)
    if file.suffix.casefold() == ".json":
        return read_assertions(parse_json(data, str(file)), str(file))
    return read_assertions(parse_yaml(decoded(data, str(file)), str(file)), str(file))
