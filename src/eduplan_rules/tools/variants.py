"""Variants: a case as a table, each line of which is a case of its own.

In: a case, and a table whose headers say what a line changes and what it expects. Out: a case for every line.

Headers: a field of the only row there is (`guards`), of an entity's (`school.guards`), of that which begins with a key
(`a1.guards`); `as_of`, `periods`, `parameters.NAME`; `expect`, of one rule or subject `expect.NAME`; a part of the
record, `records.PART`; `name` and `why`. An empty cell of a field is an empty cell, any other says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from eduplan_rules.period import day_of
from eduplan_rules.source import Mapping, Scalar, Sequence, Span
from eduplan_rules.tools.case import Case
from eduplan_rules.tools.grid import Table
from eduplan_rules.tools.mistake import CaseError, hint_or_known

#: all subjects, where an expectation names one
EVERY = "@"
_TEXTS = ("name", "why")
_DAYS = ("as_of", "periods")


@dataclass(frozen=True)
class _Line:
    """One line, header by header, while it is made into a case."""

    place: Span
    parameters: Mapping
    expect: Mapping
    records: Mapping
    cells: dict[tuple[str, int, Scalar], Scalar | None] = field(default_factory=dict)
    days: dict[str, Scalar] = field(default_factory=dict)
    texts: dict[str, Scalar] = field(default_factory=dict)
    #: what it changes, in words
    told: list[str] = field(default_factory=list)


_Put = Callable[[_Line, Scalar | None], None]


def variants_of(case: Case, table: Table, place: Span) -> list[Case]:
    """The case once for every line of its table; raises what is wrong with the table."""
    if not table.rows:
        raise CaseError("no-variants", place)
    puts = [_meaning(head, case) for head in table.columns]
    for part in ("expect", "records"):
        twice = [head for head in table.columns if head.partition(".")[0] == part]
        if twice and part in case.said:
            raise CaseError("said-twice", twice[0].span, key=part)
    found: dict[str, Case] = {}
    # a line that leaves its expectations empty expects nothing that wants attention
    expecting = any(head.partition(".")[0] == "expect" for head in table.columns)
    for cells, where in zip(table.rows, table.places, strict=True):
        made = _made(case, where, zip(puts, cells, strict=True), expecting=expecting)
        if made.name in found:
            raise CaseError("lines-alike", where, line=found[made.name].span.line)
        found[made.name] = made
    return list(found.values())


def _made(case: Case, where: Span, cells: Iterable[tuple[_Put, Scalar | None]], *, expecting: bool) -> Case:
    line = _Line(where, Mapping(span=where), Mapping(span=where), Mapping(span=where))
    for put, cell in cells:
        put(line, cell)
    changed: dict[str, dict[tuple[int, Scalar], Scalar | None]] = {}
    for (entity, number, head), value in line.cells.items():
        changed.setdefault(entity, {})[number, head] = value
    rows = {name: table.changed(changed[name]) if name in changed else table for name, table in case.rows.items()}
    name = line.texts.get("name", Scalar(", ".join(line.told), where))
    return replace(
        case,
        name=f"{case.name}: {name}",
        span=where,
        own=_with_parameters(case.own, line.parameters) if line.parameters else case.own,
        rows=rows,
        as_of=line.days.get("as_of", case.as_of),
        periods=line.days.get("periods", case.periods),
        said=_said(case, line, expecting=expecting),
        variant_of=case.name,
    )


def _with_parameters(own: Mapping, parameters: Mapping) -> Mapping:
    key = next((key for key in own if key == "parameters"), Scalar("parameters", parameters.span))
    earlier = own.get("parameters")
    before = earlier if isinstance(earlier, Mapping) else {}
    merged = {name: item for name, item in before.items() if name not in parameters} | parameters
    return Mapping({**own, key: Mapping(merged, span=parameters.span)}, span=own.span)


def _said(case: Case, line: _Line, *, expecting: bool) -> Mapping:
    said = {key: item for key, item in case.said.items() if key != "variants"}
    if expecting:
        said[Scalar("expect", line.place)] = line.expect
    if line.records:
        said[Scalar("records", line.place)] = line.records
    return Mapping(said | dict(line.texts), span=line.place)


def _meaning(head: Scalar, case: Case) -> _Put:
    """What a header says is to be done with the cells below it."""
    first, dot, rest = head.partition(".")
    inner = Scalar(rest, head.place(len(head) - len(rest), len(head)))
    if head in _TEXTS:
        return _text(str(head))
    if head in _DAYS:
        return _day(str(head))
    if first == "expect":
        return _verdict(inner if dot else None, case)
    if first == "records" and rest:
        return _part(inner, case)
    if first == "parameters" and rest:
        return _parameter(inner)
    return _cell_of(head, *_row(head, case))


def _text(key: str) -> _Put:
    def put(line: _Line, cell: Scalar | None) -> None:
        if cell is not None:
            line.texts[key] = cell

    return put


def _day(key: str) -> _Put:
    def put(line: _Line, cell: Scalar | None) -> None:
        if cell is not None:
            line.days[key] = day_in(cell) if key == "as_of" else cell
            line.told.append(f"{key} {cell}")

    return put


def day_in(day: Scalar) -> Scalar:
    """A day as it is written; raises what is wrong with it."""
    try:
        day_of(str(day))
    except ValueError:
        raise CaseError("wrong-day", day.span, day=day) from None
    return day


def _parameter(name: Scalar) -> _Put:
    def put(line: _Line, cell: Scalar | None) -> None:
        if cell is not None:
            line.parameters[name] = cell
            line.told.append(f"{name} {cell}")

    return put


def _verdict(named: Scalar | None, case: Case) -> _Put:
    """An expected verdict: of every subject, of one, or of one of the rules."""
    rules = case.rules or ()
    of_rule = named is not None and named in rules

    def put(line: _Line, cell: Scalar | None) -> None:
        if cell is None:
            return
        subject = Scalar(EVERY, cell.span) if named is None or of_rule else Scalar(named, cell.span)
        about = [named] if of_rule else rules if len(rules) > 1 else [None]
        for rule in about:
            into = line.expect if rule is None else line.expect.setdefault(rule, Mapping(span=cell.span))
            into.setdefault(cell, Sequence(span=cell.span)).append(subject)

    return put


def _part(path: Scalar, case: Case) -> _Put:
    """An expected part of the record; `~` is nothing."""
    if case.rules is not None and len(case.rules) > 1:
        raise CaseError("records-of-many", path.span)
    *outer, last = path.split(".")

    def put(line: _Line, cell: Scalar | None) -> None:
        if cell is None:
            return
        into = line.records
        for name in (EVERY, *outer):
            key = next((each for each in into if each == name), Scalar(name, cell.span))
            into = into.setdefault(key, Mapping(span=cell.span))
        into[Scalar(last, cell.span)] = None if cell == "~" else cell

    return put


def _cell_of(head: Scalar, entity: str, number: int, name: Scalar) -> _Put:
    def put(line: _Line, cell: Scalar | None) -> None:
        line.cells[entity, number, name] = cell
        line.told.append(f"{head} {'~' if cell is None else cell}")

    return put


def _row(head: Scalar, case: Case) -> tuple[str, int, Scalar]:
    """The cell that a header means: entity, number of the row, field."""
    owner, dot, name = head.rpartition(".")
    meant = Scalar(name, head.place(len(head) - len(name), len(head)))
    if not dot:
        having = [entity for entity, table in case.rows.items() if name in table.columns]
        if not having:
            known = [*(str(each) for table in case.rows.values() for each in table.columns), *_TEXTS, *_DAYS, "expect"]
            raise CaseError("no-column", head.span, column=head, hint=hint_or_known(head, known))
        found = [(entity, number) for entity in having for number in range(len(case.rows[entity].rows))]
    elif owner in case.rows:
        found = [(owner, number) for number in range(len(case.rows[owner].rows))]
    else:
        key, _, period = owner.partition("@")
        found = [
            (entity, number)
            for entity, table in case.rows.items()
            for number, row in enumerate(table.rows)
            if row and row[0] == key and (not period or period in row)
        ]
        if not found:
            known = [*case.rows, *(str(row[0]) for table in case.rows.values() for row in table.rows)]
            raise CaseError("no-row", head.span, row=owner, hint=hint_or_known(owner, known))
    if len(found) != 1:
        raise CaseError("which-row", head.span, column=head, field=name)
    return (*found[0], meant)
