"""Conditions that cannot both hold.

In: the conditions that must hold together. Out: the first two comparisons that exclude each other, where every way to
satisfy the conditions has two such. What holds: only what is certain is told; what cannot be compared counts as free.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

from eduplan_rules.language.typed import Typed
from eduplan_rules.tools.alike import shape

#: ways to satisfy a condition that are looked at
_MOST = 64
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "=", "in": "not in", "not in": "in"}
_OPPOSITE |= {"is missing": "is not missing", "is not missing": "is missing"}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_ORDERS = {"<": {-1}, "<=": {-1, 0}, ">": {1}, ">=": {0, 1}, "=": {0}, "!=": {-1, 1}}
_LITERALS = ("number", "text", "date", "boolean")


@dataclass(frozen=True)
class _Atom:
    """What a way asks of one term: an operator with a constant, a list of constants, another term, or nothing."""

    node: Typed
    term: Hashable
    op: str
    value: Any = None
    whole: bool = False


def conflict(conditions: Iterable[Typed]) -> tuple[Typed, Typed] | None:
    """Two comparisons that exclude each other, the later one second; None where the conditions may hold together."""
    ways: list[list[_Atom]] = [[]]
    for condition in conditions:
        found = _ways(condition, holds=True)
        if len(ways) * len(found) > _MOST:
            return None
        ways = [[*before, *after] for before, after in product(ways, found)]
    clashes = [_clash(way) for way in ways]
    return clashes[0] if clashes and all(clash is not None for clash in clashes) else None


def _ways(node: Typed, *, holds: bool) -> list[list[_Atom]]:
    """The ways in which a condition holds, or does not."""
    if node.op == "value":
        return _ways(node.args[0], holds=holds)
    if node.op == "not":
        return _ways(node.args[0], holds=not holds)
    if node.op in ("and", "or"):
        sides = [_ways(arg, holds=holds) for arg in node.args]
        if (node.op == "or") == holds:
            return [way for side in sides for way in side]
        if math.prod(map(len, sides)) > _MOST:
            return [[]]
        return [[atom for part in parts for atom in part] for parts in product(*sides)]
    return [list(_atoms(node, holds=holds))]


def _atoms(node: Typed, *, holds: bool) -> Iterable[_Atom]:
    if node.op in ("is missing", "is not missing"):
        yield _Atom(node, shape(node.args[0]), node.op if holds else _OPPOSITE[node.op])
    elif node.op in _OPPOSITE:
        op = node.op if holds else _OPPOSITE[node.op]
        left, right = node.args
        whole = left.type.kind == "number" and left.type.integer
        if op in ("in", "not in"):
            if right.op == "list" and all(item.op in _LITERALS for item in right.args):
                yield _Atom(node, shape(left), op, tuple(item.data for item in right.args))
        elif right.op in _LITERALS:
            yield _Atom(node, shape(left), op, right.data, whole)
        elif left.op in _LITERALS:
            yield _Atom(node, shape(right), _TURNED[op], left.data, right.type.integer)
        else:
            pair = sorted((shape(left), shape(right)), key=repr)
            turned = pair[0] != shape(left)
            yield _Atom(node, tuple(pair), "order", frozenset(_ORDERS[_TURNED[op] if turned else op]))
    elif node.op == "boolean":
        yield _Atom(node, "constant", "=" if node.data == holds else "never", value=True)
    else:
        yield _Atom(node, shape(node), "=", holds)


@dataclass
class _Known:
    """What the atoms so far leave of a term."""

    least: Any = None
    most: Any = None
    least_in: bool = True
    most_in: bool = True
    allowed: set[Any] | None = None
    refused: set[Any] = field(default_factory=set)
    orders: set[int] = field(default_factory=lambda: {-1, 0, 1})
    absent: set[bool] = field(default_factory=lambda: {True, False})

    def add(self, atom: _Atom) -> None:
        """Take an atom in."""
        if atom.op in ("is missing", "is not missing"):
            self.absent &= {atom.op == "is missing"}
            return
        # what is absent satisfies no comparison
        self.absent &= {False}
        if atom.op == "order":
            self.orders &= atom.value
        elif atom.op == "never":
            self.allowed = set()
        elif atom.op in ("in", "="):
            given = set(atom.value) if atom.op == "in" else {atom.value}
            self.allowed = given if self.allowed is None else self.allowed & given
        elif atom.op in ("not in", "!="):
            self.refused |= set(atom.value) if atom.op == "not in" else {atom.value}
        else:
            self._bound(atom)

    def _bound(self, atom: _Atom) -> None:
        value, inside = atom.value, atom.op in ("<=", ">=")
        if atom.whole and isinstance(value, (int, Fraction)):
            value = math.floor(value) if atom.op[0] == "<" else math.ceil(value)
            if not inside and value == atom.value:
                value += -1 if atom.op == "<" else 1
            inside = True
        if atom.op[0] == "<" and (self.most is None or (value, inside) < (self.most, self.most_in)):
            self.most, self.most_in = value, inside
        if atom.op[0] == ">" and (self.least is None or (value, not inside) > (self.least, not self.least_in)):
            self.least, self.least_in = value, inside

    @property
    def impossible(self) -> bool:
        """Whether nothing is left."""
        if not self.orders or not self.absent:
            return True
        if self.allowed is not None:
            return not any(self._fits(value) for value in self.allowed - self.refused)
        if self.least is None or self.most is None:
            return False
        alone = self.least == self.most
        return self.least > self.most or (
            alone and not (self.least_in and self.most_in and self.least not in self.refused)
        )

    def _fits(self, value: Any) -> bool:
        if not isinstance(value, (int, Fraction, date, str)):
            return True
        above = self.least is None or value > self.least or (self.least_in and value == self.least)
        return above and (self.most is None or value < self.most or (self.most_in and value == self.most))


def _clash(way: Sequence[_Atom]) -> tuple[Typed, Typed] | None:
    """The first two atoms of a way that exclude each other, or the last two of several that do."""
    known: dict[Hashable, _Known] = {}
    for number, atom in enumerate(way):
        here = known.setdefault(atom.term, _Known())
        here.add(atom)
        if here.impossible:
            earlier = [each for each in way[:number] if each.term == atom.term]
            alone = (each for each in earlier if _excludes(each, atom))
            other = next(alone, earlier[-1] if earlier else atom)
            return other.node, atom.node
    return None


def _excludes(one: _Atom, other: _Atom) -> bool:
    both = _Known()
    both.add(one)
    both.add(other)
    return both.impossible
