"""The frame program says the same to Narwhals as to Polars itself, so that other engines can run it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import eduplan_rules as er
from eduplan_rules.compiler.core import CORE
from eduplan_rules.compiler.plan import CompiledRule, Plan
from eduplan_rules.engine.frame import add_steps, rows_of
from eduplan_rules.engine.judge import world_of
from eduplan_rules.engine.world import Expressions, World
from eduplan_rules.program import compiled_program

ROOT = Path(__file__).parents[1]
AS_OF = date(2022, 12, 31)
FEW = 8


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


def whole_and_damaged(folder: Path, book: er.Rulebook) -> list[er.Facts]:
    """The city, and the city with every fifth link and key gone."""
    facts = er.read_facts(folder, book)
    damaged = {}
    for name, table in facts.tables.items():
        entity, frame = table.entity, table.frame
        lost = [str(field) for fields in (entity.key, *entity.belongs_to.values()) for field in fields]
        fifth = pl.int_range(pl.len()) % 5 == 4
        period = [] if entity.period is None else [pl.col("#end").dt.year().alias(str(entity.period.column))]
        fields = [field for field in frame.columns if not field.startswith("#")]
        emptied = [pl.when(~fifth).then(pl.col(field)).alias(field) for field in dict.fromkeys(lost) if field in fields]
        damaged[name] = frame.with_columns(*emptied).select(*fields, *period)
    return [facts, er.to_facts(damaged, book)]


def other_world(world: World, frame_of: Callable[[Any], Any]) -> World:
    tables = {name: nw.from_native(frame_of(frame)) for name, frame in world.tables.items()}
    strays = {name: nw.from_native(frame_of(frame)) for name, frame in world.strays.items()}
    return replace(world, api=nw, tables=tables, strays=strays)


def test_narwhals_gives_what_polars_gives_on_the_whole_pack(city_folder: Path) -> None:
    book = er.load_rulebook(ROOT / "rules")
    program = compiled_program(book)
    compared = 0
    for facts in whole_and_damaged(city_folder, book):
        polars = world_of(facts, program, AS_OF)
        narwhals = other_world(polars, lambda frame: frame)
        for plan, rules in program.plans():
            if str(plan.entity.id) in facts.tables and plan.every is None:
                expected = verdicts(plan, rules, polars, lambda frame: frame.collect())
                found = verdicts(plan, rules, narwhals, lambda frame: frame.to_native().collect())
                # sums of the same numbers in another order differ in their last digits
                assert_frame_equal(found, expected)
                compared += len(rules)
    assert compared > 10


def test_a_number_is_divided_by_itself_even_where_polars_sees_a_constant() -> None:
    frame = pl.DataFrame({"a": [46.0, 24.0, 49.0], "kind": [1, 1, 1]})
    five = pl.when(pl.col("kind") >= 1).then(pl.lit(5)).otherwise(pl.lit(None, pl.Int64))
    for divisor in (pl.lit(5), five, five.cast(pl.Float64)):
        quotient = CORE["div"].frame(pl, pl.col("a"), divisor).alias("x")
        assert frame.select(quotient)["x"].to_list() == [46 / 5, 24 / 5, 49 / 5]
        assert frame.lazy().select(quotient).collect()["x"].to_list() == [46 / 5, 24 / 5, 49 / 5]


def handed_over(connection: Any, frame: pl.LazyFrame) -> Any:
    return connection.from_arrow(frame.collect().to_arrow())


def test_duckdb_decides_the_same(city_folder: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed (extra `duckdb`)")
    book = er.load_rulebook(ROOT / "rules")
    program = compiled_program(book)
    for facts in whole_and_damaged(city_folder, book):
        polars = world_of(facts, program, AS_OF)
        connection = duckdb.connect(config={"max_expression_depth": 100_000})
        other = other_world(polars, partial(handed_over, connection))
        for plan, rules in program.plans():
            # what DuckDB plans for all rules on counties at once takes it minutes
            if str(plan.entity.id) in facts.tables and plan.every is None and len(plan.steps) < FEW:
                codes = ["#row", *(str(4 * position) for position in range(len(rules)))]
                expected = verdicts(plan, rules, polars, lambda frame: frame.collect()).select(codes)
                found = verdicts(plan, rules, other, lambda frame: frame.to_native().pl()).select(codes)
                assert found.cast(expected.schema).equals(expected), plan.entity.id
