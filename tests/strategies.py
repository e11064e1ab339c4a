"""Hypothesis strategies for our own language: rulebooks, facts that fit them, trees of expressions.

`cities()` draws a rulebook (the text of a YAML file, read by the real loader), typed facts and a day. Expressions are
written type by type, so that nearly all of them resolve. A new feature of the language must be added here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import yaml
from hypothesis import assume
from hypothesis import strategies as st

from eduplan_rules import expr as ast
from eduplan_rules import period
from eduplan_rules.load import read_rulebook
from eduplan_rules.model import Rulebook
from eduplan_rules.resolve import Resolved, resolve
from eduplan_rules.source import Source, Span
from eduplan_rules.typed import ResolvedRule
from reference import UNREADABLE, Facts

Draw = Callable[..., Any]
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
    },
    "drill": {
        "kind": ("choice", None),
        "present": ("integer", "人"),
        "minutes": ("number", None),
        "remark": ("text", None),
    },
    "permit": {"sort": ("choice", None), "amount": ("number", "元"), "level": ("integer", None)},
}
PARENTS = {"school": ("county",), "drill": ("school",), "permit": ("school", "county")}
CHOICES = ["a", "b", "c"]
TEXTS = ["", "x", "Straße", "école", "甲校", "A-1", "ß", "İ", "ΑΣ", "🎒 b", "a.b", "x y"]
NUMBERS = [0.0, 1.0, -1.0, 2.5, 4.0, 10.0, 12.25, -3.5, 0.1, 0.3, 85.0, 1e6, 123456.75]
WHOLES = [0, 1, 2, 3, 5, 7, 40, 100, 1200, 10**9 + 1, 2**53 - 1]
DAYS = [
    date(2019, 12, 31),
    date(2021, 2, 28),
    date(2021, 9, 1),
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
#: dimensions of numbers: the units that measure them
UNITS: dict[str, tuple[str | None, ...]] = {"money": ("万元", "元"), "head": ("人",), "ratio": ("%",), "bare": (None,)}
DIMENSIONS = list(UNITS)


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


@dataclass
class Writer:
    """Writes expressions about the rows of one entity."""

    draw: Draw
    book: dict[str, Any]
    entity: str
    outer: Writer | None = None
    #: what a derived value may still refer to
    values: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)

    @property
    def alone(self) -> Writer:
        """Of another period's row, which has no subject."""
        return Writer(self.draw, self.book, self.entity, None, self.values)

    def pick(self, options: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def fields(self, kind: str, dimension: str | None = None) -> list[str]:
        """Own fields of a kind, those of the parents, and inside an aggregate those of the subject."""
        found = self._own(self.entity, kind, dimension)
        for name in self.up():
            found += [f"{name}.{each}" for each in self._own(name, kind, dimension)]
        if self.outer is not None:
            found += [f"this.{each}" for each in self.outer._own(self.outer.entity, kind, dimension)]
            found += [
                f"this.{each}" for each in self.outer.fields(kind, dimension) if "." in each and "this" not in each
            ]
        return found

    def _own(self, entity: str, kind: str, dimension: str | None) -> list[str]:
        names = []
        for name, declared in self.book["entities"][entity]["fields"].items():
            wanted = (kind, "integer") if kind == "number" else (kind,)
            if declared["type"] in wanted and (dimension is None or declared.get("unit") in UNITS[dimension]):
                names.append(name)
        return names + [
            name for name, (owner, a, b) in self.values.items() if owner == entity and (a, b) == (kind, dimension)
        ]

    def up(self, entity: str | None = None) -> list[str]:
        """Entities that this one belongs to, near and far."""
        found: list[str] = []
        for name in self.book["entities"][entity or self.entity].get("belongs_to", {}):
            found += [name, *self.up(name)]
        return list(dict.fromkeys(found))

    def down(self) -> list[str]:
        below = [name for name in self.book["entities"] if self.entity in self.up(name)]
        return [*below, self.entity] if below or self.draw(st.booleans()) else [self.entity]

    @property
    def timed(self) -> bool:
        return "period" in self.book["entities"][self.entity]

    # numbers

    def number(self, dimension: str, depth: int) -> str:
        leaves = self.fields("number", dimension)
        literal = {"ratio": "{}%", "bare": "{}", "money": "{}", "head": "{}"}[dimension]
        simple = not depth or self.draw(st.integers(0, 3)) == 0
        if simple:
            if leaves and self.draw(st.integers(0, 4)):
                return str(self.pick(leaves))
            limits = [name for name, unit in self.book["parameters_by_dimension"] if unit == dimension]
            if limits and self.draw(st.booleans()):
                return str(self.pick(limits))
            if leaves and dimension in ("money", "head"):
                return str(self.pick(leaves))
            return literal.format(self.pick(["0", "1", "2.5", "4", "10", "100"]))
        ways: list[Callable[[], str]] = [
            lambda: f"({self.number(dimension, depth - 1)} {self.pick('+-')} {self.number(dimension, depth - 1)})",
            lambda: f"({self.number(dimension, depth - 1)} {self.pick('*/')} {self.number('bare', depth - 1)})",
            lambda: f"{self.pick(['round', 'floor', 'ceil', 'abs', '-'])}({self.number(dimension, depth - 1)})",
            lambda: f"round({self.number(dimension, depth - 1)}, {self.pick([0, 1, 2])})",
            lambda: f"{self.pick(['min', 'max'])}({self.several(dimension, depth - 1)})",
            lambda: (
                f"if({self.condition(depth - 1)}, "
                f"{self.number(dimension, depth - 1)}, {self.number(dimension, depth - 1)})"
            ),
            lambda: f"coalesce({self.several(dimension, depth - 1)})",
            lambda: self.aggregate(dimension, depth - 1),
            lambda: self.aggregate(dimension, depth - 1),
        ]
        if self.timed:
            ways += [lambda: f"{self.pick(['previous', 'change'])}({self.alone.number(dimension, depth - 1)})"]
        if dimension == "ratio":
            ways += [
                lambda: self.ratio(depth - 1),
                lambda: f"share({self.inside(lambda w: w.condition(depth - 1))})",
                lambda: f"cv({self.inside(lambda w: w.number(w.pick(DIMENSIONS), depth - 1), mean=True)})",
            ]
            if self.timed:
                ways += [lambda: f"growth({self.alone.number(self.pick(DIMENSIONS), depth - 1)})"]
        if dimension == "bare":
            ways += [
                lambda: f"count({self.inside(None)})",
                lambda: f"count({self.inside(None)})",
                lambda: f"count_distinct({self.inside(lambda w: w.keys())})",
                lambda: f"{self.pick(['year', 'month'])}({self.day(depth - 1)})",
                lambda: f"months_between({self.day(depth - 1)}, {self.day(depth - 1)})",
                lambda: f"length({self.text(depth - 1)})",
            ]
        return str(self.pick(ways)())

    def several(self, dimension: str, depth: int) -> str:
        return ", ".join(self.number(dimension, depth) for _ in range(self.draw(st.integers(2, 3))))

    def ratio(self, depth: int) -> str:
        dimension = self.pick(["money", "head", "bare"])
        return f"({self.number(dimension, depth)} / {self.number(dimension, depth)} * 100%)"

    def aggregate(self, dimension: str, depth: int) -> str:
        name = self.pick(["sum", "mean", "median", "min", "max"])
        inside = self.inside(lambda w: w.number(dimension, depth), mean=name == "mean", skip=name in ("sum", "median"))
        return f"{name}({inside})"

    def inside(self, what: Callable[[Writer], str] | None, *, mean: bool = False, skip: bool = False) -> str:
        """What stands between the parentheses of an aggregate."""
        target = self.pick(self.down())
        there = Writer(self.draw, self.book, target, self, self.values)
        text = target if what is None else f"{what(there)} for {target}"
        if self.draw(st.integers(0, 2)) == 0:
            text += f" where {there.condition(1)}"
        if self.draw(st.integers(0, 4)) == 0:
            text += self.pick(
                [" over last 1 year", " over last 18 months", " over last 400 days", " over ever", " over last 0 days"]
            )
        if mean and self.draw(st.integers(0, 2)) == 0:
            text += f" weighted by {there.number('head', 0)}"
        if (mean or skip) and self.draw(st.integers(0, 2)) == 0:
            text += " skip missing"
        return text

    def keys(self) -> str:
        names = [
            name
            for kind in ("text", "choice", "integer", "date", "boolean")
            for name in self._own(self.entity, kind, None)
        ]
        return ", ".join(self.draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)))

    # days and texts

    def day(self, depth: int) -> str:
        leaves = [*self.fields("date"), "day", "as_of", "period"] + (["period_start"] if self.timed else [])
        simple = not depth or self.draw(st.booleans())
        if simple:
            return str(self.pick([*leaves, "2021-09-01", "2022-02-28", "2024-02-29"]))
        amount = self.pick(["30 days", "1 month", "13 months", "2 years", "0 days"])
        ways: list[Callable[[], str]] = [
            lambda: f"({self.day(depth - 1)} {self.pick('+-')} {amount})",
            lambda: f"{self.pick(['min', 'max'])}({self.day(depth - 1)}, {self.day(depth - 1)})",
            lambda: f"coalesce({self.day(0)}, {self.day(depth - 1)})",
            lambda: f"if({self.condition(depth - 1)}, {self.day(depth - 1)}, {self.day(depth - 1)})",
            lambda: f"{self.pick(['min', 'max'])}({self.inside(lambda w: w.day(depth - 1))})",
        ]
        if self.timed and self.alone.fields("date"):
            ways.append(lambda: f"previous({self.pick(self.alone.fields('date'))})")
        return str(self.pick(ways)())

    def text(self, depth: int) -> str:
        leaves = self.fields("text") + self.fields("choice")
        if not leaves:
            return '"x"'
        leaf = str(self.pick(leaves))
        return f"lower({leaf})" if depth and self.draw(st.integers(0, 2)) == 0 else leaf

    # conditions

    def condition(self, depth: int) -> str:
        if not depth:
            return self.simple()
        ways: list[Callable[[], str]] = [
            lambda: self.comparison(depth - 1),
            lambda: self.comparison(depth - 1),
            lambda: self.comparison(depth - 1),
            self.simple,
            lambda: f"({self.condition(depth - 1)} {self.pick(['and', 'or'])} {self.condition(depth - 1)})",
            lambda: f"(not {self.condition(depth - 1)})",
            lambda: f"{self.pick(['any', 'all'])}({self.inside(lambda w: w.condition(depth - 1))})",
            lambda: f"{self.pick(['any', 'all'])}({self.inside(lambda w: w.condition(depth - 1))})",
            lambda: f"(if({self.condition(depth - 1)}, {self.condition(depth - 1)}, {self.condition(depth - 1)}))",
            lambda: f"({self.day(depth - 1)} {self.pick(['<', '<=', '=', '!=', '>', '>='])} {self.day(depth - 1)})",
            lambda: f"({self.text(depth - 1)} {self.pick(['=', '!='])} {self.text(0)})",
            lambda: f"days_between({self.day(depth - 1)}, {self.day(depth - 1)}) {self.pick(['<', '>='])} 100 days",
        ]
        if self.timed:
            ways += [lambda: self.trend(depth - 1)]
        return str(self.pick(ways)())

    def comparison(self, depth: int) -> str:
        dimension = self.pick(DIMENSIONS)
        left = self.number(dimension, depth)
        if self.draw(st.integers(0, 5)) == 0:
            return f"({left} between {self.number(dimension, 0)} and {self.number(dimension, 0)})"
        if self.draw(st.integers(0, 7)) == 0:
            return f"({left} {self.pick(['in', 'not in'])} [{self.number(dimension, 0)}, {self.number(dimension, 0)}])"
        right = self.number(dimension, self.pick([0, 0, depth]))
        return f"({left} {self.pick(['<', '<=', '=', '!=', '>', '>='])} {right})"

    def trend(self, depth: int) -> str:
        value = self.alone.number(self.pick(DIMENSIONS), depth)
        published = [name for name in self.fields("number", "ratio") if not name.startswith("this.")]
        second = f", {self.pick(published)}" if published and self.draw(st.booleans()) else ""
        return f"{self.pick(['rises', 'does_not_fall'])}({value}{second})"

    def simple(self) -> str:
        """A condition on one field."""
        ways: list[Callable[[], str]] = [lambda: f"({self.number('bare', 0)} >= {self.number('bare', 0)})"]
        every = [name for kind in ("number", "text", "choice", "date", "boolean") for name in self.fields(kind)]
        every = [name for name in every if name.rpartition(".")[2] not in self.values]
        texts, choices, flags = self.fields("text"), self.fields("choice"), self.fields("boolean")
        if every:
            ways += 2 * [lambda: f"({self.pick(every)} {self.pick(['is missing', 'is not missing'])})"]
            if self.timed and every[0] in self.alone.fields("number"):
                ways += [lambda: f"(previous({every[0]}) {self.pick(['is missing', 'is not missing'])})"]
        if choices:
            listed = self.pick(['["a"]', '["a", "c"]', "allowed"])
            ways += 2 * [lambda: f"({self.pick(choices)} {self.pick(['in', 'not in'])} {listed})"]
            ways += [lambda: f'({self.pick(choices)} {self.pick(["=", "!="])} "{self.pick(CHOICES)}")']
        if flags:
            ways += [lambda: f"({self.pick(flags)})", lambda: f"({self.pick(flags)} = {self.pick(['true', 'false'])})"]
        if texts:
            ways += [
                lambda: (
                    f"{self.pick(['contains', 'starts_with'])}({self.pick(texts)}, "
                    f'"{self.pick(["x", "校", "A", "."])}")'
                ),
                lambda: f'matches({self.pick(texts)}, "{self.pick(["[A-Z]-[0-9]", "x.*", "a|x y", "甲."])}")',
                lambda: f'({self.pick(texts)} {self.pick(["<", ">=", "="])} "{self.pick(["x", "é", "甲", "Z"])}")',
            ]
        return str(self.pick(ways)())


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
    for each, (kind, unit) in FIELDS[name].items():
        declared: dict[str, Any] = {"type": kind} | ({} if unit is None else {"unit": unit})
        declared |= {"choices": CHOICES} if kind == "choice" else {}
        declared |= {"optional": True} if draw(st.integers(0, 3)) == 0 else {}
        declared |= {"blank": "none"} if draw(st.integers(0, 3)) == 0 else {}
        declared |= {"min": 0} if kind in ("number", "integer") and draw(st.integers(0, 2)) == 0 else {}
        fields[each] = declared
    return made


def parameters(draw: Draw) -> dict[str, Any]:
    stairs = [{"below": 2, "value": 1}, {"below": 10, "value": 2.5}, {"value": 3, "plus": 1, "per": 5, "above": 10}]
    old: dict[str, Any] = {"values": {"2015-01-01": 1, "2021-01-01": 4}}
    if draw(st.booleans()):
        old["ended"] = "2022-08-31"
    return {
        "limit": {"value": draw(st.sampled_from([1, 2.5, 10]))},
        "old_limit": old,
        "steps": {"scale": "score", "values": {"2021-01-01": stairs}},
        "by_stage": {"by": ["stage"], "values": {"2020-01-01": {"a": 1, "b": 2.5, "c": None}}},
        "floor_share": {"unit": "%", "value": draw(st.sampled_from([85, 50]))},
        "due_day": {"type": "date", "values": {"2015-01-01": "2021-12-31", "2022-07-01": "2022-10-01"}},
        "allowed": {"type": "text", "values": {"2015-01-01": ["a", "b"], "2022-07-01": ["b"]}},
    }


def rule(draw: Draw, book: dict[str, Any], names: list[str], values: Any, number: int) -> dict[str, Any]:
    subject = draw(st.sampled_from(names))
    made: dict[str, Any] = {"id": f"theme.rule-{number}", "for": subject}
    writer = Writer(draw, book, subject, None, values)
    if draw(st.integers(0, 2)) == 0:
        made["where"] = writer.condition(1)
    if draw(st.integers(0, 3)) == 0:
        made["since"] = draw(st.sampled_from([2021, 2022, "2021-09-01"]))
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
                row = {} if declared.period is None else {str(declared.period.column): label}
                row[str(declared.key[0])] = identity
                for target, (link,) in declared.belongs_to.items():
                    row[str(link)] = draw(st.sampled_from([*ids[str(target)], *ids[str(target)], None]))
                row |= {str(each.id): content(draw, each, declared) for each in columns if str(each.id) not in row}
                rows.append(row)
        if declared.valid is not None:
            rows = [forward(row) for row in rows]
        facts[str(name)] = rows
    return linked(facts, book)


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
    anchor = each.id in (declared.day, *(declared.valid or ())[:1])
    luck = draw(st.integers(0, 23))
    if luck == 0 and not anchor:
        return None
    if luck == 1 and not anchor and each.type != "text":
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


def forward(row: dict[str, Any]) -> dict[str, Any]:
    """The last day not before the first."""
    last = row["valid_until"]
    late = isinstance(last, date) and last < row["issued_on"]
    return row | ({"valid_until": row["issued_on"]} if late else {})


def linked(facts: dict[str, Rows], book: Rulebook) -> Facts:
    """References to a key that no row has are missing, as the door makes them."""
    for name, rows in facts.items():
        for target, (link,) in book.entities[name].belongs_to.items():
            if target in facts:
                known = {row[str(book.entities[target].key[0])] for row in facts[str(target)]}
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


# trees of expressions, right or wrong

WORDS = [
    "guards",
    "stage",
    "school",
    "county",
    "drill",
    "专职保安数",
    "_x",
    "é",
    "x1",
    "isle",
    "fortune",
    "notes",
    "andy",
    "非义务",
]
FUNCTION_WORDS = ["round", "min", "if", "coalesce", "previous", "rises", "share", "count", "f", "四舍五入", "占比"]


def trees(
    span: Span, words: Sequence[str] = WORDS, functions: Sequence[str] = FUNCTION_WORDS
) -> st.SearchStrategy[ast.Expr]:
    """Trees that the grammar can write, well-typed or not."""
    digits = st.one_of(st.integers(0, 10**9).map(str), st.decimals(0, 10**6, places=3).map(str))
    dots = st.lists(st.sampled_from(words), min_size=1, max_size=3)
    names = st.one_of(dots, dots.map(lambda parts: ["this", *parts])).map(
        lambda parts: ast.Name(tuple(parts), span=span)
    )
    texts = st.one_of(
        st.text(max_size=6), st.sampled_from(['"', "\\", "\\n", "“x”", "a\nb", "'", "\t#: ", "%", '\\"', "\\\\"])
    )
    leaves = st.one_of(
        names,
        names,
        st.builds(ast.Number, digits, st.booleans(), span=st.just(span)),
        st.builds(ast.Text, texts, span=st.just(span)),
        st.builds(ast.Boolean, st.booleans(), span=st.just(span)),
        st.builds(ast.Day, st.dates(date(1000, 1, 1)), span=st.just(span)),
        st.builds(ast.Duration, st.integers(0, 999), st.sampled_from(["days", "months", "years"]), span=st.just(span)),
        st.just(ast.Missing(span=span)),
    )

    def larger(inner: st.SearchStrategy[ast.Expr]) -> st.SearchStrategy[ast.Expr]:
        several = st.lists(inner, max_size=3).map(tuple)
        operators = st.sampled_from([*ast.COMPARISONS, "and", "or", "+", "-", "*", "/"])
        place = {"span": st.just(span), "name_span": st.just(span)}
        over = st.one_of(
            st.none(), st.just("ever"), st.builds(ast.Duration, st.integers(1, 9), st.just("years"), span=st.just(span))
        )
        short = st.lists(st.sampled_from(words), min_size=1, max_size=1).map(
            lambda parts: ast.Name(tuple(parts), span=span)
        )
        aggregate = st.builds(
            ast.Aggregate,
            st.sampled_from(functions),
            several,
            short,
            st.one_of(st.none(), inner),
            over,
            st.one_of(st.none(), short),
            st.booleans(),
            **place,
        ).map(
            lambda each: (
                each if each.args or each.where or each.weight or each.skip_missing else replace(each, over="ever")
            )
        )
        return st.one_of(
            st.builds(ast.Binary, operators, inner, inner, span=st.just(span)),
            st.builds(ast.Binary, operators, inner, inner, span=st.just(span)),
            st.builds(ast.Unary, st.sampled_from(["not", "-"]), inner, span=st.just(span)),
            st.builds(ast.Between, inner, inner, inner, span=st.just(span)),
            st.builds(ast.IsMissing, inner, st.booleans(), span=st.just(span)),
            st.builds(ast.Items, several, span=st.just(span)),
            st.builds(ast.Call, st.sampled_from(functions), several, **place),
            aggregate,
        )

    return st.recursive(leaves, larger, max_leaves=12)


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
