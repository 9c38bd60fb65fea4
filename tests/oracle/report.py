"""Says of a failing case all that is needed to look at it again."""

import json
from pathlib import Path

from tests.oracle.duel import Load, answers, disagreement
from tests.oracle.golden import ROOT
from tests.oracle.shapes import Json
from tests.oracle.shrink import shrunk

REGRESSIONS = ROOT / "tests" / "regressions"


def told(load: Load, seed: int, case: Json) -> str:
    """The seed, the smallest reproduction and both answers, for the message of a test."""
    small = shrunk(load, case)
    expected, actual = answers(load, small)
    return "\n".join(
        [
            f"engine and oracle differ on a case of seed {seed}:",
            *(f"  {sentence}" for sentence in disagreement(load, small)),
            "smallest case:",
            json.dumps(small, indent=1),
            "the oracle expects (lists are alternatives):",
            json.dumps(expected, indent=1),
            "the engine answers:",
            json.dumps(actual, indent=1, default=str),
        ]
    )


def written(load: Load, seed: int, case: Json, folder: Path = REGRESSIONS) -> Path:
    """Writes the smallest reproduction where the tests will run it from now on."""
    small = shrunk(load, case)
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while (path := folder / f"seed-{seed}-{number}.json").exists():
        number += 1
    found = {"seed": seed, "found": disagreement(load, small), **small}
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return path
