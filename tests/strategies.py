"""Hypothesis strategies for our own language: rulebooks, facts that fit them, trees of expressions.

`cities()` draws a rulebook (the text of a YAML file, read by the real loader), typed facts and a day. Expressions are
written type by type, so that nearly all of them resolve. A new feature of the language must be added here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml
from hypothesis import assume
from hypothesis import strategies as st

from eduplan_rules import period
from eduplan_rules.language.resolve import Resolved, resolve
from eduplan_rules.language.typed import ResolvedRule
from eduplan_rules.rulebook.load import read_rulebook
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.source import Source
from reference import UNREADABLE, Facts, said
from writer import CHOICES, DIMENSIONS, UNITS, Draw, Writer

Rows = list[dict[str, Any]]

#: fields by entity: name -> (type, unit); their other properties are drawn
FIELDS: dict[str, dict[str, tuple[str, str | None]]] = {
    "county": {
        "spending": ("number", "万元"),
        "grant": ("number", "元"),
        "growth_published": ("number", "%"),
        "people": ("integer", "人"),
        "theme": ("choice", None),
        "reviewed_on": ("date", None),
        "ended_on": ("date", None),
    },
    "school": {
        "students": ("integer", "人"),
        "guards": ("integer", "人"),
        "cost": ("number", "万元"),
        "score": ("number", None),
        "rate": ("number", "%"),
        "stage": ("choice", None),
        "boarding": ("boolean", None),
        "note": ("text", None),
        "opened_on": ("date", None),
        "ended_on": ("date", None),
    },
    "drill": {
        "kind": ("choice", None),
        "present": ("integer", "人"),
        "minutes": ("number", None),
        "remark": ("text", None),
        "ended_on": ("date", None),
    },
    "permit": {"sort": ("choice", None), "amount": ("number", "元"), "level": ("integer", None)},
}
#: fields that a subject's life may begin and end with, by entity
LIVES: dict[str, tuple[list[str], list[str]]] = {
    "county": (["reviewed_on"], ["ended_on"]),
    "school": (["opened_on"], ["ended_on", "boarding"]),
    "drill": ([], ["ended_on"]),
    "permit": (["issued_on"], []),
}
PARENTS = {"school": ("county",), "drill": ("school",), "permit": ("school", "county")}
TEXTS = ["", "x", "Straße", "école", "甲校", "A-1", "ß", "İ", "ΑΣ", "🎒 b", "a.b", "x y"]
NUMBERS = [0.0, 1.0, -1.0, 2.5, 4.0, 10.0, 12.25, -3.5, 0.1, 0.3, 85.0, 1e6, 123456.75]
WHOLES = [0, 1, 2, 3, 5, 7, 40, 100, 1200, 10**9 + 1, 2**53 - 1]
DAYS = [
    date(2019, 12, 31),
    date(2021, 2, 28),
    date(2021, 9, 1),
    date(2022, 1, 1),
    date(2022, 1, 31),
    date(2022, 6, 15),
    date(2022, 12, 31),
]
AS_OF = [
    date(2020, 12, 31),
    date(2022, 12, 30),
    date(2022, 6, 15),
    date(2022, 8, 31),
    date(2022, 12, 31),
    date(2022, 9, 1),
    date(2023, 5, 5),
]
CALENDARS = {"term": {"2021-2022-1": ["2021-09-06", "2022-01-14"], "2021-2022-2": ["2022-02-14", "2022-07-08"]}}


@dataclass(frozen=True)
class City:
    """A rulebook, facts that fit it, and a day."""

    text: str
    resolved: Resolved
    facts: Facts
    as_of: date

    @property
    def book(self) -> Rulebook:
        return self.resolved.book


def delivered(facts: Facts) -> dict[str, Rows]:
    """Typed facts as a feed writes them: what could not be read is there as a text that nobody can read."""
    return {
        name: [{column: "?!" if found is UNREADABLE else found for column, found in row.items()} for row in rows]
        for name, rows in facts.items()
    }


@st.composite
def rulebooks(draw: Draw) -> dict[str, Any]:
    """A rulebook as plain data."""
    book: dict[str, Any] = {"language": 1, "entities": {}, "parameters": {}, "values": {}, "rules": []}
    names = ["county", "school", *draw(st.lists(st.sampled_from(["drill", "permit"]), unique=True))]
    for name in names:
        book["entities"][name] = entity(draw, name, book)
    if draw(st.integers(0, 3)) == 0:
        book["calendars"] = CALENDARS
    book["parameters"] = parameters(draw)
    book["parameters_by_dimension"] = [
        ("limit", "bare"),
        ("steps(2.5)", "bare"),
        ("floor_share", "ratio"),
        ("old_limit", "bare"),
    ]
    values: dict[str, tuple[str, str, str]] = {}
    for number in range(draw(st.integers(0, 2))):
        owner, dimension = draw(st.sampled_from(names)), draw(st.sampled_from(DIMENSIONS))
        value = {"is": Writer(draw, book, owner, None, dict(values)).number(dimension, 2)}
        if dimension in ("money", "head") or draw(st.booleans()):
            unit = draw(st.sampled_from(UNITS[dimension]))
            value |= {"unit": unit} if unit else {}
        book["values"][f"{owner}.value_{number}"] = value
        if "unit" in value or dimension == "bare":
            values[f"value_{number}"] = (owner, "number", dimension)
    for number in range(draw(st.integers(1, 4))):
        book["rules"].append(rule(draw, book, names, values, number))
    del book["parameters_by_dimension"]
    return book


def entity(draw: Draw, name: str, book: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {f"{name}_id": {"type": "text"}}
    made: dict[str, Any] = {"key": f"{name}_id", "fields": fields}
    parents = [parent for parent in PARENTS.get(name, ()) if parent in book["entities"]]
    if parents:
        parent = draw(st.sampled_from(parents))
        made["belongs_to"] = {parent: f"{parent}_id"}
        fields[f"{parent}_id"] = {"type": "text"}
    if name in ("county", "school"):
        kinds = (
            ["year", "year", None]
            if name == "county"
            else [None, "year", "year", "term", "school-year", "quarter", "month"]
        )
        kind = draw(st.sampled_from(kinds))
        made |= {} if kind is None else {"period": kind}
    elif name == "drill":
        made["day"], fields["held_on"] = "held_on", {"type": "date"}
    else:
        made["valid"] = ["issued_on", "valid_until"]
        fields["issued_on"], fields["valid_until"] = {"type": "date"}, {"type": "date"}
        if draw(st.integers(0, 3)):
            fields["valid_until"]["blank"] = "none"
    for word, names in zip(("opened", "closed"), LIVES[name], strict=True):
        if names and draw(st.booleans()):
            made[word] = draw(st.sampled_from(names))
    for each, (kind, unit) in FIELDS[name].items():
        declared: dict[str, Any] = {"type": kind} | ({} if unit is None else {"unit": unit})
        declared |= {"choices": CHOICES} if kind == "choice" else {}
        declared |= {"optional": True} if draw(st.integers(0, 3)) == 0 else {}
        declared |= {"blank": "none"} if draw(st.integers(0, 3)) == 0 else {}
        declared |= {"min": 0} if kind in ("number", "integer") and draw(st.integers(0, 2)) == 0 else {}
        fields[each] = declared
    return made


def parameters(draw: Draw) -> dict[str, Any]:
    stairs = [
        {"below": 2, "value": 1},
        {"below": 10, "value": 2.5, "status": "unverified"},
        {"value": 3, "plus": 1, "per": 5, "above": 10},
    ]
    old: dict[str, Any] = {"values": {"2015-01-01": 1, "2021-01-01": 4}}
    ending = {"ended": "2022-08-31"} if draw(st.booleans()) else {}
    old |= ending
    return {
        "limit": {"value": draw(st.sampled_from([1, 2.5, 10]))},
        "old_limit": old,
        "steps": {"scale": "score", "values": {"2021-01-01": stairs}},
        "by_stage": {"by": ["stage"], "values": {"2020-01-01": {"a": 1, "b": 2.5, "c": None}}},
        "floor_share": {"unit": "%", "value": draw(st.sampled_from([85, 50]))},
        "due_day": {"type": "date", "values": {"2015-01-01": "2021-12-31", "2022-07-01": "2022-10-01"}},
        "start_day": {"type": "date", "value": draw(st.sampled_from(["2021-09-01", "2022-03-01"]))},
        "grace": {"type": "duration", "value": draw(st.sampled_from(["30 days", "1 month"]))},
        "cycle": {"type": "duration", "values": {"2015-01-01": "2 years", "2022-01-01": "400 days"}} | ending,
        "delay": {"type": "duration", "values": {"2015-01-01": "60 days", "2021-07-01": "100 天"}},
        "term_by": {"type": "duration", "by": ["stage"], "value": {"a": "13 months", "b": "0 days", "c": None}},
        "term_steps": {
            "type": "duration",
            "scale": "score",
            "value": [{"below": 4, "value": "1 month"}, {"below": 100, "value": "2 years"}],
        },
        "sizes": {"values": {"2015-01-01": [1, 2.5, 40], "2021-07-01": [0.3, 4]}},
        "allowed": {"type": "text", "values": {"2015-01-01": ["a", "b"], "2022-07-01": ["b"]}},
    }


def rule(draw: Draw, book: dict[str, Any], names: list[str], values: Any, number: int) -> dict[str, Any]:
    subject = draw(st.sampled_from(names))
    made: dict[str, Any] = {"id": f"theme.rule-{number}", "for": subject}
    writer = Writer(draw, book, subject, None, values)
    if draw(st.integers(0, 2)) == 0:
        made["where"] = writer.condition(1)
    if draw(st.integers(0, 3)) == 0:
        made["since"] = draw(st.sampled_from([2021, 2022, "2021-09-01", "start_day"]))
    if draw(st.integers(0, 5)) == 0:
        made["until"] = draw(st.sampled_from([2022, "2022-08-31"]))
    if draw(st.integers(0, 2)) == 0:
        made["due"] = draw(st.sampled_from(["due_day", "2022-12-31", "2023-01-01", writer.day(1)]))
    kind = book["entities"][subject].get("period")
    shorter = {
        "year": ["month", "quarter", "term"],
        "school-year": ["month", "term"],
        "term": ["month"],
        "quarter": ["month"],
    }
    every = shorter.get(kind, [])
    if subject in ("county", "school") and kind is None:
        every = ["quarter", "year", "term"]
    if every and draw(st.integers(0, 3)) == 0:
        made["every"] = draw(st.sampled_from(every))
        made |= {} if kind else {"since": draw(st.sampled_from([2021, 2022]))}
    if draw(st.integers(0, 3)) == 0:
        told = f"{{subject}} {{period}}: {{observed}} {{unit}}, {{required}}, {{gap}}; {{{writer.number('head', 1)}}}"
        made["message"] = {"en": told, "zh": f"{{{writer.condition(1)}}} {{grace}} {{{writer.length()}}}"}
    made["require"] = (
        draw(st.sampled_from([writer.comparison, writer.condition]))(3)
        if draw(st.integers(0, 3))
        else body(draw, writer)
    )
    return made


def body(draw: Draw, writer: Writer) -> dict[str, Any]:
    members: list[Any] = []
    for _ in range(draw(st.integers(1, 3))):
        member: dict[str, Any] = {}
        if draw(st.booleans()):
            dimension = draw(st.sampled_from(DIMENSIONS))
            member = {
                "measure": writer.number(dimension, 1),
                draw(st.sampled_from(["minimum", "maximum"])): writer.number(dimension, 0),
            }
        else:
            member = {"that": writer.condition(1)}
        if draw(st.booleans()):
            member["where"] = writer.condition(0)
        members.append(member)
    kind = draw(st.sampled_from(["all", "any", "at_least"]))
    if kind != "at_least":
        return {kind: members}
    whole: dict[str, Any] = {"at_least": draw(st.integers(1, len(members))), "of": members}
    if draw(st.booleans()):
        whole["others_reach"] = draw(st.sampled_from(["floor_share", "85%"]))
    return whole


@st.composite
def tables(draw: Draw, book: Rulebook) -> Facts:
    """Typed rows that fit a rulebook, with gaps of every kind."""
    facts: dict[str, Rows] = {}
    ids = {
        "county": ["C1", "C2"],
        "school": ["S1", "S2", "S3"],
        "drill": ["D1", "D2", "D3", "D4"],
        "permit": ["P1", "P2", "P3"],
    }
    for name, declared in book.entities.items():
        if name not in {str(rule.for_) for rule in book.rules.values()} and draw(st.integers(0, 7)) == 0:
            continue
        own = {str(each) for fields in (declared.key, *declared.belongs_to.values()) for each in fields}
        columns = [each for each in declared.fields.values() if each.id in own or not_left_out(draw, each, declared)]
        rows = []
        for identity in draw(st.lists(st.sampled_from(ids[name]), min_size=1, unique=True)):
            for label in periods(draw, declared):
                row = {} if declared.period is None else {str(declared.period.column): astray(draw, label)}
                row[str(declared.key[0])] = astray(draw, identity)
                for target, (link,) in declared.belongs_to.items():
                    row[str(link)] = draw(st.sampled_from([*ids[str(target)], *ids[str(target)], None]))
                row |= {str(each.id): content(draw, each, declared) for each in columns if str(each.id) not in row}
                rows.append(row)
        for first, last in declared.spans:
            rows = [forward(row, str(first), str(last)) for row in rows]
        facts[str(name)] = rows
    return linked(facts, book)


def astray(draw: Draw, found: Any) -> Any:
    """What tells a row apart: now and then missing, and the row has no place."""
    return None if draw(st.integers(0, 40)) == 0 else found


def not_left_out(draw: Draw, each: Any, declared: Any) -> bool:
    return each.id in (declared.day, *(declared.valid or ())) or draw(st.integers(0, 5 if each.optional else 23)) > 0


def periods(draw: Draw, declared: Any) -> list[Any]:
    if declared.period is None:
        return [None]
    kind = declared.period.is_
    first, last = (period.period_of_day(kind, day, {}) for day in (date(2020, 10, 1), date(2022, 10, 1)))
    assert first is not None
    assert last is not None
    every = range(max(first, last - 5), last + 2)
    chosen = draw(st.lists(st.sampled_from(every), min_size=2, max_size=4, unique=True))
    return [period.period_label(kind, index) for index in chosen]


def content(draw: Draw, each: Any, declared: Any) -> Any:
    """A cell: mostly a value, sometimes nothing, sometimes what cannot be read."""
    luck = draw(st.integers(0, 23))
    if luck == 0:
        return None
    if luck == 1 and each.type != "text":
        return UNREADABLE
    pools: dict[str, Sequence[Any]] = {
        "number": NUMBERS,
        "integer": WHOLES,
        "boolean": [True, False],
        "choice": CHOICES,
        "text": TEXTS,
        "date": DAYS,
    }
    pool = pools[each.type]
    if each.min is not None:
        pool = [item for item in pool if item >= each.min]
    found = draw(st.sampled_from(pool))
    # an empty text is an empty cell
    return None if found == "" else found + timedelta(draw(st.integers(0, 3))) if isinstance(found, date) else found


def forward(row: dict[str, Any], first: str, last: str) -> dict[str, Any]:
    """The last day not before the first."""
    begins, ends = row.get(first), row.get(last)
    late = isinstance(begins, date) and isinstance(ends, date) and ends < begins
    return row | ({last: begins} if late else {})


def linked(facts: dict[str, Rows], book: Rulebook) -> Facts:
    """References to a key that no row has are missing, as the door makes them."""
    told = said(facts, book)
    for name, rows in facts.items():
        for target, (link,) in book.entities[name].belongs_to.items():
            if name in told and target in told:
                known = {row[str(book.entities[target].key[0])] for row in told[str(target)]}
                for row in rows:
                    if row[str(link)] is not None and row[str(link)] not in known:
                        row[str(link)] = None
    return facts


def read_book(book: dict[str, Any]) -> Resolved:
    """A rulebook read by the real loader; its wrong rules are left out."""
    return resolve(read_rulebook(Source("city.yaml", written(book)))[0])[0]


def written(book: dict[str, Any]) -> str:
    return yaml.safe_dump(book, allow_unicode=True, sort_keys=False, width=10_000)


@st.composite
def around(draw: Draw, book: dict[str, Any]) -> City:
    """Facts and a day for a rulebook."""
    parsed, diagnostics = read_rulebook(Source("city.yaml", written(book)))
    resolved, found = resolve(parsed)
    assume(not any(each.severity == "error" for each in (*diagnostics, *found)))
    assume(not any(map(_is_idle, resolved.rules.values())))
    return City(written(book), resolved, draw(tables(parsed)), draw(st.sampled_from(AS_OF)))


def _is_idle(rule: ResolvedRule) -> bool:
    """Whether an aggregate's condition reads nothing: then it may be decided without the table."""
    wheres = [node.data.where for tree in rule.expressions() for node in tree.walk() if node.op == "aggregate"]
    reads = {"field", "context", "parameter", "aggregate"}
    return any(where is not None and not reads & {node.op for node in where.walk()} for where in wheres)


@st.composite
def cities(draw: Draw) -> City:
    """A rulebook, facts and a day."""
    city: City = draw(around(draw(rulebooks())))
    return city


@st.composite
def mangled_cities(draw: Draw) -> City:
    """Like `cities`, but words of the rules have changed places; only rules that are still right stay."""
    book = draw(rulebooks())
    texts = [rule["require"] for rule in book["rules"] if isinstance(rule["require"], str)]
    words = [
        *_TOKEN.findall(" ".join(texts)),
        "missing",
        "true",
        "[",
        "over ever",
        "this.students",
        "day",
        "drill",
        "school.cost",
    ]
    for rule in book["rules"]:
        if isinstance(rule["require"], str):
            pieces = _TOKEN.findall(rule["require"])
            for place in draw(st.lists(st.integers(0, len(pieces) - 1), min_size=1, max_size=3)):
                pieces[place] = draw(st.sampled_from(words))
            rule["require"] = " ".join(pieces)
    resolved = read_book(book)
    book["rules"] = [rule for rule in book["rules"] if rule["id"] in resolved.rules]
    assume(book["rules"])
    city: City = draw(around(book))
    return city


_TOKEN = re.compile(r'"[^"]*"|\d{4}-\d\d-\d\d|\d+ (?:days?|months?|years?)|[\w.]+%?|[<>!]=|\S')
