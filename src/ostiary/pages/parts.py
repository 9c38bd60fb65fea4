"""What pages are made of: forms and links, why a step asks again, ways to prove who you are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from ostiary.model.errors import OstiaryError

# Schemes that a browser runs or reads locally instead of going somewhere. Redirect addresses of
# native apps have schemes of their own, so the list is of what is refused, not of what is allowed.
RUN_BY_BROWSER = frozenset(
    {"javascript", "data", "vbscript", "blob", "file", "about", "filesystem", "view-source"}
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_NOT_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f\\]")


class UnsafeAddress(OstiaryError):
    """An address that must not stand in a link or a form."""

    code = "unsafeAddress"


def checked_address(address: str) -> str:
    """Give back an address that leads somewhere: a path of this service or an absolute URI.

    Raises UnsafeAddress for what a browser would run (`javascript:`), for `//host` and for
    addresses with spaces, backslashes or control characters, which browsers repair by guessing.
    """
    scheme = _SCHEME.match(address)
    path = address.startswith("/") and not address.startswith("//")
    somewhere = scheme is not None and scheme[1].lower() not in RUN_BY_BROWSER
    if _NOT_IN_ADDRESS.search(address) or not (path or somewhere):
        raise UnsafeAddress(
            f"a page may link to a path or an absolute address, not to `{address[:80]}`"
        )
    return address


@dataclass(frozen=True, slots=True)
class Post:
    """A form: where it is posted and the hidden values that come back (transaction, CSRF token)."""

    action: str
    hidden: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse an address that a browser would run."""
        checked_address(self.action)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that only shows another page: nothing changes by following it."""

    address: str

    def __post_init__(self) -> None:
        """Refuse an address that a browser would run."""
        checked_address(self.address)


Way = Post | Link
"""One way on from a page: a form with a button, or a link."""


class Method(StrEnum):
    """A way to prove who you are, as the pages name it (`method.*` in the texts)."""

    PASSWORD = "password"  # noqa: S105  # a name, not a secret
    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"
    ACCESS_PASS = "access_pass"  # noqa: S105  # a name, not a secret


REGISTRABLE = (Method.TOTP, Method.PASSKEY, Method.RECOVERY_CODE)
"""The methods a person adds alone; a password is changed, an access pass is given."""


@dataclass(frozen=True, slots=True)
class MethodOption:
    """A method on offer and the form that takes it; `name` tells two of a kind apart."""

    method: Method
    form: Post
    name: str | None = None


@dataclass(frozen=True, slots=True)
class PasskeyRequest:
    """What the browser is asked for: the form that takes the answer and WebAuthn's options.

    `options` is the JSON text of PublicKeyCredentialRequestOptionsJSON or …CreationOptionsJSON;
    the answer comes back as JSON in the field `passkey` (WebAuthn Level 3, 5.1).
    """

    form: Post
    options: str


class Problem(StrEnum):
    """Why a step asks again (`problem.*` in the texts).

    SIGN_IN_FAILED is the one answer to an unknown name, a wrong password and a locked or disabled
    account: which it was stands in the sign-in log only (ASVS 6.3.8).
    """

    LOGIN_MISSING = "login_missing"
    LOGIN_MALFORMED = "login_malformed"
    PASSWORD_MISSING = "password_missing"  # noqa: S105  # a name, not a secret
    SIGN_IN_FAILED = "sign_in_failed"
    CODE_MISSING = "code_missing"
    CODE_WRONG = "code_wrong"
    CODE_USED = "code_used"
    REGISTRATION_CODE_WRONG = "registration_code_wrong"
    RECOVERY_CODE_WRONG = "recovery_code_wrong"
    ACCESS_PASS_WRONG = "access_pass_wrong"  # noqa: S105  # a name, not a secret
    PASSKEY_FAILED = "passkey_failed"
    PASSKEY_UNKNOWN = "passkey_unknown"
    PASSKEY_UNVERIFIED = "passkey_unverified"
    PASSKEY_KNOWN = "passkey_known"
    METHOD_TOO_WEAK = "method_too_weak"
    TOO_MANY_TRIES = "too_many_tries"
    PASSWORD_SHORT = "password_short"  # noqa: S105  # a name, not a secret
    PASSWORD_LONG = "password_long"  # noqa: S105  # a name, not a secret
    PASSWORD_COMMON = "password_common"  # noqa: S105  # a name, not a secret
    PASSWORD_SAME = "password_same"  # noqa: S105  # a name, not a secret
    PASSWORD_REPEAT = "password_repeat"  # noqa: S105  # a name, not a secret
    USER_CODE_MISSING = "user_code_missing"
    USER_CODE_WRONG = "user_code_wrong"
    USER_CODE_TOO_MANY = "user_code_too_many"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A problem with the values its sentence names, such as `{"length": "8"}`."""

    problem: Problem
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What every page shows: the organization's name, once it is known."""

    template: ClassVar[str]

    tenant: str | None = None

    @property
    def script(self) -> str | None:
        """Name the one script that the page loads."""
        return None

    @property
    def form_targets(self) -> tuple[str, ...]:
        """Addresses outside this service that a form of this page posts to."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Page):
    """A page that asks for one thing: for which app, from whom, and why again."""

    app: str | None = None
    account: str | None = None
    refusal: Refusal | None = None
    another_way: Way | None = None
    switch_account: Way | None = None
