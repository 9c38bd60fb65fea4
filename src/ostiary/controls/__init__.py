"""The controls of Conditional Access: grant controls in the order they are asked, session controls.

Order of grant controls: entra-docs conditional-access/concept-conditional-access-policies.
"""

from __future__ import annotations

from ostiary.controls.app_protection import AppProtection
from ostiary.controls.approved_app import ApprovedApp
from ostiary.controls.authentication_strength import AuthenticationStrength
from ostiary.controls.base import GrantControl, SessionControl
from ostiary.controls.block import Block
from ostiary.controls.compliant_device import CompliantDevice
from ostiary.controls.custom_factors import CustomFactors
from ostiary.controls.hybrid_joined import HybridJoinedDevice
from ostiary.controls.mfa import Mfa
from ostiary.controls.not_understood import NotUnderstood
from ostiary.controls.password_change import PasswordChange, RiskRemediation
from ostiary.controls.session_switches import (
    AppControl,
    AppEnforcedRestrictions,
    ContinuousAccessEvaluation,
    PersistentBrowser,
    ResilienceDefaults,
    SecurityProfile,
    TokenProtection,
)
from ostiary.controls.sign_in_frequency import SignInFrequency
from ostiary.controls.terms_of_use import TermsOfUse

GRANT_CONTROLS: tuple[GrantControl, ...] = (
    Block(),
    Mfa(),
    AuthenticationStrength(),
    CompliantDevice(),
    HybridJoinedDevice(),
    ApprovedApp(),
    AppProtection(),
    PasswordChange(),
    RiskRemediation(),
    TermsOfUse(),
    CustomFactors(),
    NotUnderstood(),
)
SESSION_CONTROLS: tuple[SessionControl, ...] = (
    AppEnforcedRestrictions(),
    AppControl(),
    SignInFrequency(),
    PersistentBrowser(),
    TokenProtection(),
    ResilienceDefaults(),
    ContinuousAccessEvaluation(),
    SecurityProfile(),
)

__all__ = ["GRANT_CONTROLS", "SESSION_CONTROLS", "GrantControl", "SessionControl"]
