"""Every sentence about the meaning of expressions, in English and Chinese: names, types, units, arguments, parameters.

In: the name of a sentence and what fills its gaps. Out: a `Wording`.
"""

from __future__ import annotations

from functools import partial

from eduplan_rules import sentences
from eduplan_rules.sentences import Sentences

SENTENCES: Sentences = {
    "did-you-mean": ("did you mean `{word}`?", "是否应为 `{word}`？"),
    "write": ("write {text}", "写作 `{text}`"),
    "declared-here": ("declared here", "声明在此"),
    "first-here": ("first here", "第一次在此处"),
    "its-choices": ("its choices", "选项在此"),
    # names
    "unknown-name": ("{owner} has no `{name}`", "{owner} 中没有 `{name}` 这个名称"),
    "quote-text": ('put text in double quotes: "{text}"', '文本请加双引号：`"{text}"`'),
    "quote-choice": ('a choice stands in quotes, as in "{choice}"', '选项请加双引号，如 `"{choice}"`'),
    "names-run-together": ("`{name}` is no name, but runs names together", "`{name}` 不是一个名称，而是几个词连写"),
    "ambiguous-name": (
        "`{name}` is both a {kind} of {entity} and a parameter",
        "`{name}` 既是 {entity} 的{kind}，又是参数",
    ),
    "field": ("field", "字段"),
    "value": ("value", "派生值"),
    "rename-one": ("rename one of them", "请将其中一个改名"),
    "unknown-function": ("there is no function or parameter `{name}`", "没有函数或参数 `{name}`"),
    "without-parentheses": ("write `{name}` without parentheses", "写作 `{name}`，不加括号"),
    "field-of": ("write {name}.FIELD", "写作 `{name}.字段`"),
    "call": ("write {name}(…)", "写作 `{name}(…)`"),
    "own-field": ("of {entity} itself write {text} alone", "{entity} 本身的字段直接写 `{text}`"),
    "unknown-entity": ("there is no entity `{name}`", "没有实体 `{name}`"),
    "unknown-choice": ('"{text}" is not one of {known}', '"{text}" 不是已声明的选项，选项有 {known}'),
    "labelled": ("{name} ({labels})", "{name}（{labels}）"),
    "this-outside": (
        "`this` means the subject of an aggregate, and there is none here",
        "`this`（本）指汇总所属的那一行，此处不在汇总之内",
    ),
    "no-parameter-for-bound": (
        "`{word}` is a day or a parameter, and there is no parameter `{name}`",
        "`{word}` 应为日期或参数，没有参数 `{name}`",
    ),
    "unknown-axis": ("no field is called `{axis}`", "没有名为 `{axis}` 的字段"),
    "unknown-placeholder": ("`{{{text}}}` cannot be filled in", "`{{{text}}}` 中没有可填入的内容"),
    "placeholders": (
        "name a field, write an expression, or one of observed, required, gap, unit, subject, period",
        "写字段的名称、表达式，或 `observed`、`required`、`gap`、`unit`、`subject`、`period` 之一",
    ),
    # types
    "cannot-compare": ("cannot compare {left} with {right}", "{left}与{right}不能比较"),
    "cannot-choose": ("cannot choose between {left} and {right}", "{left}与{right}不能作为同一个结果"),
    "no-order": ("{found} has no order", "{found}没有大小之分"),
    "use-equals": ("use = or !=", "请用 `=` 或 `!=`"),
    "type-expected": ("{expected} was expected, found {found}", "应为{expected}，实际为{found}"),
    "a-number": ("a number", "数值"),
    "a-text": ("a text", "文本"),
    "a-date": ("a date", "日期"),
    "a-boolean": ("a boolean", "真假值"),
    "a-value": ("a value", "值"),
    "a-list": ("a list", "列表"),
    "a-number-in": ("a number in {unit}", "以“{unit}”为单位的数值"),
    "a-row-value": ("a value of a row", "数值、文本、日期等单个的值"),
    "the-row-value": ("a value of the row", "数值、文本、日期等单个的值"),
    "written-list": ("a list written out, or a parameter", "直接写出的列表，或参数"),
    "written-duration": (
        "a duration, written out as 30 days or a parameter,",
        "时长（直接写出，如 30 天，或参数）",
    ),
    "a-field": ("a field before `is missing`", "字段（“为空”只用于字段）"),
    "a-share": ("a share such as 85%", "比例（如 85%）"),
    "digits": ("a whole number from 0 to 12", " 0 至 12 的整数"),
    "countable": ("a text, a day or a whole number", "文本、日期或整数"),
    "write-list": ("write [a, b]", "写作 `[a, b]`"),
    "write-missing": (
        "write `is missing` or `is not missing`",
        "判断有无请写 `is missing`（为空）或 `is not missing`（不为空）",
    ),
    "without-quotes": ("write {text} without quotes", "写作 `{text}`，不加引号"),
    "text-in-quotes": ('put text in quotes: "{text}"', '文本请加双引号：`"{text}"`'),
    "day-or-year": ("{day}, or year({text})", "{day}；或写作 `year({text})`"),
    "a-day": ("write {day}", "写作 `{day}`"),
    "whole-day": ("write a whole day, as in {day}", "写明完整的日期，如 `{day}`"),
    "some-whole-day": ("write a whole day", "写明完整的日期"),
    "days-with-days": (
        "with a number of days compare a duration in days",
        "天数只能与以天计的时长比较",
    ),
    "days-between": ("write days_between(first, last)", "写作 `days_between(起始日期, 结束日期)`"),
    "say-days": ("say which, as in + 30 days", "写明是天、月还是年，如 `+ 30 天`"),
    "not-a-condition": ("{what} must be a condition, found {found}", "{what}应为条件，实际为{found}"),
    "the-key": ("`{key}`", "`{key}`"),
    "each-side": ("each side of `{op}`", "`{op}` 的两边"),
    "after-not": ("what follows `{op}`", "`{op}` 后面"),
    "about-rows": ("what `{name}` is about", "`{name}` 所算的内容"),
    "compare-something": ("compare something with it", "请写明拿什么与它比较"),
    "compare-it": ("compare it, as in {text} {sign}", "请写成比较，如 `{text} {sign}`"),
    "add-to-day": (
        "add it to a day, or compare a number of days with it",
        "请加在日期上，或与天数比较",
    ),
    "empty-interval": (
        "nothing lies between {first} and {last}, expected the lower end first",
        "{first} 与 {last} 之间没有任何值，应先写较小的一端",
    ),
    "between": ("write between {last} and {first}", "写作 `between {last} and {first}` 或 `介于 {last} 与 {first}`"),
    # units
    "bad-unit": ("`{text}` is not a unit", "`{text}` 不是单位"),
    "unit-words": ("write words joined by / or *, as in m²/人", "单位由词组成，用 `/` 或 `*` 连接，如 `m²/人`"),
    "units-differ": ("cannot {verb} {left} and {right}", "单位“{left}”与“{right}”不能{verb}"),
    "compare": ("compare", "比较"),
    "add": ("add", "相加"),
    "subtract": ("subtract", "相减"),
    "choose": ("choose between", "作为同一个结果"),
    "in-unit": ("in {unit}", "单位：{unit}"),
    "unit-not-declared": (
        "the value is declared in {declared}, found {found}",
        "声明的单位是“{declared}”，实际为“{found}”",
    ),
    "growth-in-percent": (
        "a published growth is in %, found {found}",
        "公布的增幅应以 % 为单位，实际为“{found}”",
    ),
    "bare-percent": (
        "a bare {text} beside a value in per cent means {text}%",
        "与百分数并列的 {text} 按 {text}% 理解",
    ),
    "percent-or-part": (
        "write {whole}%, or {text}% if it is that small",
        "写作 `{whole}%`；若确实只有这么小，写作 `{text}%`",
    ),
    "one-percent-or-all": ("write 1%, or 100% to say all", "写作 `1%`；若指全部，写作 `100%`"),
    "beyond-ratio": (
        "`{name}` gives a ratio, in which all is 1, so a bare {text} is {text} times all",
        "`{name}` 的结果是比例，全部为 1，{text} 就是全部的 {text} 倍",
    ),
    "bare-among-percent": ("found {text} among values in per cent", "其他数值是百分数，{text} 没有百分号"),
    "percent-or-unit": ('write {text}%, or `unit: "%"`', '写作 `{text}%`，或写明 `unit: "%"`'),
    # arguments
    "wrong-arguments": ("`{name}` takes {expected}, found {found}", "`{name}` 的括号内{expected}，实际有 {found} 项"),
    "two-or-more": ("two values or more", "至少应有 2 项"),
    "over-rows": ("over rows, write {name}(… for ENTITY)", "对多行取值，写作 `{name}(… for 实体)`"),
    "arguments": ("{count} arguments", "应有 {count} 项"),
    "one-argument": ("1 argument", "应有 1 项"),
    "no-arguments": ("no arguments", "不应有内容"),
    "arguments-or-more": ("{count} or more arguments", "至少应有 {count} 项"),
    "arguments-or": ("{least} or {most} arguments", "应有 {least} 或 {most} 项"),
    "named-arguments": ("{arguments} ({names})", "{arguments}（{names}）"),
    "wrong-values": (
        "`{name}` takes {expected} before `for`, found {found}",
        "`{name}` 在 `for` 之前{expected}，实际有 {found} 项",
    ),
    "no-value": ("no value", "不应有内容"),
    "one-value": ("one value", "应有 1 项"),
    "one-value-or-more": ("one value or more", "至少应有 1 项"),
    "constant": (
        "`{name}` takes {kind} that is written out, found an expression",
        "`{name}` 此处须直接写出{kind}，不能是表达式",
    ),
    "clause-not-taken": ("`{name}` takes no `{clause}`", "`{name}` 不能带 `{clause}`"),
    "needs-for": ("`{name}` needs the entity it goes over", "`{name}` 没有写明汇总哪个实体"),
    "write-for": ("write {name}({value} for ENTITY{rest})", "写作 `{name}({value} for 实体{rest})`"),
    "write-count": ("write {name}(ENTITY where …)", "写作 `{name}(实体 where …)`"),
    "not-an-aggregate": ("`{name}` is not an aggregate, and takes no `for`", "`{name}` 不是汇总，不能带 `for`"),
    "window-of-rows": (
        "how far back to look is the subject's affair, found `{text}` of the rows",
        "回溯多久由对象决定，`{text}` 却是被汇总各行的字段",
    ),
    # ways between entities
    "no-path": ("{inner} does not belong to {outer}", "{inner} 不属于 {outer}"),
    "declare-link": (
        "declare it under {inner}: belongs_to: {{{outer}: FIELD}}",
        "请在 {inner} 之下声明 `belongs_to: {{{outer}: 字段}}`",
    ),
    "read-upwards": (
        "each {outer} belongs to one {inner}: write {inner}.FIELD",
        "每个 {outer} 只属于一个 {inner}，直接写 `{inner}.字段`",
    ),
    "ambiguous-path": (
        "{inner} belongs to {outer} in more than one way: {ways}",
        "{inner} 有多条路径到达 {outer}：{ways}",
    ),
    "write-way": ("write the way, as in {way}.FIELD", "请写明路径，如 `{way}.字段`"),
    "many-rows": (
        "{entity} can have several rows in force at once, so there is no single one to read",
        "{entity} 同一天可有多行有效，不能直接取值",
    ),
    "use-aggregate": ("use an aggregate: any(… for {entity})", "请用汇总，如 `any(… for {entity})`"),
    "needs-period": (
        "`{what}` needs rows with a period, and {entity} has none",
        "`{what}` 只用于有时期的数据，{entity} 没有时期",
    ),
    "of-the-subject": ("write this.{name} for the subject's", "要取对象的期初，写作 `this.{name}`"),
    # values
    "value-cycle": ("a value is defined by itself: {way}", "派生值由自身定义：{way}"),
    "chain-too-long": (
        "more than {most} values are defined by each other in a row",
        "派生值逐层引用超过 {most} 层",
    ),
    # parameters
    "parameter-axis": ("`{name}` goes by {axis}, found {found}", "`{name}` 按 {axis} 取值，此处给出的却是{found}"),
    "leaf-expected": ("a {kind} was expected, found {found}", "应为{kind}，实际为{found}"),
    "kind-number": ("number", "数值"),
    "kind-date": ("date", "日期"),
    "kind-text": ("text", "文本"),
    "kind-duration": ("duration", "时长"),
    "say-duration": ("for a duration, write `type: duration`", "若是时长，请写明 `type: duration`"),
    "say-text": ("for a text, write `type: text`", "若是文本，请写明 `type: text`"),
    "say-texts": ("for texts, write `type: text`", "若是文本，请写明 `type: text`"),
    "quote-or-say-text": (
        'for a text, write "{text}" or `type: text`',
        '若是文本，写作 `"{text}"`，或写明 `type: text`',
    ),
    "no-such-day": ("there is no such day in the calendar", "日历上没有这一天"),
    "longer-than-calendar": ("it is longer than the calendar", "时长超出了日历的范围"),
    "say-which": ("say which, as in {text} days", "写明是天、月还是年，如 {text} 天"),
    "whole-lengths": (
        "write a whole number of days, months or years, as in 60 days or 60 天",
        "写整数的天、月或年，如 60 天、60 days",
    ),
    "list-of-durations": ("a duration was expected, found a list", "应为时长，实际为列表"),
    "unit-of-duration": (
        "durations say what they are counted in, found `unit: {unit}` beside them",
        "时长本身已写明天、月或年，不应另写 `unit: {unit}`",
    ),
    "leave-unit-out": ("leave `unit` out", "请删去 `unit`"),
    "list-expected": (
        "a list was expected, as in other values of `{name}`, found `{text}`",
        "`{name}` 的其他数值是列表，此处也应为列表，实际为 `{text}`",
    ),
    "write-in-list": ("write [{text}]", "写作 `[{text}]`"),
    "missing-choice": (
        "`{name}` has no value for {lacking}, expected one for every choice",
        "`{name}` 缺少 {lacking} 的数值，每个选项都应有",
    ),
    "give-each": (
        "give each a value, or ~ where there is none",
        "请逐一写明数值；确实没有的写 `~`",
    ),
    "same-choice": ("`{key}` and `{first}` are the same choice", "`{key}` 与 `{first}` 是同一个选项"),
    # rules
    "bound-of-type": (
        "`{word}` was expected to be a day, and `{name}` is {found}",
        "`{word}` 应为日期，`{name}` 却是{found}",
    ),
    "bound-not-fixed": (
        "`{word}` needs a parameter with one `value`, and `{name}` {variety}",
        "`{word}` 需要只有一个 `value` 的参数，`{name}` 却{variety}",
    ),
    "goes-by": ("goes by {axes}", "按 {axes} 区分"),
    "ends-on": ("ends on {day}", "在 {day} 失效"),
    "has-no-value": ("has no value", "没有数值"),
    "has-dated-values": ("has values by date", "按日期分列"),
    "single-value": ("give `{name}` a single `value`", "请给 `{name}` 只写一个 `value`"),
    "since-after-until": (
        "found since {since} after until {until}",
        "起始日期 `since` {since} 晚于截止日期 `until` {until}",
    ),
    "incomplete-member": (
        "a member has `measure` with `minimum` or `maximum`, or a condition `that`; found {found}",
        "成员应写 `measure` 加 `minimum` 或 `maximum`，或写条件 `that`，实际写了{found}",
    ),
    "empty-member": (
        "a member has `measure` with `minimum` or `maximum`, or a condition `that`; found none of them",
        "成员应写 `measure` 加 `minimum` 或 `maximum`，或写条件 `that`，实际一个也没有写",
    ),
    "floor-above-all": ("expected a share of at most 100%, found {found}", "应为不超过 100% 的比例，实际为 {found}"),
    "others-reach": (
        "`others_reach` is how far the others may fall short",
        "`others_reach` 是其余成员至少应达到标准的百分之几",
    ),
    "parameter-not-marked": (
        "`{name}` is read by the binding rule {rule}, so its replacement must be marked",
        "约束性规则 {rule} 读取 `{name}`，修改时须注明是收紧还是放宽",
    ),
    "mark-replacement": (
        "write `tightens: true`, or `loosens: {{reason: …, source: …}}`",
        "收紧写 `tightens: true`；放宽写 `loosens: {{reason: …, source: …}}`",
    ),
    "loosened-value": (
        "`{name}` goes from {old} to {new}, which asks for less though it says `tightens: true`",
        "`{name}` 由 {old} 改为 {new}，写明 `tightens: true`，实际却是放宽",
    ),
    "loosened-value-since": (
        "`{name}` goes from {old} to {new} from {day} on, which asks for less though it says `tightens: true`",
        "`{name}` 自 {day} 起由 {old} 改为 {new}，写明 `tightens: true`，实际却是放宽",
    ),
    "loosened-severity": (
        "`{name}` goes from {old} to {new}, which asks for less though it says `tightens: true`",
        "`{name}` 的严重程度由 {old} 改为 {new}，写明 `tightens: true`，实际却是放宽",
    ),
    "loosened-off": (
        "`{name}` is switched off, which asks for less though it says `tightens: true`",
        "`{name}` 被停用，写明 `tightens: true`，实际却是放宽",
    ),
    "correct-tightening": (
        "correct it, or write `loosens: {{reason: …, source: …}}` instead",
        "请改正，或改写为 `loosens: {{reason: …, source: …}}`",
    ),
}

word = partial(sentences.word, SENTENCES)
