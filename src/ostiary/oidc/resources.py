"""Names of resources -> application ids: identifier URIs, well-known aliases, the id itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Resource:
    """An API that tokens are issued for, and the identifier URIs it is asked for by."""

    app_id: str
    identifier_uris: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceNames:
    """All names of all resources, folded; `default` is meant by a scope that names none."""

    by_name: Mapping[str, str]
    default: str

    def app_id(self, name: str) -> str | None:
        """Give the application id of a resource, None for a name that nobody has.

        A slash at the end and the case make no difference: az asks for
        `https://management.core.windows.net/` (wire contract section 2.3).
        """
        return self.by_name.get(_folded(name))


def resource_names(resources: Iterable[Resource], *, default: str) -> ResourceNames:
    """Join the names; a resource named earlier keeps a name that a later one claims too."""
    found: dict[str, str] = {}
    for resource in resources:
        own = (resource.app_id, f"api://{resource.app_id}", *resource.identifier_uris)
        for name in own:
            found.setdefault(_folded(name), resource.app_id)
    return ResourceNames(MappingProxyType(found), default)


def _folded(name: str) -> str:
    return name.rstrip("/").casefold()
