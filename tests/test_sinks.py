"""Many outputs in one pass, and the choice of the worst."""

import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import delivered
import eduplan_rules as er
from eduplan_rules.engine.outcome import Outcome
from eduplan_rules.render import words
from eduplan_rules.render.csv import CsvSink
from eduplan_rules.render.json import JsonLinesSink
from eduplan_rules.render.output_words import OUTPUTS
from eduplan_rules.render.sink import TOLD, Sink, Worst, pour
from eduplan_rules.reports.written import JsonWriter


class Kept:
    """A sink that remembers what it was handed."""

    def __init__(self, *verdicts: str) -> None:
        self.verdicts: Sequence[str] = verdicts
        self.records: list[Mapping[str, Any]] = []
        self.closed = 0

    def add(self, record: Mapping[str, Any]) -> None:
        assert not self.closed
        self.records.append(record)

    def close(self) -> None:
        self.closed += 1


def test_each_sink_gets_the_verdicts_it_takes_and_is_closed_once() -> None:
    report = delivered.mixed()
    violated, all_, none = Kept("violated"), Kept(*TOLD), Kept()
    pour(report, [violated, all_, none])
    assert [record["id"] for record in violated.records] == [outcome.id for outcome in report.violations]
    assert Counter(record["verdict"] for record in all_.records) == {"violated": 4, "unknown": 1, "not_due": 1}
    assert none.records == []
    assert (violated.closed, all_.closed, none.closed) == (1, 1, 1)


def test_a_record_is_worked_out_once_for_all_sinks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Counter[str]()
    told = Outcome.to_dict

    def counted(outcome: Outcome) -> dict[str, Any]:
        record = told(outcome)
        asked[record["id"]] += 1
        return record

    monkeypatch.setattr(Outcome, "to_dict", counted)
    report = delivered.mixed()
    file = io.StringIO()
    sinks: list[Sink] = [
        CsvSink(file, "zh"),
        CsvSink(io.StringIO(), "en"),
        JsonLinesSink(report, io.StringIO()),
        JsonWriter(io.StringIO(), report.head()),
    ]
    pour(report, sinks)
    assert set(asked.values()) == {1}
    assert len(asked) == sum(len(report.outcomes(verdict=verdict)) for verdict in TOLD)


@pytest.mark.parametrize("schools", [(), (delivered.school(1),), delivered.MIXED, delivered.MIXED[:1]])
def test_the_json_of_one_pass_is_that_of_the_report(schools: tuple[dict[str, Any], ...]) -> None:
    report = delivered.report(*schools, delivered.school(9))
    file = io.StringIO()
    pour(report, [JsonWriter(file, report.head())])
    assert json.loads(file.getvalue()) == report.to_dict()
    assert file.getvalue() == report.to_json()


def test_csv_and_json_lines_say_what_does_not_count() -> None:
    report = delivered.accepted(delivered.mixed(), "waived")
    table, lines = io.StringIO(newline=""), io.StringIO()
    pour(report, [CsvSink(table, "en"), JsonLinesSink(report, lines)])
    standings = [line.rpartition(",")[2] for line in table.getvalue().splitlines()]
    assert Counter(standings) == {"standing": 1, "waived": 1, "open": 3}
    records = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [record["waived"]["approved_by"]["en"] for record in records if record.get("waived")] == ["the bureau"]


ITEMS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abcd")), max_size=60)


@given(ITEMS, st.integers(1, 25))
def test_the_worst_are_kept_and_the_rest_is_counted(items: list[tuple[int, str]], limit: int) -> None:
    worst: Worst[tuple[int, str, int]] = Worst(limit)
    for place, (rank, group) in enumerate(items):
        worst.add(rank, group, lambda item=(rank, group, place): item)  # type: ignore[misc]
    kept = list(worst)
    ranks = sorted(rank for rank, _ in items)
    assert [rank for rank, _, _ in kept] == ranks[:limit]
    assert len(worst) == len(kept)
    assert worst.left == Counter(ranks) - Counter(ranks[:limit])


@given(ITEMS, st.integers(1, 25))
def test_groups_of_the_last_rank_have_fair_shares_and_their_first_items(
    items: list[tuple[int, str]], limit: int
) -> None:
    worst: Worst[tuple[int, str, int]] = Worst(limit)
    for place, (rank, group) in enumerate(items):
        worst.add(rank, group, lambda item=(rank, group, place): item)  # type: ignore[misc]
    for rank in {rank for rank, _ in items}:
        kept = {group: [place for r, g, place in worst if (r, g) == (rank, group)] for group in "abcd"}
        given_ = {group: [p for p, each in enumerate(items) if each == (rank, group)] for group in "abcd"}
        most = max(map(len, kept.values()))
        for group in "abcd":
            assert kept[group] == given_[group][: len(kept[group])]
            assert len(kept[group]) == len(given_[group]) or len(kept[group]) >= most - 1


def test_what_is_left_out_is_not_made() -> None:
    worst: Worst[int] = Worst(1)
    worst.add(0, "a", lambda: 1)
    worst.add(1, "b", lambda: pytest.fail("made for nothing"))
    assert list(worst) == [1]


def test_every_sentence_of_the_outputs_has_both_languages() -> None:
    from string import Formatter

    for name, texts in OUTPUTS.items():
        gaps = [{gap for _, gap, _, _ in Formatter().parse(text) if gap} for text in texts]
        assert gaps[0] == gaps[1], name
        assert all(texts), name
        assert not any("一" <= sign <= "鿿" for sign in texts[0]), name
    assert not set(OUTPUTS) & set(words.SENTENCES)


def test_a_report_of_nothing_is_poured() -> None:
    report = er.evaluate(delivered.book(), {"school": [delivered.school(1)]}, as_of="2022-12-31")
    kept = Kept(*TOLD)
    pour(report, [kept])
    assert {record["verdict"] for record in kept.records} <= {"unknown"}
    assert kept.closed == 1
