"""Pitfalls of devices and platforms."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.analysis.lint_tenant import (
    BLOCK,
    COMPLIANT,
    MFA,
    grant,
    policy,
    reasons,
    sound_tenant,
)

REPORT_ONLY = "enabledForReportingButNotEnforced"


def on(*platforms: str, but: tuple[str, ...] = ()) -> dict[str, Any]:
    """A condition on platforms."""
    return {"includePlatforms": list(platforms), "excludePlatforms": list(but)}


def filtered(mode: str, rule: str) -> dict[str, Any]:
    """A condition on devices."""
    return {"deviceFilter": {"mode": mode, "rule": rule}}


def test_an_unknown_platform_slips_past_policies_on_named_ones() -> None:
    every = on("android", "iOS", "windows", "macOS", "linux", "windowsPhone")
    document = sound_tenant(policy("Managed", COMPLIANT, platforms=every), leave_out="platforms")
    assert reasons(document, "OST301") == [
        "what `Managed` asks is not asked of a client whose platform is unknown, and no policy "
        "that is on stops it"
    ]
    assert reasons(document, "OST302") == []


def test_a_block_of_unknown_platforms_closes_it() -> None:
    every = on("android", "iOS", "windows", "macOS", "linux")
    document = sound_tenant(policy("Managed", COMPLIANT, platforms=every))
    assert reasons(document, "OST301") == []
    assert reasons(document, "OST302") == []


def test_the_same_demand_on_any_device_closes_it() -> None:
    document = sound_tenant(
        policy("Managed", COMPLIANT, platforms=on("windows")),
        policy("All", COMPLIANT),
        leave_out="platforms",
    )
    assert reasons(document, "OST301") == []


def test_another_platform_can_be_claimed() -> None:
    document = sound_tenant(
        policy("Windows", COMPLIANT, platforms=on("windows")),
        policy("Macs", COMPLIANT, platforms=on("macOS")),
    )
    assert reasons(document, "OST302") == [
        "what `Windows` and `Macs` ask is not asked of a client that says it runs on Android, iOS "
        "or Linux"
    ]


def test_an_excluded_platform_can_be_claimed() -> None:
    document = sound_tenant(policy("Managed", COMPLIANT, platforms=on("all", but=("linux",))))
    assert reasons(document, "OST302") == [
        "what `Managed` asks is not asked of a client that says it runs on Linux"
    ]


def test_a_block_of_the_rest_is_no_pitfall() -> None:
    assert reasons(sound_tenant(), "OST302") == []


@pytest.mark.parametrize(
    ("mode", "rule", "told"),
    [
        ("exclude", 'device.extensionAttribute1 -ne "SAW"', True),
        ("exclude", 'device.model -notIn ["Surface Pro", "Surface Go"]', True),
        ("exclude", 'device.extensionAttribute1 -eq "SAW"', False),
        ("exclude", "device.isCompliant -eq True", False),
        ("include", 'device.extensionAttribute1 -ne "SAW"', False),
    ],
)
def test_a_filter_that_frees_unregistered_devices(mode: str, rule: str, *, told: bool) -> None:
    document = sound_tenant(policy("Filter", BLOCK, devices=filtered(mode, rule)))
    expected = [
        f"the filter `{rule}` holds of every device that is not registered: none of them is in "
        "the policy"
    ]
    assert reasons(document, "OST303") == (expected if told else [])


@pytest.mark.parametrize(
    ("mode", "rule", "controls", "told"),
    [
        ("include", "device.isCompliant -eq False", BLOCK, True),
        ("include", "device.isCompliant -ne True", BLOCK, False),
        ("include", "device.isCompliant -eq False", MFA, False),
        ("exclude", "device.isCompliant -eq True", BLOCK, False),
    ],
)
def test_a_block_that_misses_unregistered_devices(
    mode: str, rule: str, controls: dict[str, Any], *, told: bool
) -> None:
    document = sound_tenant(policy("Filter", controls, devices=filtered(mode, rule)))
    assert bool(reasons(document, "OST304")) is told


@pytest.mark.parametrize(
    ("controls", "told"),
    [
        (
            grant("approvedApplication"),
            "the enforcement of *Require approved client app* has ended on 30 June 2026: the "
            "policy then asks for nothing",
        ),
        (
            grant("approvedApplication", "mfa"),
            "the enforcement of *Require approved client app* has ended on 30 June 2026: the "
            "other controls are left",
        ),
        (grant("approvedApplication", "compliantApplication", operator="OR"), None),
        (grant("compliantApplication"), None),
    ],
)
def test_the_approved_app_control(controls: dict[str, Any], told: str | None) -> None:
    phones = on("iOS", "android")
    document = sound_tenant(policy("Apps", controls, platforms=phones))
    assert reasons(document, "OST305") == ([told] if told else [])


def test_the_approved_app_control_before_its_end() -> None:
    document = sound_tenant(
        policy("Apps", grant("approvedApplication"), platforms=on("iOS", "android"))
    )
    assert reasons(document, "OST305", now=datetime(2026, 4, 1, tzinfo=UTC)) == [
        "the enforcement of *Require approved client app* ends on 30 June 2026: the policy then "
        "asks for nothing"
    ]


@pytest.mark.parametrize(
    ("platforms", "state", "told"),
    [
        (None, REPORT_ONLY, ["people on macOS, iOS and Android may be asked for a certificate"]),
        (on("macOS", "windows"), REPORT_ONLY, ["people on macOS may be asked for a certificate"]),
        (on("windows"), REPORT_ONLY, []),
        (None, "enabled", []),
    ],
)
def test_report_only_compliance_shows_prompts(
    platforms: dict[str, Any] | None, state: str, told: list[str]
) -> None:
    document = sound_tenant(policy("Managed", COMPLIANT, state=state, platforms=platforms))
    assert reasons(document, "OST306") == told


def test_a_filter_for_a_word_that_never_comes() -> None:
    odd = filtered("include", 'device.trustType -eq "EntraID"')
    assert reasons(sound_tenant(policy("Filter", MFA, devices=odd)), "OST307") == [
        "`conditions.devices.deviceFilter.rule`: `device.trustType` is never `EntraID`: it is one "
        "of AzureAD, ServerAD, Workplace"
    ]
    fine = filtered("include", 'device.trustType -eq "AzureAD"')
    assert reasons(sound_tenant(policy("Filter", MFA, devices=fine)), "OST307") == []
