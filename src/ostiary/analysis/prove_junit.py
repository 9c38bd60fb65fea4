"""Answers as JUnit XML, which every build server shows."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ostiary.analysis.prove_results import Answer, Statement, Verdict

SUITE = "ostiary prove"
MOST_TOLD = 20
"""Statements that one failure tells."""


def junit(answers: Sequence[Answer], *, allow_unknown: bool = False) -> str:
    """Give one test case for each answer: broken is a failure, undecided too unless allowed."""
    failed = sum(not each.holds(allow_unknown=allow_unknown) for each in answers)
    undecided = [each for each in answers if each.verdict is Verdict.UNDECIDED]
    counts = {
        "name": SUITE,
        "tests": str(len(answers)),
        "failures": str(failed),
        "errors": "0",
        "skipped": str(len(undecided) if allow_unknown else 0),
    }
    root = Element("testsuites", counts)
    suite = SubElement(root, "testsuite", counts)
    for each in answers:
        case = SubElement(
            suite, "testcase", {"classname": SUITE, "name": _clean(each.name or each.question)}
        )
        _result(case, each, allow_unknown=allow_unknown)
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _result(case: Element, answer: Answer, *, allow_unknown: bool) -> None:
    if answer.verdict is Verdict.PROVED:
        return
    lines = told(answer)
    head = _clean(lines[0]) if lines else answer.verdict.value
    if answer.verdict is Verdict.UNDECIDED and allow_unknown:
        SubElement(case, "skipped", {"message": head})
        return
    failure = SubElement(case, "failure", {"message": head, "type": answer.verdict.value})
    failure.text = _clean("\n".join(lines))


def told(answer: Answer) -> list[str]:
    """Tell what contradicts an answer, or may, each with its witness; the first ones only."""
    lines = [_line(each) for each in answer.open[:MOST_TOLD]]
    lines += [
        f"perhaps: {_line(each)}; {'; '.join(each.doubts)}"
        for each in answer.undecided[: MOST_TOLD - len(lines)]
    ]
    more = len(answer.open) + len(answer.undecided) - len(lines)
    if more > 0:
        lines.append(f"and {more} more")
    lines += [f"policy `{each}` was refused at loading" for each in answer.refused]
    return [*lines, *answer.unknown]


def _line(statement: Statement) -> str:
    return f"{statement.text} (witness, {statement.witness.label}: {statement.example})"


def _clean(text: str) -> str:
    """Leave out what XML 1.0 has no character for (section 2.2); names come from foreign files."""
    return "".join(
        each
        for each in text
        if each in "\t\n"
        or "\x20" <= each <= "\ud7ff"
        or "\ue000" <= each <= "\ufffd"
        or each > "\uffff"
    )
