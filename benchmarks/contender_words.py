"""What the page of the benchmarks says of each contender, in English and Chinese.

In: a contender and a language. Out: its name, what it gives, why it has no figure.
"""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "zh"]

#: what each contender gives, beside the violations
GIVES: dict[str, dict[Language, str]] = {
    "ours, from the raw frames": {
        "en": "checks of the data, five verdicts counted, observed, required, gap; any row as a full record",
        "zh": "先查数据；五种结论各有计数；实际值、要求值、差额；任一行可展开为完整记录",
    },
    "ours, facts read before": {"en": "the same, the data checked before", "zh": "同上，数据已事先查过"},
    "Polars by hand": {"en": "observed, required, gap", "zh": "实际值、要求值、差额"},
    "Polars by hand, with checks": {
        "en": "the same, after checks of types, keys, links and numbers",
        "zh": "同上，先查类型、主键、关联与数值",
    },
    "DuckDB by hand": {"en": "observed, required, gap", "zh": "实际值、要求值、差额"},
    "dataframely": {
        "en": "failing rows, with valid or invalid for every rule",
        "zh": "不合格的行，每行附每条规则合格与否",
    },
    "Pointblank": {"en": "the failing rows of each rule", "zh": "每条规则的不合格行"},
    "Pandera": {"en": "the failing cells as text, with their row numbers", "zh": "不合格的单元格（文本）及行号"},
    "Great Expectations": {
        "en": "the failing values of each rule and their row numbers, from pandas",
        "zh": "每条规则的不合格值及行号（用 pandas）",
    },
}

#: what there is to say about a contender of single records
RECORDS: dict[str, dict[Language, str]] = {
    "ours": {
        "en": "cells read by declared type; each verdict can be looked at as a full record",
        "zh": "单元格按声明的类型读取；每个结论都可展开为完整记录",
    },
    "by hand": {"en": "thirty lines of Python, the cells taken as they are", "zh": "三十行 Python，单元格原样使用"},
    "by hand, with checks": {
        "en": "the same, after a look at the type and the range of every cell",
        "zh": "同上，先查每个单元格的类型与范围",
    },
    "zen-engine": {"en": "thirty compiled expressions", "zh": "三十个编译好的表达式"},
    "zen-engine, at once": {
        "en": "one compiled expression that gives a list of thirty",
        "zh": "一个编译好的表达式，给出三十项的列表",
    },
    "rule-engine": {"en": "thirty rules", "zh": "三十条规则"},
    "cel-python": {
        "en": "thirty programs; compares no number with null, so Python looks for missing values",
        "zh": "三十个程序；数值不能与空值比较，缺值由 Python 判断",
    },
    "common-expression-language": {"en": "thirty programs, in Rust", "zh": "三十个程序，Rust 实现"},
    "common-expression-language, at once": {
        "en": "one program that gives a list of thirty",
        "zh": "一个程序，给出三十项的列表",
    },
    "durable-rules": {
        "en": "a rule for each way to fail; a fact is asserted, its rules fire, it is retracted; no quotients in "
        "conditions, no third truth value, so Python looks for missing values",
        "zh": "每种不合格一条规则；加入事实、触发规则、再撤回；条件里不能有商，也没有第三种真值，缺值由 Python 判断",
    },
}

#: contenders of ours and by hand, in Chinese
NAMES: dict[str, str] = {
    "ours, from the raw frames": "本库，从原始表开始",
    "ours, facts read before": "本库，数据已读入",
    "Polars by hand": "手写 Polars",
    "Polars by hand, with checks": "手写 Polars，先查数据",
    "DuckDB by hand": "手写 DuckDB SQL",
    "ours": "本库",
    "by hand": "手写 Python",
    "by hand, with checks": "手写 Python，先查单元格",
    "zen-engine, at once": "zen-engine，一次求值",
    "common-expression-language, at once": "common-expression-language，一次求值",
}

#: why a contender has no figure
CANNOT: dict[str, str] = {
    "compares no row with that of another year and no group of rows, but by SQL text on a database": "除非在数据"
    "库上写"
    " SQL 文本，否则不能与另一年的行比较，也不能比较成组的行",
    "gives each failing cell, counts are made from them": "给出每个不合格的单元格，计数由此得出",
    "the filters by hand say it": "见手写 Polars",
    "fewer than two sizes": "不到两种规模",
}
