"""Lockout: can those who must get back in sign in to the admin center and change policies?

An account *can* if some sign-in that can occur is granted both the admin center and Microsoft
Graph, with the methods it has registered. Places, platforms and clients with modern authentication
are its free choice, and it may be asked for whatever it can do on the way: accept terms of use,
change the password. A device, a protected client app or an external control are nothing that an
export tells of: where every way needs one, the answer is that nobody can tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ostiary.analysis.administrators import ADMIN_CENTER, administrators, emergency_accounts
from ostiary.analysis.naming import Names
from ostiary.analysis.prove_results import Judged, Verdict
from ostiary.analysis.targets import Aim
from ostiary.analysis.way_back import Access, WayBack
from ostiary.analysis.world import world_json
from ostiary.conditions.audiences import GRAPH
from ostiary.engine.policyset import PolicySet
from ostiary.model.signin import AuthenticationContext, Resources

MOST_TOLD = 5
"""Other administrators told of where none of them surely gets in."""


@dataclass(frozen=True)
class Lockout(Judged):
    """The answer: every emergency access account, and the other administrators looked at."""

    emergency: tuple[Access, ...]
    others: tuple[Access, ...]
    """One who gets in, or else some who do not, those of whom nobody can tell among them."""
    other_count: int
    refused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    """What keeps the answer from being complete."""

    @property
    def other_can(self) -> bool:
        """Tell whether another administrator surely gets in."""
        return any(each.can is True for each in self.others)

    @property
    def verdict(self) -> Verdict:
        """Give the verdict: proved if nobody needed is, or may be, locked out."""
        if any(each.can is False for each in self.emergency):
            return Verdict.BROKEN
        others_known = all(each.can is False for each in self.others)
        if not self.other_can and others_known and not self.unknown:
            return Verdict.BROKEN
        sure = all(each.can is True for each in self.emergency) and self.other_can
        return (
            Verdict.PROVED if sure and not self.refused and not self.unknown else Verdict.UNDECIDED
        )

    def to_json(self) -> dict[str, Any]:
        """Give the answer with the world it holds in."""
        return {
            "question": "can those who must get back in change policies?",
            "verdict": self.verdict.value,
            "emergencyAccess": [each.to_json() for each in self.emergency],
            "otherAdministrators": [each.to_json() for each in self.others],
            "otherAdministratorsCount": self.other_count,
            "refused": list(self.refused),
            "unknown": list(self.unknown),
            "applications": [ADMIN_CENTER, GRAPH],
            "world": world_json(),
        }

    def _repr_html_(self) -> str:
        rows = "".join(map(_row, (*self.emergency, *self.others)))
        head = "<tr><th>Account</th><th>Can</th><th>Why</th><th>Policies in the way</th></tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _row(access: Access) -> str:
    policies = ", ".join(name for _, name in access.policies)
    cells = (access.name, _YES[access.can], access.why, policies)
    return f"<tr>{''.join(f'<td>{escape(each)}</td>' for each in cells)}</tr>"


_YES = {True: "yes", False: "no", None: "unknown"}


def lockout(
    policies: PolicySet,
    names: Names,
    *,
    refused: Sequence[str] = (),
    contexts: Sequence[str] = (),
    risks: Mapping[str, str] | None = None,
    examples: bool = True,
) -> Lockout:
    """Tell whether every emergency access account, and one more administrator, can get in.

    `contexts`: the authentication contexts that changes of policies require, each of which has to
    be satisfied by some sign-in. `risks`: the risk of users by id, none of those it does not name;
    None: nobody knows it. `examples`: whoever gets in is told with a sign-in that shows it.
    """
    directory = policies.directory
    declared, others = emergency_accounts(directory), administrators(directory)
    aim = Aim(Resources((ADMIN_CENTER, GRAPH)))
    step_ups = [AuthenticationContext(each) for each in contexts]
    way_back = WayBack(policies, aim, names, step_ups=step_ups, risks=risks, examples=examples)
    holders = [each for each in others.ids if each not in declared.ids]
    tried = way_back.accesses(holders, most_told=MOST_TOLD)
    able = [each for each in tried if each.can]
    unknown = declared.unknown if able else (*declared.unknown, *others.unknown)
    return Lockout(
        tuple(way_back.accesses(declared.ids)),
        tuple(able[:1] or tried),
        len(holders),
        tuple(refused),
        tuple(unknown),
    )


def newly_locked_out(before: Lockout, after: Lockout) -> tuple[tuple[Access, ...], bool]:
    """Give the emergency access accounts that a change locks out, and whether it does all others.

    Who was locked out before may stay so; who is declared only now has to get in. Who may get in or
    may not counts as locked out.
    """
    stuck = {each.id for each in before.emergency if not each.can}
    accounts = tuple(each for each in after.emergency if each.id not in stuck and not each.can)
    return accounts, before.other_can and not after.other_can
