"""An HTTP request -> the facts of a sign-in that the request itself tells."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ostiary.model.signin import MISSING, Device, Missing, SignIn, TokenGrant
from ostiary.signin.client_address import TrustedProxies, client_address
from ostiary.signin.client_apps import RedirectPlatform, client_app_type
from ostiary.signin.countries import Countries
from ostiary.signin.devices import own_id
from ostiary.signin.headers import Headers
from ostiary.signin.user_agents import UserAgent, read_user_agent


@dataclass(frozen=True, slots=True)
class Asking:
    """Which application asks in which way; `redirect` as in `client_app_type`.

    `device_id` is the registered device that a passkey of the sign-in, or the token of it, speaks
    for. `address` is where the sign-in was made, where the request itself comes from elsewhere: on
    behalf of the person.
    """

    client_id: str
    grant: TokenGrant
    redirect: RedirectPlatform | None = None
    device_id: str | None = None
    address: str | Missing | None = None

    @property
    def by_person(self) -> bool:
        """Whether the person's own device sends the request, and not an API that he called."""
        return self.grant is not TokenGrant.ON_BEHALF_OF


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What a request tells of where it comes from, as `SignIn` has it.

    `country` None: the address maps to no country. `platform` None: unknown. `user_agent` is what
    the sign-in log shows beside it. `device` None: no registered device is shown.
    """

    address: str | Missing
    country: str | Missing | None
    platform: str | None
    client_app_type: str | None
    user_agent: UserAgent
    device: Device | None = None

    @property
    def device_id(self) -> str | None:
        """The `deviceId` of the device."""
        return own_id(self.device)

    def told_of(self, sign_in: SignIn) -> SignIn:
        """Give a sign-in with these facts."""
        return replace(
            sign_in,
            address=self.address,
            country=self.country,
            country_known=True,
            platform=self.platform,
            client_app_type=self.client_app_type,
            device=self.device,
        )


def request_facts(
    headers: Headers,
    peer: str | None,
    asking: Asking,
    *,
    proxies: TrustedProxies,
    countries: Countries,
    device: Device | None = None,
) -> RequestFacts:
    """Read the facts of one request; `headers` as `joined_headers` gives them."""
    address = asking.address
    if address is None:
        address = client_address(headers, peer, proxies)
    user_agent = read_user_agent(headers.get("user-agent", ""))
    return RequestFacts(
        address=address,
        country=None if address is MISSING else countries.country_of(address),
        platform=user_agent.platform,
        client_app_type=client_app_type(asking.client_id, asking.grant, asking.redirect),
        user_agent=user_agent,
        device=device,
    )
