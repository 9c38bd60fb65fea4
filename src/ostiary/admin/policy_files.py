"""Policies as files, as Graph writes them: what other tools read, and what *Upload* takes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from starlette.responses import Response

from ostiary.model.json_types import JsonObject

_ODD: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST: Final = 80
_ALL: Final = "conditional-access-policies"


def plain(policy: JsonObject) -> dict[str, Any]:
    """Give a policy without annotations, which say nothing of what it asks."""
    return {name: value for name, value in policy.items() if not name.startswith("@")}


def json_text(document: object) -> str:
    """Write JSON for people."""
    return json.dumps(document, indent=2, ensure_ascii=False)


def one_policy(policy: JsonObject) -> Response:
    """Give one policy, in a file with its name."""
    return _file(str(policy.get("displayName") or "policy"), plain(policy))


def every_policy(policies: Sequence[JsonObject]) -> Response:
    """Give all policies in one file, as Graph lists them."""
    return _file(_ALL, {"value": [plain(each) for each in policies]})


def _file(name: str, document: object) -> Response:
    """Answer a file to be saved, never to be shown; its name in both spellings (RFC 6266, 5)."""
    simple = _ODD.sub("-", name).strip("-.")[:_LONGEST] or "policy"
    whole = quote(f"{name[:_LONGEST]}.json", safe="")
    headers = {
        "Content-Disposition": f"attachment; filename=\"{simple}.json\"; filename*=UTF-8''{whole}",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
    }
    return Response(json_text(document), media_type="application/json", headers=headers)
