"""Every sentence of the authors' tools, in English and Chinese.

In: the name of a sentence, a language and what fills its gaps. Out: text.
"""

from __future__ import annotations

from typing import Literal

Language = Literal["zh", "en"]

#: name -> (English, Chinese)
_WORDS: dict[str, tuple[str, str]] = {
    # verdicts, with the word that case files use
    "satisfied": ("satisfied", "达标（satisfied）"),
    "violated": ("violated", "不达标（violated）"),
    "unknown": ("unknown", "无法判定（unknown）"),
    "not_due": ("not_due", "未到期（not_due）"),
    "not_applicable": ("not_applicable", "不适用（not_applicable）"),
    # what is wrong with a case file
    "place": ("{place}: {message}", "{place}：{message}"),
    "unreadable": ("the file cannot be read: {reason}", "文件无法读取：{reason}"),
    "no-cases": ("expected a mapping with `cases`, or a list of cases", "应为含有 `cases` 的映射，或用例列表"),
    "cases-list": ("`cases` must be a list of cases", "`cases` 应为用例列表"),
    "unknown-key": ("unknown key `{key}`, expected one of {known}", "未知的键 `{key}`，应为 {known} 之一"),
    "no-name": ("a case is a mapping with a `name`", "用例应为含有 `name` 的映射"),
    "wrong-shape": ("`{key}` must be {expected}", "`{key}` 应为{expected}"),
    "a-mapping": ("a mapping", "映射"),
    "a-list": ("a list", "列表"),
    "no-rulebook": ("`{file}` is no rulebook", "`{file}` 不是规则文件"),
    "wrong-rows": (
        "the rows of `{entity}` must be a list of mappings or a table of lines with commas",
        "`{entity}` 的行应为映射列表，或以逗号分隔的表",
    ),
    "ragged": (
        "the row `{row}` of the table `{entity}` has {cells} cells, expected {headers} as its headers are",
        "表 `{entity}` 的行 `{row}` 有 {cells} 个单元格，按表头应有 {headers} 个",
    ),
    "wrong-cell": ("a cell must be a text, a number or a date", "单元格应为文本、数值或日期"),
    "no-verdict": ("`{word}` is no verdict, expected one of {known}", "`{word}` 不是判定结果，应为 {known} 之一"),
    "no-count": ("`{word}` is no count, expected one of {known}", "`{word}` 不是合计项，应为 {known} 之一"),
    "not-of-case": ("`{rule}` is no rule of this case: {rules}", "`{rule}` 不是本用例的规则：{rules}"),
    "no-rule": ("there is no rule `{rule}`{hint}", "没有规则 `{rule}`{hint}"),
    "broken-rule": ("the rule `{rule}` has mistakes, so it cannot be tried", "规则 `{rule}` 有错误，无法试算"),
    "did-you-mean": (", did you mean `{word}`?", "，是否应为 `{word}`？"),
    "not-run": ("the case cannot be run: {reason}", "用例无法运行：{reason}"),
    "yet-unknown": (
        "{rule} is said to be never unknown, but it is in the case “{case}”",
        "{rule} 写明不会无法判定，但在用例“{case}”中为无法判定",
    ),
    "name-twice": ("another case of this file is called `{name}`", "本文件另有用例名为 `{name}`"),
    # how what a case gives differs from what it expects
    "diagnostics": (
        "expected {wanted}, the rules have {found}",
        "预期 {wanted}，规则实际有 {found}",
    ),
    "no-diagnostics": ("no mistakes", "无错误"),
    "not-evaluated": (
        "the rules have mistakes, so nothing was evaluated",
        "规则有错误，未作判定",
    ),
    "rule-failed": ("{rule} could not be run: {reason}", "{rule} 未能执行：{reason}"),
    "without-data": (
        "{rule} was not tried: no rows of `{entity}`",
        "{rule} 未试算：没有 `{entity}` 的行",
    ),
    "expected-none": (
        "{subject}: expected {verdict}, but {rule} gave no such outcome; there are {subjects}",
        "{subject}：预期{verdict}，但 {rule} 没有这一判定；现有 {subjects}",
    ),
    "expected-other": ("{subject}: expected {verdict}, found {found}", "{subject}：预期{verdict}，实际{found}"),
    "unexpected": ("{subject}: found {found}, which was not expected", "{subject}：实际{found}，用例未预期"),
    "of-rule": ("{rule}: {told}", "{rule}：{told}"),
    "no-outcomes": ("no outcomes", "无任何判定"),
    "no-record": (
        "{subject}: a record was expected, but there is no such outcome",
        "{subject}：预期有记录，但没有这一判定",
    ),
    "has-no": ("{place}: has no `{key}`; it has {known}", "{place}：没有 `{key}`；只有 {known}"),
    "differs": ("{place}: expected {expected}, found {found}", "{place}：预期 {expected}，实际 {found}"),
    "totals-of": ("totals of {rule}.{count}", "{rule}.{count} 的合计"),
    "no-finding": ("no finding {finding}", "没有数据问题 {finding}"),
    "finding": (
        "finding {code} ({message}) was not expected",
        "出现未预期的数据问题 {code}（{message}）",
    ),
    "details": ("{verdict} ({details})", "{verdict}：{details}"),
    "observed": ("observed {value}", "实际值 {value}"),
    "required": ("required {value}", "要求 {value}"),
    "gap": ("gap {value}", "差距 {value}"),
    "due": ("due {value}", "期限 {value}"),
    "missing": ("missing {value}", "缺少 {value}"),
    # a suite
    "file": ("{file}: {passed} of {cases} hold", "{file}：{cases} 个用例中 {passed} 个通过"),
    "failed": ("FAILED {case} ({place})", "未通过：{case}（{place}）"),
    "pending": ("pending {case} ({place}): {reason}", "待解决：{case}（{place}）：{reason}"),
    "mistake": ("WRONG {told}", "有误：{told}"),
    "all-hold": (
        "PASSED: every case holds (cases: {cases}, files: {files})",
        "通过：{files} 个文件的 {cases} 个用例全部通过",
    ),
    "some-failed": (
        "FAILED: {failed} of {cases} do not hold (files: {files})",
        "未通过：{files} 个文件的 {cases} 个用例中有 {failed} 个未通过",
    ),
    "wrong": (
        "FAILED: written wrong: {mistakes}; of {cases} that could be read, {failed} do not hold",
        "未通过：{mistakes} 处用例写法有误，{cases} 个用例中有 {failed} 个未通过",
    ),
    "elsewhere": (
        "{file} has mistakes ({mistakes}); what is wrong there is left out",
        "{file}：{mistakes} 处错误，有误的内容已略去",
    ),
    "one-rulebook": (
        "found {names}, expected one rulebook and case files that end in .cases.yaml",
        "找到 {names}，应为一个规则库及以 .cases.yaml 结尾的用例文件",
    ),
    "no-rulebook-there": ("there is no rulebook `{name}`", "没有规则库 `{name}`"),
    "plan-unreadable": ("the plan's text {file} cannot be read: {reason}", "规划文本 {file} 无法读取：{reason}"),
    "stale-page": ("stale: {page}", "已过时：{page}"),
    "written-page": ("wrote {page}", "已写入 {page}"),
    "pages-not-written": ("the pages in {folder} cannot be written: {reason}", "{folder} 中的页面无法写入：{reason}"),
    "pages": ("{pages} pages, {stale} of them stale", "共 {pages} 页，其中 {stale} 页已过时"),
    "no-case-files": (
        "found no cases, expected files that end in .cases.yaml beside the rules",
        "没有用例：规则旁应有以 .cases.yaml 结尾的文件",
    ),
    # verdicts by themselves
    "word-satisfied": ("satisfied", "达标"),
    "word-violated": ("violated", "不达标"),
    "word-unknown": ("unknown", "无法判定"),
    "word-not_due": ("not due", "未到期"),
    "word-not_applicable": ("not applicable", "不适用"),
    # kinds of clauses: how they can be checked
    "kind-measure": ("measured", "按数据衡量"),
    "kind-cadence": ("by cadence", "按频次"),
    "kind-ledger": ("by ledger", "按台账"),
    "kind-record": ("by record", "凭证据"),
    "kind-trend": ("by trend", "按趋势"),
    "kind-due": ("by a day", "按期限"),
    # coverage
    "no-anchor": ("the clause has no section or no anchor", "条款没有写明章节或定位语"),
    "no-section": (
        "the plan's text has no section {section}, so “{anchor}” cannot be found",
        "规划文本中没有 {section}，无法查找“{anchor}”",
    ),
    "anchor-nowhere": (
        "“{anchor}” does not stand in {section}, nor anywhere else in the plan's text",
        "“{anchor}”不在 {section} 中，规划文本其他地方也没有",
    ),
    "anchor-elsewhere": (
        "“{anchor}” does not stand in {section}, but in {elsewhere}",
        "“{anchor}”不在 {section} 中，而在 {elsewhere} 中",
    ),
    "no-rule-no-context": (
        "no rule; write one, or `context:` with a reason",
        "没有规则：请编写规则，或以 `context:` 说明理由",
    ),
    "context": ("context: {reason}", "背景条款：{reason}"),
    "without-clause": ("Rules without a clause: {rules}", "未指明条款的规则：{rules}"),
    "cases": ("cases {count}", "用例 {count}"),
    "lacks": ("LACKS {verdicts}", "缺 {verdicts}"),
    "never": ("never unknown: {reason}", "不会无法判定：{reason}"),
    "unverified": ("unverified: {parameters}", "未经核实：{parameters}"),
    "rule-by-record": ("record", "证据"),
    "rule-measured": ("data", "数据"),
    "covered": (
        "Clauses with rules: {covered} of {clauses}; context with a reason: {context}",
        "条款：{clauses} 条中 {covered} 条有规则，{context} 条作为背景并说明理由",
    ),
    "tried": (
        "Rules with cases for each verdict: {complete} of {rules}; reading an unverified parameter: {unverified}",
        "规则：{rules} 条中 {complete} 条各种判定都有用例，{unverified} 条读取未经核实的参数",
    ),
    "anchors": (
        "Anchors in their section of the plan's text: {found} of {clauses}",
        "定位语：{clauses} 条中 {found} 条在规划文本的相应章节中",
    ),
    "cases-fail": (
        "Cases that do not hold, and count for nothing here: {failed} of {cases}; see `eduplan-rules test`",
        "用例：{cases} 个中有 {failed} 个未通过，此处不予计入，见 `eduplan-rules test`",
    ),
    "complete": ("COMPLETE", "覆盖完整"),
    "incomplete": ("INCOMPLETE: {reasons}", "覆盖不完整：{reasons}"),
    "clauses-open": ("clauses with neither rule nor context: {count}", "{count} 条条款既无规则也无理由"),
    "rules-open": ("rules that lack a verdict in their cases: {count}", "{count} 条规则的用例缺少某种判定"),
    "rules-loose": ("rules without a clause: {count}", "{count} 条规则未指明条款"),
    "anchors-unfound": ("anchors that are not in their place: {count}", "{count} 处定位语不在其位"),
    "semicolon": ("; ", "；"),
    # what pages say of values and conditions
    "titled": (", {title}", "《{title}》"),
    "noted": (" ({note})", "（{note}）"),
    "body-all": ("all of:", "以下各项全部满足："),
    "body-any": ("any of:", "以下任一项满足："),
    "body-at_least": ("at least {count} of {members}:", "以下 {members} 项至少满足 {count} 项："),
    "member-where": (", where {condition}", "，适用于 {condition}"),
    "titled-member": ("{title}: {told}", "{title}：{told}"),
    "others-reach": ("the others reach {floor} of their standard", "其余各项须达到其标准的 {floor}"),
    "entity-fields": ("{entity}: {fields}", "{entity}：{fields}"),
    "by-choice": ("{choice}: {value}", "{choice}：{value}"),
    "step-below": ("below {below}: {told}", "不足 {below}：{told}"),
    "step-else": ("otherwise: {told}", "其余：{told}"),
    "step-plus": (
        "{value}, and {plus} more for every full {per} above {above}",
        "{value}，超过 {above} 的部分每满 {per} 再加 {plus}",
    ),
    "no-value": ("none", "不作要求"),
    "empty-list": ("none", "无"),
    "word-unverified": ("unverified", "未经核实"),
    # headings and columns of pages
    "generated": (
        "<!-- Generated from the rules by `eduplan-rules docs`; change the rules, not this page. -->",
        "<!-- 由 `eduplan-rules docs` 根据规则生成；请修改规则，不要修改本页。 -->",
    ),
    "other-language": ("[中文]({link})", "[English]({link})"),
    "catalogue-title": ("Catalogue of rules", "规则目录"),
    "catalogue-intro": (
        "{rules} rules for {clauses} clauses, with {parameters} parameters and {cases} cases.",
        "{clauses} 条条款，{rules} 条规则，{parameters} 个参数，{cases} 个用例。",
    ),
    "unverified-intro": (
        "Not verified yet ({count}): {names}. What such a value decides is a warning at most.",
        "有 {count} 个参数尚未核实：{names}。依据未经核实的数值作出的判定至多为警告。",
    ),
    "matrix-title": ("From clauses to cases", "条款追溯表"),
    "matrix-intro": (
        "Each clause of the plan with the rules that check it, the parameters that decide, and what the cases try.",
        "规划的每一条款对应哪些规则，由哪些参数决定，用例验证了哪些判定。",
    ),
    "parameters-title": ("Parameters", "参数"),
    "parameters-intro": (
        "Every value with the day it holds from, its source and whether it is verified.",
        "每个数值的起用日期、依据，以及是否已经核实。",
    ),
    "clause": ("Clause", "条款"),
    "section": ("Section", "章节"),
    "cited": ("{section} “{anchor}”", "{section}“{anchor}”"),
    "obliges": ("What it obliges to", "要求"),
    "rule": ("Rule", "规则"),
    "rules": ("Rules", "规则"),
    "parameter": ("Parameter", "参数"),
    "parameters": ("Parameters", "参数"),
    "page-cases": ("Cases", "用例"),
    "case": ("Case", "用例"),
    "verdicts": ("Verdicts", "判定"),
    "source": ("Source", "依据"),
    "subject": ("About", "对象"),
    "where": ("Where", "适用范围"),
    "condition": ("Condition", "条件"),
    "values": ("Values", "其中"),
    "facts": ("Facts", "数据"),
    "since-until": ("In force", "适用时间"),
    "since": ("since {day}", "自 {day} 起"),
    "until": ("until {day}", "至 {day} 止"),
    "due-row": ("Due", "期限"),
    "every": ("Every", "周期"),
    "every-month": ("month", "每月"),
    "every-quarter": ("quarter", "每季度"),
    "every-term": ("term", "每学期"),
    "every-year": ("year", "每年"),
    "every-school-year": ("school year", "每学年"),
    "weight": ("Weight", "程度与性质"),
    "severity-error": ("error", "错误"),
    "severity-warning": ("warning", "警告"),
    "severity-info": ("info", "提示"),
    "nature-binding": ("binding", "约束性"),
    "nature-indicative": ("indicative", "预期性"),
    "switched-off": ("switched off", "已停用"),
    "owner": ("Owner", "责任单位"),
    "message": ("Message", "提示语"),
    "never-row": ("Never unknown", "不会无法判定"),
    "from": ("From", "起用日期"),
    "value": ("Value", "数值"),
    "status": ("Status", "状态"),
    "always": ("always", "始终"),
    "ended": ("ended {day}", "{day} 后失效"),
    "by-axes": ("by {axes}", "按{axes}区分"),
    "by-scale": ("by the size of {scale}", "按{scale}分档"),
    "used-by": ("Read by: {rules}", "读取它的规则：{rules}"),
    "used-by-none": ("No rule reads it.", "没有规则读取它。"),
    "no-cases-yet": ("none yet", "暂无"),
    "context-clause": ("context: {reason}", "背景条款：{reason}"),
    "open-clause": ("no rule yet", "暂无规则"),
    "case-count": ("{count}: {verdicts}", "{count} 个：{verdicts}"),
    "comma": (", ", "，"),
    "pause": (", ", "、"),
}


def say(name: str, language: Language, /, **gaps: object) -> str:
    """The sentence in the language, its gaps filled."""
    english, chinese = _WORDS[name]
    return (chinese if language == "zh" else english).format_map(gaps)
