"""Ids that nothing in the input explains: kept, and said, since nobody can tell what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ostiary.conditions.base import Lookup
from ostiary.conditions.workload_identities import WorkloadIdentities, in_scope
from ostiary.model.directory import Directory
from ostiary.model.json_types import as_object
from ostiary.model.policy import Policy
from ostiary.tenant.documents import Warning_
from ostiary.tenant.left_out import shown
from ostiary.tenant.names import Unexplained

_MOST_SHOWN = 3
_WORKLOADS = WorkloadIdentities.key
_OWNED = "whether they are applications of this tenant"
_BY_ID = "matched by the id alone"
_UNKNOWN = "who is in there is unknown"
_KINDS = {
    Lookup.USER.value: ("users or groups", _BY_ID),
    Lookup.GROUP.value: ("users or groups", "every membership is unknown"),
    Lookup.ROLE.value: ("directory roles", "who holds them is unknown"),
    Lookup.APPLICATION.value: ("applications", _BY_ID),
    Lookup.SERVICE_PRINCIPAL.value: ("service principals", _BY_ID),
    Lookup.NAMED_LOCATION.value: ("named locations", _UNKNOWN),
    Lookup.AUTHENTICATION_CONTEXT.value: ("authentication contexts", _BY_ID),
    "authentication strength": ("authentication strengths of its own", "nothing meets them"),
    "terms of use": ("terms of use", "an acceptance is taken to last for ever"),
}
"""For each kind of thing: several of it in words, and what it means that nothing explains them."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Unexplained ids in one field, and the policy that mentions them."""

    unexplained: Unexplained
    source: str
    policy: str


def explain(
    mentions: Iterable[Mention], policies: Sequence[Policy], directory: Directory
) -> Iterator[Warning_]:
    """Warn of unexplained ids: field by field, or once for a kind the input has nothing of."""
    missing: dict[str, set[str]] = {}
    for mention in mentions:
        book = mention.unexplained.book
        if book.exported:
            yield _warning(mention)
        else:
            missing.setdefault(_KINDS[book.kind][0], set()).update(mention.unexplained.ids)
    consequences = dict(_KINDS.values())
    for kind, ids in missing.items():
        message = f"the input has no {kind}, and policies name {len(ids)}: {consequences[kind]}"
        yield Warning_("notExported", message)
    if directory.role_assignments is None and _name_roles(policies):
        message = "the input does not have all role assignments, and policies name roles"
        yield Warning_("notExported", f"{message}: {_KINDS[Lookup.ROLE.value][1]}")
    if any(as_object(each.document.get("conditions")).get(_WORKLOADS) for each in policies):
        yield from _owners(directory)


def _owners(directory: Directory) -> Iterator[Warning_]:
    """Warn where nobody can tell whether a service principal belongs to this tenant.

    Policies reach only those that do (entra-docs conditional-access/workload-identity).
    """
    if not directory.tenant_id:
        message = "the input has no `tenantId`, and policies name workload identities"
        yield Warning_("notExported", f"{message}: {_OWNED} is unknown")
        return
    principals = directory.service_principals.values()
    lacking = [p.display_name or p.id for p in principals if in_scope(directory, p) is None]
    if lacking:
        message = f"{shown('service principal', lacking)}: no `appOwnerOrganizationId`"
        sentence = f"{message}, and policies name workload identities: {_OWNED} is unknown"
        yield Warning_("notExported", sentence, "servicePrincipals")


def _warning(mention: Mention) -> Warning_:
    unexplained = mention.unexplained
    ids, kind = unexplained.ids, unexplained.book.kind
    shown = ", ".join(f"`{each}`" for each in ids[:_MOST_SHOWN])
    more = f" and {len(ids) - _MOST_SHOWN} more" if len(ids) > _MOST_SHOWN else ""
    message = f"`{unexplained.path}`: no {kind} of the input has the id {shown}{more}"
    return Warning_(
        "unexplainedId", f"{message}: {_KINDS[kind][1]}", mention.source, mention.policy
    )


def _name_roles(policies: Sequence[Policy]) -> bool:
    return any(
        tag.startswith("role:")
        for policy in policies
        for setting in policy.settings.values()
        for tag in setting.tags
    )
