"""Every sentence of the command line and of the text report, in English and Chinese.

In: the name of a sentence, a language and what fills its gaps. Out: text. Adding a language adds a column here.
"""

from __future__ import annotations

from functools import partial

from eduplan_rules import sentences
from eduplan_rules.render.help import HELP
from eduplan_rules.render.output_words import OUTPUTS
from eduplan_rules.sentences import Sentences

Language = sentences.Language

SENTENCES: Sentences = {
    # the head of a report
    "day": ("Day", "核查日期"),
    "rulebook": ("Rulebook", "规则库"),
    "data": ("Data", "数据"),
    "scope": ("Scope", "范围"),
    "engine": ("Engine", "计算引擎"),
    "day-and-periods": ("{day}, {periods}", "{day}，{periods}"),
    "periods-latest": ("newest period of each subject", "各对象最新一期"),
    "periods-all": ("all periods", "全部时期"),
    "periods-some": ("periods {periods}", "时期 {periods}"),
    "rulebook-of": ("{rules} in {where} ({digest})", "{where}，{rules}（{digest}）"),
    "rules-off": ("{rules}, {off} of them switched off,", "{rules}（其中 {off} 条已关闭）"),
    "folder-files": ("{folder}/ ({files})", "{folder}/（{files}）"),
    "table-rows": ("{table} {rows}", "{table} {rows} 行"),
    "without-data": ("{count} of {rules} had no data", "{rules}中有 {count} 条没有数据"),
    "comma": (", ", "，"),
    "pause": (", ", "、"),
    "semicolon": ("; ", "；"),
    # the totals
    "rule": ("Rule", "规则"),
    "violated": ("violated", "不达标"),
    "unknown": ("unknown", "无法判定"),
    "not_due": ("not due", "未到期"),
    "satisfied": ("satisfied", "达标"),
    "not_applicable": ("n/a", "不适用"),
    "all-rules": ("all rules", "合计"),
    "no-data-for": ("No data for: {rules}", "没有数据的规则：{rules}"),
    "upcoming": ("{periods} begin after the day and were not judged", "{periods}在核查日期之后开始，未作判定"),
    "upcoming-one": ("1 period begins after the day and was not judged", "1 期在核查日期之后开始，未作判定"),
    # violations
    "violations": ("Violations", "不达标清单"),
    "violations-some": ("Violations, {shown} of {count}", "不达标清单（列出 {count} 条中的 {shown} 条）"),
    "no-violations": ("No violations.", "没有不达标的情况。"),
    "gap": ("gap {gap}", "差距 {gap}"),
    "must-exceed": ("must exceed {required}", "须超过 {required}"),
    "must-stay-below": ("must stay below {required}", "须低于 {required}"),
    "offenders": ("behind it: {rows}", "涉及：{rows}"),
    "row-at": ("{row} ({place})", "{row}（{place}）"),
    "provisional": ("provisional, the period still runs", "暂定：本期尚未结束"),
    "unverified": ("the standard is unverified", "所依据的标准未经核实"),
    "see-all": ("All of them: --format csv, or --out report.json", "查看全部：--format csv 或 --out report.json"),
    "see-rule": ("Those of one rule: --select {rule}", "只看一条规则：--select {rule}"),
    "undecided": ("Undecided, and why", "无法判定的原因"),
    "see-why": ("Each of them: --out report.json", "逐项查看：--out report.json"),
    # findings and failures
    "findings": ("Findings about the data: {counts}", "数据问题：{counts}"),
    "no-findings": ("No findings about the data.", "没有发现数据问题。"),
    "more-findings": ("and {count} more: --out report.json", "另有 {count} 个：--out report.json"),
    "failed-rules": ("Rules that could not be run", "未能执行的规则"),
    # the verdict of the run
    "passed": ("PASSED", "通过"),
    "failed": ("FAILED", "未通过"),
    "incomplete": ("INCOMPLETE", "未完成"),
    "result": ("{verdict}: {sentence} (exit code {code})", "{verdict}：{sentence}（退出码 {code}）"),
    "at-or-above": ("{counts} at or above {severity}", "{severity}及以上有 {counts}"),
    "nothing-at-all": ("no violations and no findings", "没有不达标，也没有数据问题"),
    "nothing-at": (
        "nothing at or above {severity}; below it {counts}",
        "没有{severity}及以上的问题；以下级别有 {counts}",
    ),
    "never": ("{counts}, let through by --fail-on never", "{counts}，按 --fail-on never 放行"),
    "rules-failed": ("{failed} of {rules} could not be run", "{rules}中有 {failed} 条未能执行"),
    "unreadable": ("a file of the feed could not be read", "有数据文件无法读取"),
    "no-facts": (
        "no facts matched: not one row was judged on this day and in these periods",
        "没有匹配的数据：在该日期和时期内没有任何一行得到判定",
    ),
    "nothing-applied": (
        "no violations and no findings, but no rule applied to any row",
        "没有不达标，也没有数据问题，但没有任何规则适用于这些数据",
    ),
    # counted things: one, several
    "1 violation": ("1 violation", "1 项不达标"),
    "violation": ("{count} violations", "{count} 项不达标"),
    "1 unknown": ("1 unknown outcome", "1 项无法判定"),
    "unknown-outcome": ("{count} unknown outcomes", "{count} 项无法判定"),
    "1 finding": ("1 finding", "1 个数据问题"),
    "finding": ("{count} findings", "{count} 个数据问题"),
    "1 silent": ("1 rule without data", "1 条规则没有数据"),
    "silent": ("{count} rules without data", "{count} 条规则没有数据"),
    "1 rule": ("1 rule", "1 条规则"),
    "rules": ("{count} rules", "{count} 条规则"),
    "1 file": ("1 file", "1 个文件"),
    "files": ("{count} files", "{count} 个文件"),
    "1 row": ("1 row", "1"),
    "rows": ("{count} rows", "{count}"),
    "1 period": ("1 period", "1 期"),
    "periods": ("{count} periods", "{count} 期"),
    "1 error": ("1 error", "1 个错误"),
    "errors": ("{count} errors", "{count} 个错误"),
    "1 warning": ("1 warning", "1 个警告"),
    "warnings": ("{count} warnings", "{count} 个警告"),
    "1 info": ("1 note", "1 个提示"),
    "infos": ("{count} notes", "{count} 个提示"),
    "1 mistake": ("1 mistake", "1 处错误"),
    "mistakes": ("{count} mistakes", "{count} 处错误"),
    # severities
    "severity-error": ("error", "错误"),
    "severity-warning": ("warning", "警告"),
    "severity-info": ("info", "提示"),
    # the command line
    "error": ("error: {message}", "错误：{message}"),
    "today": (
        "no --as-of given: taking today, {day}",
        "未指定 --as-of，按今天（{day}）核查",
    ),
    "bad-day": (
        "--as-of is `{value}`, expected a day such as 2022-12-31",
        "--as-of 的值 `{value}` 不是日期，应形如 2022-12-31",
    ),
    "bad-periods": (
        "--periods is `{value}`, expected latest, all, one such as 2022, or a range such as 2021..2023",
        "--periods 的值 `{value}` 无法识别，应为 latest、all、某一期（如 2022）或一个范围（如 2021..2023）",
    ),
    "bad-pattern": (
        "{option} `{value}` names no rule, expected a rule id, its beginning, a clause or a severity{hint}",
        "{option} `{value}` 没有对应的规则，应为规则编号或其开头、条款编号、严重程度{hint}",
    ),
    "did-you-mean": ("; did you mean `{word}`?", "；是否应为 `{word}`？"),
    "no-rule-left": (
        "no rule is left to evaluate, expected some in the rulebook, --select and --ignore considered",
        "没有可执行的规则：规则库为空，或已被 --select、--ignore 全部排除",
    ),
    "no-facts-given": (
        "no FACTS given, expected files or folders, here or as `facts` in eduplan.toml",
        "未指定 FACTS：请给出数据文件或文件夹，也可写在 eduplan.toml 的 `facts` 中",
    ),
    "bad-ending": (
        "--out is `{value}`, expected a file that ends in {endings}",
        "--out 的值 `{value}` 无法识别，文件名应以 {endings} 结尾",
    ),
    "no-folder": (
        "--out is `{value}`, but there is no folder `{folder}`",
        "--out 的值为 `{value}`，但文件夹 `{folder}` 不存在",
    ),
    "is-folder": ("--out is `{value}`, which is a folder", "--out 的值 `{value}` 是一个文件夹"),
    "not-written": ("{file} cannot be written: {reason}", "{file} 无法写入：{reason}"),
    "rulebook-wrong": (
        "the rulebook has {mistakes}; nothing was evaluated",
        "规则库有 {mistakes}，未作核查",
    ),
    "written": ("wrote {file}", "已写入 {file}"),
    "reading": ("reading {file}", "正在读取 {file}"),
    "loading": ("loading the rulebook", "正在加载规则库"),
    "evaluating": ("evaluating {what}", "正在核查 {what}"),
    "interrupted": ("interrupted", "已中断"),
    "internal-error": (
        "internal error: {error}\nThis is a fault of eduplan-rules, not of your rules or data. Details: {file}",
        "内部错误：{error}\n这是 eduplan-rules 自身的问题，与您的规则和数据无关。详情见：{file}",
    ),
    "os-refused": ("{file}: {reason}", "{file}：{reason}"),
    "crash-file-failed": ("(no file could be written)", "（无法写入文件）"),
    # the options file
    "bad-toml": ("{file}: {reason}", "{file}：{reason}"),
    "bad-table": ("{file}: `{key}` must be a table", "{file}：`{key}` 应为一个表"),
    "unknown-option": (
        "{file}: there is no option `{key}`{hint}",
        "{file}：没有名为 `{key}` 的选项{hint}",
    ),
    "bad-option": (
        "{file}: `{key}` is {value}, expected {expected}",
        "{file}：`{key}` 的值为 {value}，应为{expected}",
    ),
    "a-text": ("a text", "文本"),
    "texts": ("a text or a list of texts", "文本或文本列表"),
    "a-table-by-rule": (
        "a table for each rule, with `count` or `share`, and `by`",
        "按规则写的表，含 `count` 或 `share`，以及 `by`",
    ),
    "a-truth": ("true or false", " true 或 false"),
    "a-day": ("a day such as 2022-12-31", "日期，如 2022-12-31"),
    "one-of": ("one of {choices}", " {choices} 之一"),
    # help
    "help-app": (
        "Check structured facts against the commitments of an education plan.",
        "按教育规划的承诺核查结构化数据。",
    ),
    "help-check": (
        "Evaluate a rulebook on facts and report what is violated.",
        "按规则库核查数据，列出不达标的情况。",
    ),
    "help-test": (
        "Run the cases beside the rules and tell how each that fails differs from what it expects.",
        "运行规则旁的用例，说明未通过的用例与预期有何不同。",
    ),
    "help-test-codes": (
        "Exit codes: 0 all cases hold, 1 some do not (--mutate: too many changes unnoticed), 2 rules or cases wrong.",
        "退出码：0 全部通过，1 有用例未通过（--mutate：未被发现的改动过多），2 规则或用例文件有误。",
    ),
    "help-test-example": (
        "Example: eduplan-rules test rules/ rules/safety-security.cases.yaml",
        "示例：eduplan-rules test rules/ rules/safety-security.cases.yaml",
    ),
    "help-rules_and_cases": (
        "Rulebook file or folder (default: the plan's own pack); files ending in .cases.yaml (default: all beside it).",
        "规则文件或文件夹（默认：自带规则包），以及以 .cases.yaml 结尾的用例文件（默认：其旁全部用例）。",
    ),
    "help-coverage": (
        "Show clause by clause which rules there are, what their cases have seen, and what is unverified.",
        "逐条列出条款对应的规则、用例覆盖的判定结果，以及未经核实的参数。",
    ),
    "help-coverage-codes": (
        "Exit codes: 0 complete, 1 something is not covered (--bounds: bounds too), 2 rules or case files are wrong.",
        "退出码：0 覆盖完整，1 有条款、判定、定位语或（用 --bounds 时）界限未覆盖，2 规则或用例文件有误。",
    ),
    "help-coverage-example": (
        "Example: eduplan-rules coverage rules/ --plan-text plan.txt",
        "示例：eduplan-rules coverage rules/ --plan-text plan.txt",
    ),
    "help-junit": ("Also write the results as JUnit XML.", "另将结果写成 JUnit XML 文件。"),
    "help-with_coverage": (
        "Also show rule by rule which verdicts and which bounds the cases have tried.",
        "另逐条规则列出用例试过的判定结果和界限。",
    ),
    "help-mutate": (
        "Change each rule in many small ways and name the changes that no case notices.",
        "对每条规则逐一作微小改动，列出用例发现不了的改动。",
    ),
    "help-survivors": (
        "With --mutate: the share of changes that may go unnoticed and unexplained.",
        "配合 --mutate：允许未被发现且未说明的改动所占比例。",
    ),
    "help-rulebook": (
        "Rulebook file or folder, its cases beside it. Default: the plan's own pack.",
        "规则文件或文件夹，用例在其旁。默认：自带规则包。",
    ),
    "help-plan_text": (
        "The plan's text: each clause's anchor must stand in it, letter for letter, in the clause's section.",
        "规划文本：每条条款的定位语须逐字出现在相应章节中。",
    ),
    "help-bounds": (
        "Fail too where a bound is not tried at, just below and just above, nor explained under `unreachable:`.",
        "界限未在等于、略低、略高时都试过，又未在 `unreachable:` 下说明理由的，也视为覆盖不完整。",
    ),
    "help-docs": (
        "Write the pages about a rulebook in both languages: catalogue, parameters, matrix; the language, the codes.",
        "生成规则库的页面：规则目录、参数、条款追溯表，以及语言参考和提示代码，中英文各一份。",
    ),
    "help-docs-codes": (
        "Exit codes: 0 written, or fresh; 1 stale pages with --check; 2 rules or case files are wrong.",
        "退出码：0 已写入，或页面未过时；1 使用 --check 时有页面过时；2 规则或用例文件有误。",
    ),
    "help-docs-example": (
        "Example: eduplan-rules docs rules/ --to docs",
        "示例：eduplan-rules docs rules/ --to docs",
    ),
    "help-to": ("The folder of the pages. Default: docs.", "页面所在的文件夹，默认 docs。"),
    "help-only_check": ("Write nothing; fail if a page is stale.", "不写入；有页面过时即失败。"),
    "help-fmt": (
        "Lay out rule and case files in one way; comments, order and meaning stay.",
        "统一规则和用例文件的排版；注释、顺序和含义不变。",
    ),
    "help-fmt-codes": (
        "Exit codes: 0 laid out; 1 some files would change with --check; 2 files or usage are wrong; 3 not written.",
        "退出码：0 已排版；1 使用 --check 时有文件需要排版；2 文件或用法有误；3 未能写入。",
    ),
    "help-fmt-example": (
        "Example: eduplan-rules fmt rules/ --check",
        "示例：eduplan-rules fmt rules/ --check",
    ),
    "help-paths": (
        "Files, and folders of rule and case files. Default: this folder.",
        "文件，或规则和用例所在的文件夹。默认：当前文件夹。",
    ),
    "help-check_layout": ("Write nothing; fail if a file would change.", "不写入；有文件需要排版即失败。"),
    "help-show_diff": ("Write nothing; show what would change.", "不写入；显示将要改动的内容。"),
    "help-names": (
        "Also write the names and words of expressions as labels (zh) or identifiers (en).",
        "同时把表达式中的名称和用词改写为中文标签（zh）或标识符（en）。",
    ),
    "help-layers": (
        "The rulebook that --names reads; may be repeated, a later layer adds. Default: what is laid out.",
        "--names 读取的规则库，可重复，后者叠加。默认：所排版的文件。",
    ),
    "help-codes": (
        "Exit codes: 0 nothing at or above --fail-on, 1 something, 2 rulebook or usage wrong, 3 not judged.",
        "退出码：0 没有达到 --fail-on 的问题，1 有，2 规则库或用法有误，3 未能判定。",
    ),
    "help-options-file": (
        "Options may also stand in eduplan.toml or in [tool.eduplan_rules] of pyproject.toml.",
        "选项也可写在 eduplan.toml，或 pyproject.toml 的 [tool.eduplan_rules] 中。",
    ),
    "help-example": (
        "Example: eduplan-rules check data/ --as-of 2022-12-31 --out report.json",
        "示例：eduplan-rules check data/ --as-of 2022-12-31 --out report.json",
    ),
    "help-facts": (
        "Files and folders: CSV, Excel, Parquet, JSON, JSON Lines, named after their entity.",
        "数据文件或文件夹：CSV、Excel、Parquet、JSON、JSON Lines，以实体命名。",
    ),
    "help-rules": (
        "Rulebook file or folder; may be repeated, a later layer adds. Default: the plan's own pack.",
        "规则文件或文件夹，可重复，后者叠加。默认：自带规则包。",
    ),
    "help-as_of": ("The day the check is about. Default: today.", "核查日期，默认今天。"),
    "help-periods": (
        "latest, all, one such as 2022, or a range such as 2021..2023. Default: latest.",
        "latest、all、某一期（2022）或范围（2021..2023）。默认 latest。",
    ),
    "help-select": (
        "Only rules with this id, beginning of an id, clause or severity; may be repeated.",
        "只核查这些规则：编号或其开头、条款、严重程度，可重复。",
    ),
    "help-ignore": ("Leave these rules out; may be repeated.", "排除这些规则，可重复。"),
    "help-format": (
        "What goes to standard output; github: annotations of a workflow. Default: text.",
        "标准输出的格式；github 为工作流注释。默认 text。",
    ),
    "help-out": (
        "Also write a file, by its ending: .json .jsonl .csv .txt .xml (JUnit) .sarif .md .parquet .xlsx; repeatable.",
        "另存文件，按后缀定格式：.json .jsonl .csv .txt .xml（JUnit）.sarif .md .parquet .xlsx，可重复。",
    ),
    "help-baseline": (
        "Draw a baseline: accept the violations that are there today, so that only new ones count.",
        "生成基线：接受现有的违反，今后只计新增。",
    ),
    "help-waivers": (
        "YAML file of waivers: leave to violate a rule, until a day; repeatable.",
        "豁免清单（YAML）：准许在一定期限内违反某条规则，可重复。",
    ),
    "help-no_waivers": ("Let no waiver count.", "不采用任何豁免。"),
    "help-baseline_file": (
        "Baseline of accepted violations: only new ones count.",
        "基线文件：其中已接受的违反不再计入，只计新增。",
    ),
    "help-fail_on": (
        "The least severity of violations and findings that gives exit code 1. Default: error.",
        "达到此严重程度即以退出码 1 结束，默认 error。",
    ),
    "help-strict": (
        "Count each unknown outcome as a violation, and each rule without data as an error.",
        "无法判定视为不达标，没有数据的规则视为错误。",
    ),
    "help-lang": ("Language of the texts. Default: that of the system.", "文字的语言，默认随系统。"),
    "help-show_personal": ("Let the values of personal fields out.", "显示个人信息字段的值。"),
    "help-engine": ("Engine that reads Parquet and judges it where it lies.", "由哪个计算引擎就地读取并核查 Parquet。"),
    "help-quiet": (
        "Print nothing but errors, what --format asks for, and one line that says why a run fails.",
        "只输出错误、--format 指定的内容，以及未通过时说明原因的一行。",
    ),
    "help-version": ("Show the version.", "显示版本。"),
}

#: name of a counted thing -> (the sentence for one, the sentence for several)
_COUNTED = {
    "violation": ("1 violation", "violation"),
    "unknown": ("1 unknown", "unknown-outcome"),
    "finding": ("1 finding", "finding"),
    "silent": ("1 silent", "silent"),
    "rule": ("1 rule", "rules"),
    "file": ("1 file", "files"),
    "row": ("1 row", "rows"),
    "period": ("1 period", "periods"),
    "error": ("1 error", "errors"),
    "warning": ("1 warning", "warnings"),
    "info": ("1 info", "infos"),
    "mistake": ("1 mistake", "mistakes"),
}


say = partial(sentences.say, {**HELP, **OUTPUTS, **SENTENCES})


def counted(count: int, thing: str, language: Language) -> str:
    """A number with what it counts: `1 rule`, `2,000 rules`."""
    one, several = _COUNTED[thing]
    return say(one if count == 1 else several, language, count=f"{count:,}")


def listed(items: list[str], language: Language) -> str:
    """Items in a sentence: `a, b and c`."""
    if language == "zh":
        return "、".join(items)
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def severity_name(severity: str, language: Language) -> str:
    """`error`, `warning`, `info` as read by people."""
    return say(f"severity-{severity}", language)
