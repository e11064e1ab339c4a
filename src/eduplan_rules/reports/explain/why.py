"""Why a condition is true, false or unknown on a row: the tree of its expression with every value read.

In: a typed tree and an inquiry, before and after it looks. Out: `Why`, a tree of plain values with the place of every
fact, the date and source of every parameter, the rows behind every aggregate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from eduplan_rules.compiler import steps
from eduplan_rules.compiler.aggregates import Folds
from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.naming import labels_of
from eduplan_rules.compiler.plan import Rollup
from eduplan_rules.compiler.reading import is_personal
from eduplan_rules.compiler.steps import Place
from eduplan_rules.compiler.trace import trace_of
from eduplan_rules.compiler.values import facet, fixed, rollup_of, truth
from eduplan_rules.engine.evidence import plain
from eduplan_rules.language.typed import ResolvedBody, ResolvedMember, Rows, Typed
from eduplan_rules.reports.explain.edits import place_of
from eduplan_rules.reports.explain.ground import identity_nodes
from eduplan_rules.reports.explain.inquiry import Inquiry, Path, Sight, brought
from eduplan_rules.reports.explain.phrase import phrase
from eduplan_rules.tables.finding import HIDDEN
from eduplan_rules.units import Unit, conversion, same_dimension

#: operator -> kind of node; those not named are functions
KINDS = (
    dict.fromkeys(("and", "or", "not"), "logic")
    | dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "in", "not in"), "comparison")
    | dict.fromkeys(("+", "-", "*", "/", "negative", "move"), "arithmetic")
    | dict.fromkeys(("number", "text", "date", "boolean", "duration", "list", "missing"), "constant")
    | dict.fromkeys(("contains", "starts_with", "matches", "is missing", "is not missing"), "condition")
    | dict.fromkeys(("rises", "does_not_fall", "growth", "change"), "trend")
    | {name: name for name in ("field", "value", "lookup", "previous", "parameter", "aggregate", "context", "if")}
)
#: rows named behind an aggregate
FIRST = 5
_HOLDING = ("share", "all", "any")


@dataclass(frozen=True, slots=True)
class Why:
    """One node of the tree, with its value on the row."""

    kind: str
    op: str
    #: as its author wrote it
    text: str
    label: Mapping[str, str] | None = None
    value: Any = None
    #: of a choice or duration: the value's label by language
    value_label: Mapping[str, str] | None = None
    #: both ends where it is known as an interval only; an end that is None is open
    range: tuple[Any, Any] | None = None
    unit: str | None = None
    #: why there is no value
    reason: str | None = None
    #: of a fact: entity, key, period, location of its row
    fact: Mapping[str, Any] | None = None
    #: name, date, source, status
    parameter: Mapping[str, Any] | None = None
    #: of an aggregate: entity, counted, of, met, undecided, first
    rows: Mapping[str, Any] | None = None
    children: tuple[Why, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        found = {name: getattr(self, name) for name in Why.__slots__ if name != "children"}
        label = None if self.label is None else dict(self.label)
        ends = None if self.range is None else list(self.range)
        return found | {"label": label, "range": ends, "children": [child.to_dict() for child in self.children]}


@dataclass(frozen=True, slots=True, eq=False)
class Planted:
    """A node of the tree before the inquiry looks: what was asked for it."""

    why: Why
    low: Node | None = None
    high: Node | None = None
    factor: Fraction = Fraction(1)
    whole: bool = False
    personal: bool = False
    labels: Mapping[str, Mapping[str, str]] | None = None
    reasons: tuple[tuple[Node, str], ...] = ()
    otherwise: str | None = None
    place: Place | None = None
    identity: Mapping[str, Node] = field(default_factory=dict)
    #: of a parameter: the day and the arguments
    asked: tuple[Node, ...] = ()
    counts: Mapping[str, Node] = field(default_factory=dict)
    aggregate: tuple[Rollup, Node, Node] | None = None
    children: tuple[Planted, ...] = ()


class Planter:
    """Asks an inquiry for every node of a tree, and reads the answers once it has looked."""

    def __init__(self, inquiry: Inquiry, *, show_personal: bool) -> None:
        self.inquiry = inquiry
        self.show_personal = show_personal

    def plant(self, typed: Typed, place: Place, path: Path = (), unit: Unit | None = None) -> Planted:
        """Ask for a tree; numbers are told in `unit` where that is given."""
        if typed.op in ("convert", "this"):
            inner = place.outer if typed.op == "this" and place.outer is not None else place
            return self.plant(typed.args[0], inner, path, unit)
        kind = KINDS.get(typed.op, "function")
        label = None if kind == "constant" else {each: phrase(typed, place, each) for each in ("zh", "en")}
        why = Why(kind, _op_of(typed), typed.text, label)
        if typed.op in ("list", "missing", "duration"):
            return Planted(why)
        found = facet(typed, place)
        factor, told = _in_unit(typed, unit)
        planted = Planted(
            replace(why, unit=told),
            brought(path, found.low),
            brought(path, found.high),
            factor,
            typed.type.integer and factor == 1,
            is_personal(typed, place),
            labels_of(typed, place),
            place=place,
            children=self._children(typed, place, path),
        )
        planted = self._more(planted, typed, place, path)
        asked = (planted.low, planted.high, *planted.identity.values(), *planted.asked, *planted.counts.values())
        self.inquiry.ask(*asked, *(condition for condition, _ in planted.reasons))
        return planted

    def _children(self, typed: Typed, place: Place, path: Path) -> tuple[Planted, ...]:
        match typed.op:
            case "lookup" | "previous":
                step, there = steps.lookup(place, typed.data) if typed.op == "lookup" else steps.previous(place)
                inner = typed.args[0]
                return () if inner.op == "field" else (self.plant(inner, there, (*path, (place, step))),)
            case "aggregate":
                rows: Rows = typed.data
                return (self.plant(rows.over, place, path),) if isinstance(rows.over, Typed) else ()
            case "rises" | "does_not_fall" | "growth" | "change":
                before = Typed("previous", typed.args[:1], typed.args[0].type, typed.args[0].span)
                return tuple(self.plant(arg, place, path) for arg in (typed.args[0], before, *typed.args[1:]))
            case _:
                unit = typed.data if isinstance(typed.data, Unit) else None
                return tuple(self.plant(arg, place, path, unit) for arg in typed.args)

    def _more(self, planted: Planted, typed: Typed, place: Place, path: Path) -> Planted:
        """What only some kinds of nodes are asked for."""
        if typed.type.kind != "boolean" or typed.op in ("field", "lookup", "previous", "aggregate"):
            trace = trace_of(typed, place)
            reasons = tuple((brought(path, condition), reason) for condition, reason in trace.reasons)
            planted = replace(planted, reasons=reasons, otherwise=trace.otherwise)
        match typed.op:
            case "field":
                return replace(planted, identity=identity_nodes(place, path))
            case "lookup" | "previous" if typed.args[0].op == "field":
                step, there = steps.lookup(place, typed.data) if typed.op == "lookup" else steps.previous(place)
                return replace(planted, place=there, identity=identity_nodes(there, (*path, (place, step))))
            case "parameter":
                asked = (place.day, *(fixed(arg, place) for arg in typed.args))
                return replace(planted, asked=tuple(brought(path, node) for node in asked))
            case "aggregate":
                return self._aggregate(planted, typed, place, path)
            case _:
                return planted

    def _aggregate(self, planted: Planted, typed: Typed, place: Place, path: Path) -> Planted:
        rows: Rows = typed.data
        step, there = rollup_of(typed, place)
        algebra = place.algebra
        member = step.within if rows.where is None else algebra.both(step.within, truth(rows.where, there))
        holds = truth(rows.values[0], there) if rows.name in _HOLDING else algebra.truth(True)
        folds = Folds(place, step, member)
        counts = {"counted": folds.rows, "of": Folds(place, step, step.within).rows}
        counts |= {"met": folds.count(folds.member, algebra.certain(holds))} if rows.name in _HOLDING else {}
        counts["undecided"] = folds.count(folds.maybe)
        told = {name: brought(path, node) for name, node in counts.items()}
        return replace(planted, counts=told, aggregate=None if path else (step, member, holds))

    # -- after the look ----------------------------------------------------------------------------------------------

    def grow(self, planted: Planted, sight: Sight) -> Why:
        """The tree with its values."""
        children = tuple(self.grow(child, sight) for child in planted.children)
        why = replace(planted.why, children=children)
        if planted.low is None or planted.high is None:
            return why
        low, high = (_told(planted, sight(node)) for node in (planted.low, planted.high))
        hidden = planted.personal and not self.show_personal
        if low != high:
            why = replace(why, range=(HIDDEN, HIDDEN) if hidden else (low, high))
        elif low is None:
            lost = any(child.value is None and child.range is None and child.reason for child in children)
            why = replace(why, reason=None if lost else self._reason(planted, sight))
        else:
            label = None if hidden else (planted.labels or {}).get(str(low))
            why = replace(why, value=HIDDEN if hidden else low, value_label=None if label is None else dict(label))
        return self._with_more(why, planted, sight)

    def _reason(self, planted: Planted, sight: Sight) -> str | None:
        found = (reason for condition, reason in planted.reasons if sight(condition))
        return next(found, planted.otherwise)

    def _with_more(self, why: Why, planted: Planted, sight: Sight) -> Why:
        if planted.identity:
            assert planted.place is not None
            row = {name: sight(node) for name, node in planted.identity.items()}
            entity = planted.place.entity
            there = all(row[str(name)] is not None for name in entity.key)
            return replace(why, fact=place_of(entity, row, show_personal=self.show_personal) if there else None)
        if planted.why.kind == "parameter":
            return replace(why, parameter=self._parameter(planted, sight))
        if planted.counts:
            return replace(why, rows=self._rows(planted, sight))
        return why

    def _parameter(self, planted: Planted, sight: Sight) -> dict[str, Any]:
        table = self.inquiry.book.parameters[planted.why.op]
        day, *arguments = (sight(node) for node in planted.asked)
        reading = None if day is None else table.read(day, *arguments)
        names = ("document", "section", "article", "title", "url", "date", "note")
        sources = reading.source if reading is not None else ()
        return {
            "name": planted.why.op,
            "date": None if reading is None else plain(reading.since),
            "source": [
                {name: str(text) for name in names if (text := getattr(source, name)) is not None} for source in sources
            ],
            "status": "unverified" if reading is not None and reading.unverified else None,
        }

    def _rows(self, planted: Planted, sight: Sight) -> dict[str, Any]:
        assert planted.place is not None
        counts = {name: sight(node) for name, node in planted.counts.items()}
        first: list[dict[str, Any]] = []
        entity = None
        if planted.aggregate is not None:
            step, member, holds = planted.aggregate
            entity = step.plan.entity
            rows = self.inquiry.rows(sight, step, {"#in": member, "#is": holds})
            inside = [row for row in rows if row["#in"] is True]
            inside.sort(key=lambda row: row["#is"] is True)
            first = [
                place_of(entity, row, show_personal=self.show_personal) | {"met": row["#is"]} for row in inside[:FIRST]
            ]
        return {"entity": None if entity is None else str(entity.id), "met": None, **counts, "first": first}

    # -- bodies ------------------------------------------------------------------------------------------------------

    def plant_body(self, body: ResolvedBody, require: Node) -> Planted:
        """Ask for a list of members."""
        self.inquiry.ask(require)
        op = body.kind
        text = f"at least {body.at_least} of {len(body.members)}" if op == "at_least" else op
        children = tuple(self._member(member) for member in body.members)
        return Planted(Why("members", op, text), require, require, children=children)

    def _member(self, member: ResolvedMember) -> Planted:
        place = self.inquiry.place
        node = truth(member.condition, place)
        self.inquiry.ask(node)
        roles = [("where", member.where), ("require", member.condition), ("floor", member.floor)]
        trees = [(role, tree, truth(tree, place)) for role, tree in roles if tree is not None]
        children = tuple(
            Planted(
                Why(role, role, tree.text), truth(tree, place), truth(tree, place), children=(self.plant(tree, place),)
            )
            for role, tree, node in trees
        )
        self.inquiry.ask(*(node for _, _, node in trees))
        title = None if member.member.title is None else dict(member.member.title)
        return Planted(Why("member", "member", member.condition.text, title), node, node, children=children)


def _op_of(typed: Typed) -> str:
    if typed.op == "aggregate":
        return str(typed.data.name)
    return str(typed.data) if typed.op in ("parameter", "context") else typed.op


def _told(planted: Planted, value: Any) -> Any:
    """A value as plain data, in the unit it is told in."""
    if isinstance(value, tuple):
        return [_told(planted, item) for item in value]
    if planted.factor != 1 and isinstance(value, int | float) and not isinstance(value, bool):
        value = value * planted.factor.numerator / planted.factor.denominator
    return plain(value, integer=planted.whole)


def _in_unit(typed: Typed, unit: Unit | None) -> tuple[Fraction, str | None]:
    """By what a number is multiplied to be told in a unit, and how that unit is written."""
    own = typed.type.unit
    if typed.type.kind != "number":
        return Fraction(1), None
    if unit is None or own is None or not same_dimension(own, unit):
        return Fraction(1), None if own is None else own.text or None
    return conversion(own, unit), unit.text or None
