"""Sentences of the files that a report is written to, in English and Chinese.

In: nothing. Out: sentences by name, for `words.say`. The names of columns are those of the tables.
"""

from __future__ import annotations

#: name -> (English, Chinese)
OUTPUTS: dict[str, tuple[str, str]] = {
    # records
    "owner-is": ("responsible: {owner}", "责任单位：{owner}"),
    "standing-open": ("counts", "计入"),
    "standing-waived": ("waived", "已豁免"),
    "standing-accepted": ("accepted by the baseline", "已列入基线"),
    "standing-tolerated": ("within the tolerance", "在容许范围内"),
    "waived-because": (
        "waived until {until}: {reason} (approved by {by})",
        "已豁免，至 {until} 止：{reason}（批准：{by}）",
    ),
    "message-of": ("{subject}: {message}", "{subject}：{message}"),
    "see-also": ("{message} (see also {places})", "{message}（另见 {places}）"),
    "row-number": ("row {line}", "第 {line} 行"),
    "subject-in": ("{subject}, {period}", "{subject}，{period}"),
    # rules
    "requires": ("Requires", "要求"),
    "body-all": ("all of: ", "以下各项全部："),
    "body-any": ("one of: ", "以下各项之一："),
    "body-at_least": ("at least {count} of: ", "以下各项至少 {count} 项："),
    "only-where": ("Where", "适用条件"),
    "clause-is": ("Clause", "条款"),
    "standard-is": ("Standard", "依据"),
    "due-is": ("Due", "期限"),
    "owner-of-rule": ("Responsible", "责任单位"),
    "nature-binding": ("binding", "约束性"),
    "nature-indicative": ("indicative", "预期性"),
    "finding-code": ("Finding about the delivered data: {code}", "数据问题：{code}"),
    "declared-here": ("the rule", "规则所在"),
    "offender-row": ("one of the rows behind it: {row}", "涉及的数据行：{row}"),
    # caps
    "left-out": (
        "{left} of {all} results are left out here, the least severe ones or those summed up; more: --out report.json",
        "{all} 项结果中有 {left} 项未列出（严重程度最低的，或已汇总的）；查看更多：--out report.json",
    ),
    "annotations-left-out": (
        "{counts} more, not shown here; all of them: --out report.json",
        "另有{counts}未在此显示；查看全部：--out report.json",
    ),
    "rows-left-out": (
        "{left} violations did not fit into the sheet; all of them: --out report.csv",
        "工作表容纳不下，有 {left} 项不达标未列出；查看全部：--out report.csv",
    ),
    # files
    "writing": ("writing {files}", "正在写入 {files}"),
    "out-twice": ("--out is `{value}` twice", "--out 的值 `{value}` 重复"),
    "out-is-input": (
        "--out is `{value}`, which is {role}; choose another name, outside of the folders of FACTS",
        "--out 的值 `{value}` 是{role}，不能覆盖；请换一个文件名，并放在数据文件夹之外",
    ),
    "role-facts": ("a file of the feed", "被核查的数据文件"),
    "role-feeds": ("the file of feeds", "说明数据格式的 feeds 文件"),
    "role-baseline": ("the baseline", "基线文件"),
    "role-waivers": ("a file of waivers", "豁免文件"),
    "role-rules": ("a file of rules", "规则文件"),
    "role-options": ("the file of options", "选项文件"),
    "old-removed": (
        "removed {file}: this run has no report, and an older one would pass for it",
        "已删除 {file}：本次运行没有得出报告，旧报告不应被误认为本次的",
    ),
    "old-left": (
        "{file} could not be removed ({reason}): it is no report of this run",
        "{file} 未能删除（{reason}）：它不是本次运行的报告",
    ),
    # JUnit
    "suite-findings": ("findings about the data", "数据问题"),
    "case-satisfied": ("{count} satisfied", "{count} 项达标"),
    "case-unknown": ("{count} unknown", "{count} 项无法判定"),
    "case-not-due": ("{count} not due", "{count} 项未到期"),
    "case-no-data": ("no data", "没有数据"),
    "rule-no-data": (
        "{title}: there is no data for this rule, so nothing was judged",
        "{title}：没有数据，未作任何判定",
    ),
    "let-through": ("{severity}, let through by --fail-on", "{severity}，按 --fail-on 放行"),
    "case-not-run": ("could not be run", "未能执行"),
    # Markdown
    "markdown-title": ("Commitments of the plan: {verdict}", "规划承诺核查：{verdict}"),
    "markdown-findings": ("Findings about the data", "数据问题"),
    "rows-and-more": ("{rows} and {more} more", "{rows} 等，另有 {more} 个"),
    "folded-findings": (
        "and {count} more; --out report.json tells {listed} one by one and sums up the rest, with their first lines",
        "另有 {count} 个；--out report.json 逐条列出 {listed} 个，其余汇总计数并给出靠前的行号",
    ),
    "markdown-more": ("{rest} more: --out report.json", "其余 {rest}：--out report.json"),
    "counted-apart": ("Counted apart: {counts}", "不计入：{counts}"),
    "markdown-silent": (
        "{satisfied} without violations or unknowns, {silent} without data",
        "{satisfied}没有不达标和无法判定的情况，{silent}没有数据",
    ),
    "apart-waived": ("{count} waived", "{count} 项已豁免"),
    "apart-accepted": ("{count} accepted by the baseline", "{count} 项已列入基线"),
    "apart-tolerated": ("{count} within the tolerance", "{count} 项在容许范围内"),
    "leave-waived": (
        "{rule}: {count} waived until {until}: {reason} (approved by {by}; {place})",
        "{rule}：{count} 项已豁免，至 {until} 止：{reason}（批准：{by}；{place}）",
    ),
    "leave-accepted": ("{count} accepted by the baseline of {day}", "{count} 项已列入 {day} 的基线"),
    "leave-tolerated": (
        "{rule}: {count} within the tolerance of {by}, which is {allowed}",
        "{rule}：{count} 项在容许范围内，最多 {allowed} 项（批准：{by}）",
    ),
    "leave-exceeded": (
        "{rule}: {count}, more than the {allowed} that {by} tolerates: all of them count",
        "{rule}：{count} 项，超出容许的 {allowed} 项（批准：{by}），全部计入",
    ),
    "tolerated-by": ("within the tolerance of {by}", "在容许范围内（批准：{by}）"),
    # Excel
    "needs-excel": (
        "--out is `{value}`, which needs the extra `excel`: pip install 'eduplan-rules[excel]'",
        "--out 的值为 `{value}`，需要安装 `excel` 扩展：pip install 'eduplan-rules[excel]'",
    ),
    "row-count": ("Rows", "行数"),
    "label-is": ("{label}: {text}", "{label}：{text}"),
    "more-rules": (
        "Not shown here: {rules} with violations or unknowns",
        "未在此列出：{rules}有不达标或无法判定的情况",
    ),
    "sheet-summary": ("Summary", "概要"),
    "sheet-violations": ("Violations", "不达标清单"),
    "sheet-findings": ("Findings", "数据问题"),
    "sheet-rules": ("Rules", "规则"),
    "column-severity": ("Severity", "严重程度"),
    "column-rule": ("Rule", "规则编号"),
    "column-title": ("Title", "规则名称"),
    "column-clause": ("Clause", "条款"),
    "column-section": ("Section", "章节"),
    "column-nature": ("Nature", "性质"),
    "column-entity": ("Kind", "对象类型"),
    "column-key": ("Key", "代码"),
    "column-name": ("Name", "名称"),
    "column-within": ("Belongs to", "所属"),
    "column-period": ("Period", "时期"),
    "column-message": ("Message", "说明"),
    "column-observed": ("Observed", "实际值"),
    "column-required": ("Required", "要求值"),
    "column-gap": ("Gap", "差距"),
    "column-unit": ("Unit", "单位"),
    "column-due": ("Due", "期限"),
    "column-owner": ("Responsible", "责任单位"),
    "column-standing": ("Standing", "是否计入"),
    "column-marks": ("Marks", "备注"),
    "column-file": ("File", "文件"),
    "column-sheet": ("Sheet", "工作表"),
    "column-line": ("Line", "行号"),
    "column-id": ("Id", "标识"),
    "column-series": ("Series", "系列标识"),
    "column-code": ("Code", "问题代码"),
    "column-field": ("Field", "字段"),
    "column-value": ("Value", "填报内容"),
    "column-count": ("Count", "个数"),
    "column-source": ("Source", "依据"),
    "column-requires": ("Requires", "要求"),
    "column-place": ("Place in the rulebook", "规则所在位置"),
}
