"""The sections of a rule file, read one declaration at a time into a draft of the rulebook.

In: the tree of a file. Out: the draft grows by every declaration. What is right of one with mistakes is kept too, so
that it hides no other mistake, its own included. What declarations say about each other is for `check`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from eduplan_rules.errors import Code, Diagnostic
from eduplan_rules.rulebook import model
from eduplan_rules.rulebook.build import build_what_is_right
from eduplan_rules.rulebook.calendars import DatedPeriod, calendar_periods, read_calendar
from eduplan_rules.rulebook.dated import tidy_parameter, with_values, without_values
from eduplan_rules.rulebook.keys import expected, meant_key, tidy, unknown_key
from eduplan_rules.rulebook.placed import Placed
from eduplan_rules.rulebook.quoting import mend
from eduplan_rules.rulebook.words import word
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Mapping, Scalar, Sequence, Source, Span

#: versions of the format that this library reads
LANGUAGES = ("1",)


@dataclass
class Draft:
    """The rulebook while it is read. Definitions with mistakes stand beside the others, and are named in `wrong`.

    One that is declared a second time, or has no name, stands under its place.
    """

    clauses: dict[str, model.Clause] = field(default_factory=dict)
    entities: dict[str, model.Entity] = field(default_factory=dict)
    parameters: dict[str, model.Parameter] = field(default_factory=dict)
    values: dict[str, model.Value] = field(default_factory=dict)
    rules: dict[str, model.Rule] = field(default_factory=dict)
    calendars: list[DatedPeriod] = field(default_factory=list)
    replaced: list[model.Replacement] = field(default_factory=list)
    silenced: list[model.Silence] = field(default_factory=list)
    #: section and name of definitions with a mistake
    wrong: set[tuple[str, str]] = field(default_factory=set)
    #: names that a definition with mistakes may have meant to declare: `学校`, `school.保安数`
    names: set[str] = field(default_factory=set)
    sources: list[Source] = field(default_factory=list)
    #: files and sections that could not be read: a name may be declared there
    unread: list[Source] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    #: section and id -> where it was first declared
    declared: dict[tuple[str, str], Span] = field(default_factory=dict)

    def complain(self, code: Code, message: Wording, span: Span, hint: Wording | None = None) -> None:
        self.diagnostics.append(Diagnostic(code, message, span, instruction=hint))

    def declare(self, section: str, identifier: Scalar) -> str:
        """Note where an id is declared, and give the name to keep it under; a second declaration is a diagnostic."""
        first = self.declared.setdefault((section, str(identifier)), identifier.span)
        if first == identifier.span:
            return str(identifier)
        later = first.source != identifier.span.source and section in ("rules", "parameters")
        hint = word("use-replace") if later else None
        message, also = word("declared-twice", name=identifier), ((first, word("first-here")),)
        self.diagnostics.append(Diagnostic("duplicate-id", message, identifier.span, instruction=hint, also=also))
        return str(identifier.span)

    def keep(self, section: str, name: str, definition: Placed, *, right: bool) -> None:
        """Keep a definition under a name."""
        getattr(self, section)[name] = definition
        if not right:
            self.wrong.add((section, name))

    def part(self, section: str, *, right: bool) -> dict[str, Any]:
        """The definitions of a section that are right, or those that are not."""
        items = getattr(self, section).items()
        return {name: item for name, item in items if ((section, name) not in self.wrong) is right}

    def book(self) -> model.Rulebook:
        """Make the rulebook of all that was read."""
        sections = ("entities", "parameters", "values", "rules")
        calendars: model.Calendars = {}
        for period in self.calendars:
            calendars.setdefault(period.kind, {})[period.label] = period.first, period.last
        remains = model.Remains(
            **{section: self.part(section, right=False) for section in sections},
            names=frozenset(self.names),
            unread=tuple(self.unread),
        )
        return model.Rulebook(
            **{section: self.part(section, right=True) for section in ("clauses", *sections)},
            calendars=calendars,
            sources=tuple(self.sources),
            replaced=tuple(self.replaced),
            silenced=tuple(self.silenced),
            remains=remains,
        )


def draft_of(book: model.Rulebook) -> Draft:
    """Make a draft of a rulebook that is loaded already, to add to it or to take from it."""
    sections = ("entities", "parameters", "values", "rules")
    draft = Draft(
        clauses=dict(book.clauses),
        **{section: getattr(book, section) | getattr(book.remains, section) for section in sections},
        replaced=list(book.replaced),
        silenced=list(book.silenced),
        wrong={(section, name) for section in sections for name in getattr(book.remains, section)},
        names=set(book.remains.names),
        unread=list(book.remains.unread),
    )
    for section in ("clauses", *sections):
        draft.declared |= {(section, name): item.span for name, item in getattr(draft, section).items()}
    source = book.sources[0] if book.sources else Source("rulebook", "")
    draft.calendars = list(calendar_periods(book.calendars, Span(source, 0, 0)))
    return draft


def add_sections(draft: Draft, tree: Any, source: Source) -> Any:
    """Add the sections of a file to the draft; give back its `replace` section, which is for the layers."""
    if tree is None:
        return None
    if not isinstance(tree, Mapping):
        hint = word("sections-are", names=tuple(SECTIONS))
        span = getattr(tree, "span", Span(source, 0, 0))
        draft.complain("wrong-shape", expected(word("sections"), tree), span, hint)
        draft.unread.append(source)
        return None
    replacements = None
    for key, raw in tree.items():
        section = key if key in SECTIONS else meant_key(key, SECTIONS)
        if key != section:
            draft.diagnostics.append(unknown_key(key, SECTIONS, raw))
        if section == "replace":
            replacements = raw
        elif section is None:
            _lose(draft, raw)
        elif raw is not None:
            SECTIONS[section](draft, raw, key.span)
    return replacements


def _lose(draft: Draft, raw: Any) -> None:
    """Note that names may be declared in a part of a file that could not be read."""
    if hasattr(raw, "span"):
        draft.unread.append(Source(raw.span.source.name, raw.span.text))


def _each(read: Callable[[Draft, Scalar, Any], None]) -> Callable[[Draft, Any, Span], None]:
    """Make a reader of a section out of a reader of one declaration under its name."""

    def read_section(draft: Draft, raw: Any, place: Span) -> None:
        if isinstance(raw, Mapping):
            for name, item in raw.items():
                read(draft, name, item)
        else:
            draft.complain("wrong-shape", expected(word("a-mapping"), raw), getattr(raw, "span", place))
            _lose(draft, raw)

    return read_section


def _language(draft: Draft, raw: Any, place: Span) -> None:
    if raw not in LANGUAGES:
        message = expected(word("format-version", versions=LANGUAGES), raw)
        draft.complain("unknown-language", message, getattr(raw, "span", place))


def _note_names(draft: Draft, definition: Placed, raw: Any, before: int, owner: str = "") -> None:
    """Note what a definition with mistakes may have meant to be called by its labels and aliases."""
    if len(draft.diagnostics) > before and isinstance(raw, Mapping):
        written = tidy(raw, definition.keys(), [])
        draft.names.update(owner + text for key in ("label", "aliases") for text in _texts(written.get(key)))


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, Scalar):
        yield str(tree)
    for item in tree.values() if isinstance(tree, Mapping) else tree if isinstance(tree, Sequence) else ():
        yield from _texts(item)


def _clause(draft: Draft, name: Scalar, raw: Any) -> None:
    kept, before = draft.declare("clauses", name), len(draft.diagnostics)
    clause = build_what_is_right(model.Clause, raw, name.span, draft.diagnostics, {"id": name})
    draft.keep("clauses", kept, clause, right=len(draft.diagnostics) == before)


def _entity(draft: Draft, name: Scalar, raw: Any) -> None:
    before = len(draft.diagnostics)
    kept = draft.declare("entities", name)
    if isinstance(raw, Mapping):
        raw = tidy(raw, model.Entity.keys(), draft.diagnostics)
        if isinstance(raw.get("fields"), Mapping):
            raw["fields"] = {str(each): _field(draft, name, each, item) for each, item in raw["fields"].items()}
    entity = build_what_is_right(model.Entity, raw, name.span, draft.diagnostics, {"id": name})
    _note_names(draft, entity, raw, before)
    if kept != name:
        draft.names.update(f"{name}.{each}" for each in entity.fields)
    draft.keep("entities", kept, entity, right=len(draft.diagnostics) == before)


def _field(draft: Draft, entity: Scalar, name: Scalar, raw: Any) -> model.Field:
    before = len(draft.diagnostics)
    built = build_what_is_right(model.Field, raw, name.span, draft.diagnostics, {"id": name})
    _note_names(draft, built, raw, before, f"{entity}.")
    return built


def _parameter(draft: Draft, name: Scalar, raw: Any) -> None:
    before = len(draft.diagnostics)
    kept = draft.declare("parameters", name)
    raw = tidy_parameter(raw, model.Parameter.keys(), draft.diagnostics)
    given = {"id": name, "values": ()}
    parameter = build_what_is_right(model.Parameter, without_values(raw), name.span, draft.diagnostics, given)
    _note_names(draft, parameter, raw, before)
    parameter = with_values(parameter, raw, draft.diagnostics)
    draft.keep("parameters", kept, parameter, right=len(draft.diagnostics) == before)


def _value(draft: Draft, name: Scalar, raw: Any) -> None:
    before = len(draft.diagnostics)
    kept = draft.declare("values", name)
    owner, dot, identifier = name.partition(".")
    if not (owner and dot and identifier):
        draft.complain("not-a-name", expected(word("entity-name"), name), name.span)
        draft.names.add(str(name))
        owner, identifier = "", str(name)
    given = {
        "owner": Scalar(owner, name.place(0, len(owner)), name.style),
        "id": Scalar(identifier, name.place(len(name) - len(identifier), len(name)), name.style),
    }
    value = build_what_is_right(model.Value, mend(raw, draft.diagnostics), name.span, draft.diagnostics, given)
    _note_names(draft, value, raw, before, f"{owner}.")
    draft.keep("values", kept, value, right=len(draft.diagnostics) == before)


def _calendar(draft: Draft, kind: Scalar, raw: Any) -> None:
    draft.calendars += read_calendar(kind, raw, draft.diagnostics)


def _lint(draft: Draft, raw: Any, place: Span) -> None:
    """Read `off: {code: reason}`, or `off: {code: {name: reason}}` for what the advice is about."""
    if not isinstance(raw, Mapping):
        message = expected(word("a-mapping"), raw)
        draft.complain("wrong-shape", message, getattr(raw, "span", place), word("write-off"))
        return
    written = tidy(raw, ("off",), draft.diagnostics).get("off")
    if not isinstance(written, Mapping):
        if written is not None:
            draft.complain("wrong-shape", expected(word("reasons"), written), written.span, word("write-off"))
        return
    for code, item in written.items():
        for about, reason in item.items() if isinstance(item, Mapping) else [(None, item)]:
            if isinstance(reason, Scalar) and reason.strip():
                given = {"code": code, "about": about, "reason": reason, "span": (about or code).span}
                draft.silenced.append(model.Silence.model_validate(given))
            else:
                message = expected(word("a-reason"), reason)
                draft.complain("wrong-value", message, (about or code).span, word("say-why-off"))


def _rules(draft: Draft, raw: Any, place: Span) -> None:
    if not isinstance(raw, Sequence):
        message = expected(word("rules"), raw)
        draft.complain("wrong-shape", message, getattr(raw, "span", place), word("begin-each-rule"))
        if isinstance(raw, Mapping):
            for name, item in raw.items():
                _rule(
                    draft, Mapping({"id": name, **item}, span=item.span) if isinstance(item, Mapping) else item, place
                )
        return
    for position, item in enumerate(raw):
        _rule(draft, item, raw.place(position))


def _rule(draft: Draft, raw: Any, place: Span) -> None:
    before = len(draft.diagnostics)
    written = tidy(raw, model.Rule.keys(), []) if isinstance(raw, Mapping) else {}
    name = written.get("id")
    identifier = name if isinstance(name, Scalar) else None
    span = identifier.span if identifier is not None else getattr(raw, "span", place)
    kept = str(span) if identifier is None else draft.declare("rules", identifier)
    # what has no name is blamed for that alone
    given = {} if "title" in written else {"title": Scalar("", span) if identifier is None else identifier}
    rule = build_what_is_right(model.Rule, mend(raw, draft.diagnostics), span, draft.diagnostics, given)
    draft.keep("rules", kept, rule, right=len(draft.diagnostics) == before)


#: section -> its reader
SECTIONS: dict[str, Callable[[Draft, Any, Span], None]] = {
    "language": _language,
    "clauses": _each(_clause),
    "entities": _each(_entity),
    "parameters": _each(_parameter),
    "values": _each(_value),
    "calendars": _each(_calendar),
    "rules": _rules,
    "lint": _lint,
    "replace": lambda draft, raw, place: None,
}
