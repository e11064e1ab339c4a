"""The corpora: `cases/*.yaml`, rules tried on rows, and `exprs/*.txt`, one expression a line.

A case or line that is known to be wrong in the library says so with `pending`; it is listed, and does not fail.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from corpus import Case, Ran, compare, read_cases, reversed_rows, run_case
from eduplan_rules.errors import Diagnostic
from eduplan_rules.operators import OPERATORS
from expressions_corpus import Line, answer, parsed, printed_back, read_lines, read_setting

HERE = Path(__file__).parent
#: rulebooks that cases use
RULEBOOKS = ("design-example.yaml", "design-example-in-chinese.yaml")
FILES = sorted(path for path in (HERE / "cases").glob("*.yaml") if path.name not in RULEBOOKS)
CASES = [(path, case) for path in FILES for case in read_cases(path)]


_BY_ID = {id(case): case for _, case in CASES}


@cache
def _ran(case: int) -> Ran:
    """A case's run, made once."""
    return run_case(_BY_ID[case])


def _parameters() -> list[object]:
    return [
        pytest.param(
            case,
            id=f"{path.stem}: {case.name}",
            marks=[pytest.mark.xfail(reason=case.pending, strict=False)] if case.pending else [],
        )
        for path, case in CASES
    ]


@pytest.mark.parametrize("case", _parameters())
def test_the_case_holds(case: Case) -> None:
    assert "\n".join(compare(_ran(id(case))).differences) == ""


@pytest.mark.parametrize("case", _parameters())
def test_the_case_gives_the_same_with_its_rows_in_another_order(case: Case) -> None:
    records = [
        [{**outcome.to_dict(), "location": None, "offenders": None} for outcome in ran.outcomes]
        for ran in (_ran(id(case)), run_case(reversed_rows(case)))
    ]
    assert records[0] == records[1]


def test_cases_have_names_of_their_own() -> None:
    names = [(path.name, case.name) for path, case in CASES]
    assert [name for name in names if names.count(name) > 1] == []


def test_every_outcome_is_counted_once() -> None:
    for _, case in CASES:
        ran = _ran(id(case))
        if ran.report is None:
            continue
        for name, totals in ran.report.totals.items():
            each = (totals.satisfied, totals.violated, totals.unknown, totals.not_due, totals.not_applicable)
            assert sum(each) == totals.subjects, (case.name, name)
            kept = [outcome.to_dict()["id"] for outcome in ran.report.outcomes(rule=name)]
            assert len(kept) == len(set(kept)) == totals.subjects or not totals.in_scope, (case.name, name)


def test_the_rulebook_of_the_design_gives_the_same_records_in_chinese() -> None:
    cases = read_cases(HERE / "cases" / "names-in-chinese.yaml")
    for case in cases:
        if case.name.endswith(", in English"):
            twin = next(each for each in cases if each.name == case.name.replace("English", "Chinese"))
            assert _records_without_words(case) == _records_without_words(twin)


def _records_without_words(case: Case) -> list[dict[str, object]]:
    """Records without what quotes the expressions as they were written."""
    records = []
    for outcome in run_case(case).outcomes:
        record = dict(outcome.to_dict())
        record["parts"] = [{**part, "text": ""} for part in record["parts"]]
        record["missing"] = [missing["reason"] for missing in record["missing"]]
        record["values"] = list(record["values"].values())
        record["message"] = record["message"] if record["gap"] is not None else {}
        records.append(record)
    return records


LINES = list(read_lines(HERE / "exprs"))
SETTING = read_setting(HERE / "exprs" / "row.yaml")


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.file}:{line.number}: {line.text}")
def test_an_expression_has_its_type_and_its_value_in_both_lowerings(line: Line) -> None:
    assert answer(line.text, SETTING) == (line.type, line.value, line.value)


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.file}:{line.number}: {line.text}")
def test_an_expression_is_printed_back(line: Line) -> None:
    if isinstance(parsed(line.text), Diagnostic):
        return
    spelling, tree, again = printed_back(line.text)
    assert again == tree
    assert printed_back(spelling)[0] == spelling


def test_every_operator_has_a_line_in_both_languages() -> None:
    text = "\n".join(line.text for line in LINES)
    names = [name for row in OPERATORS.values() for name in (row.name, *row.zh.replace("…", " ").split())]
    assert [name for name in names if name not in text] == []


@pytest.mark.parametrize(
    "text",
    [
        " and ".join(["boarding"] * 98),
        "not " * 90 + "boarding",
        "(" * 40 + "boarding" + ")" * 40,
        "+".join(["n"] * 90) + " > 0",
        "if(boarding, " * 30 + "n" + ", 0)" * 30 + " > 1",
    ],
    ids=lambda text: text[:30],
)
def test_an_expression_as_deep_as_allowed_is_answered(text: str) -> None:
    kind, by_frame, by_record = answer(text, SETTING)
    assert (kind, by_frame, by_record) == ("Boolean", "true", "true")


@pytest.mark.parametrize(
    "text", [" or ".join(["boarding"] * 3000), "(" * 3000 + "n" + ")" * 3000, "-" * 3000 + "1 > 0"]
)
def test_an_expression_without_end_is_a_diagnostic(text: str) -> None:
    assert answer(text, SETTING)[:2] == ("error", "nested-too-deep")
