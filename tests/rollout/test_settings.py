"""Settings of a rollout: read as people write them, and what is wrong with them told."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.model.errors import InputError
from ostiary.rollout.settings import Limit, Settings, limit_of, settings_from_json
from ostiary.rollout.stages import Ring

WRITTEN = {
    "blocked": 3,
    "silentBreaks": "1%",
    "prompts": None,
    "days": 7,
    "usersSeen": "50%",
    "administrators": False,
    "stageDays": 2,
    "approval": True,
    "failedShare": 0.2,
    "failedLeast": 5,
    "rings": [{"name": "Pilot", "groups": ["IT"]}, {"share": "10%"}, {"share": 0.5}],
}
READ = Settings(
    blocked=Limit(number=3),
    silent_breaks=Limit(share=0.01),
    prompts=Limit(),
    days=7,
    users_seen=0.5,
    administrators=False,
    stage_days=2,
    approval=True,
    failed_share=0.2,
    failed_least=5,
    rings=(Ring("Pilot", ("IT",)), Ring("10 %", share=0.1), Ring("50 %", share=0.5)),
)


def test_settings_are_read_and_written() -> None:
    assert settings_from_json(WRITTEN) == READ
    assert settings_from_json(READ.to_json()) == READ
    assert settings_from_json(None) == settings_from_json({}) == Settings()


_WRONG: list[tuple[Any, str]] = [
    ([], "rollout: expected an object"),
    ({"blockd": 1}, "rollout: `blockd` is none of blocked,"),
    ({"days": -1}, "rollout.days: expected a number from 0 to 365, came `-1`"),
    ({"days": True}, "rollout.days: expected a number from 0 to 365, came `True`"),
    ({"blocked": "few"}, r"rollout.blocked: expected a limit such as 25 \(people\)"),
    ({"blocked": -1}, "rollout.blocked: expected a limit"),
    ({"prompts": "101%"}, "rollout.prompts: expected a limit such as 10% or 0.1"),
    ({"usersSeen": "nan"}, "rollout.usersSeen: expected a share such as 10%"),
    ({"usersSeen": True}, "rollout.usersSeen: expected a share"),
    ({"approval": "yes"}, "rollout.approval: expected true or false"),
    ({"rings": {}}, "rollout.rings: expected a list of rings"),
    ({"rings": [{"name": "x"}]}, "rollout.rings: expected either `groups` or `share`"),
    ({"rings": [{"groups": []}]}, "rollout.rings: expected names or ids of groups"),
    ({"rings": [{"share": 0}]}, "rollout.rings: expected a share of a ring that is more"),
    ({"rings": [{"share": 0.5}, {"share": 0.5, "name": "b"}]}, "shares of rings that grow"),
    ({"rings": [{"share": 0.1}, {"share": 0.1}]}, "came one name twice"),
    ({"rings": [{"groups": "a", "name": ""}]}, "rollout.rings: expected a name of a ring"),
    ({"rings": [{"share": 0.1, "who": "x"}]}, "expected a ring with `name`"),
    ({"rings": [{"share": (n + 1) / 20} for n in range(11)]}, "at most 10 rings, came 11"),
]


@pytest.mark.parametrize(("wrong", "said"), _WRONG)
def test_what_is_wrong_is_told(wrong: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        settings_from_json(wrong)


@pytest.mark.parametrize(
    ("written", "count", "of", "allowed"),
    [
        (0, 0, 0, True),
        (0, 1, 100, False),
        (3, 3, 3, True),
        ("2%", 2, 100, True),
        ("2%", 3, 100, False),
        (None, 100, 100, True),
        ("none", 100, 100, True),
    ],
)
def test_a_limit_allows(written: object, count: int, of: int, allowed: bool) -> None:
    assert limit_of(written).allows(count, of) is allowed
