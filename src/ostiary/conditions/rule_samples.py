"""Sample values for filter rules: one for each way the rules can come out together.

Proofs walk over samples instead of over all devices, so the set must be complete: whatever a real
device makes of the rules, some sample makes of them too. It is also exact, since every sample is
a possible device. Why the values below suffice for one property of type text:

1. A text that is not the operand of any `-eq` or `-in` satisfies the same comparisons as
   `head mark part mark … mark tail`, where `head` is the longest `-startsWith` operand it starts
   with, `tail` the longest `-endsWith` operand it ends with, the parts are the `-contains` operands
   it contains, and `mark` is a character that no operand has: nothing else can match across marks.
2. All other texts are operands of `-eq` and `-in`, and there are finitely many of them.
3. A collection satisfies what any of its elements does, so sets of such texts suffice.

Properties are decided one after the other. Of all values that leave the same remainder of every
rule, one is kept; this is what keeps the number small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from ostiary.conditions.rule_evaluation import (
    NULL,
    UNREADABLE,
    PropertyValue,
    compile_rule,
)
from ostiary.conditions.rule_formulas import TRUE, Assumption
from ostiary.conditions.rule_questions import Question, Questions
from ostiary.conditions.rule_tree import Rule
from ostiary.conditions.rule_vocabulary import Operator, Property, PropertyKind
from ostiary.model.errors import OstiaryError

MOST_SAMPLES = 100_000
"""How many combinations are followed at most, unless the caller says otherwise."""

_MARKS = "-~#_ "
_OTHER = "other"


class TooManySamples(OstiaryError):
    """The rules can come out in more ways than the caller wants to look at."""

    code = "tooManySamples"


@dataclass(frozen=True, slots=True)
class Gate:
    """Properties that are readable only if some other property allows it.

    `openers` are those others, each with the test of its value that opens the gate. A test may
    tell null from a value, the words or booleans of an enumerated property apart, and of free
    texts those in `texts` (by the property's name) from all others.
    """

    gated: frozenset[str]
    openers: tuple[tuple[Property, Callable[[PropertyValue], bool]], ...]
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


@dataclass(frozen=True, slots=True)
class Sample:
    """Property values by name, and what each rule, in the order given, makes of them.

    Properties that no rule compares (and no gate needs) are left out: they make no difference.
    """

    values: Mapping[str, PropertyValue]
    truths: tuple[bool, ...]
    registered: bool = True


class _State(NamedTuple):
    """What is left of each rule, and whether the gate is known to be open."""

    is_open: bool
    formulas: tuple[int, ...]


_Chosen: TypeAlias = Mapping[str, PropertyValue]
_Frontier: TypeAlias = dict[_State, _Chosen]


class _Draft(NamedTuple):
    """A value in the making: what was chosen before, and the texts it is to have."""

    chosen: _Chosen
    head: str = ""
    parts: tuple[str, ...] = ()
    tail: str = ""


_Drafts: TypeAlias = dict[_State, _Draft]


def samples(
    rules: Sequence[Rule], *, gate: Gate | None = None, limit: int = MOST_SAMPLES
) -> Iterator[Sample]:
    """Give one registered object for each combination of truth values that one can produce.

    Raises TooManySamples if more than `limit` combinations must be followed: `n` rules that
    have nothing to do with each other come out in `2**n` ways.
    """
    questions = Questions(rules)
    walk = _Walk(questions, gate, limit)
    found: dict[tuple[int, ...], _Chosen] = {}
    for state, chosen in walk.frontier().items():
        found.setdefault(state.formulas, chosen)
    for formulas, chosen in found.items():
        yield Sample(chosen, tuple(formula == TRUE for formula in formulas))


def unregistered(rules: Sequence[Rule]) -> Sample:
    """Give the object that is not in the directory: every property is null."""
    values = {found.name: NULL for rule in rules for found in rule.properties}
    truths = tuple(compile_rule(rule)(lambda _: NULL) is True for rule in rules)
    return Sample(values, truths, registered=False)


class _Walk:
    """Decides the properties one after the other and folds equal remainders."""

    def __init__(self, questions: Questions, gate: Gate | None, limit: int) -> None:
        self._questions = questions
        self._limit = limit
        mentioned = questions.properties
        # A gate before properties that nobody reads makes no difference.
        self._gate = gate if gate and not gate.gated.isdisjoint(mentioned) else None
        self._openers = dict(self._gate.openers) if self._gate else {}
        self._opens = {found.name: opens for found, opens in self._openers.items()}

    def frontier(self) -> _Frontier:
        """Give every distinct outcome with one way to it."""
        start = _State(self._gate is None, self._questions.formulas)
        frontier: _Frontier = {start: {}}
        for found in self._order():
            frontier = self._decide(found, frontier)
        return frontier

    def _order(self) -> Iterable[Property]:
        """Give the properties: first what opens the gate, last what stands behind it."""
        gated = self._gate.gated if self._gate else frozenset[str]()
        ordered = {found.name: found for found in self._openers}
        mentioned = dict(self._questions.properties)
        ordered |= {name: found for name, found in mentioned.items() if name not in gated}
        return (ordered | mentioned).values()

    def _decide(self, found: Property, frontier: _Frontier) -> _Frontier:
        finished: _Frontier = {}
        questions = self._questions.of(found.name)
        if self._gate and found.name in self._gate.gated:
            closed = {state: chosen for state, chosen in frontier.items() if not state.is_open}
            frontier = {state: chosen for state, chosen in frontier.items() if state.is_open}
            unreadable = Assumption({question.number: None for question in questions})
            self._choose(found, closed, finished, UNREADABLE, unreadable)
        opening = self._gate.texts.get(found.name, ()) if self._gate else ()
        for value in (*_fixed_values(found, questions), *opening):
            outcomes = {question.number: question.holds(value) for question in questions}
            self._choose(found, frontier, finished, value, Assumption(outcomes))
        if found.kind is PropertyKind.TEXT_COLLECTION:
            self._choose_collections(found, frontier, finished)
        elif found.kind is PropertyKind.TEXT and not found.words:
            self._choose_texts(found, frontier, finished)
        return finished

    def _choose(
        self,
        found: Property,
        frontier: _Frontier,
        finished: _Frontier,
        value: PropertyValue,
        assumption: Assumption,
    ) -> None:
        for state, chosen in frontier.items():
            decided = self._under(assumption, state)
            self._finish(found, decided, chosen, value, finished)

    def _finish(
        self,
        found: Property,
        state: _State,
        chosen: _Chosen,
        value: PropertyValue,
        finished: _Frontier,
    ) -> None:
        opens = self._opens.get(found.name)
        is_open = state.is_open or (opens is not None and opens(value))
        reached = _State(is_open, state.formulas)
        if reached not in finished:
            finished[reached] = {**chosen, found.name: value}
            self._check(len(finished))

    def _choose_texts(self, found: Property, frontier: _Frontier, finished: _Frontier) -> None:
        """Try the texts of step 1 in the module's proof."""
        questions = self._questions.of(found.name)
        mark = _mark(questions)
        # INVARIANT: longest first. Whether the text has a shorter part is settled by the longer
        # ones that were put in, never the other way round.
        parts = sorted(_asking(questions, Operator.CONTAINS), key=_length, reverse=True)
        drafts: _Drafts = {}
        for head in ("", *_operands(questions, Operator.STARTS_WITH)):
            for tail in ("", *_operands(questions, Operator.ENDS_WITH)):
                ends = _ends(questions, parts, head + mark + tail)
                for state, chosen in frontier.items():
                    draft = _Draft(chosen, head, (), tail)
                    drafts.setdefault(self._under(ends, state), draft)
        for part in parts:
            has = {other.number: True for other in parts if other.holds(part.texts[0])}
            drafts = self._forked(drafts, part.texts[0], has, {part.number: False})
        for state, draft in drafts.items():
            text = mark.join((draft.head, *draft.parts, draft.tail))
            self._finish(found, state, draft.chosen, _tidied(text, mark, questions), finished)

    def _choose_collections(
        self, found: Property, frontier: _Frontier, finished: _Frontier
    ) -> None:
        """Try the collections of step 3: each element is in it or not."""
        questions = self._questions.of(found.name)
        mark = _mark(questions)
        filler = _tidied(mark, mark, questions)
        always = _numbers(questions, (filler,))
        elements = _elements(questions, mark, always)
        # A comparison is false for good once the last element that satisfies it was left out.
        last = {number: text for text, numbers in elements.items() for number in numbers}
        settled = {
            question.number: question.number in always
            for question in questions
            if question.number not in last
        }
        assumption = Assumption(settled)
        drafts: _Drafts = {}
        for state, chosen in frontier.items():
            drafts.setdefault(self._under(assumption, state), _Draft(chosen))
        for text, numbers in elements.items():
            has_not = {number: False for number in numbers if last[number] == text}
            drafts = self._forked(drafts, text, dict.fromkeys(numbers, True), has_not)
        for state, draft in drafts.items():
            self._finish(found, state, draft.chosen, draft.parts or (filler,), finished)

    def _forked(
        self, drafts: _Drafts, text: str, has: Mapping[int, bool], has_not: Mapping[int, bool]
    ) -> _Drafts:
        """Go on with each draft twice, without `text` (preferred where equal) and with it."""
        forked: _Drafts = {}
        without, within = Assumption(has_not), Assumption(has)
        for state, draft in drafts.items():
            forked.setdefault(self._under(without, state), draft)
        for state, draft in drafts.items():
            longer = draft._replace(parts=(*draft.parts, text))
            forked.setdefault(self._under(within, state), longer)
        self._check(len(forked))
        return forked

    def _under(self, assumption: Assumption, state: _State) -> _State:
        under = self._questions.store.under
        return _State(state.is_open, tuple(under(assumption, each) for each in state.formulas))

    def _check(self, count: int) -> None:
        if count > self._limit:
            raise TooManySamples(
                f"expected rules that come out in at most {self._limit:,} combinations, came more",
                hint="ask about fewer policies at a time",
            )


def _fixed_values(found: Property, questions: Sequence[Question]) -> Iterator[PropertyValue]:
    """Give the values that no construction makes: null, words, booleans, whole operands."""
    if found.nullable:
        yield NULL
    if found.kind is PropertyKind.BOOLEAN:
        yield from (True, False)
    elif found.words:
        yield from found.words
    elif found.kind is PropertyKind.TEXT:
        yield from _operands(questions, Operator.EQUALS, Operator.IN)


def _ends(questions: Sequence[Question], parts: Sequence[Question], text: str) -> Assumption:
    """Settle all but the `-contains` comparisons that `text` leaves open to more parts."""
    outcomes = {question.number: question.holds(text) for question in questions}
    return Assumption(
        {
            question.number: outcomes[question.number]
            for question in questions
            if outcomes[question.number] or question not in parts
        }
    )


def _elements(
    questions: Sequence[Question], mark: str, always: frozenset[int]
) -> dict[str, frozenset[int]]:
    """Give elements that satisfy something, each with the comparisons that it satisfies."""
    wholes = _operands(questions, Operator.EQUALS, Operator.IN, Operator.CONTAINS)
    heads = [head + mark for head in _operands(questions, Operator.STARTS_WITH)]
    tails = [mark + tail for tail in _operands(questions, Operator.ENDS_WITH)]
    elements: dict[frozenset[int], str] = {}
    for text in (*wholes, *heads, *tails):
        satisfied = _numbers(questions, (text,)) - always
        if satisfied:
            elements.setdefault(satisfied, _tidied(text, mark, questions))
    return {text: numbers for numbers, text in elements.items()}


def _numbers(questions: Sequence[Question], value: PropertyValue) -> frozenset[int]:
    return frozenset(question.number for question in questions if question.holds(value))


def _asking(questions: Sequence[Question], *operators: Operator) -> list[Question]:
    return [each for each in questions if each.operator in operators and each.texts]


def _operands(questions: Sequence[Question], *operators: Operator) -> list[str]:
    texts = {
        text.casefold(): text for each in _asking(questions, *operators) for text in each.texts
    }
    return list(texts.values())


def _length(question: Question) -> int:
    return len(question.texts[0].casefold())


def _mark(questions: Sequence[Question]) -> str:
    """Give a character that no operand has, in any case."""
    used = {character for each in questions for text in each.texts for character in text.casefold()}
    unusual = (chr(code) for code in range(0x4E00, 0x9FFF))  # ideographs have no case
    return next(mark for mark in (*_MARKS, *unusual) if mark not in used)


def _tidied(text: str, mark: str, questions: Sequence[Question]) -> str:
    """Give the text without marks, for people to read, if no comparison notices."""
    satisfied = _numbers(questions, text)
    for plain in (text.replace(mark, "") or _OTHER, text.strip(mark) or _OTHER):
        if _numbers(questions, plain) == satisfied:
            return plain
    return text
