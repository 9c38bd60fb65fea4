"""One step of a plan: an object is brought from what it is to what the plan says.

What a step has reached is read from the tenant, not guessed. An object is as it was, or on the way,
or as the plan says; where it is none of these, somebody else was there, and nothing more is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ostiary.model.json_types import JsonObject, as_object
from ostiary.policycode.changes import TITLES, Action, Change, Kind, Plan, is_placeholder, resolved
from ostiary.policycode.endpoint import Endpoint
from ostiary.policycode.errors import ChangedMeanwhile, NotYetThere, Unsettled
from ostiary.policycode.fingerprints import fingerprint
from ostiary.policycode.requests import OWN_ID, GraphRequest, requests_of

_GONE: Final = ""
"""The fingerprint of what is not there."""
_PAUSES: Final = (2.0, 4.0, 8.0, 16.0)
"""Before an object is looked for again: Entra shows what was written after a while only."""


def mark_of(kind: Kind, document: JsonObject | None) -> str:
    """Give the fingerprint of an object, of what is not there too."""
    return _GONE if document is None else fingerprint(kind, document)


def reached(
    change: Change, endpoint: Endpoint, ids: Mapping[str, str]
) -> tuple[str, JsonObject | None] | None:
    """Tell how far a step came that was begun: id and object as it is now; None: nothing was done.

    Raises ChangedMeanwhile where somebody else was there.
    """
    run = Run(endpoint, dict(ids))
    after = None if change.after is None else resolved(change.after, ids)
    kind, identifier = change.kind, change.id
    if change.action is Action.CREATE and is_placeholder(identifier):
        marks = {mark_of(kind, each.leaves) for each in requests_of(kind, OWN_ID, None, after)}
        found = run.appeared(change, marks, _PAUSES)
        return None if found is None else (found, endpoint.look(kind, found))
    live = run.seen(change, identifier, run.on_the_way(change, identifier, after))
    if mark_of(kind, live) == mark_of(kind, change.before):
        return None
    return identifier, live


@dataclass
class Run:
    """A run of a plan; `ids` are those of what was made, `written` what we wrote ourselves."""

    endpoint: Endpoint
    ids: dict[str, str]
    written: set[tuple[Kind, str]] = field(default_factory=set[tuple[Kind, str]])

    def wrote(self, change: Change) -> None:
        """Note that an object was written by us: what is read of it may be old for a while."""
        self.written.add((change.kind, self.ids.get(change.id, change.id)))

    def carry(self, change: Change, *, again: bool) -> str:
        """Bring one object to what the plan says; gives its id.

        `again`: it was begun before, and nobody knows how far it came.
        """
        after = None if change.after is None else resolved(change.after, self.ids)
        identifier = self.ids.get(change.id, change.id)
        if change.action is not Action.CREATE or change.kind is Kind.CONTEXT:
            self._converge(change, identifier, after, again=again)
        else:
            identifier = self._create(change, after or {}, again=again)
            if _in_parts(change.kind, after):
                self._converge(change, identifier, after, again=again)
        self.written.add((change.kind, identifier))
        return identifier

    def _create(self, change: Change, after: JsonObject, *, again: bool) -> str:
        request, *_ = requests_of(change.kind, OWN_ID, None, after)
        wanted = mark_of(change.kind, request.leaves)
        whole = mark_of(change.kind, after)
        for tries in range(len(_PAUSES) + 1):
            # INVARIANT: where a request may have been carried out, its object is looked for, long
            # enough for Entra to show it, before it is sent again: nothing is made twice.
            pauses = _PAUSES if again else ()
            found = self.appeared(change, {wanted, whole}, pauses)
            if found is not None and not again and not tries:
                raise ChangedMeanwhile(
                    f"a {TITLES[change.kind]} `{change.name}` was made meanwhile, by somebody else"
                )
            if found is not None:
                return found
            try:
                made = as_object(self._sent(request))
                return str(made["id"])
            except Unsettled:
                again = True
        raise ChangedMeanwhile(
            f"the {TITLES[change.kind]} `{change.name}` could not be made: no answer came, again"
            " and again",
            hint="go on later with --resume",
        )

    def appeared(self, change: Change, marks: set[str], pauses: Sequence[float]) -> str | None:
        for seconds in (*pauses, None):
            found = self.endpoint.named(change.kind, change.name)
            fitting = [each for each in found if mark_of(change.kind, each) in marks]
            if len(found) > len(fitting) or len(fitting) > 1:
                raise ChangedMeanwhile(
                    f"{len(found)} objects are called `{change.name}` by now, where the plan makes"
                    f" one {TITLES[change.kind]}",
                    hint="look at them; then make the plan anew",
                )
            if fitting:
                return str(fitting[0]["id"])
            if seconds is not None:
                self.endpoint.pause(seconds)
        return None

    def _converge(
        self, change: Change, identifier: str, after: JsonObject | None, *, again: bool
    ) -> None:
        kind = change.kind
        expected = self.on_the_way(change, identifier, after)
        pauses = iter(_PAUSES)
        while True:
            live = self.seen(change, identifier, expected)
            requests = requests_of(kind, identifier, live, after)
            if again and requests and requests[0].adds:
                # INVARIANT: as in `_create`, what may be there already is waited for.
                live = self._grown(change, identifier, expected, live)
                requests = requests_of(kind, identifier, live, after)
            if mark_of(kind, live) == mark_of(kind, after):
                return
            try:
                for request in requests:
                    self._sent(request)
                return
            except Unsettled as error:
                again, seconds = True, next(pauses, None)
                if seconds is None:
                    raise ChangedMeanwhile(
                        f"the {TITLES[kind]} `{change.name}` could not be changed: {error.message}",
                        hint="go on later with --resume",
                    ) from error
                self.endpoint.pause(seconds)

    def _grown(
        self, change: Change, identifier: str, expected: set[str], live: JsonObject | None
    ) -> JsonObject | None:
        before = mark_of(change.kind, live)
        for seconds in _PAUSES:
            if mark_of(change.kind, live) != before:
                break
            self.endpoint.pause(seconds)
            live = self.seen(change, identifier, expected)
        return live

    def on_the_way(self, change: Change, identifier: str, after: JsonObject | None) -> set[str]:
        """Give what an object may be: as it was, as it is to be, and each state in between."""
        kind, before = change.kind, change.before
        if before is None and kind is not Kind.CONTEXT:
            first, *_ = requests_of(kind, identifier, None, after)
            before = first.leaves
        chain = requests_of(kind, identifier, before, after)
        return {mark_of(kind, before), *(mark_of(kind, each.leaves) for each in chain)}

    def seen(self, change: Change, identifier: str, expected: set[str]) -> JsonObject | None:
        """Look at an object; of one that we wrote ourselves, wait until it shows what we wrote."""
        ours = (change.kind, identifier) in self.written or change.action is Action.CREATE
        for seconds in (*(_PAUSES if ours else ()), None):
            live = self.endpoint.look(change.kind, identifier)
            if mark_of(change.kind, live) in expected:
                return live
            if seconds is not None:
                self.endpoint.pause(seconds)
        raise ChangedMeanwhile(
            f"the {TITLES[change.kind]} `{change.name}` was changed by somebody else meanwhile",
            hint="what was done so far stays; look at it, then make a new plan, or take it back"
            " with --roll-back",
        )

    def _sent(self, request: GraphRequest) -> JsonObject | None:
        for seconds in (*_PAUSES, None):
            try:
                return self.endpoint.send(request)
            except NotYetThere:
                if seconds is None:
                    raise
                self.endpoint.pause(seconds)
        return None

    def differing(self, plan: Plan) -> Iterator[str]:
        """Look at everything once more, and name what is not as it should be."""
        last = {(each.kind, self.ids.get(each.id, each.id)): each for each in plan.changes}
        for (kind, identifier), change in last.items():
            after = None if change.after is None else resolved(change.after, self.ids)
            for seconds in (*_PAUSES, None):
                if mark_of(kind, self.endpoint.look(kind, identifier)) == mark_of(kind, after):
                    break
                if seconds is None:
                    yield f"{TITLES[kind]} `{change.name}`"
                else:
                    self.endpoint.pause(seconds)


def _in_parts(kind: Kind, after: JsonObject | None) -> bool:
    """Tell whether making an object takes more than one request."""
    return after is not None and len(requests_of(kind, OWN_ID, None, after)) > 1
