"""The corpus `exprs/*.txt`: one expression a line, with its type and its value on one row.

In: a line. Out: the type and the value that the library gives, computed twice, by the frame program and by compiled
Python, or the code of its first diagnostic.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from corpus import Case, case_book, read_cases
from eduplan_rules.compiler.core import Graph, Node, NodeKind
from eduplan_rules.compiler.facet import Algebra
from eduplan_rules.compiler.plan import Plan, Program
from eduplan_rules.compiler.steps import Place
from eduplan_rules.compiler.values import facet
from eduplan_rules.engine.evidence import plain
from eduplan_rules.engine.judge import world_of
from eduplan_rules.engine.record import in_order, record_function, walk_function
from eduplan_rules.engine.subjects import subjects
from eduplan_rules.errors import Diagnostic
from eduplan_rules.language.expr import Expr, to_text
from eduplan_rules.language.expressions import resolve_expression
from eduplan_rules.language.parse import parse
from eduplan_rules.language.resolve import Resolved, resolve
from eduplan_rules.language.scope import Context, Scope
from eduplan_rules.language.typed import Typed
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.source import Scalar, Source, Span
from eduplan_rules.tables.facts import Facts, to_facts


@dataclass(frozen=True)
class Line:
    """One line: the expression, its type (or `error`), its value (or the code of the diagnostic)."""

    file: str
    number: int
    text: str
    type: str
    value: str


@dataclass(frozen=True)
class Setting:
    """The row that expressions are about, with its rulebook."""

    case: Case
    book: Rulebook
    resolved: Resolved
    facts: Facts

    @property
    def day(self) -> date:
        return date.fromisoformat(self.case.as_of)


def read_lines(folder: Path) -> Iterator[Line]:
    """All lines of a folder but blank ones and comments."""
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                text, kind, value = (part.strip() for part in line.rsplit(" ; ", 2))
                yield Line(path.name, number, text, kind, value)


def read_setting(path: Path) -> Setting:
    """The rulebook and rows of `row.yaml`."""
    (case,) = read_cases(path)
    book, _ = case_book(case)
    resolved, _ = resolve(book)
    return Setting(case, book, resolved, to_facts({name: table.frame() for name, table in case.rows.items()}, book))


def parsed(text: str) -> Expr | Diagnostic:
    """The tree of an expression that stands in a file of its own."""
    source = Source("expression", text)
    return parse(Scalar(text, Span(source, 0, len(text))))


def answer(text: str, setting: Setting) -> tuple[str, str, str]:
    """Type, value by the frame program, value by compiled Python; of a mistake `error` and its code twice."""
    tree = parsed(text)
    if isinstance(tree, Diagnostic):
        return "error", tree.code, tree.code
    diagnostics: list[Diagnostic] = []
    context = Context(setting.book, setting.resolved.parameters, diagnostics.append)
    entity = setting.book.entities["school"]
    typed = resolve_expression(tree, Scope(entity, timed=True), context)
    if diagnostics and diagnostics[0].severity == "error":
        assert typed.type.kind == "unknown"
        return "error", diagnostics[0].code, diagnostics[0].code
    assert typed.type.kind != "unknown"
    if typed.type.kind in ("duration", "list", "missing"):
        return str(typed.type), "-", "-"
    return str(typed.type), *_values(typed, setting)


def _values(typed: Typed, setting: Setting) -> tuple[str, str]:
    place = Place(Plan(setting.book.entities["school"]), Algebra(Graph()), setting.book)
    found = facet(typed, place)
    bounds = [found.low, found.high]
    world = world_of(setting.facts, Program({}, setting.resolved.parameters, setting.book.calendars), setting.day)
    judged = subjects(place.plan, setting.facts.tables["school"], world, bounds, "2022", setting.book.calendars, None)
    make = judged.expressions
    frame = make.share(judged.frame.lazy(), bounds)
    by_frame = frame.select(low=make(found.low), high=make(found.high)).collect().row(0)
    columns: dict[str, NodeKind | None] = {node.value: node.kind for node in in_order(bounds) if node.op == "column"}
    function = record_function(bounds, setting.day, setting.resolved.parameters)
    (row,) = judged.rows(pl.Series([0], dtype=pl.UInt32), {"#row": None, **columns})
    assert repr(walk_function(bounds, setting.day, setting.resolved.parameters)(row)) == repr(function(row))
    return _shown(by_frame, found.low), _shown(function(row), found.low)


def _shown(bounds: tuple[Any, ...], node: Node) -> str:
    low, high = (_text(plain(bound, integer=node.kind == "integer"), node) for bound in bounds)
    return low if low == high else f"{low}..{high}"


def _text(value: Any, node: Node) -> str:
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.12g}"
    return f'"{value}"' if node.kind == "text" else str(value)


def printed_back(text: str) -> tuple[str, Expr | Diagnostic, Expr | Diagnostic]:
    """The canonical spelling, with the tree of the text and the tree of that spelling."""
    tree = parsed(text)
    assert not isinstance(tree, Diagnostic)
    spelling = to_text(tree)
    return spelling, tree, parsed(spelling)
