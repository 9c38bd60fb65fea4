"""What the forms of objects share: a change that is sent to Graph, and a refusal as it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ostiary.admin.graph_calls import Refused
from ostiary.admin.pages.policy import locked_out
from ostiary.admin.visit import Visit
from ostiary.model.errors import InputError


async def send(
    visit: Visit, method: str, path: str, body: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Change something, with the etag and the reason to override of the form. Raises Refused."""
    etag, reason = visit.form.get("etag", ""), visit.form.get("reason", "").strip()
    return await visit.graph.send(method, path, body, etag=etag, override=reason)


def refusal(error: Refused | InputError | None) -> dict[str, Any]:
    """Give what a template says of a refusal: every problem, and whoever would be locked out."""
    details = error.details if isinstance(error, Refused) else ()
    return {
        "refused": error,
        "problems": [each for each in details if each.get("target")],
        "locked_out": locked_out(details),
        "outdated": isinstance(error, Refused) and error.status == 412,
    }


def status_of(error: Refused | InputError | None) -> int:
    """Give the status of the page that shows it."""
    if error is None:
        return 200
    return error.status if isinstance(error, Refused) else 400
