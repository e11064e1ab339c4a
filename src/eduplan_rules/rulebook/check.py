"""What declarations say about each other: names, links, dates.

In: the draft of all layers. Out: diagnostics in the draft; rules and values of an entity that is wrong or not there are
wrong as well. What is wrong already, or may be declared in a file that could not be read, is not blamed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from eduplan_rules.errors import Code, Diagnostic
from eduplan_rules.operators import AGGREGATES, CHINESE, CONTEXT, FUNCTIONS
from eduplan_rules.rulebook.calendars import check_calendars
from eduplan_rules.rulebook.forms import enumerate_few, suggest
from eduplan_rules.rulebook.keys import found
from eduplan_rules.rulebook.model import Body, Clause, Entity, Field, Parameter, Rule
from eduplan_rules.rulebook.placed import Words
from eduplan_rules.rulebook.section import Draft
from eduplan_rules.rulebook.words import all_of, one_of, word
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Scalar, mentioned

_NAME = re.compile(r"[^\W\d]\w*")
_WORD = r"[^\W_]+(?:-[^\W_]+)*"
_RULE_ID = re.compile(rf"{_WORD}\.{_WORD}")

_MONTHS = {"month": 1, "quarter": 3, "term": 6, "school-year": 12, "year": 12}

#: words of the language; no name may be one of them
RESERVED = (
    {"and", "or", "not", "in", "is", "missing", "between", "true", "false", "this"}
    | {"for", "where", "over", "last", "ever", "weighted", "by", "skip"}
    | {"且", "或", "非", "属于", "不属于", "为空", "不为空", "介于", "与", "真", "假", "本"}
    | {"于", "其中", "近", "历来", "加权", "略过空值"}
    | CONTEXT
    | {chinese for chinese, name in CHINESE.items() if name in CONTEXT}
)

#: names of functions; no parameter that takes arguments may have one
CALLED = FUNCTIONS | AGGREGATES | {chinese for chinese, name in CHINESE.items() if name not in CONTEXT}


def check_draft(draft: Draft) -> None:
    """Check all that needs more than one declaration to be known."""
    for entity in draft.entities.values():
        _check_entity(draft, entity)
        _check_names(draft, entity)
    for value in draft.values.values():
        if value.owner:
            _check_name(draft, value.id)
        _check_known(draft, "unknown-entity", "no-entity", value.owner, draft.entities)
    for parameter in draft.parameters.values():
        _check_name(draft, parameter.id)
        _check_not_a_function(draft, parameter)
    for kind in (draft.entities, draft.parameters):
        _check_unique(draft, [(each.id, _texts(each.id, each.label)) for name, each in kind.items() if name == each.id])
    for rule in draft.rules.values():
        _check_rule(draft, rule)
    draft.diagnostics += check_calendars(draft.calendars)
    there = draft.part("entities", right=True)
    draft.wrong |= {("rules", name) for name, rule in draft.rules.items() if rule.for_ not in there}
    draft.wrong |= {("values", name) for name, value in draft.values.items() if value.owner not in there}


def _check_entity(draft: Draft, entity: Entity) -> None:
    single = (entity.name, entity.day, entity.opened, entity.closed, *(entity.valid or ()))
    used = [name for name in single if name is not None]
    used += [] if "key" in entity.lost else entity.key
    used += [field for fields in entity.belongs_to.values() for field in fields]
    for name in [] if "fields" in entity.lost else used:
        if name not in entity.fields and f"{entity.id}.{name}" not in draft.names:
            labels = {text: field.id for field in entity.fields.values() for text in _texts(field.id, field.label)}
            message = word("no-field", entity=entity.id, field=found(name))
            hint = _meant(name, labels) or enumerate_few(list(entity.fields), "the-fields")
            draft.complain("unknown-field", message, name.span, hint)
    for name in (entity.day, entity.opened, *(entity.valid or ())):
        _check_type(draft, entity, name, "date")
    _check_type(draft, entity, entity.closed, "date", "boolean")
    times = [key for key in ("period", "day", "valid") if getattr(entity, key) is not None]
    if len(times) > 1:
        draft.complain("two-times", word("two-times", times=all_of(times)), entity.id.span)
    if not entity.key:
        draft.complain("missing-key", word("empty-key", entity=entity.id), entity.id.span)
    for parent, fields in entity.belongs_to.items():
        _check_known(draft, "unknown-entity", "no-entity", parent, draft.entities)
        target = draft.entities.get(str(parent))
        if target is not None and len(target.key) != len(fields) and "key" not in target.lost:
            also = ((target.key[0].span, word("the-key")),)
            message = word("key-fields", wanted=len(target.key), parent=parent, found=len(fields))
            draft.diagnostics.append(Diagnostic("different-keys", message, parent.span, also=also))
    for field in entity.fields.values():
        if field.type == "choice" and not field.choices and "choices" not in field.lost:
            message = word("no-choices", field=field.id)
            draft.complain("choices-missing", message, field.id.span, word("list-choices"))
        if field.type != "choice" and field.choices and "type" not in field.lost:
            draft.complain("wrong-value", _only_in(field, "choices", "choice"), field.id.span)
        _check_measured(draft, field)
        for key in ("placeholders", "form"):
            if getattr(field, key) is not None and field.type != "text" and "type" not in field.lost:
                draft.complain("wrong-value", _only_in(field, key, "text"), field.id.span)
        if field.min is not None and field.max is not None and field.min > field.max:
            draft.complain("min-above-max", word("min-above-max", min=field.min, max=field.max), field.id.span)
        _check_unique(draft, [(choice, _texts(choice, label)) for choice, label in field.choices.items()])


def _only_in(field: Field, key: str, *types: str) -> Wording:
    return word("only-in-type", key=key, found=field.type, expected=one_of(types))


def _check_type(draft: Draft, entity: Entity, name: Scalar | None, *types: str) -> None:
    """Check that a field that tells of time is of a type that can."""
    field = entity.fields.get(str(name))
    if name is not None and field is not None and field.type not in types and "type" not in field.lost:
        also = ((field.id.span, word("declared-as", found=field.type)),)
        message = word("field-of-type", expected=one_of(types), name=name, found=field.type)
        draft.diagnostics.append(Diagnostic("wrong-value", message, name.span, also=also))


def _check_measured(draft: Draft, field: Field) -> None:
    """Check that what only numbers can have stands at numbers."""
    if field.type in ("number", "integer") or "type" in field.lost:
        return
    for key in ("unit", "min", "max"):
        value = getattr(field, key)
        if value is not None:
            message = _only_in(field, key, "number", "integer")
            draft.complain("wrong-value", message, getattr(value, "span", field.id.span))


def _check_names(draft: Draft, entity: Entity) -> None:
    """Check what may stand in an expression about the entity, and what may head a column of its feeds."""
    names: list[tuple[Scalar, list[Scalar]]] = []
    for field in entity.fields.values():
        _check_name(draft, field.id)
        words = [*_texts(field.id, field.label), *field.aliases]
        _check_reserved(draft, words[1:])
        names.append((field.id, words))
    for name, value in draft.values.items():
        if name == f"{entity.id}.{value.id}":
            words = [each for each in _texts(value.id, value.label) if _NAME.fullmatch(each)]
            _check_reserved(draft, words[1:])
            names.append((value.id, words))
    _check_unique(draft, names)


def _check_name(draft: Draft, name: Scalar) -> None:
    if not _NAME.fullmatch(name):
        draft.complain("not-a-name", word("not-a-name", found=found(name)), name.span)
    _check_reserved(draft, [name])


def _check_reserved(draft: Draft, words: Iterable[Scalar]) -> None:
    for each in words:
        if each in RESERVED:
            draft.complain("reserved-word", word("reserved-word", word=each), each.span)


def _check_not_a_function(draft: Draft, parameter: Parameter) -> None:
    """Check that a parameter with arguments is not read as a function."""
    if parameter.by or parameter.scale is not None or not parameter.lost.isdisjoint(("by", "scale")):
        for each in _texts(parameter.id, parameter.label):
            if each in CALLED:
                draft.complain("reserved-word", word("a-function", word=each), each.span)


def _check_unique(draft: Draft, names: Iterable[tuple[Scalar, list[Scalar]]]) -> None:
    """Check that no two owners share a name; one may repeat its own."""
    first: dict[str, tuple[Scalar, Scalar]] = {}
    for owner, words in names:
        for each in words:
            holder, place = first.setdefault(str(each), (owner, each))
            if holder is not owner:
                also = ((place.span, word("has-it", holder=holder)),)
                message = word("name-taken", word=each, holder=holder)
                draft.diagnostics.append(Diagnostic("duplicate-name", message, each.span, also=also))


def _texts(identifier: Scalar, label: Words | None) -> list[Scalar]:
    return [identifier, *(text for text in (label or {}).values() if isinstance(text, Scalar))]


def _meant(name: Scalar, labels: Mapping[Scalar, Scalar]) -> Wording | None:
    """The hint for an identifier that is not known, but a label may be; `labels`: identifier or label -> identifier."""
    if name in labels:
        return word("did-you-mean", word=labels[name])
    return suggest(name, list(dict.fromkeys(labels.values())))


def _check_known(draft: Draft, code: Code, sentence: str, name: Scalar, known: Mapping[str, Entity | Clause]) -> None:
    if name and name not in known and not mentioned(name, draft.unread):
        labels = {text: each.id for each in known.values() for text in _texts(each.id, getattr(each, "label", None))}
        hint = _meant(name, labels) or enumerate_few(
            [str(each.id) for each in known.values()], "the-clauses" if code == "unknown-clause" else "the-entities"
        )
        draft.complain(code, word(sentence, name=found(name)), name.span, hint)


def _check_members(draft: Draft, body: Body) -> None:
    first: dict[str, Scalar] = {}
    for name in (member.id for member in body.members if member.id is not None):
        declared = first.setdefault(str(name), name)
        if declared is not name:
            also = ((declared.span, word("first-here")),)
            draft.diagnostics.append(Diagnostic("duplicate-id", word("member-twice", name=name), name.span, also=also))


def _check_rule(draft: Draft, rule: Rule) -> None:
    if "id" not in rule.lost and (not _RULE_ID.fullmatch(rule.id) or rule.id != rule.id.lower()):
        draft.complain("rule-id", word("rule-id", found=found(rule.id)), rule.id.span)
    _check_known(draft, "unknown-entity", "no-entity", rule.for_, draft.entities)
    if rule.clause is not None:
        _check_known(draft, "unknown-clause", "no-clause", rule.clause, draft.clauses)
    for old in rule.formerly:
        if old in draft.rules:
            draft.complain("duplicate-id", word("id-in-use", old=old), old.span)
        heir = next(other for other in draft.rules.values() if old in other.formerly)
        if heir is not rule:
            draft.complain("duplicate-id", word("id-of-another", old=old, heir=heir.id), old.span)
    if isinstance(rule.require, Body):
        _check_members(draft, rule.require)
    if isinstance(rule.require, Body) and not rule.require.members and "members" not in rule.require.lost:
        draft.complain("wrong-shape", word("no-members"), rule.require.span)
    if rule.since is not None and rule.until is not None and rule.since > rule.until:
        draft.complain("date-order", word("since-after-until", since=rule.since, until=rule.until), rule.id.span)
    entity = draft.entities.get(str(rule.for_))
    if entity is None or rule.every is None or entity.period_lost:
        return
    if entity.period is None and rule.since is None and rule.since_parameter is None and "since" not in rule.lost:
        draft.complain("needs-since", word("needs-since", entity=entity.id), rule.id.span, word("write-since"))
    elif entity.period is not None and _MONTHS[rule.every] > _MONTHS[entity.period.is_]:
        message = word("every-too-long", every=rule.every, period=entity.period.is_)
        draft.complain("wrong-value", message, rule.id.span)
