"""The fixed schema of a sign-in log: what every log is read into, and the Parquet fast form.

One row is one sign-in. Null always means that nobody recorded the fact (`MISSING`); the empty
text means that there is none, where the column says so. Source of the facts: Microsoft Graph's
`signIn` (api-reference signin) and the tables of Azure Monitor that mirror it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

import pyarrow as pa

SCHEMA_VERSION: Final = "1"
"""Stands in the metadata of the fast form under `VERSION_KEY`."""
VERSION_KEY: Final = b"ostiary.signins"
WORD: Final = pa.dictionary(pa.int32(), pa.string())
"""Texts that repeat themselves are numbered."""


class Category(Enum):
    """The four kinds of sign-ins, in the words of Graph's `signInEventTypes`."""

    INTERACTIVE = "interactiveUser"
    NON_INTERACTIVE = "nonInteractiveUser"
    SERVICE_PRINCIPAL = "servicePrincipal"
    MANAGED_IDENTITY = "managedIdentity"


CATEGORIES: Final = tuple(each.value for each in Category)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type, what it holds, and the engine's fact that it feeds, if any.

    `fact` is the attribute of `SignIn` (or `SignIn.proofs`) that is MISSING or unproven where the
    column is null.
    """

    name: str
    type: pa.DataType
    meaning: str
    fact: str = ""


COLUMNS: Final = (
    Column("created", pa.timestamp("us", tz="UTC"), "when the sign-in was initiated"),
    Column("category", WORD, "one of CATEGORIES; never null"),
    Column(
        "user_id",
        WORD,
        "object id of the user, lower case, or the userPrincipalName where the log tells no id; "
        "null for workload identities",
    ),
    Column(
        "service_principal_id",
        WORD,
        "object id of the workload identity, lower case, or its application id; null for users",
    ),
    Column("client_app_id", WORD, "application id of the client, lower case"),
    Column("client_app_name", WORD, "display name of the client"),
    Column("resource_id", WORD, "application id of the resource, lower case; '': none", "target"),
    Column("resource_name", WORD, "display name of the resource"),
    Column(
        "audiences",
        pa.list_(pa.string()),
        "application ids that Conditional Access evaluated, lower case",
    ),
    Column("ip", WORD, "address of the client, as recorded", "address"),
    Column("country", WORD, "ISO 3166 code, upper case; '': maps to no country", "country"),
    Column(
        "client_app_type",
        WORD,
        "browser, mobileAppsAndDesktopClients, exchangeActiveSync or other",
        "client_app_type",
    ),
    Column("platform", WORD, "Graph's platform word; '': unknown platform", "platform"),
    Column("device_state", WORD, "registered; '': not registered", "device"),
    Column("device_id", WORD, "id of the registered device; '': none"),
    Column("device_compliant", pa.bool_(), "whether the device was compliant"),
    Column("device_trust_type", WORD, "AzureAD, ServerAD or Workplace; '': none"),
    Column("sign_in_risk", WORD, "risk level during the sign-in", "sign_in_risk"),
    Column("user_risk", WORD, "aggregated risk level: the nearest a log has", "user_risk"),
    Column(
        "authentication_flow",
        WORD,
        "deviceCodeFlow or authenticationTransfer; '': neither",
        "authentication_flow",
    ),
    Column("grant", WORD, "how the token was asked for, the engine's TokenGrant", "grant"),
    Column("methods", pa.list_(pa.string()), "method modes shown, in Graph's words", "methods"),
    Column("mfa_satisfied", pa.bool_(), "whether multifactor authentication was shown", "mfa"),
    Column("error_code", pa.int32(), "AADSTS code; 0: success"),
    Column("ca_status", WORD, "conditionalAccessStatus: success, failure or notApplied"),
    Column("user_name", WORD, "userPrincipalName, or the name of the workload identity"),
    Column("user_type", WORD, "member or guest, as the log says"),
    Column("home_tenant_id", WORD, "tenant that the user comes from, lower case"),
    Column("external_user_type", WORD, "Graph's guest or external user type; '': not external"),
    Column("request_id", pa.string(), "id of the sign-in"),
    Column("city", WORD, "city of the address"),
    Column("browser", WORD, "browser, as recorded"),
    Column("operating_system", WORD, "operating system, as recorded"),
    Column("device_name", WORD, "display name of the registered device; '': none"),
    Column(
        "original_transfer_method",
        WORD,
        "the flow that the session began with; '': neither",
    ),
)
SCHEMA: Final = pa.schema(
    [pa.field(each.name, each.type, nullable=each.name != "category") for each in COLUMNS],
    metadata={VERSION_KEY: SCHEMA_VERSION},
)
NAMES: Final = tuple(each.name for each in COLUMNS)
WORDS: Final = tuple(each.name for each in COLUMNS if each.type == WORD)
"""Columns of numbered texts."""
FACTS: Final = {each.name: each.fact for each in COLUMNS if each.fact}
"""Column -> fact that is missing where the column is null."""

APPROXIMATIONS: Final = {
    "user_risk": "a sign-in log does not tell the user's risk: the sign-in's aggregated risk level "
    "stands for it",
    "methods": "of methods that an earlier sign-in showed, the log tells at most that there were "
    "some",
    "created": "a log does not tell when the session authenticated: sign-in frequency counts as "
    "satisfied",
}
"""Column -> what it cannot tell exactly, in a sentence for the evidence of a report."""


__all__ = [
    "APPROXIMATIONS",
    "CATEGORIES",
    "COLUMNS",
    "FACTS",
    "NAMES",
    "SCHEMA",
    "SCHEMA_VERSION",
    "VERSION_KEY",
    "WORD",
    "WORDS",
    "Category",
    "Column",
]
