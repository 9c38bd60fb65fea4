"""Tables of the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape


def table(heads: Sequence[str], every: Iterable[Sequence[str]]) -> str:
    """Give a table; cells are HTML already. Cells that are numbers stand to the right."""
    lines = list(every)
    body = "".join(f"<tr>{''.join(_cells(line))}</tr>" for line in lines)
    numbers = [_is_number(cell) for cell in lines[0]] if lines else []
    top = "".join(
        f"<th scope='col'{' class=n' if number else ''}>{escape(head)}</th>"
        for head, number in zip(heads, numbers or [False] * len(heads), strict=True)
    )
    return (
        f"<div class='wide'><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cells(line: Sequence[str]) -> Iterator[str]:
    for number, cell in enumerate(line):
        if _is_number(cell):
            yield f"<td class='n'>{cell}</td>"
        elif cell.startswith("<svg"):
            yield f"<td class='mini'>{cell}</td>"
        else:
            yield f"<td class='name'>{cell}</td>" if number == 0 else f"<td>{cell}</td>"


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").isdigit()


def folded(summary: str, inner: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{inner}</details>"
