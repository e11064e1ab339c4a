"""What a name that is no rule's stands for, and which rules read it.

In: a rulebook without mistakes, a name, a day. Out: text of one language, or None where the rulebook has no such name.
Names are those of parameters, derived values, fields and entities, by identifier or by label.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from eduplan_rules.book import resolved_rulebook
from eduplan_rules.compiler.naming import called
from eduplan_rules.language.typed import ResolvedRule, Typed
from eduplan_rules.rulebook.model import Entity, Field, Parameter, Rulebook, Value
from eduplan_rules.tools.explain.phrases import say
from eduplan_rules.tools.explain.rule import Explanation, explain_rule
from eduplan_rules.tools.explain.show import standard_line
from eduplan_rules.tools.words import Language


@dataclass(frozen=True, slots=True)
class Named:
    """Something that rules read: its kind, and its name as the rulebook has it."""

    kind: str
    name: str
    thing: Parameter | Value | Field | Entity


def named_in(book: Rulebook, name: str) -> list[Named]:
    """All that goes by a name: an identifier, one with its entity before it, or a label."""
    return [
        each for each in _all(book) if name in (each.name, each.name.partition(".")[2], *called(each.thing).values())
    ]


def names_of(book: Rulebook) -> list[str]:
    """Every identifier that could be meant."""
    return [each.name for each in _all(book)]


def _all(book: Rulebook) -> Iterator[Named]:
    yield from (Named("parameter", str(name), thing) for name, thing in book.parameters.items())
    yield from (Named("value", str(name), thing) for name, thing in book.values.items())
    for entity in book.entities.values():
        yield from (Named("field", f"{entity.id}.{name}", thing) for name, thing in entity.fields.items())
    yield from (Named("entity", str(name), thing) for name, thing in book.entities.items())


def named_text(book: Rulebook, found: Named, language: Language, *, as_of: date) -> str:
    """What it is, what it is worth on the day, and which rules read it."""
    readers = [name for name, rule in resolved_rulebook(book).rules.items() if _reads(rule, found)]
    lines = [f"{found.name}  {called(found.thing)[language]}", say(f"named-{found.kind}", language), ""]
    if readers:
        told = _worth(explain_rule(book, readers[0], as_of=as_of), found, language)
        lines += [say("line", language, head=say("named-worth", language, day=as_of), text=told), ""] if told else []
        lines.append(say("line", language, head=say("named-readers", language), text="").rstrip())
        lines += [f"  - {name}  {book.rules[name].title[language]}" for name in readers]
    else:
        lines.append(say("named-unread", language))
    return "\n".join(lines)


def _reads(rule: ResolvedRule, found: Named) -> bool:
    if found.kind == "entity" and rule.entity.id == found.thing.id:
        return True
    return any(_is_read(node, found) for tree in (*rule.expressions(), *rule.bounds) for node in tree.walk())


def _is_read(node: Typed, found: Named) -> bool:
    match found.kind:
        case "parameter":
            return node.op == "parameter" and str(node.data) == found.name
        case "value" | "field":
            return node.op == found.kind and ".".join(map(str, node.data)) == found.name
        case _:
            return node.op == "aggregate" and node.data.entity.id == found.thing.id


def _worth(explanation: Explanation, found: Named, language: Language) -> str | None:
    """As the explanation of a rule that reads it has it."""
    standards = [standard_line(each, language) for each in explanation.standards if each.parameter == found.name]
    defined = [each.text[language] for each in explanation.definitions if each.value == found.name]
    return next(iter(standards if found.kind == "parameter" else defined), None)
