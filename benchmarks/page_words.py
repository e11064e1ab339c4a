"""What the page of the benchmarks says, in English and Chinese.

In: a language. Out: its texts; braces are filled by `page`.
"""

from __future__ import annotations

from contender_words import Language

#: a goal -> what it says
GOALS: dict[str, dict[Language, str]] = {
    "row-read": {
        "en": "30 row rules, facts read before, against Polars by hand",
        "zh": "30 条行规则，数据已读入，与手写 Polars 相比",
    },
    "row-raw": {
        "en": "30 row rules, from the raw frames, against Polars by hand with checks",
        "zh": "30 条行规则，从原始表开始，与先查数据的手写 Polars 相比",
    },
    "all-read": {
        "en": "all 40 rules, facts read before, against Polars by hand",
        "zh": "全部 40 条规则，数据已读入，与手写 Polars 相比",
    },
    "all-raw": {
        "en": "all 40 rules, from the raw frames, against Polars by hand with checks",
        "zh": "全部 40 条规则，从原始表开始，与先查数据的手写 Polars 相比",
    },
    "row-peer": {
        "en": "30 row rules, from the raw frames, against the fastest other program ({peer})",
        "zh": "30 条行规则，从原始表开始，与最快的其他程序（{peer}）相比",
    },
    "all-peer": {
        "en": "all 40 rules, from the raw frames, against the fastest other program ({peer})",
        "zh": "全部 40 条规则，从原始表开始，与最快的其他程序（{peer}）相比",
    },
    "record": {
        "en": "verdicts of a record, against Python by hand",
        "zh": "一条记录的结论，与手写 Python 相比",
    },
    "record-checked": {
        "en": "verdicts of a record, against Python by hand with checks",
        "zh": "一条记录的结论，与先查单元格的手写 Python 相比",
    },
    "record-peer": {
        "en": "verdicts of a record, against the fastest other program ({peer})",
        "zh": "一条记录的结论，与最快的其他程序（{peer}）相比",
    },
    "objects": {
        "en": "full violations of a failing record, from the record on",
        "zh": "一条不合格记录的完整违规记录，从记录算起",
    },
    "read-row": {
        "en": "exponent of growth in rows, files read whole, 30 row rules",
        "zh": "随行数增长的指数，文件整个读入，30 条行规则",
    },
    "read-all": {
        "en": "exponent of growth in rows, files read whole, all 40 rules",
        "zh": "随行数增长的指数，文件整个读入，全部 40 条规则",
    },
    "scanned-row": {
        "en": "exponent of growth in rows, files scanned, 30 row rules",
        "zh": "随行数增长的指数，扫描文件，30 条行规则",
    },
    "scanned-all": {
        "en": "exponent of growth in rows, files scanned, all 40 rules",
        "zh": "随行数增长的指数，扫描文件，全部 40 条规则",
    },
    "rules": {"en": "exponent of growth in rules", "zh": "随规则数增长的指数"},
    "memory-row": {
        "en": "memory, {rows} rows scanned from Parquet, 30 row rules",
        "zh": "内存，扫描 Parquet 中 {rows} 行，30 条行规则",
    },
    "memory-all": {
        "en": "memory, {rows} rows scanned from Parquet, all 40 rules",
        "zh": "内存，扫描 Parquet 中 {rows} 行，全部 40 条规则",
    },
    "plan": {
        "en": "load, check and plan a rulebook of 300 rules, in a new process",
        "zh": "在新进程中载入、检查、规划 300 条规则",
    },
    "command": {"en": "`eduplan-rules check` on ten rows", "zh": "对十行数据运行 `eduplan-rules check`"},
    "import": {
        "en": "`import eduplan_rules`, over an empty process",
        "zh": "`import eduplan_rules`，减去空进程",
    },
}

#: why a goal is missed, where it is
WHY: dict[str, dict[Language, str]] = {
    "row-read": {
        "en": "by hand no unknown is told apart, and nothing is counted",
        "zh": "手写的不区分“无法判定”，也不计数",
    },
    "row-raw": {
        "en": "the checks by hand stop at the first fault, ours list every cell",
        "zh": "手写的检查遇错即停，本库逐个单元格列出",
    },
    "all-read": {
        "en": "a gap is an interval here: a share with missing values has two ends, and each school-year has a verdict",
        "zh": "缺值在本库按区间处理：有缺值的占比有两端，每校每年都有结论",
    },
    "all-raw": {
        "en": "as above, and every link is looked up at the door",
        "zh": "同上，且入口处逐一核对关联",
    },
    "row-peer": {
        "en": "it keeps no observed value, no gap, and counts missing as passed",
        "zh": "它不留实际值与差额，缺值算通过",
    },
    "all-peer": {
        "en": "it keeps no observed value, no gap, and counts missing as passed",
        "zh": "它不留实际值与差额，缺值算通过",
    },
    "record": {
        "en": "every cell is read by its declared type, and each verdict is an object that knows its evidence; "
        "the next line compares like with like",
        "zh": "每个单元格按声明的类型读取，每个结论都是带依据的对象；下一行才是同类相比",
    },
    "record-checked": {
        "en": "each verdict is an object that knows its evidence",
        "zh": "每个结论都是带依据的对象",
    },
    "record-peer": {
        "en": "it takes cells as they are, and gives no reasons",
        "zh": "它原样使用单元格，也不给理由",
    },
    "objects": {
        "en": "a full record has two sentences in two languages, sources, values read and a digest, for each violation",
        "zh": "每条违规都有两种语言的说明、出处、读到的值与摘要",
    },
    "read-row": {"en": "the larger size no longer fits the caches", "zh": "较大的数据不再装得进缓存"},
    "read-all": {
        "en": "the join of each year with the year before grows a little faster than its rows",
        "zh": "每年与上一年的连接比行数增长略快",
    },
    "scanned-row": {"en": "the larger size no longer fits the caches", "zh": "较大的数据不再装得进缓存"},
    "scanned-all": {
        "en": "the join of each year with the year before grows a little faster than its rows",
        "zh": "每年与上一年的连接比行数增长略快",
    },
    "rules": {
        "en": "the plan of one large query grows faster than its parts",
        "zh": "一个大查询的规划比其各部分增长得快",
    },
    "memory-row": {
        "en": "the violations alone are in memory at the end, as asked",
        "zh": "按要求，结束时所有违规都在内存中",
    },
    "memory-all": {
        "en": "the year before is joined in memory: one side of the join is held",
        "zh": "上一年的连接在内存中进行：连接的一侧留在内存",
    },
    "plan": {"en": "imports are counted", "zh": "计入了导入"},
    "command": {"en": "imports are counted", "zh": "计入了导入"},
    "import": {"en": "the disk was slow", "zh": "磁盘较慢"},
}

TEXTS: dict[Language, dict[str, str]] = {
    "en": {
        "generated": "Generated from `benchmarks/results.json` by `make bench`; measure again, do not change the page.",
        "title": "Benchmarks",
        "other": "[中文](zh/benchmarks.md)",
        "intro": "One machine, one data set, every contender in a process of its own, one after the other. Before "
        "anything is timed its answer is compared with that of hand-written Polars or Python: the same rules, "
        "schools "
        "and years, and where it tells them the same numbers. Figures are medians of repeated warm runs by the "
        "clock; "
        "all runs, and the time of the processors, are in `benchmarks/results.json`. `make bench` does it again, "
        "`make bench ARGS=batch` one part (`batch`, `record`, `growth`, `start`, `outputs`, `session`).",
        "machine": "{processor}, {cores} cores, {gigabytes} GB, {system}, Python {python}; {day}.",
        "minutes": " The whole run takes {minutes} minutes.",
        "busy": "*Other programs were running (load {load} before it): read the ratios, not the seconds.*",
        "versions": " Versions: {versions}.",
        "missing": "not installed",
        "goals": "Goals",
        "goals-head": "| Goal | at most | measured | by the processors | |",
        "held": "held, {by} to spare",
        "missed": "**missed** by {by}: {why}",
        "far": "**missed**, {by} times the bound: {why}",
        "ahead": "ahead {times} times",
        "unmeasured": "not measured: {why}",
        "batch": "A million school-years",
        "batch-intro": "{rows} rows of 20 columns, 200 schools a county, five years, 2 % of the cells of most fields "
        "empty; {violations} violations under 40 rules. Each job begins with frames in memory (DuckDB with a "
        "table of "
        "its own, Great Expectations with pandas) and ends with all violations in hand. What is missing passes "
        "in all "
        "other programs; here it is counted as unknown, and by hand nothing is said of it.",
        "row": "30 row rules",
        "row-head": "| | violations, s | × by hand | | counts only, s | peak MB | beside the violations |",
        "other-rules": "Trend and group rules",
        "other-intro": "Five rules compare a school with its year before, five look at the schools of a county in a "
        "year: a share, a mean, a weighted coefficient of variation, a count, a ratio of sums. dataframely, "
        "Pandera and "
        "Pointblank take the same Polars expression that is a row or two of hand-written code.",
        "other-head": "| | 5 trend rules, s | × by hand | 5 group rules, s | × by hand | all 40 rules, s | × by hand "
        "| | peak MB |",
        "cannot": "cannot say: {why}",
        "record": "One record",
        "record-intro": "Thirty row rules on one record; the record is a dict. By hand is the limit.",
        "record-head": "| | µs a record | × by hand | | |",
        "objects": "Full violations (`to_dict()` of each, with messages, sources and values) of a record that fails, "
        "from the record on: {whole} µs for {each} violations on average; the verdicts alone take {verdicts} µs of "
        "that.",
        "growth": "Growth",
        "growth-intro": "From Parquet to violations in hand, each in a new process. Ours once reads the files whole, "
        "with all checks and findings of an ordinary run, and once scans them (`pl.scan_parquet`), which streams; by "
        "hand is Polars on a scan. Memory is the peak of the whole process in its first run, violations included.",
        "row-growth": "More rows, 30 row rules",
        "all-growth": "More rows, all 40 rules",
        "rules-growth": "More row rules over {rows} rows",
        "rows-head": "| rows | files, MB | ours, read, s | MB | ours, scanned, s | MB | by hand, s | MB |",
        "exponent": "exponent from {start} rows",
        "rules-head": "| rules | s | peak MB | violations |",
        "rules-exponent": "exponent",
        "start": "Cold start",
        "start-intro": "Whole processes, from their start to their end; the file cache is warm.",
        "start-head": "| | ms | over an empty process |",
        "empty": "empty Python process",
        "import": "`import eduplan_rules`",
        "ten rows": "`eduplan-rules check` on ten rows under one rule",
        "whole pack": "`eduplan-rules check` of the published national figures with the whole pack",
        "300 rules, first": "load, check and plan 300 rules, the first time in a process, imports counted",
        "300 rules, again": "the same once more in that process",
        "outputs": "From a feed to reports",
        "outputs-text": "`eduplan-rules check` on a CSV feed of {rows} lines ({feed} MB), a violation in every "
        "twentieth, "
        "written to {names} at once: {wall} s by the clock, {processor} s of the processors, at most {megabytes} MB.",
        "session": "Live updates",
        "session-intro": "What `benchmarks/session.py` prints:",
    },
    "zh": {
        "generated": "本页由 `make bench` 根据 `benchmarks/results.json` 生成；请重新测量，不要改本页。",
        "title": "基准测试",
        "other": "[English](../benchmarks.md)",
        "intro": "同一台机器、同一份数据，各家逐一在自己的进程里运行。计时之前先核对答案：与手写 Polars 或手写 "
        "Python 的规则、学校、"
        "年份一致，给出数值的，数值也一致。数字是预热后多次运行的时钟时间中位数；每次运行与处理器时间都在 "
        "`benchmarks/results.json` 里。`make bench` 全部重测，`make bench ARGS=batch` 只测一部分（`batch`、"
        "`record`、`growth`、"
        "`start`、`outputs`、`session`）。",
        "machine": "{processor}，{cores} 核，{gigabytes} GB，{system}，Python {python}；{day}。",
        "minutes": "全部测完需 {minutes} 分钟。",
        "busy": "*测量时机器上有其他程序（开始前负载 {load}）：请看比值，不要看秒数。*",
        "versions": "版本：{versions}。",
        "missing": "未安装",
        "goals": "目标",
        "goals-head": "| 目标 | 至多 | 实测 | 按处理器时间 | |",
        "held": "达到，余 {by}",
        "missed": "**未达到**，超出 {by}：{why}",
        "far": "**未达到**，为目标的 {by} 倍：{why}",
        "ahead": "领先 {times} 倍",
        "unmeasured": "未测：{why}",
        "batch": "一百万校年",
        "batch-intro": "{rows} 行、20 列，每县 200 所学校，五年，多数字段有 2% 的空单元格；40 条规则下共 "
        "{violations} 条违规。"
        "每项任务从内存中的表开始（DuckDB 用自己的表，Great Expectations 用 pandas），到全部违规到手为止。"
        "其他程序一律把缺值算作通过；本库计为无法判定；手写的对缺值不作说明。",
        "row": "30 条行规则",
        "row-head": "| | 违规，秒 | 手写的倍数 | | 只计数，秒 | 内存峰值 MB | 违规之外还给出 |",
        "other-rules": "趋势规则与分组规则",
        "other-intro": "五条规则把学校与其上一年相比，五条看一县一年的各所学校：占比、平均数、加权差异系数、计数"
        "、合计之比。"
        "dataframely、Pandera、Pointblank 用的是同一个 Polars 表达式，即一两行手写代码。",
        "other-head": "| | 5 条趋势规则，秒 | 手写的倍数 | 5 条分组规则，秒 | 手写的倍数 | 全部 40 条，秒 | 手写"
        "的倍数 | | "
        "内存峰值 MB |",
        "cannot": "表达不了：{why}",
        "record": "一条记录",
        "record-intro": "一条记录（字典）在三十条行规则之下。手写 Python 是极限。",
        "record-head": "| | 每条记录，微秒 | 手写的倍数 | | |",
        "objects": "一条不合格记录的完整违规记录（逐条 `to_dict()`，含说明、出处与读到的值），从记录算起：平均 "
        "{each} 条违规，共 {whole} 微秒；其中结论占 {verdicts} 微秒。",
        "growth": "增长",
        "growth-intro": "从 Parquet 到违规到手，各在新进程里。本库一次整个读入文件，做平常的全部检查与发现；一次扫描"
        "文件（`pl.scan_parquet`），边读边判；手写的是扫描上的 Polars。内存取第一次运行时整个进程的峰值，含违规"
        "本身。",
        "row-growth": "行数增多，30 条行规则",
        "all-growth": "行数增多，全部 40 条规则",
        "rules-growth": "{rows} 行，行规则增多",
        "rows-head": "| 行数 | 文件 MB | 本库整读，秒 | MB | 本库扫描，秒 | MB | 手写，秒 | MB |",
        "exponent": "{start} 行起的指数",
        "rules-head": "| 规则数 | 秒 | 内存峰值 MB | 违规 |",
        "rules-exponent": "指数",
        "start": "冷启动",
        "start-intro": "整个进程，从启动到结束；文件缓存已热。",
        "start-head": "| | 毫秒 | 比空进程多 |",
        "empty": "空的 Python 进程",
        "import": "`import eduplan_rules`",
        "ten rows": "对十行数据、一条规则运行 `eduplan-rules check`",
        "whole pack": "对已公布的全国数据、整个规则包运行 `eduplan-rules check`",
        "300 rules, first": "载入、检查、规划 300 条规则，进程中的第一次，计入导入",
        "300 rules, again": "同一进程中再来一次",
        "outputs": "从数据文件到报告",
        "outputs-text": "对 {rows} 行的 CSV（{feed} MB，每二十行一条违规）运行 `eduplan-rules check`，同时写 "
        "{names}：时钟 {wall} 秒，"
        "处理器 {processor} 秒，内存至多 {megabytes} MB。",
        "session": "实时更新",
        "session-intro": "`benchmarks/session.py` 的输出：",
    },
}
