"""Assertions: what must hold of a tenant, written down to be checked on every change.

One document is an object with `assertions`, a list. Each has a `name`, `users`, `except`,
`resources`, `when`, and either `requires` or `never: block`; docs/prove.md explains them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ostiary.analysis.naming import Names, UnknownName
from ostiary.analysis.prove_gaps import gaps
from ostiary.analysis.prove_results import Answer
from ostiary.analysis.questions import Asked, matters
from ostiary.engine.policyset import PolicySet
from ostiary.model.errors import InputError
from ostiary.model.json_types import is_list, is_object
from ostiary.model.signin import SignIn

MEMBERS = ("name", "users", "except", "resources", "when", "requires", "never")
ANY_OF = "anyOf"
_EXAMPLE = "see docs/prove.md for an example"


@dataclass(frozen=True, slots=True)
class Assertion:
    """One thing that must hold, and the question whose answer tells."""

    name: str
    asked: Asked


def read_assertions(document: object, source: str) -> tuple[Assertion, ...]:
    """Read a document of assertions; `source` names it in errors.

    Raises InputError that tells everything that is wrong at once.
    """
    found = document.get("assertions") if is_object(document) else document
    if not is_list(found) or not found:
        raise InputError(f"{source}: expected `assertions`, a list of at least one", hint=_EXAMPLE)
    wrong: list[str] = []
    read = [_assertion(each, f"assertions[{n}]", wrong) for n, each in enumerate(found)]
    names = [each.name for each in read if each is not None]
    wrong += [f"`{each}` is the name of several assertions" for each in _doubled(names)]
    if wrong:
        raise InputError(f"{source}: {'; '.join(wrong)}", hint=_EXAMPLE)
    return tuple(each for each in read if each is not None)


def _doubled(names: Sequence[str]) -> list[str]:
    return sorted({each for each in names if names.count(each) > 1})


def _assertion(raw: object, path: str, wrong: list[str]) -> Assertion | None:
    if not is_object(raw):
        wrong.append(f"{path}: expected an object, came `{raw!r:.40}`")
        return None
    before = len(wrong)
    unknown = sorted(set(raw) - set(MEMBERS))
    wrong += [f"{path}: `{each}` is none of {', '.join(MEMBERS)}" for each in unknown]
    name = raw.get("name")
    if not isinstance(name, str) or not name.strip():
        wrong.append(f"{path}.name: expected a name")
    never = raw.get("never")
    if never not in {None, "block"}:
        wrong.append(f"{path}.never: expected `block`, came `{never!r:.40}`")
    if (never is None) == ("requires" not in raw):
        wrong.append(f"{path}: expected either `requires` or `never: block`")
    when = raw.get("when", {})
    if not is_object(when):
        wrong.append(f"{path}.when: expected conditions with their values, came `{when!r:.40}`")
    asked = {
        "users": _words(raw.get("users", "All"), f"{path}.users", wrong),
        "excluded": _words(raw.get("except", []), f"{path}.except", wrong),
        "resources": _words(raw.get("resources", "All"), f"{path}.resources", wrong),
    }
    if never is None and "requires" in raw:
        asked["requires"] = _requirements(raw["requires"], f"{path}.requires", wrong)
    if len(wrong) > before:
        return None
    question = Asked(**asked, when=dict(when), never_block=never == "block")
    return Assertion(str(name), question)


def _requirements(raw: object, path: str, wrong: list[str]) -> tuple[str, ...]:
    if is_object(raw):
        unknown = sorted(set(raw) - {ANY_OF})
        if unknown or not raw:
            came = unknown[0] if unknown else "nothing"
            wrong.append(f"{path}: expected a control or `{ANY_OF}`, came `{came}`")
        raw = raw.get(ANY_OF, [])
        return _words(raw, f"{path}.{ANY_OF}", wrong)
    if is_list(raw):
        wrong.append(
            f"{path}: expected one control, or `{ANY_OF}` and a list; for all of several controls"
            " write an assertion for each"
        )
        return ()
    return _words(raw, path, wrong)


def _words(raw: object, path: str, wrong: list[str]) -> tuple[str, ...]:
    """Read one word or a list of words."""
    items: Sequence[Any] = raw if is_list(raw) else [raw]
    odd = [each for each in items if not isinstance(each, str) or not each.strip()]
    if odd:
        wrong.append(f"{path}: expected a word or a list of words, came `{odd[0]!r:.40}`")
        return ()
    return tuple(items)


def check(
    assertions: Sequence[Assertion],
    policies: PolicySet,
    names: Names,
    *,
    refused: Sequence[str] = (),
    seen: Sequence[SignIn] = (),
    progress: Callable[[float, int], None] | None = None,
) -> tuple[Answer, ...]:
    """Answer every assertion. `progress` is told the share that is done, and their number.

    Raises InputError, before anything is looked at, where names or words mean nothing: all of them
    at once.
    """
    wrong = [sentence for each in assertions for sentence in _misunderstood(each, names)]
    if wrong:
        raise InputError("; ".join(wrong), hint="names are those of the tenant's export")
    found: list[Answer] = []
    for number, each in enumerate(assertions, 1):
        found.append(gaps(policies, each.asked, names, refused=refused, seen=seen, name=each.name))
        if progress is not None:
            progress(number / len(assertions), number)
    return tuple(found)


def _misunderstood(assertion: Assertion, names: Names) -> Iterator[str]:
    try:
        matters(assertion.asked, names)
    except (UnknownName, InputError) as error:
        yield f"`{assertion.name}`: {error}"


def to_json(answers: Sequence[Answer], world: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Give all answers with the world they hold in, once."""
    return {"assertions": [each.to_json_short() for each in answers], "world": list(world)}
