"""The data set of the benchmarks: synthetic school-years in counties, and forty rules over them.

In: a number of rows. Out: Polars frames, and the rulebook that says what the other programs say by hand. The same
numbers come out everywhere; a million rows are 200,000 schools of 1,000 counties in five years.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

import eduplan_rules as er
from eduplan_rules.source import Source

Kind = Literal["row", "trend", "group", "all"]
KINDS: tuple[Kind, ...] = ("row", "trend", "group", "all")

SEED = 7
FIRST, YEARS = 2018, 5
AS_OF = "2022-12-31"
SCHOOLS_A_COUNTY = 200
#: rows drawn at once; each block has schools and counties of its own
BLOCK = 1_000_000
#: what answers are made of
COLUMNS = ["key", "period", "rule", "observed", "required", "gap"]
#: within which non-integers are equal
TOLERANCE = 1e-9

#: indicator -> (highest value drawn, lower bound asked for)
INDICATORS: dict[str, tuple[float, float]] = {
    f"indicator_{number}": (10.0 + number, 0.05 * number) for number in range(1, 13)
}
#: field -> its type in the rulebook
FIELDS = {
    "school_id": "text",
    "county_id": "text",
    "students": "integer",
    "teachers": "integer",
    "spending": "number",
    "area": "number",
    "books": "number",
    **dict.fromkeys(INDICATORS, "number"),
}
#: rule -> what it requires of a school's year and the year before
TRENDS = {
    "trend.spending-does-not-fall": "does_not_fall(spending)",
    "trend.area-does-not-fall": "does_not_fall(area)",
    "trend.spending-keeps-up": "growth(spending) >= -2%",
    "trend.teachers-stay": "change(teachers) >= -3",
    "trend.books-are-kept": "books >= previous(books) * 0.9",
}
#: rule -> what it requires of the schools of a county's year
GROUPS = {
    "group.share-reaching": "share(indicator_1 >= 1 for school) >= 90%",
    "group.mean": "mean(indicator_2 for school skip missing) >= 5.8",
    "group.spread": "cv(indicator_3 for school weighted by students skip missing) <= 60%",
    "group.large-schools": "count(school where students > 2900) <= 9",
    "group.teachers-per-student": "sum(teachers for school) / sum(students for school) >= 7.43%",
}


@dataclass(frozen=True)
class Check:
    """One row rule: an indicator, or an indicator per student, against a bound."""

    rule: str
    field: str
    sign: Literal[">=", "<="]
    bound: float
    per_student: bool = False

    @property
    def limit(self) -> float:
        """The bound with its tolerance: what lies beyond is violated."""
        return self.bound * (1 - TOLERANCE) if self.sign == ">=" else self.bound / (1 - TOLERANCE)


def checks(number: int = 30) -> list[Check]:
    """So many row rules, no two the same; of thirty, twelve are lower bounds, twelve upper ones, six per student."""
    made: list[Check] = []
    for turn in range(-(-number // 30)):
        thirty = list(_thirty(turn))
        # kinds and bounds mixed, so that the first ten are like all thirty
        made += [thirty[at * 7 % len(thirty)] for at in range(len(thirty))]
    return made[:number]


def _thirty(turn: int) -> Iterator[Check]:
    shift = 1 + turn / 1000
    for at, (field, (high, low)) in enumerate(INDICATORS.items(), start=1):
        yield Check(f"row.at-least-{at}-{turn}", field, ">=", round(low * shift, 9))
        yield Check(f"row.at-most-{at}-{turn}", field, "<=", round(high * 0.98 / shift, 9))
        if at % 2:
            yield Check(f"row.per-student-{at}-{turn}", field, ">=", round(0.0001 * at * shift, 9), per_student=True)


def rulebook(kind: Kind = "all", rows: int = 30) -> er.Rulebook:
    """The rules of a kind: so many row rules, five trend rules, five group rules, or all of them."""
    return er.load_rulebook(Source("benchmark.yaml", rulebook_text(kind, rows)))


def rulebook_text(kind: Kind = "all", rows: int = 30) -> str:
    """The rules as YAML."""
    lines = ["language: 1", "entities:", "  county: {key: county_id, period: year, fields: {county_id: {type: text}}}"]
    lines += [
        "  school:",
        "    key: school_id",
        "    period: year",
        "    belongs_to: {county: county_id}",
        "    fields:",
    ]
    lines += [f"      {name}: {{type: {told}}}" for name, told in FIELDS.items() if told != "integer"]
    lines += [f"      {name}: {{type: integer, min: 0}}" for name, told in FIELDS.items() if told == "integer"]
    lines.append("rules:")
    if kind in ("row", "all"):
        lines += [_rule(each.rule, "school", _expression(each)) for each in checks(rows)]
    if kind in ("trend", "all"):
        lines += [_rule(name, "school", require) for name, require in TRENDS.items()]
    if kind in ("group", "all"):
        lines += [_rule(name, "county", require) for name, require in GROUPS.items()]
    return "\n".join(lines) + "\n"


def _rule(name: str, entity: str, require: str) -> str:
    return f"  - {{id: {name}, for: {entity}, require: '{require}'}}"


def _expression(check: Check) -> str:
    return f"{check.field}{' / students' if check.per_student else ''} {check.sign} {check.bound:.12f}"


def school_frame(rows: int) -> pl.DataFrame:
    """School-years, in each block one year after the other; 2 % of the cells of most fields are empty."""
    return pl.concat(blocks(rows))


def blocks(rows: int) -> Iterator[pl.DataFrame]:
    """The same, block by block."""
    return (_block(min(BLOCK, rows - start), start // BLOCK) for start in range(0, rows, BLOCK))


def county_frame(rows: int) -> pl.DataFrame:
    """County-years of all counties that `school_frame` of so many rows has schools in."""
    per_block = BLOCK // YEARS // SCHOOLS_A_COUNTY
    full, rest = divmod(rows, BLOCK)
    number = full * per_block + -(-(rest // YEARS) // SCHOOLS_A_COUNTY)
    years = pl.DataFrame({"year": range(FIRST, FIRST + YEARS)})
    return pl.DataFrame({"county_id": _texts(np.arange(number), 6)}).join(years, how="cross")


def _block(rows: int, number: int) -> pl.DataFrame:
    if rows % YEARS:
        message = f"{YEARS} rows a school: {rows} is no multiple of it"
        raise ValueError(message)
    random, schools = np.random.default_rng([SEED, number]), rows // YEARS
    first = number * (BLOCK // YEARS)
    shape = (YEARS, schools)
    students = random.integers(60, 3000, schools) + random.integers(-20, 21, shape)
    hires = np.where(random.random(shape) < 0.03, -5, random.integers(-2, 4, shape))
    drift = {
        "spending": np.exp(np.cumsum(random.normal(0.05, 0.03, shape), axis=0)) * random.uniform(100, 900, schools),
        "area": np.cumsum(np.where(random.random(shape) < 0.02, -5.0, 1.0), axis=0)
        + random.uniform(500, 9000, schools),
        "books": np.cumprod(random.uniform(0.89, 1.2, shape), axis=0) * random.uniform(1000, 90000, schools),
    }
    columns: dict[str, object] = {
        "school_id": _texts(np.tile(first + np.arange(schools), YEARS), 8),
        "county_id": _texts(np.tile((first + np.arange(schools)) // SCHOOLS_A_COUNTY, YEARS), 6),
        "year": np.repeat(np.arange(FIRST, FIRST + YEARS), schools),
        "students": students.ravel(),
        "teachers": (students[0] // 15 + 12 + np.cumsum(hires, axis=0)).clip(0).ravel(),
    }
    drawn = {name: random.uniform(0.0, high, rows) for name, (high, _) in INDICATORS.items()}
    for name, values in {**{name: values.ravel() for name, values in drift.items()}, **drawn}.items():
        columns[name] = pl.Series(values).set(pl.Series(random.random(rows) < 0.02), None)
    return pl.DataFrame(columns)


def _texts(numbers: np.ndarray, width: int) -> pl.Series:
    return pl.Series(numbers).cast(pl.String).str.zfill(width)
