"""Records: the gap is the least change that would do, sentences say what is meant, JSON is written in pieces."""

import io
import json
import math
import re
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import eduplan_rules as er
from eduplan_rules.engine import wording
from eduplan_rules.render.markdown import render_markdown
from eduplan_rules.render.tally import Gate, decide, tally
from eduplan_rules.render.text import render_text
from eduplan_rules.render.words import Language
from eduplan_rules.source import Source
from eduplan_rules.units import in_english

OPERATORS = (">=", ">", "<=", "<", "=", "!=")
FIELDS = """\
language: 1
entities:
  thing:
    key: id
    fields:
      id: {type: text}
      whole: {type: integer}
      real: {type: number}
      date_held: {type: date}
      bound: {type: number}
      bound_day: {type: date}
      share: {type: number, unit: "%"}
      bound_share: {type: number, unit: "%"}
rules:
"""


def checker() -> er.Checker:
    sides = {"whole": "bound", "real": "bound", "date_held": "bound_day", "share": "bound_share"}
    rules = [
        f"  - {{id: {field.replace('_', '-')}.op-{position}, for: thing, require: {field} {op} {bound}}}"
        for field, bound in sides.items()
        for position, op in enumerate(OPERATORS)
    ]
    return er.Checker(er.load_rulebook(Source("rules.yaml", FIELDS + "\n".join(rules))), as_of="2022-12-31")


CHECKER = checker()


def outcome(field: str, op: str, row: dict[str, Any]) -> Any:
    wanted = f"{field.replace('_', '-')}.op-{OPERATORS.index(op)}"
    return next(each for each in CHECKER.check("thing", {"id": "x", **row}) if each.rule == wanted)


operators = st.sampled_from(OPERATORS)
wholes = st.integers(-10_000, 10_000)
reals = st.floats(-1e6, 1e6).map(lambda x: round(x, 6))


@given(operators, wholes, reals | wholes.map(float) | wholes.map(lambda x: x * 0.1 * 10))
def test_the_gap_of_a_whole_number_is_the_least_that_does(op: str, observed: int, bound: float) -> None:
    found = outcome("whole", op, {"whole": observed, "bound": bound})
    assume(found.verdict == "violated")
    if found.gap is None:
        assert op == "="
        assert not any(met("whole", op, round(bound) + step, bound) for step in (-1, 0, 1))
        return
    assert isinstance(found.gap, int)
    assert any(met("whole", op, observed + sign * found.gap, bound) for sign in (1, -1))
    assert not any(
        met("whole", op, observed + step, bound) for step in range(-min(found.gap, 50) + 1, min(found.gap, 50))
    )


@given(operators, reals, reals)
def test_the_gap_of_a_real_number_is_the_least_that_does(op: str, observed: float, bound: float) -> None:
    found = outcome("real", op, {"real": observed, "bound": bound})
    assume(found.verdict == "violated")
    assert found.strict == (op in ("<", ">", "!="))
    if op == "=":
        assert math.isclose(found.gap, abs(observed - bound), rel_tol=1e-9)
        return
    # what the sum of two floats loses, and a little more
    beyond = max(abs(observed), abs(bound), 1e-6) * 1e-6
    assert any(met("real", op, observed + sign * (found.gap + beyond), bound) for sign in (1, -1))
    if found.gap > 1e-3:
        assert not any(met("real", op, observed + sign * found.gap * 0.999, bound) for sign in (1, -1))


@given(operators, reals, reals)
def test_the_gap_of_a_share_is_in_points(op: str, observed: float, bound: float) -> None:
    found = outcome("share", op, {"share": observed, "bound_share": bound})
    assume(found.verdict in ("violated", "not_due"))
    assert found.unit == "%"
    assert math.isclose(found.observed, observed, rel_tol=1e-9, abs_tol=1e-9)
    assert math.isclose(found.required, bound, rel_tol=1e-9, abs_tol=1e-9)
    assert math.isclose(found.gap, 0 if op == "!=" else abs(observed - bound), rel_tol=1e-6, abs_tol=1e-6)


days = st.dates(date(1990, 1, 1), date(2050, 1, 1))


@given(operators, days, days)
def test_the_gap_of_a_day_is_the_least_number_of_days_that_does(op: str, observed: date, bound: date) -> None:
    found = outcome("date_held", op, {"date_held": observed, "bound_day": bound})
    assume(found.verdict == "violated")

    def met_by(step: int) -> bool:
        row = {"date_held": observed + timedelta(days=step), "bound_day": bound}
        return bool(outcome("date_held", op, row).verdict == "satisfied")

    assert found.unit == "天"
    assert met_by(found.gap) or met_by(-found.gap)
    assert not any(met_by(step) for step in range(-min(found.gap, 20) + 1, min(found.gap, 20)))


def met(field: str, op: str, observed: float, bound: float) -> bool:
    return bool(outcome(field, op, {field: observed, "bound": bound}).verdict == "satisfied")


@given(reals, reals)
def test_two_numbers_never_look_alike_in_a_sentence(observed: float, required: float) -> None:
    assume(not math.isclose(observed, required, rel_tol=1e-9))
    decimals = wording.decimals_of(observed, required)
    assert wording.format_value(observed, "en", decimals) != wording.format_value(required, "en", decimals)


@given(st.floats(1e-12, 1e12) | st.floats(-1e12, -1e-12))
def test_a_number_in_a_sentence_is_written_out_and_near(value: float) -> None:
    text = wording.format_value(value, "en")
    assert re.fullmatch(r"-?\d+(\.\d+)?", text)
    assert abs(Fraction(text) - Fraction(value)) <= Fraction(1, 20_000) or math.isclose(
        float(text), value, rel_tol=1e-3
    )
    assert float(text) != 0


@pytest.mark.parametrize(
    ("unit", "several", "one"),
    [
        ("人", "people", "person"),
        ("1/人", "per person", "per person"),
        ("m²/人", "m² per person", "m² per person"),
        ("万元", "× 10,000 yuan", "× 10,000 yuan"),
        ("元/百人", "yuan per 100 people", "yuan per 100 people"),
        ("台/百人", "sets per 100 people", "set per 100 people"),
        ("辆/百人", "辆 per 100 people", "辆 per 100 people"),
        ("天", "days", "day"),
    ],
)
def test_english_sentences_have_english_units_where_there_are_any(unit: str, several: str, one: str) -> None:
    assert (in_english(unit), in_english(unit, one=True)) == (several, one)


@pytest.mark.parametrize(
    ("value", "unit", "chinese", "english"),
    [
        (95.5, "%", "95.5%", "95.5%"),
        (2, "人", "2 人", "2 people"),
        (1, "人", "1 人", "1 person"),
        (0.5, "1/人", "0.5/人", "0.5 per person"),
        (3, None, "3", "3"),
        (True, "人", "是", "yes"),
        ("***", "人", "***", "***"),
        (None, "人", "缺", "missing"),
        (0.00001234, None, "0.00001234", "0.00001234"),
        (-1.4e-16, None, "0", "0"),
    ],
)
def test_amounts_are_told_as_people_write_them(value: Any, unit: str | None, chinese: str, english: str) -> None:
    assert wording.format_amount(value, unit, "zh") == chinese
    assert wording.format_amount(value, unit, "en") == english


def test_every_reason_has_words_in_both_languages() -> None:
    package = Path(er.__file__).parent
    text = "".join((package / "compiler" / name).read_text("utf-8") for name in ("trace.py", "steps.py", "compile.py"))
    written = set(re.findall(r'"([a-z]+(?:-[a-z]+)+|absent|blank|incomplete|undelivered|unreadable)"', text))
    reasons = {
        reason for reason in written if reason in wording._SAID or reason.startswith(("no-", "gaps", "unplaced"))
    }
    assert {
        "no-row",
        "no-rows",
        "no-previous",
        "no-value",
        "absent",
        "blank",
        "gaps-in-rows",
        "out-of-range",
    } <= reasons
    for reason in sorted(reasons):
        for rows in (None, 1, 2) if reason.endswith("-rows") and reason != "no-rows" else (None,):
            lack = {"fact": "f", "label": {"zh": "甲", "en": "A"}, "reason": reason, "rows": rows}
            told = {language: wording.format_lack(lack, language) for language in ("zh", "en")}
            assert not re.search("[一-鿿]", told["en"]), told
            assert re.search("[一-鿿]", told["zh"]), told


class Pieces(io.StringIO):
    """Remembers the longest piece written."""

    longest = 0

    def write(self, text: str) -> int:
        self.longest = max(self.longest, len(text))
        return super().write(text)


def many(number: int) -> er.Report:
    book = er.load_rulebook(Source("rules.yaml", FIELDS + "  - {id: a.one, for: thing, require: whole >= 2}\n"))
    return er.evaluate(book, {"thing": [{"id": f"T{n}", "whole": 1} for n in range(number)]}, as_of="2022-12-31")


def test_json_is_written_record_by_record(tmp_path: Path) -> None:
    report = many(3000)
    pieces = Pieces()
    report.write_json(pieces)
    assert pieces.longest < 10_000 < len(pieces.getvalue())
    assert json.loads(pieces.getvalue()) == report.to_dict()
    assert report.to_json() == pieces.getvalue()
    report.to_json(tmp_path / "report.json")
    assert (tmp_path / "report.json").read_text("utf-8") == pieces.getvalue()


def test_json_of_nothing_is_json() -> None:
    report = many(1)
    nothing = er.evaluate(report.book, {"thing": [{"id": "x", "whole": 9}]}, as_of="2022-12-31")
    content = json.loads(nothing.to_json())
    assert (content["violations"], content["unknown"], content["not_due"]) == ([], [], [])


def test_a_hidden_key_is_hidden_alike_in_records_and_columns() -> None:
    text = """
language: 1
entities:
  teacher: {key: [card, post], fields: {card: {type: text, personal: true}, post: {type: text}, age: {type: integer}}}
rules: [{id: a.age, for: teacher, require: age >= 18}]
"""
    facts = {"teacher": [{"card": "110101", "post": "head", "age": 17}]}
    book = er.load_rulebook(Source("rules.yaml", text))
    report = er.evaluate(book, facts, as_of="2022-12-31")
    assert report.violations[0].subject["key"] == ["***", "head"]
    assert report.violations.to_polars()["key"].to_list() == ["*** / head"]
    shown = er.evaluate(book, facts, as_of="2022-12-31", show_personal=True)
    assert shown.violations[0].subject["key"] == ["110101", "head"]
    assert shown.violations.to_polars()["key"].to_list() == ["110101 / head"]


@pytest.mark.parametrize(
    ("kind", "observed"), [("all: [{}]", 270), ("any: [{}]", 270), ("at_least: 290, of: [{}]", 271)]
)
def test_a_rule_of_three_hundred_members_has_records(kind: str, observed: int) -> None:
    least = 0 if kind.startswith(("all", "at_least")) else 1000
    members = ", ".join(f"whole >= {least + number}" for number in range(300))
    rule = f"  - {{id: a.many, for: thing, require: {{{kind.format(members)}}}}}\n"
    book = er.load_rulebook(Source("rules.yaml", FIELDS + rule))
    report = er.evaluate(book, {"thing": [{"id": "x", "whole": 270}]}, as_of="2022-12-31")
    assert report.violations[0].observed == observed
    assert report.violations.to_polars()["observed"].to_list() == [observed]
    (found,) = er.Checker(book, as_of="2022-12-31").check("thing", {"id": "x", "whole": 270})
    assert (found.parts, found.message) == (report.violations[0].parts, report.violations[0].message)


def test_spans_under_one_key_have_ids_of_their_own_and_one_series() -> None:
    text = """
language: 1
entities:
  permit:
    key: number
    valid: [from, until]
    fields: {number: {type: text}, from: {type: date}, until: {type: date, blank: none}, places: {type: integer}}
rules: [{id: a.places, for: permit, require: places >= 10}]
"""
    rows: list[dict[str, Any]] = [
        {"number": "P1", "from": "2021-01-01", "until": "2021-12-31", "places": 5},
        {"number": "P1", "from": "2022-01-01", "until": None, "places": 6},
        {"number": "P2", "from": "2022-01-01", "until": None, "places": 7},
    ]
    book = er.load_rulebook(Source("rules.yaml", text))
    report = er.evaluate(book, {"permit": rows}, as_of="2022-12-31")
    first, second, other = report.violations
    assert len({first.id, second.id, other.id, first.series}) == 4
    assert first.series == second.series != other.series
    checker = er.Checker(book, as_of="2022-12-31")
    alone = [checker.check("permit", row)[0] for row in rows]
    assert [(each.id, each.series) for each in alone] == [(each.id, each.series) for each in report.violations]
    # its last day, its facts and the rows beside it do not change it
    later = er.evaluate(book, {"permit": [rows[1] | {"until": "2022-11-30", "places": 4}]}, as_of="2022-12-31")
    assert [(each.id, each.series) for each in later.violations] == [(second.id, second.series)]


def test_the_rows_behind_an_aggregate_are_told_in_the_order_of_the_feed_with_how_many_there_are(tmp_path: Path) -> None:
    rows = [f"S{number},C1,{1 if number % 2 else 3}" for number in range(30)]
    (tmp_path / "school.csv").write_text("\n".join(["school_id,county_id,guards", *rows, ""]), encoding="utf-8")
    (tmp_path / "county.csv").write_text("county_id\nC1\n", encoding="utf-8")
    book = er.load_rulebook(
        Source(
            "rules.yaml",
            """
entities:
  county: {key: county_id, fields: {county_id: {type: text}}}
  school:
    label: {zh: 学校, en: School}
    key: school_id
    belongs_to: {county: county_id}
    fields: {school_id: {type: text}, county_id: {type: text}, guards: {type: integer}}
rules:
  - id: county.guarded
    title: {zh: 学校均有保安, en: All schools have guards}
    for: county
    require: all(guards >= 2 for school)
""",
        )
    )
    report = er.evaluate(book, er.read_facts(tmp_path, book), as_of="2022-12-31")
    (violation,) = report.violations
    assert [each["key"] for each in violation.offenders] == [["S1"], ["S3"], ["S5"], ["S7"], ["S9"]]
    assert violation.offenders_total == 15
    assert json.loads(report.to_json())["violations"][0]["offenders_total"] == 15
    tallies = tally(report)
    decision = decide(report, tallies, Gate())
    told: dict[Language, str] = {"en": "and 10 more", "zh": "等，另有 10 个"}
    for language, more in told.items():
        text = render_text(report, tallies, decision, language=language, width=500)
        assert next(line for line in text.splitlines() if "S9" in line).endswith(more)
        assert more in render_markdown(report, tallies, decision, language=language)
