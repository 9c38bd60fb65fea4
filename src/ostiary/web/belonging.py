"""What tokens say of a person's roles and groups, and whether he is assigned to an application.

Most applications ask for neither: what they ask for is read once, and not for each person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.signin.belonging import (
    belonging,
    is_application_assigned,
    is_assigned,
    is_told_of_people,
    requires_assignment,
)
from ostiary.tokens.claims import MOST_GROUPS, Belonging
from ostiary.web.catalogue import Known


def told_of(known: Known, user_id: str, app_id: str, graph_url: str) -> Belonging:
    """Give what an application's tokens say; of too many groups, where to ask for them."""
    if not known.of(is_told_of_people, app_id):
        return Belonging()
    found = known.of(belonging, user_id, app_id)
    if len(found.groups) <= MOST_GROUPS:
        return found
    return replace(found, ask=f"{graph_url}/v1.0/users/{user_id}/getMemberObjects")


def unassigned(known: Known, user_id: str, app_ids: Iterable[str]) -> OAuthError | None:
    """Refuse a person who is not assigned to an application that takes it; None: he may go on."""
    for each in dict.fromkeys(app_ids):
        if known.of(requires_assignment, each) and not known.of(is_assigned, user_id, each):
            return oauth_error(50105, app=each)
    return None


def application_unassigned(
    known: Known, app_id: str, principal_id: str, resource: str
) -> OAuthError | None:
    """Refuse a workload identity that is not assigned to a resource that takes it."""
    if not known.of(requires_assignment, resource):
        return None
    if known.of(is_application_assigned, principal_id, resource):
        return None
    return oauth_error(501051, app=app_id, resource=resource)
