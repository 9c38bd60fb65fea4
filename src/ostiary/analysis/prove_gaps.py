"""Gaps: who can reach something without meeting a requirement; and who is blocked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from ostiary.analysis.answering import WayIn
from ostiary.analysis.boxes import TooManyBoxes
from ostiary.analysis.describing import one_of
from ostiary.analysis.inquiry import Inquiry, inquire
from ostiary.analysis.naming import Names
from ostiary.analysis.prove_results import Answer, Statement, Statements
from ostiary.analysis.questions import Asked, Matter, matters
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.witness_words import told
from ostiary.engine.decide import decide
from ostiary.engine.policyset import PolicySet
from ostiary.model.decision import Decision
from ostiary.model.signin import SignIn

NOT_ENOUGH = "notEnoughInformation"
BEYOND_EXPORT = "nobody can tell from the export whether this person exists, or is asked about"


def gaps(
    policies: PolicySet,
    asked: Asked,
    names: Names,
    *,
    refused: Sequence[str] = (),
    seen: Sequence[SignIn] = (),
    name: str = "",
) -> Answer:
    """Find every way to get in without what is required, over all sign-ins that can occur.

    `seen` are sign-ins of a log, for witnesses. Raises UnknownName and InputError for a question
    that cannot be understood.
    """
    return answered(
        policies,
        matters(asked, names),
        names,
        question=sentence(asked),
        refused=refused,
        seen=seen,
        name=name,
        never_block=asked.never_block,
    )


def answered(
    policies: PolicySet,
    about: Iterable[Matter],
    names: Names,
    *,
    question: str,
    refused: Sequence[str] = (),
    seen: Sequence[SignIn] = (),
    name: str = "",
    never_block: bool = False,
) -> Answer:
    """Answer matters as one question, which `question` puts into words."""
    inquiries: list[Inquiry] = []
    unknown: list[str] = []
    for matter in about:
        inquiry = inquire(policies, matter, names, seen, never_block=never_block)
        if inquiry is None:
            continue
        try:
            inquiry.solution  # noqa: B018  # worked out here, where it may fail
        except TooManyBoxes as error:
            unknown.append(str(error))
            continue
        inquiries.append(inquiry)
    return Answer(
        question=question,
        open=_told(inquiries, lambda each: each.solution.open),
        undecided=_told(inquiries, lambda each: each.solution.undecided),
        refused=tuple(refused),
        unknown=tuple(unknown),
        name=name,
    )


def _told(inquiries: Iterable[Inquiry], ways: Callable[[Inquiry], Iterable[WayIn]]) -> Statements:
    """Tell ways in, the widest first."""
    return Statements(
        [
            partial(statement, inquiry, way)
            for inquiry in inquiries
            for way in sorted(ways(inquiry), key=inquiry.breadth, reverse=True)
        ]
    )


def statement(inquiry: Inquiry, way: WayIn) -> Statement:
    """Tell one way in, with its witness and what is in doubt."""
    witness = inquiry.witnesses.witness(way)
    doubts = doubt_sentences(inquiry.prover.terrain, way, witness.sign_in)
    example = told(witness.sign_in, inquiry.names)
    return Statement(inquiry.wording.worded(way), witness, example, doubts)


def doubt_sentences(terrain: Terrain, way: WayIn, sign_in: SignIn) -> tuple[str, ...]:
    """Say what nobody can tell about a way in, as the engine says it of a sign-in."""
    if not way.doubts:
        return ()
    policies = terrain.policies
    decision = decide(policies, policies.prepare(sign_in))
    return tuple(dict.fromkeys(_doubts(terrain, way, decision)))


def _doubts(terrain: Terrain, way: WayIn, decision: Decision) -> Iterator[str]:
    for number in way.doubts:
        if number is None:
            yield BEYOND_EXPORT
            continue
        verdict = decision.policies[number]
        name = verdict.policy.display_name
        if terrain.blurred >> number & 1:
            yield f"policy `{name}`: there are too many device filters to tell them all apart"
            continue
        said = [each.sentence for each in verdict.reasons if each.word == NOT_ENOUGH]
        yield f"policy `{name}`: {'; '.join(said) or 'nobody can tell whether it prevents this'}"


def sentence(asked: Asked) -> str:
    """Say what is asked."""
    users = "anybody" if asked.users == ("All",) else one_of(asked.users)
    but = f" (but {one_of(asked.excluded)})" if asked.excluded else ""
    resources = "any resource" if asked.resources == ("All",) else one_of(asked.resources)
    when = "".join(f", {name}: {_written(value)}" for name, value in asked.when.items())
    if asked.never_block:
        return f"is {users}{but} ever blocked from {resources}{when}?"
    if asked.requires == ("block",):
        return f"can {users}{but} reach {resources}{when}?"
    return f"can {users}{but} reach {resources} without {one_of(asked.requires)}{when}?"


def _written(value: object) -> str:
    if isinstance(value, list | tuple):
        return one_of([str(each) for each in value])  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # JSON
    return str(value)
