"""Every page with sample values, in every state: refused, long names, right to left, empty."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TypedDict

from ostiary.pages import (
    AccountTile,
    Blocked,
    DeviceCode,
    DeviceConfirmation,
    DeviceFinished,
    Error,
    FormPost,
    Link,
    Login,
    Method,
    MethodChoice,
    MethodOption,
    NotFound,
    Page,
    Passkey,
    PasskeyRequest,
    Password,
    PickAccount,
    Post,
    Problem,
    RecoveryCode,
    Reference,
    Refusal,
    SignedOut,
    SignOutConfirmation,
    StaySignedIn,
    TemporaryAccessPass,
    TotpCode,
)
from tests.pages.samples_account import Who, account_samples

TENANT = "Contoso"
ALICE = "alice@contoso.example"
AZURE = "Microsoft Azure CLI"
WHEN = datetime(2026, 11, 22, 14, 3, 22, tzinfo=UTC)
FORM = Post("/post", (("transaction", "tx-4711"), ("csrf", "c5f-0815")))
REFUSE = Post("/post", (("transaction", "tx-4711"), ("csrf", "c5f-0815"), ("decision", "refuse")))
CHOOSE = Link("/choose?transaction=tx-4711")
SWITCH = Link("/switch?transaction=tx-4711")

LONG_TENANT = "The Very Long Name of an International Organization for Testing Layouts Ltd."
LONG_NAME = (
    "bartholomew.maximilian.featherstonehaugh-cholmondeley" * 2 + "@" + "sub" * 20 + ".example"
)
LONG_APP = "Enterprise Resource Planning and Procurement Portal (Production, Western Europe, 2026)"
ARABIC_TENANT = "شركة كونتوسو للتجارة"
ARABIC_APP = "بوابة الموظفين"

ASK = PasskeyRequest(
    FORM,
    json.dumps(
        {
            "challenge": "c2FtcGxlIGNoYWxsZW5nZSBvZiB0aGUgZ2FsbGVyeQ",
            "rpId": "localhost",
            "timeout": 60000,
            "userVerification": "required",
            "allowCredentials": [],
        }
    ),
)
BLOCKED_AT = Reference(
    code=53003,
    request_id="6f1ed0a2-51f5-4c3c-9b2b-0f0f5d3a4b00",
    correlation_id="0a1f7c3e-8f5f-4a51-9a37-5d1f5a0f7c11",
    time=WHEN,
    address="2001:db8:85a3::8a2e:370:7334",
    app=AZURE,
    account=ALICE,
    place="Iceland",
    platform="Linux",
)
BARE = Reference(
    code=900144,
    request_id="6f1ed0a2-51f5-4c3c-9b2b-0f0f5d3a4b00",
    correlation_id="0a1f7c3e-8f5f-4a51-9a37-5d1f5a0f7c11",
    time=WHEN,
    address="198.51.100.7",
)
METHODS = (
    MethodOption(Method.TOTP, FORM, "Pixel 9"),
    MethodOption(Method.PASSKEY, FORM),
    MethodOption(Method.RECOVERY_CODE, FORM),
    MethodOption(Method.ACCESS_PASS, FORM),
    MethodOption(Method.PASSWORD, FORM),
)


class _For(TypedDict):
    tenant: str
    app: str


def samples(back: str = "https://app.example:8400/callback") -> dict[str, Page]:
    """Give every page by name; `back` is the address of the app that answers go to."""
    returned = Post(back, (("error", "access_denied"), ("state", 'a"b&c<d>')))
    return {
        **_first_steps(),
        **_proofs(),
        **_devices(),
        **account_samples(FORM, REFUSE, WHEN),
        **_endings(returned),
    }


def _first_steps() -> dict[str, Page]:
    long = _For(tenant=LONG_TENANT, app=LONG_APP)
    return {
        "login": Login(form=FORM, tenant=TENANT, app=AZURE),
        "login-first": Login(form=FORM),
        "login-passkey": Login(form=FORM, tenant=TENANT, app=AZURE, login=ALICE, passkey=ASK),
        "login-refused": Login(
            form=FORM,
            tenant=TENANT,
            app=AZURE,
            login="alice",
            refusal=Refusal(Problem.LOGIN_MALFORMED),
            passkey=ASK,
        ),
        "login-long": Login(form=FORM, login=LONG_NAME, **long),
        "login-arabic": Login(form=FORM, tenant=ARABIC_TENANT, app=ARABIC_APP),
        "password": Password(
            form=FORM, tenant=TENANT, app=AZURE, account=ALICE, switch_account=SWITCH
        ),
        "password-refused": Password(
            form=FORM,
            tenant=TENANT,
            app=AZURE,
            account=ALICE,
            refusal=Refusal(Problem.SIGN_IN_FAILED),
            another_way=CHOOSE,
            switch_account=SWITCH,
        ),
        "password-long": Password(form=FORM, account=LONG_NAME, another_way=CHOOSE, **long),
        "pick-account": PickAccount(
            tenant=TENANT,
            app=AZURE,
            accounts=(
                AccountTile(login=ALICE, form=FORM, name="Alice Archer", signed_in=True),
                AccountTile(login="admin@contoso.example", form=FORM),
                AccountTile(login=LONG_NAME, form=FORM, name="مدير النظام"),
            ),
            another_account=REFUSE,
        ),
        "pick-account-one": PickAccount(
            accounts=(AccountTile(login=ALICE, form=FORM),), another_account=SWITCH
        ),
        "stay-signed-in": StaySignedIn(form=FORM, refuse=REFUSE, tenant=TENANT, account=ALICE),
    }


def _proofs() -> dict[str, Page]:
    step = Who(tenant=TENANT, account=ALICE)
    return {
        "method-choice": MethodChoice(options=METHODS, app=AZURE, switch_account=SWITCH, **step),
        "method-choice-refused": MethodChoice(
            options=METHODS[1:2], refusal=Refusal(Problem.METHOD_TOO_WEAK), **step
        ),
        "totp-code": TotpCode(form=FORM, app=AZURE, another_way=CHOOSE, **step),
        "totp-code-refused": TotpCode(
            form=FORM,
            refusal=Refusal(Problem.CODE_USED),
            another_way=REFUSE,
            switch_account=SWITCH,
            **step,
        ),
        "passkey": Passkey(passkey=ASK, another_way=CHOOSE, **step),
        "passkey-refused": Passkey(
            passkey=ASK, another_way=CHOOSE, refusal=Refusal(Problem.PASSKEY_UNVERIFIED), **step
        ),
        "recovery-code": RecoveryCode(form=FORM, another_way=CHOOSE, **step),
        "recovery-code-refused": RecoveryCode(
            form=FORM, refusal=Refusal(Problem.RECOVERY_CODE_WRONG), **step
        ),
        "access-pass": TemporaryAccessPass(form=FORM, another_way=CHOOSE, **step),
        "access-pass-refused": TemporaryAccessPass(
            form=FORM, refusal=Refusal(Problem.ACCESS_PASS_WRONG), **step
        ),
    }


def _devices() -> dict[str, Page]:
    return {
        "device-code": DeviceCode(form=FORM, tenant=TENANT),
        "device-code-refused": DeviceCode(
            form=FORM, user_code="ABCD-EFGH", refusal=Refusal(Problem.USER_CODE_WRONG)
        ),
        "device-confirmation": DeviceConfirmation(
            form=FORM,
            refuse=REFUSE,
            tenant=TENANT,
            account=ALICE,
            client=AZURE,
            user_code="BCDFGHJKL",
            address="198.51.100.7",
            asked_at=WHEN,
            place="Reykjavík, Iceland",
        ),
        "device-confirmation-unknown": DeviceConfirmation(
            form=FORM,
            refuse=REFUSE,
            client=LONG_APP,
            user_code="BCDFGHJKL",
            address="2001:db8:85a3::8a2e:370:7334",
            asked_at=WHEN,
        ),
        "device-finished": DeviceFinished(tenant=TENANT, client=AZURE, approved=True),
        "device-refused": DeviceFinished(tenant=TENANT, client=AZURE, approved=False),
    }


def _endings(returned: Post) -> dict[str, Page]:
    return {
        "blocked": Blocked(
            tenant=TENANT,
            policies=("CA104 - Azure management: block outside the office",),
            reference=BLOCKED_AT,
            return_to=returned,
            switch_account=SWITCH,
        ),
        "blocked-several": Blocked(
            tenant=LONG_TENANT,
            policies=("Block legacy", "سياسة حظر المواقع", "X" * 256),
            reference=BARE,
            return_to=Link(returned.action + "?error=access_denied&state=1"),
        ),
        "blocked-no-return": Blocked(policies=("Block everything",), reference=BARE),
        "error": Error(
            description="AADSTS50011: The redirect URI 'https://evil.example/' specified in the "
            "request does not match the redirect URIs configured for the application.",
            reference=BARE,
            start_again=Link("/"),
        ),
        "error-return": Error(
            tenant=TENANT,
            description="AADSTS65004: User declined to consent to access the app.",
            reference=BLOCKED_AT,
            return_to=returned,
        ),
        "not-found": NotFound(tenant=TENANT, security_info=Link("/account/methods")),
        "form-post": FormPost(
            tenant=TENANT,
            app=AZURE,
            form=Post(returned.action, (("code", "0.AX"), ("submit", "x"), *returned.hidden)),
        ),
        "form-post-nameless": FormPost(form=returned),
        "sign-out-confirmation": SignOutConfirmation(
            form=FORM, tenant=TENANT, account=ALICE, stay=Link("/")
        ),
        "sign-out-unknown": SignOutConfirmation(form=FORM),
        "signed-out": SignedOut(
            tenant=TENANT, app=AZURE, return_to=Link(returned.action), sign_in=Link("/login")
        ),
        "signed-out-bare": SignedOut(return_to=Link(returned.action)),
        "signed-out-nowhere": SignedOut(),
    }
