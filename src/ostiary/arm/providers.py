"""Resource providers: which there are, what they offer, and whether a subscription uses them.

Source: azure-docs azure-resource-manager/management/resource-providers-and-types; names from
`providers.json`. Every provider is registered until somebody unregisters it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ostiary.http.errors import ApiError


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All providers: namespace -> type -> API versions, and the keys without case."""

    providers: Mapping[str, Mapping[str, Sequence[str]]]
    namespaces: Mapping[str, str]
    types: Mapping[str, str]
    own: frozenset[str]
    extensions: frozenset[str]


@cache
def catalogue() -> Catalogue:
    """Read the providers that come with this release."""
    written = json.loads(files("ostiary.arm").joinpath("providers.json").read_text("utf-8"))
    providers: dict[str, dict[str, list[str]]] = written["providers"]
    return Catalogue(
        providers,
        {each.casefold(): each for each in providers},
        {
            f"{namespace}/{kind}".casefold(): kind
            for namespace, kinds in providers.items()
            for kind in kinds
        },
        frozenset(each.casefold() for each in written["own"]),
        frozenset(each.casefold() for each in written["extensions"]),
    )


def known_namespace(name: str) -> str:
    """Give a namespace as it is written. Raises ApiError (404)."""
    found = catalogue().namespaces.get(name.casefold())
    if found is None:
        raise ApiError(
            404, "InvalidResourceNamespace", f"The resource namespace '{name[:60]}' is invalid."
        )
    return found


def known_type(namespace: str, types: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Give namespace and types as they are written. Raises ApiError (404)."""
    known = known_namespace(namespace)
    found = catalogue().types.get(f"{known}/{'/'.join(types)}".casefold())
    if found is None:
        raise no_type(known, "/".join(types))
    return known, tuple(found.split("/"))


def no_type(namespace: str, kind: str) -> ApiError:
    """Refuse a type that a provider does not offer."""
    return ApiError(
        404,
        "InvalidResourceType",
        f"The resource type '{kind[:100]}' could not be found in the namespace '{namespace}'.",
    )


def is_own(namespace: str) -> bool:
    """Tell whether this service itself is the provider: its types have operations of their own."""
    return namespace.casefold() in catalogue().own


def may_stand_alone(kind: str) -> bool:
    """Tell whether resources of a type have a location, as those that stand on others have not."""
    return kind.casefold() not in catalogue().extensions


def shown_provider(
    namespace: str, subscription: str, locations: Sequence[str], *, registered: bool
) -> dict[str, Any]:
    """Give a provider as the API shows it."""
    return {
        "id": f"/subscriptions/{subscription}/providers/{namespace}",
        "namespace": namespace,
        "registrationPolicy": "RegistrationFree" if is_own(namespace) else "RegistrationRequired",
        "registrationState": "Registered" if registered else "NotRegistered",
        "resourceTypes": [
            {
                "resourceType": kind,
                "locations": list(locations),
                "apiVersions": list(versions),
                "capabilities": "SupportsTags, SupportsLocation",
            }
            for kind, versions in catalogue().providers[namespace].items()
        ],
    }
