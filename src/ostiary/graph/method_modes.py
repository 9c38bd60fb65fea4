"""The methods that combinations of a strength are made of.

Source: api-reference authenticationstrengthroot-list-authenticationmethodmodes,
authenticationmethodmodedetail-get.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.graph.answers import entity, page
from ostiary.graph.permissions import READ_STRENGTHS
from ostiary.graph.shapes import listed, told
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.http.shapes import TEXT, Named, whole
from ostiary.schema.edge_objects import METHODS

OPERATIONS: Final = Operations()
_ROOT: Final = "identity/conditionalAccess/authenticationStrength"
_MODES: Final = f"{_ROOT}/authenticationMethodModes"
_MODE: Final = Named(
    "authenticationMethodModeDetail",
    whole({"id": TEXT, "displayName": TEXT, "authenticationMethod": TEXT}),
)
_METHOD_OF: Final = {
    "microsoftAuthenticatorPush": "microsoftAuthenticator",
    "deviceBasedPush": "microsoftAuthenticator",
    "temporaryAccessPassOneTime": "temporaryAccessPass",
    "temporaryAccessPassMultiUse": "temporaryAccessPass",
    "x509CertificateSingleFactor": "x509Certificate",
    "x509CertificateMultiFactor": "x509Certificate",
    "federatedSingleFactor": "federation",
    "federatedMultiFactor": "federation",
}
"""`baseAuthenticationMethod` of a mode whose name is another."""


@OPERATIONS.add("GET", f"/{_MODES}", needs=READ_STRENGTHS, answers=listed(_MODE))
def list_method_modes(call: Call) -> Answer:
    """List the methods that strengths know."""
    return page(call, [_mode(each) for each in METHODS], _MODES)


@OPERATIONS.add("GET", f"/{_MODES}/{{id}}", needs=READ_STRENGTHS, answers=told(_MODE))
def tell_method_mode(call: Call) -> Answer:
    """Tell one method."""
    folded = call.path["id"].casefold()
    found = next((each for each in METHODS if each.casefold() == folded), None)
    if found is None:
        raise ApiError(404, "ResourceNotFound", "there is no such authentication method mode")
    return Answer(body=entity(call, _mode(found), _MODES))


def _mode(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "displayName": METHODS[name],
        "authenticationMethod": _METHOD_OF.get(name, name),
    }
