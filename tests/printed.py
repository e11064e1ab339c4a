"""What the text of a remedy says, read back in either language, and made on facts as if that were all one had.

In: the plain data of a remedy. Out: `Printed`: the kinds of its sentences, changes that its text calls enough, and the
same with one of the printed numbers a step less. The sentences are those of the table that prints them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from eduplan_rules.reports.explain.said import KINDS, PIECES
from eduplan_rules.rulebook.model import Field, Rulebook
from remedies import STEP, Edits, row_of

LANGUAGES = ("en", "zh")
Facts = Mapping[str, Sequence[Mapping[str, Any]]]
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
#: as much as must lie between numbers for them to differ, relative to the larger
_APART = 1e-8
_STRICT = {"above": 1, "below": -1, "given->": 1, "given-<": -1}
_ENDS = {"given->=": 1, "given-<=": -1, "given-day->=": 1, "given-day-<=": -1}


@dataclass(frozen=True)
class Printed:
    """What a text asks for."""

    kinds: frozenset[str]
    enough: Sequence[Edits]
    less: Sequence[Edits]


def bare(text: str, language: str) -> str:
    """Chinese without the spaces that only keep figures apart."""
    return text.replace(" ", "") if language == "zh" else text


def pattern(template: str) -> re.Pattern[str]:
    """A sentence with gaps, as what it matches."""
    seen: list[str] = []

    def gap(found: re.Match[str]) -> str:
        seen.append(found[1])
        return f"(?P={found[1]})" if found[1] in seen[:-1] else f"(?P<{found[1]}>.+)"

    return re.compile(re.sub(r"\\\{(\w+)\\\}", gap, re.escape(template)))


def kind_and_gaps(text: str, language: str, among: Callable[[str], bool]) -> tuple[str, dict[str, str]]:
    """Which sentence it is, the one with the most words of its own, and what stands in its gaps."""
    found: list[tuple[int, str, dict[str, str]]] = []
    for kind, sentence in KINDS.items():
        template = bare(sentence[language == "zh"], language)
        match = pattern(template).fullmatch(bare(text, language)) if among(kind) else None
        if match:
            found.append((len(re.sub(r"\{\w+\}", "", template)), kind, match.groupdict()))
    assert found, text
    _, kind, gaps = max(found, key=lambda each: each[0])
    return kind, gaps


def number(text: str) -> float:
    """The number that an amount begins with."""
    found = _NUMBER.match(text.strip())
    assert found, text
    return float(found[0])


def read(remedy: Mapping[str, Any], language: str, book: Rulebook, facts: Facts) -> Printed:
    """What the text of a remedy says in a language."""
    if remedy["target"] == "together":
        return _together(remedy, [read(part, language, book, facts) for part in remedy["parts"]], language)
    gaps: dict[str, str] = {}
    text, outer = remedy["text"][language], []
    while True:
        kind, more = kind_and_gaps(text, language, lambda kind: fits(kind, remedy))
        gaps |= more
        # both say the same of a cell in which nothing stands
        any_value = kind == "fill-in" and not remedy["edits"][0]["placeholder"]
        outer.append("given-any" if any_value else kind)
        if "said" not in more:
            break
        text = more["said"]
    if kind == "hidden":
        return Printed(frozenset(outer), [], [])
    edits = remedy["edits"]
    if remedy["target"] == "fact":
        enough, less = _of_fact(kind, gaps, remedy, book)
    elif remedy["target"] == "total":
        enough, less = _of_total(kind, number(gaps["change"]), remedy, book, facts)
    elif kind.startswith("level"):
        enough, less = _of_level(kind, gaps, remedy, facts)
    else:
        enough, less = _of_rows(kind, gaps, remedy, book)
    return Printed(frozenset(outer), [edits, *enough], less)


def fits(kind: str, remedy: Mapping[str, Any]) -> bool:
    """Whether such a sentence can be said of such a remedy."""
    if kind == "hidden":
        return True
    match remedy["target"]:
        case "fact":
            return not kind.startswith(("rows", "level", "total", "together"))
        case "rows":
            return kind.startswith(("rows", "level-middle"))
        case target:
            return kind.startswith(target)


def _together(remedy: Mapping[str, Any], parts: Sequence[Printed], language: str) -> Printed:
    texts = PIECES["and"][language == "zh"].join(part["text"][language] for part in remedy["parts"])
    assert remedy["text"][language] == KINDS["together"][language == "zh"].format(parts=texts)
    whole = [each["edits"] for each in remedy["parts"]]
    enough, less = [], []
    for place, part in enumerate(parts):
        rest = [edit for other, edits in enumerate(whole) if other != place for edit in edits]
        enough += [[*rest, *edits] for edits in part.enough]
        less += [rest, *([*rest, *edits] for edits in part.less)]
    return Printed(frozenset({"together"}).union(*(part.kinds for part in parts)), enough, less)


# one fact


def _of_fact(
    kind: str, gaps: Mapping[str, str], remedy: Mapping[str, Any], book: Rulebook
) -> tuple[list[Edits], list[Edits]]:
    (edit,) = remedy["edits"]
    field = book.entities[edit["entity"]].fields[edit["field"]]
    values, others = _values(kind, gaps, remedy, field)

    def put(value: Any) -> Edits:
        return [{**edit, "to": value, "placeholder": False}]

    return [put(value) for value in values], [put(value) for value in others if _inside(field, value)]


def _inside(field: Field, value: Any) -> bool:
    """Whether a field may hold a value."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return True
    return (field.min is None or value >= field.min) and (field.max is None or value <= field.max)


def _values(kind: str, gaps: Mapping[str, str], remedy: Mapping[str, Any], field: Field) -> tuple[list[Any], list[Any]]:
    """The values of a cell that are called enough, and those that are a step less."""
    if field.type == "date":
        return _days(kind, gaps, remedy)
    if kind in ("empty", "fill-in", "given-text", "given-any"):
        return _anything(kind, field), []
    if field.type not in ("integer", "number"):
        labels = {str(choice): (label or {}) for choice, label in field.choices.items()}
        told = list(remedy["choices"] or [remedy["to"]])
        return told, [choice for choice in labels if choice not in (*told, remedy["from"])]
    whole = field.type == "integer"
    step = 1 if whole else STEP * (abs(remedy["limit"]) or 1)
    if kind in _STRICT:
        limit, way = number(gaps["limit"]), _STRICT[kind]
        assert not whole
        return [limit + way * step, limit + way * step * 0.5], [limit - way * step]
    if kind in _ENDS:
        limit, way = number(gaps["limit"]), _ENDS[kind]
        return [_typed(limit, whole)], [_typed(limit - way * step, whole)]
    to = _typed(number(gaps["to"]), whole)
    if kind not in ("more", "less"):
        return [to], []
    way = 1 if kind == "more" else -1
    by = remedy["from"] + way * number(gaps["change"])
    assert abs(number(gaps["now"]) - remedy["from"]) <= 1e-4 * max(1, abs(remedy["from"]))
    less = [_typed(each - way * step, whole) for each in (to, by)]
    return [to, _typed(by, whole)], [each for each in less if (each - remedy["from"]) * way >= 0]


def _typed(value: float, whole: bool) -> Any:  # noqa: FBT001
    assert not whole or value == int(value), value
    return int(value) if whole else value


def _anything(kind: str, field: Field) -> list[Any]:
    if kind == "empty":
        return [None]
    match field.type:
        case "text":
            return ["甲〔2022〕1号"] if kind == "given-text" else ["甲", "another 7"]
        case "boolean":
            return [True, False]
        case "choice":
            return [str(choice) for choice in field.choices]
        case _:
            made: list[Any] = [0, 1, 77] if field.type == "integer" else [0.0, 0.5, 1234.5]
            return [value for value in made if _inside(field, value)]


def _days(kind: str, gaps: Mapping[str, str], remedy: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
    day = timedelta(1)
    if kind == "empty":
        return [None], []
    if kind in ("given-any", "fill-in"):
        return ["2001-02-03", "2022-10-10"], []
    if kind.endswith("between"):
        first, last = (date.fromisoformat(gaps[name].strip()) for name in ("first", "last"))
        return [_iso(first), _iso(last)], [_iso(first - day), _iso(last + day)]
    to = date.fromisoformat(gaps["limit" if "limit" in gaps else "to"].strip())
    way = {"later": 1, "earlier": -1, **_ENDS}.get(kind)
    if way is None:
        return [_iso(to)], []
    if "change" in gaps:
        assert date.fromisoformat(remedy["from"]) + way * int(number(gaps["change"])) * day == to
    return [_iso(to)], [_iso(to - way * day)]


def _iso(day: date) -> str:
    return day.isoformat()


# totals


def _of_total(
    kind: str, change: float, remedy: Mapping[str, Any], book: Rulebook, facts: Facts
) -> tuple[list[Edits], list[Edits]]:
    """The change made on the row that was chosen, and on each other one that the text speaks of."""
    (edit,) = remedy["edits"]
    way = -1 if kind in ("total-less", "total-below") else 1
    before = edit["from"] or 0
    step = 1 if isinstance(edit["to"], int) else STEP * (abs(remedy["limit"]) or 1)
    strict = kind in ("total-above", "total-below")

    def on(row: Mapping[str, Any], by: float) -> Edits:
        value = (row[edit["field"]] or 0) + way * by
        value = round(value) if isinstance(edit["to"], int) else value
        if edit["action"] == "add":
            return [{**edit, "to": value, "cells": {**edit["cells"], edit["field"]: value}}]
        return [{**edit, "to": value, "location": row["location"], "key": row["key"]}]

    chosen = {edit["field"]: before, "location": edit["location"], "key": edit["key"]}
    others = [] if edit["action"] == "add" else list(_others(remedy, book, facts))
    enough = [on(row, change + (step if strict else 0)) for row in [chosen, *others]]
    return enough, [on(row, change - step) for row in [chosen, *others] if change - step >= 0]


def _others(remedy: Mapping[str, Any], book: Rulebook, facts: Facts) -> Iterator[dict[str, Any]]:
    """The other rows of which a total is; its condition is one in Python too. Less may be too little for them."""
    (edit,) = remedy["edits"]
    entity, rows = book.entities[edit["entity"]], facts[edit["entity"]]
    where = compile((remedy["where"] or "True").replace(" = ", " == "), "where", "eval")
    alike = {str(name) for names in entity.belongs_to.values() for name in names}
    alike |= set() if entity.period is None else {str(entity.period.column)}
    own = rows[edit["location"]["line"] - 1]
    for line, row in enumerate(rows, start=1):
        inside = all(row[name] == own[name] for name in alike)
        inside = inside and (entity.day is None or row[entity.day].year == own[entity.day].year)
        inside = inside and eval(where, {"__builtins__": {}}, dict(row))
        if inside and row is not own and row.get(edit["field"]) is not None and remedy["change"] > 0:
            yield {edit["field"]: row[edit["field"]], "location": {"line": line}, "key": [line]}


# rows


def _of_rows(
    kind: str, gaps: Mapping[str, str], remedy: Mapping[str, Any], book: Rulebook
) -> tuple[list[Edits], list[Edits]]:
    """As many rows as are told; of a new row nothing but what is told is as it was proposed."""
    told, edits = int(number(gaps["number"])), remedy["edits"]
    assert told == abs(int(number(gaps["needed"])) - int(number(gaps["met"]))), gaps
    own = [edit for edit in edits if edit["entity"] == remedy["entity"]]
    if remedy["first"]:
        order = list(dict.fromkeys(row_of(edit) for edit in edits))
        if len(own) < len(edits):
            return [], []
        assert len(order) == told
        left = [edit for edit in edits if row_of(edit) != order[-1]]
        first = [edit for edit in edits if row_of(edit) != order[0]]
        return [], [left, first]
    assert len(edits) == told
    return [[_varied(edit, remedy, book) for edit in edits]], [edits[:-1], edits[1:]]


def _varied(edit: Mapping[str, Any], remedy: Mapping[str, Any], book: Rulebook) -> Mapping[str, Any]:
    """A new row in which all that the text does not speak of is something else."""
    entity = book.entities[edit["entity"]]
    links = [name for names in entity.belongs_to.values() for name in names]
    times = [entity.day, entity.opened, entity.closed, *(entity.valid or ())]
    fixed = {str(name) for name in (*entity.key, *links, *times) if name is not None}
    said = f"{remedy['condition']} {remedy['where']} {remedy['text']['en']}"
    cells: dict[str, Any] = {}
    for name, field in entity.fields.items():
        if str(name) in fixed or str(name) in said:
            continue
        match field.type:
            case "integer" | "number":
                cells[str(name)] = 7 if field.type == "integer" else 7.75
            case "boolean":
                cells[str(name)] = not edit["cells"].get(str(name))
            case "choice":
                cells[str(name)] = [str(choice) for choice in field.choices][-1]
            case "text":
                cells[str(name)] = "其他"
            case "date":
                cells[str(name)] = "2020-02-02"
    return {**edit, "cells": {**edit["cells"], **cells}}


# levels


def _of_level(
    kind: str, gaps: Mapping[str, str], remedy: Mapping[str, Any], facts: Facts
) -> tuple[list[Edits], list[Edits]]:
    edits, limit = remedy["edits"], number(gaps["limit"])
    rows = {row_of(edit) for edit in edits}
    assert int(number(gaps["number"])) == len(rows) == len(edits)
    up = remedy["side"] == ">="
    way = 1 if up else -1
    whole = all(isinstance(edit["to"], int) for edit in edits)
    step = 1 if whole and remedy["field"] is not None else STEP * (abs(limit) or 1)
    strict = kind in ("level-above", "level-below")

    def at(level: float) -> Edits:
        found = [(edit, brought(edit, level, remedy, facts, up=up)) for edit in edits]
        return [{**edit, "to": to} for edit, to in found if (to - edit["from"]) * way > 0]

    fewer = [[edit for edit in edits if row_of(edit) != row] for row in (row_of(edits[0]), row_of(edits[-1]))]
    less = [at(limit - way * step)]
    return [at(limit + way * step if strict else limit)], [*less, *fewer]


def brought(
    edit: Mapping[str, Any],
    level: float,
    remedy: Mapping[str, Any],
    facts: Facts,
    *,
    up: bool,
) -> Any:
    """The least value of a cell with which what its row brings is at a level; its text is arithmetic in Python too."""
    row = facts[edit["entity"]][edit["location"]["line"] - 1]
    if remedy["field"] is not None:
        whole = isinstance(edit["to"], int)
        to = int(level) if whole else level
        return to if (to > edit["from"]) is up else edit["from"]
    code = compile(remedy["condition"], "condition", "eval")
    low = high = edit["from"]

    def there(value: float) -> bool:
        found = eval(code, {"__builtins__": {}}, {**row, edit["field"]: value})
        apart = 1e-15 * max(abs(found), abs(level))
        return bool(found >= level - apart if up else found <= level + apart)

    if there(low):
        return low
    size: float = 1
    while not there(high):
        high, size = low + (size if up else -size), 2 * size
    whole = isinstance(edit["to"], int)
    while abs(high - low) > (1 if whole else 1e-15 * max(abs(low), abs(high), 1)):
        middle = (low + high) // 2 if whole else (low + high) / 2
        if middle in (low, high):
            break
        low, high = (low, middle) if there(middle) else (middle, high)
    return int(high) if whole else high
