"""Parts of the policy form that scripts ask for: what a picker finds, and the rows of a filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ostiary.admin.filter_rows import MOST, Row, rows_of, rule_of
from ostiary.admin.form_states import MODES, PLACES, Place
from ostiary.admin.picking import Found, found_for
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit
from ostiary.model.errors import InputError, RuleError

PICK: Final = "/pick"
ROWS: Final = "/filter-rows"
_AT_ONCE: Final = 20


async def pick(visit: Visit) -> Answer:
    """Give what a picker may choose: at most some objects for each of its fields."""
    sought = visit.query.get("search", "").strip()[:100]
    wanted = set(visit.browser.query_params.getlist("field"))
    found: list[Found] = []
    for place in PLACES:
        if place.name in wanted and place.field.lookup is not None:
            found += await found_for(visit.graph, place.name, place.field.lookup, sought, _AT_ONCE)
    return Shown("pick_part", {"found": found, "sought": sought, "most": _AT_ONCE})


async def filter_rows(visit: Visit) -> Answer:
    """Give a filter as rows and as text, after what was done with it.

    `do` says what: `rows` were changed, the `text` was, `add` one, or `remove-N` one of them.
    """
    name, do = visit.form.get("filter", ""), visit.form.get("do", "")
    place = next((each for each in PLACES if each.name == name), None)
    if place is None or place.field.vocabulary is None:
        return Shown("not_found", status=404)
    vocabulary = place.field.vocabulary
    rule, rows = visit.form.get(name, "").strip(), _rows(visit, place)
    if do.startswith("remove-"):
        rows = [each for number, each in enumerate(rows) if do != f"remove-{number}"]
    problem = ""
    if do != "text":
        try:
            rule = rule_of(rows, vocabulary)
        except (InputError, RuleError) as error:
            hint = f" ({error.hint})" if error.hint else ""
            problem = f"{error.message}{hint}"
    shown = rows_of(rule, vocabulary)
    if problem or (do in {"add", "rows"} and not shown.as_text):
        # What somebody is typing stays in its row, also where it is no comparison yet.
        added = [Row("and", "", "-eq", "")] if do == "add" else []
        shown = replace(shown, rows=tuple([*rows, *added][:MOST]), problem=problem, as_text=False)
    mode = visit.form.get(f"{name}.mode", "")
    values = {
        "each": {
            "name": name,
            "label": place.field.label,
            "rule": rule,
            "mode": mode if mode in MODES else MODES[0],
            "rows": shown,
        }
    }
    # The rows stay as they are while somebody types in them: only what they say is written anew.
    return Shown("written_part" if do == "rows" else "filter_part", values)


def _rows(visit: Visit, place: Place) -> list[Row]:
    columns = [
        list(visit.sent.get(f"{place.name}.row.{each}", ()))
        for each in ("joint", "property", "operator", "value")
    ]
    # The first row is joined to nothing: it sends no joint.
    if len(columns[0]) < len(columns[1]):
        columns[0] = ["", *columns[0]]
    return [Row(*_four(each)) for each in zip(*columns, strict=False)][:MOST]


def _four(values: Sequence[str]) -> tuple[str, str, str, str]:
    joint, name, operator, value = values
    return joint, name, operator, value


ROUTES: Final = (
    PageRoute("GET", PICK, pick),
    PageRoute("POST", ROWS, filter_rows, kept=False),
)
