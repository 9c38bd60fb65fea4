"""The condition *Device platforms*."""

from __future__ import annotations

from ostiary.conditions.base import Field, WordCondition
from ostiary.conditions.facts import PLATFORM
from ostiary.model.setting import Effect

WORDS = {
    "all": "Any device",
    "android": "Android",
    "iOS": "iOS",
    "windows": "Windows",
    "windowsPhone": "Windows Phone",
    "macOS": "macOS",
    "linux": "Linux",
}


class Platforms(WordCondition):
    """The operating system that the client's user agent names (not verified).

    An unknown platform is a value of its own: it matches *Any device* only
    (entra-docs conditional-access/concept-conditional-access-conditions, device platforms).
    """

    name = key = "platforms"
    title = "Device platforms"
    reason = "devicePlatform"
    facts = (PLATFORM,)
    words = WORDS
    universal = ("all",)
    fields = (
        Field(
            "includePlatforms",
            Effect.INCLUDE,
            "Include",
            WORDS,
            alone=("all",),
            choose="Select device platforms",
        ),
        Field("excludePlatforms", Effect.EXCLUDE, "Exclude", WORDS, alone=("all",)),
    )
