"""The settings of a tenant document, added to what the catalogue knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ostiary.model.addresses import AddressRange
from ostiary.model.directory import BaselineScopes, InboundTrust, Settings
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject
from ostiary.tenant.catalogue import Catalogue
from ostiary.tenant.documents import SETTINGS, Item, RawTenant, Warning_, expected_object
from ostiary.tenant.locations_json import read_cidr
from ostiary.tenant.members import (
    WrongMember,
    boolean,
    identifier,
    members,
    optional_identifier,
    text,
    texts,
    values,
)
from ostiary.tenant.shapes import is_object
from ostiary.tenant.spelling import Spelling

_KNOWN = frozenset(
    {
        "emergencyAccess",
        "baselineScopes",
        "inboundTrust",
        "mfaTrustedIps",
        "suites",
        "serviceDependencies",
        "scopeAudiences",
        "names",
    }
)
_TRUSTS = {
    "mfa": ("mfa", "isMfaAccepted"),
    "compliantDevice": ("compliantDevice", "isCompliantDeviceAccepted"),
    "domainJoinedDevice": ("domainJoinedDevice", "isHybridAzureADJoinedDeviceAccepted"),
}
"""Our words and those of Graph's crossTenantAccessPolicyInboundTrust."""


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """The settings; `emergency_access` as written, `names`: placeholder -> id or name."""

    settings: Settings
    emergency_access: tuple[str, ...]
    names: Mapping[str, str]


def read_settings(raw: RawTenant, catalogue: Catalogue, warnings: list[Warning_]) -> ReadSettings:
    """Read the settings; raises InputError for a member of the wrong type or an unknown word."""
    item = _merged(raw, warnings)
    body = expected_object(item)
    try:
        return _read(body, catalogue)
    except WrongMember as wrong:
        raise wrong.at(item.source) from None
    except _Unreadable as unreadable:
        raise InputError(f"{item.source}: {unreadable}", hint="correct the setting") from None


class _Unreadable(Exception):
    """A setting of the right type that says nothing we know."""


def _merged(raw: RawTenant, warnings: list[Warning_]) -> Item:
    """Put the settings of several files together; of one setting given twice the first counts."""
    spelling = Spelling()
    found: dict[str, Any] = {}
    source = SETTINGS
    for number, item in enumerate(raw.items(SETTINGS)):
        source = item.source if number == 0 else source
        for name, value in spelling.shallow(expected_object(item)).items():
            if name not in _KNOWN:
                message = f"`{name}` is no setting; it is not read"
                warnings.append(Warning_("unknownSetting", message, item.source))
            elif found.setdefault(name, value) != value:
                message = f"setting `{name}` was met before with another value, which is used"
                warnings.append(Warning_("duplicateSetting", message, item.source))
    return Item(found, source)


def _read(body: JsonObject, catalogue: Catalogue) -> ReadSettings:
    mode, placeholder = _baseline_scopes(body)
    settings = Settings(
        baseline_scopes=mode,
        baseline_app=placeholder,
        inbound_trust=MappingProxyType(_inbound_trust(body)),
        mfa_trusted_ips=tuple(_ranges(texts(body, "mfaTrustedIps"))),
        suites=MappingProxyType(_suites(body, catalogue)),
        early_dependencies=MappingProxyType(_early_dependencies(body, catalogue)),
        scope_audiences=MappingProxyType(_scope_audiences(body, catalogue)),
    )
    named = members(body, "names")
    names = {written: text(named, written) for written in named}
    return ReadSettings(settings, texts(body, "emergencyAccess"), MappingProxyType(names))


def _baseline_scopes(body: JsonObject) -> tuple[BaselineScopes, str | None]:
    """Read `enforced`, `legacy` or `{mode, appId}`; the default is Microsoft's new one."""
    value = body.get("baselineScopes")
    if value is None:
        return BaselineScopes.ENFORCED, None
    written = {"mode": value} if isinstance(value, str) else members(body, "baselineScopes")
    word, app = text(written, "mode").casefold(), optional_identifier(written, "appId")
    modes = {mode.value: mode for mode in BaselineScopes}
    if word not in modes:
        expected = ", ".join(f"`{each}`" for each in modes)
        raise _Unreadable(f"expected one of {expected} in `baselineScopes`, came `{word}`")
    if modes[word] is BaselineScopes.CUSTOMIZED and app is None:
        raise _Unreadable("expected an `appId` in `baselineScopes` of mode `customized`")
    return modes[word], app if modes[word] is BaselineScopes.CUSTOMIZED else None


def _inbound_trust(body: JsonObject) -> dict[str, InboundTrust]:
    trusts = members(body, "inboundTrust")
    return {tenant.casefold(): _trust(members(trusts, tenant)) for tenant in trusts}


def _trust(body: JsonObject) -> InboundTrust:
    held = {
        ours: any(boolean(body, word, default=False) for word in words)
        for ours, words in _TRUSTS.items()
    }
    return InboundTrust(held["mfa"], held["compliantDevice"], held["domainJoinedDevice"])


def _ranges(written: Iterable[str]) -> Iterator[AddressRange]:
    for each in written:
        try:
            yield read_cidr(each)
        except ValueError as error:
            raise _Unreadable(f"`mfaTrustedIps`: {error}") from error


def _suites(body: JsonObject, catalogue: Catalogue) -> dict[str, frozenset[str]]:
    found = dict(catalogue.suites)
    spelled = {suite.casefold(): suite for suite in found}
    given = members(body, "suites")
    for name in given:
        suite = spelled.get(name.casefold(), name)
        added = frozenset(each.casefold() for each in texts(given, name))
        found[suite] = found.get(suite, frozenset()) | added
    return found


def _early_dependencies(body: JsonObject, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Add the early-bound rows; late-bound ones are enforced with the token they lead to.

    Source: entra-docs conditional-access/service-dependencies.
    """
    found = dict(catalogue.early_dependencies)
    for row in values(body, "serviceDependencies"):
        if not is_object(row):
            raise WrongMember("serviceDependencies", "objects", row)
        binding = text(row, "binding").casefold()
        if binding not in {"early", "late"}:
            raise _Unreadable(f"expected the binding `early` or `late`, came `{binding}`")
        if binding == "early":
            client = identifier(row, "client")
            downstream = (each.casefold() for each in texts(row, "downstream"))
            found[client] = tuple(dict.fromkeys((*found.get(client, ()), *downstream)))
    return found


def _scope_audiences(body: JsonObject, catalogue: Catalogue) -> dict[str, str]:
    given = members(body, "scopeAudiences")
    added = {scope.casefold(): identifier(given, scope) for scope in given}
    return {**catalogue.scope_audiences, **added}
