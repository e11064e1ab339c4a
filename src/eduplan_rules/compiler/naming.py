"""What people call a value: by its label where it has one, else as its author wrote it.

In: a typed tree and its place. Out: names in both languages, and labels of choices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from eduplan_rules.compiler.steps import Place
from eduplan_rules.language.typed import Rows, Typed
from eduplan_rules.period import length_text, length_words
from eduplan_rules.rulebook.model import Entity, Field, Parameter, Value
from eduplan_rules.spacing import filled, joined
from eduplan_rules.units import english_plurals

#: of another value -> (English, Chinese)
_DERIVED = {
    "previous": ("previous {en}", "上期{zh}"),
    "growth": ("growth of {en}", "{zh}的增幅"),
    "change": ("change of {en}", "{zh}的增减"),
}
_ARITHMETIC = ("+", "-", "*", "/")
#: what may stand behind a number: a noun, before it a word such as `full-time`, behind it a verb; or the verb at once
_BEHIND = re.compile(
    r" (?P<before>(?:[a-z]+-[a-z-]+ )?)(?P<noun>[a-z]+s|people)\b(?P<verb> (?:are|were|have)\b)?(?! (?:and|or) [a-z])"
)
_VERB = re.compile(r"(?P<verb> (?:are|were|have)\b)")
_VERBS = {" are": " is", " were": " was", " have": " has"}
#: fields of an aggregate's rows that are named
_NAMED_FIELDS = 4


def name_of(node: Typed, place: Place) -> dict[str, str]:
    """A value's name by language."""
    book = place.book
    match node.op:
        case "field":
            return called(book.entities[node.data[0]].fields[node.data[1]])
        case "value":
            return called(book.values[f"{node.data[0]}.{node.data[1]}"])
        case "parameter":
            return called(book.parameters[node.data])
        case "this" | "convert" | "days":
            return name_of(node.args[0], place)
        case "previous" | "growth" | "change":
            english, chinese = _DERIVED[node.op]
            inner = name_of(node.args[0], place)
            return {"zh": filled(chinese, inner), "en": english.format_map(inner)}
        case op if op in _ARITHMETIC:
            left, right = (_operand(arg, place) for arg in node.args)
            return {language: f"{left[language]} {node.op} {right[language]}" for language in ("zh", "en")}
        case "lookup":
            target, last = node.data.parent, node.args[0]
            while last.op == "lookup":
                target, last = last.data.parent, last.args[0]
            return within(called(book.entities[target]), [name_of(last, place)])
        case "aggregate":
            return _of_rows(node.data, place)
        case _:
            return {"zh": node.text, "en": node.text}


def _operand(node: Typed, place: Place) -> dict[str, str]:
    while node.op == "convert":
        node = node.args[0]
    name = name_of(node, place)
    return {language: f"({text})" for language, text in name.items()} if node.op in _ARITHMETIC else name


def called(thing: Entity | Field | Value | Parameter) -> dict[str, str]:
    """The label of what the rulebook declares, or its identifier."""
    return _labelled(str(thing.id), thing.label)


def labels_of(node: Typed, place: Place) -> dict[str, dict[str, str]] | None:
    """Labels of a choice's identifiers, where the node is a field, and of what a duration can be."""
    while node.op in ("value", "lookup", "previous", "this"):
        node = node.args[0]
    if node.type.kind == "duration":
        return {length_text(length): length_words(length) for length in node.type.lengths if length is not None}
    if node.op != "field" or node.type.kind != "choice":
        return None
    choices = place.book.entities[node.data[0]].fields[node.data[1]].choices
    return {str(choice): _labelled(str(choice), label) for choice, label in choices.items()}


def _labelled(identifier: str, label: Mapping[str, str] | None) -> dict[str, str]:
    """English takes the identifier where the only label is a Chinese one."""
    chinese, english = (label["zh"], label["en"]) if label else (identifier, identifier)
    return {"zh": str(chinese), "en": identifier if english == chinese and not english.isascii() else str(english)}


def within(owner: Mapping[str, str], names: list[dict[str, str]]) -> dict[str, str]:
    """What things of an owner are called."""
    if not names:
        return dict(owner)
    zh, en = ([name[language] for name in names] for language in ("zh", "en"))
    return {"zh": joined((owner["zh"], "的", "、".join(zh))), "en": f"{', '.join(en)} of {owner['en']}"}


def _of_rows(rows: Rows, place: Place) -> dict[str, str]:
    """The fields of the rows that an aggregate reads."""
    found: dict[str, dict[str, str]] = {}

    def visit(node: Typed) -> None:
        if node.op in ("field", "value", "lookup", "previous"):
            found.setdefault(node.text, name_of(node, place))
        elif node.op != "this":
            for arg in node.args:
                visit(arg)

    for part in (*rows.values, rows.where, rows.weight):
        if part is not None:
            visit(part)
    return within(called(rows.entity), list(found.values())[:_NAMED_FIELDS])


def plural_behind(text: str, place: Place) -> tuple[str, str] | None:
    """How an English text behind a number begins, and how where the number is 1; None where that is the same.

    Only nouns that the rulebook itself uses are known: those of units, of entities, and of what fields count.
    """
    found = _VERB.match(text)
    if found is not None:
        return found["verb"], _VERBS[found["verb"]]
    found = _BEHIND.match(text)
    if found is None:
        return None
    if "nouns" not in place.shared:
        place.shared["nouns"] = (dict(_nouns(place)), place)
    noun = place.shared["nouns"][0].get(found["noun"])
    if noun is None:
        return None
    return found[0], f" {found['before']}{noun}{_VERBS.get(found['verb'], '')}"


def _nouns(place: Place) -> Iterator[tuple[str, str]]:
    """Plurals and their singulars."""
    yield from english_plurals().items()
    for entity in place.book.entities.values():
        one = called(entity)["en"].lower().split(" ")[-1]
        yield _plural(one), one
        for field in entity.fields.values():
            last = called(field)["en"].lower().split(" ")[-1]
            if field.type == "integer" and (single := _singular(last)) is not None:
                yield last, single


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es"
    return f"{word[:-1]}ies" if re.search(r"[^aeiou]y$", word) else f"{word}s"


def _singular(word: str) -> str | None:
    """The singular of a word that is a plural beyond doubt."""
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return None
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]
