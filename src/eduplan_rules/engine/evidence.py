"""Evidence: what can be said about a rule's outcome on one row, as a record of plain data.

In: a compiled rule and a row. Out: the record of DESIGN ("Records"). Whichever backend decided hands its row
to the same function, so that the records are the same.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from eduplan_rules.compiler.core import Node, NodeKind
from eduplan_rules.compiler.plan import CompiledRule, Part, Shown, Trace
from eduplan_rules.engine.message import ABSENT, written_message
from eduplan_rules.engine.record import Function, Row, in_order, record_function, walk_function
from eduplan_rules.engine.wording import Told, generated_message
from eduplan_rules.language.parameter import ParameterTable
from eduplan_rules.period import period_label
from eduplan_rules.tables.finding import HIDDEN

_SIGNIFICANT = 12
#: rows from which on it pays to compile the evidence of a rule
_FEW = 25
_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Within = Callable[[str, Row], dict[str, dict[str, str | None]]]


class Evidence:
    """What can be said about the outcomes of one rule on one day: compiled once, asked row by row."""

    def __init__(
        self,
        rule: CompiledRule,
        as_of: date,
        tables: Mapping[str, ParameterTable],
        within: Within | None = None,
        *,
        show_personal: bool = False,
    ) -> None:
        self.compiled = rule
        self.as_of = as_of
        self.tables = tables
        self.within = within
        self.show_personal = show_personal
        #: adds to a row what only evidence reads
        self.complete: Callable[[Row], Row] | None = None
        self.nodes = _evidence_nodes(rule)
        self._index = {id(node): position for position, node in enumerate(self.nodes)}
        self._function: Function | None = None
        self._asked = 0
        entity = rule.plan.entity
        extra = {str(name) for name in entity.key} | ({str(entity.name)} if entity.name is not None else set())
        extra |= {str(name) for fields in entity.belongs_to.values() for name in fields}
        extra |= {str(name) for name in (entity.valid or ())[:1]}
        extra &= set(entity.fields)
        times = {"#e"} if rule.plan.every else {"#p"} if entity.period is not None else set()
        if entity.period is not None or rule.plan.every:
            times |= {"#end"}
        self._order = in_order(self.nodes)
        kinds = {node.value: node.kind for node in self._order if node.op == "column"}
        plain_columns = {*extra, *times, "#file", "#sheet", "#line"} - set(kinds)
        #: columns a row must have -> their kind; None for those of the table itself
        self.columns: dict[str, NodeKind | None] = kinds | dict.fromkeys(sorted(plain_columns))

    def values(self, row: Row) -> tuple[Any, ...]:
        """All evidence nodes on a row."""
        self._asked += 1
        if self._asked == 1:
            self._function = walk_function(self.nodes, self.as_of, self.tables, self._order)
        elif self._asked == _FEW:
            self._function = record_function(self.nodes, self.as_of, self.tables, self._order)
        assert self._function is not None
        return self._function(row if self.complete is None else self.complete(row))

    def get(self, values: tuple[Any, ...], node: Node | None) -> Any:
        """One node's value."""
        return None if node is None else values[self._index[id(node)]]


def _evidence_nodes(rule: CompiledRule) -> list[Node]:
    nodes: dict[int, Node] = {}

    def add(*found: Node | None) -> None:
        nodes.update({id(node): node for node in found if node is not None})

    def trace(found: Trace) -> None:
        add(found.known, found.count, *(condition for condition, _ in found.reasons))
        for child in found.children:
            trace(child)

    add(rule.leading, rule.due, rule.unverified, rule.require)
    for part in rule.parts:
        add(part.holds, part.observed, part.other, part.required, part.gap, part.of)
    for found in rule.traces:
        trace(found)
    add(*(shown.node for shown in rule.shown))
    told = [piece for pieces in rule.message.values() for piece in pieces if isinstance(piece, Shown)]
    add(*(piece.node for piece in told), *(piece.absent for piece in told))
    for use in rule.uses:
        add(use.day, *use.arguments)
    return list(nodes.values())


def fingerprints(
    rule: CompiledRule, key: Sequence[Any], period: str | None, begins: date | None = None
) -> tuple[str, str]:
    """SHA-256 of rule, entity, key and time in canonical text, and the same without the time.

    The time is the period, of a span its first day: spans may follow one another under one key. A renamed rule keeps
    its first name here, a renamed subject its first key.
    """
    entity = rule.plan.entity
    name = str(rule.rule.formerly[0]) if rule.rule.formerly else str(rule.rule.id)
    old = {new: former for former, new in entity.renamed.items()}
    canonical = [name, str(entity.id), *(old.get(str(part), str(part)) for part in key)]
    series = _hash(canonical)
    time = begins.isoformat() if period is None and begins is not None else period
    return (series if time is None else _hash([*canonical, time])), series


def _hash(parts: list[str]) -> str:
    return hashlib.sha256(_canonical(parts).encode()).hexdigest()


def period_of(rule: CompiledRule, row: Row) -> str | None:
    """Label of the row's period."""
    plan = rule.plan
    if plan.every is not None:
        return period_label(plan.every, row["#e"])
    return period_label(plan.entity.period.is_, row["#p"]) if plan.entity.period is not None else None


def plain(value: Any, *, integer: bool = False) -> Any:
    """A value as plain data: numbers with 12 significant digits, days as ISO text."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return value
    rounded = float(f"{value:.{_SIGNIFICANT}g}")
    if not math.isfinite(rounded):
        return None
    return int(rounded) if integer and rounded.is_integer() else rounded + 0.0


def build_record(
    evidence: Evidence, verdict: str, row: Row, offenders: Callable[[], list[dict[str, Any]]] | None
) -> dict[str, Any]:
    """The record of an outcome (DESIGN, "Records")."""
    compiled = evidence.compiled
    rule, entity = compiled.rule, compiled.plan.entity
    values = evidence.values(row)
    key = [row.get(str(name)) for name in entity.key]
    period = period_of(compiled, row)
    begins = row.get(str(entity.valid[0])) if entity.valid is not None else None
    identifier, series = fingerprints(compiled, key, period, begins)
    index = evidence.get(values, compiled.leading)
    leading = None if index is None else compiled.parts[int(index)]
    head = {} if leading is None else _part(evidence, leading, values)
    failing: list[Part] = []
    if verdict in ("violated", "not_due"):
        failing = [part for part in compiled.parts if evidence.get(values, part.holds) is False]
        failing.sort(key=lambda part: part is not leading)
    unverified = bool(evidence.get(values, compiled.unverified))
    severity = "warning" if unverified and rule.severity == "error" else rule.severity
    end, due = row.get("#end"), evidence.get(values, compiled.due)
    hide_due = compiled.due_is_personal and not evidence.show_personal and due is not None
    record: dict[str, Any] = {
        "id": identifier,
        "series": series,
        "rule": str(rule.id),
        "clause": None if rule.clause is None else str(rule.clause),
        "title": dict(rule.title),
        "severity": severity,
        "nature": rule.nature,
        "verdict": verdict,
        "subject": _subject(evidence, key, row),
        "within": evidence.within(str(entity.id), row) if evidence.within is not None else {},
        "period": period,
        **_numbers(head, failing=verdict in ("violated", "not_due")),
        "parts": [_part(evidence, part, values) for part in failing],
        "offenders": offenders() if offenders is not None and verdict in ("violated", "not_due") else [],
        "missing": _missing(evidence, values) if verdict == "unknown" else [],
        "basis": leading.basis or ("printed" if compiled.basis else None) if leading is not None else None,
        "message": {},
        "source": [_reference(reference) for reference in rule.source],
        "parameters": _parameters(evidence, values),
        "values": _values(evidence, values),
        "due": HIDDEN if hide_due else plain(due),
        "owner": None if rule.owner is None else dict(rule.owner),
        "location": {"file": row.get("#file"), "sheet": row.get("#sheet"), "line": row.get("#line")},
        "provisional": end is not None and evidence.as_of < end and verdict != "not_due",
        "unverified": unverified,
        "standing": "open" if verdict == "violated" else None,
        "waived": None,
    }
    if compiled.basis and verdict == "satisfied":
        record["basis"] = _basis_of_satisfied(evidence, values)
    day = evidence.as_of if end is None else min(evidence.as_of, end)
    record["message"] = _message(evidence, values, record, leading, failing, running=due is None or due <= day)
    return record


def _numbers(head: Mapping[str, Any], *, failing: bool) -> dict[str, Any]:
    """The leading part's numbers, as the record's own; only what is not met has a gap."""
    found = {name: head.get(name) for name in ("observed", "observed_other", "of", "required", "gap", "unit")}
    return found | {"gap": found["gap"] if failing else None, "strict": head.get("strict", False)}


def _basis_of_satisfied(evidence: Evidence, values: tuple[Any, ...]) -> str:
    """Like-for-like growth where one was published, else the printed figures."""
    for part in evidence.compiled.parts:
        if part.basis is not None and evidence.get(values, part.observed) is not None:
            return part.basis
    return "printed"


def _part(evidence: Evidence, part: Part, values: tuple[Any, ...]) -> dict[str, Any]:
    hide = part.personal and not evidence.show_personal

    def value(node: Node | None) -> Any:
        found = plain(evidence.get(values, node), integer=part.integer)
        public = not hide or found is None or node is None or node.constant
        return found if public else HIDDEN

    other, of = value(part.other), evidence.get(values, part.of)
    observed, required, gap = value(part.observed), value(part.required), value(part.gap)
    return {
        "text": part.text,
        "title": None if part.title is None else dict(part.title),
        "observed": observed,
        "observed_other": None if other == observed else other,
        "of": of,
        "required": required,
        "gap": _as_precise(gap, observed, required),
        "unit": part.unit,
        "op": part.op,
        "strict": part.strict,
    }


def _as_precise(gap: Any, observed: Any, required: Any) -> Any:
    """A gap with the digits that a difference of these numbers can have."""
    sizes = [abs(number) for number in (observed, required) if isinstance(number, int | float)]
    if not isinstance(gap, float) or not sizes or not max(sizes):
        return gap
    return round(gap, sys.float_info.dig - 1 - math.floor(math.log10(max(sizes))))


def _subject(evidence: Evidence, key: list[Any], row: Row) -> dict[str, Any]:
    entity = evidence.compiled.plan.entity
    hidden = not evidence.show_personal
    shown = [
        HIDDEN if hidden and entity.fields[str(name)].personal else str(part)
        for name, part in zip(entity.key, key, strict=True)
    ]
    name = None
    if entity.name is not None and not (hidden and entity.fields[str(entity.name)].personal):
        name = row.get(str(entity.name))
    return {"entity": str(entity.id), "key": shown, "name": name}


def _missing(evidence: Evidence, values: tuple[Any, ...]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}

    def visit(trace: Trace) -> None:
        if evidence.get(values, trace.known):
            return
        before = len(found)
        for child in trace.children:
            visit(child)
        if len(found) > before or any(not evidence.get(values, child.known) for child in trace.children):
            return
        reason = next((why for condition, why in trace.reasons if evidence.get(values, condition)), trace.otherwise)
        label = None if trace.label is None else dict(trace.label)
        entry = {"fact": trace.fact, "label": label, "reason": reason}
        if trace.count is not None and reason in ("gaps-in-rows", "unplaced-rows"):
            entry["rows"] = evidence.get(values, trace.count)
        found.setdefault((trace.fact, reason), entry)

    for trace in evidence.compiled.traces:
        visit(trace)
    return list(found.values())


def _parameters(evidence: Evidence, values: tuple[Any, ...]) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = []
    for use in evidence.compiled.uses:
        table = evidence.tables[use.name]
        day = evidence.get(values, use.day)
        arguments = [evidence.get(values, argument) for argument in use.arguments]
        complete = len(arguments) == table.axes + table.scaled
        reading = table.read(day, *arguments) if complete and day is not None else None
        entry = table.entry_on(day) if reading is None and day is not None else None
        since = reading.since if reading is not None else entry.since if entry is not None else None
        sources = reading.source if reading is not None else entry.source if entry is not None else ()
        doubtful = reading.unverified if reading is not None else table.unverified
        value = reading.value if reading is not None else None
        read.append(
            {
                "name": str(table.parameter.id),
                "value": [plain(item) for item in value] if isinstance(value, tuple) else plain(value),
                "date": plain(since),
                "source": [_reference(reference) for reference in sources],
                "status": "unverified" if doubtful else None,
            }
        )
    return read


def _values(evidence: Evidence, values: tuple[Any, ...]) -> dict[str, Any]:
    hide = not evidence.show_personal
    return {
        shown.name: HIDDEN
        if hide and shown.personal
        else plain(evidence.get(values, shown.node), integer=shown.integer)
        for shown in evidence.compiled.shown
    }


def _reference(reference: Any) -> dict[str, Any]:
    names = ("document", "section", "article", "title", "url", "date", "note")
    return {name: str(text) for name in names if (text := getattr(reference, name)) is not None}


def _message(
    evidence: Evidence,
    values: tuple[Any, ...],
    record: Mapping[str, Any],
    leading: Part | None,
    failing: Sequence[Part],
    *,
    running: bool,
) -> dict[str, str]:
    written = evidence.compiled.message if record["verdict"] in ("violated", "not_due") else {}
    others = [pair for pair in zip(failing, record["parts"], strict=True) if pair[0] is not leading]
    told = Told(record, leading, others, len(evidence.compiled.parts) == 1, running)

    def read(piece: Shown) -> Any:
        if piece.personal and not evidence.show_personal:
            return HIDDEN
        value = plain(evidence.get(values, piece.node), integer=piece.integer)
        return ABSENT if value is None and evidence.get(values, piece.absent) else value

    return {
        language: written_message(written.get(language, ()), record, failing, read, language)
        or generated_message(told, language)
        for language in ("zh", "en")
    }
