"""Answers of proofs for people: the verdict, every statement with its witness, and the world."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding

from ostiary.analysis.prove_compare import Compared
from ostiary.analysis.prove_lockout import Lockout
from ostiary.analysis.prove_results import Answer, Statement, Statements, Verdict
from ostiary.analysis.prove_shadowed import Shadowed
from ostiary.analysis.way_back import Access
from ostiary.analysis.world import world_json
from ostiary.cli.tables import console, line

MOST_SHOWN = 25
"""Statements of one kind that are shown; --json has all of them."""
_STYLES = {
    Verdict.PROVED: "bold green",
    Verdict.BROKEN: "bold red",
    Verdict.UNDECIDED: "bold yellow",
}
_CAN = {True: ("can", "green"), False: ("cannot", "bold red"), None: ("unknown", "yellow")}
_KINDS = {
    "newlyBlocked": ("Newly blocked", "bold red"),
    "newlyPrompted": ("Newly prompted", "bold yellow"),
    "newlyAllowed": ("Newly allowed", "bold cyan"),
    "newlyLimited": ("Sessions limited more", "bold yellow"),
    "noLongerLimited": ("Sessions limited less", "bold cyan"),
}


def show_answer(answer: Answer) -> None:
    """Print the answer to one question."""
    page = console()
    page.print(line(answer.question, "bold"))
    said = {
        Verdict.PROVED: "Proved: no; no sign-in that can occur does.",
        Verdict.BROKEN: f"Yes: {_counted(len(answer.open), 'way')}, each with a witness.",
        Verdict.UNDECIDED: "Undecided: nobody can tell from the export.",
    }
    page.print(line(said[answer.verdict], _STYLES[answer.verdict]))
    page.print()
    _show_statements(page, answer)
    _show_world(page)


def _show_statements(page: Console, answer: Answer) -> None:
    _statements(page, answer.open)
    if answer.undecided:
        page.print(line("Perhaps, as far as anybody can tell:", "bold yellow"))
        _statements(page, answer.undecided)
    _unsure(page, answer.refused, answer.unknown)


def _statements(page: Console, found: Statements) -> None:
    for number, each in enumerate(found[:MOST_SHOWN], 1):
        page.print(Padding(line(f"{number}. {each.text}"), (0, 0, 0, 2), expand=False))
        for under in _under(each):
            page.print(Padding(line(under, "dim"), (0, 0, 0, 5), expand=False))
    if len(found) > MOST_SHOWN:
        page.print(line(f"  … and {len(found) - MOST_SHOWN} more; --json has all of them"))
    if found:
        page.print()


def _under(statement: Statement) -> Iterable[str]:
    if statement.note:
        yield statement.note
    witness = statement.witness
    confirmed = "" if witness.confirmed or statement.doubts else ", NOT confirmed by the engine"
    yield f"{witness.label}: {statement.example}{confirmed}"
    yield from statement.doubts


def _unsure(page: Console, refused: Sequence[str], unknown: Sequence[str]) -> None:
    for each in refused:
        page.print(line(f"Policy `{each}` was refused: nothing is proved beside it.", "yellow"))
    for each in unknown:
        page.print(line(f"Not known: {each}.", "yellow"))


def _show_world(page: Console) -> None:
    """Print what the answer takes for granted; docs/prove.md gives the reasons."""
    page.print(line("This holds in a world where", "dim"))
    for each in world_json():
        page.print(Padding(line(f"- {each['sentence']}", "dim"), (0, 0, 0, 2), expand=False))


def show_assertions(answers: Sequence[Answer], *, allow_unknown: bool) -> None:
    """Print every assertion, and what contradicts those that do not hold."""
    page = console()
    for each in answers:
        page.print(line(f"{each.verdict.value:>9}  {each.name}", _STYLES[each.verdict]))
        if each.verdict is not Verdict.PROVED:
            _show_statements(page, each)
    broken = sum(not each.holds(allow_unknown=allow_unknown) for each in answers)
    page.print(line(f"{_counted(len(answers), 'assertion')}, {broken or 'none'} failed", "bold"))
    _show_world(page)


def show_lockout(found: Lockout) -> None:
    """Print who gets in, and what is in the way of everybody else."""
    page = console()
    said = {
        Verdict.PROVED: "Proved: nobody who must get back in is locked out.",
        Verdict.BROKEN: "Locked out: who must get back in cannot.",
        Verdict.UNDECIDED: "Undecided: nobody can tell from the export.",
    }
    page.print(line(said[found.verdict], _STYLES[found.verdict]))
    page.print()
    for heading, accounts in (
        ("Emergency access accounts", found.emergency),
        (f"Other administrators of policies ({found.other_count})", found.others),
    ):
        page.print(line(heading, "bold"))
        if not accounts:
            page.print(line("  none"))
        for each in accounts:
            _show_access(page, each)
    page.print()
    _unsure(page, found.refused, found.unknown)
    _show_world(page)


def _show_access(page: Console, access: Access) -> None:
    word, style = _CAN[access.can]
    page.print(line(f"  {word:>7}  {access.name}: {access.why}", style))
    for each in access.only:
        page.print(Padding(line(each), (0, 0, 0, 11), expand=False))
    for _, name in access.policies:
        page.print(Padding(line(f"in the way: {name}"), (0, 0, 0, 11), expand=False))
    for each in access.needs:
        page.print(Padding(line(f"→ {each}", "dim"), (0, 0, 0, 11), expand=False))


def show_shadowed(found: Shadowed) -> None:
    """Print the policies that change nothing, and those of which nobody can tell."""
    page = console()
    shadows = [each for each in found.policies if each.shadowed is not False]
    for each in shadows:
        word = "never" if each.shadowed else "perhaps never"
        style = "bold red" if each.shadowed else "yellow"
        page.print(line(f"{each.name} {word} changes any outcome", style))
        page.print(line(f"  {each.why}", "dim"))
    rest = len(found.policies) - len(shadows)
    page.print(line(f"{_counted(rest, 'enabled policy', 'enabled policies')} make a difference"))
    _unsure(page, found.refused, ())
    _show_world(page)


def show_compared(found: Compared) -> None:
    """Print what changes for whom."""
    page = console()
    said = {
        Verdict.PROVED: "Proved: both mean the same; no sign-in that can occur is told apart.",
        Verdict.BROKEN: "They differ.",
        Verdict.UNDECIDED: "Undecided: no difference is certain, but some cannot be excluded.",
    }
    style = "bold" if found.verdict is Verdict.BROKEN else _STYLES[found.verdict]
    page.print(line(said[found.verdict], style))
    page.print()
    for kind, statements in found.kinds.items():
        if statements:
            heading, style = _KINDS[kind]
            page.print(line(f"{heading}: {_counted(len(statements), 'statement')}", style))
            _statements(page, statements)
    if found.undecided:
        page.print(line("Perhaps, as far as anybody can tell:", "bold yellow"))
        _statements(page, found.undecided)
    _unsure(page, found.refused, found.unknown)
    _show_world(page)


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
