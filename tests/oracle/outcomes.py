"""What happens now: granted, asked or blocked, and what is logged of each policy."""

from dataclasses import dataclass

from tests.oracle.controls import ASK, FAIL, Standing
from tests.oracle.grants import Wanted, codes_of, report_only_result, step_number
from tests.oracle.sign_in import SignIn
from tests.oracle.verdicts import REPORT_ONLY, Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens now; `codes` None where no page names one, `asks` in the order found."""

    kind: str
    codes: tuple[int, ...] | None
    asks: tuple[str, ...] = ()
    step: int | None = None


def outcome_of(enforced: list[Verdict], sign_in: SignIn) -> Outcome:
    """Block first, then the grant controls in their order, then sign-in frequency."""
    wants = [verdict.wants for verdict in enforced if verdict.wants is not None]
    if any(one.blocks for one in wants):
        return Outcome("block", (53003,), step=_first_step(wants))
    open_controls = [control for one in wants for control in one.open]
    if open_controls:
        return _first_open(open_controls)
    if any(verdict.must_reauthenticate for verdict in enforced):
        codes = (70043,) if sign_in.at_token_endpoint else None
        return Outcome("interrupt", codes, ("reauthenticate",))
    return Outcome("grant", (0,))


def _first_open(controls: list[Standing]) -> Outcome:
    """The earliest step decides; what cannot be had there wins over what can be asked."""
    step = min(map(step_number, controls))
    now = [control for control in controls if step_number(control) == step]
    shut = [control for control in now if control.state == FAIL]
    if shut:
        return Outcome("block", codes_of(shut), step=step)
    asks = tuple(dict.fromkeys(control.challenge for control in now))
    return Outcome("interrupt", codes_of(now), asks, step)


def _first_step(wants: list[Wanted]) -> int | None:
    return min((step_number(c) for one in wants for c in one.open), default=None)


def result_of(
    verdict: Verdict, outcome: Outcome, enforced: list[Verdict], sign_in: SignIn
) -> str | None:
    """The logged result; None where the pages leave it open."""
    state = verdict.policy["state"]
    if state == "disabled":
        return "notEnabled"
    if verdict.wants is None:
        return "notApplied" if state == "enabled" else "reportOnlyNotApplied"
    wants = verdict.wants
    if wants.is_satisfied and not wants.is_satisfied_without_terms and outcome.step == 0:
        # MFA is validated before terms of use: until it is done, the terms count as open
        # (semantics 2, "MFA + ToU logging"). Written for an MFA prompt in enabled policies only.
        plain = state == "enabled" and _waits_for_mfa(outcome, enforced, sign_in)
        return "failure" if plain else None
    if state == REPORT_ONLY:
        return report_only_result(wants, must_reauthenticate=verdict.must_reauthenticate)
    return "success" if wants.is_satisfied and not verdict.must_reauthenticate else "failure"


def _waits_for_mfa(outcome: Outcome, enforced: list[Verdict], sign_in: SignIn) -> bool:
    if outcome.kind != "interrupt" or sign_in.fact("mfaSatisfied", False):
        return False
    asked = [c for v in enforced if v.wants for c in v.wants.open if c.state == ASK]
    return any(control.challenge in ("mfa", "mfaRegistration") for control in asked)
