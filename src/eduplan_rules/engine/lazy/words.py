"""What is said of frames that stay in an engine, in English and Chinese."""

from __future__ import annotations

from functools import partial

from eduplan_rules import sentences
from eduplan_rules.sentences import Sentences

SENTENCES: Sentences = {
    "mixed": (
        "the tables of one run are frames of one engine, found {listed}: hand all of them over in one",
        "同一次核查的各表须来自同一个计算引擎，现有 {listed}，请统一交付",
    ),
    "in": ("{entity} in {engine}", "{entity} 在 {engine}"),
    "memory": ("memory", "内存"),
    "several": ("{names} are one entity: hand over one frame for each", "{names} 是同一实体，每个实体只交一个表"),
    "unfit": (
        "`{header}` of {entity} is {dtype}, which cannot be read as {wanted}: cast the column before",
        "{entity} 的列 `{header}` 类型为 {dtype}，不能读作 {wanted}，请先转换该列",
    ),
    "alike": (
        "`{name}` and `{other}` of {entity} differ in capitals only, which this engine does not tell apart",
        "{entity} 的字段 `{name}` 与 `{other}` 只有大小写之别，该引擎不能区分",
    ),
    "no-table": ("no table was handed over, expected at least one", "没有交付任何表，至少需要一个"),
    "lacking": (
        "{engine} cannot run {rules}: it has no `{operator}`",
        "{engine} 不能运行 {rules}：该引擎没有 `{operator}`",
    ),
}

word = partial(sentences.word, SENTENCES)
