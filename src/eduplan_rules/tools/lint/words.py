"""Every sentence of the advice, in English and Chinese.

In: the name of a sentence, a language and what fills its gaps. Out: text. The name of advice is its code; with `-hint`
it is what to do about it.
"""

from __future__ import annotations

from functools import partial

from eduplan_rules import sentences
from eduplan_rules.sentences import Sentences

Language = sentences.Language

SENTENCES: Sentences = {
    "rule-without-case": ("no case expects anything of `{rule}`", "没有用例验证 `{rule}`"),
    "rule-without-case-hint": (
        "write one in {file}: a row that satisfies it, one that violates it, one with a gap",
        "在 {file} 中编写用例：达标、不达标、缺数据各一行",
    ),
    "rule-without-owner": ("`{rule}` has no `owner`, so nobody is told to act", "`{rule}` 没有 `owner`，无人负责整改"),
    "rule-without-owner-hint": ("write owner: {{zh: …, en: …}}", "写明责任单位：owner: {{zh: …, en: …}}"),
    "message-in-one-language": (
        "the {part} of `{rule}` has no text in {lacking}",
        "`{rule}` 的{part}没有{lacking}文本",
    ),
    "text-in-one-language": (
        "the {part} of `{rule}` has no text in {lacking}",
        "`{rule}` 的{part}没有{lacking}文本",
    ),
    "text-in-one-language-hint": ("write both, {key}: {{zh: …, en: …}}", "两种语言都写：{key}: {{zh: …, en: …}}"),
    "part-title": ("title", "标题"),
    "part-owner": ("owner", "责任单位"),
    "part-message": ("message", "提示语"),
    "message-in-one-language-hint": (
        "write both, message: {{zh: …, en: …}}, or leave the message out to have one made",
        "两种语言都写：message: {{zh: …, en: …}}；不写 message 则自动生成",
    ),
    "language-zh": ("Chinese", "中文"),
    "language-en": ("English", "英文"),
    "unused-parameter": ("no rule and no value reads the parameter `{name}`", "没有规则或派生值读取参数 `{name}`"),
    "unused-parameter-hint": ("use it, or take it out", "请在规则中使用，或删去"),
    "unused-value": ("no rule and no other value reads `{name}`", "没有规则或其他派生值读取 `{name}`"),
    "unused-value-hint": ("use it, or take it out", "请在规则中使用，或删去"),
    "same-condition": (
        "`{rule}` requires the same of the same rows as `{other}`",
        "`{rule}` 与 `{other}` 对同样的对象提出同样的要求",
    ),
    "same-condition-hint": (
        "keep one of them, or say by `where`, `since` or `until` how they differ",
        "保留其中一条，或用 `where`、`since`、`until` 写明区别",
    ),
    "same-condition-there": ("`{other}`", "`{other}`"),
    "where-contradicts-require": (
        "`{one}` and `{other}` cannot both hold, so nothing can satisfy `{rule}`",
        "`{one}` 与 `{other}` 不能同时成立，任何对象都无法满足 `{rule}`",
    ),
    "where-contradicts-require-hint": ("change one of them", "请修改其中一个条件"),
    "where-contradicts-require-there": ("contradicts it", "与之矛盾"),
    "bound-outside-field": (
        "{bound} lies {side} of `{field}`, {limit}",
        "{bound} 超出 `{field}` 的{side}（{limit}）",
    ),
    "bound-outside-field-hint": (
        "the comparison comes out the same for every row: correct the bound, or the field",
        "该比较对每一行的结果都相同：请改正界限值，或字段的取值范围",
    ),
    "bound-outside-share": (
        "{bound} is no share: `{text}` lies between 0% and 100%",
        "{bound} 不可能是占比：`{text}` 总在 0% 与 100% 之间",
    ),
    "bound-outside-share-hint": (
        "the comparison comes out the same for every row: correct the bound",
        "该比较对每一行的结果都相同：请改正界限值",
    ),
    "bound-outside-field-there": ("declared here", "在此声明"),
    "side-min": ("below the `min`", "最小值 `min`"),
    "side-max": ("above the `max`", "最大值 `max`"),
    "gap-in-values-before": (
        "`{rule}` holds since {since}, but `{name}` has no value before {first}",
        "`{rule}` 自 {since} 起适用，但 `{name}` 在 {first} 之前没有数值",
    ),
    "gap-in-values-before-hint": (
        "add the value that held then, or let the rule begin with it: since: {first}",
        "补充当时的数值，或让规则从那时起适用：since: {first}",
    ),
    "gap-in-values-after": (
        "`{name}` ended on {ended}, but `{rule}` goes on {until}",
        "`{name}` 在 {ended} 后失效，但 `{rule}` {until}仍适用",
    ),
    "gap-in-values-after-hint": (
        "add the value that holds from then on, or end the rule: until: {ended}",
        "补充此后的数值，或让规则同时终止：until: {ended}",
    ),
    "until-day": ("until {day}", "至 {day} "),
    "until-open": ("without an end", "此后"),
    "gap-in-values-rule": ("the rule", "该规则"),
    "overlap-in-values": (
        "`{name}` has the same value, source and status from {since} on as before",
        "`{name}` 自 {since} 起的数值、依据和状态与之前相同",
    ),
    "overlap-in-values-hint": ("take it out: the earlier one still holds", "可删去：此前的数值继续有效"),
    "overlap-in-values-there": ("the same", "与此相同"),
    "gap-in-scale-open": (
        "the scale of `{name}` ends below {below}: from there on it has no value",
        "`{name}` 的分档止于 {below}，达到或超过 {below} 时没有数值",
    ),
    "gap-in-scale-open-hint": ("add a last step without `below`", "补充一个不写 `below` 的最后一档"),
    "gap-in-scale-above": (
        "this step begins at {start}, but counts further steps only above {above}",
        "该档从 {start} 开始，却只从 {above} 起计算加数",
    ),
    "gap-in-scale-above-hint": ("write above: {start}", "改写为 above: {start}"),
    "overlap-in-scale": (
        "this step begins at {start}, but counts further steps from {above}, where the step before it holds",
        "该档从 {start} 开始，却从 {above} 起计算加数，那里仍属上一档",
    ),
    "overlap-in-scale-hint": ("write above: {start}", "改写为 above: {start}"),
    "overlap-in-scale-same": (
        "this step has the same value and status as the one before it",
        "该档的数值和状态与上一档相同",
    ),
    "overlap-in-scale-same-hint": ("make one step of the two", "请合并为一档"),
    "silent-loosening": ("{what}, which asks for less and is not marked", "{what}，要求放宽而未注明"),
    "silent-loosening-hint": (
        "write loosens: {{reason: …, source: …}}",
        "请写明 loosens: {{reason: …, source: …}}",
    ),
    "silent-loosening-false": (
        "{what}, which asks for less though it says `tightens: true`",
        "{what}，写明 `tightens: true`，实际却是放宽",
    ),
    "silent-loosening-false-hint": (
        "correct it, or write loosens: {{reason: …, source: …}} instead",
        "请改正，或改写为 loosens: {{reason: …, source: …}}",
    ),
    "looser-severity": ("`{name}` goes from {old} to {new}", "`{name}` 由 {old} 改为 {new}"),
    "looser-off": ("`{name}` is switched off", "`{name}` 被停用"),
    "looser-due": ("`{name}` is due on {new} instead of {old}", "`{name}` 的期限由 {old} 推迟到 {new}"),
    "looser-value": ("`{name}` goes from {old} to {new}{since}", "`{name}` 由 {old} 改为 {new}{since}"),
    "since-day": (" from {day} on", "（自 {day} 起）"),
    "since-always": ("", ""),
    "unguarded-absence": (
        "`{field}` may be known to be absent, and then `{comparison}` leaves `{rule}` unknown",
        "`{field}` 可以为空（blank: none），为空时 `{comparison}` 使 `{rule}` 无法判定",
    ),
    "unguarded-absence-hint": (
        "say what absence means: `{field} is missing or …`, or `{field} is not missing and …`",
        "写明为空的含义：`{field} is missing or …`（为空也算），或 `{field} is not missing and …`（为空不算）",
    ),
    "unguarded-absence-there": ("`blank: none`", "`blank: none`"),
    "unreadable-cases": ("{reason}", "{reason}"),
    "unknown-code": ("`{code}` is no advice that can be turned off{near}", "没有名为 `{code}` 的建议可以关闭{near}"),
    "unknown-code-hint": (
        "codes are {known}; what the loader refuses cannot be turned off",
        "可关闭的有 {known}；加载时的错误不能关闭",
    ),
    "near": (", did you mean `{word}`?", "，是否应为 `{word}`？"),
    "no-near": ("", ""),
    "off-without-effect": ("`{code}` is turned off, but nothing would be told", "`{code}` 已关闭，但并没有相应的问题"),
    "off-without-effect-about": (
        "`{code}` is turned off about `{about}`, but nothing would be told about it",
        "`{code}` 已对 `{about}` 关闭，但并没有相应的问题",
    ),
    "off-without-effect-hint": ("take this line out", "请删去这一行"),
    "off-without-effect-about-hint": ("take this line out", "请删去这一行"),
    # the command
    "clean": ("CLEAN: there is nothing to say (rules: {rules})", "通过：{rules} 条规则没有可提的建议"),
    "counts": (
        "{verdict}: errors: {errors}, warnings: {warnings} (rules: {rules}, turned off: {off})",
        "{verdict}：{rules} 条规则，{errors} 个错误，{warnings} 个警告（已关闭 {off} 项）",
    ),
    "passed": ("PASSED", "通过"),
    "failed": ("FAILED", "未通过"),
    "refused": (
        "FAILED: the loader refuses the rulebook (mistakes: {errors}); advice follows once they are mended",
        "未通过：规则库有 {errors} 处错误，改正后再给出建议",
    ),
    "more": ("What a code means: eduplan-rules lint --explain CODE", "代码含义：eduplan-rules lint --explain 代码"),
    # about codes
    "explain-bad": ("Bad:", "错误示例："),
    "explain-good": ("Good:", "正确示例："),
    "no-code": ("there is no code `{code}`{near}", "没有代码 `{code}`{near}"),
    "page-title": ("Codes", "代码说明"),
    "page-generated": (
        "<!-- Generated from the texts about codes in the package; `eduplan-rules lint --explain CODE` prints one. -->",
        "<!-- 根据软件包内的代码说明生成；`eduplan-rules lint --explain 代码` 显示其中一条。 -->",
    ),
    "page-other": ("[中文](../zh/codes.md)", "[English](../en/codes.md)"),
    "page-intro": (
        "What is told about a rulebook: first what the loader refuses, then what `eduplan-rules lint` advises.",
        "对规则库可能提出的问题：先是加载时的错误，再是 `eduplan-rules lint` 的建议。",
    ),
    "page-off": (
        "Advice can be turned off in the rulebook, everywhere or about one name, with a reason:",
        "建议可在规则库中关闭（全部，或只对某一名称），须写明理由：",
    ),
    "page-common": (
        "Examples are rule files. They may use these entities, unless they declare entities themselves:",
        "示例均为规则文件。除自行声明实体者外，均可使用以下实体：",
    ),
    "page-loader": ("What the loader refuses", "加载时的错误"),
    "page-advice": ("What `lint` advises", "`lint` 的建议"),
    "page-layers": ("Then, in a later layer:", "后一层："),
    "page-cases": ("With these cases beside it:", "旁有用例："),
}


word = partial(sentences.word, SENTENCES)
say = partial(sentences.say, SENTENCES)
