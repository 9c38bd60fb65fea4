"""Session controls that ask nothing of a sign-in and pass through to the session.

How the settings of several policies merge is not documented: the strictest wins
(docs/decisions/0003-undocumented-choices.md).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from ostiary.controls.base import OnOff, SessionControl
from ostiary.model.json_types import as_object


class PersistentBrowser(SessionControl):
    """*Persistent browser session*: overrides "Stay signed in?"; `never` before `always`."""

    key = "persistentBrowser"
    title = "Persistent browser session"
    log_word = "PersistentBrowserSessionMode"
    modes = MappingProxyType({"always": "Always persistent", "never": "Never persistent"})
    member = "mode"

    def parse(self, body: Any) -> str | None:
        """Read the mode."""
        setting = as_object(body)
        mode = str(setting.get("mode")).casefold()
        return mode if setting.get("isEnabled") is True and mode in {"always", "never"} else None

    def merge(self, values: list[Any]) -> str:
        """`never` wins."""
        return "never" if "never" in values else "always"


class AppEnforcedRestrictions(OnOff):
    """*Use app enforced restrictions* (Exchange Online, SharePoint Online)."""

    key = effective = "applicationEnforcedRestrictions"
    title = "Use app enforced restrictions"
    log_word = "AppEnforcedRestrictions"


class AppControl(SessionControl):
    """*Use Conditional Access App Control*."""

    key = effective = "cloudAppSecurity"
    title = "Use Conditional Access App Control"
    log_word = "CloudAppSecurity"
    strictness = ("blockDownloads", "mcasConfigured", "monitorOnly")
    modes = MappingProxyType(
        {
            "monitorOnly": "Monitor only (Preview)",
            "blockDownloads": "Block downloads (Preview)",
            "mcasConfigured": "Use custom policy...",
        }
    )
    member = "cloudAppSecurityType"

    def parse(self, body: Any) -> str | None:
        """Read the type."""
        setting = as_object(body)
        kind = setting.get("cloudAppSecurityType")
        return str(kind or "mcasConfigured") if setting.get("isEnabled") is True else None

    def merge(self, values: list[Any]) -> str:
        """The strictest known type wins."""
        return next((each for each in self.strictness if each in values), values[0])


class TokenProtection(OnOff):
    """*Require token protection for sign-in sessions*."""

    key = effective = "secureSignInSession"
    title = "Require token protection for sign-in sessions"
    log_word = "SignInTokenProtection"


class ResilienceDefaults(SessionControl):
    """*Disable resilience defaults*, written as a plain boolean."""

    key = effective = "disableResilienceDefaults"
    title = "Disable resilience defaults"
    log_word = "DisableResilienceDefaults"
    unset = False

    def parse(self, body: Any) -> bool | None:
        """Read the switch."""
        return True if body is True else None

    def merge(self, values: list[Any]) -> bool:
        """Disabled wins."""
        return any(values)


class ContinuousAccessEvaluation(SessionControl):
    """*Customize continuous access evaluation* (beta)."""

    key = effective = "continuousAccessEvaluation"
    title = "Customize continuous access evaluation"
    log_word = "ContinuousAccessEvaluation"
    beta = True
    strictness = ("strictLocation", "strictEnforcement", "disabled")

    def parse(self, body: Any) -> str | None:
        """Read the mode."""
        mode = as_object(body).get("mode")
        return mode if isinstance(mode, str) else None

    def merge(self, values: list[Any]) -> str:
        """The strictest known mode wins."""
        return next((each for each in self.strictness if each in values), values[0])


class SecurityProfile(SessionControl):
    """*Use Global Secure Access security profile* (beta)."""

    key = effective = "globalSecureAccessFilteringProfile"
    title = "Use Global Secure Access security profile"
    log_word = "GlobalSecureAccessFilteringProfile"
    beta = True

    def parse(self, body: Any) -> str | None:
        """Read the profile's id."""
        setting = as_object(body)
        profile = setting.get("profileId")
        return profile if setting.get("isEnabled") is True and isinstance(profile, str) else None

    def merge(self, values: list[Any]) -> list[str]:
        """All of them apply."""
        return sorted(set(values))
