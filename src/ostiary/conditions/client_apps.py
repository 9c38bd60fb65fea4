"""The condition *Client apps*."""

from __future__ import annotations

from types import MappingProxyType

from ostiary.conditions.base import Field, WordCondition
from ostiary.conditions.facts import CLIENT_APP
from ostiary.model.setting import Effect

WORDS = {
    "all": "All client apps",
    "browser": "Browser",
    "mobileAppsAndDesktopClients": "Mobile apps and desktop clients",
    "exchangeActiveSync": "Exchange ActiveSync clients",
    "easSupported": "Exchange ActiveSync clients on supported platforms",
    "other": "Other clients",
}


class ClientApps(WordCondition):
    """The kind of software that asks for the token; `all` takes even what nobody named.

    Source: entra-docs conditional-access/concept-conditional-access-conditions, client apps.
    """

    name = key = "clientAppTypes"
    title = "Client apps"
    reason = "clientApps"
    log_word = "clientType"
    facts = (CLIENT_APP,)
    workload = True
    words = WORDS
    universal = ("all",)
    broader = MappingProxyType({"easSupported": ("exchangeActiveSync",)})
    """`exchangeActiveSync` takes supported and unsupported platforms (api-reference
    conditionalaccessconditionset)."""
    fields = (
        Field(
            "",
            Effect.INCLUDE,
            "Client apps",
            WORDS,
            alone=("all",),
            choose="Select the client apps this policy will apply to",
        ),
    )
