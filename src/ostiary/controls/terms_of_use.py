"""*Terms of use*."""

from __future__ import annotations

from ostiary.controls.base import MET, GrantControl, prompt, refused
from ostiary.controls.block import BLOCKED
from ostiary.controls.visitor import visitor
from ostiary.model.decision import Judgement
from ostiary.model.directory import Agreement, Directory
from ostiary.model.json_types import JsonObject, as_strings
from ostiary.model.lookup import Lookup
from ostiary.model.policy import Requirement
from ostiary.model.signin import AcceptedTerms, Device, SignIn

NOT_ACCEPTED = 50158


class TermsOfUse(GrantControl):
    """One agreement the user has accepted, lately enough, and on this device if so set.

    Accepted on day 0, an agreement with re-acceptance after n days has expired on day n
    (entra-docs conditional-access/terms-of-use).
    """

    key = "termsOfUse"
    title = "Terms of use"
    log_word = "TermsOfUse"
    interactive = True
    built_in = False
    lookup = Lookup.AGREEMENT
    several = True

    def requirements(self, grant: JsonObject) -> tuple[Requirement, ...]:
        """Read the agreements; each is a demand of its own."""
        return tuple(
            Requirement(self.key, each.casefold()) for each in as_strings(grant.get(self.key))
        )

    def name(self, argument: str, directory: Directory) -> str:
        """Name the agreement."""
        agreement = directory.agreements.get(argument)
        return f"{self.title} `{agreement.display_name if agreement else argument}`"

    def judge(self, argument: str, sign_in: SignIn, directory: Directory) -> Judgement:
        """Look for an acceptance that still counts."""
        if visitor(sign_in, directory).direct_connect:
            return refused(BLOCKED, "terms of use are not supported for direct connect users")
        agreement = directory.agreements.get(argument)
        if agreement is None:
            why = f"terms of use `{argument}` are not in the export, nor how long they hold"
            return prompt(self.key, NOT_ACCEPTED, why)
        device_id = sign_in.device.get("deviceid") if isinstance(sign_in.device, Device) else None
        accepted = sign_in.proofs.accepted_terms
        if any(_counts(each, agreement, device_id) for each in accepted):
            return MET
        return prompt(self.key, NOT_ACCEPTED, f"terms of use `{agreement.display_name}` are open")


def _counts(accepted: AcceptedTerms, agreement: Agreement, device_id: object) -> bool:
    if accepted.agreement_id != agreement.id:
        return False
    if agreement.reaccept_days is not None and accepted.days_ago >= agreement.reaccept_days:
        return False
    if not agreement.per_device:
        return True
    return accepted.device_id is not None and accepted.device_id == device_id
