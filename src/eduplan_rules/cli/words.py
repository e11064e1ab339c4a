"""The sentences of the commands that write files to start from, in English and Chinese.

In: the name of a sentence, a language and what fills its gaps. Out: text.
"""

from __future__ import annotations

from eduplan_rules.render.words import Language

#: name -> (English, Chinese)
_WORDS: dict[str, tuple[str, str]] = {
    "exists": (
        "{files} would be written over; nothing was written, choose another {option}",
        "{files} 已经存在，未写入任何文件；请另选 {option}",
    ),
    "a-folder": ("folder", "文件夹"),
    "not-written": ("{file} cannot be written: {reason}", "{file} 无法写入：{reason}"),
    "pause": (", ", "、"),
    # init
    "enter": ("cd {folder}, then ", "先 cd {folder}，"),
    "started": (
        "Next: {enter}eduplan-rules test and eduplan-rules check; {file} says what they show.",
        "接下来：{enter}再依次运行 eduplan-rules test 和 eduplan-rules check；说明见 {file}。",
    ),
    # template
    "to-what": (
        "--to is `{value}`, expected a file that ends in .xlsx, or a folder for CSV files",
        "--to 的值 `{value}` 无法识别，应为以 .xlsx 结尾的文件，或存放 CSV 的文件夹",
    ),
    "no-entity": (
        "--entities `{name}` names no entity{hint}; there are {known}",
        "--entities `{name}` 没有对应的实体{hint}；现有 {known}",
    ),
    "did-you-mean": (", did you mean `{word}`?", "，是否应为 `{word}`？"),
    "nothing-to-fill": (
        "the rulebook declares no entities, so there is nothing to fill in",
        "规则库没有声明实体，没有可填报的表",
    ),
    "needs-extra": (
        "an Excel workbook needs an extra: pip install 'eduplan-rules[excel]'; or write CSV files with --to FOLDER",
        "生成 Excel 工作簿需要附加组件：pip install 'eduplan-rules[excel]'；也可用 --to 文件夹 生成 CSV",
    ),
    "template": ("template.xlsx", "填报模板.xlsx"),
    "sheets": (
        "wrote {file} ({sheets}); once filled in: eduplan-rules check {command}",
        "已写入 {file}（{sheets}）；填好后运行：eduplan-rules check {command}",
    ),
    "one-sheet": ("1 table", "1 张表"),
    "tables": ("{count} tables", "{count} 张表"),
    # schema
    "no-schema": (
        "there is no schema `{kind}`, expected one of {known}",
        "没有名为 `{kind}` 的模式，应为 {known} 之一",
    ),
    "several-schemas": (
        "several schemas need a folder: --to FOLDER",
        "输出多个模式时，请用 --to 指定文件夹",
    ),
    "no-rules": ("--rules `{name}` does not exist", "--rules 指定的 `{name}` 不存在"),
    "written": ("wrote {file}", "已写入 {file}"),
    "use-schema": (
        "Editors use it where the first line of a {what} is:\n  {line}",
        "将{what}的第一行写成下面这样，编辑器就会使用它：\n  {line}",
    ),
    "rule-file": ("rule file", "规则文件"),
    "case-file": ("case file", "用例文件"),
}


def say(name: str, language: Language, /, **gaps: object) -> str:
    """The sentence in the language, its gaps filled."""
    english, chinese = _WORDS[name]
    return (chinese if language == "zh" else english).format_map(gaps)
