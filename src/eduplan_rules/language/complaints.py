"""The wordings of the type checker, one function each, so that they can be reviewed in one sitting.

Each takes places and what was found and gives one `Diagnostic`: first line complete by itself, found and expected both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from eduplan_rules.errors import Diagnostic, did_you_mean
from eduplan_rules.language.slips import apart
from eduplan_rules.operators import english
from eduplan_rules.rulebook.keys import found
from eduplan_rules.source import Scalar, Span
from eduplan_rules.types import Type
from eduplan_rules.units import Unit

#: what people call functions elsewhere
_HABITS = {
    "average": "mean", "avg": "mean", "total": "sum", "percent": "share", "rate": "share", "len": "length", "iif": "if",
    "平均数": "平均", "求和": "合计", "总和": "合计", "总数": "计数", "数量": "计数", "比例": "占比",
}  # fmt: skip


def _meant(word: str, candidates: Iterable[str]) -> str | None:
    known = list(dict.fromkeys(candidates))
    longer = [name for name in known if len(word) > 1 and name.startswith(word)]
    near = did_you_mean(word, known) or _HABITS.get(word) or (longer[0] if len(longer) == 1 else None)
    return f"did you mean `{near}`?" if near else None


def unknown_name(span: Span, name: str, owner: str, candidates: Iterable[str], hint: str | None = None) -> Diagnostic:
    return Diagnostic("unknown-name", f"{owner} has no `{name}`", span, hint=hint or _meant(name, candidates))


def unquoted(span: Span, name: str, owner: str, beside: Type) -> Diagnostic:
    """A name that nobody declared, where a text or a choice would fit."""
    word = name if beside.kind == "text" or name in beside.spellings else beside.choices[0]
    hint = f'put text in double quotes: "{word}"' if word == name else f'a choice stands in quotes, as in "{word}"'
    return Diagnostic("unknown-name", f"{owner} has no `{name}`", span, hint=hint)


def spaces_between_names(span: Span, name: str, words: Iterable[str]) -> Diagnostic:
    hint = apart(words)
    return Diagnostic("spaces-between-names", f"`{name}` is no name, but runs names together", span, hint=hint)


def ambiguous_name(span: Span, name: str, first: str, second: str) -> Diagnostic:
    message = f"`{name}` is both {first} and {second}"
    return Diagnostic("ambiguous-name", message, span, hint="rename one of them")


def unknown_function(span: Span, name: str, candidates: Iterable[str], *, is_name: bool) -> Diagnostic:
    hint = f"write `{name}` without parentheses" if is_name else _meant(name, candidates)
    return Diagnostic("unknown-function", f"there is no function or parameter `{name}`", span, hint=hint)


def unknown_entity(span: Span, name: str, candidates: Iterable[str]) -> Diagnostic:
    return Diagnostic("unknown-entity", f"there is no entity `{name}`", span, hint=_meant(name, candidates))


def unknown_choice(span: Span, text: str, spellings: Mapping[str, str]) -> Diagnostic:
    """`spellings`: identifier or label -> identifier."""
    labels: dict[str, list[str]] = {}
    for word, identifier in spellings.items():
        labels.setdefault(identifier, []).extend([word] if word != identifier else [])
    known = [f"{name} ({', '.join(words)})" if words else name for name, words in labels.items()]
    message = f'"{text}" is not one of {", ".join(known)}'
    return Diagnostic("unknown-choice", message, span, hint=_meant(text, spellings))


def cannot_compare(
    left: tuple[Span, Type], right: tuple[Span, Type], hint: str | None, what: str = "compare"
) -> Diagnostic:
    for one, other in ((left[1], right[1]), (right[1], left[1])):
        if (told := _meant_otherwise(one, other.kind)) is not None:
            return told
    joint = "with" if what == "compare" else "and"
    message = f"cannot {what} {left[1]} {joint} {right[1]}"
    also = ((left[0], str(left[1])),)
    return Diagnostic("type-mismatch", message, right[0], hint=hint, also=also, label=str(right[1]))


def cannot_order(span: Span, found: Type) -> Diagnostic:
    return Diagnostic("type-mismatch", f"{found} has no order", span, hint="use = or !=")


def expected_kind(span: Span, expected: str, found: Type, hint: str | None = None) -> Diagnostic:
    told = _meant_otherwise(found, expected.removeprefix("a "))
    if told is not None:
        return told
    return Diagnostic("type-mismatch", f"{expected} was expected, found {found}", span, hint=hint)


def not_a_condition(span: Span, what: str, found: Type) -> Diagnostic:
    message = f"{what} must be a condition, found {found}"
    sign = {"number": ">= 1", "date": "<= 2022-12-31"}.get(found.kind, '= "…"')
    literal = span.text[:1].isdecimal() or span.text[:1] in '-"“'
    if found.kind == "duration":
        hint = "add it to a day, or compare a number of days with it"
    else:
        hint = "compare something with it" if literal else f"compare it, as in {' '.join(span.text.split())} {sign}"
    return Diagnostic("not-a-condition", message, span, hint=hint)


def units_differ(left: tuple[Span, Unit], right: tuple[Span, Unit], what: str) -> Diagnostic:
    message = f"cannot {what} {left[1]} and {right[1]}"
    return Diagnostic("unit-mismatch", message, right[0], also=((left[0], f"in {left[1]}"),), label=f"in {right[1]}")


def unit_not_declared(span: Span, found: Unit, declared: Unit, place: Span) -> Diagnostic:
    message = f"the value is declared in {declared}, found {found}"
    return Diagnostic("unit-mismatch", message, span, also=((place, "declared here"),))


def growth_expected(span: Span, found: Unit) -> Diagnostic:
    return Diagnostic("unit-mismatch", f"a published growth is in %, found {found}", span)


def percent_of_bare_number(span: Span, text: str) -> Diagnostic:
    message = f"a bare {text} beside a value in per cent means {text}%"
    hint = f"write {text}%" if text != "1" else "write 1%, or 100% to say all"
    return Diagnostic("percent-of-bare-number", message, span, severity="warning", hint=hint)


def beyond_a_ratio(span: Span, text: str, name: str | None) -> Diagnostic:
    message = f"`{name}` gives a ratio, in which all is 1, so a bare {text} is {text} times all"
    return Diagnostic("percent-of-bare-number", message, span, severity="warning", hint=f"write {text}%")


def empty_interval(low: Span, high: Span, first: str, last: str) -> Diagnostic:
    message = f"nothing lies between {first} and {last}, expected the lower end first"
    hint = f"write between {last} and {first}"
    return Diagnostic("empty-interval", message, high, hint=hint, also=((low, ""),))


def wrong_arguments(span: Span, name: str, expected: str, found: int, hint: str | None = None) -> Diagnostic:
    return Diagnostic("wrong-arguments", f"`{name}` takes {expected}, found {found}", span, hint=hint)


def constant_expected(span: Span, name: str, kind: str) -> Diagnostic:
    return Diagnostic("wrong-arguments", f"`{name}` takes {kind} that is written out, found an expression", span)


def no_path(span: Span, inner: str, outer: str, *, upwards: bool) -> Diagnostic:
    message = f"{inner} does not belong to {outer}"
    hint = f"declare it under {inner}: belongs_to: {{{outer}: FIELD}}"
    if upwards:
        hint = f"each {outer} belongs to one {inner}: write {inner}.FIELD"
    return Diagnostic("no-path", message, span, hint=hint)


def ambiguous_path(span: Span, inner: str, outer: str, ways: list[list[str]], *, upwards: bool) -> Diagnostic:
    message = f"{inner} belongs to {outer} in more than one way: {'; '.join(' -> '.join(way) for way in ways)}"
    hint = f"write the way, as in {'.'.join(ways[0][1:])}.FIELD" if upwards else None
    return Diagnostic("ambiguous-path", message, span, hint=hint)


def aggregate_needs_for(span: Span, name: str, value: str = "…", rest: str = "") -> Diagnostic:
    hint = f"write {name}({value} for ENTITY{rest})" if english(name) != "count" else f"write {name}(ENTITY where …)"
    return Diagnostic("aggregate-needs-for", f"`{name}` needs the entity it goes over", span, hint=hint)


def not_an_aggregate(span: Span, name: str) -> Diagnostic:
    return Diagnostic("unknown-function", f"`{name}` is not an aggregate, and takes no `for`", span)


def clause_not_taken(span: Span, name: str, clause: str) -> Diagnostic:
    return Diagnostic("wrong-arguments", f"`{name}` takes no `{clause}`", span)


def value_cycle(span: Span, names: Iterable[str]) -> Diagnostic:
    return Diagnostic("value-cycle", f"a value is defined by itself: {' -> '.join(names)}", span)


def chain_too_long(span: Span, most: int) -> Diagnostic:
    return Diagnostic("nested-too-deep", f"more than {most} values are defined by each other in a row", span)


def parameter_axis(span: Span, name: str, axis: str, found: Type, declared: Span) -> Diagnostic:
    message = f"`{name}` goes by {axis}, found {found}"
    return Diagnostic("parameter-axis", message, span, also=((declared, "declared here"),))


def unknown_axis(span: Span, axis: str, near: str) -> Diagnostic:
    return Diagnostic("unknown-field", f"no field is called `{axis}`", span, hint=f"did you mean `{near}`?")


def floor_above_all(span: Span, found: str) -> Diagnostic:
    message = f"expected a share of at most 100%, found {found}"
    return Diagnostic("wrong-value", message, span, hint="`others_reach` is how far the others may fall short")


def choice_twice(span: Span, key: str, first: Scalar) -> Diagnostic:
    also = ((first.span, "first here"),)
    return Diagnostic("duplicate-key", f"`{key}` and `{first}` are the same choice", span, also=also)


def leaf_expected(span: Span, kind: str, text: str, hint: str | None) -> Diagnostic:
    return Diagnostic("type-mismatch", f"a {kind} was expected, found {found(text)}", span, hint=hint)


def list_of_durations(span: Span) -> Diagnostic:
    return Diagnostic("wrong-shape", "a duration was expected, found a list", span)


def unit_of_duration(span: Span, unit: str) -> Diagnostic:
    message = f"durations say what they are counted in, found `unit: {unit}` beside them"
    return Diagnostic("wrong-value", message, span, hint="leave `unit` out")


def window_of_rows(span: Span, text: str) -> Diagnostic:
    message = f"how far back to look is the subject's affair, found `{text}` of the rows"
    return Diagnostic("wrong-arguments", message, span, hint=f"write this.{text}")


def list_expected(span: Span, text: str, name: str) -> Diagnostic:
    message = f"a list was expected, as in other values of `{name}`, found `{text}`"
    return Diagnostic("wrong-shape", message, span, hint=f"write [{text}]")


def _meant_otherwise(found: Type, kind: str) -> Diagnostic | None:
    """A parameter of which nobody said that it is a text, where a number or a day is needed."""
    if found.written is None or kind not in ("number", "date"):
        return None
    hint = "for a text, write `type: text`"
    return leaf_expected(found.written, kind, found.written.text, hint)


def bare_among_percent(span: Span, text: str) -> Diagnostic:
    hint = f'write {text}%, or `unit: "%"`'
    return Diagnostic("percent-of-bare-number", f"found {text} among values in per cent", span, hint=hint)


def missing_choice(span: Span, name: str, lacking: list[str], also: tuple[Span, str]) -> Diagnostic:
    message = f"`{name}` has no value for {', '.join(lacking)}, expected one for every choice"
    hint = "give each a value, or ~ where there is none"
    return Diagnostic("missing-choice", message, span, hint=hint, also=(also,))


def needs_period(span: Span, what: str, entity: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic("needs-period", f"{what} needs rows with a period, and {entity} has none", span, hint=hint)


def many_rows(span: Span, entity: str) -> Diagnostic:
    message = f"{entity} can have several rows in force at once, so there is no single one to read"
    return Diagnostic("no-period-to-lookup", message, span, hint=f"use an aggregate: any(… for {entity})")


def this_outside(span: Span) -> Diagnostic:
    return Diagnostic("unknown-name", "`this` means the subject of an aggregate, and there is none here", span)


def bad_pattern(span: Span, message: str, hint: str | None) -> Diagnostic:
    return Diagnostic("pattern-syntax", message, span, hint=hint)


def incomplete_member(span: Span, found: Iterable[str]) -> Diagnostic:
    parts = list(found)
    what = f"found {' and '.join(parts)}" if parts else "found none of them"
    message = f"a member has `measure` with `minimum` or `maximum`, or a condition `that`; {what}"
    return Diagnostic("wrong-shape", message, span)


def bad_unit(span: Span, text: str) -> Diagnostic:
    return Diagnostic("bad-unit", f"`{text}` is not a unit", span, hint="write words joined by / or *, as in m²/人")


def bound_unknown(span: Span, word: str, name: str, candidates: Iterable[str]) -> Diagnostic:
    message = f"`{word}` is a day or a parameter, and there is no parameter `{name}`"
    return Diagnostic("unknown-name", message, span, hint=_meant(name, candidates))


def bound_of_type(span: Span, word: str, name: str, found: Type, declared: Span) -> Diagnostic:
    message = f"`{word}` was expected to be a day, and `{name}` is {found}"
    return Diagnostic("type-mismatch", message, span, also=((declared, "declared here"),))


def bound_not_fixed(span: Span, word: str, name: str, found: str, declared: Span) -> Diagnostic:
    message = f"`{word}` needs a parameter with one `value`, and `{name}` {found}"
    hint = f"give `{name}` a single `value`"
    return Diagnostic("wrong-value", message, span, hint=hint, also=((declared, "declared here"),))


def bounds_crossed(span: Span, since: date, until: date) -> Diagnostic:
    return Diagnostic("date-order", f"found since {since} after until {until}", span)


def unknown_placeholder(span: Span, text: str) -> Diagnostic:
    hint = "name a field, write an expression, or one of observed, required, gap, unit, subject, period"
    return Diagnostic("unknown-placeholder", f"`{{{text}}}` cannot be filled in", span, hint=hint)
