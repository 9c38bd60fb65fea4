"""The device code flow: what starts it, what polling is told (RFC 8628, wire contract 2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ostiary.oidc.errors import OAuthError, oauth_error

SLOW_DOWN_SECONDS = 5
"""By how much `slow_down` lengthens the interval (RFC 8628 section 3.5)."""


@dataclass(frozen=True, slots=True)
class DeviceAuthorization:
    """What a device gets to show and to poll with; times in seconds."""

    user_code: str
    device_code: str
    verification_uri: str
    expires_in: int
    interval: int

    def body(self, *, first_version: bool = False) -> dict[str, object]:
        """Give the JSON of the device code endpoint; az prints `message` as it is.

        The first version of the protocol wrote numbers as strings, and a URL for a URI.
        """
        seconds, pause = self.expires_in, self.interval
        return {
            "user_code": self.user_code,
            "device_code": self.device_code,
            "verification_url" if first_version else "verification_uri": self.verification_uri,
            "expires_in": str(seconds) if first_version else seconds,
            "interval": str(pause) if first_version else pause,
            "message": (
                "To sign in, use a web browser to open the page "
                f"{self.verification_uri} and enter the code {self.user_code} to authenticate."
            ),
        }


class Polled(Enum):
    """Why a poll gets no token yet, or never; the values are OAuth's words."""

    PENDING = "authorization_pending"
    TOO_SOON = "slow_down"
    DECLINED = "authorization_declined"
    EXPIRED = "expired_token"


_CODES = {Polled.PENDING: 70016, Polled.TOO_SOON: 50196, Polled.DECLINED: 65004}


def poll_error(polled: Polled) -> OAuthError:
    """Give the answer to a poll; every error but the first two ends the wait of a client."""
    return oauth_error(_CODES.get(polled, 70019), error=polled.value)
