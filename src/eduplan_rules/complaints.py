"""The wordings of the type checker, one function each, so that they can be reviewed in one sitting.

Each takes places and what was found and gives one `Diagnostic`: first line complete by itself, found and expected both.
"""

from __future__ import annotations

from collections.abc import Iterable

from eduplan_rules.errors import Diagnostic, did_you_mean
from eduplan_rules.source import Span
from eduplan_rules.types import Type
from eduplan_rules.units import Unit

Also = tuple[tuple[Span, str], ...]


def _meant(word: str, candidates: Iterable[str]) -> str | None:
    near = did_you_mean(word, candidates)
    return f"did you mean `{near}`?" if near else None


def unknown_name(span: Span, name: str, owner: str, candidates: Iterable[str]) -> Diagnostic:
    return Diagnostic("unknown-name", f"{owner} has no `{name}`", span, hint=_meant(name, candidates))


def spaces_between_names(span: Span, name: str, words: Iterable[str]) -> Diagnostic:
    hint = f"put spaces around words: {' '.join(words)}"
    return Diagnostic("spaces-between-names", f"`{name}` is no name, but runs names together", span, hint=hint)


def ambiguous_name(span: Span, name: str, first: str, second: str) -> Diagnostic:
    message = f"`{name}` is both {first} and {second}"
    return Diagnostic("ambiguous-name", message, span, hint="rename one of them")


def unknown_function(span: Span, name: str, candidates: Iterable[str]) -> Diagnostic:
    return Diagnostic("unknown-function", f"there is no function or parameter `{name}`", span, hint=_meant(name, candidates))


def unknown_entity(span: Span, name: str, candidates: Iterable[str]) -> Diagnostic:
    return Diagnostic("unknown-entity", f"there is no entity `{name}`", span, hint=_meant(name, candidates))


def unknown_choice(span: Span, text: str, choices: Iterable[str]) -> Diagnostic:
    known = list(choices)
    message = f'"{text}" is not one of {", ".join(known)}'
    return Diagnostic("unknown-choice", message, span, hint=_meant(text, known))


def cannot_compare(span: Span, left: Type, right: Type, places: Also, hint: str | None) -> Diagnostic:
    return Diagnostic("type-mismatch", f"cannot compare {left} with {right}", span, hint=hint, also=places)


def cannot_order(span: Span, found: Type) -> Diagnostic:
    return Diagnostic("type-mismatch", f"{found} has no order", span, hint="use = or !=")


def expected_kind(span: Span, expected: str, found: Type, hint: str | None = None) -> Diagnostic:
    return Diagnostic("type-mismatch", f"{expected} was expected, found {found}", span, hint=hint)


def not_a_condition(span: Span, what: str, found: Type) -> Diagnostic:
    message = f"{what} must be a condition, found {found}"
    return Diagnostic("not-a-condition", message, span, hint="compare it with something")


def units_differ(span: Span, left: Unit, right: Unit, what: str, places: Also) -> Diagnostic:
    return Diagnostic("unit-mismatch", f"cannot {what} {left} and {right}", span, also=places)


def percent_of_bare_number(span: Span, text: str) -> Diagnostic:
    hint = f"write {text}% to say points"
    return Diagnostic("percent-of-bare-number", f"{text} means {text} points here", span, severity="warning", hint=hint)


def wrong_arguments(span: Span, name: str, expected: str, found: int, hint: str | None = None) -> Diagnostic:
    return Diagnostic("wrong-arguments", f"`{name}` takes {expected}, found {found}", span, hint=hint)


def constant_expected(span: Span, name: str, kind: str) -> Diagnostic:
    return Diagnostic("wrong-arguments", f"`{name}` takes {kind} that is written out, found an expression", span)


def no_path(span: Span, inner: str, outer: str) -> Diagnostic:
    message = f"{inner} does not belong to {outer}"
    hint = f"declare it under {inner}: belongs_to: {{{outer}: FIELD}}"
    return Diagnostic("no-path", message, span, hint=hint)


def ambiguous_path(span: Span, inner: str, outer: str, ways: Iterable[str]) -> Diagnostic:
    return Diagnostic("ambiguous-path", f"{inner} belongs to {outer} in more than one way: {'; '.join(ways)}", span)


def aggregate_needs_for(span: Span, name: str) -> Diagnostic:
    hint = f"write {name}(… for ENTITY)" if name != "count" else "write count(ENTITY where …)"
    return Diagnostic("aggregate-needs-for", f"`{name}` needs the entity it goes over", span, hint=hint)


def not_an_aggregate(span: Span, name: str) -> Diagnostic:
    return Diagnostic("unknown-function", f"`{name}` is not an aggregate, and takes no `for`", span)


def clause_not_taken(span: Span, name: str, clause: str) -> Diagnostic:
    return Diagnostic("wrong-arguments", f"`{name}` takes no `{clause}`", span)


def value_cycle(span: Span, names: Iterable[str]) -> Diagnostic:
    return Diagnostic("value-cycle", f"a value is defined by itself: {' -> '.join(names)}", span)


def parameter_axis(span: Span, name: str, axis: str, found: Type, declared: Span) -> Diagnostic:
    message = f"`{name}` goes by {axis}, found {found}"
    return Diagnostic("parameter-axis", message, span, also=((declared, "declared here"),))


def missing_choice(span: Span, name: str, choices: Iterable[str], declared: Span) -> Diagnostic:
    message = f"`{name}` has no value for {', '.join(choices)}"
    hint = "give each a value, or ~ where there is none"
    return Diagnostic("missing-choice", message, span, hint=hint, also=((declared, "declared here"),))


def needs_period(span: Span, what: str, entity: str) -> Diagnostic:
    return Diagnostic("needs-period", f"{what} needs rows with a period, and {entity} has none", span)


def many_rows(span: Span, entity: str) -> Diagnostic:
    message = f"{entity} can have several rows in force at once, so there is no single one to read"
    return Diagnostic("no-period-to-lookup", message, span, hint=f"use an aggregate: any(… for {entity})")


def this_outside(span: Span) -> Diagnostic:
    return Diagnostic("unknown-name", "`this` means the subject of an aggregate, and there is none here", span)


def bad_pattern(span: Span, message: str, hint: str | None) -> Diagnostic:
    return Diagnostic("pattern-syntax", message, span, hint=hint)


def bad_unit(span: Span, text: str) -> Diagnostic:
    return Diagnostic("bad-unit", f"`{text}` is not a unit", span, hint="write words joined by / or *, as in m²/人")


def unknown_placeholder(span: Span, text: str) -> Diagnostic:
    return Diagnostic("unknown-placeholder", f"`{{{text}}}` cannot be filled in", span)
