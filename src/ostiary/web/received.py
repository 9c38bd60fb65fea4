"""One request, read whole before anything looks at it, and its trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from ostiary.directory.families import Redeemed, Seen
from ostiary.model.signin import Device
from ostiary.oidc.errors import OAuthError, Trace
from ostiary.oidc.parameters import Parameters, decoded
from ostiary.pages import Texts, texts_for
from ostiary.signin.client_address import client_address
from ostiary.signin.devices import device_id_of, device_named, own_id, shown_certificate
from ostiary.signin.headers import Headers
from ostiary.signin.request_facts import Asking, RequestFacts, request_facts
from ostiary.web.catalogue import Known
from ostiary.web.service import Service

FORM = "application/x-www-form-urlencoded"
CLIENT_CERTIFICATE = "client_certificate"
"""Where the listener leaves it in the state of a request."""


@dataclass(frozen=True)
class Received:
    """A request without the web framework; `path` holds the parts of the route."""

    service: Service
    method: str
    path: Mapping[str, str]
    query_text: str
    headers: Headers
    cookies: Mapping[str, str]
    peer: str | None
    body: bytes
    at: datetime
    trace_id: str
    certificate: bytes | None = None
    """The client certificate of the connection, in DER, checked by TLS."""
    ui_locales: str | None = None
    """The languages that the request which began a sign-in asked for."""

    @cached_property
    def query(self) -> Parameters | OAuthError:
        """The query, or what is wrong with it."""
        return decoded(self.query_text)

    @cached_property
    def form(self) -> Parameters | OAuthError:
        """The body as a form, or what is wrong with it; nothing where it is no form."""
        content = self.headers.get("content-type", "").partition(";")[0].strip().casefold()
        return decoded(self.body) if content == FORM else Parameters()

    @property
    def texts(self) -> Texts:
        """The language for its page: what the application asks for, else what the browser wants.

        Source: `ui_locales` in OpenID Connect Core 3.1.2.1 and RP-Initiated Logout 1.0 section 2.
        """
        asked = self.ui_locales
        for part in (self.query, self.form):
            if asked is None and isinstance(part, Parameters):
                asked = part.get("ui_locales")
        return texts_for(asked, self.headers.get("accept-language", ""))

    @property
    def known(self) -> Known:
        """What the store says of applications and people, as it was when this was first asked."""
        return self._looked_up[0]

    @cached_property
    def _looked_up(self) -> tuple[Known, Seen | None]:
        """What is known, and the family of the refresh token: read in one transaction."""
        presented = self._refresh_token
        with self.service.store.reading() as together:
            seen = together.families.find(presented) if presented else None
            return self.service.catalogue.known(together), seen

    @property
    def _refresh_token(self) -> str:
        form = self.form
        return form.get("refresh_token") or "" if isinstance(form, Parameters) else ""

    @cached_property
    def trace(self) -> Trace:
        """The ids of the answer; the client chooses the correlation id by `client-request-id`."""
        return Trace(self.trace_id, _guid(self._client_request_id()) or self.trace_id, self.at)

    @property
    def address(self) -> str | None:
        """The client's address as the trusted proxies tell it, None where nobody can tell."""
        found = client_address(self.headers, self.peer, self.service.settings.proxies)
        return found if isinstance(found, str) else None

    def refreshed(self, app_id: str) -> Redeemed:
        """Tell what the refresh token in the form is, for a client."""
        return self.service.store.families.judged(self._looked_up[1], app_id)

    def facts(self, asking: Asking) -> RequestFacts:
        """Read where it comes from."""
        known = self._facts.get(asking)
        if known is None:
            settings = self.service.settings
            known = self._facts[asking] = request_facts(
                self.headers,
                self.peer,
                asking,
                proxies=settings.proxies,
                countries=settings.countries,
                device=(self.device if asking.by_person else None) or self._named(asking.device_id),
            )
        return known

    @cached_property
    def _facts(self) -> dict[Asking, RequestFacts]:
        return {}

    @cached_property
    def device(self) -> Device | None:
        """The device whose certificate the request shows, None where it shows none."""
        proxies = self.service.settings.proxies
        shown = shown_certificate(self.headers, self.peer, self.certificate, proxies)
        device_id = device_id_of(shown) if shown else None
        return device_named(self.service.store, device_id) if device_id else None

    def _named(self, device_id: str | None) -> Device | None:
        """Give the device that a passkey speaks for, as the directory has it now."""
        return device_named(self.service.store, device_id) if device_id else None

    @property
    def device_id(self) -> str | None:
        """The `deviceId` of that device."""
        return own_id(self.device)

    def _client_request_id(self) -> str:
        in_query = self.query.get("client-request-id") if isinstance(self.query, Parameters) else ""
        return self.headers.get("client-request-id") or in_query or ""


def _guid(text: str) -> str | None:
    try:
        return str(UUID(text)) if len(text) == len(str(UUID(int=0))) else None
    except ValueError:
        return None
