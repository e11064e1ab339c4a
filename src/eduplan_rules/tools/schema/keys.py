"""What every key that people write means, in English and Chinese: the one table of this documentation.

In: the part of a file that a key stands in, and the key. Out: a sentence or two. Generated pages use it too. Keys of a
feed are told on a page of their own, and taken from there.
"""

from __future__ import annotations

from eduplan_rules.tools.feeds import key_meaning
from eduplan_rules.tools.words import Language

#: what stands in several parts with the same meaning
ANY = "*"

#: part -> key -> (English, Chinese)
KEYS: dict[str, dict[str, tuple[str, str]]] = {
    ANY: {
        "label": ("What people call it. A label that is one word may stand in expressions and in headers.", "名称。只含文字、数字的名称可用于表达式和表头。"),
        "title": ("The title that reports show.", "报告中显示的标题。"),
        "unit": ("Unit: 人, m², 元, 万元, %, m²/人 and the like. Units are checked and converted.", "单位，如 人、m²、元、万元、%、m²/人；计算时检查并换算。"),
        "source": ("Where it is laid down: a document's name, a reference, or a list of these.", "依据：文件名称、出处，或其列表。"),
        "status": ("`unverified`: not checked against the original; lowers violations to warnings.", "`unverified` 表示未经原文核实，不达标降为警告。"),
        "where": ("Whom it speaks about: a condition on the row.", "适用范围：一个条件，只看满足它的行。"),
        "severity": ("error (default), warning or info.", "严重程度：error 错误（默认）、warning 警告、info 提示。"),
        "due": ("The day from which it must hold: a date, a parameter, or an expression such as `found_on + 60 days`.", "期限：日期、参数，或表达式（如 `found_on + 60 days`）；此前未达标为未到期。"),
        "owner": ("Who answers for it.", "责任单位。"),
        "message": ("The sentence of a violation; {…} shows any expression over the row, or {gap}, {required}, {observed}.", "不达标时的提示语；{…} 中可写本行的表达式，或 {gap}、{required}、{observed}。"),
        "off": ("true switches the rule off.", "true 表示停用该规则。"),
        "value": ("A value: a number, date, text, list, steps of a scale, or values by choice.", "数值：数、日期、文本、列表、分档，或按选项分列。"),
        "values": ("Values by the day from which each holds, the oldest first.", "按起用日期列出的数值，由早到晚。"),
        "ended": ("The last day on which the last value holds.", "最后一个数值的失效日期（含当日）。"),
        "tightens": ("true: the replacement asks for more than the layer below.", "true 表示比下层要求更严。"),
        "loosens": ("The replacement asks for less: why, and by which document.", "比下层要求更宽：理由和依据。"),
        "zh": ("In Chinese.", "中文。"),
        "en": ("In English.", "英文。"),
    },
    "file": {
        "language": ("Version of this format: 1.", "格式版本：1。"),
        "clauses": ("The plan, clause by clause; rules point here.", "规划条款，规则指向这里。"),
        "entities": ("What facts are about, one table each: its key, period and columns.", "实体：每类数据一张表，写明主键、时期和各列。"),
        "parameters": ("Values with a legal source, by date.", "参数：有依据、按日期生效的数值。"),
        "values": ("Derived values, written once and used by name: `entity.name`.", "派生值：写一次，按名称使用，写作 `实体.名称`。"),
        "rules": ("The commitments: what must hold, of whom, by when.", "规则：对谁、有什么要求、何时达到。"),
        "calendars": ("First and last days of periods that differ from the usual ones.", "日期与通常不同的学年、学期等。"),
        "lint": ("Advice that is switched off, with the reason.", "停用的建议及理由。"),
        "replace": ("What this layer changes in the layers before it.", "本层对下层的修改。"),
    },
    "clause": {
        "section": ("Where it stands in the plan, such as 四(九).", "所在章节，如 四(九)。"),
        "anchor": ("A few words of the plan, letter for letter.", "规划原文中的几个字，逐字照抄。"),
        "summary": ("What it obliges to.", "条款要求的概括。"),
        "kind": ("What kind of clause it is.", "条款类别。"),
        "context": ("Why it has no rule.", "没有规则的原因。"),
    },
    "entity": {
        "key": ("The field, or fields, that tell subjects apart.", "主键：区分各对象的字段，可有多个。"),
        "name": ("The field with the subject's name.", "对象名称所在的字段。"),
        "period": ("One row for each year, school-year, term, quarter or month.", "每期一行：year 年、school-year 学年、term 学期、quarter 季度、month 月。"),
        "day": ("Of an event: the field with its day.", "事件的日期字段。"),
        "valid": ("Of what is in force for a time: the fields with the first and the last day.", "有效期的起、止日期字段。"),
        "belongs_to": ("Entities it belongs to, each with the field here that holds its key.", "所属实体，以及本表中存放其主键的字段。"),
        "opened": ("The field with the first day of a subject's life.", "设立日期字段。"),
        "closed": ("The field with the last day, or that says by true that the row is the last.", "撤销日期字段，或以“是”表示最后一期的字段。"),
        "renamed": ("Old keys and the new ones.", "旧主键与新主键的对照。"),
        "fields": ("The columns of its table.", "各列。"),
    },
    "field": {
        "type": ("text, number, integer, boolean, date or choice.", "类型：text 文本、number 数值、integer 整数、boolean 是否、date 日期、choice 选项。"),
        "aliases": ("Other headers under which feeds deliver it.", "数据表头中的其他写法。"),
        "min": ("The least value that can be right.", "可能的最小值。"),
        "max": ("The largest value that can be right.", "可能的最大值。"),
        "optional": ("true: a feed may leave the column out.", "true 表示数据可以没有这一列。"),
        "blank": ("`none`: an empty cell says that there is none, or not yet. Else it is a gap.", "`none` 表示空单元格即“没有或尚未”；否则为缺数据。"),
        "personal": ("true: its values never leave in reports.", "true 表示个人信息，不在报告中显示。"),
        "lever": ("false: it is a given, such as the number of students: `explain` does not ask for a change of it while there is another way.", "false 表示客观条件（如在校生数）：只要还有其他办法，`explain` 就不建议改动它。"),
        "placeholders": ("`kept`: in a text, cells such as `-`, `N/A`, 无 or 待定 are values. Else they are read as empty.", "`kept` 表示文本中的 `-`、`N/A`、无、待定等照原样读取；否则按空白处理。"),
        "form": ("`document-number`: a text that has a digit and another sign and is no mere date; others are unreadable.", "`document-number` 表示文号：至少两个字符、含数字且不只是日期，否则视为无法识别。"),
        "choices": ("The values it may have, with their labels.", "可选值及其名称。"),
    },
    "period": {
        "is": ("year, school-year, term, quarter or month.", "时期种类：year 年、school-year 学年、term 学期、quarter 季度、month 月。"),
        "column": ("The column that has it.", "所在的列。"),
    },
    "parameter": {
        "type": ("number (default), date, text or duration.", "类型：number 数值（默认）、date 日期、text 文本、duration 时长。"),
        "by": ("The fields by whose choices values differ.", "按哪些选项字段分列。"),
        "scale": ("What steps are over, such as students.", "按什么数量分档，如在校生数。"),
    },
    "step": {
        "below": ("Up to, and not including, this number; the last step has none.", "小于此数时适用；最后一档不写。"),
        "plus": ("What is added for every full `per` from `above` on.", "自 `above` 起每满 `per` 增加的数量。"),
        "per": ("The size of a further step.", "每一增量的大小。"),
        "above": ("From where further steps count.", "从何处起计算增量。"),
    },
    "value": {
        "is": ("The expression.", "表达式。"),
    },
    "rule": {
        "id": ("`theme.kebab-name`; never used for another rule.", "规则编号，写作 `主题.短横线名称`，不得挪作他用。"),
        "clause": ("The clause of the plan.", "所依据的规划条款。"),
        "for": ("The entity: one outcome for each of its rows.", "对象：该实体每一行得到一个判定。"),
        "require": ("What must hold: a condition, or members with all, any or at_least.", "要求：一个条件，或用 all、any、at_least 组合的若干条件。"),
        "since": ("The first day, year, or parameter from which it speaks.", "起始日期、年份或参数。"),
        "until": ("The last day, year, or parameter up to which it speaks.", "截止日期、年份或参数。"),
        "every": ("One outcome for each such period.", "每个这样的时期判定一次。"),
        "nature": ("binding or indicative (default).", "binding 约束性，indicative 预期性（默认）。"),
        "formerly": ("Ids it had before.", "曾用编号。"),
    },
    "body": {
        "all": ("All of these must hold.", "全部须达到。"),
        "any": ("One of these must hold.", "任一达到即可。"),
        "at_least": ("How many of the members in `of` must hold, or `all`.", "`of` 中至少达到几项，或 `all`。"),
        "of": ("The members that are counted.", "参与计数的各项。"),
        "others_reach": ("The floor for members that miss the standard, such as 85%.", "未达标各项的底线，如 85%。"),
    },
    "member": {
        "id": ("A short name for reports.", "报告中的简称。"),
        "measure": ("What is measured.", "测算的数量。"),
        "minimum": ("The measure must not be below this.", "测算值不得低于此数。"),
        "maximum": ("The measure must not be above this.", "测算值不得高于此数。"),
        "that": ("A condition, in place of a measure.", "条件，代替测算。"),
    },
    "reference": {
        "document": ("The document: its number or name.", "文件：文号或名称。"),
        "section": ("Section.", "章节。"),
        "article": ("Article.", "条款。"),
        "title": ("The document's title.", "文件标题。"),
        "url": ("Address.", "网址。"),
        "date": ("Date of the document.", "文件日期。"),
        "note": ("What a reader must know.", "说明。"),
    },
    "loosening": {
        "reason": ("Why less is asked for.", "放宽的理由。"),
    },
    "lint": {
        "off": ("Codes of advice, each with a reason, or with names and a reason for each.", "建议代码及停用理由，也可按名称分别说明。"),
    },
    "replace": {
        "parameters": ("Parameters of earlier layers with their new values.", "下层参数的新值。"),
        "rules": ("Rules of earlier layers with what changes.", "下层规则的改动。"),
    },
    "cases": {
        "about": ("What the file is about.", "本文件的内容。"),
        "cases": ("The cases.", "各用例。"),
        "never_unknown": ("Rules that can never be unknown, with the reason.", "不会无法判定的规则及理由。"),
        "equivalent": (
            "Changes of a rule, a parameter or a value that make no difference, with the reason (test --mutate).",
            "对规则、参数或派生值没有影响的改动及理由（test --mutate）。",
        ),
        "unreachable": (
            "Sides of bounds on which no row can lie, with the reason (test --coverage).",
            "界限中不可能出现的一侧及理由（test --coverage）。",
        ),
        "rulebook": ("A rulebook of its own: sections, or the name of a file beside.", "自带的规则库：各部分，或旁边的文件名。"),
        "rows": ("Rows by entity: a table with commas, or a list of mappings.", "按实体给出的行：逗号分隔的表，或映射列表。"),
        "as_of": ("The day of the check; default 2022-12-31.", "核查日期，默认 2022-12-31。"),
        "periods": ("all (default), latest, one such as 2022, or a range.", "时期：all 全部（默认）、latest 最新、某一期或范围。"),
    },
    "unreachable": {
        "rule": ("The rule.", "规则。"),
        "bound": ("The bound, as test --coverage tells it.", "界限，写法与 test --coverage 所列相同。"),
        "side": ("below, at or above: where no row can lie.", "不可能出现的一侧：below 略低、at 等于、above 略高。"),
        "reason": ("Why no row can lie there.", "不可能出现的理由。"),
    },
    "case": {
        "name": ("What it shows, in a sentence.", "用一句话说明用例。"),
        "why": ("Why it is so.", "理由。"),
        "rule": ("The rule it is about.", "所试的规则。"),
        "rules": ("The rules it is about, or rules it brings along.", "所试的各规则，或自带的规则。"),
        "layers": ("Layers over the rulebook.", "叠加的层。"),
        "variants": ("A table, each line of which is a case of its own.", "变式表：每行为一个用例。"),
        "expect": ("Verdict -> keys of the subjects: satisfied, violated, unknown, not_due, not_applicable.", "预期：判定结果 → 对象主键（satisfied 达标、violated 不达标、unknown 无法判定、not_due 未到期、not_applicable 不适用）。"),
        "records": ("Parts of the record, by subject.", "各对象记录中的内容。"),
        "totals": ("Counts of verdicts.", "各判定结果的数目。"),
        "findings": ("Findings about the data.", "数据问题。"),
        "diagnostics": ("Codes of mistakes in the rules.", "规则中的错误代码。"),
        "pending": ("Why it does not hold yet.", "暂未通过的原因。"),
        "show_personal": ("true: personal values show.", "true 表示显示个人信息。"),
    },
}  # fmt: skip

#: the same for files beside the rules: feeds, waivers, baselines
BESIDE: dict[str, dict[str, tuple[str, str]]] = {
    "feeds": {
        "feeds": ("How tables are laid out: a list, or a feed (or a list of them) for each entity.", "各表怎么读：列表，或以实体为键、每个实体一项或多项。"),
    },
    "address": {
        "env": ("The environment variable that has the URL of the database.", "存有数据库 URL 的环境变量。"),
    },
    "truths": {
        "true": ("What stands for true.", "表示“是”的文字。"),
        "false": ("What stands for false.", "表示“否”的文字。"),
    },
    "waivers": {
        "waivers": ("Violations that do not count for a time, each with the reason and who approved it.", "在一段时间内不计的违反，逐项写明理由和批准人。"),
    },
    "waiver": {
        "rule": ("The rule that may be violated.", "豁免的规则。"),
        "subjects": ("Keys of the subjects; a list where a key has several fields.", "对象的主键；主键有多个字段时写成列表。"),
        "where": ("In place of `subjects`: a condition on the rule's subjects.", "代替 `subjects`：对象须满足的条件。"),
        "reason": ("Why.", "理由。"),
        "approved_by": ("Who approved it.", "批准人或批准单位。"),
        "basis": ("On what it is based: a document's name, a reference, or a list of these.", "豁免的依据：文件名称、出处，或其列表。"),
        "valid_from": ("The first day on which it holds.", "生效日期（含当日）。"),
        "valid_until": ("The last day on which it holds.", "失效日期（含当日）。"),
        "at_most": ("The number of violations it may take; where there are more, it takes none.", "最多涉及几项违反；超过时一项也不豁免。"),
    },
    "baseline": {
        "format": ("Version of this format.", "格式版本。"),
        "as_of": ("The day of the report it was drawn from.", "所依据报告的核查日期。"),
        "entries": ("The violations that are accepted, by rule and subject.", "接受的违反，按规则和对象列出。"),
    },
    "entry": {
        "series": ("What the rule and the subject are known by, in whatever period.", "规则与对象的识别码，与时期无关。"),
        "rule": ("The rule.", "规则。"),
        "entity": ("What kind of subject.", "对象所属的实体。"),
        "key": ("The subject's key; `***` in place of what is personal.", "对象的主键；个人信息写作 `***`。"),
        "count": ("How many violations are accepted, in as many periods; default 1.", "接受几项违反（几个时期），默认 1。"),
    },
}  # fmt: skip

#: parts whose keys are, but for those of their own, those of another
_LIKE = {"case": "cases", "cases": "file"}


def told(part: str, key: str, language: Language) -> str:
    """What a key means where it stands; raises KeyError for one that nobody documented."""
    if part == "feed":
        return key_meaning(key, language)
    if part in BESIDE:
        return BESIDE[part][key][language == "zh"]
    at: str | None = part
    while at is not None:
        if key in KEYS.get(at, {}):
            break
        at = _LIKE.get(at)
    english, chinese = KEYS[at or ANY][key]
    return chinese if language == "zh" else english


def hover(part: str, key: str) -> str:
    """What an editor shows: Chinese, then English."""
    return f"{told(part, key, 'zh')}\n\n{told(part, key, 'en')}"
