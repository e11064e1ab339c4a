"""The wordings of the type checker, one function each, so that they can be reviewed in one sitting.

Each takes places and what was found and gives one `Diagnostic`: first line complete by itself, found and expected both.
The sentences themselves, in both languages, stand in `words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from eduplan_rules.errors import Diagnostic, did_you_mean
from eduplan_rules.language.slips import apart
from eduplan_rules.language.words import word
from eduplan_rules.operators import english
from eduplan_rules.rulebook.forms import enumerate_few
from eduplan_rules.rulebook.keys import found as what_stands
from eduplan_rules.rulebook.words import all_of
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Scalar, Span
from eduplan_rules.types import Type
from eduplan_rules.units import Unit

#: what people call functions elsewhere
_HABITS = {
    "average": "mean", "avg": "mean", "total": "sum", "percent": "share", "rate": "share", "len": "length", "iif": "if",
    "平均数": "平均", "求和": "合计", "总和": "合计", "总数": "计数", "数量": "计数", "比例": "占比",
}  # fmt: skip
#: what a text that nobody declared to be one may have been meant as
_MEANT = {"a-number": "kind-number", "a-date": "kind-date"}


def _meant(name: str, candidates: Iterable[str]) -> Wording | None:
    known = list(dict.fromkeys(candidates))
    longer = [each for each in known if len(name) > 1 and each.startswith(name)]
    near = did_you_mean(name, known) or _HABITS.get(name) or (longer[0] if len(longer) == 1 else None)
    return word("did-you-mean", word=near) if near else None


def unknown_name(
    span: Span, name: str, owner: str, candidates: Iterable[str], hint: Wording | None = None
) -> Diagnostic:
    message = word("unknown-name", owner=owner, name=name)
    return Diagnostic("unknown-name", message, span, instruction=hint or _meant(name, candidates))


def unquoted(span: Span, name: str, owner: str, beside: Type) -> Diagnostic:
    """A name that nobody declared, where a text or a choice would fit."""
    own = beside.kind == "text" or name in beside.spellings
    hint = word("quote-text", text=name) if own else word("quote-choice", choice=beside.choices[0])
    return Diagnostic("unknown-name", word("unknown-name", owner=owner, name=name), span, instruction=hint)


def spaces_between_names(span: Span, name: str, words: Iterable[str]) -> Diagnostic:
    return Diagnostic("spaces-between-names", word("names-run-together", name=name), span, instruction=apart(words))


def ambiguous_name(span: Span, name: str, kind: str, entity: str) -> Diagnostic:
    message = word("ambiguous-name", name=name, kind=word(kind), entity=entity)
    return Diagnostic("ambiguous-name", message, span, instruction=word("rename-one"))


def unknown_function(span: Span, name: str, candidates: Iterable[str], *, is_name: bool) -> Diagnostic:
    hint = word("without-parentheses", name=name) if is_name else _meant(name, candidates)
    return Diagnostic("unknown-function", word("unknown-function", name=name), span, instruction=hint)


def unknown_entity(span: Span, name: str, spellings: Mapping[str, str]) -> Diagnostic:
    """`spellings`: identifier or label -> identifier."""
    hint = _meant(name, spellings) or enumerate_few(set(spellings.values()))
    return Diagnostic("unknown-entity", word("unknown-entity", name=name), span, instruction=hint)


def unknown_choice(span: Span, text: str, spellings: Mapping[str, str]) -> Diagnostic:
    """`spellings`: identifier or label -> identifier."""
    labels: dict[str, list[str]] = {}
    for each, identifier in spellings.items():
        labels.setdefault(identifier, []).extend([each] if each != identifier else [])
    known = tuple(word("labelled", name=name, labels=tuple(words)) if words else name for name, words in labels.items())
    message = word("unknown-choice", text=text, known=known)
    return Diagnostic("unknown-choice", message, span, instruction=_meant(text, spellings))


def cannot_compare(
    left: tuple[Span, Type], right: tuple[Span, Type], hint: Wording | None, sentence: str = "cannot-compare"
) -> Diagnostic:
    for one, other in ((left[1], right[1]), (right[1], left[1])):
        if (told := _meant_otherwise(one, f"a-{other.kind}")) is not None:
            return told
    message = word(sentence, left=left[1].name, right=right[1].name)
    also = ((left[0], left[1].name),)
    return Diagnostic("type-mismatch", message, right[0], instruction=hint, also=also, label=right[1].name)


def cannot_order(span: Span, found: Type) -> Diagnostic:
    return Diagnostic("type-mismatch", word("no-order", found=found.name), span, instruction=word("use-equals"))


def expected_kind(span: Span, expected: str, found: Type, hint: Wording | None = None, /, **gaps: object) -> Diagnostic:
    """`expected` is the name of a sentence, which may have gaps."""
    told = _meant_otherwise(found, expected)
    if told is not None:
        return told
    message = word("type-expected", expected=word(expected, **gaps), found=found.name)
    return Diagnostic("type-mismatch", message, span, instruction=hint)


def not_a_condition(span: Span, what: Wording, found: Type) -> Diagnostic:
    sign = {"number": ">= 1", "date": "<= 2022-12-31"}.get(found.kind, '= "…"')
    literal = span.text[:1].isdecimal() or span.text[:1] in '-"“'
    if found.kind == "duration":
        hint = word("add-to-day")
    elif literal:
        hint = word("compare-something")
    else:
        hint = word("compare-it", text=" ".join(span.text.split()), sign=sign)
    message = word("not-a-condition", what=what, found=found.name)
    return Diagnostic("not-a-condition", message, span, instruction=hint)


def units_differ(left: tuple[Span, Unit], right: tuple[Span, Unit], verb: str) -> Diagnostic:
    message = word("units-differ", verb=word(verb), left=left[1], right=right[1])
    also = ((left[0], word("in-unit", unit=left[1])),)
    return Diagnostic("unit-mismatch", message, right[0], also=also, label=word("in-unit", unit=right[1]))


def unit_not_declared(span: Span, found: Unit, declared: Unit, place: Span) -> Diagnostic:
    message = word("unit-not-declared", declared=declared, found=found)
    return Diagnostic("unit-mismatch", message, span, also=((place, word("declared-here")),))


def growth_expected(span: Span, found: Unit) -> Diagnostic:
    return Diagnostic("unit-mismatch", word("growth-in-percent", found=found), span)


def percent_of_bare_number(span: Span, text: str) -> Diagnostic:
    part = Decimal(text.replace("_", ""))
    if part == 1:
        hint = word("one-percent-or-all")
    elif abs(part) < 1:
        hint = word("percent-or-part", whole=f"{(part * 100).normalize():f}", text=text)
    else:
        hint = word("write", text=f"{text}%")
    return Diagnostic("percent-of-bare-number", word("bare-percent", text=text), span, "warning", hint)


def beyond_a_ratio(span: Span, text: str, name: str | None) -> Diagnostic:
    message = word("beyond-ratio", name=name, text=text)
    return Diagnostic("percent-of-bare-number", message, span, "warning", word("write", text=f"{text}%"))


def empty_interval(low: Span, high: Span, first: str, last: str) -> Diagnostic:
    message, hint = word("empty-interval", first=first, last=last), word("between", first=first, last=last)
    return Diagnostic("empty-interval", message, high, instruction=hint, also=((low, None),))


def wrong_arguments(span: Span, name: str, expected: Wording, found: int, hint: Wording | None = None) -> Diagnostic:
    message = word("wrong-arguments", name=name, expected=expected, found=found)
    return Diagnostic("wrong-arguments", message, span, instruction=hint)


def wrong_values(span: Span, name: str, expected: str, found: int, call: str) -> Diagnostic:
    """Of an aggregate; `expected` is the name of a sentence, `call` how to write it."""
    message = word("wrong-values", name=name, expected=word(expected), found=found)
    return Diagnostic("wrong-arguments", message, span, instruction=word("write", text=call))


def constant_expected(span: Span, name: str, kind: str) -> Diagnostic:
    return Diagnostic("wrong-arguments", word("constant", name=name, kind=word(kind)), span)


def no_path(span: Span, inner: str, outer: str, *, upwards: bool) -> Diagnostic:
    hint = word("read-upwards" if upwards else "declare-link", inner=inner, outer=outer)
    return Diagnostic("no-path", word("no-path", inner=inner, outer=outer), span, instruction=hint)


def ambiguous_path(span: Span, inner: str, outer: str, ways: list[list[str]], *, upwards: bool) -> Diagnostic:
    message = word("ambiguous-path", inner=inner, outer=outer, ways=tuple(" -> ".join(way) for way in ways))
    hint = word("write-way", way=".".join(ways[0][1:])) if upwards else None
    return Diagnostic("ambiguous-path", message, span, instruction=hint)


def aggregate_needs_for(span: Span, name: str, value: str = "…", rest: str = "") -> Diagnostic:
    counts = english(name) == "count"
    hint = word("write-count", name=name) if counts else word("write-for", name=name, value=value, rest=rest)
    return Diagnostic("aggregate-needs-for", word("needs-for", name=name), span, instruction=hint)


def not_an_aggregate(span: Span, name: str) -> Diagnostic:
    return Diagnostic("unknown-function", word("not-an-aggregate", name=name), span)


def clause_not_taken(span: Span, name: str, clause: str) -> Diagnostic:
    return Diagnostic("wrong-arguments", word("clause-not-taken", name=name, clause=clause), span)


def value_cycle(span: Span, names: Iterable[str]) -> Diagnostic:
    return Diagnostic("value-cycle", word("value-cycle", way=" -> ".join(names)), span)


def chain_too_long(span: Span, most: int) -> Diagnostic:
    return Diagnostic("nested-too-deep", word("chain-too-long", most=most), span)


def parameter_axis(span: Span, name: str, axis: str, found: Type, declared: Span) -> Diagnostic:
    message = word("parameter-axis", name=name, axis=axis, found=found.name)
    return Diagnostic("parameter-axis", message, span, also=((declared, word("declared-here")),))


def unknown_axis(span: Span, axis: str, near: str) -> Diagnostic:
    hint = word("did-you-mean", word=near)
    return Diagnostic("unknown-field", word("unknown-axis", axis=axis), span, instruction=hint)


def floor_above_all(span: Span, found: str) -> Diagnostic:
    return Diagnostic("wrong-value", word("floor-above-all", found=found), span, instruction=word("others-reach"))


def choice_twice(span: Span, key: str, first: Scalar) -> Diagnostic:
    also = ((first.span, word("first-here")),)
    return Diagnostic("duplicate-key", word("same-choice", key=key, first=first), span, also=also)


def leaf_expected(span: Span, kind: str, text: str, hint: Wording | None) -> Diagnostic:
    """`kind` is the name of a sentence."""
    message = word("leaf-expected", kind=word(kind), found=what_stands(text))
    return Diagnostic("type-mismatch", message, span, instruction=hint)


def list_of_durations(span: Span) -> Diagnostic:
    return Diagnostic("wrong-shape", word("list-of-durations"), span)


def unit_of_duration(span: Span, unit: str) -> Diagnostic:
    return Diagnostic("wrong-value", word("unit-of-duration", unit=unit), span, instruction=word("leave-unit-out"))


def window_of_rows(span: Span, text: str) -> Diagnostic:
    hint = word("write", text=f"this.{text}")
    return Diagnostic("wrong-arguments", word("window-of-rows", text=text), span, instruction=hint)


def list_expected(span: Span, text: str, name: str) -> Diagnostic:
    message, hint = word("list-expected", name=name, text=text), word("write-in-list", text=text)
    return Diagnostic("wrong-shape", message, span, instruction=hint)


def _meant_otherwise(found: Type, expected: str) -> Diagnostic | None:
    """A parameter of which nobody said that it is a text, where a number or a day is needed."""
    if found.written is None or expected not in _MEANT:
        return None
    return leaf_expected(found.written, _MEANT[expected], found.written.text, word("say-text"))


def bare_among_percent(span: Span, text: str) -> Diagnostic:
    message, hint = word("bare-among-percent", text=text), word("percent-or-unit", text=text)
    return Diagnostic("percent-of-bare-number", message, span, instruction=hint)


def missing_choice(span: Span, name: str, lacking: Iterable[str], also: tuple[Span, Wording]) -> Diagnostic:
    message = word("missing-choice", name=name, lacking=tuple(lacking))
    return Diagnostic("missing-choice", message, span, instruction=word("give-each"), also=(also,))


def needs_period(span: Span, what: str, entity: str, hint: Wording | None = None) -> Diagnostic:
    return Diagnostic("needs-period", word("needs-period", what=what, entity=entity), span, instruction=hint)


def many_rows(span: Span, entity: str) -> Diagnostic:
    hint = word("use-aggregate", entity=entity)
    return Diagnostic("no-period-to-lookup", word("many-rows", entity=entity), span, instruction=hint)


def this_outside(span: Span) -> Diagnostic:
    return Diagnostic("unknown-name", word("this-outside"), span)


def bad_pattern(span: Span, message: Wording, hint: Wording | None) -> Diagnostic:
    return Diagnostic("pattern-syntax", message, span, instruction=hint)


def incomplete_member(span: Span, found: Iterable[str]) -> Diagnostic:
    parts = list(found)
    message = word("incomplete-member", found=all_of(parts)) if parts else word("empty-member")
    return Diagnostic("wrong-shape", message, span)


def bad_unit(span: Span, text: str) -> Diagnostic:
    return Diagnostic("bad-unit", word("bad-unit", text=text), span, instruction=word("unit-words"))


def bound_unknown(span: Span, key: str, name: str, candidates: Iterable[str]) -> Diagnostic:
    message = word("no-parameter-for-bound", word=key, name=name)
    return Diagnostic("unknown-name", message, span, instruction=_meant(name, candidates))


def bound_of_type(span: Span, key: str, name: str, found: Type, declared: Span) -> Diagnostic:
    message = word("bound-of-type", word=key, name=name, found=found.name)
    return Diagnostic("type-mismatch", message, span, also=((declared, word("declared-here")),))


def bound_not_fixed(span: Span, key: str, name: str, variety: Wording, declared: Span) -> Diagnostic:
    message, hint = word("bound-not-fixed", word=key, name=name, variety=variety), word("single-value", name=name)
    return Diagnostic("wrong-value", message, span, instruction=hint, also=((declared, word("declared-here")),))


def bounds_crossed(span: Span, since: date, until: date) -> Diagnostic:
    return Diagnostic("date-order", word("since-after-until", since=since, until=until), span)


def unknown_placeholder(span: Span, text: str) -> Diagnostic:
    message = word("unknown-placeholder", text=text)
    return Diagnostic("unknown-placeholder", message, span, instruction=word("placeholders"))


def parameter_not_marked(span: Span, name: str, rule: str) -> Diagnostic:
    message = word("parameter-not-marked", name=name, rule=rule)
    return Diagnostic("loosening-not-marked", message, span, instruction=word("mark-replacement"))


def false_tightening(
    span: Span, told: str, name: str, old: object, new: object, declared: Span, day: date | None = None
) -> Diagnostic:
    message, hint = word(told, name=name, old=old, new=new, day=day), word("correct-tightening")
    return Diagnostic("false-tightening", message, span, instruction=hint, also=((declared, word("declared-here")),))
