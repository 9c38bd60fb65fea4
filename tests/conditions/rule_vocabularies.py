"""The vocabularies of the filters as Microsoft documents them, for the tests of the language.

Properties and operators: entra-docs, concept-condition-filters-for-devices; attributes:
concept-filter-for-applications.
"""

from ostiary.conditions.rule_language import (
    ALL_OPERATORS,
    EQUALITY,
    IDENTITY,
    MEMBERSHIP,
    Property,
    PropertyKind,
    Vocabulary,
)

EXTENSION_ATTRIBUTES = tuple(f"extensionAttribute{number}" for number in range(1, 16))

_FREE_TEXTS = (
    "displayName",
    "enrollmentProfileName",
    "manufacturer",
    "model",
    "operatingSystem",
    "operatingSystemVersion",
    *EXTENSION_ATTRIBUTES,
)

_PROPERTIES = (
    Property("deviceId", PropertyKind.TEXT, IDENTITY),
    Property("mdmAppId", PropertyKind.TEXT, IDENTITY),
    *(Property(name, PropertyKind.TEXT, ALL_OPERATORS) for name in _FREE_TEXTS),
    Property("deviceOwnership", PropertyKind.TEXT, EQUALITY, words=("Personal", "Company")),
    Property("isCompliant", PropertyKind.BOOLEAN, EQUALITY, nullable=False),
    Property(
        "profileType",
        PropertyKind.TEXT,
        EQUALITY,
        words=("RegisteredDevice", "SecureVM", "Printer", "Shared", "IoT"),
    ),
    Property("trustType", PropertyKind.TEXT, EQUALITY, words=("AzureAD", "ServerAD", "Workplace")),
    Property("physicalIds", PropertyKind.TEXT_COLLECTION, MEMBERSHIP),
    Property("systemLabels", PropertyKind.TEXT_COLLECTION, MEMBERSHIP, tolerated=EQUALITY),
)

DEVICES = Vocabulary(
    "device.",
    {found.name.lower(): found for found in _PROPERTIES},
    elsewhere={"deviceostype": "operatingSystem", "ownership": "deviceOwnership"},
)

ATTRIBUTES = Vocabulary(
    "CustomSecurityAttribute.",
    {},
    attribute=Property("", PropertyKind.TEXT_COLLECTION, ALL_OPERATORS),
)
