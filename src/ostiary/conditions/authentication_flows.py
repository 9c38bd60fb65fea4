"""The condition *Authentication flows*."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from ostiary.conditions.base import NO_TAGS, Asked, Condition, Field, Shape, Tagger
from ostiary.conditions.facts import AUTHENTICATION_FLOW
from ostiary.model.directory import Directory
from ostiary.model.setting import Effect, Tag, Tags
from ostiary.model.signin import MISSING, Missing, SignIn

FLOWS = {
    "deviceCodeFlow": "Device code flow",
    "authenticationTransfer": "Authentication transfer",
}


class _FlowTagger(Tagger[tuple[str, ...]]):
    def tags(self, key: Hashable) -> Tags:
        return frozenset(key) if isinstance(key, tuple) else NO_TAGS  # pyright: ignore[reportUnknownArgumentType]  # a value

    def subject(self, value: tuple[str, ...]) -> str:
        return (
            f"authentication flow `{'` and `'.join(value)}`" if value else "no authentication flow"
        )

    def name(self, tag: Tag) -> str:
        return f"`{FLOWS.get(tag, tag)}`"


class AuthenticationFlows(Condition[tuple[str, ...]]):
    """Sign-ins that hand a session from one device to another.

    A session started by such a flow stays tagged through its refreshes ("protocol tracking"):
    the session's flow matches as the request's own does
    (entra-docs conditional-access/concept-authentication-flows).
    """

    name = key = "authenticationFlows"
    title = "Authentication flows"
    reason = "authenticationFlow"
    log_word = "authenticationFlows"
    few = True
    facts = (AUTHENTICATION_FLOW,)
    fields = (
        Field("transferMethods", Effect.INCLUDE, "Transfer methods", FLOWS, shape=Shape.FLAGS),
    )

    def value(self, sign_in: SignIn, directory: Directory) -> tuple[str, ...] | Missing:
        """Give the flow of the request and the one its session began with."""
        if sign_in.authentication_flow is MISSING:
            return MISSING
        asked = (sign_in.authentication_flow, sign_in.original_transfer_method)
        return tuple(sorted({str(flow) for flow in asked if flow in FLOWS}))

    def tagger(self, directory: Directory, asked: Asked) -> Tagger[tuple[str, ...]]:
        """The tags are the flows."""
        return _FlowTagger()

    def samples(self, directory: Directory, asked: Asked) -> Iterator[tuple[str, ...]]:
        """No flow, each, and both: a session of one kind used through the other."""
        yield ()
        yield from ((flow,) for flow in sorted(FLOWS))
        yield tuple(sorted(FLOWS))
