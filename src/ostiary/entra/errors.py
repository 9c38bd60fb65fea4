"""What can go wrong between us and a Graph API, one class for each thing a caller would handle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ostiary.model.errors import OstiaryError
from ostiary.model.json_types import as_object, is_list

_MOST_TOLD: Final = 5


class GraphError(OstiaryError):
    """A question to Graph that has no usable answer."""

    code = "graph"


class Refused(GraphError):
    """Graph answered that it will not: `status`, its own word in `graph_code`, `details`."""

    code = "graphRefused"

    def __init__(self, asked: str, status: int, body: object, *, hint: str = "") -> None:
        """Read Graph's error body (`{"error": {"code", "message", "innerError"}}`)."""
        error = as_object(as_object(body).get("error"))
        inner = as_object(error.get("innerError"))
        self.status = status
        self.graph_code = str(error.get("code") or "")
        self.said = str(error.get("message") or "").strip()
        self.request_id = str(inner.get("request-id") or inner.get("requestId") or "")
        found = error.get("details")
        self.details: Sequence[Mapping[str, Any]] = (
            [as_object(each) for each in found] if is_list(found) else []
        )
        told = f"{self.graph_code}: {self.said}".strip(": ") or "it gave no reason"
        why = [str(each["message"]) for each in self.details if each.get("message")]
        if why and why[0] not in told:
            more = f"; and {len(why) - _MOST_TOLD} more" if len(why) > _MOST_TOLD else ""
            told = f"{told} {'; '.join(why[:_MOST_TOLD])}{more}"
        number = f" (request {self.request_id})" if self.request_id else ""
        super().__init__(f"{asked} was refused with {status}: {told}{number}", hint=hint)


class NotThere(Refused):
    """What was asked for does not exist (404, 410)."""

    code = "graphNotThere"


class Moved(Refused):
    """Somebody changed the object meanwhile (409, 412)."""

    code = "graphMoved"


class SignInNeeded(GraphError):
    """The token is not taken, and no other one could be had without a person."""

    code = "signInNeeded"


class Unreachable(GraphError):
    """Nothing was sent, or only questions that change nothing: it can be asked again."""

    code = "graphUnreachable"


class AnswerLost(GraphError):
    """A change was sent and its answer never came: it was made, or it was not."""

    code = "graphAnswerLost"


class Busy(GraphError):
    """Graph asked us to wait longer than we are willing to."""

    code = "graphBusy"


class NotAllowed(GraphError):
    """A client that only reads was asked to change something."""

    code = "readOnly"
