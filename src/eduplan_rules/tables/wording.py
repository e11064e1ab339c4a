"""Every wording of a finding, in English and Chinese.

In: the code of a finding, the type or form of a field. Out: sentences with gaps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["zh", "en"]

#: code -> (severity, English, Chinese): all wordings about data
WORDINGS: dict[str, tuple[Literal["error", "warning"], str, str]] = {
    "baseline-gone": (
        "warning",
        "the baseline accepts a violation of {rule} by {value} that is no longer there; take it out",
        "基线接受的{value}违反规则 {rule} 一条已不存在，请从基线中删去",
    ),
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
    "decimals-guessed": (
        "warning",
        "the numbers of {file} have a comma before their decimals, such as {value}; they were read so",
        "{file} 的数值以逗号作小数点（如{value}），已照此读取",
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
    "encoding-guessed": (
        "warning",
        "{file} is not UTF-8, it was read as {encoding}",
        "{file} 不是 UTF-8 编码，按 {encoding} 读取",
    ),
    "feed-without-column": (
        "error",
        "{place}: there is no column {value}{hint}",
        "{place}：没有列{value}{hint}",
    ),
    "feed-without-file": (
        "error",
        "{place}: no file is a table of {entity} by this feed; it counts as not delivered",
        "{place}：没有文件符合这项{entity}数据源，按未提供处理",
    ),
    "feed-without-match": (
        "error",
        "{place}: the name {value} does not fit the pattern there",
        "{place}：名称{value}不符合此处的模式",
    ),
    "feed-without-sheet": (
        "error",
        "{place}: there is no sheet {value}{hint}",
        "{place}：没有工作表{value}{hint}",
    ),
    "header-guessed": (
        "warning",
        "the headers were taken from {rows}, below {value}",
        "表头取自{rows}，其上为{value}",
    ),
    "header-joined": (
        "warning",
        "the headers were joined from {rows}",
        "表头由{rows}合并而成",
    ),
    "merged-cells": (
        "warning",
        "{field} was filled from merged cells in {rows}",
        "{field}有{rows}取自合并单元格",
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
    "outcomes-left": (
        "warning",
        "{left} more outcomes of rule {rule} that are not satisfied were left in the engine; totals count all of them",
        "规则 {rule} 另有 {left} 条未达标结果留在计算引擎中，未取回；合计数已全部计入",
    ),
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
    "password-in-file": (
        "warning",
        "{place}: the password of the database stands in the file; write database: {{env: NAME}} instead",
        "{place}：文件中写有数据库的密码，请改写为 database: {{env: 变量名}}",
    ),
    "period-guessed": (
        "warning",
        "there is no column for {field}; all rows are of {label}, taken from the name {value}",
        "缺少{field}列；各行均按 {label} 读取，取自名称{value}",
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
    "row-left-out": (
        "warning",
        "the row that begins with {value} is a total or a note, not a record; it is left out",
        "以{value}开头的一行是合计或附注，不是数据，未读取",
    ),
    "separator-guessed": (
        "warning",
        "the cells of {file} are separated by {sign}, not by commas; they were read so",
        "{file} 的各列以{sign}分隔，而不是逗号，已照此读取",
    ),
    "unit-converted": (
        "warning",
        "the numbers of column {value} are in {unit}; they were converted into {own} for {field}",
        "列{value}以{unit}为单位，{field}已换算为{own}",
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
        (
            "{file} is left out, expected a file named after an entity, of {kinds}, "
            "or one that feeds.yaml names (eduplan-rules feed {file}){hint}"
        ),
        "{file} 未读取，应为以实体命名的 {kinds} 文件，或由 feeds.yaml 说明（eduplan-rules feed {file}）{hint}",
    ),
    "unmatched-table": (
        "warning",
        "table {value} is left out, expected the name of an entity{hint}",
        "表{value}未读取，应以实体命名{hint}",
    ),
    "unreadable-cell": ("error", "{field} is {value}, not {expected}{hint}", "{field}{value}不是{expected}{hint}"),
    "unreadable-file": ("error", "{file} cannot be read: {reason}", "{file} 无法读取：{reason}"),
    "waiver-exceeded": (
        "error",
        "the waiver of {rule} would take {number} violations, more than the {most} it was given for; it takes none",
        "规则 {rule} 的豁免涉及 {number} 项违反，超过批准的 {most} 项，全部不予豁免",
    ),
    "waiver-expired": (
        "warning",
        "the waiver of {rule} ended on {until} and takes none of {number} violations; renew it or take it out",
        "规则 {rule} 的豁免已于 {until} 到期，涉及的 {number} 项违反不再豁免，请续批或删去",
    ),
    "waiver-unused": (
        "warning",
        "the waiver of {rule} names {value}, which does not violate it; take it out",
        "规则 {rule} 的豁免列有{value}，但其并未违反该规则，请删去",
    ),
    "waiver-unused-where": (
        "warning",
        "the condition of the waiver of {rule} holds for no violation; take the waiver out",
        "规则 {rule} 的豁免条件不涉及任何违反，请删去该豁免",
    ),
}

EXPECTED: dict[str, Mapping[Language, str]] = {
    "boolean": {"zh": "“是”或“否”", "en": "yes or no"},
    "choice": {"zh": "可选值", "en": "a choice"},
    "date": {"zh": "日期（如 2022-04-11）", "en": "a date such as 2022-04-11"},
    "document-number": {"zh": "文号（如 教督〔2022〕5号）", "en": "a document number such as GB/T 29315-2022"},
    "integer": {"zh": "整数", "en": "an integer"},
    "number": {"zh": "数值", "en": "a number"},
    "text": {"zh": "文本", "en": "text"},
}
