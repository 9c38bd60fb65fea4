"""What came of the sign-ins of late (ours): by outcome, and what each policy came to in them.

`recentOutcomes` counts those of the last 24 hours, `recentEffects` those of the last 7 days by
policy, from the part that it played when they happened. Both name nobody, so who may read policies
is told.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from ostiary.graph.answers import context
from ostiary.graph.answers import told as moment_text
from ostiary.graph.permissions import READ_POLICIES
from ostiary.graph.policy_calls import ROOT
from ostiary.graph.policy_impact import answer_of
from ostiary.graph.shapes import told
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.http.shapes import TEXT, TIME, WHOLE, Named, closed, list_of, one_of, whole

OPERATIONS: Final = Operations()
EFFECTS: Final = f"{ROOT}/recentEffects"
OUTCOMES: Final = f"{ROOT}/recentOutcomes"
_WORDS: Final = {"success": "success", "failure": "failure", "notapplied": "notApplied"}
_RESULTS: Final = (
    "success",
    "failure",
    "reportOnlySuccess",
    "reportOnlyFailure",
    "reportOnlyInterrupted",
)
_EFFECT: Final = Named(
    "ostiary.recentEffect",
    whole({"id": TEXT, "signIns": WHOLE, **dict.fromkeys(_RESULTS, WHOLE)}),
)
_OUTCOME: Final = Named(
    "ostiary.recentOutcome",
    whole(
        {
            "conditionalAccessStatus": one_of(*_WORDS.values(), "unknownFutureValue"),
            "errorCode": WHOLE,
            "signIns": WHOLE,
        }
    ),
)


def _spanning(name: str, each: Named) -> Named:
    members = {"from": TIME, "to": TIME, "signIns": WHOLE, "value": list_of(each)}
    return Named(name, closed(members, needed=("@odata.context", *members)))


_EFFECTS: Final = _spanning("ostiary.recentEffects", _EFFECT)
_OUTCOMES: Final = _spanning("ostiary.recentOutcomes", _OUTCOME)


@OPERATIONS.add("GET", f"/{EFFECTS}", needs=READ_POLICIES, answers=told(_EFFECTS))
def tell_effects(call: Call) -> Answer:
    """Tell what each policy came to in the last 7 days, counted to the hour.

    `signIns` of a policy are those in which it was evaluated; in the rest of them it did not apply.
    """
    week = call.asked.at - timedelta(days=7)
    found = answer_of(lambda: call.server.impacts.effects_since(week))
    value = [
        {
            "id": policy,
            "signIns": counts.get("signIns", 0),
            **{word: counts.get(word, 0) for word in _RESULTS},
        }
        for policy, counts in sorted(found.by_policy.items())
    ]
    return Answer(
        body={
            "@odata.context": context(call, EFFECTS),
            "from": moment_text(found.since),
            "to": moment_text(call.asked.at),
            "signIns": found.sign_ins,
            "value": value,
        }
    )


@OPERATIONS.add("GET", f"/{OUTCOMES}", needs=READ_POLICIES, answers=told(_OUTCOMES))
def tell_outcomes(call: Call) -> Answer:
    """Tell how the sign-ins of the last 24 hours ended: Conditional Access, and AADSTS code."""
    since = call.asked.at - timedelta(hours=24)
    found = call.store.sign_ins.outcomes(since)
    value = [
        {
            "conditionalAccessStatus": _WORDS.get(status, "unknownFutureValue"),
            "errorCode": code,
            "signIns": count,
        }
        for status, code, count in sorted(found, key=lambda each: -each[2])
    ]
    return Answer(
        body={
            "@odata.context": context(call, OUTCOMES),
            "from": moment_text(since),
            "to": moment_text(call.asked.at),
            "signIns": sum(each[2] for each in found),
            "value": value,
        }
    )
