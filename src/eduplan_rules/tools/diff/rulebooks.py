"""What changed between two rulebooks.

In: both, resolved. Out: `Change`s, clauses first and rules last, in the order of the later rulebook. What holds: what
is only written otherwise (spacing, order, Chinese or English names) is no change; a rule that names its former id under
`formerly` is renamed, not removed and added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.typed import ResolvedBody, ResolvedMember, ResolvedRule, Typed
from eduplan_rules.rulebook.model import Body, Member, Parameter, Rule, Value
from eduplan_rules.rulebook.placed import Placed
from eduplan_rules.source import Span
from eduplan_rules.tools.alike import data, shape
from eduplan_rules.tools.diff.amounts import amount_changes, references
from eduplan_rules.tools.diff.change import Change, Kind, Words, same
from eduplan_rules.tools.diff.words import LANGUAGES, both
from eduplan_rules.tools.lint.usage import value_trees

#: part -> what is compared, and how it is told
_Parts = dict[str, tuple[Any, Words | None]]


def compare_rulebooks(old: Resolved, new: Resolved) -> list[Change]:
    """All changes."""
    return [
        *_compare("clause", old.book.clauses, new.book.clauses, _clause_parts),
        *_entities(old, new),
        *_compare("calendar", old.book.calendars, new.book.calendars, _calendar_parts),
        *_parameters(old, new),
        *_values(old, new),
        *_rules(old, new),
    ]


def renamed_rules(old: Resolved, new: Resolved) -> dict[str, str]:
    """Former id -> id, of rules that the earlier rulebook has under the former id only."""
    return {
        str(former): name
        for name, rule in new.book.rules.items()
        for former in rule.formerly
        if former in old.book.rules and former not in new.book.rules and name not in old.book.rules
    }


def _compare(
    kind: Kind, old: Mapping[str, Any], new: Mapping[str, Any], parts: Callable[[Any], _Parts], owner: str = ""
) -> Iterator[Change]:
    for name, item in new.items():
        if name not in old:
            yield Change(kind, owner + name, "added", _about(item), place=_place(item))
        else:
            about = (owner + name, _about(item), _place(item))
            yield from _changed(kind, about, parts(old[name]), parts(item))
    for name, item in old.items():
        if name not in new:
            yield Change(kind, owner + name, "removed", _about(item), place=_place(item))


def _changed(kind: Kind, about: tuple[str, Words | None, Span | None], old: _Parts, new: _Parts) -> Iterator[Change]:
    name, label, place = about
    for part in dict.fromkeys([*new, *old]):
        one, other = old.get(part, (None, None)), new.get(part, (None, None))
        if one[0] != other[0]:
            yield Change(kind, name, "changed", label, part, one[1], other[1], place=place)


def _about(item: Any) -> Words | None:
    for name in ("label", "title", "summary"):
        found = getattr(item, name, None)
        if found:
            return {language: str(found[language]) for language in LANGUAGES}
    return None


def _place(item: Any) -> Span | None:
    name = getattr(item, "id", None)
    return getattr(name, "span", getattr(item, "span", None))


def _plain(value: Any) -> tuple[Any, Words | None]:
    """A part as it is compared, and as it is told."""
    compared = data(value)
    if compared is None or compared == [] or compared == {}:
        return None, None
    if isinstance(compared, dict) and set(compared) <= set(LANGUAGES):
        return compared, compared
    if isinstance(compared, bool):
        return compared, both("yes" if compared else "no")
    return compared, same(_text(compared))


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(item)}" for key, item in value.items() if item not in (None, [], {}))
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _named_parts(item: Placed, names: Mapping[str, str]) -> _Parts:
    """Parts by the key that authors write -> the attribute."""
    return {key: _plain(getattr(item, name)) for key, name in names.items()}


def _all_parts(item: Placed, *without: str) -> _Parts:
    """All that an author may write of a definition."""
    names = {
        str(field.validation_alias or name): name
        for name, field in type(item).model_fields.items()
        if name not in ("id", "span", "lost", *without)
    }
    return _named_parts(item, names)


def _clause_parts(clause: Any) -> _Parts:
    return _all_parts(clause)


def _calendar_parts(labels: Mapping[str, tuple[Any, Any]]) -> _Parts:
    return {label: _plain(f"{first}..{last}") for label, (first, last) in labels.items()}


def _entities(old: Resolved, new: Resolved) -> Iterator[Change]:
    yield from _compare("entity", old.book.entities, new.book.entities, lambda each: _all_parts(each, "fields"))
    for name, entity in new.book.entities.items():
        before = old.book.entities.get(name)
        if before is not None:
            yield from _compare("field", before.fields, entity.fields, _all_parts, f"{entity.id}.")


def _parameters(old: Resolved, new: Resolved) -> Iterator[Change]:
    def parts(parameter: Parameter) -> _Parts:
        return _all_parts(parameter, "values", "status", "source", "ended", "owner")

    yield from _compare("parameter", old.book.parameters, new.book.parameters, parts)
    for name, parameter in new.book.parameters.items():
        before = old.book.parameters.get(name)
        if before is not None and (data(before.by), data(before.scale)) == (data(parameter.by), data(parameter.scale)):
            yield from amount_changes(old.parameters[name], new.parameters[name], new.book)


def _values(old: Resolved, new: Resolved) -> Iterator[Change]:
    trees = {id(value): tree for resolved in (old, new) for value, tree in _with_trees(resolved)}

    def parts(value: Value) -> _Parts:
        named = _named_parts(value, {"label": "label", "unit": "unit"})
        return named | {"is": (shape(trees[id(value)]), same(_code(value.is_)))}

    yield from _compare("value", old.book.values, new.book.values, parts)


def _with_trees(resolved: Resolved) -> Iterator[tuple[Value, Typed]]:
    return zip(resolved.book.values.values(), value_trees(resolved).values(), strict=True)


def _code(text: object) -> str:
    return " ".join(str(text).split())


def _rules(old: Resolved, new: Resolved) -> Iterator[Change]:
    renamed = renamed_rules(old, new)
    before = {renamed.get(name, name): rule for name, rule in old.rules.items()}
    for former, name in renamed.items():
        heir = new.book.rules[name]
        yield Change("rule", name, "renamed", _about(heir), None, same(former), same(name), place=heir.id.span)
    for name, rule in new.rules.items():
        about = (name, _about(rule.rule), rule.rule.id.span)
        if name not in before:
            yield Change("rule", name, "added", about[1], place=about[2])
        else:
            yield from _changed("rule", about, _rule_parts(before[name]), _rule_parts(rule))
    for name, rule in before.items():
        if name not in new.rules:
            yield Change("rule", name, "removed", _about(rule.rule), place=rule.rule.id.span)


def _rule_parts(resolved: ResolvedRule) -> _Parts:
    rule = resolved.rule
    names = ("title", "clause", "since", "until", "every", "severity", "nature", "owner", "message", "off")
    parts = _named_parts(rule, {"for": "for_", **{name: name for name in names}})
    for part in ("severity", "nature"):
        parts[part] = (getattr(rule, part), both(f"{part}-{getattr(rule, part)}"))
    parts["source"] = (data(rule.source), references(rule.source))
    parts["where"] = (shape(resolved.where), _words(rule.where))
    parts["due"] = (shape(resolved.due), _words(rule.due))
    return parts | _condition(rule, resolved)


def _words(text: object) -> Words | None:
    return None if text is None else same(_code(text))


def _condition(rule: Rule, resolved: ResolvedRule) -> _Parts:
    """What a rule requires: an expression, or its members one by one."""
    if not isinstance(rule.require, Body) or not isinstance(resolved.require, ResolvedBody):
        assert not isinstance(resolved.require, ResolvedBody)
        return {"require": (shape(resolved.require), _words(rule.require))}
    body, found = rule.require, resolved.require
    kind = both(f"body-{body.kind}", count=found.at_least)
    parts: _Parts = {"require": ((body.kind, found.at_least if body.kind == "at_least" else None), kind)}
    parts["others-reach"] = (shape(found.floor), _words(body.others_reach))
    for number, (member, tree) in enumerate(zip(body.members, found.members, strict=True), 1):
        parts[f"require {member.id or number}"] = _member(member, tree)
    return parts


def _member(member: Member, tree: ResolvedMember) -> tuple[Any, Words]:
    if member.that is not None:
        told = _code(member.that)
    elif member.minimum is not None:
        told = f"{_code(member.measure)} >= {_code(member.minimum)}"
    else:
        told = f"{_code(member.measure)} <= {_code(member.maximum)}"
    words = same(told)
    if member.where is not None:
        words = both("with-where", told=told, where=_code(member.where))
    return (shape(tree.where), shape(tree.condition), data(member.title)), words
