"""Published policy files made to hide gaps: what each hides is told, and equals brute force.

They are third-party data that stands beside the checkout, not in it.
"""

from __future__ import annotations

import pytest

from ostiary.analysis.prove_gaps import gaps
from ostiary.analysis.prove_results import Verdict
from tests.analysis.prove_caoptics import FOLDER, small
from tests.analysis.prove_checking import gap_complaints

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="../shared/policysets is absent: third-party data, not shipped"
)

API = "`88cc92be-d474-4d95-a57d-7b3ef701f510`"
SCOPED = "`00000003-0000-0000-c000-000000000000` asked only for openid by client"
GUESTS = "Gil, User 259f and guests yet to come"
LEGACY_MACOS = (
    "Nora, a newcomer in no group and User 259f, only from `finland`, only on macOS,"
    " only by legacy clients"
)
BROWSERS_ABROAD = (
    f"{GUESTS}, to {API} and {SCOPED} {API}, not from `finland`, not on macOS,"
    " not by mobile apps and desktop clients"
)
COMPLIANT = "User 259f, only from compliant devices, not by requests of device code flow"

# The file, what its author hid in it, and the statements that tell it.
HIDDEN = [
    (
        "example1-2.json",
        "a user, a group and a role are excluded from the baseline, and the policy that should"
        " catch them is about another group",
        [
            "Holder of a881d286-2b5c-417b-8d7e-c48b516aef83, Holder of"
            " c430b396-e693-46cc-96f3-db01bf8bb62a and User 01ae, to all that is asked about,"
            " under all circumstances"
        ],
    ),
    (
        "extreme.json",
        "the policy for macOS leaves legacy clients in Finland out, that for guests leaves one API"
        " out, which another closes for mobile and desktop clients only",
        [LEGACY_MACOS, BROWSERS_ABROAD, COMPLIANT],
    ),
    (
        "extremelyNarrow.json",
        "guests are let off MFA for Office 365, where a policy asks it of mobile and desktop"
        " clients only; macOS in Finland is open to legacy clients",
        [
            LEGACY_MACOS,
            "Gil and guests yet to come, to everything but"
            " `00000002-0000-0000-c000-000000000000`, `00000003-0000-0000-c000-000000000000` and"
            " any other application, not from `finland`, not on macOS, not by mobile apps and"
            " desktop clients",
        ],
    ),
    (
        "extremelyNarrow2.json",
        "the same for guests, for one API instead of Office 365",
        [LEGACY_MACOS, BROWSERS_ABROAD, COMPLIANT],
    ),
    (
        "largePol.json",
        "two hundred users are excluded from the baseline, and the policy that closes it again"
        " leaves Exchange ActiveSync out; an API is closed outside Finland only",
        [
            "200 users, to `00000002-0000-0ff1-ce00-000000000000`, only by Exchange ActiveSync"
            " clients",
            f"everybody, to {API} and {SCOPED} {API}, only from `finland`",
        ],
    ),
    (
        "lotOfGroups.json",
        "two groups and a user are excluded from the baseline; only the excluded role is caught",
        [
            "Holder of 6e41b62d-752b-42c6-9f34-d6ac90eddca3, Holder of"
            " a7a34ae9-b8ce-4c9e-af7b-d32790734b18 and User 259f, to all that is asked about,"
            " under all circumstances"
        ],
    ),
    (
        "multipleGuestTypes.json",
        "one API is asked of guests of every kind on every platform that has a name, so that an"
        " unknown platform is open; a group gets in without MFA from hybrid joined devices",
        [
            "Gil, Holder of 9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3, User 259f"
            f" and guests yet to come, to {API} and {SCOPED} {API}, only on an unknown device"
            " platform",
            "Holder of a881d286-2b5c-417b-8d7e-c48b516aef83 and User 259f, only from"
            " hybrid joined devices",
        ],
    ),
    (
        "policies.json",
        "macOS is left out in Finland, and the policy for macOS is about mobile and desktop"
        " clients only: a browser is enough",
        [
            "everybody, only from `finland`, only on macOS, not by mobile apps and desktop clients",
            "User 259f, to all that is asked about, under all circumstances",
        ],
    ),
    (
        "policies2.json",
        "in Finland the platforms are listed one by one: Windows and unknown ones are missing, and"
        " Windows Phone is closed for everybody but guests",
        [
            "everybody, only from `finland`, only on Windows or an unknown device platform",
            "Gil and guests yet to come, only from `finland`, only on Windows, an unknown"
            " device platform or Windows Phone",
        ],
    ),
    (
        "testMapping.json",
        "eight users are excluded from the policy for Finland, and applications from the one for"
        " everywhere else; not all of them have a policy of their own",
        ["8 users, only from `finland`"],
    ),
    (
        "wLa.json",
        "legacy authentication is blocked, but not for guests, whose API is closed for mobile and"
        " desktop clients only",
        [
            BROWSERS_ABROAD,
            f"{GUESTS}, to {API} and {SCOPED} {API}, only on macOS, only by legacy clients",
        ],
    ),
    (
        "withOnePerm.json",
        "Office 365 is excluded for everybody, and only administrators are caught there; two users"
        " are excluded altogether",
        [
            "User 259f and User 84ec, to all that is asked about, under all circumstances",
            "everybody but members of group `Group a7a3` or holders of role"
            " `9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3`, to everything but"
            " `00000002-0000-0000-c000-000000000000`, `00000003-0000-0000-c000-000000000000` and"
            " any other application",
        ],
    ),
]


def test_every_policy_file_is_looked_at() -> None:
    files = {each.name for each in FOLDER.glob("*.json")} - {"namedLocations.json"}
    assert {name for name, _, _ in HIDDEN} == files


@pytest.mark.parametrize(("name", "hides", "statements"), HIDDEN, ids=[each[0] for each in HIDDEN])
def test_what_a_file_hides_is_told(name: str, hides: str, statements: list[str]) -> None:
    known, asked = small(name)
    answer = gaps(known.compiled, asked.asked, known.names)
    assert answer.verdict is Verdict.BROKEN, hides
    assert set(statements) <= {each.text for each in answer.open}, hides
    assert len(answer.undecided) == 0


@pytest.mark.parametrize("name", [each[0] for each in HIDDEN])
def test_the_gaps_of_a_file_equal_brute_force(name: str) -> None:
    assert list(gap_complaints(*small(name))) == []
