"""Settings of what a server tells of itself, and of how long it remembers."""

from __future__ import annotations

from dataclasses import dataclass

from ostiary.serving.declaring import setting
from ostiary.serving.setting_kinds import NETWORKS, number, one_of, optional


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What the server writes to its standard error."""

    format: str = setting(
        "auto", one_of("auto", "json", "console"), "`auto`: `console` on a terminal, else `json`."
    )
    level: str = setting(
        "info", one_of("debug", "info", "warning", "error"), "The least weight that is written."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """`/metrics` of the sign-in service."""

    networks: tuple[str, ...] = setting(
        ("127.0.0.0/8", "::1/128"),
        NETWORKS,
        "Who may read it; everybody else is told that there is no such page.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long the sign-in log is kept; `ostiary audit trim` is for the audit log."""

    sign_in_days: int | None = setting(
        None,
        optional(number(1, 36_500, "days")),
        "Days after which sign-ins are deleted. Microsoft Entra keeps them for 30 days; the impact"
        " of a draft is computed from what is there.",
        shown="for ever",
    )
