"""What one policy still wants: its own AND or OR over its controls."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.oracle.controls import ASK, FAIL, INTERACTIVE_STEPS, MET, STEPS, Standing, standings
from tests.oracle.shapes import Json, part, texts
from tests.oracle.sign_in import SignIn


@dataclass(frozen=True, slots=True)
class Wanted:
    """The controls of one policy in one sign-in, and what of them is still open."""

    blocks: bool
    operator: str
    controls: tuple[Standing, ...]

    @property
    def is_satisfied(self) -> bool:
        return not self.blocks and not self.open

    @property
    def open(self) -> tuple[Standing, ...]:
        """What has to happen before the policy is satisfied; for OR the one thing asked next."""
        unmet = [control for control in self.controls if control.state != MET]
        if self.operator == "AND" or not self.controls:
            return tuple(unmet)
        if len(unmet) < len(self.controls):
            return ()
        asked = [control for control in unmet if control.state == ASK]
        if asked:
            return (min(asked, key=step_number),)
        return (_all_shut(unmet),)

    @property
    def is_satisfied_without_terms(self) -> bool:
        """The same, had no terms of use been accepted."""
        undone = tuple(
            Standing(one.step, ASK) if one.step == "termsOfUse" else one for one in self.controls
        )
        return Wanted(self.blocks, self.operator, undone).is_satisfied


def wanted(policy: Json, sign_in: SignIn, *, keeps_strength: bool) -> Wanted:
    """What the policy wants of this sign-in."""
    controls = part(policy, "grantControls")
    return Wanted(
        blocks="block" in texts(controls, "builtInControls"),
        operator=str(controls.get("operator") or "OR").upper(),
        controls=tuple(standings(policy, sign_in, keeps_strength=keeps_strength)),
    )


def report_only_result(grants: Wanted, *, must_reauthenticate: bool) -> str | None:
    """The logged result of a policy in report-only; None where the pages leave it open."""
    if grants.blocks:
        return "reportOnlyFailure"
    if grants.is_satisfied:
        return "reportOnlyInterrupted" if must_reauthenticate else "reportOnlySuccess"
    open_controls = grants.open
    if all(control.state == ASK for control in open_controls):
        return "reportOnlyInterrupted"
    shut = [control for control in open_controls if control.state == FAIL]
    if grants.operator == "OR":
        shut = [control for control in grants.controls if control.state == FAIL]
        is_plain = not any(control.step in INTERACTIVE_STEPS for control in shut)
    else:
        is_plain = any(control.step not in INTERACTIVE_STEPS for control in shut)
    # An MFA that this client or user cannot do is an interactive control and yet no prompt:
    # "user action required" and "failure" can both be read out of the page.
    return "reportOnlyFailure" if is_plain else None


def step_number(standing: Standing) -> int:
    return STEPS.index(standing.step)


def codes_of(controls: Iterable[Standing]) -> tuple[int, ...] | None:
    """Every code that may stand for these controls; None as soon as one has none written down."""
    found: list[int] = []
    for control in controls:
        if control.codes is None:
            return None
        found += control.codes
    return tuple(dict.fromkeys(found))


def _all_shut(unmet: list[Standing]) -> Standing:
    """An OR none of whose controls can be met: it fails at its first step, with any code."""
    first = min(unmet, key=step_number)
    return Standing(first.step, FAIL, codes=codes_of(sorted(unmet, key=step_number)))
