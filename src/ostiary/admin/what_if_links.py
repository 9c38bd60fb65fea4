"""From a witness to What If: the same facts, in the address of its form."""

from __future__ import annotations

from urllib.parse import urlencode

from ostiary.admin.host import PREFIX
from ostiary.model.json_types import JsonObject, as_object, as_strings

_PATH = f"{PREFIX}/what-if"
_NOT_OFFERED = frozenset({"deviceInfo", "authenticationFlow"})


def what_if_address(request: JsonObject) -> str:
    """Give the address of What If with the facts of a request, as far as its form has them."""
    who, context = as_object(request.get("signInIdentity")), as_object(request.get("signInContext"))
    workload = str(who.get("servicePrincipalId") or "")
    found = {
        "kind": "workload" if workload else "user",
        "identity": workload or str(who.get("userId") or ""),
        "resource": next(iter(as_strings(context.get("includeApplications"))), ""),
        "userAction": str(context.get("userAction") or ""),
        "authenticationContext": str(context.get("authenticationContextValue") or ""),
        **_conditions(as_object(request.get("signInConditions"))),
    }
    return f"{_PATH}?{urlencode({name: each for name, each in found.items() if each})}"


def _conditions(conditions: JsonObject) -> dict[str, str]:
    """Give the facts that stand under `signInConditions`, by the names of the form's fields."""
    found = {
        name: value
        for name, value in conditions.items()
        if isinstance(value, str) and name not in _NOT_OFFERED
    }
    flow = as_object(conditions.get("authenticationFlow")).get("transferMethod")
    return {**found, "authenticationFlow-transferMethod": str(flow)} if flow else found
