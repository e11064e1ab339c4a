"""Every sentence about changed rules, in English and Chinese.

In: the name of a sentence, a language and what fills its gaps. Out: text. What holds: the English sentence of a change
is also its name, so it begins with a word and reads the same wherever the rule stands.
"""

from __future__ import annotations

from functools import partial

from eduplan_rules import sentences
from eduplan_rules.sentences import Sentences

SENTENCES: Sentences = {
    # the changes
    "flip": ("write {new} for {old} in {text}", "{text} 中的 {old} 改为 {new}"),
    "number": ("write {new} for the number {old} in {text}", "{text} 中的数 {old} 改为 {new}"),
    "day": ("write {new} for the day {old} in {text}", "{text} 中的日期 {old} 改为 {new}"),
    "swap": ("write {new} for {old} before {text}", "{text} 之前的 {old} 改为 {new}"),
    "drop-conjunct": ("drop the condition {text}", "去掉条件 {text}"),
    "drop-where": ("drop where {text}", "去掉 where {text}"),
    "drop-weight": ("drop weighted by {text}", "去掉 weighted by {text}"),
    "drop-member": ("drop the member {text}", "去掉成员 {text}"),
    "swap-body": ("write {new} for {old} of the members", "各成员的 {old} 改为 {new}"),
    "at-least": ("write at_least {new} for {old}", "at_least {old} 改为 {new}"),
    "since": ("write since {new} for {old}", "since {old} 改为 {new}"),
    "until": ("write until {new} for {old}", "until {old} 改为 {new}"),
    "due-earlier": ("make it due a day earlier", "期限提前一天"),
    "due-later": ("make it due a day later", "期限推后一天"),
    "value": ("write {new} for {old} in {place}", "{place} 中的 {old} 改为 {new}"),
    "in-list": ("{name}[{before}{number}]", "{name}[{before}第 {number} 项]"),
    "in-step": ("{name}[{before}step {number} {part}]", "{name}[{before}第 {number} 档的{part}]"),
    "step-below": ("below", "上限"),
    "step-value": ("value", "数值"),
    "step-plus": ("plus", "加数"),
    "step-per": ("per", "每满数"),
    "step-above": ("above", "起算数"),
    "drop-dated": ("drop {place}", "去掉 {place}"),
    "again": ("{name} ({number})", "{name}（{number}）"),
    # what came of it
    "survivor": ("  {place}  {told}", "  {place}  {told}"),
    "name": ("    name  {name}", "    名称  {name}"),
    "explained": ("    equivalent  {reason}", "    等价  {reason}"),
    "of-rule": (
        "{rule}  {killed} of {count} changes noticed, {survived} not",
        "{rule}  共 {count} 处改动，发现 {killed} 处，未发现 {survived} 处",
    ),
    "no-case": (
        "{rule}  no case about it holds, so none can notice a change",
        "{rule}  没有通过的用例涉及它，改动无从发现",
    ),
    "total": (
        "Rules: {rules}; changes: {count}; noticed: {killed} ({percent}%); not: {survived}, explained: {explained}",
        "{rules} 条规则，改动 {count} 处：发现 {killed}（{percent}%），未发现 {survived}，已说明 {explained}",
    ),
    "enough": (
        "OK: {percent}% survive unexplained, at most {limit}% may",
        "通过：未说明的占 {percent}%，上限为 {limit}%",
    ),
    "too-many": (
        "FAILED: {percent}% survive unexplained, at most {limit}% may",
        "未通过：未说明的占 {percent}%，上限为 {limit}%",
    ),
    "advice": (
        "Add a case that tells them apart; explain a change that makes no difference under `equivalent:`",
        "请补充能区分它们的用例；改动没有影响的，在 `equivalent:` 下说明理由",
    ),
    "stale-noticed": (
        "{place}: the change is explained as equivalent, but the case `{case}` notices it: remove the explanation",
        "{place}：该改动被说明为等价，但用例 `{case}` 发现了它：请删除这条说明",
    ),
    "stale-unknown": (
        "{place}: there is no such change of {rule}: `{name}`{hint}",
        "{place}：{rule} 没有这样的改动：`{name}`{hint}",
    ),
    "stale-rule": ("{place}: there is no rule `{rule}`{hint}", "{place}：没有规则 `{rule}`{hint}"),
    "did-you-mean": (", did you mean `{name}`?", "，是否应为 `{name}`？"),
    "progress": ("{done} of {count} rules", "已完成 {done} 条规则，共 {count} 条"),
    "wrong-share": (
        "--survivors is a share such as 5%, found {found}",
        "--survivors 应为 5% 这样的百分数，实际为 {found}",
    ),
    "not-with": (
        "{options} cannot be used with --mutate: leave out one of them",
        "{options} 不能与 --mutate 同时使用，请去掉其一",
    ),
}


say = partial(sentences.say, SENTENCES)
