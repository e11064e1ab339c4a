"""The frame program says the same to Narwhals as to Polars itself, so that other engines can run it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest

import eduplan_rules as er
from eduplan_rules.compiler.plan import CompiledRule, Plan
from eduplan_rules.engine.frame import Expressions, World, add_steps, rows_of
from eduplan_rules.engine.judge import world_of
from eduplan_rules.program import compiled_program

ROOT = Path(__file__).parents[1]
AS_OF = date(2022, 12, 31)


def verdicts(
    plan: Plan, rules: list[CompiledRule], world: World, collect: Callable[[Any], pl.DataFrame]
) -> pl.DataFrame:
    rows = rows_of(plan, world)
    assert rows is not None
    make = Expressions(plan, world)
    nodes = [node for rule in rules for node in (rule.verdict, rule.observed, rule.required, rule.gap)]
    frame = make.share(add_steps(rows, plan, world, ["#row"]), nodes)
    columns = {f"{position}": make.typed(node) for position, node in enumerate(nodes)}
    return collect(frame.select("#row", **columns)).sort("#row")


def test_narwhals_gives_what_polars_gives_on_the_whole_pack() -> None:
    book = er.load_rulebook(ROOT / "rules")
    facts = er.read_facts(ROOT / "examples" / "city", book)
    program = compiled_program(book)
    polars = world_of(facts, program, AS_OF)
    narwhals = replace(polars, api=nw, tables={name: nw.from_native(frame) for name, frame in polars.tables.items()})
    compared = 0
    for plan, rules in program.plans():
        if str(plan.entity.id) in facts.tables and plan.every is None:
            expected = verdicts(plan, rules, polars, lambda frame: frame.collect())
            found = verdicts(plan, rules, narwhals, lambda frame: frame.to_native().collect())
            assert found.equals(expected), plan.entity.id
            compared += len(rules)
    assert compared > 5


def test_duckdb_decides_the_same() -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed (extra `duckdb`)")
    book = er.load_rulebook(ROOT / "rules")
    facts = er.read_facts(ROOT / "examples" / "city", book)
    program = compiled_program(book)
    polars = world_of(facts, program, AS_OF)
    connection = duckdb.connect()
    for name, table in facts.tables.items():
        connection.register(name, table.frame.to_arrow())
    other = replace(polars, api=nw, tables={name: nw.from_native(connection.table(name)) for name in facts.tables})
    for plan, rules in program.plans():
        if str(plan.entity.id) in facts.tables and plan.every is None:
            codes = ["#row", *(str(4 * position) for position in range(len(rules)))]
            expected = verdicts(plan, rules, polars, lambda frame: frame.collect()).select(codes)
            found = verdicts(plan, rules, other, lambda frame: frame.to_native().pl()).select(codes)
            assert found.cast(expected.schema).equals(expected), plan.entity.id
