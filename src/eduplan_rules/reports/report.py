"""The report of a run: totals, findings and outcomes, as plain data.

In: the results of `run`. Out: `Report` and `Outcomes`. Violations are columns until somebody looks at one; records are
in order of rule, key and period, so that the order of the delivered rows never shows.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, overload

import polars as pl

from eduplan_rules.book import resolved_rulebook
from eduplan_rules.compiler.plan import Program
from eduplan_rules.engine.evidence import Evidence
from eduplan_rules.engine.outcome import OUTCOME_CLASSES, VERDICTS, Outcome
from eduplan_rules.engine.record import Row
from eduplan_rules.engine.result import RuleResult, Totals, outcomes_left, undecided, without_values
from eduplan_rules.engine.standing import NOTHING, Acceptance
from eduplan_rules.engine.subjects import Subjects
from eduplan_rules.engine.world import World
from eduplan_rules.reports.ancestry import Ancestry
from eduplan_rules.reports.columns import COLUMNS, outcome_columns
from eduplan_rules.reports.offenders import Offenders
from eduplan_rules.reports.written import LISTS, JsonWriter
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.tables.facts import Facts
from eduplan_rules.tables.finding import Finding, in_order

if TYPE_CHECKING:
    from eduplan_rules.reports.explain.explanation import Explanation

#: name and version of the JSON form: fields may be added within a version, none removed or changed in meaning
FORMAT = "eduplan_rules.report/1"
_CHUNK = 20_000


class Outcomes(Sequence[Outcome]):
    """Outcomes of one kind, held as columns; objects are made when they are looked at."""

    def __init__(self, report: Report, results: Sequence[RuleResult], verdict: int | None) -> None:
        self._report = report
        self._verdict = verdict
        self._results = results
        counted = [(result, result.height(verdict)) for result in results]
        self._parts = [(result, height) for result, height in counted if height]
        self._length = sum(height for _, height in self._parts)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Outcome]:
        for result, height in self._parts:
            kept = self._rows(result)
            for start in range(0, height, _CHUNK):
                yield from self._report.objects(result, kept[start : start + _CHUNK], together=True)

    @overload
    def __getitem__(self, index: int) -> Outcome: ...
    @overload
    def __getitem__(self, index: slice) -> list[Outcome]: ...
    def __getitem__(self, index: int | slice) -> Outcome | list[Outcome]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(self._length))]
        position = index + self._length if index < 0 else index
        if not 0 <= position < self._length:
            message = f"outcome {index} of {self._length}"
            raise IndexError(message)
        for result, height in self._parts:
            if position < height:
                return next(iter(self._report.objects(result, self._rows(result)[position : position + 1])))
            position -= height
        raise IndexError(index)

    def _rows(self, result: RuleResult) -> pl.DataFrame:
        assert result.kept is not None
        kept, whole = result.kept, result.kept.frame.height == result.height(self._verdict)
        rows = pl.DataFrame([kept.frame["#i"], kept.series("verdict"), kept.series("part")])
        return rows if whole else rows.filter(rows["verdict"] == self._verdict)

    def to_polars(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """One row per outcome, without making objects; the named columns, or all of them.

        rule, clause, severity, nature, verdict, entity, key, name, period, observed, observed_other, required, gap,
        unit, strict, provisional, unverified, file, sheet, line. Numbers only: all else is in the records. What would
        tell a personal field's value is null.
        """
        names = list(COLUMNS) if columns is None else list(columns)
        show, as_of = self._report.show_personal, self._report.as_of
        queries = [
            outcome_columns(result, self._verdict, names, as_of, show_personal=show) for result, _ in self._parts
        ]
        return pl.concat([pl.DataFrame(schema={name: COLUMNS[name] for name in names}), *pl.collect_all(queries)])

    def to_arrow(self) -> Any:
        """The columns of `to_polars` as a pyarrow table."""
        return self.to_polars().to_arrow()

    def to_pandas(self) -> Any:
        """The columns of `to_polars` as a pandas frame."""
        return self.to_polars().to_pandas()

    @property
    def native(self) -> Any:
        """All outcomes of this kind as a lazy frame of the engine that has the facts; in memory as one of Polars.

        rule, the fields of the key (as texts, `/` between them), period, verdict, observed, observed_other, required,
        gap, unverified. Also those that the report left in the engine; numbers are as `to_polars` gives them.
        """
        from eduplan_rules.engine.lazy.native import native_outcomes

        if self._report.facts.engine is None:
            return self.to_polars().lazy()
        return native_outcomes(self._results, self._verdict, show_personal=self._report.show_personal)

    def to_dicts(self) -> list[dict[str, Any]]:
        """All records whole."""
        return [outcome.to_dict() for outcome in self]


@dataclass(frozen=True, eq=False)
class Report:
    """All that a run found. `totals` by rule id; `findings` about the data; outcomes as columns."""

    book: Rulebook
    program: Program
    facts: Facts
    world: World
    results: Mapping[str, RuleResult]
    as_of: date
    periods: str
    show_personal: bool = False
    #: what of the violations does not count
    acceptance: Acceptance = NOTHING
    _memo: dict[Any, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the delivered data, and rules that could decide nothing; errors first."""
        gone = self.facts.vanished(self.book, self.as_of)
        silent = [*undecided(self.results), *without_values(self.results), *outcomes_left(self.results)]
        return in_order([*self.facts.findings, *gone, *silent, *self.acceptance.findings])

    @property
    def violations(self) -> Outcomes:
        """Every subject that breaks a rule."""
        return self.outcomes(verdict="violated")

    @property
    def totals(self) -> dict[str, Totals]:
        """Counts of every verdict by rule id."""
        return {name: result.totals for name, result in self.results.items()}

    def outcomes(self, *, verdict: str | None = None, rule: str | None = None) -> Outcomes:
        """Outcomes of a verdict, of a rule, or all that were kept.

        `verdict`: `violated`, `unknown`, `not_due`; with `keep="all"` also `satisfied`, `not_applicable`.
        Raises ValueError for an unknown verdict or rule.
        """
        if verdict is not None and verdict not in VERDICTS:
            message = f"`{verdict}` is no verdict, expected one of {', '.join(VERDICTS)}"
            raise ValueError(message)
        if rule is not None and rule not in self.results:
            message = f"there is no rule `{rule}` in this report"
            raise ValueError(message)
        results = [result for name, result in self.results.items() if result.kept is not None and rule in (None, name)]
        return Outcomes(self, results, None if verdict is None else VERDICTS.index(verdict))

    @property
    def scope(self) -> dict[str, Any]:
        """How many rules there were, and which had no data."""
        silent = [name for name, result in self.results.items() if not result.totals.in_scope]
        return {"rules": len(self.results), "without_data": silent}

    def evidence(self, result: RuleResult) -> Evidence:
        """The evidence function of a rule."""
        key = ("evidence", str(result.rule.rule.id))
        if key not in self._memo:
            within = self._memo.setdefault("within", Ancestry(self.facts, self.book, show_personal=self.show_personal))
            self._memo[key] = Evidence(
                result.rule, self.as_of, self.program.parameters, within, show_personal=self.show_personal
            )
        found: Evidence = self._memo[key]
        return found

    def objects(self, result: RuleResult, kept: pl.DataFrame, *, together: bool = False) -> Iterator[Outcome]:
        """Outcome objects of some of a rule's kept rows; `together` with those of the other rules on its rows."""
        assert result.subjects is not None
        evidence = self.evidence(result)
        shared = self._rows(result.subjects) if together else None
        rows: Iterable[Row] = (
            result.subjects.rows(kept["#i"], evidence.columns)
            if shared is None
            else map(shared.__getitem__, kept["#i"])
        )
        offenders = Offenders(result, kept, show_personal=self.show_personal)
        marks = self.acceptance.of(str(result.rule.rule.id))
        for number, part, code, row in zip(kept["#i"], kept["part"], kept["verdict"], rows, strict=True):
            said = partial(offenders.of, number, part)
            yield OUTCOME_CLASSES[code](evidence, VERDICTS[code], row, said, marks.get(number))

    def _rows(self, judged: Subjects) -> Mapping[int, Row] | None:
        """All that the evidence of the rules on these rows reads, made in one query; None where the rows are many."""
        key = ("rows", id(judged))
        if key not in self._memo:
            results = [result for result in self.results.values() if result.subjects is judged]
            numbers = pl.concat([result.kept.frame["#i"] for result in results if result.kept is not None]).unique()
            self._memo[key] = None
            if len(numbers) <= _CHUNK:
                columns = {name: kind for each in results for name, kind in self.evidence(each).columns.items()}
                self._memo[key] = dict(zip(numbers, judged.rows(numbers, columns), strict=True))
        found: Mapping[int, Row] | None = self._memo[key]
        return found

    def explain(self, outcome: Outcome) -> Explanation:
        """Why an outcome of this report is what it is, as a tree of the values read, and what would satisfy the rule.

        Raises ValueError for an outcome of other rules or facts, and where the facts stayed in an engine.
        """
        from eduplan_rules.reports.explain.explanation import explain_outcome

        if self.facts.engine is not None:
            raise ValueError(not_here(self.facts.engine))
        resolved = resolved_rulebook(self.book)
        return explain_outcome(outcome, resolved, self.facts, self.as_of, show_personal=self.show_personal)

    def head(self) -> dict[str, Any]:
        """The report as plain data, but for its outcomes."""
        return {
            "format": FORMAT,
            "as_of": self.as_of.isoformat(),
            "periods": self.periods,
            "versions": {"eduplan_rules": importlib.metadata.version("eduplan-rules"), "language": self.book.language},
            "rulebook": self.rulebook_digest(),
            "facts": self.facts.digest(),
            "scope": self.scope,
            "totals": {name: totals.to_dict() for name, totals in self.totals.items()},
            "acceptance": self.acceptance.to_dict(),
            "findings": [finding_record(finding) for finding in self.findings],
        }

    def to_dict(self) -> dict[str, Any]:
        """The whole report as plain data (its schema is `report.schema.json` in the package)."""
        return self.head() | {name: self.outcomes(verdict=verdict).to_dicts() for name, verdict in LISTS.items()}

    def write_json(self, file: TextIO) -> None:
        """Write the report as JSON to an open file, one outcome at a time, each on a line."""
        writer = JsonWriter(file, self.head())
        for verdict in writer.verdicts:
            for outcome in self.outcomes(verdict=verdict):
                writer.add(outcome.to_dict())
        writer.close()

    @overload
    def to_json(self) -> str: ...
    @overload
    def to_json(self, path: str | Path) -> None: ...
    def to_json(self, path: str | Path | None = None) -> str | None:
        """The report as JSON text; with a path it goes to that file in pieces, and nothing is held."""
        if path is None:
            text = StringIO()
            self.write_json(text)
            return text.getvalue()
        with Path(path).open("w", encoding="utf-8", newline="\n") as file:
            self.write_json(file)
        return None

    def rulebook_digest(self) -> str:
        """SHA-256 over the texts of the rule files, whatever the files are called."""
        total = hashlib.sha256()
        for text in sorted(source.text for source in self.book.sources):
            total.update(hashlib.sha256(text.encode()).digest())
        return total.hexdigest()


def not_here(engine: str) -> str:
    """Why an outcome cannot be explained."""
    return f"this outcome was judged in {engine}: to explain it, evaluate the rows it is about in memory"


def finding_record(finding: Finding) -> dict[str, Any]:
    """A finding as plain data."""
    location = finding.location
    return {
        "code": finding.code,
        "severity": finding.severity,
        "entity": finding.entity,
        "field": finding.field,
        "key": None if finding.key is None else list(finding.key),
        "period": finding.period,
        "message": dict(finding.message),
        "value": finding.value,
        "count": finding.count,
        "location": None
        if location is None
        else {"file": location.file, "sheet": location.sheet, "line": location.line},
        "others": [{"file": each.file, "sheet": each.sheet, "line": each.line} for each in finding.others],
        "folded": [{"file": each.file, "sheet": each.sheet, "lines": each.lines} for each in finding.folded],
    }
