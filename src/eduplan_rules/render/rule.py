"""What a rule says of itself, for lists of rules: what it requires of whom, by which clause and standard, where it is.

In: a rule of a rulebook, a language. Out: texts.
"""

from __future__ import annotations

from collections.abc import Iterator

from eduplan_rules.render.record import reference_words
from eduplan_rules.render.words import Language, say
from eduplan_rules.rulebook.model import Member, Reference, Rule, Rulebook


def rule_lines(book: Rulebook, rule: Rule, language: Language) -> Iterator[tuple[str, str]]:
    """What a rule says: what of it, and the text."""
    yield say("requires", language), required_words(rule, language)
    if rule.where is not None:
        yield say("only-where", language), str(rule.where)
    if rule.clause is not None:
        yield say("clause-is", language), clause_words(book, rule)
    for source in rule.source:
        yield say("standard-is", language), source_words(source)
    if rule.due is not None:
        yield say("due-is", language), str(rule.due)
    if rule.owner is not None:
        yield say("owner-of-rule", language), rule.owner[language]


def required_words(rule: Rule, language: Language) -> str:
    """What a rule requires, as its author wrote it."""
    if isinstance(rule.require, str):
        return str(rule.require)
    body = rule.require
    kind = say(f"body-{body.kind}", language, count=body.at_least)
    return kind + say("semicolon", language).join(_member_words(member, language) for member in body.members)


def _member_words(member: Member, language: Language) -> str:
    bounds = [("", member.that), (f"{member.measure} >= ", member.minimum), (f"{member.measure} <= ", member.maximum)]
    text = " and ".join(f"{start}{end}" for start, end in bounds if end is not None)
    title = (member.title or {}).get(language) or member.id
    return text if title is None else f"{title} ({text})"


def clause_words(book: Rulebook, rule: Rule) -> str:
    """The clause with its section and the words by which it is found; empty where there is none."""
    if rule.clause is None:
        return ""
    clause = book.clauses[rule.clause]
    return " ".join(str(each) for each in (rule.clause, clause.section, clause.anchor) if each is not None)


def source_words(source: Reference) -> str:
    """A place in a law or a standard."""
    named = {name: getattr(source, name) for name in ("document", "section", "article")}
    return reference_words({name: str(text) for name, text in named.items() if text is not None})


def rule_address(rule: Rule) -> str | None:
    """The address of the first source that has one."""
    addresses = [str(source.url) for source in rule.source if source.url is not None]
    return next((each for each in addresses if each.startswith(("https://", "http://"))), None)
