"""An application of the directory as the protocol knows it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from ostiary.admin.host import SIGNED_IN
from ostiary.directory.applications import AppCredential
from ostiary.directory.first_party import PORTAL
from ostiary.directory.store import Aggregates
from ostiary.model.json_types import JsonObject, as_object, as_strings
from ostiary.oidc.clients import (
    CODE_ONLY,
    ClientApp,
    ClientCertificate,
    ClientSecret,
    FederatedCredential,
    RedirectUri,
)
from ostiary.signin.client_apps import RedirectPlatform
from ostiary.web.catalogue import Known
from ostiary.web.service import Service


def client_app(store: Aggregates, app_id: str) -> ClientApp | None:
    """Give an application that has a service principal in this tenant, None for any other."""
    found, principal = store.applications.by_app_id(app_id), store.principals.by_app_id(app_id)
    if found is None or principal is None:
        return None
    document = found.document
    credentials = store.app_credentials.of_app(app_id)
    return ClientApp(
        app_id=str(document.get("appId")),
        display_name=str(document.get("displayName") or ""),
        enabled=principal.document.get("accountEnabled") is not False,
        redirect_uris=tuple(_redirects(document)),
        public_flows=document.get("isFallbackPublicClient") is True,
        response_types=_response_types(document),
        secrets=tuple(_secrets(credentials)),
        certificates=tuple(_certificates(credentials)),
        federated=tuple(_federated(credentials)),
    )


def known_client(service: Service, known: Known, app_id: str) -> ClientApp | None:
    """Give an application as `client_app` does; the admin center is one that we run ourselves."""
    found = known.of(client_app, app_id)
    return _own(service, found) if found is not None and found.app_id == PORTAL else found


def judged_types(
    app: ClientApp, asked: frozenset[str] = frozenset(), *, openid: bool
) -> frozenset[str]:
    """Give the response types by which the policies judge a request of an application.

    A confidential client is a target itself when it asks for an ID token (entra-docs
    conditional-access/concept-conditional-access-cloud-apps): from the browser by its response
    type, with a code by the scope `openid`. The admin center is what people reach by its tokens,
    whichever they are, so that each of its requests counts as one for an ID token.
    """
    return asked | {"id_token"} if openid or app.app_id == PORTAL else asked


def _own(service: Service, app: ClientApp) -> ClientApp:
    """Give the admin center its address and its secret, which live as long as the process."""
    settings = service.settings
    way_back = RedirectUri(settings.login_url + SIGNED_IN, RedirectPlatform.WEB)
    secret = ClientSecret(
        "admin center",
        sha256(service.own_secret.reveal().encode()).digest(),
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
    )
    return replace(app, redirect_uris=(way_back,), secrets=(secret,))


def _redirects(document: JsonObject) -> Iterator[RedirectUri]:
    for platform in RedirectPlatform:
        for uri in as_strings(as_object(document.get(platform.value)).get("redirectUris")):
            yield RedirectUri(uri, platform)


def _response_types(document: JsonObject) -> frozenset[str]:
    """Read *ID tokens (used for implicit and hybrid flows)*, off unless switched on (K3)."""
    implicit = as_object(as_object(document.get("web")).get("implicitGrantSettings"))
    hybrid = implicit.get("enableIdTokenIssuance") is True
    return CODE_ONLY | {"id_token", "code id_token"} if hybrid else CODE_ONLY


def _secrets(credentials: Iterable[AppCredential]) -> Iterator[ClientSecret]:
    for each in credentials:
        if each.kind == "secret" and each.hash is not None and each.ends is not None:
            yield ClientSecret(each.id, each.hash, each.starts, each.ends)


def _certificates(credentials: Iterable[AppCredential]) -> Iterator[ClientCertificate]:
    for each in credentials:
        key = each.document.get("key")
        if each.kind == "certificate" and isinstance(key, str) and each.ends is not None:
            yield ClientCertificate(each.id, b64decode(key), each.starts, each.ends)


def _federated(credentials: Iterable[AppCredential]) -> Iterator[FederatedCredential]:
    for each in credentials:
        if each.kind == "federated" and each.issuer and each.subject:
            for audience in as_strings(each.document.get("audiences")):
                yield FederatedCredential(each.id, each.issuer, each.subject, audience)
