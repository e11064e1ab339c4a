"""Every sentence about waivers and baselines, in English and Chinese.

In: the name of a sentence and what fills its gaps. Out: a `Wording`.
"""

from __future__ import annotations

from functools import partial

from eduplan_rules import sentences
from eduplan_rules.sentences import Sentences

SENTENCES: Sentences = {
    "list-waivers": ("a list `waivers`", "列表 `waivers`"),
    "waivers": ("a list of waivers", "豁免的列表"),
    "no-rule": ("there is no rule `{rule}`", "没有规则 `{rule}`"),
    "subjects-or-where": (
        "expected either `subjects`, a list of keys, or `where`, a condition on subjects",
        "应写 `subjects`（对象主键的列表）或 `where`（对象须满足的条件），只写其中一个",
    ),
    "days-crossed": (
        "`valid_until` is {until}, before `valid_from`, {since}",
        "截止日期 `valid_until` {until} 早于起始日期 `valid_from` {since}",
    ),
    "baseline-not-read": ("{file}: the baseline cannot be read ({reason})", "{file}：基线文件无法读取（{reason}）"),
    "baseline-not-json": ("{file}: the baseline is not JSON ({reason})", "{file}：基线文件不是 JSON（{reason}）"),
    "baseline-expected": (
        '{file}: expected a baseline, a JSON object with "format": "{form}"',
        '{file}：应为基线，即含 "format": "{form}" 的 JSON 对象',
    ),
    "entries-expected": ('{file}: expected a list of "entries"', "{file}：应有列表 `entries`"),
    "entry-twice": (
        "{file}: entry {number} has the series of an entry before it",
        "{file}：第 {number} 项的 `series` 与前面的重复",
    ),
    "entry-expected": (
        "{file}: entry {number}: expected an object with the texts series, rule, entity",
        "{file}：第 {number} 项应为对象，含文本 series、rule、entity",
    ),
    "entry-key": (
        '{file}: entry {number}: "key" must be a list of texts',
        "{file}：第 {number} 项的 `key` 应为文本列表",
    ),
    "entry-count": (
        '{file}: entry {number}: "count" must be a whole number of at least 1',
        "{file}：第 {number} 项的 `count` 应为不小于 1 的整数",
    ),
    "other-key": ("the key of {entity} is {key}, found {found}", "{entity} 的主键是 {key}，实际为 {found}"),
}

word = partial(sentences.word, SENTENCES)
