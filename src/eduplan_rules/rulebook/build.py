"""From a mapping to a model, with our own words for what does not fit.

In: a model class and the `Mapping` an author wrote. Out: the model, or None with a diagnostic for each mistake, each
at the very value, key or mapping that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as AnyMapping
from typing import Any, TypeVar, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from eduplan_rules.errors import Code, Diagnostic
from eduplan_rules.rulebook.forms import Salvage, suggest
from eduplan_rules.rulebook.keys import expected, tidy
from eduplan_rules.rulebook.placed import Placed
from eduplan_rules.rulebook.words import one_of, word
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Mapping, Scalar, Sequence, Span

Model = TypeVar("Model", bound=Placed)

_EXPECTED = {"tuple_type": "a-list", "dict_type": "a-mapping", "model_type": "a-mapping", "list_type": "a-list"}


def build(
    model: type[Model], raw: Any, place: Span, diagnostics: list[Diagnostic], given: AnyMapping[str, Any] | None = None
) -> Model | None:
    """Validate what stands at `place`; `given` is what the author does not write inside, such as the id."""
    if not isinstance(raw, Mapping):
        span = getattr(raw, "span", place)
        diagnostics.append(Diagnostic("wrong-shape", expected(word("a-mapping"), raw), span))
        return None
    wrong: list[Diagnostic] = []
    tidied = tidy(raw, model.keys(), wrong)
    built = None
    try:
        built = model.model_validate(Mapping({**tidied, **(given or {})}, span=raw.span), context=wrong)
    except ValidationError as error:
        wrong += [_to_diagnostic(each, tidied, place) for each in error.errors(include_url=False)]
    diagnostics += wrong
    return None if wrong else built


def build_what_is_right(
    model: type[Model], raw: Any, place: Span, diagnostics: list[Diagnostic], given: AnyMapping[str, Any] | None = None
) -> Model:
    """Validate likewise, but leave out of the model what is wrong; its `lost` names the keys that then say nothing."""
    built = build(model, raw, place, diagnostics, given)
    if built is not None:
        return built
    written = tidy(raw, model.keys(), []) if isinstance(raw, Mapping) else Mapping(span=place)
    return model.model_validate(Mapping({**written, **(given or {})}, span=written.span), context=Salvage(place))


def _to_diagnostic(error: ErrorDetails, raw: Mapping, place: Span) -> Diagnostic:
    span = _find(error, raw, place)
    context = error.get("ctx", {})
    value = error["input"]
    if "message" in context:
        told: tuple[Wording, Wording | None] = context["message"], context["hint"]
        return Diagnostic(cast(Code, error["type"]), told[0], span, instruction=told[1])
    if error["type"] == "missing":
        return Diagnostic("missing-key", word("missing-key", key=error["loc"][-1]), span)
    if error["type"] == "literal_error":
        words = re.findall("'([^']+)'", context["expected"])
        hint = suggest(value, words) if isinstance(value, Scalar) else None
        return Diagnostic("wrong-value", expected(one_of(words), value), span, instruction=hint)
    name = _EXPECTED.get(error["type"])
    form = word("only", word=error["msg"].lower()) if name is None else word(name)
    return Diagnostic("wrong-shape", expected(form, value), span)


def _find(error: ErrorDetails, raw: Mapping, place: Span) -> Span:
    """Give the place of the wrong value; of what is missing or empty, the place of its key or mapping."""
    if error["type"] != "missing" and hasattr(error["input"], "span"):
        return error["input"].span  # type: ignore[no-any-return]
    value: Any = raw
    for part in error["loc"]:
        if part == "members" and isinstance(value, Mapping):
            # authors write them at one of these
            value = next((value[key] for key in ("all", "any", "of") if key in value), None)
        elif isinstance(value, Mapping) and part in value:
            key = next(key for key in value if key == part)
            place, value = getattr(key, "span", place), value[part]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            place = value.place(part) if isinstance(value, Sequence) else getattr(value[part], "span", place)
            value = value[part]
    return place
