"""What a record or a finding says, in words: whom it is about, by how much, on what basis, and where it lies.

In: a report, one of its records as plain data, a language. Out: text; empty where there is nothing to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from eduplan_rules.engine.standing import STANDINGS
from eduplan_rules.engine.wording import format_amount, format_gap
from eduplan_rules.render.words import Language, listed, say
from eduplan_rules.reports.report import Report
from eduplan_rules.tables.finding import Finding

#: waivers and tolerances that are told one by one
_MOST_LEAVES = 10


def entity_words(report: Report, entity: str, language: Language) -> str:
    """By its label; in English by its identifier where there is only a Chinese one."""
    label = report.book.entities[entity].label
    return entity if not label or (language == "en" and not label["en"].isascii()) else label[language]


def subject_words(report: Report, record: Mapping[str, Any], language: Language) -> str:
    """The subject with its key and name, then what it belongs to."""
    subject = record["subject"]
    above_it = {above["name"] for above in record["within"].values()}
    own = None if subject["name"] in above_it else subject["name"]
    told = [(subject["entity"], " / ".join(subject["key"]), own)]
    told += [(entity, above["key"], above["name"]) for entity, above in record["within"].items()]
    names = [" ".join(filter(None, [entity_words(report, entity, language), key, name])) for entity, key, name in told]
    return _word("comma", language).join(names)


def subject_in_period(report: Report, record: Mapping[str, Any], language: Language) -> str:
    """The subject, and the period if there is one."""
    subject, period = subject_words(report, record, language), record["period"]
    return say("subject-in", language, subject=subject, period=period) if period else subject


def offender_words(report: Report, record: Mapping[str, Any], language: Language) -> str:
    """The rows behind an aggregate: the table once, then keys, each with its place, and how many more there are."""
    offenders = record["offenders"]
    told = []
    for offender in offenders:
        name = " ".join(filter(None, [" / ".join(offender["key"]), offender["period"]]))
        place = place_words(**offender["location"])
        told.append(say("row-at", language, row=name, place=place) if place else name)
    rows = f"{entity_words(report, offenders[0]['entity'], language)} {say('pause', language).join(told)}"
    more = record["offenders_total"] - len(offenders)
    return say("rows-and-more", language, rows=rows, more=f"{more:,}") if more > 0 else rows


def basis_words(report: Report, record: Mapping[str, Any], language: Language) -> str:
    """The clause with its section, and the standard behind it."""
    clause = record["clause"]
    section = None if clause is None else report.book.clauses[clause].section
    named = tuple(reference_words(source) for source in record["source"][:1])
    return _basis(clause, section, named, language)


@lru_cache(1_000)
def _basis(clause: str | None, section: str | None, named: tuple[str, ...], language: Language) -> str:
    about = " ".join(filter(None, [clause, section]))
    return _word("comma", language).join(filter(None, [about, *named]))


def reference_words(source: Mapping[str, str]) -> str:
    """A place in a law or a standard."""
    return " ".join(source[name] for name in ("document", "section", "article") if name in source)


def gap_words(record: Mapping[str, Any], language: Language) -> str:
    """By how much the rule is missed."""
    gap, unit = record["gap"], record["unit"]
    if not isinstance(gap, int | float):
        return ""
    if gap == 0 and record["strict"]:
        required = format_amount(record["required"], unit, language)
        below = isinstance(record["observed"], int | float) and record["parts"] and record["parts"][0]["op"] == "<"
        return say("must-stay-below" if below else "must-exceed", language, required=required)
    return _gap(gap, "项" if unit is None and record["of"] is not None else unit, language)


@lru_cache(1_000, typed=True)
def _gap(gap: float, unit: str | None, language: Language) -> str:
    return say("gap", language, gap=format_gap(gap, unit, language))


def place_words(file: str | None, sheet: str | None, line: int | None) -> str:
    """File, sheet and line of a feed."""
    if file is None:
        return ""
    where = f"{file}[{sheet}]" if sheet is not None else file
    return where if line is None else f"{where}:{line}"


def sheet_words(file: str | None, sheet: str | None, line: int | None) -> str:
    """The place where a line of a file does not say it: in a sheet of a workbook, in a table of a database."""
    return "" if sheet is None and not in_database(file) else place_words(file, sheet, line)


def in_database(file: str | None) -> bool:
    """Whether the name of a delivery is the address of a table, which is no file that a code host could show."""
    return file is not None and "://" in file


def finding_words(found: Finding, language: Language) -> str:
    """The sentence of a finding, and where the first of the other rows are that it is about."""
    message = found.message[language]
    if not found.others:
        return message
    places = [
        place_words(each.file, each.sheet, each.line) or say("row-number", language, line=each.line)
        for each in found.others
    ]
    return say("see-also", language, message=message, places=say("pause", language).join(places))


def finding_place(report: Report, found: Finding, language: Language) -> str:
    """The line of the file; else the table, the key and the period, as far as they are known."""
    location = found.location
    place = "" if location is None else place_words(location.file, location.sheet, location.line)
    return place or finding_subject(report, found, language)


def finding_subject(report: Report, found: Finding, language: Language) -> str:
    """The table, the key and the period that a finding is about."""
    entity = None if found.entity is None else entity_words(report, found.entity, language)
    return " ".join(filter(None, [entity, " / ".join(found.key or ()), found.period]))


def standing_words(report: Report, record: Mapping[str, Any], language: Language) -> str:
    """Why a violation does not count, and by whose leave; empty where it does."""
    standing = record.get("standing") or "open"
    if standing == "open":
        return ""
    if standing == "tolerated":
        who = [each["by"] for each in report.acceptance.tolerances if each["rule"] == record["rule"]]
        return say("tolerated-by", language, by=who[0]) if who else say("standing-tolerated", language)
    waived = record.get("waived") or {}
    if standing != "waived" or not waived:
        return say(f"standing-{standing}", language)
    return say(
        "waived-because",
        language,
        reason=_either(waived.get("reason"), language),
        by=_either(waived.get("approved_by"), language),
        until=waived.get("valid_until"),
    )


def apart_words(report: Report, language: Language) -> str:
    """How many violations do not count, and why; empty where all do."""
    number = Counter(mark.standing for _, mark in report.acceptance)
    told = [say(f"apart-{each}", language, count=f"{number[each]:,}") for each in STANDINGS[1:] if number[each]]
    return say("counted-apart", language, counts=listed(told, language)) if told else ""


def leave_words(report: Report, language: Language) -> list[str]:
    """By whose leave violations do not count, rule by rule, and whose was not enough; the first, and how many more."""
    acceptance = report.acceptance
    told = [
        say(
            "leave-waived",
            language,
            rule=each["rule"],
            count=f"{each['violations']:,}",
            until=each["valid_until"],
            reason=_either(each["reason"], language),
            by=_either(each["approved_by"], language),
            place=place_words(each["file"], None, each["line"]),
        )
        for each in acceptance.waivers
        if each["violations"]
    ]
    accepted = sum(mark.standing == "accepted" for _, mark in acceptance)
    if acceptance.baseline is not None and accepted:
        told.append(say("leave-accepted", language, count=f"{accepted:,}", day=acceptance.baseline["as_of"]))
    for each in acceptance.tolerances:
        if each["open"]:
            name = "leave-tolerated" if each["tolerated"] else "leave-exceeded"
            gaps = {"rule": each["rule"], "by": each["by"], "allowed": f"{each['allowed']:,}"}
            told.append(say(name, language, count=f"{each['open']:,}", **gaps))
    more = len(told) - _MOST_LEAVES
    return told[:_MOST_LEAVES] + ([say("more-findings", language, count=more)] if more > 0 else [])


def severity_of(report: Report, record: Mapping[str, Any]) -> str:
    """The severity at which a record counts: what is unknown at that of its rule."""
    return report.book.rules[record["rule"]].severity if record["verdict"] == "unknown" else record["severity"]


def silent_rules(report: Report) -> list[str]:
    """The rules without data, but for those that could not be run: in a strict run each is an error."""
    return [name for name, totals in report.totals.items() if not totals.in_scope and totals.failed is None]


def is_open(record: Mapping[str, Any]) -> bool:
    """Whether a violation counts."""
    return record.get("standing", "open") in ("open", None)


def details(report: Report, record: Mapping[str, Any], language: Language) -> list[str]:
    """What follows the message: gap, clause and standard, who answers for it, rows behind it, marks."""
    owner = record["owner"]
    told = [
        gap_words(record, language),
        basis_words(report, record, language),
        "" if owner is None else _owner(owner[language], language),
        *(_word(mark, language) for mark in ("provisional", "unverified") if record[mark]),
    ]
    if record["offenders"]:
        rows = offender_words(report, record, language)
        told.append(say("offenders", language, rows=rows))
    return [each for each in told if each]


@lru_cache(1_000)
def _owner(owner: str, language: Language) -> str:
    return say("owner-is", language, owner=owner)


@cache
def _word(name: str, language: Language) -> str:
    """A sentence without gaps."""
    return say(name, language)


def _either(words: Any, language: Language) -> str:
    return str(words.get(language, "")) if isinstance(words, Mapping) else str(words or "")
