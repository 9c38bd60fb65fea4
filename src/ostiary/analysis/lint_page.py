"""The reference page of the pitfalls, `docs/lint.md`, written out of the pitfalls themselves."""

from __future__ import annotations

from collections.abc import Iterator

from ostiary.analysis.lint import PITFALLS
from ostiary.analysis.lint_pitfall import Pitfall

_GROUPS = {
    "OST10": "Emergency access",
    "OST11": "Exclusions",
    "OST2": "Coverage",
    "OST3": "Devices and platforms",
    "OST4": "Policies that nobody can satisfy",
    "OST5": "Service accounts and workload identities",
    "OST6": "References",
    "OST7": "Upkeep",
    "OST80": "Networks",
    "OST81": "Resources, guests, registration",
    "OST9": "Names",
}
"""What codes that begin alike have in common."""
_HEAD = """\
# What `ostiary lint` looks for

This page is written by `make docs` out of the rules in `src/ostiary/analysis/lint_*.py`.

    ostiary lint --tenant FOLDER [--json] [--sarif FILE] [--naming STANDARD]
                 [--fail-on error|warning|note|never] [--ignore CODE] [--disabled] [--as-of DATE]

- **error**: somebody is locked out, or a policy does the opposite of what it says;
- **warning**: a way around a policy, or trouble that waits for its day;
- **note**: worth knowing, often meant that way.

Exit code 0: nothing at or above `--fail-on` (default: error); 1: something; 2: bad input.
Every finding that speaks of a sign-in was tried on the engine with a typical person: somebody in
no group, a member of each group that policies include, a holder of each role, a guest of each
kind. What the export does not have is never held against a policy.
"""


def lint_page() -> str:
    """Give the page as Markdown."""
    return "\n".join([_HEAD, *_table(), "", *_sections()]) + "\n"


def _table() -> Iterator[str]:
    yield "| code | severity | what |"
    yield "|---|---|---|"
    for pitfall in PITFALLS:
        code = pitfall.code
        yield f"| [{code}](#{code.lower()}) | {pitfall.severity.value} | {pitfall.title} |"


def _sections() -> Iterator[str]:
    group = ""
    for pitfall in PITFALLS:
        mine = next(name for start, name in _GROUPS.items() if pitfall.code.startswith(start))
        if mine != group:
            group = mine
            yield f"## {group}\n"
        yield _section(pitfall)


def _section(pitfall: Pitfall) -> str:
    return (
        f'<a id="{pitfall.code.lower()}"></a>\n'
        f"### {pitfall.code}: {pitfall.title}\n\n"
        f"`{pitfall.name}`, {pitfall.severity.value}. {pitfall.why}\n\n"
        f"What to do: {pitfall.fix}.\n\n"
        f"Source: {pitfall.source}.\n"
    )
