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
        "{left} of {all} results are left out here, the least severe ones; all of them: --out report.json",
        "{all} 项结果中有 {left} 项未列出（先略去严重程度最低的）；查看全部：--out report.json",
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
        "--out is `{value}`, which is a file of the feed",
        "--out 的值 `{value}` 是被核查的数据文件",
    ),
    # JUnit
    "suite-findings": ("findings about the data", "数据问题"),
    "case-satisfied": ("{count} satisfied", "{count} 项达标"),
    "case-unknown": ("{count} unknown", "{count} 项无法判定"),
    "case-not-due": ("{count} not due", "{count} 项未到期"),
    "case-no-data": ("no data", "没有数据"),
    "case-not-run": ("could not be run", "未能执行"),
    # Markdown
    "markdown-title": ("Commitments of the plan: {verdict}", "规划承诺核查：{verdict}"),
    "markdown-findings": ("Findings about the data", "数据问题"),
    "markdown-more": ("{rest} more: --out report.json", "其余 {rest}：--out report.json"),
    "counted-apart": ("Counted apart: {counts}", "不计入：{counts}"),
    "markdown-silent": (
        "{satisfied} without violations or unknowns, {silent} without data",
        "{satisfied}没有不达标和无法判定的情况，{silent}没有数据",
    ),
    "apart-waived": ("{count} waived", "{count} 项已豁免"),
    "apart-accepted": ("{count} accepted by the baseline", "{count} 项已列入基线"),
    "apart-tolerated": ("{count} within the tolerance", "{count} 项在容许范围内"),
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
