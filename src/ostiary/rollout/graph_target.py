"""Policies of a tenant behind Microsoft Graph, for the steps of a rollout.

Microsoft's Graph has no versions of policies (no etag), so that two changes in the same moment
cannot be told apart there; the policy is read again right before it is changed. An Ostiary server
has them, and refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ostiary.analysis.policy_difference import differences
from ostiary.entra.client import GraphClient
from ostiary.entra.permissions import WRITE_POLICIES, require
from ostiary.entra.tokens import said_by
from ostiary.model.json_types import JsonObject, as_object
from ostiary.rollout.errors import PolicyMoved
from ostiary.rollout.machine import told
from ostiary.rollout.state import Who

POLICIES: Final = "/beta/identity/conditionalAccess/policies"
"""Beta, as everywhere: what v1.0 does not know of a policy it leaves out in silence."""
_ETAG: Final = "@odata.etag"
_NAMES: Final = ("preferred_username", "upn", "unique_name", "app_displayname", "appid")


@dataclass(frozen=True, slots=True)
class GraphTarget:
    """The tenant that a client is signed in to; changes policies where the client may write."""

    client: GraphClient

    def policies(self) -> Iterator[JsonObject]:
        """Give all policies. Raises GraphError."""
        return map(_plain, self.client.listed(POLICIES))

    def policy(self, policy_id: str) -> JsonObject:
        """Give one policy. Raises GraphError."""
        return self._read(policy_id)[0]

    def change(self, policy_id: str, body: Mapping[str, Any], current: JsonObject) -> None:
        """Change members of a policy that is still as it was read.

        Raises PolicyMoved where it is not, AnswerLost, and GraphError where Graph refuses.
        """
        require(self.client.tokens.token(), [WRITE_POLICIES], doing="changing the policy")
        now, etag = self._read(policy_id)
        changes = differences(current, now)
        if changes:
            raise PolicyMoved(told(changes))
        self.client.change("PATCH", f"{POLICIES}/{policy_id}", dict(body), etag=etag)

    def tenant_id(self) -> str:
        """Give the id of the tenant. Raises GraphError."""
        return next((str(each.get("id")) for each in self.client.listed("/v1.0/organization")), "")

    def who(self) -> Who | None:
        """Name whoever is signed in, as the token says; None where it says nothing."""
        claims = said_by(self.client.tokens.token()) or {}
        identifier = str(claims.get("oid") or claims.get("sub") or "")
        name = next((str(claims[each]) for each in _NAMES if claims.get(each)), "")
        return Who(identifier, name) if identifier else None

    def _read(self, policy_id: str) -> tuple[JsonObject, str | None]:
        answer = self.client.get(f"{POLICIES}/{policy_id}")
        found = as_object(answer.body)
        return _plain(found), answer.etag or found.get(_ETAG)


def _plain(policy: JsonObject) -> JsonObject:
    """Leave out what Graph says of its answer."""
    return {name: value for name, value in policy.items() if not name.startswith("@")}
