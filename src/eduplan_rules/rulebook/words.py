"""Every sentence about the shape of rule files, in English and Chinese.

In: the name of a sentence and what fills its gaps. Out: a `Wording`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from eduplan_rules import sentences
from eduplan_rules.sentences import Sentences, Wording

SENTENCES: Sentences = {
    # what stands at a place, and what could
    "found-nothing": ("nothing", "空"),
    "found-empty-text": ("an empty text", "空文本"),
    "found-empty-mapping": ("an empty mapping", "空的映射"),
    "found-text": ("`{text}`", "`{text}`"),
    "one-of": ("{words} or {last}", "{words}或{last}"),
    "all-of": ("{words} and {last}", "{words}和{last}"),
    "only": ("{word}", "{word}"),
    "expected": ("expected {expected}, found {found}", "应为{expected}，实际为{found}"),
    "the-entities": ("the entities are: {names}", "现有实体：{names}"),
    "the-clauses": ("the clauses are: {names}", "现有条款：{names}"),
    "the-fields": ("the fields are: {names}", "现有字段：{names}"),
    "did-you-mean": ("did you mean `{word}`?", "是否应为 `{word}`？"),
    "write": ("write {text}", "写作 `{text}`"),
    "first-here": ("first here", "第一次在此处"),
    "a-text": ("a text", "文本"),
    "a-list": ("a list", "列表"),
    "a-mapping": ("a mapping", "映射（`键: 值`）"),
    "a-number": ("a number", "数值"),
    "a-value": ("a value", "数值"),
    "a-date": ("a date as year-month-day (2021-12-31)", "“年-月-日”形式的日期（如 2021-12-31）"),
    "a-reason": ("a reason", "理由"),
    "texts": ("a text or a list of texts", "文本，或由文本组成的列表"),
    "texts-by-language": (
        "a text or texts by language",
        "文本，或分语言的文本（`{{zh: …, en: …}}`）",
    ),
    "list-of-two": ("expected a list of two, found {found}", "应为两项的列表，实际有 {found} 项"),
    "true-or-false": ("true or false", "`true` 或 `false`"),
    "choices": ("choices", "选项的列表，或 `选项: 标签` 的映射"),
    "links": ("entities with key fields", "`上级实体: 主键字段` 的映射"),
    "renamings": ("old keys with new ones", "`旧主键: 现主键` 的映射"),
    "members": ("a number of members or `all`", "成员个数或 `all`"),
    "sections": ("sections", "规则文件的各个部分"),
    "rules": ("a list of rules", "规则的列表"),
    "replaced": ("parameters or rules", "`parameters` 或 `rules`"),
    "reasons": ("reasons by code", "`代码: 理由` 的映射"),
    "format-version": ("version {versions} of the format", "格式版本 {versions}"),
    "entity-name": ("`entity.name`", "“实体.名称”的写法"),
    "body": (
        "an expression, or a mapping with all, any or at_least",
        "表达式，或含有 `all`、`any` 或 `at_least` 的映射",
    ),
    "values-by-date": ("values by date", "按日期分列的数值"),
    "values-by-choice": ("a value for each choice of `{axis}`", "按 `{axis}` 的选项分列的数值"),
    "steps": ("a list of steps, for the scale `{scale}`", "按 `{scale}` 分档的列表"),
    # keys
    "unknown-key": ("unknown key {key}", "未知的键{key}"),
    "keys-here": ("keys here are {keys}", "此处可用的键：{keys}"),
    "comma-in-text": ("put a text with a comma in quotes", "含逗号的文本请加引号"),
    "wide-colon": (
        "found a full-width colon after `{key}`, expected `: `",
        "`{key}` 后面是全角冒号，应为半角冒号加空格",
    ),
    "tight-colon": ("found no space after `{key}:`", "`{key}:` 后面缺少空格"),
    "missing-key": ("`{key}` is missing", "缺少 `{key}`"),
    "key-twice": ("found the key `{key}` twice", "键 `{key}` 写了两次"),
    # numbers and days
    "in-digits": ("write it in digits; for a text, put it in quotes", "请用阿拉伯数字书写；若是文本，请加引号"),
    "without-commas": ("write {number}, without commas", "写作 {number}，不加逗号"),
    "without-unit": (
        "write {number} alone; what it counts stands at `unit`",
        "只写 {number}，单位另写在 `unit`",
    ),
    "no-such-day": ("there is no day {day} in the calendar", "日历上没有 {day} 这一天"),
    "whole-day": ("write a whole day, as in {day}", "写明完整的日期，如 `{day}`"),
    "since-after-until": (
        "found since {since} after until {until}",
        "起始日期 `since` {since} 晚于截止日期 `until` {until}",
    ),
    # calendars
    "days-by-period": ("first and last days by period", "`时期: [首日, 末日]` 的映射"),
    "first-and-last-day": ("the first and the last day", "首日和末日两个日期"),
    "year": ("a year, as in 2022", "年份（如 2022）"),
    "school-year": ("a school year, as in 2021-2022", "学年（如 2021-2022）"),
    "term": ("a term, as in 2021-2022-1", "学期（如 2021-2022-1）"),
    "quarter": ("a quarter, as in 2022-Q1", "季度（如 2022-Q1）"),
    "month": ("a month, as in 2022-03", "月份（如 2022-03）"),
    "days-crossed": ("found the first day {first} after the last day {last}", "首日 {first} 晚于末日 {last}"),
    "declared-twice": ("`{name}` is declared twice", "`{name}` 声明了两次"),
    "periods-overlap": (
        "`{following}` begins on {first}, but `{period}` runs to {last}",
        "`{following}` 自 {first} 开始，而 `{period}` 到 {last} 才结束",
    ),
    "to-day": ("to {day}", "至 {day}"),
    "far-days": (
        "found {first} to {last} for `{period}`, expected days near {usual_first} to {usual_last}",
        "`{period}` 应在 {usual_first} 至 {usual_last} 前后，实际为 {first} 至 {last}",
    ),
    "begins-inside": (
        "`{period}` begins on {day}, inside `{other}`, which runs from {first} to {last}",
        "`{period}` 自 {day} 开始，落在 `{other}`（{first} 至 {last}）之内",
    ),
    "ends-inside": (
        "`{period}` ends on {day}, inside `{other}`, which runs from {first} to {last}",
        "`{period}` 到 {day} 结束，落在 `{other}`（{first} 至 {last}）之内",
    ),
    "date-as-well": ("date {period} as well", "请同时写明 `{period}` 的首日和末日"),
    # entities and fields
    "no-field": ("`{entity}` has no field {field}", "`{entity}` 没有字段{field}"),
    "two-times": ("found {times}, expected one of them", "同时写了{times}，只能写其中一个"),
    "empty-key": ("`{entity}` has an empty `key`, expected a field", "`{entity}` 的主键 `key` 是空的，应写明字段"),
    "key-fields": (
        "expected {wanted} fields for the key of `{parent}`, found {found}",
        "`{parent}` 的主键有 {wanted} 个字段，这里写了 {found} 个",
    ),
    "the-key": ("the key", "主键在此"),
    "no-choices": ("`{field}` is a choice without choices", "`{field}` 的类型是 `choice`，却没有列出选项"),
    "list-choices": (
        "list them, as in choices: {{day: 走读, boarding: 寄宿}}",
        "请列出选项，如 `choices: {{day: 走读, boarding: 寄宿}}`",
    ),
    "only-in-type": (
        "found `{key}` in a field of type `{found}`, expected type {expected}",
        "类型为 `{found}` 的字段不能有 `{key}`，类型应为{expected}",
    ),
    "field-of-type": (
        "expected a field of type {expected}, found `{name}` of type `{found}`",
        "此处字段的类型应为{expected}，`{name}` 的类型却是 `{found}`",
    ),
    "declared-as": ("declared as {found}", "声明为 `{found}`"),
    "min-above-max": ("found min {min:g} above max {max:g}", "最小值 `min` {min:g} 大于最大值 `max` {max:g}"),
    # names
    "not-a-name": (
        "expected a name of letters, digits and `_`, found {found}",
        "名称只能由文字、数字和 `_` 组成，且不以数字开头，实际为{found}",
    ),
    "reserved-word": (
        "`{word}` is a word of the language, expected another name",
        "`{word}` 是表达式的保留词，请另取名称",
    ),
    "a-function": (
        "`{word}` is a function of the language, expected another name",
        "`{word}` 是函数的名称，请另取名称",
    ),
    "name-taken": ("`{word}` is already a name of `{holder}`", "`{word}` 已经是 `{holder}` 的名称"),
    "has-it": ("`{holder}` has it", "`{holder}` 已用此名"),
    "choice-twice": ("found the choice {choice} twice", "选项{choice} 写了两次"),
    "no-entity": ("there is no entity {name}", "没有实体{name}"),
    "no-clause": ("there is no clause {name}", "没有条款{name}"),
    "key-renamed-already": ("`{new}` is the new key of `{first}` already", "`{new}` 已经是 `{first}` 的现主键"),
    "renamed-in-circle": ("`{old}` is renamed in a circle: {way}", "`{old}` 的更名成环：{way}"),
    "renamed-in-steps": ("`{old}` is renamed in steps: {way}", "`{old}` 分几步更名：{way}"),
    # rules
    "rule-id": (
        "expected `theme.kebab-name`, found {found}",
        "规则编号应为“主题.名称”（小写，用连字符），实际为{found}",
    ),
    "id-in-use": ("`{old}` is still the id of a rule", "`{old}` 仍是某条规则的编号"),
    "id-of-another": ("`{old}` is the former id of `{heir}` already", "`{old}` 已经是 `{heir}` 的旧编号"),
    "member-twice": ("`{name}` is the id of two members", "两个成员的编号都是 `{name}`"),
    "no-members": ("found a list without members, expected one or more", "列表中没有成员，至少应有一个"),
    "needs-since": (
        "`{entity}` has no period, so `every` needs `since`",
        "`{entity}` 没有时期，写了 `every` 就须写 `since`",
    ),
    "write-since": (
        "write the first year or day: `since: 2021`",
        "写明从哪一年或哪一日开始：`since: 2021`",
    ),
    "every-too-long": (
        "found every {every} for rows of one {period}, expected a shorter period",
        "`every: {every}` 比每行数据的时期（`{period}`）长，应为更短的时期",
    ),
    "no-way": (
        "expected one of all, any, at_least, found none of them",
        "缺少 `all`、`any`、`at_least` 中的一个",
    ),
    "several-ways": (
        "expected one of all, any, at_least, found {ways}",
        "`all`、`any`、`at_least` 只能写一个，实际写了{ways}",
    ),
    "of-missing": (
        "`of` is missing: at_least counts members of a list",
        "缺少 `of`：`at_least` 要数的各个成员写在 `of` 之下",
    ),
    "begin-each-rule": ("begin each rule with `- id: …`", "每条规则以 `- id: …` 开头"),
    # parameters
    "ended-too-soon": (
        "found ended {ended} before the value of {last}, expected a day on which that still holds",
        "失效日期 `ended` {ended} 早于最后一个数值的起用日期 {last}，应不早于该日期",
    ),
    "the-last-value": ("the last value", "最后一个数值"),
    "value-and-values": ("found both `value` and `values`, expected one", "同时写了 `value` 和 `values`，只能写一个"),
    "no-value": ("`value` or `values` is missing", "缺少 `value` 或 `values`"),
    "dates-under-value": (
        "found values by date under `value`, expected `values`",
        "`value` 之下是按日期分列的数值，应写在 `values` 之下",
    ),
    "write-values": ("write `values`", "改为 `values`"),
    "use-value": ("use `value` for one without a date", "没有日期的单个数值请写在 `value`"),
    "oldest-first": (
        "found {day} after {before}, expected the oldest first",
        "{day} 写在 {before} 之后，应由早到晚排列",
    ),
    "name-axis": ("name the axis: `by: [stage]`", "请写明按什么区分，如 `by: [stage]`"),
    "name-scale": ("name what the steps are over: `scale: students`", "请写明按什么分档，如 `scale: students`"),
    "step-without-below": (
        "found a step without `below` before the last, expected a limit",
        "这一档没有写 `below`，只有最后一档可以不写",
    ),
    "below-not-higher": (
        "found below {below:g} after below {before:g}, expected a higher limit",
        "这一档的 `below` {below:g} 不大于上一档的 {before:g}，应由小到大",
    ),
    "part-of-further": (
        "found a part of plus, per, above, expected all three or none",
        "`plus`、`per`、`above` 只写了一部分，应都写或都不写",
    ),
    "per-not-positive": ("found per {per:g}, expected more than 0", "`per` 为 {per:g}，应大于 0"),
    # layers
    "no-earlier-rule": ("no earlier layer has the rule `{name}`", "前面各层没有规则 `{name}`"),
    "no-earlier-parameter": ("no earlier layer has the parameter `{name}`", "前面各层没有参数 `{name}`"),
    "use-replace": ("use `replace` to change it in a later layer", "后一层要修改它，请用 `replace`"),
    "binding-not-marked": (
        "`{name}` is binding, so its replacement must be marked",
        "`{name}` 是约束性规则，修改时须注明是收紧还是放宽",
    ),
    "mark-replacement": (
        "write `tightens: true`, or `loosens: {{reason: …, source: …}}`",
        "收紧写 `tightens: true`；放宽写 `loosens: {{reason: …, source: …}}`",
    ),
    "tightens-and-loosens": (
        "found tightens and loosens, expected one of them",
        "同时写了 `tightens` 和 `loosens`，只能写一个",
    ),
    "write-off": ("write off: {{code: reason}}", "写作 `off: {{代码: 理由}}`"),
    "say-why-off": ("say in a few words why it is off", "用几个字写明为什么关闭"),
    "sections-are": ("sections are {names}", "规则文件可有的部分：{names}"),
    # files
    "no-rules": ("found nothing in the rulebook, expected rules", "规则库是空的，应有规则"),
    "no-rule-files": (
        "found no rule files in this folder, expected *.yaml",
        "这个文件夹中没有规则文件（*.yaml）",
    ),
    "no-file": ("there is no such file or folder", "没有这个文件或文件夹"),
    "file-not-read": ("the file cannot be read: {reason}", "文件无法读取：{reason}"),
    "not-utf-8": (
        "found the byte 0x{byte:02X}, expected text in UTF-8",
        "字节 0x{byte:02X} 不是 UTF-8 编码的文本",
    ),
    "save-as-utf-8": ("save the file as UTF-8", "请将文件另存为 UTF-8 编码"),
}

word = partial(sentences.word, SENTENCES)


def one_of(words: Sequence[object]) -> Wording:
    """What could stand at a place: a, b or c."""
    return _enumerated("one-of", words)


def all_of(words: Sequence[object]) -> Wording:
    """What stands at a place together: a, b and c."""
    return _enumerated("all-of", words)


def _enumerated(name: str, words: Sequence[object]) -> Wording:
    quoted = [f"`{each}`" for each in words]
    return word(name, words=tuple(quoted[:-1]), last=quoted[-1]) if len(quoted) > 1 else word("only", word=quoted[0])
