"""One typical sign-in for a policy: the most ordinary one that the policy is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ostiary.analysis.lint_stage import ANY_APPLICATION, ORDINARY, Stage
from ostiary.conditions.devices import Devices
from ostiary.conditions.facts import (
    AUTHENTICATION_FLOW,
    CLIENT_APP,
    DEVICE,
    IDENTITY,
    INSIDER_RISK,
    IP_ADDRESS,
    PLATFORM,
    SIGN_IN_RISK,
    TARGET,
    USER_RISK,
    Fact,
)
from ostiary.engine.masks import Table
from ostiary.model.addresses import address_text
from ostiary.model.policy import Policy
from ostiary.model.signin import (
    AuthenticationContext,
    Resources,
    SignIn,
    Target,
    TokenGrant,
    UserAction,
)

_RISKS = ("none", "high", "medium", "low")
_INSIDER = ("none", "elevated", "moderate", "minor")
_PLATFORMS = ("windows", "macOS", "iOS", "android", "linux", "windowsPhone", None)
_CLIENTS = ("browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "easSupported", "other")
Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Choice:
    """Facts that are chosen together, and what they could be, the most ordinary first."""

    fact: Fact
    changes: Iterable[Change]


def typical(stage: Stage, number: int) -> SignIn | None:
    """Give a sign-in that a policy for users may apply to; None where there is none to be found."""
    sign_in = ORDINARY
    for choice in _choices(stage, number):
        tables = [table for table in stage.policies.tables if choice.fact in table.condition.facts]
        possible = (replace(sign_in, **change) for change in choice.changes)
        fitting = (each for each in possible if _accepted(tables, number, each, stage))
        found = next(fitting, None)
        if found is None:
            return None
        sign_in = found
    return sign_in


def _accepted(tables: Iterable[Table], number: int, sign_in: SignIn, stage: Stage) -> bool:
    directory = stage.policies.directory
    return all(
        table.accepted(table.key(table.condition.value(sign_in, directory))).upper >> number & 1
        for table in tables
    )


def _choices(stage: Stage, number: int) -> Iterator[_Choice]:
    policy = stage.policies.policies[number]
    yield _choice(IDENTITY, "identity", stage.who(number))
    yield _choice(TARGET, "target", _targets(stage, policy))
    yield _choice(PLATFORM, "platform", _PLATFORMS)
    yield _choice(CLIENT_APP, "client_app_type", _CLIENTS)
    yield _Choice(IP_ADDRESS, _places(stage))
    yield _choice(DEVICE, "device", _devices(stage, policy))
    yield _choice(SIGN_IN_RISK, "sign_in_risk", _RISKS)
    yield _choice(USER_RISK, "user_risk", _RISKS)
    yield _choice(INSIDER_RISK, "insider_risk", _INSIDER)
    yield _Choice(
        AUTHENTICATION_FLOW,
        (
            {"authentication_flow": None},
            {"authentication_flow": "deviceCodeFlow", "grant": TokenGrant.DEVICE_CODE},
            {"authentication_flow": "authenticationTransfer"},
        ),
    )


def _choice(fact: Fact, name: str, values: Iterable[object]) -> _Choice:
    return _Choice(fact, ({name: value} for value in values))


def _targets(stage: Stage, policy: Policy) -> Iterator[Target]:
    """Give a resource nobody names, those the policy names, then the other kinds of target."""
    directory = stage.policies.directory
    yield Resources((ANY_APPLICATION,))
    setting = policy.settings.get("applications")
    for tag in sorted((setting.include if setting else None) or ()):
        members = directory.settings.suites.get(tag, frozenset({tag}))
        yield from (Resources((app,)) for app in sorted(members))
    if setting and any(tag.startswith("rule:") for tag in setting.tags):
        yield from (Resources((app,)) for app in directory.applications)
    yield from UserAction
    contexts = policy.settings.get("authenticationContexts")
    for tag in sorted((contexts.include if contexts else None) or ()):
        yield AuthenticationContext(tag)


def _places(stage: Stage) -> Iterator[Change]:
    """Give a place in no network, then the first address and a country of every location."""
    yield {"address": None, "country": None, "country_known": False}
    yield {"address": None, "country": None, "country_known": True}
    for location in stage.policies.directory.named_locations.values():
        if location.ranges:
            yield {"address": address_text(location.ranges[0].first)}
        for country in sorted(location.countries)[:1]:
            yield {"address": None, "country": country, "country_known": True}


def _devices(stage: Stage, policy: Policy) -> Iterable[object]:
    setting = policy.settings.get("devices")
    if setting is None:
        return (None,)
    return Devices().samples(stage.policies.directory, setting.tags)
