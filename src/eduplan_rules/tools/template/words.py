"""Every sentence of the templates, in English and Chinese.

In: the name of a sentence, a language and what fills its gaps. Out: text.
"""

from __future__ import annotations

from functools import partial

from eduplan_rules import sentences
from eduplan_rules.sentences import Sentences

SENTENCES: Sentences = {
    # what a cell of a column is
    "text": ("a text", "文本"),
    "integer": ("a whole number", "整数"),
    "number": ("a number", "数值"),
    "boolean": ("yes or no", "填“是”或“否”"),
    "date": ("a day, such as 2022-12-31", "日期，如 2022-12-31"),
    "choice": ("one of: {choices}", "从下列各项中选择：{choices}"),
    "of-period": ("such as {label}", "形如 {label}"),
    "in-unit": ("in {unit}", "单位：{unit}"),
    "in-points": ("in points: 95.74 means 95.74%", "填百分数：95.74 表示 95.74%"),
    "at-least": ("at least {low}", "不小于 {low}"),
    "at-most": ("at most {high}", "不大于 {high}"),
    "between": ("from {low} to {high}", "介于 {low} 与 {high} 之间"),
    "reference": ("as in the sheet {sheet}", "与“{sheet}”表中的一致"),
    "personal": ("personal: never shown in reports", "个人信息，不在报告中显示"),
    # what it is for, and what an empty cell means
    "role-key": ("key", "主键"),
    "role-time": ("time", "时间"),
    "role-needed": ("needed", "必填"),
    "role-absence": ("may be empty", "可空"),
    "role-optional": ("optional", "选填"),
    "empty-key": ("not allowed: the row cannot be judged", "不能空：该行无法判定"),
    "empty-time": ("not allowed: the row cannot be judged", "不能空：该行无法判定"),
    "empty-needed": ("missing: what depends on it cannot be judged", "缺少数据：相关规则无法判定"),
    "empty-absence": ("there is none, or not yet", "没有，或尚未发生"),
    "empty-optional": ("there is none; if it is not collected, delete the column", "没有这一项；不收集时请删除整列"),
    # the notes
    "notes-title": ("How to fill in", "填表说明"),
    "notes-rows": (
        "One row for each subject and period. Keep the names of sheets and headers; columns may stand in any order.",
        "每个对象（每期）填一行。请勿改动表名和表头；列的先后不限。",
    ),
    "notes-left": (
        "A sheet without rows counts as not delivered: rules that need it are not judged.",
        "没有数据行的表按未提供处理，相关规则不作判定。",
    ),
    "notes-left-csv": ("Delete the files that are not filled in.", "不填的文件请删除。"),
    "notes-empty": (
        "Leave a cell empty where the fact is not known; never write 0 for it.",
        "不掌握的数据请留空，不要填 0。",
    ),
    "sheet": ("Sheet", "表"),
    "column": ("Column", "列"),
    "cell": ("What to write", "填写要求"),
    "kind": ("Kind", "类别"),
    "empty": ("An empty cell means", "空着表示"),
    "readers": ("Read by", "读取它的规则"),
    "reader": ("{title} ({id})", "{title}（{id}）"),
    "more-readers": ("and {more} more", "另有 {more} 条"),
    "no-readers": ("-", "—"),
    # what a spreadsheet says to who writes something else
    "wrong-title": ("Not as declared", "不符合要求"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "comma": ("; ", "；"),
    "pause": (", ", "、"),
    "unit": ("{header} ({unit})", "{header}（{unit}）"),
}


say = partial(sentences.say, SENTENCES)
