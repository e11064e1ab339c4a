"""The rules in other programs: Pointblank, Pandera, Great Expectations and dataframely.

In: the frames of `schools`. Out: a `Job` for each, or a sentence that says why the program cannot say the rules. What
a program gives as its answer is turned into rows `rule, key, period` or into counts `rule, violations`, untimed.

Row rules are written in each program's own words. Where a program takes an expression of Polars for a condition,
trend and group rules are given to it as one: the year before is `shift` within the school, the county is `over`.
None of the programs tells what could not be decided: what is missing passes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import polars as pl
from schools import FIELDS, GROUPS, TOLERANCE, TRENDS, Check, Kind, checks

Give = Literal["rows", "counts"]

TYPES: dict[str, Any] = {"text": pl.String, "integer": pl.Int64, "number": pl.Float64}
LESS, MORE = 1 - TOLERANCE, 1 + TOLERANCE
COUNTY = ["county_id", "year"]


class Data(NamedTuple):
    """The frames, and for programs that read no Polars the school-years once more in pandas."""

    school: pl.DataFrame
    county: pl.DataFrame


class Job(NamedTuple):
    """What is timed, and how its result is read as an answer."""

    run: Callable[[], Any]
    answer: Callable[[Any], pl.DataFrame]


def holds(check: Check) -> pl.Expr:
    """A row rule as an expression: null where a value is missing."""
    observed = pl.col(check.field) / pl.col("students") if check.per_student else pl.col(check.field)
    return observed >= check.limit if check.sign == ">=" else observed <= check.limit


def trends() -> dict[str, pl.Expr]:
    """The trend rules as expressions on school-years."""

    def before(name: str) -> pl.Expr:
        years = pl.col("year").shift(1).over("school_id", order_by="year")
        return pl.when(years == pl.col("year") - 1).then(pl.col(name).shift(1).over("school_id", order_by="year"))

    spending, area, books, teachers = (pl.col(name) for name in ("spending", "area", "books", "teachers"))
    growth = (spending - before("spending")) / before("spending") * 100
    told = [
        spending >= before("spending") * LESS,
        area >= before("area") * LESS,
        pl.when(before("spending") > 0).then(growth >= -2 * MORE),
        teachers - before("teachers") >= -3,
        books >= before("books") * 0.9 * LESS,
    ]
    return dict(zip(TRENDS, told, strict=True))


def groups() -> dict[str, pl.Expr]:
    """The group rules as expressions on school-years: the same for each school of a county."""
    students, spread, reaching = pl.col("students"), pl.col("indicator_3"), pl.col("indicator_1") >= LESS
    weight = pl.when(spread.is_not_null()).then(students).sum()
    centre = (spread * students).sum() / weight
    told = [
        (reaching.sum() + reaching.null_count()) / pl.len() * 100 >= 90 * LESS,
        pl.col("indicator_2").mean() >= 5.8 * LESS,
        ((students * (spread - centre) ** 2).sum() / weight).sqrt() / centre.abs() * 100 <= 60 * MORE,
        (students > 2900).sum() <= 9,
        pl.col("teachers").sum() / students.sum() * 100 >= 7.43 * LESS,
    ]
    return dict(zip(GROUPS, told, strict=True))


def expressions(kind: Kind) -> dict[str, pl.Expr]:
    """The rules of a kind that are no single comparison, as expressions on school-years."""
    across = {name: expression.over(COUNTY) for name, expression in groups().items()}
    return {**(trends() if kind in ("trend", "all") else {}), **(across if kind in ("group", "all") else {})}


def row_rules(kind: Kind) -> list[Check]:
    """The row rules of a kind."""
    return checks() if kind in ("row", "all") else []


def listed(rows: pl.DataFrame, rule: str) -> pl.DataFrame:
    """School-years that break a rule as an answer; for a group rule, the counties they are in."""
    key = "county_id" if rule in GROUPS else "school_id"
    told = rows.select(rule=pl.lit(rule), key=pl.col(key), period=pl.col("year").cast(pl.String))
    return told.unique() if rule in GROUPS else told


def counted(violations: dict[str, int]) -> pl.DataFrame:
    """Counts as an answer."""
    return pl.DataFrame(list(violations.items()), schema=["rule", "violations"], orient="row")


def pointblank(kind: Kind, give: Give, data: Data) -> Job:
    """A step for each rule; group rules are asked of a frame of counties that the step prepares (`pre`)."""
    import pointblank

    named = [check.rule for check in row_rules(kind)]
    named += [name for of, names in (("trend", TRENDS), ("group", GROUPS)) if kind in (of, "all") for name in names]

    def run() -> Any:
        plan = pointblank.Validate(data.school)
        for check in row_rules(kind):
            if check.per_student:
                plan = plan.col_vals_expr(holds(check).fill_null(value=True))
            elif check.sign == ">=":
                plan = plan.col_vals_ge(check.field, check.limit, na_pass=True)
            else:
                plan = plan.col_vals_le(check.field, check.limit, na_pass=True)
        if kind in ("trend", "all"):
            for expression in trends().values():
                plan = plan.col_vals_expr(expression.fill_null(value=True))
        if kind in ("group", "all"):
            for expression in groups().values():
                plan = plan.col_vals_expr(
                    pl.col("holds"),
                    pre=lambda frame, expression=expression: frame.group_by(COUNTY).agg(holds=expression),
                )
        return plan.interrogate(collect_extracts=give == "rows", extract_limit=data.school.height)

    def answer(done: Any) -> pl.DataFrame:
        if give == "counts":
            return counted(dict(zip(named, done.n_failed().values(), strict=True)))
        found = done.get_data_extracts()
        return pl.concat(listed(found[at], rule) for at, rule in enumerate(named, start=1) if len(found[at]))

    return Job(run, answer)


def pandera(kind: Kind, give: Give, data: Data) -> Job | str:
    """Checks of columns; what is no comparison with a number is a function that gives an expression."""
    import pandera.polars as pa

    if give == "counts":
        return "gives each failing cell, counts are made from them"

    def function(expression: pl.Expr) -> Any:
        return pa.Check(lambda told: told.lazyframe.select(expression))

    rules: dict[str, list[tuple[str, Any]]] = {name: [] for name in FIELDS}
    for check in row_rules(kind):
        plain = pa.Check.ge if check.sign == ">=" else pa.Check.le
        rules[check.field].append((check.rule, function(holds(check)) if check.per_student else plain(check.limit)))
    for name, expression in expressions(kind).items():
        rules["students"].append((name, function(expression)))
    columns = {
        name: pa.Column(TYPES[told], [check for _, check in rules[name]], nullable=True)
        for name, told in FIELDS.items()
    }
    schema = pa.DataFrameSchema(columns)

    def run() -> pl.DataFrame:
        try:
            schema.validate(data.school, lazy=True)
        except pa.errors.SchemaErrors as errors:
            found: pl.DataFrame = errors.failure_cases
            return found
        raise AssertionError("no violation was found")

    def answer(found: pl.DataFrame) -> pl.DataFrame:
        told = []
        for (column, number), cases in found.group_by("column", "check_number"):
            rule = rules[str(column)][int(str(number))][0]
            told.append(listed(data.school[cases["index"]], rule))
        return pl.concat(told)

    return Job(run, answer)


def great_expectations(kind: Kind, give: Give, data: Data) -> Job | str:
    """An expectation for each rule, on pandas; quotients are columns computed before."""
    if kind != "row":
        return "compares no row with that of another year and no group of rows, but by SQL text on a database"
    import great_expectations
    import great_expectations.expectations as gxe

    frame = data.school.to_pandas()
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    suite = great_expectations.ExpectationSuite(name="checks")
    for check in checks():
        column = check.rule if check.per_student else check.field
        if check.per_student:
            frame[column] = frame[check.field] / frame["students"]
        bound = {"min_value" if check.sign == ">=" else "max_value": check.limit}
        meta = {"rule": check.rule}
        suite.add_expectation(gxe.ExpectColumnValuesToBeBetween(column=column, meta=meta, **bound))
    asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("school")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
    detail = "COMPLETE" if give == "rows" else "BASIC"

    def answer(done: Any) -> pl.DataFrame:
        results = {result.expectation_config.meta["rule"]: result.result for result in done.results}
        if give == "counts":
            return counted({rule: result["unexpected_count"] for rule, result in results.items()})
        found = {rule: result["unexpected_index_list"] for rule, result in results.items()}
        return pl.concat(listed(data.school[rows], rule) for rule, rows in found.items())

    return Job(lambda: batch.validate(suite, result_format=detail), answer)


def dataframely(kind: Kind, give: Give, data: Data) -> Job:
    """A schema with a rule for each; the failing rows come with the verdict of every rule."""
    import dataframely as dy

    types = {"text": dy.String, "integer": dy.Int64, "number": dy.Float64}
    parts: dict[str, Any] = {name: types[told](nullable=True) for name, told in FIELDS.items()}
    told = {**{check.rule: holds(check) for check in row_rules(kind)}, **expressions(kind)}
    names = {name.replace(".", "_").replace("-", "_"): name for name in told}
    for inner, name in names.items():
        parts[inner] = dy.rule()(lambda _, expression=told[name]: expression)
    schema: Any = type("School", (dy.Schema,), {**parts, "year": dy.Int64()})

    def run() -> Any:
        failed = schema.filter(data.school)[1]
        return failed.details() if give == "rows" else failed.counts()

    def answer(found: Any) -> pl.DataFrame:
        if give == "counts":
            return counted({names[inner]: number for inner, number in found.items()})
        return pl.concat(listed(found.filter(pl.col(inner) == "invalid"), name) for inner, name in names.items())

    return Job(run, answer)
