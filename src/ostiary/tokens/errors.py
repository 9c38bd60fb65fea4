"""Why a token is not accepted."""

from __future__ import annotations

from enum import Enum

from ostiary.model.errors import OstiaryError


class Refusal(Enum):
    """What is wrong with a token; for the log, a client learns only that it is invalid."""

    MALFORMED = "malformed"
    ALGORITHM = "algorithm"
    HEADER = "header"
    TYPE = "type"
    UNKNOWN_KEY = "unknownKey"
    SIGNATURE = "signature"
    CLAIMS = "claims"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    NOT_YET = "notYet"


class TokenRefused(OstiaryError):
    """A token that is not accepted, with the reason."""

    code = "invalidToken"

    def __init__(self, reason: Refusal, message: str) -> None:
        """Keep the reason apart from the sentence."""
        super().__init__(message)
        self.reason = reason


class SigningUnavailable(OstiaryError):
    """No token can be signed now: there is no active key, or the key table was not read lately."""

    code = "signingUnavailable"
