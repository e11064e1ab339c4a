"""Every sentence about changes, in English and Chinese.

In: the name of a sentence, a language and what fills its gaps. Out: text.
"""

from __future__ import annotations

from functools import partial

from eduplan_rules import sentences
from eduplan_rules.sentences import Sentences

Language = sentences.Language
LANGUAGES = sentences.LANGUAGES

SENTENCES: Sentences = {
    # kinds of definitions, and their parts
    "clause": ("clause", "条款"),
    "entity": ("entity", "实体"),
    "field": ("field", "字段"),
    "parameter": ("parameter", "参数"),
    "value": ("value", "派生值"),
    "calendar": ("calendar", "校历"),
    "rule": ("rule", "规则"),
    "clauses": ("Clauses", "条款"),
    "entities": ("Entities and fields", "实体和字段"),
    "parameters": ("Parameters", "参数"),
    "values": ("Derived values", "派生值"),
    "calendars": ("Calendars", "校历"),
    "rules": ("Rules", "规则"),
    "title": ("title", "标题"),
    "for": ("for", "对象"),
    "where": ("where", "适用范围"),
    "require": ("require", "要求"),
    "since": ("since", "起始"),
    "until": ("until", "终止"),
    "due": ("due", "期限"),
    "every": ("every", "周期"),
    "severity": ("severity", "严重程度"),
    "nature": ("nature", "性质"),
    "owner": ("owner", "责任单位"),
    "message": ("message", "提示语"),
    "source": ("source", "依据"),
    "off": ("switched off", "停用"),
    "label": ("label", "标签"),
    "unit": ("unit", "单位"),
    "by": ("by", "区分依据"),
    "scale": ("scale", "分档依据"),
    "type": ("type", "类型"),
    "is": ("definition", "定义"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "nothing": ("none", "无"),
    "no-value": ("no value", "无数值"),
    "empty-list": ("empty list", "空列表"),
    "unverified": ("{value} (unverified)", "{value}（未经核实）"),
    "step-plus": (
        "{value}, plus {plus} for every full {per} above {above}",
        "{value}，超过 {above} 的部分每满 {per} 再加 {plus}",
    ),
    "step-below": ("below {below}", "不足 {below}"),
    "step-else": ("otherwise", "其余"),
    "stepped": ("{step}: {value}", "{step}：{value}"),
    "body-all": ("all of", "各项全部满足"),
    "body-any": ("any of", "任一项满足"),
    "body-at_least": ("at least {count} of", "至少满足 {count} 项"),
    "with-where": ("{told}, where {where}", "{told}，适用于 {where}"),
    "others-reach": ("others reach", "其余各项须达到"),
    # changes
    "added": ("new", "新增"),
    "removed": ("removed", "删除"),
    "renamed": ("`{old}` is now `{new}`", "`{old}` 更名为 `{new}`"),
    "arrow": ("{old} -> {new}", "{old} -> {new}"),
    "from-day": (" from {day}", " 自 {day} 起"),
    "colon": (": ", "："),
    "comma": (", ", "，"),
    "semicolon": ("; ", "；"),
    "about": ("{name} ({about})", "{name}（{about}）"),
    "of-choice": (", {choice}", "，{choice}"),
    "rulebooks": ("Changes of the rulebook", "规则库的变化"),
    "no-changes": ("The two rulebooks say the same.", "两个规则库内容相同。"),
    "texts-differ": (
        "Their files differ only in spelling, layout or comments.",
        "文件只有写法、排版或注释的不同。",
    ),
    # the impact
    "impact": ("Impact on the facts as of {day}", "对数据的影响（核查日期 {day}）"),
    "reports": ("From the report as of {old} to the one as of {new}", "从 {old} 的报告到 {new} 的报告"),
    "same-rulebook": ("The same rulebook.", "规则库相同。"),
    "other-rulebook": ("The rulebooks differ.", "规则库不同。"),
    "same-facts": ("The same facts.", "数据相同。"),
    "other-facts": ("The facts differ.", "数据不同。"),
    "other-periods": (
        "The reports are about other periods: {old} and {new}.",
        "两份报告的时期不同：{old} 与 {new}。",
    ),
    "no-impact": ("No verdict and no gap changes.", "没有判定或差距发生变化。"),
    "verdict": ("Verdict", "判定"),
    "before": ("before", "之前"),
    "after": ("after", "之后"),
    "word-violated": ("violated", "不达标"),
    "word-unknown": ("unknown", "无法判定"),
    "word-not_due": ("not due", "未到期"),
    "word-satisfied": ("satisfied", "达标"),
    "word-not_applicable": ("not applicable", "不适用"),
    "gained": ("gained", "新增不达标"),
    "lost": ("gone", "不再不达标"),
    "moved": ("gap changed", "差距变化"),
    "unclear": ("newly unknown", "新增无法判定"),
    "clear": ("no longer unknown", "不再无法判定"),
    "reweighed": ("severity changed", "程度变化"),
    "shifted": ("other changes", "其他变化"),
    "shifts": ("Changes of verdict", "判定变化"),
    "rule-column": ("rule", "规则"),
    "count": ("outcomes", "数量"),
    "new-rule": ("new rule", "新增规则"),
    "old-rule": ("removed rule", "已删除的规则"),
    "not-judged": ("not judged", "未作判定"),
    "by-rule": ("By rule", "按规则"),
    "by-place": ("By {entity}", "按{entity}"),
    "by-severity": ("By severity", "按严重程度"),
    "elsewhere": ("none", "不属于任何一个"),
    "gaps": ("Gaps in all, of what is violated", "不达标的差距合计"),
    "gap-line": ("{rule}{period}: {old} -> {new}", "{rule}{period}：{old} -> {new}"),
    "gap-largest": (
        "{rule}{period}: largest {old} -> {new}",
        "{rule}{period}：最大 {old} -> {new}",
    ),
    "in-period": (" {period}", " {period}"),
    "subjects": ("Subjects", "对象"),
    "subject": ("{rule}  {entity} {key}{period}{told}", "{rule}  {entity} {key}{period}{told}"),
    "told": (" ({told})", "（{told}）"),
    "gap": ("gap {gap}", "差距 {gap}"),
    "gap-moved": ("gap {old} -> {new}", "差距 {old} -> {new}"),
    "was": ("was {verdict}", "原为{verdict}"),
    "now": ("now {verdict}", "现为{verdict}"),
    "decided": ("satisfied or not judged", "达标或未作判定"),
    "more": ("and {count} more: --format json", "另有 {count} 个：--format json"),
    "hidden": ("(personal)", "（个人信息）"),
    "severity-error": ("error", "错误"),
    "severity-warning": ("warning", "警告"),
    "severity-info": ("info", "提示"),
    "nature-binding": ("binding", "约束性"),
    "nature-indicative": ("indicative", "预期性"),
    # the command
    "no-entity": ("--by is `{name}`, which is no entity{near}", "--by 的值 `{name}` 不是实体{near}"),
    "near": (", did you mean `{word}`?", "，是否应为 `{word}`？"),
    "no-near": ("", ""),
    "report-and-rules": (
        "found a report and a rulebook, expected two rulebooks, or two reports that end in .json",
        "一个是报告、一个是规则库：应为两个规则库，或两份以 .json 结尾的报告",
    ),
    "nothing-there": ("there is no file or folder `{name}`", "没有文件或文件夹 `{name}`"),
    "facts-with-reports": (
        "found facts beside two reports, expected reports alone",
        "比较两份报告时不能再给出数据",
    ),
    "no-report": (
        "`{name}` is no report of eduplan-rules: {reason}",
        "`{name}` 不是 eduplan-rules 的报告：{reason}",
    ),
    "no-json": ("it cannot be read as JSON", "无法按 JSON 读取"),
    "no-format": (
        "expected the format {format}, found {found}",
        "应为格式 {format}，实际为 {found}",
    ),
    "bad-record": ("a record lacks `{key}`", "有记录缺少 `{key}`"),
}

say = partial(sentences.say, SENTENCES)


def both(name: str, /, **gaps: object) -> dict[str, str]:
    """The sentence in both languages; a gap that has both is told in each."""
    return {
        language: say(
            name,
            language,
            **{key: gap.get(language) if isinstance(gap, dict) else gap for key, gap in gaps.items()},
        )
        for language in LANGUAGES
    }
