"""Custom controls (`customAuthenticationFactors`)."""

from __future__ import annotations

from ostiary.controls.base import MET, GrantControl, prompt
from ostiary.model.decision import Judgement
from ostiary.model.directory import Directory
from ostiary.model.json_types import JsonObject, as_strings
from ostiary.model.policy import Requirement
from ostiary.model.signin import SignIn

EXTERNAL_CHALLENGE = 50158


class CustomFactors(GrantControl):
    """A check by an external provider, to which the user is sent (entra-docs controls)."""

    key = "customAuthenticationFactors"
    title = "Custom control"
    log_word = "CustomControl"
    interactive = True
    built_in = False

    def requirements(self, grant: JsonObject) -> tuple[Requirement, ...]:
        """Read the factors; each is a demand of its own."""
        return tuple(Requirement(self.key, each) for each in as_strings(grant.get(self.key)))

    def name(self, argument: str, directory: Directory) -> str:
        """Name the factor."""
        return f"{self.title} `{argument}`"

    def judge(self, argument: str, sign_in: SignIn, directory: Directory) -> Judgement:
        """Ask whether the provider confirmed it."""
        if argument in sign_in.proofs.custom_factors:
            return MET
        return prompt(
            "customAuthenticationFactor", EXTERNAL_CHALLENGE, f"`{argument}` has to be completed"
        )
