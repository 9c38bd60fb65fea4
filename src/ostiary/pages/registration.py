"""Registering methods: which, the app's QR code, a passkey, recovery codes; a new password."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from ostiary.pages.parts import Link, MethodOption, Page, PasskeyRequest, Post, Problem, Step, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterChoice(Step):
    """Says that the organization needs more proof than a password and offers what to register.

    `later` is set where a person may still put it off.
    """

    template: ClassVar[str] = "register_choice"

    options: tuple[MethodOption, ...]
    later: Way | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterTotp(Step):
    """Shows a new authenticator seed once, as QR code and as text, and asks for a code (`otp`).

    `uri` is the `otpauth://` address in the QR code, `secret` its seed in base32.
    """

    template: ClassVar[str] = "register_totp"

    form: Post
    uri: str
    secret: str
    cancel: Way | None = None
    instead: Way | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPasskey(Step):
    """Asks the browser for a new passkey (`passkey`) and the person for its name."""

    template: ClassVar[str] = "register_passkey"

    passkey: PasskeyRequest
    passkey_name: str = ""
    cancel: Way | None = None
    instead: Way | None = None

    @property
    def script(self) -> str | None:
        """Create the passkey by script: browsers know no other way."""
        return "passkey.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodes(Step):
    """Shows new recovery codes, once; going on says that they are kept."""

    template: ClassVar[str] = "recovery_codes"

    form: Post
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentFinished(Page):
    """Says that an account is set up and that its link is over."""

    template: ClassVar[str] = "enrolment_finished"

    security_info: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOver(Page):
    """Says that an enrolment link is over, and how to get on; `command` makes a new one."""

    template: ClassVar[str] = "link_over"

    sign_in: Link
    command: str = "ostiary recover enrol"


class PasswordChangeReason(StrEnum):
    """Why a new password is asked for (`password_change.*` in the texts)."""

    OWN_WISH = "own_wish"
    FIRST_SIGN_IN = "first_sign_in"
    POLICY = "policy"
    ENROLMENT = "enrolment"


_FAULTY_FIELDS = {
    Problem.SIGN_IN_FAILED: "passwd",
    Problem.PASSWORD_MISSING: "passwd",
    Problem.PASSWORD_REPEAT: "new_password_again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChange(Step):
    """Asks for the present password (`passwd`) and twice for the new one.

    The fields of the new one are `new_password` and `new_password_again`. The present one is not
    asked for where a Temporary Access Pass or an enrolment link stands for it (`ask_present`).
    """

    template: ClassVar[str] = "password_change"

    form: Post
    reason: PasswordChangeReason
    minimum: int
    ask_present: bool = True
    cancel: Way | None = None

    @property
    def faulty_field(self) -> str | None:
        """Name the field that the refusal is about."""
        if self.refusal is None:
            return None
        return _FAULTY_FIELDS.get(self.refusal.problem, "new_password")
