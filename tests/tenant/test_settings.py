"""The settings of a tenant document are added to what Ostiary knows."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.model.addresses import cidr_range
from ostiary.model.directory import BaselineScopes, InboundTrust
from ostiary.model.errors import InputError
from ostiary.tenant.catalogue import BUILT_IN, NO_CATALOGUE
from ostiary.tenant.documents import Warning_
from ostiary.tenant.reading import read_raw
from ostiary.tenant.settings_json import ReadSettings, read_settings
from tests.tenant.documents import EXCHANGE

TEAMS = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"
PLANNER = "09abbdfd-ed23-44ee-a2d9-a627aa1c90f3"


def read(settings: Any, warnings: list[Warning_] | None = None) -> ReadSettings:
    return read_settings(
        read_raw({"settings": settings}), NO_CATALOGUE, [] if warnings is None else warnings
    )


@pytest.mark.parametrize(
    ("written", "mode", "app"),
    [
        (None, BaselineScopes.ENFORCED, None),
        ("enforced", BaselineScopes.ENFORCED, None),
        ("Legacy", BaselineScopes.LEGACY, None),
        ({"mode": "legacy", "appId": "A"}, BaselineScopes.LEGACY, None),
        ({"mode": "customized", "appId": "A"}, BaselineScopes.CUSTOMIZED, "a"),
    ],
)
def test_baseline_scopes_have_three_modes(
    written: object, mode: BaselineScopes, app: str | None
) -> None:
    found = read({"baselineScopes": written}).settings
    assert (found.baseline_scopes, found.baseline_app) == (mode, app)


def test_inbound_trust_is_by_home_tenant_in_our_words_or_graphs() -> None:
    trust = {
        "T-A": {"mfa": True, "domainJoinedDevice": True},
        "default": {"isMfaAccepted": True, "isCompliantDeviceAccepted": True},
        "t-b": None,
    }
    assert read({"inboundTrust": trust}).settings.inbound_trust == {
        "t-a": InboundTrust(mfa=True, hybrid_joined_device=True),
        "default": InboundTrust(mfa=True, compliant_device=True),
        "t-b": InboundTrust(),
    }


def test_trusted_ips_are_ranges() -> None:
    found = read({"mfaTrustedIps": ["192.0.2.64/27"]}).settings
    assert found.mfa_trusted_ips == (cidr_range("192.0.2.64/27"),)


def test_without_a_catalogue_only_the_document_counts() -> None:
    found = read(
        {
            "suites": {"Office365": ["A", "B"], "Own": ["C"]},
            "serviceDependencies": [
                {"client": "A", "downstream": ["B"], "binding": "early"},
                {"client": "a", "downstream": ["B", "C"], "binding": "Early"},
                {"client": "A", "downstream": ["D"], "binding": "late"},
            ],
            "scopeAudiences": {"Mail.Read": "X"},
            "names": {"<RING>": "r"},
            "emergencyAccess": ["Alice"],
        }
    )
    assert found.settings.suites == {"Office365": frozenset("ab"), "Own": frozenset("c")}
    assert found.settings.early_dependencies == {"a": ("b", "c")}
    assert found.settings.scope_audiences == {"mail.read": "x"}
    assert found.names == {"<RING>": "r"}
    assert found.emergency_access == ("Alice",)


def test_a_document_adds_to_the_catalogue() -> None:
    added = {
        "suites": {"office365": ["X"]},
        "serviceDependencies": [{"client": TEAMS, "downstream": ["Y"], "binding": "early"}],
        "scopeAudiences": {"mail.read": "Z"},
    }
    found = read_settings(read_raw({"settings": added}), BUILT_IN, []).settings
    assert found.suites["Office365"] == BUILT_IN.suites["Office365"] | {"x"}
    assert "office365" not in found.suites
    assert found.early_dependencies[TEAMS] == (*BUILT_IN.early_dependencies[TEAMS], "y")
    assert PLANNER not in found.early_dependencies[TEAMS]
    assert found.scope_audiences["mail.read"] == "z"
    assert found.scope_audiences["mail.send"] == EXCHANGE


def test_settings_of_several_files_add_up_and_the_first_of_two_values_counts() -> None:
    warnings: list[Warning_] = []
    found = read(
        [{"names": {"a": "b"}}, {"names": {"a": "c"}, "Suites": {}, "colour": 1}], warnings
    )
    assert found.names == {"a": "b"}
    assert [(each.code, each.source) for each in warnings] == [
        ("duplicateSetting", "document#/settings/1"),
        ("unknownSetting", "document#/settings/1"),
    ]


WRONG: list[tuple[Any, str]] = [
    ("strict", "expected an object, came text"),
    ({"baselineScopes": "strict"}, "expected one of `enforced`, `legacy`, `customized`"),
    ({"baselineScopes": "customized"}, "expected an `appId` in `baselineScopes`"),
    ({"baselineScopes": 5}, "expected an object in `baselineScopes`, came a number"),
    ({"inboundTrust": {"t": {"mfa": "yes"}}}, "expected true or false in `mfa`, came text"),
    ({"inboundTrust": []}, "expected an object in `inboundTrust`, came a list"),
    ({"mfaTrustedIps": ["everywhere"]}, "`mfaTrustedIps`: expected a range such as"),
    ({"mfaTrustedIps": "192.0.2.0/24"}, "expected a list in `mfaTrustedIps`, came text"),
    ({"suites": {"S": "x"}}, "expected a list in `S`, came text"),
    ({"serviceDependencies": ["x"]}, "expected objects in `serviceDependencies`, came text"),
    ({"serviceDependencies": [{"binding": "soon"}]}, "expected the binding `early` or `late`"),
    ({"serviceDependencies": [{"binding": "early"}]}, "expected an id in `client`, came null"),
    ({"scopeAudiences": {"Mail.Read": None}}, "expected an id in `Mail.Read`, came null"),
    ({"names": {"a": 1}}, "expected text in `a`, came a number"),
    ({"emergencyAccess": [1]}, "expected a list of texts in `emergencyAccess`, came a number"),
]


@pytest.mark.parametrize(("settings", "sentence"), WRONG)
def test_a_setting_that_says_nothing_we_know_is_an_error(settings: Any, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        read(settings)
    assert caught.value.message.startswith("document#/settings: ")
    assert sentence in caught.value.message
