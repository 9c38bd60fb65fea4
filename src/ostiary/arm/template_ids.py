"""Ids of the resources that a template declares by type and name.

Source: azure-docs templates/child-resource-name-type, scope-extension-resources,
deploy-to-subscription.
"""

from __future__ import annotations

from ostiary.arm.template_expressions import invalid_template
from ostiary.directory.azure import LOCK, RESOURCE_GROUP


def id_in_template(place: str, kind: str, name: str, scope: str | None) -> str:
    """Give the id of a resource; `place` is what is deployed to. Raises ApiError (400)."""
    namespace, *types = kind.split("/")
    names = name.split("/")
    if kind.casefold() == RESOURCE_GROUP.casefold():
        if "/resourcegroups/" in place.casefold() or len(names) != 1:
            raise invalid_template("resource groups are deployed to a subscription.")
        return f"{place}/resourceGroups/{name}"
    if namespace.casefold() == "microsoft.resources" or (
        namespace.casefold() == "microsoft.authorization" and kind.casefold() != LOCK.casefold()
    ):
        raise invalid_template(
            f"resources of type '{kind[:80]}' cannot be deployed by a template here: nested "
            "deployments, role assignments and the like have operations of their own."
        )
    if not types or len(types) != len(names) or not all((*types, *names)):
        raise invalid_template(
            f"The template resource '{name[:120]}' for type '{kind[:120]}' has incorrect segment "
            "lengths. A nested resource type must have identical number of segments as its "
            "resource name."
        )
    if "providers" in (each.casefold() for each in types):
        raise invalid_template(f"'{kind[:120]}' stands on a resource: name that in 'scope'.")
    at = place if scope is None else _scope(place, scope)
    inner = "/".join(f"{each}/{own}" for each, own in zip(types, names, strict=True))
    return f"{at}/providers/{namespace}/{inner}"


def _scope(place: str, scope: str) -> str:
    if scope.startswith("/"):
        if not f"{scope.casefold()}/".startswith(f"{place.casefold()}/"):
            raise invalid_template(
                f"the scope '{scope[:120]}' is outside of what the template is deployed to."
            )
        return scope.rstrip("/")
    return f"{place}/providers/{scope.strip('/')}"
