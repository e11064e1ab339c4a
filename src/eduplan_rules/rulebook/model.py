"""The rulebook as values: clauses, entities, parameters, derived values, rules.

In: the trees of `read_yaml`. Out: frozen models of one regular form each, though authors may write several.
What holds: right shape and typed values. Expressions are still text with a place; whatever can be blamed later
stays a `Scalar`.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, ClassVar, Literal

import pydantic
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Discriminator, InstanceOf, PlainValidator, Tag

from eduplan_rules.period import Kind
from eduplan_rules.rulebook import forms
from eduplan_rules.source import Mapping, Scalar, Source, Span

#: texts by language; a language that was not written has the text of the other
Words = dict[str, str]

Text = Annotated[Scalar, BeforeValidator(forms.to_text)]
Texts = Annotated[tuple[Scalar, ...], BeforeValidator(forms.to_texts)]
BothWords = Annotated[Words, PlainValidator(forms.to_words), AfterValidator(forms.both_languages)]
Number = Annotated[float, BeforeValidator(forms.to_number)]
Count = Annotated[int, BeforeValidator(forms.to_count)]
Flag = Annotated[bool, BeforeValidator(forms.to_boolean)]
Date = Annotated[datetime.date, BeforeValidator(forms.to_date)]

FieldType = Literal["text", "number", "integer", "boolean", "date", "choice"]
ParameterType = Literal["number", "date", "text"]
Status = Literal["unverified"]
Severity = Literal["error", "warning", "info"]
Nature = Literal["binding", "indicative"]


class Placed(pydantic.BaseModel):
    """A value with its place. Keys that are unknown go to the diagnostics in pydantic's context."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=True)

    #: filled in by the loader; not keys that an author may write
    given: ClassVar[frozenset[str]] = frozenset({"span"})

    span: InstanceOf[Span] = pydantic.Field(repr=False, exclude=True)

    @pydantic.model_validator(mode="before")
    @classmethod
    def _place(cls, value: Any, info: pydantic.ValidationInfo) -> Any:
        if not isinstance(value, Mapping):
            return value
        written = Mapping({key: item for key, item in value.items() if isinstance(key, Scalar)}, span=value.span)
        placed = forms.known_keys(written, cls.keys(), info)
        placed.update({key: item for key, item in value.items() if not isinstance(key, Scalar)}, span=value.span)
        return placed

    @classmethod
    def keys(cls) -> list[str]:
        """Give the keys that an author may write."""
        names = [str(field.validation_alias or name) for name, field in cls.model_fields.items()]
        return [name for name in names if name not in cls.given]


class Reference(Placed):
    """A place in a law, a standard or a plan."""

    document: Text
    section: Text | None = None
    article: Text | None = None
    title: Text | None = None
    url: Text | None = None
    date: Text | None = None
    note: Text | None = None


References = Annotated[
    tuple[Annotated[Reference, BeforeValidator(forms.to_reference)], ...], BeforeValidator(forms.to_list)
]


class Clause(Placed):
    """A clause of the plan."""

    given = frozenset({"span", "id"})

    id: Text
    section: Text | None = None
    anchor: Text | None = None
    summary: BothWords | None = None
    kind: Text | None = None
    context: BothWords | None = None


class Field(Placed):
    """A property of an entity: a column of a feed."""

    given = frozenset({"span", "id"})

    id: Text
    type: FieldType
    label: BothWords | None = None
    aliases: Texts = ()
    unit: Text | None = None
    min: Number | None = None
    max: Number | None = None
    #: a feed may leave the column out
    optional: Flag = False
    #: an empty cell is a known absence, not a gap
    blank: Literal["none"] | None = None
    #: values never leave in a record, message or report unless asked for
    personal: Flag = False
    choices: Annotated[dict[Scalar, Words | None], PlainValidator(forms.to_choices)] = {}


class Period(Placed):
    """The kind of the periods that rows are for, and the column that has them."""

    is_: Kind = pydantic.Field(validation_alias="is")
    column: Text


class Entity(Placed):
    """A kind of thing that facts are about."""

    given = frozenset({"span", "id"})

    id: Text
    label: BothWords | None = None
    key: Texts
    #: the field that labels a subject
    name: Text | None = None
    period: Annotated[Period, BeforeValidator(forms.to_period)] | None = None
    #: of an event: the field with its day
    day: Text | None = None
    #: of a span: the fields with its first and last day
    valid: Annotated[tuple[Scalar, Scalar], BeforeValidator(forms.to_pair)] | None = None
    #: parent entity -> the fields here that hold its key
    belongs_to: Annotated[dict[Scalar, tuple[Scalar, ...]], BeforeValidator(forms.to_links)] = {}
    #: the field that says a subject is closed, so that it may vanish
    closed: Text | None = None
    #: old key -> new key
    renamed: Annotated[dict[str, str], BeforeValidator(forms.to_renamed)] = {}
    fields: dict[str, Field]


class Step(Placed):
    """One step of a scale: `value`, and from `above` on `plus` more for every full `per` further."""

    below: Number | None = None
    value: Number
    plus: Number | None = None
    per: Number | None = None
    above: Number | None = None
    status: Status | None = None


class Dated(Placed):
    """What a parameter is from a day on; without a date, always.

    `value` is a scalar, None (`~`), a tuple of scalars, a tuple of steps (with `scale`), or a dict by the
    choices of the first axis of `by`, the outermost, whose values are again one of these.
    """

    given = frozenset({"span", "date"})

    date: datetime.date | None
    value: Any
    status: Status | None = None
    source: References = ()


class Parameter(Placed):
    """A dated value from a law."""

    given = frozenset({"span", "id", "values"})

    id: Text
    label: BothWords | None = None
    type: ParameterType | None = None
    unit: Text | None = None
    by: Texts = ()
    scale: Text | None = None
    source: References = ()
    status: Status | None = None
    #: sorted by date
    values: tuple[Dated, ...]
    #: the last day on which the last value holds
    ended: Date | None = None


class Value(Placed):
    """A derived value: an expression with a name, on an entity."""

    given = frozenset({"span", "owner", "id"})

    owner: Text
    id: Text
    is_: Text = pydantic.Field(validation_alias="is")
    unit: Text | None = None
    label: BothWords | None = None


class Member(Placed):
    """One of the conditions a rule counts: `measure` with `minimum` or `maximum`, or a condition `that`."""

    id: Text | None = None
    title: BothWords | None = None
    measure: Text | None = None
    minimum: Text | None = None
    maximum: Text | None = None
    that: Text | None = None
    where: Text | None = None


class Body(Placed):
    """A requirement made of members."""

    kind: Literal["all", "any", "at_least"]
    at_least: Count | None = None
    members: tuple[Annotated[Member, BeforeValidator(forms.to_member)], ...]
    #: the floor for members that miss the standard
    others_reach: Text | None = None


def _require_form(value: object) -> str:
    return "expression" if isinstance(value, Scalar) else "body"


class Rule(Placed):
    """One statement that must hold."""

    id: Text
    clause: Text | None = None
    #: the rule's id where none was written
    title: BothWords
    source: References = ()
    for_: Text = pydantic.Field(validation_alias="for")
    where: Text | None = None
    require: Annotated[
        Annotated[Text, Tag("expression")] | Annotated[Body, BeforeValidator(forms.to_body), Tag("body")],
        Discriminator(_require_form),
    ]
    since: Annotated[datetime.date, BeforeValidator(forms.to_first_day)] | None = None
    until: Annotated[datetime.date, BeforeValidator(forms.to_last_day)] | None = None
    due: Text | None = None
    every: Kind | None = None
    severity: Severity = "error"
    nature: Nature = "indicative"
    owner: BothWords | None = None
    #: only the languages that were written
    message: Annotated[dict[str, Scalar], PlainValidator(forms.to_words)] | None = None
    formerly: Texts = ()
    off: Flag = False


class Loosening(Placed):
    """Why a later layer asks for less than the law before it."""

    reason: Text
    source: References


class RuleChange(Placed):
    """What a later layer replaces in a rule; None leaves it as it is."""

    severity: Severity | None = None
    due: Text | None = None
    owner: BothWords | None = None
    message: Annotated[dict[str, Scalar], PlainValidator(forms.to_words)] | None = None
    off: Flag | None = None
    tightens: Flag = False
    loosens: Loosening | None = None


class ParameterChange(Placed):
    """What a later layer replaces in a parameter, besides its values."""

    source: References = ()
    status: Status | None = None
    ended: Date | None = None
    tightens: Flag = False
    loosens: Loosening | None = None


class Replacement(Placed):
    """The fact that a later layer replaced something."""

    kind: Literal["parameter", "rule"]
    id: Text
    tightens: bool
    loosens: Loosening | None


#: kind of period -> label -> first and last day
Calendars = dict[str, dict[str, tuple[datetime.date, datetime.date]]]


class Rulebook(pydantic.BaseModel):
    """All that was loaded, of all layers."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    language: int = 1
    clauses: dict[str, Clause] = {}
    entities: dict[str, Entity] = {}
    parameters: dict[str, Parameter] = {}
    #: by `entity.name`
    values: dict[str, Value] = {}
    rules: dict[str, Rule] = {}
    calendars: Calendars = {}
    sources: tuple[InstanceOf[Source], ...] = ()
    replaced: tuple[Replacement, ...] = ()
    #: what was declared but is wrong, so that its use is not blamed too: `school`, `school.guards`, `guards_minimum`
    broken: frozenset[str] = frozenset()
    #: files that could not be read: a name may be declared there
    unread: tuple[InstanceOf[Source], ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every file could be read."""
        return not self.unread
