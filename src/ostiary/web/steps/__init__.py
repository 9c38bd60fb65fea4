"""The steps of a sign-in in a browser, one file each; the first one that shows is shown."""

from __future__ import annotations

from ostiary.web.steps.access_pass import AccessPassStep
from ostiary.web.steps.account import NameStep, PickStep, SwitchStep
from ostiary.web.steps.another_way import AnotherWayStep
from ostiary.web.steps.change_password import ChangePasswordStep
from ostiary.web.steps.codes import RecoveryCodeStep, TotpStep
from ostiary.web.steps.consent import ConsentStep
from ostiary.web.steps.device import ConfirmDeviceStep, UserCodeStep
from ostiary.web.steps.passkey import PasskeyStep
from ostiary.web.steps.password import PasswordStep
from ostiary.web.steps.register import (
    KeepCodesStep,
    RegisterChoiceStep,
    RegisterPasskeyStep,
    RegisterTotpStep,
)
from ostiary.web.steps.stay import StayStep
from ostiary.web.steps.step import BrowserStep
from ostiary.web.steps.terms import TermsStep

STEPS: tuple[BrowserStep, ...] = (
    UserCodeStep(),
    PickStep(),
    NameStep(),
    SwitchStep(),
    AnotherWayStep(),
    PasswordStep(),
    PasskeyStep(),
    AccessPassStep(),
    TotpStep(),
    RecoveryCodeStep(),
    RegisterTotpStep(),
    RegisterPasskeyStep(),
    RegisterChoiceStep(),
    KeepCodesStep(),
    TermsStep(),
    ChangePasswordStep(),
    ConsentStep(),
    ConfirmDeviceStep(),
    StayStep(),
)
