"""The condition *Filter for devices*."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from ostiary.conditions.attributes import RULE, filter_setting, register, rule_tags
from ostiary.conditions.base import Asked, Condition, Field, ResolvingTagger, Shape, Tagger
from ostiary.conditions.facts import DEVICE
from ostiary.conditions.rule_evaluation import NULL, UNKNOWN, UNREADABLE, PropertyValue
from ostiary.conditions.rule_language import parse_rule
from ostiary.conditions.rule_samples import Gate, samples
from ostiary.conditions.rule_vocabulary import (
    ALL_OPERATORS,
    EQUALITY,
    IDENTITY,
    MEMBERSHIP,
    Property,
    PropertyKind,
    Vocabulary,
)
from ostiary.model.directory import Directory
from ostiary.model.json_types import as_object
from ostiary.model.setting import Effect, Setting, Tag, Tags
from ostiary.model.signin import Device, Missing, SignIn

_TEXT, _BOOLEAN, _COLLECTION = (
    PropertyKind.TEXT,
    PropertyKind.BOOLEAN,
    PropertyKind.TEXT_COLLECTION,
)
_EXTENSION_ATTRIBUTES = tuple(f"extensionAttribute{number}" for number in range(1, 16))
_PROPERTIES = (
    Property("deviceId", _TEXT, IDENTITY),
    Property("mdmAppId", _TEXT, IDENTITY),
    *(
        Property(name, _TEXT, ALL_OPERATORS)
        for name in (
            "displayName",
            "enrollmentProfileName",
            "manufacturer",
            "model",
            "operatingSystem",
            "operatingSystemVersion",
            *_EXTENSION_ATTRIBUTES,
        )
    ),
    Property("deviceOwnership", _TEXT, EQUALITY, words=("Personal", "Company")),
    Property("isCompliant", _BOOLEAN, EQUALITY, nullable=False),
    Property(
        "profileType",
        _TEXT,
        EQUALITY,
        words=("RegisteredDevice", "SecureVM", "Printer", "Shared", "IoT"),
    ),
    Property("trustType", _TEXT, EQUALITY, words=("AzureAD", "ServerAD", "Workplace")),
    Property("physicalIds", _COLLECTION, MEMBERSHIP),
    # The token protection page writes `systemLabels -eq`, outside the operator table.
    Property("systemLabels", _COLLECTION, MEMBERSHIP, tolerated=EQUALITY),
)
_ELSEWHERE = {
    "deviceostype": "operatingSystem",
    "deviceosversion": "operatingSystemVersion",
    "devicetrusttype": "trustType",
    "devicephysicalids": "physicalIds",
    "devicemodel": "model",
    "devicemanufacturer": "manufacturer",
    "devicemanagementappid": "mdmAppId",
    "ownership": "deviceOwnership",
}
"""Names that dynamic groups and Graph use for the same properties; hints only."""
DEVICE_FILTER = register(
    Vocabulary(
        "device.", {each.name.casefold(): each for each in _PROPERTIES}, elsewhere=_ELSEWHERE
    )
)
"""What device rules may name (entra-docs concept-condition-filters-for-devices)."""

INTUNE = "0000000a-0000-0000-c000-000000000000"
"""The application id of Microsoft Intune, as `mdmAppId` shows it."""


def _is_intune(value: object) -> bool:
    return isinstance(value, str) and value.casefold() == INTUNE


_GATED = frozenset(name.casefold() for name in _EXTENSION_ATTRIBUTES)
_GATE = Gate(
    frozenset(_EXTENSION_ATTRIBUTES),
    (
        (DEVICE_FILTER.properties["iscompliant"], lambda value: value is True),
        (DEVICE_FILTER.properties["mdmappid"], lambda value: _is_intune(value)),
        (DEVICE_FILTER.properties["trusttype"], lambda value: str(value).casefold() == "serverad"),
    ),
    {"mdmAppId": (INTUNE,)},
)


def shows_extension_attributes(device: Device) -> bool:
    """Whether extension attributes can be read: managed by Intune, compliant or hybrid joined."""
    return device.is_compliant or device.is_hybrid_joined or _is_intune(device.get("mdmappid"))


class _DeviceTagger(ResolvingTagger[Device | None]):
    def __init__(self, asked: Asked) -> None:
        self._rules = tuple(sorted(tag for tag in asked if tag.startswith(RULE)))
        self._unregistered: Tags | None = None

    def key(self, value: Device | None) -> Hashable:
        """Evaluate every asked rule; a key is the set of tags itself."""
        if value is not None:
            return self._tags(value)
        # No property of theirs differs, and most sign-ins come from such devices.
        if self._unregistered is None:
            self._unregistered = self._tags(None)
        return self._unregistered

    def _tags(self, value: Device | None) -> Tags:
        return rule_tags(self._rules, lambda name: property_of(value, name), DEVICE_FILTER)

    def subject(self, value: Device | None) -> str:
        if value is None:
            return "the unregistered device"
        name = value.get("displayname") or value.get("deviceid")
        return f"device `{name}`" if name else "the registered device"

    def name(self, tag: Tag) -> str:
        return f"filter `{tag.removeprefix(RULE)}`"


def property_of(device: Device | None, name: str) -> PropertyValue:
    """Read a property for a filter; an unregistered device has none (every property is null).

    One that the source does not tell of is unknown, also where it might not be readable.
    """
    if device is None:
        return NULL
    folded = name.casefold()
    if not _is_recorded(device, folded):
        return UNKNOWN
    if folded in _GATED and not shows_extension_attributes(device):
        return UNREADABLE
    value = device.get(folded)
    return NULL if value is None or value == () else value


def _is_recorded(device: Device, folded: str) -> bool:
    return device.recorded is None or folded in device.recorded


class Devices(Condition[Device | None]):
    """Which devices, by their properties in the directory.

    On an unregistered device every property is null: positive operators fail, negative ones hold
    (entra-docs conditional-access/concept-condition-filters-for-devices, policy behavior).
    """

    name = key = "devices"
    title = "Filter for devices"
    reason = "devices"
    log_word = "deviceState"
    link = "matches"
    facts = (DEVICE,)
    fields = (
        Field(
            "deviceFilter",
            Effect.INCLUDE,
            "Rule syntax",
            shape=Shape.FILTER,
            vocabulary=DEVICE_FILTER,
        ),
    )

    def setting(self, body: object) -> Setting | None:
        """Read mode and rule."""
        return filter_setting(as_object(body).get("deviceFilter"), DEVICE_FILTER)

    def value(self, sign_in: SignIn, directory: Directory) -> Device | Missing | None:
        """Give the device; None where it is not registered."""
        return sign_in.device

    def tagger(self, directory: Directory, asked: Asked) -> Tagger[Device | None]:
        """Compile the asked rules."""
        return _DeviceTagger(asked)

    def samples(self, directory: Directory, asked: Asked) -> Iterator[Device | None]:
        """The unregistered device, and one registered device for each outcome of the rules."""
        yield None
        texts = sorted(tag.removeprefix(RULE) for tag in asked if tag.startswith(RULE))
        rules = [parse_rule(text, DEVICE_FILTER) for text in texts]
        for sample in samples(rules, gate=_GATE):
            held = {
                name.casefold(): value
                for name, value in sample.values.items()
                if isinstance(value, str | bool | tuple)
            }
            held.setdefault("iscompliant", False)
            yield Device(tuple(sorted(held.items())))
