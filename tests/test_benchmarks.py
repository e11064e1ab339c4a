"""What is compared in speed gives the same answers, and the pages are what the results give."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import batch
import contender_words
import hand_polars
import polars as pl
import pytest
import record
import record_peers
import run
from batch import compare
from goals import Goal, goals
from measure import exponent, merged
from page import PAGES, page
from page_words import GOALS, TEXTS, WHY
from peers import Data, Job
from schools import KINDS, Kind, checks, county_frame, rulebook, school_frame

ROOT = Path(__file__).parents[1]
ROWS = 5_000
#: package -> its module, where the two differ
MODULES = {
    "common-expression-language": "cel",
    "cel-python": "celpy",
    "durable-rules": "durable",
    "zen-engine": "zen",
}


@cache
def data() -> Data:
    return Data(school_frame(ROWS), county_frame(ROWS))


@cache
def expected(kind: Kind) -> pl.DataFrame:
    return hand_polars.polars_by_hand(kind, data().school)


@cache
def results() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((ROOT / "benchmarks/results.json").read_text("utf-8"))
    return told


def needs(package: str | None) -> None:
    if package and find_spec(MODULES.get(package, package.replace("-", "_"))) is None:
        pytest.skip(f"{package} is not installed")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", batch.CONTENDERS)
def test_contenders_of_the_batch_give_the_same_answers(name: str, kind: Kind) -> None:
    package, make = batch.CONTENDERS[name]
    needs(package)
    for give in ("rows", "counts") if kind == "row" else ("rows",):
        job = make(kind, give, data())
        if isinstance(job, Job):
            compare(name, job.answer(job.run()), expected(kind))
        else:
            assert job in contender_words.CANNOT


@pytest.mark.parametrize("name", record.CONTENDERS)
def test_contenders_of_single_records_give_the_same_verdicts(name: str) -> None:
    package, make = record.CONTENDERS[name]
    needs(package)
    judge, right = make(), record_peers.by_hand()
    records = school_frame(100).to_dicts()
    verdicts = [right(each) for each in records]
    assert {verdict for each in verdicts for verdict in each} == {"satisfied", "violated", "unknown"}
    assert [judge(each) for each in records] == verdicts


def test_every_rule_of_the_data_set_is_violated_somewhere_and_nowhere_always() -> None:
    found = hand_polars.polars_by_hand("all", school_frame(50_000))
    counts = dict(found.group_by("rule").len().rows())
    assert counts.keys() == rulebook().rules.keys()
    assert all(0 < number < (250 if rule.startswith("group.") else 50_000) for rule, number in counts.items())


def test_frames_of_other_sizes_have_schools_and_counties_of_their_own() -> None:
    school, county = school_frame(1_005_000), county_frame(1_005_000)
    assert school.select("school_id", "year").is_unique().all()
    assert county.is_unique().all()
    assert set(school["county_id"].unique()) == set(county["county_id"].unique())
    assert len(rulebook("row", 300).rules) == 300
    assert len({(check.field, check.bound, check.per_student) for check in checks(300)}) == 300


@pytest.mark.parametrize(
    "broken",
    [
        pl.col("students") - 100_000,
        pl.when(pl.col("school_id") == "00000003").then(float("nan")).otherwise("area").alias("area"),
        pl.col("school_id").replace("00000003", "00000004"),
        pl.col("school_id").replace("00000003", " 3"),
        pl.col("school_id").replace("00000003", None),
        pl.col("county_id").replace("000001", "none"),
        pl.col("year").replace(2022, 0),
        pl.col("books").cast(pl.String),
    ],
    ids=["negative", "nan", "twice", "blanks", "no key", "no county", "no year", "text"],
)
def test_checks_by_hand_refuse_what_ours_would_report(broken: pl.Expr) -> None:
    school = data().school.with_columns(broken)
    with pytest.raises(ValueError, match=r".+"):
        hand_polars.polars_checked_by_hand("row", school, data().county)


def test_an_answer_that_differs_is_refused() -> None:
    right = expected("trend")
    compare("the same", right.reverse(), right)
    other = pl.when(pl.int_range(pl.len()) == 7)
    wrong = [
        (right[1:], "0 more and 1 fewer"),
        (right.with_columns(other.then(pl.lit("1999")).otherwise("period").alias("period")), "1 more and 1 fewer"),
        (right.with_columns(other.then(pl.col("gap") * 1.001).otherwise("gap").alias("gap")), "differs by .* in `gap`"),
        (right.with_columns(other.then(None).otherwise("gap").alias("gap")), "differs by .* in `gap`"),
        (right.group_by("rule").agg(violations=pl.len().cast(pl.Int64) + 1), "counts"),
        (right.group_by("rule").agg(violations=pl.len().cast(pl.Int64))[1:], "counts"),
    ]
    for found, told in wrong:
        with pytest.raises(AssertionError, match=told):
            compare("another", found, right)


@pytest.mark.parametrize("language", PAGES)
def test_the_pages_are_what_the_results_give(language: contender_words.Language) -> None:
    written = (ROOT / "docs" / PAGES[language]).read_text("utf-8")
    assert written == page(results(), language), "run `python benchmarks/page.py`"


def test_the_results_are_written_as_they_were_read() -> None:
    assert (ROOT / "benchmarks/results.json").read_text("utf-8") == run.compact(results())


def test_words_stand_in_both_languages() -> None:
    assert contender_words.GIVES.keys() == batch.CONTENDERS.keys()
    assert contender_words.RECORDS.keys() == record.CONTENDERS.keys()
    assert GOALS.keys() == WHY.keys()
    assert TEXTS["en"].keys() == TEXTS["zh"].keys()
    fields = {
        language: {key: sorted(re.findall(r"{(\w+)}", text)) for key, text in TEXTS[language].items()}
        for language in PAGES
    }
    assert fields["en"] == fields["zh"]
    for told in (*contender_words.GIVES.values(), *contender_words.RECORDS.values(), *GOALS.values(), *WHY.values()):
        assert told.keys() == PAGES.keys()


def test_every_goal_is_on_the_page() -> None:
    found = list(goals(results()))
    assert {goal.name for goal in found} == GOALS.keys()
    for language in PAGES:
        text = page(results(), language)
        for goal in found:
            told = GOALS[goal.name][language].partition("{")[0]
            assert f"| {told}" in text


def test_peers_are_pinned_and_their_versions_told() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    pinned = {re.split(r"[\[=]", each)[0] for each in extras["bench"] if "==" in each}
    packages = {package for package, _ in [*batch.CONTENDERS.values(), *record.CONTENDERS.values()] if package}
    assert packages <= pinned
    assert pinned <= set(run.PACKAGES)


@pytest.mark.parametrize(
    ("goal", "held"),
    [
        (Goal("record", 5, 4.99, "times"), True),
        (Goal("record", 5, 5.01, "times"), False),
        (Goal("record", 5, None, "times", cannot="failed"), False),
    ],
)
def test_a_goal_is_held_up_to_its_bound(goal: Goal, held: bool) -> None:  # noqa: FBT001
    assert goal.held is held


def test_exponents_and_rounds() -> None:
    assert exponent([10, 100, 1000], [0.5, 5, 50]) == pytest.approx(1)
    assert exponent([10, 100], [1, 10**1.05]) == pytest.approx(1.05)
    ones = [{"wall": [1.0], "processor": [2.0], "peak": 5}, {"wall": [3.0], "processor": [4.0], "peak": 4}]
    assert merged(ones) == {"wall": [1.0, 3.0], "processor": [2.0, 4.0], "peak": 5}
    assert merged([*ones, {"cannot": "failed"}]) == {"cannot": "failed"}


def test_a_package_that_is_not_installed_is_said() -> None:
    words = [sys.executable, str(ROOT / "benchmarks/child.py"), "no_such_peer", "measure", "{}"]
    done = subprocess.run(words, capture_output=True, check=True, text=True)
    assert json.loads(done.stdout) == {"cannot": "not installed: no_such_peer"}
