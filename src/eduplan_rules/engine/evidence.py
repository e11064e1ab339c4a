"""Evidence: what can be said about a rule's outcome on one row, as a record of plain data.

In: a compiled rule, a verdict and a row. Out: the record of DESIGN ("Records"). Whichever backend decided hands its row
to the same function, so that the records are the same. What all records of a rule share is made once; each has copies.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import CompiledRule, Part, Shown, Trace
from eduplan_rules.engine.message import ABSENT, written_message
from eduplan_rules.engine.record import Row
from eduplan_rules.engine.witness import About, Prints, Within, Witness, fingerprints, period_of, plain, time_of
from eduplan_rules.engine.wording import Told, generated_message
from eduplan_rules.language.parameter import ParameterTable
from eduplan_rules.rulebook.model import Entity, Reference
from eduplan_rules.tables.finding import HIDDEN

__all__ = ["Evidence", "fingerprints", "period_of", "plain"]

Values = tuple[Any, ...]
#: the first rows behind an aggregate that speak against it, and how many there are
Offending = Callable[[], tuple[list[dict[str, Any]], int]]


class Evidence(Witness):
    """What can be said about the outcomes of one rule on one day: compiled once, asked row by row.

    `within` gives a row's parents, `about` what of its fields is absent, unreadable or delivered, where the row itself
    does not say so.
    """

    def __init__(
        self,
        compiled: CompiledRule,
        as_of: date,
        tables: Mapping[str, ParameterTable],
        within: Within | None = None,
        *,
        show_personal: bool = False,
        about: About | None = None,
    ) -> None:
        super().__init__(compiled, as_of, tables, about)
        rule, entity = compiled.rule, compiled.plan.entity
        self.within = within
        self.show_personal = show_personal
        self._prints = Prints(compiled)
        self._parts = [_PartTeller(part, self, show_personal=show_personal) for part in compiled.parts]
        self._leading = self.at(compiled.leading)
        self._unverified = self.at(compiled.unverified)
        self._due = self.at(compiled.due)
        self._due_is_hidden = compiled.due_is_personal and not show_personal
        self._subject = _SubjectTeller(entity, show_personal=show_personal)
        #: the field of a span's first day; no row has a column without a name
        self._begins = "" if entity.valid is None else str(entity.valid[0])
        self._source = [_reference(reference) for reference in rule.source]
        self._rule = str(rule.id)
        self._clause = None if rule.clause is None else str(rule.clause)
        self._shown = [(shown, self.at(shown.node), shown.personal and not show_personal) for shown in compiled.shown]
        self._references: dict[int, dict[str, Any]] = {}

    def record(self, verdict: str, row: Row, offenders: Offending | None) -> dict[str, Any]:
        """The record of an outcome."""
        compiled, rule = self.compiled, self.compiled.rule
        values = self.values(row, whole=verdict == "unknown")
        key, subject = self._subject.of(row)
        period = period_of(compiled, row)
        identifier, series = self._prints.of(key, time_of(period, row.get(self._begins)))
        leading = self._leading_part(values)
        fails = verdict in ("violated", "not_due")
        failing = [part for part in self._parts if part.fails(values)] if fails else []
        if len(failing) > 1:
            failing.sort(key=lambda part: part is not leading)
        head = {} if leading is None else leading.told(values)
        unverified = bool(self._unverified is not None and values[self._unverified])
        end, due = row.get("#end"), None if self._due is None else values[self._due]
        against, number = offenders() if offenders is not None and fails else ([], 0)
        record: dict[str, Any] = {
            "id": identifier,
            "series": series,
            "rule": self._rule,
            "clause": self._clause,
            "title": dict(rule.title),
            "severity": "warning" if unverified and rule.severity == "error" else rule.severity,
            "nature": rule.nature,
            "verdict": verdict,
            "subject": subject,
            "within": self.within(str(compiled.plan.entity.id), row) if self.within is not None else {},
            "period": period,
            "observed": head.get("observed"),
            "observed_other": head.get("observed_other"),
            "of": head.get("of"),
            "required": head.get("required"),
            # only what is not met has a gap
            "gap": head.get("gap") if fails else None,
            "unit": head.get("unit"),
            "strict": head.get("strict", False),
            "parts": [head if part is leading else part.told(values) for part in failing],
            "offenders": against,
            "offenders_total": number,
            "missing": _missing(self, values) if verdict == "unknown" else [],
            "basis": self._basis(verdict, leading, values),
            "message": {},
            "source": [reference.copy() for reference in self._source],
            "parameters": self._parameters(values),
            "values": {
                shown.name: HIDDEN if hidden else plain(values[at], integer=shown.integer)
                for shown, at, hidden in self._shown
                if at is not None
            },
            "due": HIDDEN if due is not None and self._due_is_hidden else plain(due),
            "owner": None if rule.owner is None else dict(rule.owner),
            "location": {"file": row.get("#file"), "sheet": row.get("#sheet"), "line": row.get("#line")},
            "provisional": end is not None and self.as_of < end and verdict != "not_due",
            "unverified": unverified,
            "standing": "open" if verdict == "violated" else None,
            "waived": None,
        }
        record["message"] = self._message(values, record, leading, failing, running=self._runs(due, end))
        return record

    def _leading_part(self, values: Values) -> _PartTeller | None:
        """The part that the record speaks of; None where no member is in the list."""
        index = None if self._leading is None else values[self._leading]
        return None if index is None else self._parts[int(index)]

    def _runs(self, due: date | None, end: date | None) -> bool:
        """Whether what is not met is not due only because its period still runs."""
        return due is None or due <= (self.as_of if end is None else min(self.as_of, end))

    def _basis(self, verdict: str, leading: _PartTeller | None, values: Values) -> str | None:
        """Like-for-like growth where one was published, else the printed figures."""
        if self.compiled.basis and verdict == "satisfied":
            found = (part.part.basis for part in self._parts if part.part.basis and part.is_observed(values))
            return next(found, "printed")
        if leading is None:
            return None
        return leading.part.basis or ("printed" if self.compiled.basis else None)

    def _parameters(self, values: Values) -> list[dict[str, Any]]:
        read: list[dict[str, Any]] = []
        for use in self.compiled.uses:
            table = self.tables[use.name]
            day = self.get(values, use.day)
            arguments = [self.get(values, argument) for argument in use.arguments]
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
                    "source": [self._cited(reference).copy() for reference in sources],
                    "status": "unverified" if doubtful else None,
                }
            )
        return read

    def _cited(self, reference: Reference) -> dict[str, Any]:
        """A reference as plain data, made once: the rulebook keeps it for as long as this is there."""
        told = self._references.get(id(reference))
        if told is None:
            told = self._references[id(reference)] = _reference(reference)
        return told

    def _message(
        self,
        values: Values,
        record: Mapping[str, Any],
        leading: _PartTeller | None,
        failing: Sequence[_PartTeller],
        *,
        running: bool,
    ) -> dict[str, str]:
        written = self.compiled.message if record["verdict"] in ("violated", "not_due") else {}
        parts = [part.part for part in failing]
        others = [(part.part, told) for part, told in zip(failing, record["parts"], strict=True) if part is not leading]
        told = Told(record, None if leading is None else leading.part, others, len(self._parts) == 1, running)

        def read(piece: Shown) -> Any:
            if piece.personal and not self.show_personal:
                return HIDDEN
            value = plain(self.get(values, piece.node), integer=piece.integer)
            return ABSENT if value is None and self.get(values, piece.absent) else value

        return {
            language: written_message(written.get(language, ()), record, parts, read, language)
            or generated_message(told, language)
            for language in ("zh", "en")
        }


class _PartTeller:
    """What records tell of one part."""

    def __init__(self, part: Part, witness: Witness, *, show_personal: bool) -> None:
        self.part = part
        self._holds = witness.at(part.holds)
        self._title = None if part.title is None else dict(part.title)
        hide = part.personal and not show_personal

        def place(node: Node | None) -> tuple[int | None, bool, Any]:
            """Where its value stands, whether it is hidden; what the rule itself says is the same in all records."""
            if node is None or node.constant:
                return None, False, None if node is None else plain(node.value, integer=part.integer)
            return witness.at(node), hide, None

        self._observed, self._other, self._required, self._gap = map(
            place, (part.observed, part.other, part.required, part.gap)
        )
        self._of = witness.at(part.of)

    def fails(self, values: Values) -> bool:
        """Whether it is false."""
        return self._holds is not None and values[self._holds] is False

    def is_observed(self, values: Values) -> bool:
        """Whether it has a value that is seen."""
        return self._value(values, *self._observed) is not None

    def _value(self, values: Values, at: int | None, hidden: bool, constant: Any) -> Any:  # noqa: FBT001
        if at is None:
            return constant
        found = plain(values[at], integer=self.part.integer)
        return HIDDEN if hidden and found is not None else found

    def told(self, values: Values) -> dict[str, Any]:
        """The part as plain data."""
        part = self.part
        observed, other = self._value(values, *self._observed), self._value(values, *self._other)
        required = self._value(values, *self._required)
        return {
            "text": part.text,
            "title": None if self._title is None else self._title.copy(),
            "observed": observed,
            "observed_other": None if other == observed else other,
            "of": None if self._of is None else values[self._of],
            "required": required,
            "gap": _as_precise(self._value(values, *self._gap), observed, required),
            "unit": part.unit,
            "op": part.op,
            "strict": part.strict,
        }


class _SubjectTeller:
    """What records tell of their subject."""

    def __init__(self, entity: Entity, *, show_personal: bool) -> None:
        def hidden(name: str) -> bool:
            return not show_personal and entity.fields[name].personal

        self._entity = str(entity.id)
        self._key = [(str(name), hidden(str(name))) for name in entity.key]
        shown = entity.name is not None and not hidden(str(entity.name))
        self._name = str(entity.name) if shown else None

    def of(self, row: Row) -> tuple[list[Any], dict[str, Any]]:
        """The subject's key, and what is told of it."""
        key = [row.get(name) for name, _ in self._key]
        told = [HIDDEN if hidden else str(part) for part, (_, hidden) in zip(key, self._key, strict=True)]
        name = None if self._name is None else row.get(self._name)
        return key, {"entity": self._entity, "key": told, "name": name}


def _as_precise(gap: Any, observed: Any, required: Any) -> Any:
    """A gap with the digits that a difference of these numbers can have."""
    if not isinstance(gap, float):
        return gap
    largest = max((abs(number) for number in (observed, required) if isinstance(number, int | float)), default=0)
    return round(gap, sys.float_info.dig - 1 - math.floor(math.log10(largest))) if largest else gap


def _missing(witness: Witness, values: Values) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}

    def visit(trace: Trace) -> None:
        if witness.get(values, trace.known):
            return
        before = len(found)
        for child in trace.children:
            visit(child)
        if len(found) > before or any(not witness.get(values, child.known) for child in trace.children):
            return
        reason = next((why for condition, why in trace.reasons if witness.get(values, condition)), trace.otherwise)
        label = None if trace.label is None else dict(trace.label)
        entry = {"fact": trace.fact, "label": label, "reason": reason}
        if trace.count is not None and reason in ("gaps-in-rows", "unplaced-rows"):
            entry["rows"] = witness.get(values, trace.count)
        found.setdefault((trace.fact, reason), entry)

    for trace in witness.compiled.traces:
        visit(trace)
    return list(found.values())


def _reference(reference: Reference) -> dict[str, Any]:
    names = ("document", "section", "article", "title", "url", "date", "note")
    return {name: str(text) for name in names if (text := getattr(reference, name)) is not None}
