"""Every sentence about feeds: what is wrong with `feeds.yaml`, and why nothing could be read.

In: the name of a sentence and what fills its gaps. Out: a `Wording`.
"""

from __future__ import annotations

from functools import partial

from eduplan_rules import sentences
from eduplan_rules.sentences import Sentences

SENTENCES: Sentences = {
    # feeds.yaml
    "list-feeds": ("a list `feeds`", "列表 `feeds`"),
    "feeds": (
        "a list of feeds, or a feed for each entity",
        "数据源的列表，或每个实体一项的映射",
    ),
    "pairs": ("a mapping from headers", "以表头为键的映射"),
    "expected": ("expected {expected}, found {found}", "应为{expected}，实际为{found}"),
    "no-entity": ("there is no entity `{name}`", "没有实体 `{name}`"),
    "no-field": ("`{entity}` has no field `{name}`", "`{entity}` 没有字段 `{name}`"),
    "no-unit": (
        "`{unit}` cannot be converted into `{own}`, the unit of `{field}`",
        "`{unit}` 无法换算为 `{field}` 的单位 `{own}`",
    ),
    "no-own-unit": ("`{field}` has no unit, so that nothing can be converted into it", "`{field}` 没有单位，无法换算"),
    "no-pattern": ("`{pattern}` is no pattern: {reason}", "`{pattern}` 不是合法的模式：{reason}"),
    "no-group": (
        "the pattern names no field, expected one in braces such as {{year}}",
        "模式中没有字段，应以花括号写出，如 `{{year}}`",
    ),
    "date-form": (
        "`{form}` is no form of dates, expected year, month and day such as d.m.yyyy",
        "`{form}` 不是日期格式，应写出年、月、日，如 `d.m.yyyy`",
    ),
    "separator": (
        "`{sign}` separates no cells, expected one sign, or tab",
        "`{sign}` 不能作分隔符，应为一个符号，或 `tab`",
    ),
    "row-numbers": (
        "the number of a row from 1, or a list of rows that follow each other",
        "从 1 起的行号，或相邻几行的行号列表",
    ),
    "truth-words": ("a mapping with `true` and `false`", "含 `true` 和 `false` 的映射"),
    # drafts
    "drafted": (
        "drafted from {file}: look through every line, then run eduplan-rules check --feed feeds.yaml",
        "根据 {file} 起草：请逐行核对，然后运行 eduplan-rules check --feed feeds.yaml",
    ),
    "needs-no-feed": (
        "its columns name themselves; a feed can be drafted from CSV and Excel only",
        "其各列自带名称；只有 CSV 和 Excel 可以起草",
    ),
    "no-table": (
        "none of its headers is known; say with --entity which table it is: {known}",
        "没有一个表头能够识别；请用 --entity 说明是哪张表：{known}",
    ),
    "not-utf-8": ("not UTF-8", "不是 UTF-8"),
    "from-title": ("from the title", "取自标题"),
    "no-period": ("no column and no name has it: fill it in", "列和文件名中都没有，请填写"),
    "converted": ("converted into the unit of the field", "换算为字段的单位"),
    "perhaps": ("perhaps; take away the # if so", "可能是此字段；如是，删去行首的 #"),
    "no-field-for-it": ("no field; ~ for a column that is not to be read", "没有对应字段；不读的列写 ~"),
    # paths
    "no-path": ("{path}: there is no such file or folder", "{path}：没有这个文件或文件夹"),
    "locked": ("{path}: the folder cannot be read ({reason})", "{path}：文件夹无法读取（{reason}）"),
    "nothing": (
        "{where}: no files found, expected some named after an entity, of {kinds}",
        "{where}：没有找到文件，应有以实体命名的 {kinds} 文件",
    ),
    "kinds": (
        "CSV, Excel (.xlsx, .xls), Parquet, JSON or JSON Lines",
        "CSV、Excel（.xlsx、.xls）、Parquet、JSON 或 JSON Lines",
    ),
}

word = partial(sentences.word, SENTENCES)
