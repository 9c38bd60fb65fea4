"""Session control *Sign-in frequency*."""

from __future__ import annotations

from typing import Any

from ostiary.controls.base import MET, SessionControl, prompt
from ostiary.model.decision import Judgement
from ostiary.model.json_types import as_object
from ostiary.model.signin import SignIn, TokenGrant

_MINUTES = {"hours": 60, "days": 24 * 60}
EVERY_TIME = 0
_TOLERANCE_MINUTES = 5
"""*Every time* does not ask more often (entra-docs concept-session-lifetime)."""


class SignInFrequency(SessionControl):
    """How long an authentication counts, in minutes; 0 stands for *Every time*.

    Background requests of browsers, and non-interactive ones of confidential clients, are
    deferred to the next interaction (entra-docs conditional-access/concept-session-lifetime).
    """

    key = "signInFrequency"
    title = "Sign-in frequency"
    log_word = "SignInFrequency"
    effective = "signInFrequencyMinutes"

    def parse(self, body: Any) -> int | None:
        """Read the interval; a control without one, or switched off, asks nothing."""
        frequency = as_object(body)
        if frequency.get("isEnabled") is not True:
            return None
        if str(frequency.get("frequencyInterval")).casefold() == "everytime":
            return EVERY_TIME
        value, unit = frequency.get("value"), str(frequency.get("type")).casefold()
        if not isinstance(value, int) or unit not in _MINUTES:
            return None
        return value * _MINUTES[unit]

    def told(self, body: Any) -> str:
        """Tell the interval as it is written, and whether it is about the second factor alone."""
        minutes, frequency = self.parse(body), as_object(body)
        if minutes is None:
            return ""
        number, unit = frequency.get("value"), str(frequency.get("type")).casefold()
        often = f"{number} {unit if number != 1 else unit.removesuffix('s')}"
        kind = str(frequency.get("authenticationType")).casefold()
        what = ", secondary authentication only" if kind == "secondaryauthentication" else ""
        return f"{'every time' if minutes == EVERY_TIME else often}{what}"

    def merge(self, values: list[Any]) -> int:
        """The shortest wins."""
        return min(values)

    def judge(self, value: Any, sign_in: SignIn) -> Judgement:
        """Ask again once the last full authentication is older than the interval."""
        age = sign_in.proofs.minutes_since_authentication
        if age <= max(value, _TOLERANCE_MINUTES if value == EVERY_TIME else value):
            return MET
        deferred = sign_in.client_app_type == "browser" or sign_in.client.confidential
        if deferred and not sign_in.interactive:
            return MET
        from_token_endpoint = sign_in.grant in {TokenGrant.REFRESH_TOKEN, TokenGrant.ON_BEHALF_OF}
        code = 70043 if from_token_endpoint else 70044
        return prompt("reauthenticate", code, "the last authentication is too long ago")
