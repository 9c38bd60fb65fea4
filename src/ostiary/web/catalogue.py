"""What the store says of applications and people, read once and given again until it changes.

Every change of these is audited, so that the end of the audit log tells whether anything can be
different. It is read at each request: what one process changes (somebody disabled, a consent taken
back) every other process goes by at its next request.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates, Stamp, Store
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_list
from ostiary.oidc.authorities import TenantNames
from ostiary.oidc.resources import Resource, ResourceNames, resource_names

_P = ParamSpec("_P")
_T = TypeVar("_T")
_MOST_REMEMBERED: Final = 16_384


class Known:
    """What was read at one state of the store, or later."""

    def __init__(self, catalogue: Catalogue, stamp: Stamp) -> None:
        """Have read nothing yet."""
        self.stamp = stamp
        self._catalogue = catalogue
        self._found: dict[Hashable, Any] = {}

    def of(
        self, read: Callable[Concatenate[Aggregates, _P], _T], *args: _P.args, **named: _P.kwargs
    ) -> _T:
        """Give what a function reads of the store; it may depend on nothing else.

        INVARIANT: what it reads is changed by audited changes alone (`Unit.changing`,
        `Unit.recording`): no counters, no times of use, nothing of sessions and tokens.
        """
        key = (read, args, *named.items())
        found = self._found.get(key, self)
        if found is self:
            if len(self._found) >= _MOST_REMEMBERED:
                self._found.clear()
            found = self._found[key] = read(self._catalogue.store, *args, **named)
        return found  # pyright: ignore[reportReturnType]  # what `read` gave for this key

    @property
    def names(self) -> TenantNames:
        """The tenant's id and verified domains."""
        return self.of(_tenant_names, self._catalogue.tenant_id)

    @property
    def resources(self) -> ResourceNames:
        """All resources by all their names; Microsoft's and ours come first."""
        return self.of(self._catalogue.resources)


class Catalogue:
    """The current `Known`, for all threads of a process.

    `own` are the resources that need no application of the tenant; `default` is the one meant by
    scopes that name none.
    """

    def __init__(
        self, store: Store, tenant_id: str, own: Sequence[Resource], *, default: str
    ) -> None:
        """Read a store."""
        self.store, self.tenant_id = store, tenant_id
        self._own, self._default = tuple(own), default
        self._current: Known | None = None
        self._resources: tuple[Hashable, ResourceNames] | None = None

    def known(self, store: Aggregates | None = None) -> Known:
        """Give what is known of the store as it is now; asks it whether it changed.

        `store` is the transaction to ask in, where one is open.
        """
        stamp, current = (store or self.store).stamp(), self._current
        if current is None or current.stamp != stamp:
            current = self._current = Known(self, stamp)
        return current

    def resources(self, store: Aggregates) -> ResourceNames:
        """Join the names of all resources, anew only where an application changed."""
        state, known = store.applications.state(), self._resources
        if known is None or known[0] != state:
            others = (
                Resource(str(each.document.get("appId")), _identifiers(each.document))
                for each in store.applications.all()
            )
            names = resource_names((*self._own, *others), default=self._default)
            known = self._resources = (state, names)
        return known[1]


def application_of(store: Aggregates, app_id: str) -> Stored | None:
    """Read an application by its client id, None where there is none."""
    return store.applications.by_app_id(app_id)


def principal_of(store: Aggregates, app_id: str) -> Stored | None:
    """Read the service principal of an application, None where there is none."""
    return store.principals.by_app_id(app_id)


def _tenant_names(store: Aggregates, tenant_id: str) -> TenantNames:
    found = store.singles.organization()
    written = as_object(found.document.get("value") if found else None).get("verifiedDomains")
    entries = written if is_list(written) else ()
    names = (as_object(each).get("name", each) for each in entries)
    domains = frozenset(each.casefold() for each in names if isinstance(each, str))
    return TenantNames(tenant_id, domains)


def _identifiers(document: JsonObject) -> tuple[str, ...]:
    return tuple(as_strings(document.get("identifierUris")))
