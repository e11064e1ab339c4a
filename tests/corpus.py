"""Cases: rules tried on a few rows, in files that read by themselves.

In: a case file. Out: `Case`s; of each, what a run of it gives and how that differs from what it expects, in words.
Whatever a case leaves out is not looked at, with two exceptions: a verdict that wants attention (violated, unknown,
not due) must be expected wherever it is given, and so must every mistake in the rules.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl

import eduplan_rules as er
from eduplan_rules.engine.outcome import VERDICTS, Outcome
from eduplan_rules.errors import Diagnostic, render_diagnostics, sort_diagnostics
from eduplan_rules.language.resolve import resolve
from eduplan_rules.reports.report import Report, finding_record
from eduplan_rules.rulebook.check import check_draft
from eduplan_rules.rulebook.document import read_yaml
from eduplan_rules.rulebook.layers import replace as replace_in
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.rulebook.section import SECTIONS, Draft, add_sections
from eduplan_rules.source import Mapping, Scalar, Sequence, Source, Span

#: what a file says once for all its cases, and a case may say otherwise
SHARED = ("rulebook", "rows", "as_of", "periods")
#: what only a case says
OWN = (
    "name", "why", "rule", "rules", "layers", "expect", "records", "totals", "findings", "diagnostics", "pending",
    "show_personal",
)  # fmt: skip
#: sections of a rulebook that a case may add to
ADDED = tuple(section for section in SECTIONS if section not in ("rules", "language", "replace"))
#: verdicts that must be expected wherever they are given
LOUD = ("violated", "unknown", "not_due")


class CaseError(Exception):
    """A case file that cannot be read: where, and why."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message if message.startswith(str(span)) else f"{span}: {message}")


@dataclass(frozen=True)
class Table:
    """Rows of one entity as a feed has them: all cells are texts, or None."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]

    def frame(self) -> pl.DataFrame:
        return pl.DataFrame(self.rows, schema=dict.fromkeys(self.columns, pl.String), orient="row")


@dataclass(frozen=True)
class Case:
    """One case: its rulebook as trees with places, layer by layer, its rows, and what it expects."""

    name: str
    span: Span
    layers: tuple[tuple[Mapping, ...], ...]
    #: the rules it is about; None for all
    rules: tuple[str, ...] | None
    rows: dict[str, Table]
    as_of: str
    periods: str
    show_personal: bool
    pending: str | None
    said: Mapping


@dataclass(frozen=True)
class Ran:
    """What a case gave."""

    diagnostics: tuple[Diagnostic, ...]
    report: Report | None

    @property
    def outcomes(self) -> list[Outcome]:
        return [] if self.report is None else list(self.report.outcomes())


def read_cases(path: Path) -> list[Case]:
    """Read a case file: a mapping with `cases` and what they share, a list of cases, or one case."""
    source = Source(path.name, path.read_text(encoding="utf-8"))
    tree, diagnostics = read_yaml(source)
    if diagnostics:
        raise CaseError(render_diagnostics(diagnostics), diagnostics[0].span)
    whole = Span(source, 0, 0)
    if isinstance(tree, Sequence):
        tree = Mapping({"cases": tree}, span=whole)
    if not isinstance(tree, Mapping):
        raise CaseError("expected cases", whole)
    if "cases" not in tree:
        return [_case(tree, Mapping(span=whole), path)]
    _known(tree, ("about", "cases", *SHARED))
    return [_case(item, tree, path) for item in tree["cases"]]


def _known(tree: Mapping, keys: Iterable[str]) -> None:
    for key in tree:
        if key not in keys:
            raise CaseError(f"unknown key `{key}`, expected one of {', '.join(keys)}", key.span)


def _case(tree: Any, shared: Mapping, path: Path) -> Case:
    if not isinstance(tree, Mapping) or "name" not in tree:
        raise CaseError("a case is a mapping with a `name`", getattr(tree, "span", shared.span))
    _known(tree, (*OWN, *SHARED, *ADDED))
    layers = list(_layers(tree.get("rulebook", shared.get("rulebook")), path))
    own = Mapping({key: tree[key] for key in tree if key in ADDED}, span=tree.span)
    written = tree.get("rules", [tree["rule"]] if "rule" in tree else [])
    added = Sequence([_named(rule) for rule in written if isinstance(rule, Mapping)], span=tree.span)
    chosen = tuple(
        str(rule["id"] if isinstance(rule, Mapping) else rule)
        for rule in (*added, *(rule for rule in written if isinstance(rule, Scalar)))
    )
    if added:
        own[Scalar("rules", tree.span)] = added
    base = (_merged([*layers, own]),)
    return Case(
        name=str(tree["name"]),
        span=tree["name"].span,
        layers=(base, *((layer,) for layer in tree.get("layers", ()))),
        rules=chosen or None,
        rows=_rows({**shared.get("rows", {}), **tree.get("rows", {})}, tree.span),
        as_of=str(tree.get("as_of", shared.get("as_of", "2022-12-31"))),
        periods=str(tree.get("periods", shared.get("periods", "all"))),
        show_personal=tree.get("show_personal") == "true",
        pending=str(tree["pending"]) if "pending" in tree else None,
        said=tree,
    )


def _layers(written: Any, path: Path) -> Iterator[Mapping]:
    """The sections of a rulebook that stand here, or in the named files beside the case file."""
    for each in written if isinstance(written, Sequence) else [written]:
        if isinstance(each, Mapping):
            yield each
        elif each is not None:
            file = path.parent / str(each)
            tree, diagnostics = read_yaml(Source(file.name, file.read_text(encoding="utf-8")))
            if diagnostics or not isinstance(tree, Mapping):
                raise CaseError(f"`{each}` is no rulebook", each.span)
            yield tree


def _named(rule: Mapping) -> Mapping:
    """A rule without an id is `case.rule`."""
    return (
        rule
        if "id" in rule
        else Mapping({Scalar("id", rule.span): Scalar("case.rule", rule.span), **rule}, span=rule.span)
    )


def _merged(trees: list[Mapping]) -> Mapping:
    """One tree; what a case declares takes the place of what its file declared under the same name."""
    merged = Mapping(span=trees[-1].span)
    for tree in trees:
        for section, items in tree.items():
            before = merged.get(section)
            if isinstance(items, Mapping) and isinstance(before, Mapping):
                fresh = {key: item for key, item in before.items() if key not in items}
                merged[section] = Mapping({**fresh, **items}, span=items.span)
            elif isinstance(items, Sequence) and isinstance(before, Sequence):
                ids = [item.get("id") for item in items if isinstance(item, Mapping)]
                merged[section] = Sequence(
                    [*(rule for rule in before if rule.get("id") not in ids), *items], span=items.span
                )
            else:
                merged[section] = items
    return merged


def _rows(written: dict[Any, Any], span: Span) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for entity, rows in written.items():
        if isinstance(rows, Scalar):
            tables[str(entity)] = _table(rows)
        elif isinstance(rows, Sequence) and all(isinstance(row, Mapping) for row in rows):
            columns = tuple(dict.fromkeys(str(key) for row in rows for key in row))
            tables[str(entity)] = Table(columns, tuple(tuple(_cell(row.get(name)) for name in columns) for row in rows))
        else:
            raise CaseError(
                f"the rows of `{entity}` must be a list of mappings or a table", getattr(rows, "span", span)
            )
    return tables


def _cell(cell: Any) -> str | None:
    if cell is None or isinstance(cell, Scalar):
        return None if cell is None else str(cell)
    raise CaseError("a cell must be a text, a number or a date", cell.span)


def _table(text: str) -> Table:
    """A table of lines with commas, the first one its headers; an empty cell is empty."""
    header, *lines = csv.reader(StringIO(text.strip()), skipinitialspace=True)
    columns = tuple(name.strip() for name in header)
    return Table(columns, tuple(tuple(cell.strip() or None for cell in line) for line in lines if line))


def load_case(case: Case) -> tuple[Rulebook, list[Diagnostic]]:
    """The case's rulebook with all diagnostics, each at its place in the case file."""
    draft = Draft()
    for layer in case.layers:
        earlier = set(draft.declared)
        replacements = [add_sections(draft, tree, tree.span.source) for tree in layer]
        for raw in replacements:
            replace_in(draft, raw, earlier)
    check_draft(draft)
    draft.sources.append(case.span.source)
    names = ("clauses", "entities", "parameters", "values", "rules", "calendars")
    book = Rulebook(
        sources=tuple(draft.sources), replaced=tuple(draft.replaced), broken=frozenset(draft.broken),
        **{name: getattr(draft, name) for name in names},
    )  # fmt: skip
    _, found = resolve(book)
    return book, list(sort_diagnostics([*draft.diagnostics, *found]))


def run_case(case: Case) -> Ran:
    """Load and evaluate; a rulebook with mistakes is not evaluated."""
    book, diagnostics = load_case(case)
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return Ran(tuple(diagnostics), None)
    report = er.evaluate(
        book,
        {name: table.frame() for name, table in case.rows.items()},
        as_of=case.as_of,
        periods=case.periods,
        keep="all",
        select=case.rules or (),
        show_personal=case.show_personal,
    )
    return Ran(tuple(diagnostics), report)


def reversed_rows(case: Case) -> Case:
    """The same case with its tables, rows and columns the other way round."""
    rows = {
        name: Table(table.columns[::-1], tuple(row[::-1] for row in reversed(table.rows)))
        for name, table in reversed(case.rows.items())
    }
    return replace(case, rows=rows)


def differences(case: Case, ran: Ran) -> list[str]:
    """How what was found differs from what was expected, one sentence each."""
    said = case.said
    mistakes = sorted(diagnostic.code for diagnostic in ran.diagnostics)
    wanted = sorted(map(str, said.get("diagnostics", ())))
    if mistakes != wanted:
        found = "\n".join(f"    {line}" for line in render_diagnostics(ran.diagnostics).splitlines())
        sentence = f"expected {', '.join(wanted) or 'no diagnostics'}, found {', '.join(mistakes) or 'none'}"
        return [f"{sentence}\n{found}".rstrip()]
    if ran.report is None:
        return [] if "expect" not in said else ["the rulebook has mistakes, so nothing was evaluated"]
    outcomes = ran.outcomes
    judged = list(ran.report.results)
    told: list[str] = []
    for name, totals in ran.report.totals.items():
        if totals.failed:
            told.append(f"{name} failed: {totals.failed}")
    for name, expected in _by_rule(said.get("expect"), judged, set(VERDICTS)):
        told += _verdicts(name, expected, [outcome for outcome in outcomes if outcome.rule == name])
    for name, records in _by_rule(said.get("records"), judged, set(), flat=len(judged) == 1):
        told += _records(records, [outcome for outcome in outcomes if outcome.rule == name])
    for name, counts in _by_rule(said.get("totals"), judged, set(), flat=len(judged) == 1):
        for count, number in counts.items():
            told += _unlike(number, getattr(ran.report.totals[name], count), f"totals of {name}.{count}")
    if "findings" in said:
        told += _findings(said["findings"], ran.report)
    return told


def _by_rule(
    said: Any, judged: list[str], flat_keys: set[str], *, flat: bool | None = None
) -> list[tuple[str, Mapping]]:
    """What is expected, by rule; a single rule need not be named."""
    if said is None:
        return []
    if flat is None:
        flat = set(map(str, said)) <= flat_keys
    if len(judged) == 1 and flat and judged[0] not in said:
        return [(judged[0], said)]
    for name in said:
        if name not in judged:
            raise CaseError(f"`{name}` is no rule of this case: {', '.join(judged)}", name.span)
    return [(str(name), expected) for name, expected in said.items()]


def label(outcome: Outcome) -> str:
    """A subject's key, parts joined by `/`."""
    return "/".join(map(str, outcome.subject["key"]))


def _matching(name: str, outcomes: list[Outcome]) -> list[Outcome]:
    """The outcomes that `key`, `key@period` or `@period` means."""
    key, _, period = name.partition("@")
    return [each for each in outcomes if key in ("", label(each)) and period in ("", each.period)]


def _verdicts(rule: str, expected: Mapping, outcomes: list[Outcome]) -> list[str]:
    told: list[str] = []
    named: dict[int, str] = {}
    for verdict, names in expected.items():
        if verdict not in VERDICTS:
            raise CaseError(f"`{verdict}` is no verdict: {', '.join(VERDICTS)}", verdict.span)
        for name in names if isinstance(names, Sequence) else [names]:
            found = _matching(str(name), outcomes)
            if not found:
                told.append(f"{name}: expected {verdict}, but {rule} gave no such outcome")
            named.update((id(outcome), str(verdict)) for outcome in found)
            wrong = [outcome for outcome in found if outcome.verdict != verdict]
            told += [f"{_shown(each)}: expected {verdict}, found {_details(each)}" for each in wrong]
    unsaid = [each for each in outcomes if id(each) not in named]
    loud = [each for each in unsaid if each.verdict in LOUD or each.verdict in expected]
    return told + [f"{_shown(each)}: found {_details(each)}, which was not expected" for each in loud]


def _shown(outcome: Outcome) -> str:
    return f"{label(outcome)}@{outcome.period}" if outcome.period else label(outcome)


def _details(outcome: Outcome) -> str:
    record = outcome.to_dict()
    kept = {
        name: record[name]
        for name in ("observed", "required", "gap", "missing", "due")
        if record[name] not in (None, [])
    }
    return f"{outcome.verdict} {kept}" if kept else outcome.verdict


def _records(expected: Mapping, outcomes: list[Outcome]) -> list[str]:
    told: list[str] = []
    for name, parts in expected.items():
        found = _matching(str(name), outcomes)
        if not found:
            told.append(f"{name}: a record was expected, found none")
        for outcome in found:
            told += _unlike(parts, outcome.to_dict(), _shown(outcome))
    return told


def _findings(expected: Any, report: Report) -> list[str]:
    records = [finding_record(finding) for finding in report.findings]
    told: list[str] = []
    used: set[str] = set()
    for item in expected:
        match = [record for record in records if not _unlike(item, record, "")]
        used |= {record["code"] for record in match}
        told += [] if match else [f"no finding {_plain(item)}"]
    surprising = [record for record in records if record["code"] not in used]
    return told + [f"finding {each['code']} ({each['message']['en']}) was not expected" for each in surprising]


def _unlike(expected: Any, actual: Any, place: str) -> list[str]:
    """Where a value lacks something that is expected; a text stands for a mapping that has it as a value."""
    if isinstance(expected, Mapping) and isinstance(actual, dict):
        told = []
        for key, item in expected.items():
            if key not in actual:
                told.append(f"{place}: has no `{key}`; it has {', '.join(map(str, actual))}")
            else:
                told += _unlike(item, actual[str(key)], f"{place}.{key}")
        return told
    if isinstance(expected, Sequence) and isinstance(actual, list | tuple) and len(expected) == len(actual):
        return [line for number, (one, other) in enumerate(zip(expected, actual, strict=True), 1)
                for line in _unlike(one, other, f"{place}[{number}]")]  # fmt: skip
    if isinstance(expected, Scalar) and isinstance(actual, dict):
        if any(not _unlike(expected, item, "") for item in actual.values()):
            return []
    elif isinstance(expected, Scalar) and isinstance(actual, list | tuple):
        if "/".join(map(str, actual)) == expected:
            return []
    elif _same(expected, actual):
        return []
    return [f"{place}: expected {_plain(expected)}, found {actual!r}"]


def _same(expected: Any, actual: Any) -> bool:
    if expected is None or actual is None:
        return expected is None and actual is None
    if isinstance(actual, bool):
        return str(expected) == str(actual).lower()
    if isinstance(actual, int | float):
        try:
            return float(expected) == actual
        except (TypeError, ValueError):
            return False
    return str(expected) == str(actual)


def _plain(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {str(key): _plain(item) for key, item in tree.items()}
    return [_plain(item) for item in tree] if isinstance(tree, list) else tree if tree is None else str(tree)
