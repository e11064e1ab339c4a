"""An explanation as text of one language, and as a record.

In: an `Explanation`. Out: lines for people, or plain data by `explanation.schema.json`, which has both languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eduplan_rules.rulebook.model import Reference
from eduplan_rules.tools.explain.phrases import say
from eduplan_rules.tools.explain.rule import FORMAT, Explanation, Item, Standard, Words
from eduplan_rules.tools.words import Language


def explanation_text(explanation: Explanation, language: Language) -> str:
    """The explanation for people."""
    return "\n".join(_lines(explanation, language)) + "\n"


def _lines(found: Explanation, language: Language) -> Iterator[str]:
    yield f"{found.rule}  {found.title[language]}"
    if found.off:
        yield say("head-off", language)
    yield ""
    yield _line("about", found.about, language)
    yield _line("requirement", found.requirement, language)
    for item in found.items:
        yield f"  - {_item(item, language)}"
    for name, words in (("judged", found.judged), ("in-force", found.in_force), ("due", found.due)):
        if words is not None:
            yield _line(name, words, language)
    if found.standards:
        head = say("head-standards", language, day=found.as_of)
        yield say("line", language, head=head, text="").rstrip()
        yield from (f"  - {standard_line(each, language)}" for each in found.standards)
    if found.definitions:
        yield say("line", language, head=say("head-definitions", language), text="").rstrip()
        yield from (f"  - {each.text[language]}" for each in found.definitions)
    last = ("clause", found.clause_cited), ("source", found.cited), ("owner", found.owner), ("weight", found.weight)
    for name, words in last:
        if words is not None:
            yield _line(name, words, language)


def _line(name: str, words: Words, language: Language) -> str:
    return say("line", language, head=say(f"head-{name}", language), text=words[language])


def _item(item: Item, language: Language) -> str:
    title = "" if item.title is None else item.title[language]
    # a number of the plan's own, not a word for programs
    coded = item.id is not None and (not title or any(each.isdigit() for each in item.id))
    name = " ".join(filter(None, [item.id if coded else None, title]))
    text = say("item-named", language, name=name, text=item.text[language]) if name else item.text[language]
    if item.where is not None:
        text = say("item-where", language, text=text, where=item.where[language])
    return text + say("stop", language)


def standard_line(found: Standard, language: Language) -> str:
    """A parameter's value with its date and source."""
    name = say("quoted", language, text=found.label[language])
    told = say("standard", language, name=name, text=found.text[language])
    if found.since is not None:
        told += say("standard-since", language, day=found.since)
    if found.source:
        told += say("standard-source", language, source=found.cited[language])
    if found.later is not None:
        told += say("standard-later", language, later=found.later[language])
    return told + say("stop", language)


def explanation_record(found: Explanation) -> dict[str, Any]:
    """The explanation for programs."""
    return {
        "format": FORMAT,
        "rule": found.rule,
        "as_of": found.as_of.isoformat(),
        "title": found.title,
        "off": found.off,
        "about": found.about,
        "requirement": {
            "text": found.requirement,
            "items": [
                {"id": item.id, "title": item.title, "text": item.text, "where": item.where} for item in found.items
            ],
        },
        "judged": found.judged,
        "in_force": found.in_force,
        "due": found.due,
        "standards": [
            {
                "parameter": each.parameter,
                "label": each.label,
                "text": each.text,
                "since": None if each.since is None else each.since.isoformat(),
                "unverified": each.unverified,
                "later": each.later,
                "source": [_reference(reference) for reference in each.source],
            }
            for each in found.standards
        ],
        "definitions": [{"value": each.value, "text": each.text} for each in found.definitions],
        "clause": None
        if found.clause is None
        else {
            "id": str(found.clause.id),
            "section": _text(found.clause.section),
            "anchor": _text(found.clause.anchor),
            "summary": found.clause.summary and {name: str(text) for name, text in found.clause.summary.items()},
        },
        "source": [_reference(reference) for reference in found.source],
        "owner": found.owner,
        "severity": found.severity,
        "nature": found.nature,
        "weight": found.weight,
    }


def _text(text: str | None) -> str | None:
    return None if text is None else str(text)


def _reference(found: Reference) -> dict[str, str | None]:
    names = ("document", "section", "article", "title", "url", "date", "note")
    return {name: _text(getattr(found, name)) for name in names}
