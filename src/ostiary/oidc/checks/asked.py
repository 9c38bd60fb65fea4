"""What the checks of an authorization request look at."""

from __future__ import annotations

from dataclasses import dataclass

from ostiary.oidc.clients import ClientApp, RedirectUri
from ostiary.oidc.parameters import Parameters
from ostiary.oidc.resources import ResourceNames


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorization request whose application and redirect URI are known."""

    parameters: Parameters
    app: ClientApp
    redirect: RedirectUri
    names: ResourceNames
