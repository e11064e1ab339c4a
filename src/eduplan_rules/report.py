"""The report of a run: totals, findings and outcomes, as plain data.

In: the results of `run`. Out: `Report` and `Outcomes`. Violations are columns until somebody looks at one; records are
in order of rule, key and period, so that the order of the delivered rows never shows.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, overload

import polars as pl

from eduplan_rules.ancestry import Ancestry
from eduplan_rules.facts import Facts
from eduplan_rules.finding import Finding
from eduplan_rules.frame import World
from eduplan_rules.model import Rulebook
from eduplan_rules.offenders import find_offenders
from eduplan_rules.outcome import OUTCOME_CLASSES, VERDICTS, Evidence, Outcome
from eduplan_rules.period import period_label
from eduplan_rules.plan import Program
from eduplan_rules.result import RuleResult, Totals

#: name and version of the JSON form: fields may be added within a version, none removed or changed in meaning
FORMAT = "eduplan_rules.report/1"
_CHUNK = 20_000


class Outcomes(Sequence[Outcome]):
    """Outcomes of one kind, held as columns; objects are made when they are looked at."""

    def __init__(self, report: Report, parts: Sequence[tuple[RuleResult, pl.DataFrame]]) -> None:
        self._report = report
        self._parts = [(result, frame) for result, frame in parts if frame.height]
        self._length = sum(frame.height for _, frame in self._parts)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Outcome]:
        for result, frame in self._parts:
            for start in range(0, frame.height, _CHUNK):
                yield from self._report.objects(result, frame[start : start + _CHUNK])

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
        for result, frame in self._parts:
            if position < frame.height:
                return next(iter(self._report.objects(result, frame[position : position + 1])))
            position -= frame.height
        raise IndexError(index)

    def to_polars(self) -> pl.DataFrame:
        """One row per outcome: rule, clause, severity, nature, verdict, entity, key, name, period, observed, observed_other,
        required, gap, unit, strict, provisional, unverified, file, sheet, line. Numbers only; records have the rest.
        """
        frames = [_columns(self._report, result, frame) for result, frame in self._parts]
        return pl.concat(frames) if frames else pl.DataFrame(schema=_COLUMNS)

    def to_arrow(self) -> Any:
        """The columns of `to_polars` as a pyarrow table."""
        return self.to_polars().to_arrow()

    def to_pandas(self) -> Any:
        """The columns of `to_polars` as a pandas frame."""
        return self.to_polars().to_pandas()

    def to_dicts(self) -> list[dict[str, Any]]:
        """All records whole."""
        return [outcome.to_dict() for outcome in self]


_COLUMNS: dict[str, Any] = {
    "rule": pl.String, "clause": pl.String, "severity": pl.String, "nature": pl.String, "verdict": pl.String,
    "entity": pl.String, "key": pl.String, "name": pl.String, "period": pl.String, "observed": pl.Float64,
    "observed_other": pl.Float64, "required": pl.Float64, "gap": pl.Float64, "unit": pl.String, "strict": pl.Boolean,
    "provisional": pl.Boolean, "unverified": pl.Boolean, "file": pl.String, "sheet": pl.String, "line": pl.Int64,
}


def _columns(report: Report, result: RuleResult, kept: pl.DataFrame) -> pl.DataFrame:
    """The columns of one rule's outcomes, without making an object."""
    assert result.subjects is not None
    rule, judged = result.rule, result.subjects
    entity = rule.plan.entity
    rows = judged.frame[kept["#i"]]
    raw = judged.table.frame[rows["#row"]]
    hide = not report.show_personal
    keys = [pl.lit("***") if hide and entity.fields[str(name)].personal else raw[str(name)].cast(pl.String)
            for name in entity.key]
    name = str(entity.name) if entity.name is not None else None
    named = name is not None and name in raw.columns and not (hide and entity.fields[name].personal)
    kind = rule.plan.every or (entity.period.is_ if entity.period is not None else None)
    number = rows["#e"] if rule.plan.every else rows["#p"] if kind is not None else None
    labels = {value: period_label(kind, value) for value in number.unique()} if number is not None and kind else {}
    units = {index: part.unit for index, part in enumerate(rule.parts)}
    strict = {index: part.strict for index, part in enumerate(rule.parts)}
    unverified = kept["unverified"]
    severity = pl.when(unverified & pl.lit(rule.rule.severity == "error")).then(pl.lit("warning")).otherwise(
        pl.lit(rule.rule.severity))
    verdict = kept["verdict"].cast(pl.Int64)
    running = rows["#end"] > report.as_of if "#end" in rows.columns else pl.lit(value=False)
    return kept.select(
        pl.lit(str(rule.rule.id)).alias("rule"),
        pl.lit(None if rule.rule.clause is None else str(rule.rule.clause), pl.String).alias("clause"),
        severity.alias("severity"),
        pl.lit(rule.rule.nature).alias("nature"),
        verdict.replace_strict(dict(enumerate(VERDICTS)), return_dtype=pl.String).alias("verdict"),
        pl.lit(str(entity.id)).alias("entity"),
        pl.concat_str(keys, separator=" / ").alias("key"),
        (raw[name].cast(pl.String) if named and name is not None else pl.lit(None, pl.String)).alias("name"),
        (number.replace_strict(labels, return_dtype=pl.String) if number is not None else pl.lit(None, pl.String)).alias("period"),
        "observed",
        pl.when(pl.col("other") != pl.col("observed")).then(pl.col("other")).alias("observed_other"),
        "required",
        pl.when(verdict.is_in([1, 3])).then(pl.col("gap")).alias("gap"),
        pl.col("part").replace_strict(units, default=None, return_dtype=pl.String).alias("unit"),
        pl.col("part").replace_strict(strict, default=False, return_dtype=pl.Boolean).alias("strict"),
        (running & pl.lit(verdict != VERDICTS.index("not_due"))).alias("provisional"),
        "unverified",
        raw["#file"].alias("file"), raw["#sheet"].alias("sheet"), raw["#line"].alias("line"),
    ).cast(pl.Schema(_COLUMNS))


@dataclass(frozen=True, eq=False)
class Report:
    """All that a run found. `totals` by rule id; `findings` about the data; outcomes as columns."""

    book: Rulebook
    program: Program
    facts: Facts
    world: World
    results: Mapping[str, RuleResult]
    findings: tuple[Finding, ...]
    as_of: date
    periods: str
    show_personal: bool = False
    _memo: dict[Any, Any] = field(default_factory=dict, repr=False)

    @property
    def violations(self) -> Outcomes:
        """Every subject that breaks a rule."""
        return self.outcomes(verdict="violated")

    @property
    def totals(self) -> dict[str, Totals]:
        """Counts of every verdict by rule id."""
        return {name: result.totals for name, result in self.results.items()}

    def outcomes(self, *, verdict: str | None = None, rule: str | None = None) -> Outcomes:
        """Outcomes of a verdict (`violated`, `unknown`, `not_due`; with `keep="all"` also `satisfied`,
        `not_applicable`), of one rule, or all that were kept. Raises ValueError for an unknown verdict or rule.
        """
        if verdict is not None and verdict not in VERDICTS:
            message = f"`{verdict}` is no verdict, expected one of {', '.join(VERDICTS)}"
            raise ValueError(message)
        if rule is not None and rule not in self.results:
            message = f"there is no rule `{rule}` in this report"
            raise ValueError(message)
        parts = []
        for name, result in self.results.items():
            if result.kept is not None and rule in (None, name):
                kept = result.kept
                code = None if verdict is None else VERDICTS.index(verdict)
                parts.append((result, kept if code is None else kept.filter(pl.col("verdict") == code)))
        return Outcomes(self, parts)

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

    def objects(self, result: RuleResult, kept: pl.DataFrame) -> Iterator[Outcome]:
        """Outcome objects of some of a rule's kept rows."""
        assert result.subjects is not None
        evidence = self.evidence(result)
        rows = result.subjects.rows(kept["#i"], evidence.columns)
        has_offenders = any(part.offence is not None for part in result.rule.parts)
        for number, part, code, row in zip(kept["#i"], kept["part"], kept["verdict"], rows, strict=True):
            offenders = self._offenders(result, part, number) if has_offenders else None
            yield OUTCOME_CLASSES[code](evidence, VERDICTS[code], row, offenders)

    def _offenders(self, result: RuleResult, part: int, number: int) -> Callable[[], list[dict[str, Any]]]:
        def look() -> list[dict[str, Any]]:
            key = ("offenders", str(result.rule.rule.id), part)
            if key not in self._memo:
                self._memo[key] = find_offenders(result, part, show_personal=self.show_personal)
            found: list[dict[str, Any]] = self._memo[key].get(number, [])
            return found

        return look

    def to_dict(self) -> dict[str, Any]:
        """The whole report as plain data (`docs/report.schema.json`)."""
        return {
            "format": FORMAT,
            "as_of": self.as_of.isoformat(),
            "periods": self.periods,
            "versions": {"eduplan_rules": importlib.metadata.version("eduplan-rules"), "language": self.book.language},
            "rulebook": self.rulebook_digest(),
            "facts": self.facts.digest(),
            "scope": self.scope,
            "totals": {name: totals.to_dict() for name, totals in self.totals.items()},
            "findings": [finding_record(finding) for finding in self.findings],
            "violations": self.violations.to_dicts(),
            "unknown": self.outcomes(verdict="unknown").to_dicts(),
            "not_due": self.outcomes(verdict="not_due").to_dicts(),
        }

    def to_json(self, path: str | Path | None = None) -> str:
        """The report as JSON text, written to a file if one is named."""
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=1)
        if path is not None:
            Path(path).write_text(text + "\n", encoding="utf-8")
        return text

    def rulebook_digest(self) -> str:
        """SHA-256 over the texts of the rule files, whatever the files are called."""
        total = hashlib.sha256()
        for text in sorted(source.text for source in self.book.sources):
            total.update(hashlib.sha256(text.encode()).digest())
        return total.hexdigest()


def finding_record(finding: Finding) -> dict[str, Any]:
    """A finding as plain data."""
    location = finding.location
    return {
        "code": finding.code, "severity": finding.severity, "entity": finding.entity, "field": finding.field,
        "key": None if finding.key is None else list(finding.key), "period": finding.period,
        "message": dict(finding.message), "value": finding.value, "count": finding.count,
        "location": None if location is None else {"file": location.file, "sheet": location.sheet, "line": location.line},
    }
