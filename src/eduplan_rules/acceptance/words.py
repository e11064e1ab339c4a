"""Every sentence about waivers, in English and Chinese.

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
    "other-key": ("the key of {entity} is {key}, found {found}", "{entity} 的主键是 {key}，实际为 {found}"),
}

word = partial(sentences.word, SENTENCES)
