"""The JSON Schema of a policy document, generated from the same declarations as everything else.

Editors complete and check policy files with it. Words are listed in Graph's spelling; the rules
of section 1.1 of the semantics, which look at several members at once, are not part of it.
"""

from __future__ import annotations

from typing import Any

from ostiary.schema.edge import policy_model
from ostiary.schema.edge_types import Version

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def policy_schema(version: Version = "beta") -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a policy for one version of Graph."""
    schema = policy_model(version).model_json_schema(mode="validation")
    return {
        "$schema": DIALECT,
        "$id": f"urn:ostiary:conditional-access-policy:{version}",
        **schema,
        "title": "Conditional Access policy",
    }
