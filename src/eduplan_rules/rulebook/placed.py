"""A value with its place, and the forms its keys are read from: what all models of a rulebook are made of.

In: a `Mapping` an author wrote. Out: a frozen model that knows its place; of one with mistakes, what is right of it.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, ClassVar, Self

import pydantic
from pydantic import AfterValidator, BeforeValidator, ConfigDict, InstanceOf, PlainValidator

from eduplan_rules.rulebook import forms
from eduplan_rules.source import Mapping, Scalar, Span

#: texts by language; a language that was not written has the text of the other
Words = dict[str, str]

Text = Annotated[Scalar, BeforeValidator(forms.to_text)]
Texts = Annotated[tuple[Scalar, ...], BeforeValidator(forms.to_texts)]
BothWords = Annotated[Words, PlainValidator(forms.to_words), AfterValidator(forms.both_languages)]
Number = Annotated[float, BeforeValidator(forms.to_number)]
Count = Annotated[int, BeforeValidator(forms.to_count)]
Flag = Annotated[bool, BeforeValidator(forms.to_boolean)]
Date = Annotated[datetime.date, BeforeValidator(forms.to_date)]


class Placed(pydantic.BaseModel):
    """A value with its place. Keys that are unknown go to the diagnostics in pydantic's context."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=True)

    #: filled in by the loader; not keys that an author may write
    given: ClassVar[frozenset[str]] = frozenset()
    #: required key -> what stands for it where it is lost; without one, an empty text
    spare: ClassVar[dict[str, Any]] = {}

    span: InstanceOf[Span] = pydantic.Field(repr=False, exclude=True)
    #: keys that are missing or wrong in a definition with mistakes: what stands at them says nothing
    lost: frozenset[str] = pydantic.Field(default=frozenset(), repr=False, exclude=True)

    @pydantic.model_validator(mode="before")
    @classmethod
    def _place(cls, value: Any, info: pydantic.ValidationInfo) -> Any:
        if not isinstance(value, Mapping):
            return value
        return Mapping({**forms.known_keys(value, cls.keys(), info), "span": value.span}, span=value.span)

    @pydantic.model_validator(mode="wrap")
    @classmethod
    def _mend(cls, value: Any, read: pydantic.ModelWrapValidatorHandler[Self], info: pydantic.ValidationInfo) -> Self:
        """Read what is right of a mapping with mistakes, where that is asked for."""
        if not isinstance(info.context, forms.Salvage) or isinstance(value, cls):
            return read(value)
        lost = frozenset() if isinstance(value, Mapping) else frozenset(cls.keys())
        written = value if isinstance(value, Mapping) else Mapping(span=getattr(value, "span", info.context.place))
        known = forms.known_keys(written, cls.keys(), info)
        while True:
            kept = {key: item for key, item in known.items() if key not in lost}
            try:
                return read(Mapping(kept | cls._spares(lost, written.span) | {"lost": lost}, span=written.span))
            except pydantic.ValidationError as error:
                wrong = frozenset(str(each["loc"][0]) for each in error.errors() if each["loc"])
                if wrong <= lost:
                    raise
                lost |= wrong

    @classmethod
    def _spares(cls, lost: frozenset[str], place: Span) -> dict[str, Any]:
        needed = {
            str(field.validation_alias or name) for name, field in cls.model_fields.items() if field.is_required()
        }
        return {key: cls.spare.get(key, Scalar("", place)) for key in lost & needed}

    @classmethod
    def keys(cls) -> list[str]:
        """Give the keys that an author may write."""
        names = [str(field.validation_alias or name) for name, field in cls.model_fields.items()]
        return [name for name in names if name not in cls.given | {"span", "lost"}]
