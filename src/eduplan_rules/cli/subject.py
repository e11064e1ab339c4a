"""The command `explain` with facts: why one subject has its verdict, and what would satisfy the rule.

In: the id of a rule, facts, a subject's key or name. Out: an exit code (0 explained, 2 rules or usage wrong, 3 facts
unreadable). The explanation goes to standard output. The clock is read here where no day is given.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Literal

from eduplan_rules import sentences
from eduplan_rules.cli.border import NOT_JUDGED, USAGE, Stop, prepare, put
from eduplan_rules.cli.explain import check_rule, day_of
from eduplan_rules.render.words import Language, say
from eduplan_rules.sentences import Sentences

if TYPE_CHECKING:
    from eduplan_rules.engine.outcome import Outcome
    from eduplan_rules.reports.report import Report
    from eduplan_rules.rulebook.model import Entity, Rulebook

SENTENCES: Sentences = {
    "no-subject": (
        "--subject is missing: expected the key or the name of the one to explain, such as --subject A1",
        "缺少 --subject：请给出所要说明的对象的代码或名称，如 --subject A1",
    ),
    "no-facts": (
        "--subject needs FACTS: expected files or folders before it",
        "--subject 需要 FACTS：请先给出数据文件或文件夹",
    ),
    "off": ("the rule `{rule}` is switched off", "规则 `{rule}` 已停用"),
    "silent": (
        "the rule is about {entity}, of which no rows were delivered",
        "该规则针对{entity}，但没有提交相应的数据",
    ),
    "unknown-subject": (
        "--subject `{subject}` is no key or name among the {entity} rows{hint}",
        "--subject `{subject}` 不是{entity}数据中的代码或名称{hint}",
    ),
    "unknown-period": (
        "`{subject}` has no outcome in `{period}`, expected one of {periods}",
        "`{subject}` 在 `{period}` 没有结论，应为以下之一：{periods}",
    ),
    "no-periods": (
        "`{subject}` has no outcome in `{period}`: the rule judges no periods, leave --period out",
        "`{subject}` 在 `{period}` 没有结论：该规则不分期，请去掉 --period",
    ),
    "several": (
        "--subject `{subject}` is the name of several: {keys}; give the key",
        "名称 `{subject}` 对应多个对象：{keys}；请改用代码",
    ),
    "failed": ("the rule could not be run: {reason}", "该规则无法运行：{reason}"),
}

_say = partial(sentences.say, SENTENCES)


@dataclass(frozen=True)
class Asked:
    """What the command line asks."""

    rule: str
    facts: Sequence[str]
    subject: str | None
    period: str | None
    rules: Sequence[str]
    as_of: str | None
    form: Literal["text", "json"]
    show_personal: bool
    #: how the facts are laid out
    feed: str | None = None


def explain_subject(asked: Asked, *, language: Language) -> int:
    """Explain the newest outcome of a subject, or that of a period."""
    from eduplan_rules.book import load_rulebook
    from eduplan_rules.cli.configuration import rules_of
    from eduplan_rules.feeds.files import read_facts
    from eduplan_rules.run import evaluate

    if asked.subject is None:
        raise Stop(USAGE, _say("no-subject", language))
    if not asked.facts:
        raise Stop(USAGE, _say("no-facts", language))
    day = day_of(asked.as_of, language)
    book = load_rulebook(*rules_of(asked.rules, language))
    check_rule(asked.rule, book, language)
    if book.rules[asked.rule].off:
        raise Stop(USAGE, _say("off", language, rule=asked.rule))
    facts = read_facts(asked.facts, book, feed=asked.feed)
    periods = "latest" if asked.period is None else "all"
    report = evaluate(
        book, facts, as_of=day, periods=periods, keep="all", select=asked.rule, show_personal=asked.show_personal
    )
    outcome = _chosen(asked, report, book, language)
    _show(asked, report, outcome, language)
    return 0


def _show(asked: Asked, report: Report, outcome: Outcome, language: Language) -> None:
    from eduplan_rules.render.explain import explanation_lines
    from eduplan_rules.tools.explain.rule import explain_rule
    from eduplan_rules.tools.explain.show import explanation_record

    found = report.explain(outcome).to_dict()
    if asked.form == "json":
        prepare(sys.stdout, exact=True)
        whole = explanation_record(explain_rule(report.book, asked.rule, as_of=report.as_of)) | {"outcomes": [found]}
        put(json.dumps(whole, ensure_ascii=False, indent=2), sys.stdout)
        return
    title = outcome.title[language]
    lines = [f"{asked.rule}  {title}", *explanation_lines(found, language=language)]
    put("\n".join(lines), sys.stdout)


def _chosen(asked: Asked, report: Report, book: Rulebook, language: Language) -> Outcome:
    """The outcome that is asked for: of several periods the newest that is not fine, else the newest."""
    from eduplan_rules.errors import did_you_mean

    totals = report.totals[asked.rule]
    entity = book.entities[book.rules[asked.rule].for_]
    called = (entity.label or {}).get(language, str(entity.id))
    if totals.failed is not None:
        raise Stop(NOT_JUDGED, _say("failed", language, reason=totals.failed))
    if not totals.in_scope:
        raise Stop(NOT_JUDGED, _say("silent", language, entity=called))
    assert asked.subject is not None
    known: dict[str, list[Outcome]] = {}
    named: dict[str, set[str]] = {}
    written: dict[str, set[str]] = {}
    for outcome in report.outcomes(rule=asked.rule):
        key = " / ".join(outcome.subject["key"])
        known.setdefault(key, []).append(outcome)
        for form in _forms(outcome.subject["key"], entity):
            written.setdefault(form, set()).add(key)
        if outcome.subject["name"] is not None:
            named.setdefault(str(outcome.subject["name"]), set()).add(key)
    keys = {asked.subject} if asked.subject in known else named.get(asked.subject, set())
    keys = keys or written.get(_joined(asked.subject.split("/")), set())
    if not keys:
        near = did_you_mean(asked.subject, [*known, *named])
        hint = say("did-you-mean", language, word=near) if near else ""
        raise Stop(USAGE, _say("unknown-subject", language, subject=asked.subject, entity=called, hint=hint))
    if len(keys) > 1:
        listed = say("pause", language).join(sorted(keys))
        raise Stop(USAGE, _say("several", language, subject=asked.subject, keys=listed))
    return _of_period(asked, known[next(iter(keys))], language)


def _forms(key: Sequence[str], entity: Entity) -> Iterator[str]:
    """How people write a key: as case files do, of choices also their labels."""
    ways: list[list[str]] = []
    for name, part in zip(entity.key, key, strict=True):
        labels = next((label for choice, label in entity.fields[name].choices.items() if str(choice) == part), None)
        ways.append([part, *(labels or {}).values()])
    for parts in product(*ways):
        yield _joined(parts)


def _joined(parts: Iterable[str]) -> str:
    return "/".join(part.strip() for part in parts)


def _of_period(asked: Asked, outcomes: Sequence[Outcome], language: Language) -> Outcome:
    if asked.period is not None:
        found = [outcome for outcome in outcomes if outcome.period == asked.period]
        if not found:
            if all(outcome.period is None for outcome in outcomes):
                raise Stop(USAGE, _say("no-periods", language, subject=asked.subject, period=asked.period))
            periods = say("pause", language).join(str(outcome.period) for outcome in outcomes)
            gaps = {"subject": asked.subject, "period": asked.period, "periods": periods}
            raise Stop(USAGE, _say("unknown-period", language, **gaps))
        return found[-1]
    ordered = sorted(outcomes, key=lambda outcome: outcome.period or "")
    open_ones = [outcome for outcome in ordered if outcome.verdict not in ("satisfied", "not_applicable")]
    return (open_ones or ordered)[-1]
