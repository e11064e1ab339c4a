"""What a row says about a rule: the values that its record is made of, and the names it goes by.

In: a compiled rule and a row. Out: the values of all nodes that a record tells of; fingerprints, periods and values as
plain data. Holds: what is kept between rows changes no answer, so that threads may share it without a lock.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from eduplan_rules.compiler.core import Node, NodeKind
from eduplan_rules.compiler.plan import CompiledRule, Shown, Trace
from eduplan_rules.engine.record import Function, Row, in_order, record_function, walk_function
from eduplan_rules.language.parameter import ParameterTable
from eduplan_rules.period import period_label

_SIGNIFICANT = 12
#: rows from which on it pays to compile what is asked
_FEW = 25
_quoted = json.JSONEncoder(ensure_ascii=False).encode

Within = Callable[[str, Row], dict[str, dict[str, str | None]]]
#: whether a field of a row is known to be absent (`?f`), unreadable (`!f`), delivered (`+f`)
About = Callable[[str, Row], bool | None]


class Witness:
    """All that the records of one rule's outcomes are made of: compiled once, asked row by row."""

    def __init__(
        self, compiled: CompiledRule, as_of: date, tables: Mapping[str, ParameterTable], about: About | None = None
    ) -> None:
        self.compiled = compiled
        self.as_of = as_of
        self.tables = tables
        told = _told_nodes(compiled)
        #: those of the reasons why facts are missing come last: only an unknown outcome tells them
        self.nodes = list({id(node): node for node in (*told, *_reason_nodes(compiled))}.values())
        self._index = {id(node): position for position, node in enumerate(self.nodes)}
        order = in_order(self.nodes)
        self._told = _Readings(told, as_of, tables, about)
        self._whole = _Readings(self.nodes, as_of, tables, about, order)
        self.columns = _columns(compiled, order)

    def values(self, row: Row, *, whole: bool = False) -> tuple[Any, ...]:
        """All nodes on a row; those of why facts are missing only where that is asked as well (`whole`)."""
        return self._whole(row) if whole else self._told(row)

    def get(self, values: tuple[Any, ...], node: Node | None) -> Any:
        """One node's value."""
        return None if node is None else values[self._index[id(node)]]

    def at(self, node: Node | None) -> int | None:
        """Where a node's value stands among the values."""
        return None if node is None else self._index[id(node)]


class _Readings:
    """Nodes as a function of a row: a walk at first, compiled when it turns out to be asked often."""

    def __init__(
        self,
        nodes: Sequence[Node],
        as_of: date,
        tables: Mapping[str, ParameterTable],
        about: About | None,
        order: Sequence[Node] | None = None,
    ) -> None:
        self._nodes = nodes
        self._as_of = as_of
        self._tables = tables
        self._about = about
        self._order = order
        self._signs: tuple[str, ...] = ()
        self._function: Function | None = None
        self._asked = 0
        self._walks = True

    def __call__(self, row: Row) -> tuple[Any, ...]:
        function = self._function
        if self._walks:
            self._asked += 1
            if function is None or self._asked >= _FEW:
                function = self._made()
        assert function is not None
        if self._signs and self._about is not None:
            about = self._about
            row = {**row, **{name: about(name, row) for name in self._signs}}
        return function(row)

    def _made(self) -> Function:
        """The function; threads that come at the same time may each make one."""
        order = self._order = in_order(self._nodes) if self._order is None else self._order
        self._signs = tuple(node.value for node in order if node.op == "column" and node.value[0] in "?!+")
        walks = self._asked < _FEW
        make = walk_function if walks else record_function
        function = self._function = make(self._nodes, self._as_of, self._tables, order)
        # only now, so that nobody finds neither
        self._walks = walks
        return function


def _columns(rule: CompiledRule, order: Sequence[Node]) -> dict[str, NodeKind | None]:
    """Columns a row must have -> their kind; None for those of the table itself."""
    entity = rule.plan.entity
    extra = {str(name) for name in entity.key} | ({str(entity.name)} if entity.name is not None else set())
    extra |= {str(name) for fields in entity.belongs_to.values() for name in fields}
    extra |= {str(name) for name in (entity.valid or ())[:1]}
    extra &= set(entity.fields)
    times = {"#e"} if rule.plan.every else {"#p"} if entity.period is not None else set()
    if entity.period is not None or rule.plan.every:
        times |= {"#end"}
    kinds = {node.value: node.kind for node in order if node.op == "column"}
    plain_columns = {*extra, *times, "#file", "#sheet", "#line"} - set(kinds)
    return kinds | dict.fromkeys(sorted(plain_columns))


def _told_nodes(rule: CompiledRule) -> list[Node]:
    """All that records tell, but for why facts are missing."""
    told = [piece for pieces in rule.message.values() for piece in pieces if isinstance(piece, Shown)]
    nodes = [rule.leading, rule.due, rule.unverified, rule.require]
    for part in rule.parts:
        nodes += (part.holds, part.observed, part.other, part.required, part.gap, part.of)
    nodes += (shown.node for shown in rule.shown)
    nodes += (node for piece in told for node in (piece.node, piece.absent))
    for use in rule.uses:
        nodes += (use.day, *use.arguments)
    return list({id(node): node for node in nodes if node is not None}.values())


def _reason_nodes(rule: CompiledRule) -> list[Node]:
    """All that says why facts are missing."""
    nodes: list[Node] = []

    def visit(trace: Trace) -> None:
        nodes.extend((trace.known, *(condition for condition, _ in trace.reasons)))
        if trace.count is not None:
            nodes.append(trace.count)
        for child in trace.children:
            visit(child)

    for trace in rule.traces:
        visit(trace)
    return nodes


class Prints:
    """The fingerprints of one rule's outcomes: of rule, entity, key and time, and of the same without the time.

    SHA-256 of a JSON list of texts. A renamed rule keeps its first name here, a renamed subject its first key.
    """

    def __init__(self, rule: CompiledRule) -> None:
        entity = rule.plan.entity
        name = str(rule.rule.formerly[0]) if rule.rule.formerly else str(rule.rule.id)
        self._old = {new: former for former, new in entity.renamed.items()}
        self._begun = hashlib.sha256(f"[{_quoted(name)},{_quoted(str(entity.id))}".encode())

    def of(self, key: Sequence[Any], time: str | None) -> tuple[str, str]:
        """Those of one outcome."""
        texts = [str(part) for part in key]
        if self._old:
            texts = [self._old.get(text, text) for text in texts]
        begun = self._begun.copy()
        begun.update("".join([f",{_quoted(text)}" for text in texts]).encode())
        whole = begun.copy()
        begun.update(b"]")
        series = begun.hexdigest()
        if time is None:
            return series, series
        whole.update(f",{_quoted(time)}]".encode())
        return whole.hexdigest(), series


def fingerprints(
    rule: CompiledRule, key: Sequence[Any], period: str | None, begins: date | None = None
) -> tuple[str, str]:
    """The fingerprints of an outcome; its time is the period, of a span its first day.

    Spans may follow one another under one key.
    """
    return Prints(rule).of(key, time_of(period, begins))


def time_of(period: str | None, begins: date | None) -> str | None:
    """What tells a subject's outcomes of one rule apart: the period, of a span its first day."""
    return begins.isoformat() if period is None and begins is not None else period


def period_of(rule: CompiledRule, row: Row) -> str | None:
    """Label of the row's period."""
    plan = rule.plan
    if plan.every is not None:
        return period_label(plan.every, row["#e"])
    return period_label(plan.entity.period.is_, row["#p"]) if plan.entity.period is not None else None


def plain(value: Any, *, integer: bool = False) -> Any:
    """A value as plain data: numbers with 12 significant digits, days as ISO text."""
    if isinstance(value, float):
        rounded = float(f"{value:.{_SIGNIFICANT}g}")
        if not math.isfinite(rounded):
            return None
        return int(rounded) if integer and rounded.is_integer() else rounded + 0.0
    return value.isoformat() if isinstance(value, date) else value
