"""Facts with faults in them, each of which the library finds: for the tests of those who pass findings on.

In: a rulebook. Out: a strategy of `Broken`: tables that are right but for one or a few faults, and what these are.
Holds: the report has for every fault a finding with its code, about its entity and at its row.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from eduplan_rules.rulebook.model import Entity, Field, Rulebook
from eduplan_rules.sentences import LANGUAGES, Sentences, say
from eduplan_rules.tables.cells import TOO_LARGE, choices_of
from eduplan_rules.tables.delivery import anchors
from eduplan_rules.tables.finding import Finding
from eduplan_rules.tables.header import names_of
from eduplan_rules.tables.marks import empties
from eduplan_rules.testing.cell import is_percent, other
from eduplan_rules.testing.rows import Draw, Row, Tables, facts

#: what nobody reads as a number, a day, or yes or no
_UNREADABLE = ("?!", "about 3", "三十左右", "2022-02-30")
_MARKS = ("-", "无", "N/A")
_UNKNOWN_COLUMN = "no such column"
_UNKNOWN_CHOICE = "no such choice"
_UNFIT = "without a number"

#: what is wrong, by the code of the finding
SENTENCES: Sentences = {
    "conflicting-rows": (
        "row {row} of {entity} repeats another with other content in {field}",
        "{entity} 第 {row} 行与另一行重复，且 {field} 不一致",
    ),
    "dangling-reference": (
        "{field} of row {row} of {entity} leads nowhere: {value}",
        "{entity} 第 {row} 行的 {field} 无对应：{value}",
    ),
    "duplicate-column": (
        "{entity} has {field} twice, also as {value}",
        "{entity} 的 {field} 有两列，另一列为 {value}",
    ),
    "duplicate-row": ("row {row} of {entity} repeats another", "{entity} 第 {row} 行与另一行重复"),
    "empty-cell": ("{field} of row {row} of {entity} is empty", "{entity} 第 {row} 行的 {field} 为空"),
    "missing-column": ("{entity} has no column {field}", "{entity} 缺少 {field} 列"),
    "no-day": (
        "{field} of row {row} of {entity} is no day: {value}",
        "{entity} 第 {row} 行的 {field} 不是日期：{value}",
    ),
    "no-key": ("{field} of row {row} of {entity}, its key, is empty", "{entity} 第 {row} 行的主键 {field} 为空"),
    "no-period": (
        "{field} of row {row} of {entity} is no period: {value}",
        "{entity} 第 {row} 行的 {field} 不是时期：{value}",
    ),
    "no-rows": ("{entity} has no rows", "{entity} 没有数据行"),
    "not-finite": (
        "{field} of row {row} of {entity} is not finite",
        "{entity} 第 {row} 行的 {field} 不是有限的数值",
    ),
    "number-too-large": (
        "{field} of row {row} of {entity} is too large: {value}",
        "{entity} 第 {row} 行的 {field} 过大：{value}",
    ),
    "out-of-range": (
        "{field} of row {row} of {entity} is out of range: {value}",
        "{entity} 第 {row} 行的 {field} 超出范围：{value}",
    ),
    "percent-as-share": (
        "{field} of {entity} has shares in place of per cent",
        "{entity} 的 {field} 填写了小数而不是百分数",
    ),
    "placeholder-cell": (
        "{field} of row {row} of {entity} is only a mark: {value}",
        "{entity} 第 {row} 行的 {field} 只填了记号：{value}",
    ),
    "reversed-span": (
        "{field} of row {row} of {entity} lies before the first day: {value}",
        "{entity} 第 {row} 行的 {field} 早于起始日期：{value}",
    ),
    "row-disappeared": (
        "row {row} of {entity} has no successor in the next period",
        "{entity} 第 {row} 行在下一期没有后续",
    ),
    "unknown-choice": (
        "{field} of row {row} of {entity} is no choice: {value}",
        "{entity} 第 {row} 行的 {field} 不在可选值之内：{value}",
    ),
    "unknown-column": ("{entity} has a column that nobody declared: {field}", "{entity} 有未声明的列：{field}"),
    "unreadable-cell": (
        "{field} of row {row} of {entity} cannot be read: {value}",
        "{entity} 第 {row} 行的 {field} 无法识别：{value}",
    ),
}
#: the codes of findings that can be asked for
CODES = tuple(SENTENCES)


@dataclass(frozen=True)
class Fault:
    """Something wrong in a table. `row` counts from 1, None for the table as a whole."""

    code: str
    entity: str
    field: str | None
    row: int | None
    #: what stands there
    value: Any

    @property
    def told(self) -> dict[str, str]:
        """What is wrong, in a sentence by language."""
        gaps = {"entity": self.entity, "field": self.field, "row": self.row, "value": self.value}
        return {language: say(SENTENCES, self.code, language, **gaps) for language in LANGUAGES}

    def is_found(self, findings: Iterable[Finding]) -> bool:
        """Whether a finding tells of it."""
        return any(
            (found.code, found.entity) == (self.code, self.entity)
            and (self.row is None or (found.location is not None and found.location.line == self.row))
            for found in findings
        )


@dataclass(frozen=True)
class Broken:
    """Tables with faults in them, at most one in a table."""

    facts: Tables
    faults: tuple[Fault, ...]

    def missed(self, findings: Iterable[Finding]) -> list[Fault]:
        """The faults that no finding tells of."""
        known = list(findings)
        return [fault for fault in self.faults if not fault.is_found(known)]


def broken_facts(
    book: Rulebook,
    *,
    codes: Collection[str] = CODES,
    faults: int = 2,
    entities: Collection[str] | None = None,
    rows: int = 3,
    periods: int = 2,
    as_of: date | str = "2022-12-31",
) -> st.SearchStrategy[Broken]:
    """Tables with one fault or up to `faults`, in different tables; `codes` are those of the findings they lead to.

    The others are as in `facts`. Raises ValueError for a code that cannot be asked for.
    """
    for code in codes:
        if code not in CODES:
            message = f"there is no fault `{code}`, expected some of {', '.join(CODES)}"
            raise ValueError(message)
    right = facts(book, entities=entities, rows=rows, periods=periods, as_of=as_of)
    return _broken(_Wanted(book, right, frozenset(codes), faults))


@dataclass(frozen=True)
class _Site:
    """A change that makes a fault: the rows after it."""

    fault: Fault
    rows: list[Row]
    #: tables that must stay as they are for the fault to be found
    leans_on: frozenset[str] = frozenset()


@dataclass(frozen=True, repr=False)
class _Wanted:
    book: Rulebook
    right: st.SearchStrategy[Tables]
    codes: frozenset[str]
    most: int

    def __repr__(self) -> str:
        """Without the rulebook, which is long: Hypothesis shows what strategies are made from."""
        return f"{self.right!r}, faults={self.most}"


@st.composite
def _broken(draw: Draw, wanted: _Wanted) -> Broken:
    tables = dict(draw(wanted.right))
    faults: list[Fault] = []
    settled: set[str] = set()
    leaned: set[str] = set()
    for _ in range(draw(st.integers(1, wanted.most))):
        sites = [
            site
            for name in tables
            if name not in settled | leaned
            for site in _sites(wanted.book.entities[name], tables)
            if site.fault.code in wanted.codes and not site.leans_on & settled
        ]
        assume(sites or faults)
        possible = [code for code in CODES if any(site.fault.code == code for site in sites)]
        if not possible:
            break
        code = draw(st.sampled_from(possible))
        site = draw(st.sampled_from([site for site in sites if site.fault.code == code]))
        tables[site.fault.entity] = site.rows
        faults.append(site.fault)
        settled.add(site.fault.entity)
        leaned |= site.leans_on
    return Broken(tables, tuple(faults))


def _sites(entity: Entity, tables: Tables) -> Iterator[_Site]:
    """Every fault that a table can have."""
    name, rows = str(entity.id), tables[str(entity.id)]
    yield _Site(Fault("no-rows", name, None, None, None), [])
    yield from _columns(entity, rows)
    yield from _more_or_fewer(entity, rows)
    for number, row in enumerate(rows, start=1):
        for code, field, value in _cells(entity, row):
            changed = [each | {field: value} if each is row else each for each in rows]
            yield _Site(Fault(code, name, field, number, value), changed)
        for above, field, value in _dangling(entity, row, tables):
            changed = [each | {field: value} if each is row else each for each in rows]
            yield _Site(Fault("dangling-reference", name, field, number, value), changed, frozenset({above}))


def _cells(entity: Entity, row: Row) -> Iterator[tuple[str, str, Any]]:
    """Faults of a cell: code, column and what stands there instead."""
    first, marked = anchors(entity), empties(entity)
    column = None if entity.period is None else str(entity.period.column)
    if column is not None and column not in entity.fields:
        yield from (("no-period", column, value) for value in _UNREADABLE)
    for name, field in entity.fields.items():
        if name not in row or name == column:
            continue
        if name in first:
            yield ("no-key", name, None) if name in entity.key else ("no-day", name, _UNREADABLE[0])
            continue
        if not field.optional and field.blank is None:
            yield ("empty-cell", name, None)
        if field.type in ("integer", "number", "boolean", "date"):
            yield from (("unreadable-cell", name, value) for value in _UNREADABLE)
        if field.form is not None:
            yield ("unreadable-cell", name, _UNFIT)
        if name in marked:
            yield from (("placeholder-cell", name, mark) for mark in _MARKS)
        yield from ((code, name, value) for code, value in _values(field))
    for begins, ends in entity.spans:
        if row[str(begins)] is not None and row[str(ends)] is not None and str(ends) not in first:
            yield ("reversed-span", str(ends), row[str(begins)] - timedelta(1))


def _values(field: Field) -> Iterator[tuple[str, Any]]:
    """Values that the field does not take."""
    if field.type == "choice" and _UNKNOWN_CHOICE not in choices_of(field):
        yield ("unknown-choice", _UNKNOWN_CHOICE)
    if field.type in ("integer", "number"):
        yield ("not-finite", math.inf)
        yield ("number-too-large", TOO_LARGE)
        if field.min is not None:
            yield ("out-of-range", math.floor(field.min) - 1)
        if field.max is not None:
            yield ("out-of-range", math.ceil(field.max) + 1)


def _dangling(entity: Entity, row: Row, tables: Tables) -> Iterator[tuple[str, str, Any]]:
    """Links of a row to a key that is not there: the table it would be in, the field, the value."""
    for target, fields in entity.belongs_to.items():
        own = [str(name) for name in fields]
        field = entity.fields[own[-1]]
        if str(target) not in tables or target == entity.id or any(row.get(name) is None for name in own):
            continue
        taken = {str(value) for each in tables[str(target)] for value in each.values()}
        if field.type == "text" and field.form is None:
            value = f"{row[own[-1]]}?"
            while value in taken:
                value += "?"
            yield (str(target), own[-1], value)


def _columns(entity: Entity, rows: list[Row]) -> Iterator[_Site]:
    """Faults of a column."""
    name = str(entity.id)
    yield _Site(
        Fault("unknown-column", name, _UNKNOWN_COLUMN, None, None), [row | {_UNKNOWN_COLUMN: "x"} for row in rows]
    )
    needed = [str(each) for each, field in entity.fields.items() if not field.optional]
    if entity.period is not None:
        needed.append(str(entity.period.column))
    for column in dict.fromkeys(needed):
        without = [{each: value for each, value in row.items() if each != column} for row in rows]
        yield _Site(Fault("missing-column", name, column, None, None), without)
    for identifier, field in entity.fields.items():
        column = str(identifier)
        if column not in rows[0]:
            continue
        for header in [each for each in names_of(field) if each not in rows[0]][:1]:
            twice = [row | {header: row[column]} for row in rows]
            yield _Site(Fault("duplicate-column", name, column, None, header), twice)
        shares = [None if row[column] is None else row[column] / 100 for row in rows] if is_percent(field) else []
        largest = max((abs(share) for share in shares if share is not None), default=0)
        if 0 < largest <= 1 and field.type == "number" and all(_taken(field, share) for share in shares):
            changed = [row | {column: share} for row, share in zip(rows, shares, strict=True)]
            yield _Site(Fault("percent-as-share", name, column, None, largest), changed)


def _taken(field: Field, share: float | None) -> bool:
    return share is None or ((field.min is None or share >= field.min) and (field.max is None or share <= field.max))


def _more_or_fewer(entity: Entity, rows: list[Row]) -> Iterator[_Site]:
    """Rows twice, and rows that are gone."""
    name, last = str(entity.id), len(rows) + 1
    column = None if entity.period is None else str(entity.period.column)
    fixed = {*anchors(entity), column}
    for row in rows:
        yield _Site(Fault("duplicate-row", name, None, last, None), [*rows, dict(row)])
        for each, field in entity.fields.items():
            value = None if row.get(str(each)) is None or each in fixed else other(field, row[str(each)])
            if value is not None:
                changed = [*rows, row | {str(each): value}]
                yield _Site(Fault("conflicting-rows", name, str(each), last, value), changed)
                break
    if column is None:
        return
    key = [str(part) for part in entity.key]
    for row, follower in pairwise(rows):
        same = all(row[part] == follower[part] for part in key)
        others = any(each is not follower and each[column] == follower[column] for each in rows)
        if same and others and not _is_over(entity, row):
            left = [each for each in rows if each is not follower]
            yield _Site(Fault("row-disappeared", name, None, left.index(row) + 1, None), left)


def _is_over(entity: Entity, row: Row) -> bool:
    """Whether a row says of its subject's life that it ends."""
    return entity.closed is not None and row.get(str(entity.closed)) not in (None, False)
