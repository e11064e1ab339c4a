"""The sections of a rule file, read one declaration at a time into a draft of the rulebook.

In: the tree of a file. Out: the draft grows by every declaration that is right in itself; each that is wrong leaves
diagnostics and its name in `broken`, and hides no other. What declarations say about each other is for `check`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, get_args

from eduplan_rules.errors import Code, Diagnostic
from eduplan_rules.period import Kind, period_index
from eduplan_rules.rulebook import model
from eduplan_rules.rulebook.build import build
from eduplan_rules.rulebook.dated import read_dated, without_values
from eduplan_rules.rulebook.forms import found, suggest, to_date, unknown_key
from eduplan_rules.rulebook.quoting import mend
from eduplan_rules.source import Mapping, Scalar, Sequence, Source, Span

#: versions of the format that this library reads
LANGUAGES = ("1",)


@dataclass
class Draft:
    """The rulebook while it is read."""

    clauses: dict[str, model.Clause] = field(default_factory=dict)
    entities: dict[str, model.Entity] = field(default_factory=dict)
    parameters: dict[str, model.Parameter] = field(default_factory=dict)
    values: dict[str, model.Value] = field(default_factory=dict)
    rules: dict[str, model.Rule] = field(default_factory=dict)
    calendars: model.Calendars = field(default_factory=dict)
    replaced: list[model.Replacement] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    sources: list[Source] = field(default_factory=list)
    #: files that could not be read: a name may be declared there
    unread: list[Source] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    #: section and id -> where it was first declared
    declared: dict[tuple[str, str], Span] = field(default_factory=dict)

    def complain(self, code: Code, message: str, span: Span, hint: str | None = None) -> None:
        self.diagnostics.append(Diagnostic(code, message, span, hint=hint))

    def declare(self, section: str, identifier: Scalar) -> bool:
        """Note where an id is declared; a second declaration is a diagnostic."""
        first = self.declared.setdefault((section, str(identifier)), identifier.span)
        if first == identifier.span:
            return True
        later = first.source != identifier.span.source and section in ("rules", "parameters")
        hint = "use `replace` to change it in a later layer" if later else None
        message = f"`{identifier}` is declared twice"
        also = ((first, "first here"),)
        self.diagnostics.append(Diagnostic("duplicate-id", message, identifier.span, hint=hint, also=also))
        return False


def add_sections(draft: Draft, tree: Any, source: Source) -> Any:
    """Add the sections of a file to the draft; give back its `replace` section, which is for the layers."""
    if tree is None:
        return None
    if not isinstance(tree, Mapping):
        names = ", ".join(SECTIONS)
        span = getattr(tree, "span", Span(source, 0, 0))
        draft.complain("wrong-shape", f"expected sections, found {found(tree)}", span, f"sections are {names}")
        return None
    for key, raw in tree.items():
        if key not in SECTIONS:
            draft.diagnostics.append(unknown_key(key, SECTIONS, raw))
        elif raw is not None and key != "replace":
            SECTIONS[key](draft, raw, key.span)
    return tree.get("replace")


def _each(read: Callable[[Draft, Scalar, Any], None]) -> Callable[[Draft, Any, Span], None]:
    """Make a reader of a section out of a reader of one declaration under its name."""

    def read_section(draft: Draft, raw: Any, place: Span) -> None:
        if isinstance(raw, Mapping):
            for name, item in raw.items():
                read(draft, name, item)
        else:
            draft.complain("wrong-shape", f"expected a mapping, found {found(raw)}", getattr(raw, "span", place))

    return read_section


def _language(draft: Draft, raw: Any, place: Span) -> None:
    if raw not in LANGUAGES:
        message = f"expected version {' or '.join(LANGUAGES)} of the format, found {found(raw)}"
        draft.complain("unknown-language", message, getattr(raw, "span", place))


def _spellings(name: str, raw: Any) -> list[str]:
    """What a declaration that is wrong may have meant to be called: nobody is blamed for using that."""
    label, aliases = (raw.get("label"), raw.get("aliases")) if isinstance(raw, Mapping) else (None, None)
    words = [*label.values()] if isinstance(label, Mapping) else [label]
    words += aliases if isinstance(aliases, Sequence) else [aliases]
    return [str(name), *(str(word) for word in words if isinstance(word, Scalar))]


def _clause(draft: Draft, name: Scalar, raw: Any) -> None:
    clause = build(model.Clause, raw, name.span, draft.diagnostics, {"id": name})
    if clause is None:
        draft.broken.add(str(name))
    if draft.declare("clauses", name) and clause is not None:
        draft.clauses[str(name)] = clause


def _entity(draft: Draft, name: Scalar, raw: Any) -> None:
    first = draft.declare("entities", name)
    if isinstance(raw, Mapping) and isinstance(raw.get("fields"), Mapping):
        fields = {}
        for identifier, item in raw["fields"].items():
            built = build(model.Field, item, identifier.span, draft.diagnostics, {"id": identifier})
            if built is None:
                draft.broken.update(f"{name}.{word}" for word in _spellings(identifier, item))
            else:
                fields[str(identifier)] = built
        raw = Mapping(raw | {"fields": fields}, span=raw.span)
    entity = build(model.Entity, raw, name.span, draft.diagnostics, {"id": name})
    if entity is None:
        draft.broken.update(_spellings(name, raw))
    elif first:
        draft.entities[str(name)] = entity


def _parameter(draft: Draft, name: Scalar, raw: Any) -> None:
    first = draft.declare("parameters", name)
    wrong: list[Diagnostic] = []
    given = {"id": name, "values": ()}
    parameter = build(model.Parameter, without_values(raw), name.span, wrong, given)
    if isinstance(raw, Mapping):
        # a mistake elsewhere in the parameter must not hide those in its values
        axes = Mapping({key: item for key, item in raw.items() if key in ("by", "scale")}, span=raw.span)
        form = parameter or build(model.Parameter, axes, name.span, [], given)
        values = read_dated(raw, form, wrong) if form is not None else ()
        parameter = parameter.model_copy(update={"values": values}) if parameter is not None else None
    draft.diagnostics += wrong
    if parameter is None or wrong:
        draft.broken.update(_spellings(name, raw))
    elif first:
        draft.parameters[str(name)] = parameter


def _value(draft: Draft, name: Scalar, raw: Any) -> None:
    first = draft.declare("values", name)
    owner, dot, identifier = name.partition(".")
    before = len(draft.diagnostics)
    if not (owner and dot and identifier):
        message = f"expected `entity.name`, found {found(name)}"
        draft.complain("not-a-name", message, name.span)
    given = {
        "owner": Scalar(owner, name.place(0, len(owner)), name.style),
        "id": Scalar(identifier, name.place(len(owner) + 1, len(name)), name.style),
    }
    value = build(model.Value, mend(raw, draft.diagnostics), name.span, draft.diagnostics, given)
    if value is None or len(draft.diagnostics) > before:
        draft.broken.update({str(name), *(f"{owner}.{word}" for word in _spellings(identifier, raw))})
    elif first:
        draft.values[str(name)] = value


def _calendar(draft: Draft, kind: Scalar, raw: Any) -> None:
    kinds = get_args(Kind)
    if kind not in kinds:
        message = f"expected one of {', '.join(kinds)}, found {found(kind)}"
        draft.complain("wrong-value", message, kind.span, suggest(kind, kinds))
        return
    if not isinstance(raw, Mapping):
        message = f"expected first and last days by period, found {found(raw)}"
        draft.complain("wrong-shape", message, getattr(raw, "span", kind.span))
        return
    for label, days in raw.items():
        span = getattr(days, "span", label.span)
        if period_index(kind, label) is None:  # type: ignore[arg-type]
            draft.complain("wrong-value", f"expected a {kind}, found {found(label)}", label.span)
        elif not isinstance(days, Sequence) or len(days) != 2:
            message = f"expected the first and the last day, found {found(days)}"
            draft.complain("wrong-shape", message, span, "write [2021-09-01, 2022-01-20]")
        elif draft.declare(f"calendars.{kind}", label):
            first, last = (_calendar_day(draft, day, span) for day in days)
            if first and last and first > last:
                draft.complain("date-order", f"found the first day {first} after the last day {last}", span)
            elif first and last:
                draft.calendars.setdefault(str(kind), {})[str(label)] = first, last


def _calendar_day(draft: Draft, written: Any, span: Span) -> datetime.date | None:
    try:
        return to_date(written)
    except ValueError as error:
        draft.complain("wrong-date", str(error), getattr(written, "span", span))
        return None


def _rules(draft: Draft, raw: Any, place: Span) -> None:
    if not isinstance(raw, Sequence):
        message = f"expected a list of rules, found {found(raw)}"
        draft.complain("wrong-shape", message, getattr(raw, "span", place), "begin each rule with `- id: …`")
        return
    for item in raw:
        _rule(draft, item, raw.span)


def _rule(draft: Draft, raw: Any, place: Span) -> None:
    before = len(draft.diagnostics)
    name = raw.get("id") if isinstance(raw, Mapping) else None
    identifier = name if isinstance(name, Scalar) else None
    first = identifier is None or draft.declare("rules", identifier)
    given = {"title": identifier} if identifier is not None and "title" not in raw else {}
    span = identifier.span if identifier is not None else getattr(raw, "span", place)
    rule = build(model.Rule, mend(raw, draft.diagnostics), span, draft.diagnostics, given)
    if rule is None or len(draft.diagnostics) > before:
        draft.broken.add(str(identifier))
    elif first:
        draft.rules[str(rule.id)] = rule


#: section -> its reader
SECTIONS: dict[str, Callable[[Draft, Any, Span], None]] = {
    "language": _language,
    "clauses": _each(_clause),
    "entities": _each(_entity),
    "parameters": _each(_parameter),
    "values": _each(_value),
    "calendars": _each(_calendar),
    "rules": _rules,
    "replace": lambda draft, raw, place: None,
}
