"""Every sentence about how expressions and patterns are written, in English and Chinese.

In: the name of a sentence and what fills its gaps. Out: a `Wording`.
"""

from __future__ import annotations

from functools import partial

from eduplan_rules import sentences
from eduplan_rules.sentences import Sentences

SENTENCES: Sentences = {
    # what could not be read
    "cannot-stand-here": ("`{found}` cannot stand here", "此处不能写 `{found}`"),
    "cannot-stand-here-expected": (
        "`{found}` cannot stand here, expected {expected}",
        "此处不能写 `{found}`，应为{expected}",
    ),
    "ends-too-early": (
        "the expression ends too early, expected {expected}",
        "表达式没有写完，后面应为{expected}",
    ),
    "nothing-written": ("an expression was expected, found nothing", "应为表达式，实际为空"),
    "folded": ("an expression cannot be a folded block (>)", "表达式不能写成折叠块（`>`）"),
    "no-folding": ("use | instead of >, or one line", "请将 `>` 换成 `|`，或写成一行"),
    "nested-too-deep": (
        "the expression is nested {most} levels deep or more, expected fewer",
        "表达式嵌套达到或超过 {most} 层，请减少层次",
    ),
    "name-parts": (
        "write a list, as in `require: {{all: [...]}}` or `x in [...]`, or give parts a name under `values`",
        "请写成列表，如 `require: {{all: [...]}}`、`x in [...]`，或在 `values` 下给各部分取名",
    ),
    "chain": ("a comparison has two sides, found a chain", "一次比较只有两边，此处连写了几个比较"),
    "between-or-and": (
        "write `x between a and b`, or join with `and`",
        "写作 `x between a and b`（x 介于 a 与 b），或用 `and`（且）连接",
    ),
    "clause-twice": ("`{clause}` stands twice in one aggregate", "同一个汇总中 `{clause}` 写了两次"),
    "clauses-need-for": (
        "`{name}` needs `for` and an entity before {clauses}",
        "`{name}` 在 {clauses} 之前须写 `for` 和实体",
    ),
    "too-long": (
        "`{text}` is too long, expected at most {most} {unit}",
        "`{text}` 太长，最多 {most} {unit}",
    ),
    "days": ("days", "天"),
    "months": ("months", "个月"),
    "years": ("years", "年"),
    "number-too-large": (
        "the number is too large to be exact, expected one below 2^53",
        "这个数太大，不能精确表示，应小于 2 的 53 次方",
    ),
    "not-a-day": ("found {text}, expected a day as year-month-day", "日期应写作“年-月-日”，实际为 `{text}`"),
    "no-such-day": ("there is no day {text}", "没有 {text} 这一天"),
    "no-operator": ("`{text}` is no operator", "`{text}` 不是运算符"),
    # what could stand there
    "or": ("{words} or {last}", "{words}或{last}"),
    "value": ("a value", "值"),
    "operator": ("an operator", "运算符"),
    "duration": ("a duration", "时长"),
    "name": ("a name", "名称"),
    "end": ("the end", "表达式的结尾"),
    "token": ("`{token}`", "`{token}`"),
    # what to write instead
    "write": ("write {text}", "写作 `{text}`"),
    "write-sign": ("write {sign} or {other}", "写作 `{sign}` 或 `{other}`"),
    "write-word": ("write `{word}`, or {chinese}", "写作 `{chinese}` 或 `{word}`"),
    "single-equals": ("write a single =", "只写一个 `=`"),
    "digits": ("write the number in digits", "请用阿拉伯数字书写"),
    "whole-day": ("write a whole day, as in 2021-12-31", "写明完整的日期，如 `2021-12-31`"),
    "did-you-mean": ("did you mean `{word}`?", "是否应为 `{word}`？"),
    "double-quotes": ('put text in double quotes, "…" or “…”', '文本请加双引号，`"…"` 或 `“…”`'),
    "quote-not-closed": ("this quote is never closed", "这个引号没有闭合"),
    "and-between-ends": ("write `and` between the two ends", "两端之间请写 `and`"),
    "yu-between-ends": ("write 与 between the two ends", "两端之间请写 `与`"),
    "if": ("write if(condition, a, b)", "写作 `如果(条件, a, b)` 或 `if(条件, a, b)`"),
    "where-is-a-key": (
        "`where` is a key of the rule; in an expression it belongs inside count(…) and the like",
        "`where`（其中）是规则的键；在表达式中只能写在 `count(…)` 等汇总之内",
    ),
    "no-modulo": ("there is no modulo", "没有取余运算"),
    "no-modulo-per-cent": (
        "there is no modulo; a per cent sign follows a number directly",
        "没有取余运算；百分号须紧跟在数的后面",
    ),
    "call-of-two": ("write {name}(…, …)", "写作 `{name}(…, …)`"),
    "is-not-missing": ("write `is not missing`, or 不为空", "写作 `不为空` 或 `is not missing`"),
    "no-unit": (
        "write the number without a unit: it is taken from the other side",
        "数后面不写单位，单位随另一边而定",
    ),
    "zero-before-point": ("write a zero before the point: 0.5", "小数点前请写 0，如 `0.5`"),
    "no-comma-in-number": ("write 1_200 or 1200, without a comma", "写作 `1200` 或 `1_200`，不加逗号"),
    "is-what": ("write = to compare, or `is missing`", "比较请写 `=`；判断有无请写 `is missing`（为空）"),
    "not-what": (
        "write != to compare, or `not in`, or `is not missing`",
        "不等请写 `!=`；也可能是 `not in`（不属于）或 `is not missing`（不为空）",
    ),
    "not-in-parentheses": ("put it in parentheses: (not …)", "请加括号：`(not …)` 或 `(非 …)`"),
    "square-brackets": ("a list has square brackets: [a, b]", "列表用方括号：`[a, b]`"),
    "no-powers": ("there are no powers: write x * x", "没有乘方，写作 `x * x`"),
    "a-comma": ("write a comma", "请改为逗号"),
    "no-semicolon": ("leave out the semicolon", "请删去分号"),
    "nothing-open": ("no parenthesis is open here", "前面没有与它配对的左括号"),
    "no-colons": ("the language has no colons", "表达式中不用冒号"),
    "leave-out": ("leave it out", "请删去"),
    "spaces": ("put spaces around words: {words}", "词与词之间请留空格：{words}"),
    # patterns
    "pattern-empty": ("found nothing, expected a pattern", "匹配式是空的"),
    "no-characters": ("found nothing, expected characters", "此处没有内容，应为字符"),
    "characters": ("found {found}, expected characters", "不能写 `{found}`，此处应为字符"),
    "whole-character": ("found {found}, expected a whole character", "`{found}` 不是完整的字符"),
    "metacharacter": (
        "found {found}, expected \\ before a metacharacter only",
        "不能写 `{found}`，`\\` 后面只能是特殊字符",
    ),
    "opening": ("found {found}, expected its opening before it", "`{found}` 前面没有与它配对的括号"),
    "closing": ("found {found}, expected {sign} after it", "`{found}` 后面没有与它配对的 `{sign}`"),
    "group": ("found {found}, expected ( and characters", "不能写 `{found}`，`(` 后面应直接是字符"),
    "counts": (
        "found {found}, expected {{n}}, {{n,}} or {{n,m}}",
        "`{found}` 不是重复次数，应为 `{{n}}`、`{{n,}}` 或 `{{n,m}}`",
    ),
    "in-list": ("found {found}, expected characters inside [ ]", "`[ ]` 内不能写 `{found}`，应为字符"),
    "hyphen": (
        "found {found}, expected - only first, last or between two characters",
        "`[ ]` 内的 `{found}` 只能写在最前、最后或两个字符之间",
    ),
    "to-repeat": ("found {found}, expected characters to repeat before it", "`{found}` 前面没有要重复的字符"),
    "one-repeat": ("found {found}, expected one repeat only", "`{found}` 多余，重复次数只能写一个"),
    "smaller-first": ("found {found}, expected the smaller number first", "`{found}` 前后颠倒，应先写较小的数"),
    "lower-first": ("found {found}, expected the lower character first", "`{found}` 前后颠倒，应先写编码较小的字符"),
    "numbers-up-to": ("found {found}, expected numbers up to {most}", "`{found}` 太大，重复次数最多为 {most}"),
    "groups-at-most": (
        "found {count} groups inside each other, expected at most {most}",
        "括号嵌套了 {count} 层，最多 {most} 层",
    ),
    "positions-at-most": (
        "found {count} positions with repeats written out, expected at most {most}",
        "重复展开后共 {count} 个位置，最多 {most} 个",
    ),
    "repeats-at-most": (
        "found nested repeats of {count} in all, expected at most {most}",
        "嵌套的重复共 {count} 次，最多 {most} 次",
    ),
    "write-group": ("write ( )", "写作 `( )`"),
    "write-itself": ("write \\{sign} for the character itself", "若指这个字符本身，写作 `\\{sign}`"),
    "whole-anyway": ("leave it out: the whole text is matched anyway", "请删去：匹配的总是整个文本"),
    "character-itself": ("write the character itself", "直接写这个字符"),
    "list-ranges": ("list ranges, as in {ranges}", "请列出字符范围，如 `{ranges}`"),
    "both-letters": ("list both letters, as in [Aa]", "大小写都列出，如 `[Aa]`"),
    "join-with-and": ("join two patterns with and", "请用 `and`（且）连接两个匹配式"),
    "zero-before-comma": ("write 0 before the comma", "逗号之前请写 `0`"),
    "ampersand-once": ("write & once for the character itself", "若指 `&` 本身，只写一个"),
    "parentheses-optional": ("write ( )? around what may be missing", "可有可无的部分用 `( )?` 括起来"),
    "put-in-parentheses": ("put what comes before it in ( )", "请将前面的部分放入 `( )`"),
}

word = partial(sentences.word, SENTENCES)
