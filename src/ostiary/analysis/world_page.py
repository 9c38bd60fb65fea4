"""The page of the world model, `docs/world.md`, written out of the rules themselves."""

from __future__ import annotations

from collections.abc import Iterable

from ostiary.analysis.world import ALSO_HELD, WORLD

_HEAD = """\
# The world in which something is proved

This page is written by `make docs` out of `src/ostiary/analysis/world.py`.

`ostiary prove` looks at every combination of user, resource, client, platform, place, device, risk
and flow that no rule here forbids. A rule too many would prove what is not so; a rule too few shows
a gap that nobody can walk through. So the rules are few, and each has its reason. They are printed
with every answer, and stand in `world` of its JSON.
"""


def world_page() -> str:
    """Give the page as Markdown."""
    rules = ((rule.name, rule.sentence, rule.why) for rule in WORLD)
    return "\n".join(
        [
            _HEAD,
            "## What cannot occur\n",
            *_table(rules),
            "",
            "## What is taken for granted beside\n",
            *_table(ALSO_HELD),
            "",
        ]
    )


def _table(rows: Iterable[tuple[str, str, str]]) -> list[str]:
    head = ["| name | what | why |", "|---|---|---|"]
    return [*head, *(f"| `{name}` | {what} | {why} |" for name, what, why in rows)]
