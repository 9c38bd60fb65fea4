"""`identity/conditionalAccess/impact/signIns` (ours): the sign-ins behind a number of `impact`.

Single sign-ins are told to those who may read the sign-in log, and policies as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ostiary.directory.policy_impact import require_analysis
from ostiary.graph.answers import context
from ostiary.graph.impact_answers import changed
from ostiary.graph.impact_shapes import (
    CHANGED,
    CHANGED_BODY,
    CHANGES,
    CHOSEN_MEMBERS,
    DIMENSIONS,
)
from ostiary.graph.permissions import EVALUATE, READ_LOGS
from ostiary.graph.policy_impact import PATH, answer_of, bad, question_of
from ostiary.graph.shapes import told
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject, is_list

if TYPE_CHECKING:
    from ostiary.analysis.impact_drill import Wanted

OPERATIONS: Final = Operations()
_MOST_TOLD: Final = 200
_MOST_SKIPPED: Final = 10_000


@OPERATIONS.add(
    "POST", f"/{PATH}/signIns", needs=READ_LOGS, answers=told(CHANGED), body=CHANGED_BODY
)
def changed_sign_ins(call: Call) -> Answer:
    """List the sign-ins behind a number of `impact`, the latest first."""
    refusal = EVALUATE.refusal(call)
    if refusal is not None:
        raise refusal
    answer_of(require_analysis)
    question, body = question_of(call, CHOSEN_MEMBERS), call.document
    skip, top = _number(body, "skip", 0, _MOST_SKIPPED), _number(body, "top", 50, _MOST_TOLD)
    wanted = _wanted(body)
    found, more = answer_of(
        lambda: call.server.impacts.sign_ins(question, wanted, skip=skip, limit=top)
    )
    about = {"@odata.context": context(call, f"{PATH}/signIns"), "more": more}
    return Answer(body={**about, "value": [changed(each) for each in found]})


def _wanted(body: JsonObject) -> Wanted:
    from ostiary.analysis.impact_drill import Wanted

    changes, by = body.get("changes", list(CHANGES)), body.get("by")
    if not is_list(changes) or not set(map(str, changes)) <= set(CHANGES):
        raise bad(f"expected some of {', '.join(CHANGES)} in `changes`, came something else")
    if by is not None and (not isinstance(by, str) or by not in DIMENSIONS):
        raise bad(f"expected one of {', '.join(DIMENSIONS)} in `by`, came something else")
    texts: list[str | None] = []
    for name in ("identityId", "value"):
        text = body.get(name)
        if text is not None and not isinstance(text, str):
            raise bad(f"expected text in `{name}`, came something else")
        texts.append(text)
    names = tuple(str(each) for each in changes)
    return Wanted(names, texts[0], DIMENSIONS[by] if by else None, texts[1])


def _number(body: JsonObject, name: str, usual: int, most: int) -> int:
    found = body.get(name, usual)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= most:
        raise bad(f"expected a whole number up to {most} in `{name}`, came `{str(found)[:20]}`")
    return found
