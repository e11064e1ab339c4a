"""The corpora: `cases/*.yaml`, rules tried on rows, and `exprs/*.txt`, one expression a line.

A case or line that is known to be wrong in the library says so with `pending`; it is listed, and does not fail.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus import Case, differences, read_cases, reversed_rows, run_case

HERE = Path(__file__).parent
#: rulebooks that cases use
RULEBOOKS = ("design-example.yaml", "design-example-in-chinese.yaml")
FILES = sorted(path for path in (HERE / "cases").glob("*.yaml") if path.name not in RULEBOOKS)
CASES = [(path, case) for path in FILES for case in read_cases(path)]


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
    assert "\n".join(differences(case, run_case(case))) == ""


@pytest.mark.parametrize("case", _parameters())
def test_the_case_gives_the_same_with_its_rows_in_another_order(case: Case) -> None:
    records = [
        [{**outcome.to_dict(), "location": None, "offenders": None} for outcome in run_case(each).outcomes]
        for each in (case, reversed_rows(case))
    ]
    assert records[0] == records[1]


def test_cases_have_names_of_their_own() -> None:
    names = [(path.name, case.name) for path, case in CASES]
    assert [name for name in names if names.count(name) > 1] == []


def test_every_outcome_is_counted_once() -> None:
    for _, case in CASES:
        ran = run_case(case)
        if ran.report is None:
            continue
        for name, totals in ran.report.totals.items():
            each = (totals.satisfied, totals.violated, totals.unknown, totals.not_due, totals.not_applicable)
            assert sum(each) == totals.subjects, (case.name, name)
            kept = [outcome.to_dict()["id"] for outcome in ran.report.outcomes(rule=name)]
            assert len(kept) == len(set(kept)) == totals.subjects or not totals.in_scope, (case.name, name)
