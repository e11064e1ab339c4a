"""The rulebook as values: clauses, entities, parameters, derived values, rules.

In: the trees of `read_yaml`. Out: frozen models of one regular form each, though authors may write several.
What holds: right shape and typed values. Expressions are still text with a place; whatever can be blamed later
stays a `Scalar`.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

import pydantic
from pydantic import BeforeValidator, ConfigDict, Discriminator, InstanceOf, PlainValidator, Tag

from eduplan_rules.period import Kind
from eduplan_rules.rulebook import forms
from eduplan_rules.rulebook.placed import BothWords, Count, Date, Flag, Number, Placed, Text, Texts, Words
from eduplan_rules.source import Mapping, Scalar, Source

FieldType = Literal["text", "number", "integer", "boolean", "date", "choice"]
ParameterType = Literal["number", "date", "text", "duration"]
Status = Literal["unverified"]
Severity = Literal["error", "warning", "info"]
Nature = Literal["binding", "indicative"]


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

    given = frozenset({"id"})

    id: Text
    section: Text | None = None
    anchor: Text | None = None
    summary: BothWords | None = None
    kind: Text | None = None
    context: BothWords | None = None


class Field(Placed):
    """A property of an entity: a column of a feed."""

    given = frozenset({"id"})
    spare = {"type": "text"}

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
    #: false: a given, which no remedy asks anybody to change while there is another way
    lever: Flag = True
    #: of a text: cells that only mark that nothing stands there are taken as they are
    placeholders: Literal["kept"] | None = None
    #: of a text: what it must look like
    form: Literal["document-number"] | None = None
    choices: Annotated[dict[Scalar, Words | None], PlainValidator(forms.to_choices)] = {}


class Period(Placed):
    """The kind of the periods that rows are for, and the column that has them."""

    spare = {"is": "year"}

    is_: Kind = pydantic.Field(validation_alias="is")
    column: Text


class Entity(Placed):
    """A kind of thing that facts are about."""

    given = frozenset({"id"})
    spare = {"fields": {}}

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
    #: the field with the first day of a subject's life
    opened: Text | None = None
    #: the field with the last day of its life, or that says by true that a row is its last
    closed: Text | None = None
    #: old key -> new key
    renamed: Annotated[dict[str, str], BeforeValidator(forms.to_renamed)] = {}
    fields: dict[str, Field]

    @property
    def period_lost(self) -> bool:
        """Whether the kind of its periods, or that it has none, could not be read."""
        return "period" in self.lost or (self.period is not None and "is" in self.period.lost)

    @property
    def life(self) -> tuple[Scalar | None, Scalar | None]:
        """The fields with the first and the last day of a subject's life."""
        dated = self.closed is not None and self.fields[self.closed].type == "date"
        return self.opened, self.closed if dated else None

    @property
    def spans(self) -> tuple[tuple[Scalar, Scalar], ...]:
        """Pairs of fields with a first and a last day."""
        opened, closed = self.life
        lived = () if opened is None or closed is None else ((opened, closed),)
        return lived if self.valid is None else (self.valid, *lived)


class Step(Placed):
    """One step of a scale: `value`, and from `above` on `plus` more for every full `per` further."""

    spare = {"value": 0}

    below: Number | None = None
    value: Number
    plus: Number | None = None
    per: Number | None = None
    above: Number | None = None
    status: Status | None = None


class DurationStep(Placed):
    """One step of a scale of durations."""

    below: Number | None = None
    value: Text
    status: Status | None = None


AnyStep = Step | DurationStep


class Marked(Placed):
    """What stands at one choice of an axis, with a status or a source of its own."""

    value: Any
    status: Status | None = None
    source: References = ()


class Dated(Placed):
    """What a parameter is from a day on; without a date, always.

    `value` is a scalar, None (`~`), a tuple of scalars, a tuple of steps (with `scale`), or a dict by the choices of
    the first axis of `by`, the outermost, whose values are again one of these, `Marked` or not.
    """

    given = frozenset({"date"})

    date: datetime.date | None
    value: Any
    status: Status | None = None
    source: References = ()


class Parameter(Placed):
    """A dated value from a law."""

    given = frozenset({"id", "values"})

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

    given = frozenset({"owner", "id"})

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

    spare = {"kind": "all", "members": ()}

    kind: Literal["all", "any", "at_least"]
    at_least: Count | None = None
    members: tuple[Annotated[Member, BeforeValidator(forms.to_member)], ...]
    #: the floor for members that miss the standard
    others_reach: Text | None = None


def _require_form(value: object) -> str:
    return "expression" if isinstance(value, Scalar) else "body"


class Rule(Placed):
    """One statement that must hold."""

    given = frozenset({"since_parameter", "until_parameter"})

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
    #: in place of a day, the name of the parameter that has it
    since_parameter: Text | None = None
    until_parameter: Text | None = None
    due: Text | None = None
    every: Kind | None = None
    severity: Severity = "error"
    nature: Nature = "indicative"
    owner: BothWords | None = None
    #: only the languages that were written
    message: Annotated[dict[str, Scalar], PlainValidator(forms.to_words)] | None = None
    formerly: Texts = ()
    off: Flag = False

    @pydantic.model_validator(mode="before")
    @classmethod
    def _named_bounds(cls, value: Any) -> Any:
        return forms.name_bounds(value) if isinstance(value, Mapping) else value


class Loosening(Placed):
    """Why a later layer asks for less than the law before it."""

    spare = {"source": ()}

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


class Silence(Placed):
    """Advice that an author does not want, everywhere or about one name, with the reason."""

    given = frozenset({"code", "about"})

    code: Text
    about: Text | None = None
    reason: Text


class Replacement(Placed):
    """The fact that a later layer replaced something."""

    kind: Literal["parameter", "rule"]
    id: Text
    tightens: bool
    loosens: Loosening | None
    #: what it was before
    before: InstanceOf[Parameter] | InstanceOf[Rule] | None = pydantic.Field(default=None, repr=False, exclude=True)


#: kind of period -> label -> first and last day
Calendars = dict[str, dict[str, tuple[datetime.date, datetime.date]]]


class Remains(pydantic.BaseModel):
    """What is left of definitions with a mistake: it is checked on and never run.

    A definition stands under its name; one that is declared a second time, or has no name, under its place.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    entities: dict[str, Entity] = {}
    parameters: dict[str, Parameter] = {}
    values: dict[str, Value] = {}
    rules: dict[str, Rule] = {}
    #: names that a definition may have meant to declare, so that their use is not blamed too: `学校`, `school.保安数`
    names: frozenset[str] = frozenset()
    #: files and sections that could not be read: a name may be declared there
    unread: tuple[InstanceOf[Source], ...] = ()


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
    silenced: tuple[Silence, ...] = ()
    remains: Remains = pydantic.Field(default=Remains(), repr=False, exclude=True)

    @property
    def broken(self) -> frozenset[str]:
        """The names of definitions that have mistakes."""
        left = self.remains
        return frozenset((*left.entities, *left.parameters, *left.values, *left.rules))

    @property
    def complete(self) -> bool:
        """Whether every file could be read."""
        return not self.remains.unread
