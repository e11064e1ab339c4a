"""Help of the commands for authors, in English and Chinese.

In: nothing. Out: sentences by name, for `words.say`. The name of an option's sentence is that of its parameter.
"""

from __future__ import annotations

from eduplan_rules.sentences import Sentences

HELP: Sentences = {
    "help-baseline-codes": (
        "Exit codes: 0 written, 2 the rulebook or the usage is wrong, 3 the facts could not be judged in full.",
        "退出码：0 已写入，2 规则库或用法有误，3 数据未能完整核查。",
    ),
    "help-baseline-example": (
        "Example: eduplan-rules baseline data/ --as-of 2022-12-31 --to baseline.json",
        "示例：eduplan-rules baseline data/ --as-of 2022-12-31 --to baseline.json",
    ),
    "help-baseline_to": ("The file to write. Default: baseline.json.", "写入的文件，默认 baseline.json。"),
    "help-update": ("Draw a baseline anew that is there already.", "重新生成已有的基线。"),
    "help-lint": (
        "Look a rulebook through: mistakes, and advice about what it says twice, for nobody, or not at all.",
        "检查规则库：列出错误，并就重复、无用、缺漏之处提出建议。",
    ),
    "help-lint-codes": (
        "Exit codes: 0 nothing at or above --fail-on, 1 something, 2 the rulebook or the usage is wrong.",
        "退出码：0 没有达到 --fail-on 的问题，1 有，2 规则库或用法有误。",
    ),
    "help-lint-example": (
        "Example: eduplan-rules lint rules/ --fail-on warning",
        "示例：eduplan-rules lint rules/ --fail-on warning",
    ),
    "help-lint_format": (
        "text, json, github (annotations of a workflow) or sarif. Default: text.",
        "text、json、github（工作流注释）或 sarif，默认 text。",
    ),
    "help-lint_fail_on": (
        "The least severity that gives exit code 1. Default: error.",
        "达到此严重程度即以退出码 1 结束，默认 error。",
    ),
    "help-explain": (
        "Say in plain sentences what a rule asks of whom, by when, and by which standard on a day.",
        "用通俗的话说明一条规则：对谁、要求什么、何时达标、依据当日的哪项标准。",
    ),
    "help-explain-facts": (
        "With FACTS and --subject: why this verdict, value by value, and what would satisfy the rule.",
        "给出 FACTS 和 --subject 时：逐项说明结论的由来，以及怎样才能达标。",
    ),
    "help-explain-codes": (
        "Exit codes: 0 explained, 2 the rulebook or the usage is wrong, 3 the facts cannot be read.",
        "退出码：0 已说明，2 规则库或用法有误，3 数据无法读取。",
    ),
    "help-explain-example": (
        "Example: eduplan-rules explain safety.guards data/ --subject A1 --as-of 2022-12-31",
        "示例：eduplan-rules explain safety.guards data/ --subject A1 --as-of 2022-12-31",
    ),
    "help-subject": ("Key or name of the one whose verdict is explained.", "所要说明的对象的代码或名称。"),
    "help-period": (
        "The period whose verdict is explained, such as 2022. Default: the newest that is not fine.",
        "说明哪一期的结论，如 2022；默认最近一个未达标的时期。",
    ),
    "help-rule": (
        "The id of a rule, such as safety.guards. Of a parameter, value, field or entity: which rules read it.",
        "规则编号，如 safety.guards；给出参数、导出值、字段或实体的名称时，列出用到它的规则。",
    ),
    "help-day": ("The day whose standards are shown. Default: today.", "按哪一天的标准说明，默认今天。"),
    "help-code": (
        "Print what a code means, with a bad and a good example.",
        "显示某一代码的含义，附错误和正确示例。",
    ),
    "help-diff": (
        "Tell what changed between two rulebooks, and with facts what that changes; or between two reports.",
        "说明两个规则库有何不同，给出数据时说明影响；或说明两份报告有何不同。",
    ),
    "help-diff-codes": (
        "Exit codes: 0 compared, changed or not; 2 rulebook or usage wrong; 3 facts unreadable.",
        "退出码：0 已比较（无论有无变化），2 规则库或用法有误，3 数据无法读取。",
    ),
    "help-diff-example": (
        "Example: eduplan-rules diff old-rules/ rules/ data/ --as-of 2022-12-31; eduplan-rules diff old.json new.json",
        "示例：eduplan-rules diff old-rules/ rules/ data/ --as-of 2022-12-31；eduplan-rules diff old.json new.json",
    ),
    "help-old": ("The rulebook before, or a report that ends in .json.", "原来的规则库，或以 .json 结尾的报告。"),
    "help-new": ("The rulebook after, or a report that ends in .json.", "新的规则库，或以 .json 结尾的报告。"),
    "help-by": (
        "Count what changed by this entity, such as county. Default: the topmost of which several are concerned.",
        "按此实体（如 county）统计变化，默认为涉及多个的最高一级。",
    ),
    "help-diff_format": (
        "text, json or markdown (for a pull request). Default: text.",
        "text、json 或 markdown（用于合并请求），默认 text。",
    ),
    "help-frictionless": (
        "Write the entities as a Data Package (Frictionless Table Schema), or make entities of one.",
        "把实体写成 Data Package（Frictionless Table Schema），或由它生成实体声明。",
    ),
    "help-frictionless-codes": (
        "Exit codes: 0 written, 2 rulebook, descriptor or usage wrong, or a file would be written over, 3 not written.",
        "退出码：0 已写入，2 规则库、描述文件或用法有误，或会覆盖已有文件，3 无法写入。",
    ),
    "help-frictionless-example": (
        "Example: eduplan-rules frictionless export --rules rules/ --to datapackage.json",
        "示例：eduplan-rules frictionless export --rules rules/ --to datapackage.json",
    ),
    "help-direction": (
        "export: entities become Table Schemas; import: Table Schemas become entities.",
        "export 由实体生成 Table Schema；import 由 Table Schema 生成实体。",
    ),
    "help-descriptor": (
        "What is imported: a datapackage.json, one of its resources, or a Table Schema.",
        "要导入的文件：datapackage.json、其中一个 resource 或单独的 Table Schema。",
    ),
    "help-frictionless_to": ("The file to write. Default: standard output.", "写入的文件。默认输出到标准输出。"),
    "help-init": (
        "Make a folder to start from: a rule with its parameter and cases, a feed, and what to read first.",
        "新建起步文件夹：一条规则及其参数和用例、一份数据、一页说明。",
    ),
    "help-init-codes": (
        "Exit codes: 0 written, 2 a file would be written over (then nothing is written), 3 cannot be written.",
        "退出码：0 已写入，2 会覆盖已有文件（此时不写入任何文件），3 无法写入。",
    ),
    "help-init-example": ("Example: eduplan-rules init my-plan", "示例：eduplan-rules init my-plan"),
    "help-folder": ("The folder. Default: the current one.", "文件夹，默认当前文件夹。"),
    "help-schema": (
        "Write JSON Schema: by it editors complete, explain and check rules, cases, feeds, waivers and baselines.",
        "生成 JSON Schema：编辑器据此补全、提示和检查规则、用例、数据源、豁免和基线文件。",
    ),
    "help-schema-codes": (
        "Exit codes: 0 written, 2 usage wrong, 3 cannot be written.",
        "退出码：0 已写入，2 用法有误，3 无法写入。",
    ),
    "help-schema-example": (
        "Example: eduplan-rules schema --rules rules/ --to rules/.schema",
        "示例：eduplan-rules schema --rules rules/ --to rules/.schema",
    ),
    "help-kinds": (
        "rules, cases, feeds, waivers, baseline; report, explanation, lint, diff. Default: rules; with --to all five.",
        "rules、cases、feeds、waivers、baseline；report、explanation、lint、diff。默认 rules；有 --to 时为前五种。",
    ),
    "help-named_by": (
        "Suggest the names of this rulebook: clauses, entities, fields, parameters, owners. May be repeated.",
        "提示该规则库中的名称：条款、实体、字段、参数、责任单位。可重复。",
    ),
    "help-schema_to": (
        "The folder of the schemas. Default: one schema to standard output.",
        "存放的文件夹。默认输出一个到标准输出。",
    ),
    "help-template": (
        "Make an Excel workbook, or CSV files, to fill in: the tables and columns that a rulebook reads.",
        "按规则库生成填报模板（Excel 工作簿或 CSV）：需要哪些表、哪些列、怎样填。",
    ),
    "help-template-codes": (
        "Exit codes: 0 written, 2 rulebook or usage wrong, or a file would be written over, 3 cannot be written.",
        "退出码：0 已写入，2 规则库或用法有误，或会覆盖已有文件，3 无法写入。",
    ),
    "help-template-example": (
        "Example: eduplan-rules template --entities school,county --to facts.xlsx",
        "示例：eduplan-rules template --entities 学校,县市区 --to 填报.xlsx",
    ),
    "help-template_to": (
        "A file that ends in .xlsx, or a folder for CSV files. Default: template.xlsx.",
        "以 .xlsx 结尾的文件，或存放 CSV 的文件夹。默认 填报模板.xlsx。",
    ),
    "help-entities": (
        "Only these tables: entities by identifier or label, with commas between; may be repeated. Default: all.",
        "只要这些表：实体的标识或名称，以逗号分隔，可重复。默认全部。",
    ),
    "help-feed": (
        "Draft a feeds.yaml from a file: encoding, headers, columns, units, what stands for nothing.",
        "根据一份文件起草 feeds.yaml：编码、表头、各列、单位、表示“无”的记号。",
    ),
    "help-feed-codes": (
        "Exit codes: 0 drafted, 2 rulebook or usage wrong, or a file would be written over, 3 the file cannot be read.",
        "退出码：0 已起草，2 规则库或用法有误，或会覆盖已有文件，3 文件无法读取。",
    ),
    "help-feed-example": (
        "Example: eduplan-rules feed export.xlsx --to feeds.yaml; eduplan-rules check --feed feeds.yaml",
        "示例：eduplan-rules feed 导出.xlsx --to feeds.yaml；eduplan-rules check --feed feeds.yaml",
    ),
    "help-feed_file": ("A file of CSV, or an Excel workbook.", "CSV 文件或 Excel 工作簿。"),
    "help-feed_entity": (
        "Whose table it is, by identifier or label. Default: the entity whose headers it has.",
        "是哪个实体的表，写标识或名称。默认按表头判断。",
    ),
    "help-feed_to": ("The file to write. Default: standard output.", "写入的文件。默认输出到标准输出。"),
    "help-feeds": (
        "A feeds.yaml: how the files of facts are laid out. Default: the one in a folder of FACTS, if any.",
        "feeds.yaml：说明数据文件怎么读。默认采用 FACTS 文件夹中的（如有）。",
    ),
}
