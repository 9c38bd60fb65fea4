"""Changes of people: the one way to change, disable or sign out a user.

No change may leave the tenant without a Global Administrator who can sign in (checklist AD07), not
even two at once: what is checked and what is changed happen behind the lock of the tenant.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager

from ostiary.administration.grants import forget_permissions
from ostiary.administration.guard import Override, guarded
from ostiary.administration.kept_deleted import keep_user
from ostiary.administration.new_passwords import NewPassword
from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.documents import Stored
from ostiary.directory.objects import ORGANIZATION
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.errors import InputError, OstiaryError
from ostiary.model.json_types import JsonObject, as_object, is_list


class LastAdministrator(OstiaryError):
    """A change that would leave no Global Administrator (409)."""

    code = "lastGlobalAdministrator"


@contextmanager
def keeping_an_administrator(
    store: Store, snapshots: Snapshots, *, by: Actor, override: Override | None = None
) -> Generator[Aggregates]:
    """Make guarded changes after which somebody is still Global Administrator (checklist AD07).

    Raises LastAdministrator, and what `guarded` raises.
    """
    with guarded(store, snapshots, by=by, override=override) as work:
        before = _has_administrator(work)
        yield work
        if before and not _has_administrator(work):
            raise LastAdministrator(
                "after this change there would be no Global Administrator who can sign in",
                hint="make somebody else Global Administrator first",
            )


def create_user(
    store: Store,
    snapshots: Snapshots,
    document: JsonObject,
    password: NewPassword,
    *,
    by: Actor,
) -> Stored:
    """Add a user with a first password. Raises ObjectExists, InputError for a name of elsewhere."""
    with guarded(store, snapshots, by=by) as work:
        require_own_domain(work, str(document.get("userPrincipalName")))
        made = work.users.create(document, by=by)
        _keep_password(work, made.id, password, by)
    return made


def change_user(
    store: Store,
    snapshots: Snapshots,
    user_id: str,
    members: JsonObject,
    *,
    by: Actor,
    expected: str | None = None,
    password: NewPassword | None = None,
    override: Override | None = None,
) -> Stored:
    """Give members of a user other values; disabling him ends everything he is signed in to.

    Raises NoSuchObject, ObjectChanged, ObjectExists, LastAdministrator, LockedOut, InputError.
    """
    with keeping_an_administrator(store, snapshots, by=by, override=override) as work:
        if "userPrincipalName" in members:
            require_own_domain(work, str(members["userPrincipalName"]))
        changed = work.users.modify(user_id, members, by=by, expected=expected)
        if password is not None:
            _keep_password(work, changed.id, password, by)
    return changed


def delete_user(
    store: Store,
    snapshots: Snapshots,
    user_id: str,
    *,
    by: Actor,
    expected: str | None = None,
    override: Override | None = None,
) -> None:
    """Remove a user, his methods, memberships and roles, and end what he is signed in to.

    Raises NoSuchObject, ObjectChanged, LastAdministrator, LockedOut.
    """
    with keeping_an_administrator(store, snapshots, by=by, override=override) as work:
        keep_user(work, user_id, by=by)
        work.users.delete(user_id, by=by, expected=expected)
        forget_permissions(work, user_id, by=by)


def revoke_sessions(store: Store, user_id: str, *, by: Actor) -> None:
    """End every session and refresh token of a user. Raises NoSuchObject."""
    store.users.revoke_sessions(user_id, by=by)


def require_own_domain(work: Aggregates, principal_name: str) -> None:
    """Refuse a sign-in name of a domain that the tenant has not verified. Raises InputError."""
    listed = work.singles.value_of(ORGANIZATION).get("verifiedDomains")
    verified = [str(as_object(each).get("name")) for each in (listed if is_list(listed) else ())]
    name, at, domain = principal_name.rpartition("@")
    if not name or not at or not domain or any(each.isspace() for each in principal_name):
        raise InputError(
            f"expected a `userPrincipalName` such as name@domain, came `{principal_name[:60]}`"
        )
    if verified and domain.casefold() not in {each.casefold() for each in verified}:
        raise InputError(
            "expected one of the organization's verified domains in `userPrincipalName`, came "
            f"`{domain[:60]}`",
            hint=f"the verified domains are {', '.join(verified[:5])}",
        )


def _keep_password(work: Aggregates, user_id: str, password: NewPassword, by: Actor) -> None:
    keep = work.passwords.reset if password.must_change else work.passwords.set
    keep(user_id, password.hash, by=by)


def _has_administrator(work: Aggregates) -> bool:
    return any(_may_sign_in(work, each) for each in _administrators(work))


def _administrators(work: Aggregates) -> Iterator[str]:
    for each in work.roles.all():
        document = each.document
        if str(document.get("roleDefinitionId")).casefold() != GLOBAL_ADMINISTRATOR:
            continue
        if document.get("directoryScopeId", "/") != "/":
            continue
        principal = str(document.get("principalId"))
        yield principal.casefold()
        yield from work.groups.members(principal)


def _may_sign_in(work: Aggregates, user_id: str) -> bool:
    standing = work.users.standing(user_id)
    return standing is not None and standing.enabled
