"""Sample pages about one's own account: registration, passwords, permissions, security info."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TypedDict

from ostiary.pages import (
    Consent,
    EnrolmentFinished,
    Link,
    LinkOver,
    Method,
    MethodOption,
    Notice,
    Page,
    PasskeyRequest,
    PasswordChange,
    PasswordChangeReason,
    Permission,
    Post,
    Problem,
    RecoveryCodes,
    Refusal,
    RegisterChoice,
    RegisteredMethod,
    RegisterPasskey,
    RegisterTotp,
    SecurityInfo,
    TermsOfUse,
)

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CREATE_OPTIONS = json.dumps(
    {
        "rp": {"id": "localhost", "name": "Contoso"},
        "user": {
            "id": "YWxpY2Utd2l0aC1hLWhhbmRsZQ",
            "name": "alice@contoso.example",
            "displayName": "Alice Archer",
        },
        "challenge": "c2FtcGxlIGNoYWxsZW5nZSBvZiB0aGUgZ2FsbGVyeQ",
        "pubKeyCredParams": [
            {"type": "public-key", "alg": -7},
            {"type": "public-key", "alg": -257},
        ],
        "timeout": 60000,
        "excludeCredentials": [],
        "authenticatorSelection": {"residentKey": "required", "userVerification": "required"},
        "attestation": "none",
    }
)
PERMISSIONS = (
    Permission("Sign you in and read your profile", "Your name and your address.", "User.Read"),
    Permission(
        "Keep access to what you have given it access to",
        "It can go on when you are not using it, until you take this back.",
        "offline_access",
    ),
    Permission("Read all groups", "Names and members of all groups you can see.", "Group.Read.All"),
)
TERMS = tuple(
    f"{number}. Use this service only for the work you were given access for. Do not share what "
    "you sign in with. What you do here is recorded, and the record is kept for a year. "
    "Report a lost device at once."
    for number in range(1, 9)
)


class Who(TypedDict):
    """For whom a step is, as keyword arguments."""

    tenant: str
    account: str


STEP = Who(tenant="Contoso", account="alice@contoso.example")


def account_samples(form: Post, refuse: Post, when: datetime) -> dict[str, Page]:
    """Give the pages by name, with the forms of the gallery."""
    return {
        **_registration(form),
        **_passwords(form),
        **_agreements(form, refuse),
        **_security_info(form, when),
    }


def _registration(form: Post) -> dict[str, Page]:
    options = tuple(MethodOption(each, form) for each in (Method.TOTP, Method.PASSKEY))
    uri = f"otpauth://totp/Contoso:alice%40contoso.example?secret={SEED}&issuer=Contoso"
    return {
        "register-choice": RegisterChoice(options=options, later=Link("/later"), **STEP),
        "register-choice-now": RegisterChoice(
            options=options, refusal=Refusal(Problem.METHOD_TOO_WEAK)
        ),
        "register-totp": RegisterTotp(
            form=form, uri=uri, secret=SEED, cancel=Link("/cancel"), **STEP
        ),
        "register-totp-refused": RegisterTotp(
            form=form, uri=uri, secret=SEED, refusal=Refusal(Problem.REGISTRATION_CODE_WRONG)
        ),
        "register-passkey": RegisterPasskey(
            passkey=PasskeyRequest(form, CREATE_OPTIONS),
            passkey_name="Chrome on Linux",
            cancel=form,
            **STEP,
        ),
        "register-passkey-refused": RegisterPasskey(
            passkey=PasskeyRequest(form, CREATE_OPTIONS),
            refusal=Refusal(Problem.PASSKEY_KNOWN),
            **STEP,
        ),
        "recovery-codes": RecoveryCodes(
            form=form, codes=tuple(f"K7QF-2M9X-TB4{n}-WH8C" for n in range(10)), **STEP
        ),
    }


def _passwords(form: Post) -> dict[str, Page]:
    return {
        "password-change": PasswordChange(
            form=form,
            reason=PasswordChangeReason.OWN_WISH,
            minimum=8,
            cancel=Link("/security-info"),
            **STEP,
        ),
        "password-change-present": PasswordChange(
            form=form,
            reason=PasswordChangeReason.POLICY,
            minimum=8,
            refusal=Refusal(Problem.SIGN_IN_FAILED),
            **STEP,
        ),
        "password-change-short": PasswordChange(
            form=form,
            reason=PasswordChangeReason.POLICY,
            minimum=15,
            refusal=Refusal(Problem.PASSWORD_SHORT, {"length": "15"}),
            **STEP,
        ),
        "password-change-enrolment": PasswordChange(
            form=form,
            reason=PasswordChangeReason.ENROLMENT,
            minimum=8,
            ask_present=False,
            **STEP,
        ),
        "enrolment-finished": EnrolmentFinished(
            tenant="Contoso", security_info=Link("/account/methods")
        ),
        "link-over": LinkOver(tenant="Contoso", sign_in=Link("/account/methods")),
        "password-change-repeat": PasswordChange(
            form=form,
            reason=PasswordChangeReason.FIRST_SIGN_IN,
            minimum=8,
            ask_present=False,
            refusal=Refusal(Problem.PASSWORD_REPEAT),
            **STEP,
        ),
    }


def _agreements(form: Post, refuse: Post) -> dict[str, Page]:
    return {
        "terms-of-use": TermsOfUse(
            form=form, decline=refuse, name="Acceptable use", paragraphs=TERMS, **STEP
        ),
        "terms-of-use-short": TermsOfUse(
            form=form, decline=refuse, name="شروط الاستخدام", paragraphs=("لا تشارك كلمة المرور.",)
        ),
        "consent": Consent(
            form=form,
            refuse=refuse,
            client="Expense reports",
            publisher="Contoso Finance",
            destination="expenses.contoso.example",
            permissions=PERMISSIONS,
            **STEP,
        ),
        "consent-administrator": Consent(
            form=form,
            refuse=refuse,
            client="My new app",
            permissions=PERMISSIONS[:1],
            for_everyone=True,
            **STEP,
        ),
    }


def _security_info(form: Post, when: datetime) -> dict[str, Page]:
    methods = (
        RegisteredMethod(
            method=Method.PASSWORD, added=when, change=Link("/security-info/password")
        ),
        RegisteredMethod(
            method=Method.PASSKEY, name="Work laptop", added=when, last_used=when, remove=form
        ),
        RegisteredMethod(method=Method.TOTP, name="هاتف العمل", added=when, remove=form),
        RegisteredMethod(method=Method.RECOVERY_CODE, left=7, remove=form),
        RegisteredMethod(method=Method.ACCESS_PASS),
    )
    add = tuple(
        MethodOption(each, form) for each in (Method.PASSKEY, Method.TOTP, Method.RECOVERY_CODE)
    )
    return {
        "security-info": SecurityInfo(
            tenant="Contoso",
            account="alice@contoso.example",
            name="Alice Archer",
            methods=methods,
            add=add,
            notice=Notice.METHOD_ADDED,
            end_sessions=form,
            sign_out=Link("/sign-out"),
        ),
        "security-info-refused": SecurityInfo(
            account="alice@contoso.example",
            methods=methods[:1],
            add=add[:1],
            refusal=Refusal(Problem.PASSKEY_FAILED),
            end_sessions=form,
        ),
        "security-info-closed": SecurityInfo(
            account="alice@contoso.example", methods=methods[:1], add=(), sign_out=form
        ),
    }
