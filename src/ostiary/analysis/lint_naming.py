"""Pitfalls of names. They are looked for only where a naming standard was chosen."""

from __future__ import annotations

from collections import defaultdict

from ostiary.analysis.lint_pitfall import Finds, Found, Pitfall, Severity
from ostiary.analysis.lint_subject import Subject
from ostiary.model.policy import Policy


class NameOutsideStandard(Pitfall):
    """A name that does not follow the chosen standard."""

    code = "OST901"
    name = "name-outside-standard"
    severity = Severity.NOTE
    title = "A policy's name does not follow the naming standard"
    why = (
        "Names are all that a sign-in log and a person in a hurry see of a policy. Policies have "
        "no owner field: who it is for and what it asks has to stand in the name."
    )
    fix = "rename the policy"
    source = "entra-docs conditional-access/plan-conditional-access (naming standards)"

    def look(self, subject: Subject) -> Finds:
        """Compare every name with the standard."""
        standard = subject.naming
        if standard is None:
            return
        for _, policy in subject.every:
            if standard.expression.fullmatch(policy.display_name) is None:
                yield Found(
                    f"the name does not follow `{standard.pattern}`",
                    (policy,),
                    f"rename it in the manner of `{standard.example}`",
                )


class NumberTwice(Pitfall):
    """Two policies with one number."""

    code = "OST902"
    name = "number-used-twice"
    severity = Severity.NOTE
    title = "Several policies have the same number"
    why = "People speak of policies by their numbers; one number for two policies misleads them."
    fix = "give each policy a number of its own"
    source = NameOutsideStandard.source

    def look(self, subject: Subject) -> Finds:
        """Collect the policies of each number."""
        if subject.naming is None:
            return
        numbered: dict[int, list[Policy]] = defaultdict(list)
        for _, policy in subject.every:
            number = subject.naming.number_in(policy.display_name)
            if number is not None:
                numbered[int(number)].append(policy)
        for number, policies in sorted(numbered.items()):
            if len(policies) > 1:
                yield Found(f"{len(policies)} policies have the number {number}", tuple(policies))


PITFALLS: tuple[Pitfall, ...] = (NameOutsideStandard(), NumberTwice())
