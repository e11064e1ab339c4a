"""The sentences of `frictionless`, in English and Chinese.

In: the name of a sentence, a language and what fills its gaps. Out: text.
"""

from __future__ import annotations

from functools import partial

from eduplan_rules import sentences
from eduplan_rules.sentences import Sentences

SENTENCES: Sentences = {
    # descriptions of fields
    "and": ("; ", "；"),
    "unit": ("in {unit}", "单位：{unit}"),
    "blank": ("empty: not so, or not yet", "为空表示没有或尚未发生"),
    "personal": ("personal", "个人信息"),
    "of-year": ("the year, such as 2022", "年度，如 2022"),
    "of-month": ("the month, such as 2022-03", "月份，如 2022-03"),
    "of-quarter": ("the quarter, such as 2022-Q1", "季度，如 2022-Q1"),
    "of-school-year": ("the school year, such as 2021-2022", "学年，如 2021-2022"),
    "of-term": ("the term, such as 2021-2022-1", "学期，如 2021-2022-1"),
    # export
    "exported": (
        "{tables} as Table Schemas; what the standard cannot say stands in properties that other programs pass over:",
        "已将{tables}写成 Table Schema；标准无法表达的内容放在下列扩展属性中，其他程序会略过：",
    ),
    "exported-whole": ("{tables} as Table Schemas", "已将{tables}写成 Table Schema"),
    "one-table": ("1 entity", " 1 个实体"),
    "tables": ("{count} entities", " {count} 个实体"),
    "times": ("  {name} ({count})", "  {name}（{count} 处）"),
    "no-entities": ("the rulebook declares no entities", "规则库没有声明实体"),
    # import: what is wrong
    "no-file": ("there is no file {file}", "没有文件 {file}"),
    "not-read": ("{file} cannot be read: {reason}", "{file} 无法读取：{reason}"),
    "not-json": ("{file}:{line}:{column}: no JSON: {reason}", "{file}:{line}:{column}：不是 JSON：{reason}"),
    "no-descriptor": (
        "{file} is no descriptor, expected a Data Package with `resources` or a Table Schema with `fields`",
        "{file} 不是描述文件，应为含 `resources` 的 Data Package 或含 `fields` 的 Table Schema",
    ),
    "wrong": (
        "{file}: {place} is {found}, expected {expected}",
        "{file}：{place} 为{found}，应为{expected}",
    ),
    "nothing": ("not there", "空缺"),
    "an-object": ("an object", "对象"),
    "a-list": ("a list", "列表"),
    "a-text": ("a text", "文本"),
    "a-number": ("a number", "数值"),
    "a-truth": ("true or false", "true 或 false"),
    "needs-file": (
        "import reads a descriptor: eduplan-rules frictionless import datapackage.json",
        "请指定要导入的描述文件：eduplan-rules frictionless import datapackage.json",
    ),
    "no-export-file": (
        "export reads rules and no descriptor: eduplan-rules frictionless export --rules {name}",
        "export 读取规则而不是描述文件：eduplan-rules frictionless export --rules {name}",
    ),
    "no-import-rules": (
        "--rules and a descriptor do not go together: export reads rules, import a descriptor",
        "--rules 与描述文件不能同时使用：export 读取规则，import 读取描述文件",
    ),
    # import: what was made of it
    "imported": ("{tables} read", "已读取{tables}"),
    "imported-lost": (
        "{tables} read; these parts have no counterpart and were left out or changed:",
        "已读取{tables}；下列内容没有对应的写法，已略去或改写：",
    ),
    "left-out": ("  {place}: `{name}` is left out", "  {place}：略去 `{name}`"),
    "as-text": ("  {place}: type `{name}` is read as text", "  {place}：类型 `{name}` 按文本读取"),
    "as-integer": ("  {place}: type `{name}` is read as an integer", "  {place}：类型 `{name}` 按整数读取"),
    "renamed": ("  {place}: `{old}` is no name, now `{new}`", "  {place}：`{old}` 不能作名称，改为 `{new}`"),
    "reserved": (
        "  {place}: `{old}` is a word of the language, now `{new}`; feeds must name the column so",
        "  {place}：`{old}` 是规则语言的保留词，改为 `{new}`，数据中的列名也应照改",
    ),
    "key-guessed": (
        "  {place}: there is no primary key; `{name}` is taken for the key",
        "  {place}：没有主键，取 `{name}` 为主键",
    ),
    "period-guessed": (
        "  {place}: `{name}` of the primary key is taken for the period",
        "  {place}：主键中的 `{name}` 取作时期",
    ),
    "label-taken": (
        "  {place}: the title `{name}` is another's name and is left out",
        "  {place}：标题 `{name}` 已被占用，略去",
    ),
    "no-schema": ("  {place}: there is no schema; left out", "  {place}：没有 schema，略去"),
    "schema-elsewhere": ("  {place}: the schema lies at {name}; left out", "  {place}：schema 位于 {name}，略去"),
    "no-such-parent": (
        "  {place}: the foreign key leads to no key of a table here; left out",
        "  {place}：外键没有指向这里任何表的主键，略去",
    ),
}

#: the sentence in a language, its gaps filled
say = partial(sentences.say, SENTENCES)
