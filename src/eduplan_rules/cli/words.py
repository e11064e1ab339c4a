"""The sentences of `explain` and of the commands that write files to start from, in English and Chinese.

In: the name of a sentence, a language and what fills its gaps. Out: text.
"""

from __future__ import annotations

from functools import partial

from eduplan_rules import sentences
from eduplan_rules.sentences import Sentences

SENTENCES: Sentences = {
    "exists": (
        "{files} would be written over; nothing was written, choose another {option}",
        "{files} 已经存在，未写入任何文件；请另选 {option}",
    ),
    "engine-with-feed": (
        "--feed does not go with --engine {engine}: an engine reads typed tables as they are; leave one of the two out",
        "--feed 不能与 --engine {engine} 同用：引擎按原样读取有类型的表；请去掉其中之一",
    ),
    # what does not count
    "did-you-mean-rule": ("; did you mean `{word}`?", "；是否应为 `{word}`？"),
    "no-baseline": (
        "there is no baseline {file}; `eduplan-rules baseline` draws one",
        "没有基线文件 {file}；可用 `eduplan-rules baseline` 生成",
    ),
    "tolerates-no-rule": (
        "`tolerate` names `{rule}`, which is no rule{hint}",
        "`tolerate` 中的 `{rule}` 不是规则{hint}",
    ),
    "bad-tolerance": (
        "the tolerance of `{rule}` needs `count` (a whole number) or `share` (from 0 to 1), and `by`, who lets it pass",
        "`{rule}` 的容许范围应写明 `count`（整数）或 `share`（0 到 1），以及由谁批准（`by`）",
    ),
    "baseline-exists": (
        "{file} is there already; --update draws it anew, and accepts all that is violated today",
        "{file} 已经存在；加 --update 重新生成，即接受现有的全部违反",
    ),
    "not-a-baseline": (
        "{file} is no baseline, so it is not written over; choose another --to",
        "{file} 不是基线文件，不能覆盖；请另选 --to",
    ),
    "baseline-locked": ("the baseline {file} cannot be read: {reason}", "基线文件 {file} 无法读取：{reason}"),
    "nothing-to-accept": (
        "the facts could not be judged in full, so no baseline was drawn; `eduplan-rules check` says why",
        "数据未能完整核查，没有生成基线；原因见 `eduplan-rules check`",
    ),
    "baseline-drawn": (
        "wrote {file}: {number} accepted; from now on: eduplan-rules check --baseline {file}",
        "已写入 {file}，接受 {number} 项；今后运行：eduplan-rules check --baseline {file}",
    ),
    "a-folder": ("folder", "文件夹"),
    "not-written": ("{file} cannot be written: {reason}", "{file} 无法写入：{reason}"),
    "pause": (", ", "、"),
    # explain
    "no-rule": ("there is no rule `{rule}`{hint}", "没有规则 `{rule}`{hint}"),
    "no-rule-but-parameter": (
        "`{name}` is a parameter, expected a rule: `eduplan-rules explain {name}` lists the rules that read it",
        "`{name}` 是参数，不是规则；用 `eduplan-rules explain {name}` 查看哪些规则用到它",
    ),
    "no-rule-but-value": (
        "`{name}` is a derived value, expected a rule: `eduplan-rules explain {name}` lists the rules that read it",
        "`{name}` 是导出值，不是规则；用 `eduplan-rules explain {name}` 查看哪些规则用到它",
    ),
    "no-rule-but-field": (
        "`{name}` is a field, expected a rule: `eduplan-rules explain {name}` lists the rules that read it",
        "`{name}` 是数据字段，不是规则；用 `eduplan-rules explain {name}` 查看哪些规则用到它",
    ),
    "no-rule-but-entity": (
        "`{name}` is an entity, expected a rule: `eduplan-rules explain {name}` lists the rules that read it",
        "`{name}` 是实体，不是规则；用 `eduplan-rules explain {name}` 查看哪些规则用到它",
    ),
    # init
    "enter": ("cd {folder}, then ", "先 cd {folder}，"),
    "started": (
        "Next: {enter}eduplan-rules test and eduplan-rules check; {file} says what they show.",
        "接下来：{enter}再依次运行 eduplan-rules test 和 eduplan-rules check；说明见 {file}。",
    ),
    # template
    "to-what": (
        "--to is `{value}`, expected a file that ends in .xlsx, or a folder for CSV files",
        "--to 的值 `{value}` 无法识别，应为以 .xlsx 结尾的文件，或存放 CSV 的文件夹",
    ),
    "no-entity": (
        "--entities `{name}` names no entity{hint}; there are {known}",
        "--entities `{name}` 没有对应的实体{hint}；现有 {known}",
    ),
    "did-you-mean": (", did you mean `{word}`?", "，是否应为 `{word}`？"),
    "nothing-to-fill": (
        "the rulebook declares no entities, so there is nothing to fill in",
        "规则库没有声明实体，没有可填报的表",
    ),
    "needs-extra": (
        "an Excel workbook needs an extra: pip install 'eduplan-rules[excel]'; or write CSV files with --to FOLDER",
        "生成 Excel 工作簿需要附加组件：pip install 'eduplan-rules[excel]'；也可用 --to 文件夹 生成 CSV",
    ),
    "template": ("template.xlsx", "填报模板.xlsx"),
    "sheets": (
        "wrote {file} ({sheets}); once filled in: eduplan-rules check {command}",
        "已写入 {file}（{sheets}）；填好后运行：eduplan-rules check {command}",
    ),
    "one-sheet": ("1 table", "1 张表"),
    "tables": ("{count} tables", "{count} 张表"),
    # feed
    "no-feed-file": ("{file} is no file", "{file} 不是文件"),
    "no-feed-entity": (
        "--entity `{name}` names no entity{hint}; there are {known}",
        "--entity `{name}` 没有对应的实体{hint}；现有 {known}",
    ),
    "no-draft": ("no feed can be drafted from {file}: {reason}", "无法根据 {file} 起草：{reason}"),
    # schema
    "no-schema": (
        "there is no schema `{kind}`, expected one of {known}",
        "没有名为 `{kind}` 的模式，应为 {known} 之一",
    ),
    "several-schemas": (
        "several schemas need a folder: --to FOLDER",
        "输出多个模式时，请用 --to 指定文件夹",
    ),
    "no-rules": ("--rules `{name}` does not exist", "--rules 指定的 `{name}` 不存在"),
    "written": ("wrote {file}", "已写入 {file}"),
    "use-schema": (
        "Editors use it where the first line of a {what} is:\n  {line}",
        "将{what}的第一行写成下面这样，编辑器就会使用它：\n  {line}",
    ),
    "file-of-rules": ("rule file", "规则文件"),
    "file-of-cases": ("case file", "用例文件"),
    "file-of-feeds": ("feeds.yaml in this folder", "本文件夹中的 feeds.yaml "),
    "file-of-waivers": ("file of waivers in this folder", "本文件夹中的豁免文件"),
}


say = partial(sentences.say, SENTENCES)
