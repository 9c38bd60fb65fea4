"""The steps of a sign-in: who you are, each way to prove it, and whether to stay signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ostiary.pages.parts import MethodOption, PasskeyRequest, Post, Step, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Login(Step):
    """Asks for the sign-in name (field `login`), or at once for a passkey where one is offered."""

    template: ClassVar[str] = "login"

    form: Post
    login: str = ""
    passkey: PasskeyRequest | None = None

    @property
    def script(self) -> str | None:
        """Ask for a passkey by script, where one is offered."""
        return "passkey.js" if self.passkey else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Password(Step):
    """Asks for the password (field `passwd`) of `account`.

    The account comes back as `login` too, for password managers only: a browser may change it, so
    whose password it is follows from the transaction.
    """

    template: ClassVar[str] = "password"

    form: Post


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodChoice(Step):
    """Lets a person pick the method to prove who they are with; the first is the usual one."""

    template: ClassVar[str] = "method_choice"

    options: tuple[MethodOption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TotpCode(Step):
    """Asks for the six digits of an authenticator app (field `otp`)."""

    template: ClassVar[str] = "totp_code"

    form: Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey(Step):
    """Asks for a passkey; the answer is JSON in the field `passkey`."""

    template: ClassVar[str] = "passkey"

    passkey: PasskeyRequest

    @property
    def script(self) -> str | None:
        """Ask for the passkey by script: browsers know no other way."""
        return "passkey.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCode(Step):
    """Asks for one of the recovery codes (field `recovery_code`)."""

    template: ClassVar[str] = "recovery_code"

    form: Post


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporaryAccessPass(Step):
    """Asks for a Temporary Access Pass (field `access_pass`)."""

    template: ClassVar[str] = "access_pass"

    form: Post


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTile:
    """One account to sign in with and the form that takes it."""

    login: str
    form: Post
    name: str | None = None
    signed_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PickAccount(Step):
    """Lets a person pick among the accounts this browser knows, or use another."""

    template: ClassVar[str] = "pick_account"

    accounts: tuple[AccountTile, ...]
    another_account: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class StaySignedIn(Step):
    """Asks whether the session outlives the browser: `form` says yes, `refuse` says no."""

    template: ClassVar[str] = "stay_signed_in"

    form: Post
    refuse: Post
