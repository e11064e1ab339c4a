"""Findings: what is wrong with delivered data, as data, and every wording of it in one table.

In: a code, the entity, field and rows concerned. Out: `Finding`s with a sentence in Chinese and English.
Holds: values of personal fields never appear; findings of one code, entity and field beyond the first 200 (by key and
period, so that the order of rows never shows) are folded into one that counts them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl

from eduplan_rules.period import period_label
from eduplan_rules.rulebook.model import Entity, Field

Language = Literal["zh", "en"]
ZH: Final = "zh"
EN: Final = "en"
#: a word of a sentence: the same in every language, or one for each
Detail = str | int | Mapping[Language, str]

#: findings of one code, entity and field that are told one by one
LIMIT = 200
#: what stands in place of the value of a personal field, in findings and records alike
HIDDEN = "***"
_LONGEST_VALUE = 60
#: the code about cells that are read as empty: no cell is lost, and one finding tells of all
EMPTIED = "placeholder-cell"
_PLACES_TOLD = 3
#: the years 1954 to 2118 as spreadsheets number their days
_SERIAL = re.compile(r"[2-7]\d{4}", re.ASCII)

#: code -> (severity, English, Chinese): all wordings about data
_WORDINGS: dict[str, tuple[Literal["error", "warning"], str, str]] = {
    "conflicting-rows": (
        "error",
        "the row is delivered {rows} times with different content in {fields}; those cells count as missing",
        "该行出现 {rows} 次且内容不一致（{fields}），不一致的单元格按缺失处理",
    ),
    "dangling-reference": (
        "error",
        "{field} is {value}, expected the key of a row of {target}",
        "{field}{value}在{target}中不存在",
    ),
    "duplicate-column": (
        "error",
        "{field} has {columns} columns ({headers}), expected one; its cells count as missing",
        "{field}对应 {columns} 列（{headers}），应只有一列；其单元格按缺失处理",
    ),
    "duplicate-row": (
        "warning",
        "the row is delivered {rows} times with the same content; it counts once",
        "该行重复出现 {rows} 次且内容相同，只计一次",
    ),
    "empty-cell": ("warning", "{field} is empty, expected {expected}", "{field}为空，应为{expected}"),
    "empty-sheet": (
        "warning",
        "sheet {value} has no rows below its headers; {entity} counts as not delivered",
        "工作表{value}只有表头，没有数据行；{entity}按未提供处理",
    ),
    "missing-column": ("error", "there is no column for {field}", "缺少{field}列"),
    "no-day": (
        "error",
        "{field} is {value}, expected {expected}{hint}; the row has no day",
        "{field}{value}不是{expected}{hint}；该行没有日期",
    ),
    "no-key": (
        "error",
        "{field} is {value}, expected {expected}; the row has no key and gets no verdict",
        "{field}{value}不能作为主键，应为{expected}；该行没有主键，不作判定",
    ),
    "no-period": (
        "error",
        "{field} is {value}, expected one such as {expected}; the row has no period and gets no verdict",
        "{field}{value}无法识别，应形如 {expected}；该行没有时期，不作判定",
    ),
    "no-rows": ("error", "the table of {entity} has no rows", "{entity}表没有数据行"),
    "not-finite": ("warning", "{field} is {value}, not a finite number", "{field}{value}不是有限的数值"),
    "nothing-decided": (
        "error",
        "nothing could be decided about {rule}: {outcomes} unknown",
        "规则 {rule} 无法作出任何判定：{outcomes}未知",
    ),
    "number-too-large": (
        "warning",
        "{field} is {value}, expected an integer smaller than 2^53",
        "{field}{value}过大，整数的绝对值应小于 2^53",
    ),
    "out-of-range": ("warning", "{field} is {value}, expected {expected}", "{field}{value}超出范围，应{expected}"),
    "parameter-without-value": (
        "warning",
        "{rule} failed in part: a parameter has no value for {rows}",
        "规则 {rule} 部分未能执行：{rows}没有可用的参数值",
    ),
    "percent-as-share": (
        "warning",
        "all values of {field} are at most 1, expected points (95.74), not shares (0.9574)",
        "{field}的数值全部不大于 1，应填写百分数（如 95.74），而不是小数（如 0.9574）",
    ),
    "placeholder-cell": (
        "warning",
        "{field} holds only a mark such as {value} in {rows}{places}; it is read as empty",
        "{field}有{rows}只填了{value}一类的记号{places}，按空白处理",
    ),
    "ragged-row": (
        "error",
        "the numbers of cells and headers differ: {value}",
        "该行的单元格数与表头列数不一致：{value}",
    ),
    "reversed-span": ("warning", "{field} is {value}, expected a day not before {first}", "{field}{value}早于{first}"),
    "row-disappeared": (
        "error",
        "the row of {last} has no successor in {next}, in which others report",
        "该行在 {last} 有数据，在 {next} 却没有，而其他主体在 {next} 有数据",
    ),
    "unknown-choice": (
        "error",
        "{field} is {value}, expected one of {choices}{hint}",
        "{field}{value}不在可选值（{choices}）之内{hint}",
    ),
    "unknown-column": (
        "warning",
        "column {value} is no field of {entity}{hint}",
        "列{value}不是{entity}的字段{hint}",
    ),
    "unmatched-file": (
        "warning",
        "{file} is left out, expected a file named after an entity, of {kinds}{hint}",
        "{file} 未读取，应为以实体命名的 {kinds} 文件{hint}",
    ),
    "unmatched-table": (
        "warning",
        "table {value} is left out, expected the name of an entity{hint}",
        "表{value}未读取，应以实体命名{hint}",
    ),
    "unreadable-cell": ("error", "{field} is {value}, not {expected}{hint}", "{field}{value}不是{expected}{hint}"),
    "unreadable-file": ("error", "{file} cannot be read: {reason}", "{file} 无法读取：{reason}"),
}

_EXPECTED: dict[str, Mapping[Language, str]] = {
    "boolean": {"zh": "“是”或“否”", "en": "yes or no"},
    "choice": {"zh": "可选值", "en": "a choice"},
    "date": {"zh": "日期（如 2022-04-11）", "en": "a date such as 2022-04-11"},
    "document-number": {"zh": "文号（如 教督〔2022〕5号）", "en": "a document number such as GB/T 29315-2022"},
    "integer": {"zh": "整数", "en": "an integer"},
    "number": {"zh": "数值", "en": "a number"},
    "text": {"zh": "文本", "en": "text"},
}


@dataclass(frozen=True, slots=True)
class Location:
    """Where a row was delivered; all but the line are None for frames handed over in Python."""

    file: str | None
    sheet: str | None
    #: 1-based line of the file on which the row begins; the 1-based row number for frames, lists and Parquet
    line: int | None


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


def finding(
    code: str,
    entity: Entity | None = None,
    field: Field | str | None = None,
    *,
    key: tuple[str, ...] | None = None,
    period: str | None = None,
    location: Location | None = None,
    value: str | None = None,
    **details: Detail,
) -> Finding:
    """Make one finding; `details` fill the other gaps of the code's wording."""
    severity, english, chinese = _WORDINGS[code]
    if isinstance(field, Field) and field.personal and value is not None:
        value = HIDDEN
    message: dict[str, str] = {}
    wordings: tuple[tuple[Language, str], ...] = ((ZH, chinese), (EN, english))
    for language, wording in wordings:
        words = {"entity": _name(entity, language), "field": _name(field, language), "value": _quoted(value, language)}
        told = {name: str(word if isinstance(word, str | int) else word[language]) for name, word in details.items()}
        message[language] = wording.format_map(words | told)
    identifier = field.id if isinstance(field, Field) else field
    name = None if entity is None else entity.id
    return Finding(code, severity, name, _plain(identifier), key, period, message, location, value)


def row_findings(
    code: str,
    entity: Entity,
    field: Field | str | None,
    rows: pl.DataFrame,
    *,
    details: Callable[[Mapping[str, Any]], Mapping[str, Detail]] = lambda row: {},
) -> list[Finding]:
    """Make a finding for each of the first 200 rows, and one that stands for the rest.

    `rows` has the fields of the key, `#p` if the entity has a period, `#file`, `#sheet`, `#line` and, if there is one,
    the delivered text as `#value`. `details` gives the other words of a row's sentence.
    """
    if rows.is_empty():
        return []
    columns = [*entity.key, "#p", "#value", "#file", "#sheet", "#line"]
    order = [column for column in columns if column in rows.columns]
    personal = {name for name in entity.key if entity.fields[name].personal}
    findings = []
    for row in rows.sort(order, maintain_order=True).head(LIMIT).iter_rows(named=True):
        parts = [row.get(name) for name in entity.key]
        key = tuple(HIDDEN if name in personal else str(part) for name, part in zip(entity.key, parts, strict=True))
        period = None if entity.period is None or row.get("#p") is None else period_label(entity.period.is_, row["#p"])
        location = Location(row["#file"], row["#sheet"], row["#line"])
        findings.append(
            finding(
                code,
                entity,
                field,
                key=None if None in parts else key,
                period=period,
                location=location,
                value=row.get("#value"),
                **details(row),
            )
        )
    return findings if len(rows) <= LIMIT else [*findings, rest_of(findings[0], len(rows) - LIMIT)]


def emptied_cells(entity: Entity, field: Field, rows: pl.DataFrame) -> Finding:
    """Tell how many cells of a field were only marks, and of which rows the first are; `rows` as in `row_findings`."""
    each = row_findings(EMPTIED, entity, field, rows, details=lambda row: {"rows": "", "places": ""})
    told = [" ".join([*found.key, *([found.period] if found.period else [])]) for found in each if found.key]
    listed = list(dict.fromkeys(place for place in told if HIDDEN not in place))
    first, more = listed[:_PLACES_TOLD], len(listed) > _PLACES_TOLD
    places: Mapping[Language, str] = {"zh": "", "en": ""}
    if first:
        places = {
            "zh": f"（{'、'.join(first)}{'等' if more else ''}）",
            "en": f" ({', '.join(first)}{' and others' if more else ''})",
        }
    number = some_rows(len(rows))
    return finding(EMPTIED, entity, field, location=each[0].location, value=each[0].value, rows=number, places=places)


def expected(field: Field) -> Mapping[Language, str]:
    """Say what a cell of the field should be."""
    return _EXPECTED[field.form or field.type]


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


def rest_of(first: Finding, count: int) -> Finding:
    """Make the finding that stands for all that are not told one by one."""
    where = first.field or first.entity
    chinese, english = (
        f"{where} 另有 {count} 处同类问题（{first.code}）",
        f"and {count} more of {first.code} in {where}",
    )
    message: dict[str, str] = {ZH: chinese, EN: english}
    return Finding(first.code, first.severity, first.entity, first.field, None, None, message, None, None, count)


def _name(thing: Entity | Field | str | None, language: Language) -> str:
    """English sentences name things by identifier, Chinese ones by their Chinese label if there is one."""
    if thing is None or isinstance(thing, str):
        return thing or ""
    return (language == "zh" and thing.label and thing.label.get("zh")) or thing.id


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
