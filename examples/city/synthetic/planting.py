"""What it is to plant something: a change to the tables, and the verdicts that it leads to.

In: a whole city. Out: the city with the change, and the subjects that a check is to find, by verdict and rule.
A subject is written as its key, joined by `/`; where a rule asks every month, quarter or term, that period follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from synthetic.tables import Cell, City, Row

Verdict = Literal["violated", "unknown", "not_due"]
#: rule -> subjects, separated by blanks or as a list; a period is set off by `@`
Subjects = Mapping[str, str | Iterable[str]]
Change = Callable[[City], Subjects | None]

#: the two years that count: what is short in the one year was short in the other
BOTH = ("2021", "2022")


@dataclass(frozen=True)
class Planted:
    """One thing that is planted; the subjects that `change` gives have the verdict `told`."""

    what: str
    violated: Subjects = field(default_factory=dict)
    change: Change | None = None
    unknown: Subjects = field(default_factory=dict)
    not_due: Subjects = field(default_factory=dict)
    told: Verdict = "violated"


def sow(city: City, planted: Iterable[Planted]) -> dict[Verdict, dict[str, set[str]]]:
    """Plant all of it, and give what is to be found."""
    found: dict[Verdict, dict[str, set[str]]] = {"violated": {}, "unknown": {}, "not_due": {}}
    for each in planted:
        more = each.change(city) if each.change is not None else None
        named: tuple[tuple[Verdict, Subjects], ...] = (
            ("violated", each.violated),
            ("unknown", each.unknown),
            ("not_due", each.not_due),
            (each.told, more or {}),
        )
        for verdict, subjects in named:
            for rule, names in subjects.items():
                found[verdict].setdefault(rule, set()).update(names.split() if isinstance(names, str) else names)
    return found


def school(codes: str, years: str | tuple[str, ...] = BOTH, **cells: Cell) -> Change:
    """Write cells of schools, in both years or one."""
    return lambda city: city.put("school", {"school_id": codes.split(), "year": years}, **cells)


def cells(table: str, where: Mapping[str, str | tuple[str, ...]], **values: Cell) -> Change:
    """Write cells of the rows that match."""
    return lambda city: city.put(table, where, **values)


def without(table: str, where: Mapping[str, str | tuple[str, ...]]) -> Change:
    """Take out the rows that match."""
    return lambda city: city.drop(table, where)


def more(table: str, where: Mapping[str, str], *rows: Mapping[str, Cell]) -> Change:
    """Add rows like the first that matches, with other cells."""

    def change(city: City) -> None:
        for row in rows:
            city.copy(table, where, **row)

    return change


def paper(county: str, kind: str, **values: Cell) -> Change:
    """Write cells of a county's documents of a kind."""
    return cells("evidence", {"county_id": county, "evidence_kind": kind}, **values)


def no_paper(whose: str, codes: str, kind: str) -> Change:
    """Take out the documents of a kind; `whose` is the column that says whose they are."""
    return without("evidence", {whose: tuple(codes.split()), "evidence_kind": kind})


def all_of(*changes: Change) -> Change:
    """Do one change after the other."""

    def change(city: City) -> Subjects:
        found: dict[str, set[str]] = {}
        for each in changes:
            for rule, names in (each(city) or {}).items():
                found.setdefault(rule, set()).update(names.split() if isinstance(names, str) else names)
        return found

    return change


def every(rows: Iterable[Row], step: int, start: int = 0) -> list[Row]:
    """Choose rows far apart."""
    return list(rows)[start::step]
