"""Every sentence about rule files that are no YAML, or YAML that we do not read, in English and Chinese.

In: the name of a sentence and what fills its gaps, or what libyaml says. Out: a `Wording`.
"""

from __future__ import annotations

from functools import partial

from eduplan_rules import sentences
from eduplan_rules.sentences import Sentences, Wording

SENTENCES: Sentences = {
    "control-character": (
        "found the control character U+{code:04X}, expected text",
        "文本中有看不见的控制字符 U+{code:04X}",
    ),
    "delete": ("delete it", "请删去"),
    "quote-colon": ("put a text with `: ` in quotes", "含有 `: `（冒号加空格）的文本请加引号"),
    "quote-never-closed": ("this quote is never closed", "这个引号没有闭合"),
    "bracket-never-closed": ("this bracket is never closed", "这个括号没有闭合"),
    "tab": ("found a tab, expected spaces", "此处是制表符（Tab），应为空格"),
    "indent-with-spaces": ("indent with spaces", "缩进请用空格"),
    "cannot-begin": ("found `{sign}`, which cannot begin a value", "内容不能以 `{sign}` 开头"),
    "wide-spaces": (
        "found full-width spaces in the indentation, expected spaces",
        "行首是全角空格，应为半角空格",
    ),
    "wide-comma": ("found a full-width comma inside braces, expected `, `", "花括号内是全角逗号，应为半角逗号加空格"),
    "wide-braces": ("found full-width braces, expected `{{` and `}}`", "此处是全角花括号，应为半角 `{{` 和 `}}`"),
    "no-space-after-dash": ("found no space after `-`, expected `- `", "`-` 后面缺少空格"),
    "no-space-after-colon": ("found no space after `{key}:`", "`{key}:` 后面缺少空格"),
    "write": ("write {text}", "写作 `{text}`"),
    "quote-value": ("put the value in quotes", "请给这项内容加引号"),
    "quote-brackets": ("put a text with brackets in quotes", "含有括号的文本请加引号"),
    "quote-braces": ("put texts with braces in quotes", "含有花括号的文本请加引号"),
    "tag": ("found the tag `{tag}`, expected a value without one", "此处有 YAML 标签 `{tag}`，应直接写内容"),
    "too-many-levels": ("found more than {most} levels", "嵌套超过 {most} 层"),
    "no-anchor": (
        "found the alias `*{name}`, expected its anchor before it",
        "别名 `*{name}` 之前没有锚点 `&{name}`",
    ),
    "aliases-repeat": ("aliases repeat more than {most} values", "别名重复引用的内容超过 {most} 项"),
    "write-out": ("write the values out", "请逐项写出"),
    "second-document": (
        "found a second document, expected one in a file",
        "文件中有第二个 YAML 文档，每个文件只能有一个",
    ),
    "remove-line": ("remove the line `---`", "请删去 `---` 这一行"),
    "collection-as-key": ("found a collection as key, expected a text", "键应为文本，实际为映射或列表"),
    "merge-key": ("found the merge key `<<`, expected the keys themselves", "此处用了合并键 `<<`，应逐项写出各个键"),
    # expressions that YAML would mangle
    "colon-ends-key": (
        "YAML takes `: ` in this expression for the end of a key",
        "YAML 把这个表达式中的 `: `（冒号加空格）当成了键的结尾",
    ),
    "comma-ends": ("YAML ends this expression at its comma", "YAML 在逗号处切断了这个表达式"),
    "comment": (
        "YAML takes the end of this expression, from ` #` on, for a comment",
        "YAML 把这个表达式中 ` #` 以后的部分当成了注释",
    ),
    "quote-ends": ("YAML ends this expression at its closing quote", "YAML 在右引号处切断了这个表达式"),
    "bracket-begins-list": (
        "YAML takes the opening bracket of this expression for a list of its own",
        "YAML 把这个表达式开头的括号当成了列表",
    ),
    "stops-at": ("YAML stops at `{sign}` in this expression", "YAML 读到这个表达式中的 `{sign}` 时中断"),
    "write-quoted": ("write '{text}'", "写作 `'{text}'`"),
    "quote-whole": ("put the whole expression in single quotes", "请给整个表达式加单引号"),
}

#: libyaml's words -> ours
_LIBYAML: Sentences = {
    "mapping values are not allowed in this context": ("found a colon where no key can stand", "此处不能有冒号"),
    "did not find expected key": (
        "expected a key at the indentation of the lines before",
        "此处应为键，并与前面各行的缩进对齐",
    ),
    "could not find expected ':'": ("expected `key: value`", "应为 `键: 值`"),
    "did not find expected '-' indicator": (
        "expected `- ` at the indentation of the list",
        "此处应为列表项 `- `，并与列表的缩进对齐",
    ),
    "did not find expected ',' or '}'": ("expected `,` or `}}`", "应为 `,` 或 `}}`"),
    "did not find expected ',' or ']'": ("expected `,` or `]`", "应为 `,` 或 `]`"),
    "found unknown escape character": ("found an escape that YAML does not know", "反斜杠后的字符不是 YAML 的转义写法"),
    "found undefined alias": ("found an alias to nothing", "别名没有对应的锚点"),
    "did not find expected comment or line break": ("expected the end of the line", "这一行应到此为止"),
    "did not find expected node content": ("expected a value", "此处应有内容"),
    "did not find expected <document start>": (
        "expected the end of the file, or a key at the indentation of the first",
        "此处应为文件的结尾，或与第一个键缩进对齐的键",
    ),
    "block sequence entries are not allowed in this context": (
        "found `- ` where no list can begin",
        "此处不能写列表项 `- `",
    ),
    "mapping keys are not allowed in this context": ("found `? ` where no key can stand", "此处不能写 `? `"),
    "did not find expected alphabetic or numeric character": (
        "expected a name of letters or digits after `&` or `*`",
        "`&` 或 `*` 之后应为字母或数字",
    ),
    "found undefined tag handle": ("found a tag that nobody defined", "此处的 YAML 标签没有定义"),
    "found unexpected document indicator": ("found `---` or `...` inside quotes", "引号内有 `---` 或 `...`"),
    "did not find expected hexdecimal number": (
        "expected hexadecimal digits after the backslash",
        "反斜杠之后应为十六进制数",
    ),
    "found a tab character where an indentation space is expected": (
        "found a tab, expected spaces",
        "此处是制表符（Tab），应为空格",
    ),
    "found a tab character that violates indentation": (
        "found a tab, expected spaces",
        "此处是制表符（Tab），应为空格",
    ),
    "found an indentation indicator equal to 0": (
        "found an indentation of 0, expected 1 to 9",
        "缩进数为 0，应为 1 至 9",
    ),
}

word = partial(sentences.word, SENTENCES)


def libyaml_word(problem: str) -> Wording:
    """What libyaml says in plain words; what it seldom says, in its own."""
    if problem in _LIBYAML:
        return sentences.word(_LIBYAML, problem)
    return Wording("{problem}", "不是正确的 YAML（{problem}）", (("problem", problem),))
