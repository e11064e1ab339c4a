"""Units of measurement: exact factors and dimensions.

In: unit texts as rulebooks write them (`万元`, `m²/人`, `%`, `台/百人`). Out: `Unit` values that multiply, divide and
convert by exact fractions. A unit nobody listed is a dimension of its own. `%` is dimensionless and worth 0.01.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

#: unit -> (factor, dimension): all that converts; every other word stands for itself
_SCALED: dict[str, tuple[Fraction, dict[str, int]]] = {
    "%": (Fraction(1, 100), {}),
    "％": (Fraction(1, 100), {}),
    "1": (Fraction(1), {}),
    "元": (Fraction(1), {"元": 1}),
    "千元": (Fraction(1000), {"元": 1}),
    "万元": (Fraction(10**4), {"元": 1}),
    "亿元": (Fraction(10**8), {"元": 1}),
    "人": (Fraction(1), {"人": 1}),
    "百人": (Fraction(100), {"人": 1}),
    "千人": (Fraction(1000), {"人": 1}),
    "万人": (Fraction(10**4), {"人": 1}),
    "m": (Fraction(1), {"m": 1}),
    "米": (Fraction(1), {"m": 1}),
    "km": (Fraction(1000), {"m": 1}),
    "m²": (Fraction(1), {"m": 2}),
    "㎡": (Fraction(1), {"m": 2}),
    "m2": (Fraction(1), {"m": 2}),
    "平方米": (Fraction(1), {"m": 2}),
    "km²": (Fraction(10**6), {"m": 2}),
    "天": (Fraction(1), {"day": 1}),
    "日": (Fraction(1), {"day": 1}),
    "day": (Fraction(1), {"day": 1}),
    "days": (Fraction(1), {"day": 1}),
}
#: unit -> what English sentences call one of it, and several; all others are told as they are written
_ENGLISH: dict[str, tuple[str, str]] = {
    "元": ("yuan", "yuan"),
    "人": ("person", "people"),
    "米": ("m", "m"),
    "平方米": ("m²", "m²"),
    "天": ("day", "days"),
    "日": ("day", "days"),
    "月": ("month", "months"),
    "个月": ("month", "months"),
    "年": ("year", "years"),
    "秒": ("second", "seconds"),
    "分钟": ("minute", "minutes"),
    "小时": ("hour", "hours"),
    "学时": ("class-hour", "class-hours"),
    "课时": ("class-hour", "class-hours"),
    "节": ("lesson", "lessons"),
    "次": ("time", "times"),
    "届": ("term", "terms"),
    "名": ("person", "people"),
    "所": ("school", "schools"),
    "间": ("room", "rooms"),
    "层": ("floor", "floors"),
    "册": ("volume", "volumes"),
    "台": ("set", "sets"),
    "份": ("document", "documents"),
    "个": ("item", "items"),
    "项": ("item", "items"),
}
#: those that are a number of others
_MULTIPLES: dict[str, str] = {
    "千元": "1,000 yuan",
    "万元": "10,000 yuan",
    "亿元": "100 million yuan",
    "百人": "100 people",
    "千人": "1,000 people",
    "万人": "10,000 people",
}
_ATOM = re.compile(r"[^\s/*·×]+")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its text, its worth in base units, and its dimension as sorted (base, exponent) pairs."""

    text: str
    factor: Fraction
    dimension: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        return self.text or "1"

    @property
    def percent(self) -> bool:
        """Whether values are written in points."""
        return not self.dimension and self.factor == Fraction(1, 100)


ONE = Unit("", Fraction(1), ())
PERCENT = Unit("%", Fraction(1, 100), ())
DAYS = Unit("天", Fraction(1), (("day", 1),))


def in_english(text: str, *, one: bool = False) -> str:
    """A unit as English sentences call it: `people`, `m² per person`, `× 10,000 yuan`; `one` for one of it."""
    above, *below = (word.strip() for word in text.split("/"))
    told = [f"× {_MULTIPLES[above]}" if above in _MULTIPLES else _ENGLISH.get(above, (above, above))[0 if one else 1]]
    told += [f"per {_MULTIPLES.get(word) or _ENGLISH.get(word, (word, word))[0]}" for word in below]
    return " ".join(told[1:] if above == "1" else told)


def english_plurals() -> dict[str, str]:
    """What English sentences call several of a unit -> one of it, where the two differ."""
    return {several: one for one, several in _ENGLISH.values() if one != several}


def parse_unit(text: str) -> Unit | None:
    """Read a unit text; None when it is no product or quotient of words."""
    pieces = re.split(r"([/*·×])", text.strip())
    result: Unit | None = None
    operator = "*"
    for position, piece in enumerate(pieces):
        if position % 2:
            operator = piece
            continue
        word = piece.strip()
        if not _ATOM.fullmatch(word):
            return None
        factor, dimension = _SCALED.get(word, (Fraction(1), {word: 1}))
        atom = Unit(word, factor, tuple(sorted(dimension.items())))
        result = atom if result is None else divide(result, atom) if operator == "/" else multiply(result, atom)
    return None if result is None else Unit(text.strip(), result.factor, result.dimension)


def multiply(left: Unit, right: Unit) -> Unit:
    """The unit of a product."""
    return _combine(left, right, 1)


def divide(left: Unit, right: Unit) -> Unit:
    """The unit of a quotient."""
    return _combine(left, right, -1)


def same_dimension(left: Unit, right: Unit) -> bool:
    """Whether values of the two can be compared."""
    return left.dimension == right.dimension


def conversion(source: Unit, target: Unit) -> Fraction:
    """What a number in `source` is multiplied by to be in `target`; the dimensions must agree."""
    return source.factor / target.factor


def _combine(left: Unit, right: Unit, sign: int) -> Unit:
    exponents = dict(left.dimension)
    for base, exponent in right.dimension:
        exponents[base] = exponents.get(base, 0) + sign * exponent
    dimension = tuple(sorted((base, exponent) for base, exponent in exponents.items() if exponent))
    factor = left.factor * right.factor if sign > 0 else left.factor / right.factor
    if not dimension and factor == 1:
        return ONE
    if not right.text:
        text = left.text
    elif not left.text:
        text = right.text if sign > 0 else f"1/{right.text}"
    else:
        text = f"{left.text}{'·' if sign > 0 else '/'}{right.text}"
    return Unit(text, factor, dimension)
