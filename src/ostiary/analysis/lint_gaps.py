"""Gaps that a single sign-in shows: each pitfall tries one probe on the policies that are on."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from ostiary.analysis.lint_pitfall import Finds, Found, Pitfall, Severity
from ostiary.analysis.lint_probes import Probe, probes
from ostiary.analysis.lint_subject import Subject
from ostiary.analysis.lint_words import counted, with_state
from ostiary.model.policy import Policy
from ostiary.model.signin import TokenGrant


def closers(subject: Subject, probe: Probe) -> int:
    """Give the policies that are not on and would stop the probe on every platform."""
    trial = subject.try_out(probe.anywhere)
    return trial.open & trial.must & ~subject.acting


def _enough_was_read(subject: Subject) -> bool:
    """Whether most policies are known: of the others nobody can tell what they would stop."""
    return len(subject.policies.policies) > len(subject.refused)


class _Gap(Pitfall):
    """A probe that passes. `probe` is its name; `unless` those that, open too, tell enough."""

    probe: ClassVar[str]
    unless: ClassVar[tuple[str, ...]] = ()

    def look(self, subject: Subject) -> Finds:
        """Try the probe."""
        stage = subject.stage
        known = probes(stage)
        trial = subject.try_out(known[self.probe].sign_in)
        if not subject.is_open(trial) or not _enough_was_read(subject):
            return
        if any(subject.is_open(subject.try_out(known[each].sign_in)) for each in self.unless):
            return
        waiting = subject.chosen(closers(subject, known[self.probe]))
        yield self._found(known[self.probe], waiting, subject)

    def _found(self, probe: Probe, waiting: tuple[Policy, ...], subject: Subject) -> Found:
        doubt = ""
        if subject.refused:
            number = counted(len(subject.refused), "policy", "policies")
            doubt = f" ({number} could not be read and may stop it)"
        if not waiting:
            return Found(f"{probe.means}{doubt}")
        fix = f"switch on {with_state(waiting)}, or {self.fix}"
        return Found(f"{probe.means}{doubt}", fix=fix)


class PasswordAlone(_Gap):
    """Members with a password alone."""

    code = "OST211"
    name = "mfa-not-asked-of-everybody"
    severity = Severity.WARNING
    title = "Somebody gets in with a password alone"
    why = (
        "Policies for groups leave out whoever is in none of them: the account that was created "
        "yesterday, and every exception. Passwords are guessed, reused and stolen."
    )
    fix = "require multifactor authentication of all users for all resources"
    source = "entra-docs conditional-access/policy-all-users-mfa-strength"
    probe = "password"


class AdministratorPassword(_Gap):
    """Administrators with a password alone."""

    code = "OST212"
    name = "mfa-not-asked-of-administrators"
    severity = Severity.WARNING
    title = "An administrator gets in with a password alone"
    why = "An administrator's password opens everything."
    fix = "require phishing-resistant multifactor authentication of directory roles"
    source = "entra-docs conditional-access/policy-admin-phish-resistant-mfa"
    probe = "administrator"
    unless = ("password",)


class GuestPassword(_Gap):
    """Guests with a password alone."""

    code = "OST213"
    name = "mfa-not-asked-of-guests"
    severity = Severity.WARNING
    title = "A guest gets in with a password alone"
    why = "A guest's password is as good as the home tenant's care for it, which nobody here sees."
    fix = "require multifactor authentication of guests too"
    source = "entra-docs conditional-access/policy-guests-mfa-strength"
    probe = "guest"
    unless = ("password",)


class LegacyAuthentication(_Gap):
    """Basic authentication."""

    code = "OST214"
    name = "legacy-authentication-not-blocked"
    severity = Severity.WARNING
    title = "Legacy authentication is not blocked"
    why = (
        "Legacy clients cannot show a second factor. Where they are let in, a guessed password is "
        "enough; nearly all password spray goes this way."
    )
    fix = "block the client apps *Exchange ActiveSync clients* and *Other clients* for all users"
    source = "entra-docs conditional-access/policy-block-legacy-authentication"
    probe = "legacy"


class ActiveSync(LegacyAuthentication):
    """Exchange ActiveSync, where only the other legacy clients are blocked."""

    code = "OST215"
    name = "active-sync-not-blocked"
    title = "Exchange ActiveSync with basic authentication is not blocked"
    probe = "activeSync"
    unless = ("legacy",)


class DeviceCodeFlow(_Gap):
    """Device code phishing."""

    code = "OST216"
    name = "device-code-flow-not-handled"
    severity = Severity.WARNING
    title = "The device code flow is open"
    why = (
        "An attacker begins the flow and has the victim enter the code: the victim does the "
        "multifactor authentication, the attacker gets the tokens. No method prevents this."
    )
    fix = (
        "block the authentication flow *Device code flow* for all users, and exclude by group "
        "those who need it"
    )
    source = "entra-docs conditional-access/policy-block-authentication-flows"
    probe = "deviceCode"

    def look(self, subject: Subject) -> Finds:
        """Say nothing where a policy that is on refuses the flow to somebody."""
        handled = any(
            subject.acting >> number & 1
            and "deviceCodeFlow" in subject.named(policy, "authenticationFlows")
            and self._refuses(subject, number)
            for number, policy in subject.every
        )
        return iter(()) if handled else super().look(subject)

    @staticmethod
    def _refuses(subject: Subject, number: int) -> bool:
        sign_in = subject.typical(number)
        if sign_in is None:
            return False
        flow = replace(sign_in, authentication_flow="deviceCodeFlow", grant=TokenGrant.DEVICE_CODE)
        return bool(subject.try_out(flow).refused >> number & 1)


class OpenRegistration(_Gap):
    """The first method, registered by whoever comes first."""

    code = "OST217"
    name = "registration-not-protected"
    severity = Severity.NOTE
    title = "Security information is registered with a password alone"
    why = (
        "Whoever signs in first to an account without a method registers one and owns it from "
        "then on. New and forgotten accounts are taken over this way."
    )
    fix = (
        "require multifactor authentication for the user action *Register security information* "
        "and hand out a Temporary Access Pass"
    )
    source = "entra-docs conditional-access/policy-all-users-security-info-registration"
    probe = "registration"
    unless = ("password",)


GAPS: tuple[Pitfall, ...] = (
    PasswordAlone(),
    AdministratorPassword(),
    GuestPassword(),
    LegacyAuthentication(),
    ActiveSync(),
    DeviceCodeFlow(),
    OpenRegistration(),
)
