"""Cases: rules tried on a few rows, in files that read by themselves.

In: a case file. Out: a `CaseFile` of `Case`s, each with the sections of rules it brings along, its rows, and what it
expects. What holds: known keys, tables without ragged lines, names that no other case of the file has.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl

from eduplan_rules.errors import render_diagnostics
from eduplan_rules.rulebook.document import read_yaml
from eduplan_rules.rulebook.section import SECTIONS
from eduplan_rules.source import Mapping, Scalar, Sequence, Source, Span
from eduplan_rules.tools.words import Language, say

#: what a file says once for all its cases, and a case may say otherwise
SHARED = ("rulebook", "rows", "as_of", "periods")
#: what only a file says
WHOLE = ("about", "cases", "never_unknown")
#: what only a case says
OWN = (
    "name", "why", "rule", "rules", "layers", "expect", "records", "totals", "findings", "diagnostics", "pending",
    "show_personal",
)  # fmt: skip
#: sections of a rulebook that a case may add to
ADDED = tuple(section for section in SECTIONS if section not in ("rules", "language", "replace"))


class CaseError(Exception):
    """A case that cannot be read or run: where, and why."""

    def __init__(self, name: str, span: Span, /, **gaps: object) -> None:
        self.name = name
        self.span = span
        self.gaps = gaps
        super().__init__(self.told("en"))

    def told(self, language: Language) -> str:
        """Place and sentence; a gap that is a pair is itself a sentence with gaps."""
        gaps = dict(self.gaps)
        for key, gap in gaps.items():
            if isinstance(gap, tuple):
                gaps[key] = say(gap[0], language, **gap[1])
        return say("place", language, place=self.span, message=say(self.name, language, **gaps))


@dataclass(frozen=True)
class Table:
    """Rows of one entity as a feed has them: all cells are texts, or None."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]

    def frame(self) -> pl.DataFrame:
        """The table as a frame of texts."""
        return pl.DataFrame(self.rows, schema=dict.fromkeys(self.columns, pl.String), orient="row")


@dataclass(frozen=True)
class Case:
    """One case: the rules it brings along as trees with places, its rows, and what it expects."""

    name: str
    span: Span
    #: a rulebook of its own; empty where the case is about rules that are loaded already
    rulebook: tuple[Mapping, ...]
    #: sections that take the place of what the rulebook declares under the same names
    own: Mapping
    layers: tuple[Mapping, ...]
    #: the rules it is about; None for all
    rules: tuple[Scalar, ...] | None
    rows: dict[str, Table]
    as_of: str
    periods: str
    show_personal: bool
    pending: str | None
    said: Mapping


@dataclass(frozen=True)
class CaseFile:
    """A file of cases, and the rules that it says can never be unknown, with the reason."""

    source: Source
    about: str | None
    cases: tuple[Case, ...]
    never_unknown: dict[Scalar, Scalar]
    #: cases that cannot be read
    mistakes: tuple[CaseError, ...] = ()


def read_cases(path: Path, name: str | None = None) -> CaseFile:
    """Read a case file: a mapping with `cases` and what they share, a list of cases, or one case."""
    source, tree = _tree(path, name or path.name)
    whole = Span(source, 0, 0)
    if isinstance(tree, Sequence):
        tree = Mapping({Scalar("cases", whole): tree}, span=whole)
    if not isinstance(tree, Mapping) or not ("cases" in tree or "name" in tree):
        raise CaseError("no-cases", whole)
    if "cases" not in tree:
        return CaseFile(source, None, (_case(tree, Mapping(span=whole), path),), {})
    _known(tree, (*WHOLE, *SHARED))
    written = tree["cases"]
    if not isinstance(written, Sequence):
        raise CaseError("cases-list", _key(tree, "cases").span)
    cases: dict[str, Case] = {}
    mistakes: list[CaseError] = []
    for item in written:
        try:
            case = _case(item, tree, path)
            if case.name in cases:
                raise CaseError("name-twice", case.span, name=case.name)
            cases[case.name] = case
        except CaseError as mistake:
            mistakes.append(mistake)
    never = _mapping(tree, "never_unknown")
    about = None if tree.get("about") is None else str(tree["about"])
    reasons = {rule: _text(never, rule) for rule in never}
    return CaseFile(source, about, tuple(cases.values()), reasons, tuple(mistakes))


def _tree(path: Path, name: str) -> tuple[Source, Any]:
    try:
        source = Source(name, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise CaseError("unreadable", Span(Source(name, ""), 0, 0), reason=reason) from None
    tree, diagnostics = read_yaml(source)
    if diagnostics:
        raise CaseError("unreadable", diagnostics[0].span, reason=f"\n{render_diagnostics(diagnostics)}")
    return source, tree


def _known(tree: Mapping, keys: Iterable[str]) -> None:
    for key in tree:
        if key not in keys:
            raise CaseError("unknown-key", key.span, key=key, known=", ".join(keys))


def _key(tree: Mapping, name: str) -> Any:
    return next((key for key in tree if key == name), tree)


def _mapping(tree: Mapping, name: str) -> Mapping:
    found = tree.get(name)
    if found is None:
        return Mapping(span=tree.span)
    if not isinstance(found, Mapping):
        raise _wrong_shape(tree, name, "a-mapping")
    return found


def _text(tree: Mapping, name: Scalar) -> Scalar:
    if not isinstance(tree[name], Scalar):
        raise CaseError("wrong-cell", name.span)
    return Scalar(tree[name], tree[name].span)


def _wrong_shape(tree: Mapping, name: str, expected: str) -> CaseError:
    return CaseError("wrong-shape", _key(tree, name).span, key=name, expected=(expected, {}))


def _case(tree: Any, shared: Mapping, path: Path) -> Case:
    if not isinstance(tree, Mapping) or not isinstance(tree.get("name"), Scalar):
        raise CaseError("no-name", getattr(tree, "span", shared.span))
    _known(tree, (*OWN, *SHARED, *ADDED))
    own = Mapping({key: tree[key] for key in tree if key in ADDED}, span=tree.span)
    written = tree.get("rules", [tree["rule"]] if "rule" in tree else [])
    if not isinstance(written, list):
        written = [written]
    added = Sequence([_named(rule) for rule in written if isinstance(rule, Mapping)], span=tree.span)
    chosen = tuple(
        rule["id"] if isinstance(rule, Mapping) else rule
        for rule in (*added, *(rule for rule in written if isinstance(rule, Scalar)))
    )
    if added:
        own[Scalar("rules", tree.span)] = added
    for key in ("expect", "records", "totals"):
        _mapping(tree, key)
    return Case(
        name=str(tree["name"]),
        span=tree["name"].span,
        rulebook=tuple(_layers(tree.get("rulebook", shared.get("rulebook")), path)),
        own=own,
        layers=tuple(_layers(tree.get("layers"), path)),
        rules=chosen or None,
        rows=_rows({**_mapping(shared, "rows"), **_mapping(tree, "rows")}, tree.span),
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
            _, tree = _tree(file, file.name)
            if not isinstance(tree, Mapping):
                raise CaseError("no-rulebook", each.span, file=each)
            yield tree


def _named(rule: Mapping) -> Mapping:
    """A rule without an id is `case.rule`."""
    return (
        rule
        if "id" in rule
        else Mapping({Scalar("id", rule.span): Scalar("case.rule", rule.span), **rule}, span=rule.span)
    )


def _rows(written: dict[Any, Any], span: Span) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for entity, rows in written.items():
        if isinstance(rows, Scalar):
            tables[str(entity)] = _table(rows, str(entity))
        elif isinstance(rows, Sequence) and all(isinstance(row, Mapping) for row in rows):
            columns = tuple(dict.fromkeys(str(key) for row in rows for key in row))
            tables[str(entity)] = Table(columns, tuple(tuple(_cell(row.get(name)) for name in columns) for row in rows))
        else:
            raise CaseError("wrong-rows", getattr(rows, "span", span), entity=entity)
    return tables


def _cell(cell: Any) -> str | None:
    if cell is None or isinstance(cell, Scalar):
        return None if cell is None else str(cell)
    raise CaseError("wrong-cell", cell.span)


def _table(text: Scalar, entity: str) -> Table:
    """A table of lines with commas, the first one its headers; an empty cell is empty."""
    header, *lines = csv.reader(StringIO(text.strip()), skipinitialspace=True)
    for line in lines:
        if line and len(line) != len(header):
            found = re.search(rf"^\s*{re.escape(line[0])}", text, re.MULTILINE)
            place = text.place(found.end() - len(line[0]), found.end()) if found else text.span
            raise CaseError("ragged", place, entity=entity, row=line[0], cells=len(line), headers=len(header))
    columns = tuple(name.strip() for name in header)
    return Table(columns, tuple(tuple(cell.strip() or None for cell in line) for line in lines if line))
