"""The pydantic models of what policies refer to: locations, strengths, authentication contexts.

Sources: api-reference v1.0 resources ipnamedlocation, countrynamedlocation,
authenticationstrengthpolicy, authenticationcontextclassreference.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ostiary.schema.edge_types import GraphObject, flag_words, word
from ostiary.schema.rules_assignments import CONTEXT_ID

METHODS: Mapping[str, str] = MappingProxyType(
    {
        "password": "Password",
        "voice": "Voice call",
        "hardwareOath": "Hardware OATH token",
        "softwareOath": "Software OATH token",
        "sms": "Text message",
        "fido2": "Passkey (FIDO2)",
        "windowsHelloForBusiness": "Windows Hello for Business",
        "microsoftAuthenticatorPush": "Microsoft Authenticator (push notification)",
        "deviceBasedPush": "Microsoft Authenticator (phone sign-in)",
        "temporaryAccessPassOneTime": "Temporary Access Pass (one-time use)",
        "temporaryAccessPassMultiUse": "Temporary Access Pass (multiple use)",
        "email": "Email one-time passcode",
        "x509CertificateSingleFactor": "Certificate (single factor)",
        "x509CertificateMultiFactor": "Certificate (multifactor)",
        "federatedSingleFactor": "Federated (single factor)",
        "federatedMultiFactor": "Federated (multifactor)",
        "qrCodePin": "QR code and PIN",
    }
)
"""The methods that combinations of a strength are made of (authenticationMethodModes)."""

LOOKUP_METHODS = {
    "clientIpAddress": "Determine location by IP address",
    "authenticatorAppGps": "Determine location by GPS coordinates",
}


def _named(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("malformed", "give it a name")
    return text


def _combination(text: str | None) -> str:
    if not text:
        raise PydanticCustomError("malformed", "name at least one method")
    return text


def _country(text: str) -> str:
    if len(text) != 2 or not text.isascii() or not text.isalpha():
        raise PydanticCustomError(
            "malformed",
            "expected a country code of two letters, came `{came}`",
            {"came": text[:20]},
        )
    return text.upper()


def _context_id(text: str) -> str:
    if not CONTEXT_ID.fullmatch(text):
        raise PydanticCustomError(
            "malformed", "expected `c1` to `c99`, came `{came}`", {"came": text[:20]}
        )
    return text.lower()


Name = Annotated[str, AfterValidator(_named)]
Country = Annotated[str, AfterValidator(_country)]
if TYPE_CHECKING:
    Combination = str
    LookupMethod = str
else:
    Combination = Annotated[flag_words(METHODS), AfterValidator(_combination)]
    LookupMethod = word(LOOKUP_METHODS)


class IpRange(GraphObject):
    """A range in CIDR notation, or between two addresses; `@odata.type` says which."""

    cidrAddress: str | None = None
    lowerAddress: str | None = None
    upperAddress: str | None = None


class IpNamedLocation(GraphObject):
    """A network, trusted or not."""

    displayName: Name
    isTrusted: bool | None = None
    ipRanges: list[IpRange] = Field(min_length=1)


class CountryNamedLocation(GraphObject):
    """Countries and regions, by address or by the position that the Authenticator tells."""

    displayName: Name
    countriesAndRegions: list[Country] = Field(min_length=1)
    countryLookupMethod: LookupMethod | None = None
    includeUnknownCountriesAndRegions: bool | None = None


class CombinationConfiguration(GraphObject):
    """Which FIDO2 models or certificates count for some combinations of a strength."""

    appliesToCombinations: list[Combination] = Field(min_length=1)
    allowedAAGUIDs: list[str] | None = None
    allowedIssuerSkis: list[str] | None = None
    allowedPolicyOIDs: list[str] | None = None


class StrengthPolicy(GraphObject):
    """An authentication strength: the combinations of methods it accepts."""

    displayName: Name
    description: str | None = None
    allowedCombinations: list[Combination] = Field(min_length=1)
    combinationConfigurations: list[CombinationConfiguration] | None = None


class AllowedCombinations(GraphObject):
    """The parameters of `updateAllowedCombinations`."""

    allowedCombinations: list[Combination] = Field(min_length=1)


class StrengthChange(GraphObject):
    """What can be changed of a strength directly."""

    displayName: Name | None = None
    description: str | None = None


class ContextReference(GraphObject):
    """An authentication context that applications can ask for."""

    id: Annotated[str, AfterValidator(_context_id)]
    displayName: str | None = None
    description: str | None = None
    isAvailable: bool | None = None
