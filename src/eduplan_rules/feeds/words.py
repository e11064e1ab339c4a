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
    # databases
    "address": (
        "expected the URL of a database such as postgresql://host/name, or {{env: NAME}}",
        "应为数据库的 URL，如 postgresql://host/name，或 {{env: 变量名}}",
    ),
    "without-database": (
        "`{key}` is about a database, and none is named",
        "`{key}` 用于数据库，此处没有写 `database`",
    ),
    "beside-database": (
        "`{key}` is about files, and the table is in a database",
        "`{key}` 用于文件，此表在数据库中",
    ),
    "table-or-query": (
        "expected either `table` or `query` beside `database`",
        "`database` 应配有 `table` 和 `query` 之一",
    ),
    "no-variable": (
        "the environment variable {name}, which should have the URL of the database, is not set",
        "没有设置环境变量 {name}（应为数据库的 URL）",
    ),
    "no-sqlalchemy": (
        "databases need an extra: pip install 'eduplan-rules[sql]'",
        "读取数据库需要附加组件：pip install 'eduplan-rules[sql]'",
    ),
    "no-driver": (
        "the driver of {name} is not installed ({module})",
        "没有安装 {name} 的驱动程序（{module}）",
    ),
    "no-such-database": ("SQLAlchemy knows no databases {name}", "SQLAlchemy 不支持 {name}"),
    "no-address": (
        "the URL of the database cannot be understood, expected postgresql://host/name; write %40 for @ in it",
        "数据库的 URL 无法识别，应如 postgresql://host/name；密码中的 @ 写作 %40",
    ),
    "no-database-file": ("there is no such file", "没有这个文件"),
    "cannot-connect": (
        "the database cannot be connected to ({reason})",
        "无法连接数据库（{reason}）",
    ),
    "too-slow": (
        "the database took longer than {seconds} s; see `timeout`",
        "数据库用时超过 {seconds} 秒，见 `timeout`",
    ),
    "no-table-there": ("there is no such table ({reason})", "没有这个表（{reason}）"),
    "no-right": ("the user may not read it ({reason})", "该用户无权读取（{reason}）"),
    "only-read": ("the query would write, and may only read ({reason})", "只许读取，而该查询要写入（{reason}）"),
    "no-rows-given": ("the query gives no table", "该查询不返回表"),
    "lost": (
        "the connection was lost after {rows} rows, of which none is taken ({reason})",
        "读取 {rows} 行后连接中断，这些行均未采用（{reason}）",
    ),
    "bad-value": (
        "there is a value that the database or its driver cannot convert",
        "有数据库或其驱动程序无法转换的值",
    ),
    "refused": ("the database refuses the query ({reason})", "数据库拒绝该查询（{reason}）"),
    # drafts
    "drafted": (
        "drafted from {file}: look through every line, then run eduplan-rules check --feed feeds.yaml",
        "根据 {file} 起草：请逐行核对，然后运行 eduplan-rules check --feed feeds.yaml",
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
    "no-engine": (
        "{engine} is not installed: pip install {package}, or eduplan-rules[{extra}]",
        "未安装 {engine}：请执行 pip install {package}，或安装 eduplan-rules[{extra}]",
    ),
    "no-frames": (
        "{where}: {engine} found no table to read, expected Parquet files named after an entity",
        "{where}：{engine} 没有找到可读的表，应有以实体命名的 Parquet 文件",
    ),
    "not-for-engine": (
        "{path}: {engine} does not read it, and it would be left out; check it without --engine, or make Parquet of it",
        "{path}：{engine} 不读取这个文件，它会被漏掉；请不用 --engine 检查，或先转为 Parquet",
    ),
    "no-whole-parquet": ("{path} cannot be read: it is not whole Parquet", "{path} 无法读取：Parquet 文件已损坏"),
    "kinds": (
        "CSV, Excel (.xlsx, .xls), Parquet, JSON or JSON Lines",
        "CSV、Excel（.xlsx、.xls）、Parquet、JSON 或 JSON Lines",
    ),
}

word = partial(sentences.word, SENTENCES)
