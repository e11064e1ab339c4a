"""Facts that stay in an engine, and what of them a report needs here.

In: frames of one engine by entity. Out: `EngineFacts`, whose tables hold only rows that came back; and the `World` in
which their rules are judged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import narwhals as nw
import polars as pl

from eduplan_rules.compiler.plan import Program
from eduplan_rules.engine.lazy.door import LazyTable, empty_cells, read_table
from eduplan_rules.engine.lazy.engines import TITLES, Engine
from eduplan_rules.engine.lazy.gone import gone
from eduplan_rules.engine.lazy.links import referring
from eduplan_rules.engine.lazy.opening import Opening, open_frame
from eduplan_rules.engine.lazy.probe import ask_for_operators
from eduplan_rules.engine.lazy.words import word
from eduplan_rules.engine.result import RuleResult
from eduplan_rules.engine.world import World
from eduplan_rules.errors import DataError, EngineError, did_you_mean
from eduplan_rules.program import compiled_program
from eduplan_rules.rulebook.model import Entity, Rulebook
from eduplan_rules.tables.facts import Facts, entity_names
from eduplan_rules.tables.finding import Finding, finding, hint, in_order
from eduplan_rules.tables.table import Table


@dataclass(frozen=True, eq=False)
class EngineFacts(Facts):
    """Facts that an engine has. `tables` have the rows that came back; `there` has them all."""

    there: Mapping[str, LazyTable] = field(default_factory=dict)
    has: Engine | None = None

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the delivered data, in order."""
        return in_order(self.found)

    @property
    def engine(self) -> str | None:
        """The engine that has them."""
        return None if self.has is None else TITLES[self.has.name]

    def digest(self) -> str:
        """Hash what was counted of the tables: rows, empty cells and cells set aside, column by column.

        Unlike the digest of facts in memory it does not change with every cell.
        """
        told = {name: [table.rows, dict(sorted(table.summary.items()))] for name, table in sorted(self.there.items())}
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()

    def vanished(self, book: Rulebook, as_of: date) -> tuple[Finding, ...]:
        """Find keys that have a row in one period and none in the next in which others report."""
        assert self.has is not None
        return in_order(found for table in self.there.values() for found in gone(table, as_of, self.has))


def read_frames(
    frames: Mapping[str, Any], engine: Engine, book: Rulebook, files: Mapping[str, str] | None = None
) -> EngineFacts:
    """Read the frames of an engine by the declarations of a rulebook; `files` names what each was read from.

    Raises DataError where no frame is named after an entity, and where a column is of a type that does not fit: before
    any row is read. Raises EngineError where the engine lacks an operator of a rule, also before that, or cannot
    read its tables; RulebookError where the rulebook has mistakes.
    """
    names = entity_names(book)
    found = [
        finding("unmatched-table", value=str(name), hint=hint(did_you_mean(str(name), names)))
        for name in frames
        if name not in names
    ]
    several = [str(name) for name in frames if [names.get(each) for each in frames].count(names.get(name, "")) > 1]
    if several:
        raise DataError([word("several", names=tuple(several))])
    openings = [
        open_frame(book.entities[names[name]], frame, engine, book, (files or {}).get(name))
        for name, frame in frames.items()
        if name in names
    ]
    unfit = [told for opening in openings for told in opening.unfit]
    if unfit or not openings:
        raise DataError(unfit or [each.message["en"] for each in found] or [word("no-table")])
    ask_for_operators(compiled_program(book), {str(opening.entity.id) for opening in openings}, engine)
    try:
        tables, more = _read(openings, engine, book)
    except engine.mistakes as error:
        told = (str(error).splitlines() or [""])[0]
        message = f"{TITLES[engine.name]} could not read the tables: {type(error).__name__}: {told}"
        raise EngineError(message) from error
    here = {name: _nothing(table) for name, table in tables.items()}
    return EngineFacts(here, (*found, *more), there=tables, has=engine)


def _read(openings: Iterable[Opening], engine: Engine, book: Rulebook) -> tuple[dict[str, LazyTable], list[Finding]]:
    """Read the tables, then the links between them."""
    found: list[Finding] = []
    tables: dict[str, LazyTable] = {}
    for opening in openings:
        table, more = read_table(opening, engine, book.calendars)
        found += more
        if table is not None:
            tables[str(opening.entity.id)] = table
    checked: dict[str, LazyTable] = {}
    for name in sorted(tables):
        checked[name], more = referring(tables[name], tables, engine)
        found += [*more, *empty_cells(checked[name], engine)]
    return checked, found


def world_there(facts: EngineFacts, program: Program, as_of: date) -> World:
    """The tables where they lie, with the day and the parameters."""
    engine = facts.has
    assert engine is not None
    return World(
        {name: engine.spoken(table.frame) for name, table in facts.there.items()},
        {name: table.columns for name, table in facts.there.items()},
        as_of,
        program.parameters,
        engine.api,
        {name: engine.spoken(table.strays) for name, table in facts.there.items() if table.strays is not None},
        {name: table.nulls for name, table in facts.there.items()},
        settle=None if engine.name == "polars" else lambda frame: engine.spoken(engine.settle(frame, 0)),
    )


def with_parents(facts: EngineFacts, results: Iterable[RuleResult]) -> EngineFacts:
    """The facts with the rows of the parents of all subjects that came back, for their keys and names."""
    needed: dict[str, list[pl.DataFrame]] = {}
    frontier: list[tuple[Entity, pl.DataFrame]] = []
    seen: set[int] = set()
    for result in results:
        if result.subjects is not None and id(result.subjects) not in seen:
            seen.add(id(result.subjects))
            frontier.append((result.rule.plan.entity, result.subjects.table.frame))
    while frontier:
        child, rows = frontier.pop(0)
        for parent, fields in child.belongs_to.items():
            own = [str(name) for name in fields]
            if str(parent) not in facts.there or not all(name in rows.columns for name in own) or rows.is_empty():
                continue
            target = facts.there[str(parent)].entity
            above = _rows_of(facts, target, rows.select(own))
            needed.setdefault(str(parent), []).append(above)
            frontier.append((target, above))
    tables = dict(facts.tables)
    for name, pieces in needed.items():
        keys = [str(key) for key in facts.there[name].entity.key]
        frame = pl.concat(pieces).unique(maintain_order=True)
        order = [*keys, *(["#p"] if "#p" in frame.columns else [])]
        tables[name] = Table(facts.there[name].entity, frame.sort(order), rows=facts.there[name].rows)
    return EngineFacts(tables, facts.found, there=facts.there, has=facts.has)


def _rows_of(facts: EngineFacts, target: Entity, keys: pl.DataFrame) -> pl.DataFrame:
    """The rows of an entity that have one of some keys."""
    table, engine = facts.there[str(target.id)], facts.has
    assert engine is not None
    names = [f"#{name}" for name in target.key]
    wanted = keys.rename(dict(zip(keys.columns, names, strict=True))).select(pl.all().cast(pl.String))
    texts = [nw.col(str(name)).cast(nw.String).alias(f"#{name}") for name in target.key]
    read = [*map(str, target.key), *([str(target.name)] if target.name is not None else [])]
    read += [str(name) for fields in target.belongs_to.values() for name in fields]
    columns = [name for name in dict.fromkeys([*read, "#p"]) if name in table.columns]
    distinct = wanted.drop_nulls().unique()
    if distinct.is_empty():
        return _nothing(table).frame.select(columns)
    found = table.frame.with_columns(*texts).join(engine.upload(distinct), on=names, how="inner")
    return engine.collect(found.select(*columns))


def _nothing(table: LazyTable) -> Table:
    """The table without any row."""
    kinds = {"integer": pl.Int64, "number": pl.Float64, "boolean": pl.Boolean, "date": pl.Date}
    fields = {str(name): kinds.get(field.type, pl.String) for name, field in table.entity.fields.items()}
    schema: dict[str, Any] = {name: dtype for name, dtype in fields.items() if name in table.columns}
    if table.entity.period is not None:
        schema |= {"#p": pl.Int64, "#start": pl.Date, "#end": pl.Date}
    return Table(table.entity, pl.DataFrame(schema=schema), rows=table.rows)
