"""Laws of DESIGN section 4, and of the language's own algebra, on generated rulebooks, facts, trees and days."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import eduplan_rules as er
from eduplan_rules import period
from eduplan_rules.book import check_rulebook
from eduplan_rules.errors import Diagnostic
from eduplan_rules.language import expr as ast
from eduplan_rules.language.parse import parse
from eduplan_rules.language.typed import ResolvedRule
from eduplan_rules.reports.report import Report
from eduplan_rules.rulebook.model import Entity, Field, Rulebook
from eduplan_rules.source import Scalar, Source, Span
from reference import UNREADABLE, Facts, World, known, rows_of, said
from strategies import CALENDARS, DAYS, City, cities, delivered
from trees import trees
from writer import CHOICES

VERDICTS = ("satisfied", "violated", "unknown", "not_due", "not_applicable")
SPAN = Span(Source("x.yaml", ""), 0, 0)


def evaluate(city: City, facts: Facts, **options: Any) -> Report:
    return er.evaluate(city.book, delivered(facts), as_of=city.as_of, **{"periods": "all", "keep": "all"} | options)


def told(city: City, *more: object) -> str:
    return f"{city.text}\nas_of: {city.as_of}\nfacts: {dict(city.facts)}\n{more}"


# what is decided in spite of gaps


def value_for(draw: Callable[..., Any], field: Field) -> Any:
    options: dict[str, list[Any]] = {
        "number": [0.0, 0.5, 3.0, 250.0, -7.0],
        "integer": [0, 1, 4, 90],
        "boolean": [True, False],
        "choice": CHOICES,
        "text": ["x", "甲校", "zz"],
        "date": DAYS,
    }
    return draw(st.sampled_from([each for each in options[field.type] if field.min is None or each >= field.min]))


def completed(draw: Callable[..., Any], entity: Entity, rows: Sequence[Mapping[str, Any]], full: Facts) -> list[Any]:
    """The rows with a value in every gap; a known absence stays. `full` has the parents' rows, completed.

    The days of a life stay as they are: one that is missing is no gap, but says that the subject is there.
    """
    links = {str(field): str(target) for target, (field,) in entity.belongs_to.items()}
    return [placed(entity, number, filled(draw, entity, row, links, full)) for number, row in enumerate(rows)]


def filled(
    draw: Callable[..., Any], entity: Entity, row: Mapping[str, Any], links: Mapping[str, str], full: Facts
) -> dict[str, Any]:
    result = dict(row)
    untouched = {*entity.key, *entity.life}.difference(entity.valid or ())
    for field in entity.fields.values():
        name = str(field.id)
        gap = row.get(name) is None if field.blank is None and not field.optional else name not in row
        if name in links:
            # a parent that was not delivered can have any key
            keys = [parent[name] for parent in full.get(links[name], ())] or ["N"]
            result[name] = draw(st.sampled_from(keys)) if gap else row[name]
        elif (gap or row.get(name) is UNREADABLE) and name not in untouched:
            result[name] = value_for(draw, field)
    return result


def placed(entity: Entity, number: int, row: dict[str, Any]) -> dict[str, Any]:
    """The row with a key and a period that no other row has."""
    key = str(entity.key[0])
    if entity.period is not None and row[str(entity.period.column)] is None:
        kind = entity.period.is_
        row[str(entity.period.column)] = period.period_label(
            kind, (period.period_of_day(kind, DAYS[0], {}) or 0) - 9 - number
        )
    row[key] = f"N{number}" if row[key] is None else row[key]
    if entity.valid is not None:
        first, last = map(str, entity.valid)
        row[last] = None if row[last] is None else max(row[first], row[last])
    return row


def reads_gaps(rule: ResolvedRule) -> bool:
    """Rules that ask for what is there: by `skip missing`, or by a published growth if there is one."""
    for tree in rule.expressions():
        for node in tree.walk():
            skips = node.op == "aggregate" and node.data.skip_missing
            if skips or (node.op in ("rises", "does_not_fall") and len(node.args) > 1):
                return True
    return False


@given(cities(), st.data())
def test_what_is_decided_in_spite_of_gaps_stays_so_whatever_fills_them(city: City, data: st.DataObject) -> None:
    # rows beside a table that says nothing refer to keys that no row would have
    assume(said(city.facts, city.book).keys() == city.facts.keys())
    full: dict[str, Any] = {}
    for name in city.book.entities:
        if name in city.facts:
            full[name] = completed(data.draw, city.book.entities[name], city.facts[name], full)
    before, after = evaluate(city, city.facts), evaluate(city, full)
    for name, rule in city.resolved.rules.items():
        if rule.entity.id in city.facts and not reads_gaps(rule):
            then = {each[:-1]: each[-1] for each in by_subject(after, name)}
            decided = {each[:-1]: each[-1] for each in by_subject(before, name) if each[-1] != "unknown"}
            # an event whose day turns out to lie ahead is no subject
            changed = {each for each in decided if then.get(each, "not_applicable") != decided[each]}
            assert changed == set(), told(city, full)


def by_subject(report: Report, rule: str) -> list[tuple[str, str, str]]:
    rows = report.outcomes(rule=rule).to_polars().select("key", "period", "verdict").iter_rows()
    return sorted((key, label or "", verdict) for key, label, verdict in rows)


# counting


@given(cities())
def test_totals_add_up_and_every_subject_has_one_outcome(city: City) -> None:
    report, failing = evaluate(city, city.facts), evaluate(city, city.facts, keep="failed")
    for name, totals in report.totals.items():
        assert totals.subjects == sum(getattr(totals, verdict) for verdict in VERDICTS), told(city)
        assert totals == failing.totals[name], told(city)
        assert totals.by_period == failing.totals[name].by_period, told(city)
        if totals.by_period:
            sums = Counter[str]()
            for counts in totals.by_period.values():
                sums.update(counts)
            assert {verdict: sums[verdict] for verdict in VERDICTS} == {v: getattr(totals, v) for v in VERDICTS}, told(
                city
            )
        outcomes = [row[:2] for row in by_subject(report, name)]
        assert len(set(outcomes)) == len(outcomes) == totals.subjects, told(city)
        counted = Counter(row[-1] for row in by_subject(report, name))
        assert counted == Counter({v: getattr(totals, v) for v in VERDICTS if getattr(totals, v)}), told(city)


@given(cities())
def test_the_latest_periods_are_among_all(city: City) -> None:
    latest, every = evaluate(city, city.facts, periods="latest"), evaluate(city, city.facts)
    for name, rule in city.resolved.rules.items():
        found = by_subject(latest, name)
        assert set(found) <= set(by_subject(every, name)), told(city)
        if rule.rule.every is None and rule.entity.period is not None:
            gone = ended(city, rule.entity)
            newest = {key: label for key, label, _ in by_subject(every, name) if key not in gone}
            assert {key: label for key, label, _ in found} == newest, told(city)
            assert len(found) == len(newest), told(city)


def ended(city: City, entity: Entity) -> set[str]:
    """Keys whose newest row says that they ended before the newest period that has begun."""
    world = World(city.book, {}, city.facts, city.as_of)
    begun = [(here.span[0], here) for here in rows_of(world, entity.id) if here.placed]
    rows = sorted(((first, here) for first, here in begun if first and first <= city.as_of), key=lambda each: each[0])
    newest = {str(here.key[0]): (first, known(here.row.get(str(entity.closed)))) for first, here in rows}
    last = max((first for first, _ in rows), default=city.as_of)
    return {key for key, (first, end) in newest.items() if end and (first if end is True else end) < last}


# order


@given(cities(), st.randoms(use_true_random=False))
def test_shuffled_rows_and_columns_give_the_same_report_but_for_location(city: City, dice: random.Random) -> None:
    shuffled = {}
    for name in dice.sample(sorted(city.facts), len(city.facts)):
        rows = [dict(dice.sample(sorted(row.items()), len(row))) for row in city.facts[name]]
        shuffled[name] = dice.sample(rows, len(rows))
    one, other = evaluate(city, city.facts).to_dict(), evaluate(city, shuffled).to_dict()
    assert placeless(one) == placeless(other), told(city, shuffled)


def placeless(record: Any) -> Any:
    """A report without the places of its rows."""
    if isinstance(record, dict):
        return {name: placeless(part) for name, part in record.items() if name != "location"}
    return [placeless(part) for part in record] if isinstance(record, list) else record


# texts and trees


def scalar(text: str) -> Scalar:
    return Scalar(text, Span(Source("x.yaml", text), 0, len(text)))


@given(trees(SPAN))
def test_a_tree_printed_and_parsed_is_the_same_tree(tree: ast.Expr) -> None:
    text = ast.to_text(tree)
    assert parse(scalar(text)) == tree, text


PIECES = [
    "guards",
    "stage",
    "school",
    "county",
    "this",
    ".",
    "(",
    ")",
    "[",
    "]",
    ",",
    "+",
    "-",
    "*",
    "/",
    "=",
    "!=",
    "<",
    ">=",
    "and",
    "or",
    "not",
    "in",
    "is",
    "missing",
    "between",
    "for",
    "where",
    "over",
    "last",
    "ever",
    "weighted",
    "by",
    "skip",
    "2 years",
    "1",
    "85%",
    '"a"',
    "true",
    "2022-12-31",
    "2022-13-41",
    "share",
    "count",
    "sum",
    "if",
    "round",
    "且",
    "非",
    "为空",
    "占比",
    "％",
    "“",
    "\\",
    "'",
    "#",
    ":",
]


@given(st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)))
def test_any_text_is_an_expression_or_has_a_diagnostic(text: str) -> None:
    found = parse(scalar(text))
    if isinstance(found, Diagnostic):
        assert 0 <= found.span.start <= found.span.end <= len(text)
    else:
        assert parse(scalar(ast.to_text(found))) == found


BOOK = """
entities:
  county: {key: county_id, period: year, fields: {county_id: {type: text}, spending: {type: number, unit: 万元, optional: true}}}
  school:
    key: school_id
    period: year
    belongs_to: {county: county_id}
    fields:
      school_id: {type: text}
      county_id: {type: text}
      stage: {type: choice, choices: [a, b]}
      guards: {type: integer, unit: 人}
      cost: {type: number, unit: 元}
      rate: {type: number, unit: "%", optional: true}
      opened_on: {type: date, blank: none}
      flag: {type: boolean}
  drill: {key: drill_id, day: held_on, belongs_to: {school: school_id}, fields: {drill_id: {type: text}, school_id: {type: text}, held_on: {type: date}}}
parameters:
  limit: {by: [stage], values: {2020-01-01: {a: 1, b: 2}}}
  allowed: {values: {2020-01-01: [a]}}
values:
  school.worth: {is: cost / guards, unit: 元/人}
rules: [{id: a.b, for: school, require: "TEXT"}]
"""
FACTS = {
    "county": [{"county_id": "C", "year": 2022, "spending": 3.5}],
    "school": [
        {
            "school_id": f"S{n}",
            "county_id": "C",
            "year": 2022,
            "stage": "a",
            "guards": n,
            "cost": 2.5,
            "rate": None,
            "opened_on": None,
            "flag": True,
        }
        for n in (0, 1)
    ],
    "drill": [{"drill_id": "D", "school_id": "S1", "held_on": "2022-05-05"}],
}
NAMES = [
    "school_id",
    "stage",
    "guards",
    "cost",
    "rate",
    "opened_on",
    "flag",
    "county",
    "spending",
    "drill",
    "school",
    "worth",
    "allowed",
    "period",
    "day",
    "as_of",
    "period_start",
    "held_on",
]
FUNCTIONS = [
    "round",
    "floor",
    "abs",
    "min",
    "max",
    "if",
    "coalesce",
    "previous",
    "change",
    "growth",
    "rises",
    "does_not_fall",
    "share",
    "count",
    "sum",
    "mean",
    "median",
    "cv",
    "count_distinct",
    "all",
    "any",
    "limit",
    "year",
    "length",
    "lower",
    "contains",
    "matches",
    "days_between",
    "months_between",
]


@given(trees(SPAN, NAMES, FUNCTIONS))
def test_any_tree_is_resolved_and_run_or_has_a_diagnostic(tree: ast.Expr) -> None:
    quoted = ast.to_text(tree).replace("\\", "\\\\").replace('"', '\\"')
    assume(quoted.isprintable())
    book, diagnostics = check_rulebook(Source("x.yaml", BOOK.replace("TEXT", quoted)))
    if any(each.severity == "error" for each in diagnostics):
        return
    report = er.evaluate(book, FACTS, as_of="2022-12-31", keep="all")
    assert report.totals["a.b"].failed is None, ast.to_text(tree)
    assert len(report.outcomes().to_dicts()) == 2


@given(st.one_of(st.text(max_size=60), st.text(alphabet="a:-[]{}\"'#&*!|>%@`,?~ \n", max_size=40)))
def test_any_text_is_a_rulebook_or_has_diagnostics(text: str) -> None:
    book, diagnostics = check_rulebook(Source("x.yaml", text))
    assert isinstance(book, Rulebook)
    assert all(each.span.start <= each.span.end for each in diagnostics)


# periods

DAY = st.dates(date(1990, 1, 1), date(2099, 12, 31))
DATED: period.Calendars = {
    kind: {label: (date.fromisoformat(first), date.fromisoformat(last)) for label, (first, last) in spans.items()}
    for kind, spans in CALENDARS.items()
}


def around(kind: period.Kind, day: date, calendars: period.Calendars) -> Iterator[int]:
    index = period.period_of_day(kind, day, calendars)
    return iter(()) if index is None else iter(range(index - 2, index + 3))


@pytest.mark.parametrize("calendars", [{}, DATED], ids=["plain", "dated"])
@pytest.mark.parametrize("kind", period.KINDS)
@given(day=DAY)
def test_a_day_lies_in_its_period_and_labels_go_round(
    kind: period.Kind, calendars: period.Calendars, day: date
) -> None:
    index = period.period_of_day(kind, day, calendars)
    assert index is not None or calendars
    for each in around(kind, day, calendars):
        first, last = period.period_span(kind, each, calendars)
        assert (first <= day <= last) == (each == index)
        assert period.period_index(kind, period.period_label(kind, each)) == each
        assert period.period_of_day(kind, first, calendars) == period.period_of_day(kind, last, calendars) == each
        following = period.period_span(kind, each + 1, calendars)[0]
        assert last < following if calendars else last + timedelta(days=1) == following


@given(DAY, DAY)
def test_periods_between_are_those_that_end_between(first: date, last: date) -> None:
    assume(first <= last <= first + timedelta(days=900))
    found = period.periods_between("month", first, last, {})
    ends = [period.period_span("month", index, {})[1] for index in found]
    assert ends == [
        day
        for n in range((last - first).days + 1)
        if (day := first + timedelta(days=n)) + timedelta(days=1) == (day + timedelta(days=1)).replace(day=1)
    ]


@given(DAY, st.integers(-400, 400))
def test_moving_by_months_is_undone_by_counting_them(day: date, months: int) -> None:
    moved = period.add_months(day, months)
    assert moved is not None
    assert period.months_between(day, moved) == months
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1
