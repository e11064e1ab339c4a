"""Findings: what is wrong with delivered data, as data, and every wording of it in one table.

In: a code, the entity, field and rows concerned. Out: `Finding`s with a sentence in Chinese and English.
Holds: values of personal fields never appear; findings of one code, entity and field beyond the first `LIMIT` (by key
and period, so that the order of rows never shows) are folded into one that counts them and has their lines as ranges.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl

from eduplan_rules.period import period_label
from eduplan_rules.rulebook.model import Entity, Field
from eduplan_rules.spacing import filled
from eduplan_rules.tables.wording import EXPECTED, WORDINGS, Language

ZH: Final = "zh"
EN: Final = "en"
#: a word of a sentence: the same in every language, or one for each
Detail = str | int | Mapping[Language, str]

#: findings of one code, entity and field that are told one by one
LIMIT = 10_000
#: ranges of lines that a folded finding has at most
RANGES = 1_000
#: what stands in place of the value of a personal field, in findings and records alike
HIDDEN = "***"
_LONGEST_VALUE = 60
#: the code about cells that are read as empty: no cell is lost, and one finding tells of all
EMPTIED = "placeholder-cell"
_PLACES_TOLD = 3
#: rows that are looked at to name the first places
_PLACES_SEEN = 200
#: other rows of which a finding has the places
_OTHERS = 5
#: the years 1954 to 2118 as spreadsheets number their days
_SERIAL = re.compile(r"[2-7]\d{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a row was delivered; all but the line are None for frames handed over in Python."""

    file: str | None
    sheet: str | None
    #: 1-based line of the file on which the row begins; the 1-based row number for frames, lists and Parquet
    line: int | None


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one file or sheet, in order: `3, 7-12`; `…` at the end where there are more."""

    file: str | None
    sheet: str | None
    lines: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the delivered data itself."""

    code: str
    severity: Literal["error", "warning"]
    entity: str | None
    field: str | None
    key: tuple[str, ...] | None
    period: str | None
    #: one sentence by language: `zh` and `en`
    message: dict[str, str]
    location: Location | None
    #: what was delivered, as text; `***` for personal fields
    value: str | None
    #: how many findings this one stands for
    count: int = 1
    #: the first of the other rows that it is about
    others: tuple[Location, ...] = ()
    #: where the findings lie that this one stands for
    folded: tuple[Lines, ...] = ()


def finding(
    code: str,
    entity: Entity | None = None,
    field: Field | str | None = None,
    *,
    key: tuple[str, ...] | None = None,
    period: str | None = None,
    location: Location | None = None,
    value: str | None = None,
    others: tuple[Location, ...] = (),
    **details: Detail,
) -> Finding:
    """Make one finding; `details` fill the other gaps of the code's wording."""
    severity, english, chinese = WORDINGS[code]
    if isinstance(field, Field) and field.personal and value is not None:
        value = HIDDEN
    message: dict[str, str] = {}
    wordings: tuple[tuple[Language, str], ...] = ((ZH, chinese), (EN, english))
    for language, wording in wordings:
        words = {"entity": named(entity, language), "field": named(field, language), "value": _quoted(value, language)}
        told = {name: str(word if isinstance(word, str | int) else word[language]) for name, word in details.items()}
        gaps = words | told
        message[language] = filled(wording, gaps) if language == ZH else wording.format_map(gaps)
    identifier = field.id if isinstance(field, Field) else field
    name = None if entity is None else entity.id
    return Finding(
        code, severity, name, _plain(identifier), key, period, message, location, value, others=others[:_OTHERS]
    )


def row_findings(
    code: str,
    entity: Entity,
    field: Field | str | None,
    rows: pl.DataFrame,
    *,
    details: Callable[[Mapping[str, Any]], Mapping[str, Detail]] = lambda row: {},
    limit: int = LIMIT,
) -> list[Finding]:
    """Make a finding for each of the first rows, and one that stands for the rest.

    `rows` has the fields of the key, `#p` if the entity has a period, `#file`, `#sheet`, `#line` and, if there is one,
    the delivered text as `#value` and the places of all rows that the finding is about, its own among them, as
    `#places`. `details` gives the other words of a row's sentence.
    """
    if rows.is_empty():
        return []
    columns = [*entity.key, "#p", "#value", "#file", "#sheet", "#line"]
    order = [column for column in columns if column in rows.columns]
    personal = {name for name in entity.key if entity.fields[name].personal}
    findings = []
    ordered = rows.sort(order, maintain_order=True)
    for row in ordered.head(limit).iter_rows(named=True):
        parts = [row.get(name) for name in entity.key]
        key = tuple(HIDDEN if name in personal else str(part) for name, part in zip(entity.key, parts, strict=True))
        period = None if entity.period is None or row.get("#p") is None else period_label(entity.period.is_, row["#p"])
        location = Location(row["#file"], row["#sheet"], row["#line"])
        others = _other_places(row, location)
        findings.append(
            finding(
                code,
                entity,
                field,
                key=None if None in parts else key,
                period=period,
                location=location,
                value=row.get("#value"),
                others=others,
                **details(row),
            )
        )
    rest = ordered.slice(limit)
    return findings if rest.is_empty() else [*findings, rest_of(findings[0], len(rest), _ranges(rest))]


def _other_places(row: Mapping[str, Any], own: Location) -> tuple[Location, ...]:
    """The places of a row's `#places` but its own, by file, sheet and line."""
    places = {Location(*place.values()) for place in row.get("#places") or ()} - {own}
    return tuple(sorted(places, key=lambda each: (each.file or "", each.sheet or "", each.line or 0)))


def emptied_cells(entity: Entity, field: Field, rows: pl.DataFrame, number: int | None = None) -> Finding:
    """Tell how many cells of a field were only marks, and of which rows the first are; `rows` as in `row_findings`.

    `number`: how many there are, where `rows` are only the first of them.
    """
    each = row_findings(
        EMPTIED, entity, field, rows, details=lambda row: {"rows": "", "places": ""}, limit=_PLACES_SEEN
    )
    told = [" ".join([*found.key, *([found.period] if found.period else [])]) for found in each if found.key]
    listed = list(dict.fromkeys(place for place in told if HIDDEN not in place))
    first, more = listed[:_PLACES_TOLD], len(listed) > _PLACES_TOLD
    places: Mapping[Language, str] = {"zh": "", "en": ""}
    if first:
        places = {
            "zh": f"（{'、'.join(first)}{'等' if more else ''}）",
            "en": f" ({', '.join(first)}{' and others' if more else ''})",
        }
    some = some_rows(len(rows) if number is None else number)
    return finding(EMPTIED, entity, field, location=each[0].location, value=each[0].value, rows=some, places=places)


def expected(field: Field) -> Mapping[Language, str]:
    """Say what a cell of the field should be."""
    return EXPECTED[field.form or field.type]


def allowed(field: Field) -> Mapping[Language, str]:
    """Say which numbers the field may hold."""
    low, high = (None if bound is None else f"{bound:.15g}" for bound in (field.min, field.max))
    if low is None:
        return {"zh": f"不大于 {high}", "en": f"at most {high}"}
    if high is None:
        return {"zh": f"不小于 {low}", "en": f"at least {low}"}
    return {"zh": f"在 {low} 至 {high} 之间", "en": f"between {low} and {high}"}


def hint(word: str | None) -> Mapping[Language, str]:
    """Say what may have been meant."""
    return {"zh": "", "en": ""} if word is None else {"zh": f"；是否应为“{word}”？", "en": f'; did you mean "{word}"?'}


def all_outcomes(number: int) -> Mapping[Language, str]:
    """Say that it is all outcomes of a rule."""
    if number == 1:
        return {"zh": "唯一的结果为", "en": "its only outcome is"}
    return {"zh": f"{number} 个结果全部为", "en": f"all {number:,} outcomes are"}


def some_rows(number: int) -> Mapping[Language, str]:
    """Say how many rows."""
    return {"zh": f" {number} 行", "en": "1 row" if number == 1 else f"{number:,} rows"}


def hint_of_serial(field: Field, value: str | None) -> Mapping[Language, str]:
    """Say that a number may be how a spreadsheet keeps a day."""
    if field.type != "date" or field.personal or value is None or not _SERIAL.fullmatch(value):
        return hint(None)
    return {
        "zh": "，疑似电子表格内部的日期序号，请先把该列设为日期格式",
        "en": " (it may be a spreadsheet's number of a day; format the column as dates)",
    }


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by what was found, not by where, so that the order of rows and files never shows."""

    def rank(found: Finding) -> tuple[object, ...]:
        place = found.location or Location(None, None, None)
        return (
            found.entity or "",
            found.code,
            found.field or "",
            found.count > 1,
            found.key or (),
            found.period or "",
            found.value or "",
            place.file or "",
            place.sheet or "",
            place.line or 0,
        )

    return tuple(sorted(findings, key=rank))


def rest_of(first: Finding, count: int, folded: tuple[Lines, ...] = (), location: Location | None = None) -> Finding:
    """Make the finding that stands for all that are not told one by one."""
    where = first.field or first.entity
    if folded:
        begin = re.match(r"\d+", folded[0].lines)
        location = Location(folded[0].file, folded[0].sheet, None if begin is None else int(begin[0]))
    ranges = folded[0].lines.split(", ") if folded else []
    if len(folded) > 1 or len(ranges) > _PLACES_TOLD:
        ranges = [*ranges[:_PLACES_TOLD], "…"]
    chinese = f"，第 {'、'.join(ranges)} 行" if ranges else ""
    english = f" (lines {', '.join(ranges)})" if ranges else ""
    message: dict[str, str] = {
        ZH: f"{where} 另有 {count} 处同类问题（{first.code}{chinese}）",
        EN: f"and {count:,} more of {first.code} in {where}{english}",
    }
    return Finding(
        first.code, first.severity, first.entity, first.field, None, None, message, location, None, count, folded=folded
    )


def _ranges(rows: pl.DataFrame) -> tuple[Lines, ...]:
    """The lines of these rows, file by file and sheet by sheet, the first `RANGES` ranges of them."""
    place = ["#file", "#sheet"]
    lines = rows.select(*place, pl.col("#line").cast(pl.Int64)).drop_nulls("#line").unique()
    step = pl.col("#line").diff() != 1
    other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in place)
    ranges = (
        lines.sort(*place, "#line")
        .with_columns((step.fill_null(value=True) | other).cum_sum().alias("#range"))
        .group_by("#range", *place, maintain_order=True)
        .agg(pl.col("#line").first().alias("#first"), pl.col("#line").last().alias("#last"))
    )
    told: dict[tuple[str | None, str | None], list[str]] = {}
    for file, sheet, first, last in ranges.head(RANGES).select(*place, "#first", "#last").iter_rows():
        told.setdefault((file, sheet), []).append(str(first) if first == last else f"{first}-{last}")
    if ranges.height > RANGES:
        told[next(reversed(told))].append("…")
    return tuple(Lines(file, sheet, ", ".join(each)) for (file, sheet), each in told.items())


def named(thing: Entity | Field | str | None, language: Language) -> str:
    """Sentences name things by their label, if there is one; English ones quote it, and name tables by identifier."""
    if thing is None or isinstance(thing, str):
        return thing or ""
    label = (thing.label or {}).get(language)
    if language == "zh":
        return str(label or thing.id)
    return f"“{label}”" if isinstance(thing, Field) and label and label.isascii() else str(thing.id)


def _quoted(value: str | None, language: Language) -> str:
    if value is None:
        return "（空）" if language == "zh" else "empty"
    if value == HIDDEN:
        return "（已隐藏）" if language == "zh" else "hidden"
    line = " ".join(value.split())
    short = line if len(line) <= _LONGEST_VALUE else f"{line[:_LONGEST_VALUE]}…"
    return f"“{short}”" if language == "zh" else f'"{short}"'


def _plain(text: str | None) -> str | None:
    """Let go of the place that an author's text carries."""
    return None if text is None else str.__str__(text)
