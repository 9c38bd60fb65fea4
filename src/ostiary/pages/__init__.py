"""The pages of the sign-in service: what each shows (a value) and how it becomes HTML.

A page is a frozen dataclass; `render` turns it into a document and `security_headers` says which
headers go with it. Nothing here decides anything, knows a database or imports a web framework.
"""

from ostiary.pages.assets import Asset, asset_answer, assets
from ostiary.pages.device import DeviceCode, DeviceConfirmation, DeviceFinished
from ostiary.pages.endings import (
    Blocked,
    Error,
    FormPost,
    NotFound,
    Reference,
    SignedOut,
    SignOutConfirmation,
)
from ostiary.pages.headers import security_headers
from ostiary.pages.parts import (
    REGISTRABLE,
    Link,
    Method,
    MethodOption,
    Page,
    PasskeyRequest,
    Post,
    Problem,
    Refusal,
    UnsafeAddress,
    Way,
)
from ostiary.pages.permissions import Consent, Permission, TermsOfUse
from ostiary.pages.registration import (
    EnrolmentFinished,
    LinkOver,
    PasswordChange,
    PasswordChangeReason,
    RecoveryCodes,
    RegisterChoice,
    RegisterPasskey,
    RegisterTotp,
)
from ostiary.pages.rendering import render
from ostiary.pages.security_info import Notice, RegisteredMethod, SecurityInfo
from ostiary.pages.steps import (
    AccountTile,
    Login,
    MethodChoice,
    Passkey,
    Password,
    PickAccount,
    RecoveryCode,
    StaySignedIn,
    TemporaryAccessPass,
    TotpCode,
)
from ostiary.pages.texts import Texts, languages, texts_for, texts_in

__all__ = [
    "REGISTRABLE",
    "AccountTile",
    "Asset",
    "Blocked",
    "Consent",
    "DeviceCode",
    "DeviceConfirmation",
    "DeviceFinished",
    "EnrolmentFinished",
    "Error",
    "FormPost",
    "Link",
    "LinkOver",
    "Login",
    "Method",
    "MethodChoice",
    "MethodOption",
    "NotFound",
    "Notice",
    "Page",
    "Passkey",
    "PasskeyRequest",
    "Password",
    "PasswordChange",
    "PasswordChangeReason",
    "Permission",
    "PickAccount",
    "Post",
    "Problem",
    "RecoveryCode",
    "RecoveryCodes",
    "Reference",
    "Refusal",
    "RegisterChoice",
    "RegisterPasskey",
    "RegisterTotp",
    "RegisteredMethod",
    "SecurityInfo",
    "SignOutConfirmation",
    "SignedOut",
    "StaySignedIn",
    "TemporaryAccessPass",
    "TermsOfUse",
    "Texts",
    "TotpCode",
    "UnsafeAddress",
    "Way",
    "asset_answer",
    "assets",
    "languages",
    "render",
    "security_headers",
    "texts_for",
    "texts_in",
]
