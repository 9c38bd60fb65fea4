"""Registering security information: strengths that target the action come before all others.

Source: entra-docs authentication/concept-authentication-strength-how-it-works, "evaluated for
registering security info". Other grant controls of the other policies count as usual.
"""

from __future__ import annotations

from collections.abc import Sequence

from ostiary.model.policy import Policy
from ostiary.model.signin import SignIn, UserAction


class Waiver:
    """Which policies need not see their own strength met when security info is registered."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        """Note which policies demand a strength, and which of them target user actions."""
        self._on_action = 0
        self._elsewhere = 0
        for number, policy in enumerate(policies):
            if all(each.control != "authenticationStrength" for each in policy.requirements):
                continue
            if "userActions" in policy.settings:
                self._on_action |= 1 << number
            else:
                self._elsewhere |= 1 << number

    def concerns(self, sign_in: SignIn) -> bool:
        """Whether this sign-in is the registration of security information."""
        return sign_in.target is UserAction.REGISTER_SECURITY_INFORMATION

    def waived(self, sign_in: SignIn, applying: int) -> int:
        """Give the policies whose strength gives way, if one that applies targets the action."""
        if not self.concerns(sign_in) or not applying & self._on_action:
            return 0
        return self._elsewhere
