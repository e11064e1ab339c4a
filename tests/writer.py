"""Expressions written type by type about the rows of one entity, so that nearly all of them resolve."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

Draw = Callable[..., Any]

CHOICES = ["a", "b", "c"]
#: dimensions of numbers: the units that measure them
UNITS: dict[str, tuple[str | None, ...]] = {"money": ("万元", "元"), "head": ("人",), "ratio": ("%",), "bare": (None,)}
DIMENSIONS = list(UNITS)


@dataclass
class Writer:
    """Writes expressions about the rows of one entity."""

    draw: Draw
    book: dict[str, Any]
    entity: str
    outer: Writer | None = None
    #: what a derived value may still refer to
    values: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)

    @property
    def alone(self) -> Writer:
        """Of another period's row, which has no subject."""
        return Writer(self.draw, self.book, self.entity, None, self.values)

    def pick(self, options: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def fields(self, kind: str, dimension: str | None = None) -> list[str]:
        """Own fields of a kind, those of the parents, and inside an aggregate those of the subject."""
        found = self._own(self.entity, kind, dimension)
        for name in self.up():
            found += [f"{name}.{each}" for each in self._own(name, kind, dimension)]
        if self.outer is not None:
            found += [f"this.{each}" for each in self.outer._own(self.outer.entity, kind, dimension)]
            found += [
                f"this.{each}" for each in self.outer.fields(kind, dimension) if "." in each and "this" not in each
            ]
        return found

    def _own(self, entity: str, kind: str, dimension: str | None) -> list[str]:
        names = []
        for name, declared in self.book["entities"][entity]["fields"].items():
            wanted = (kind, "integer") if kind == "number" else (kind,)
            if declared["type"] in wanted and (dimension is None or declared.get("unit") in UNITS[dimension]):
                names.append(name)
        return names + [
            name for name, (owner, a, b) in self.values.items() if owner == entity and (a, b) == (kind, dimension)
        ]

    def up(self, entity: str | None = None) -> list[str]:
        """Entities that this one belongs to, near and far."""
        found: list[str] = []
        for name in self.book["entities"][entity or self.entity].get("belongs_to", {}):
            found += [name, *self.up(name)]
        return list(dict.fromkeys(found))

    def down(self) -> list[str]:
        below = [name for name in self.book["entities"] if self.entity in self.up(name)]
        return [*below, self.entity] if below or self.draw(st.booleans()) else [self.entity]

    @property
    def timed(self) -> bool:
        return "period" in self.book["entities"][self.entity]

    # numbers

    def number(self, dimension: str, depth: int) -> str:
        leaves = self.fields("number", dimension)
        literal = {"ratio": "{}%", "bare": "{}", "money": "{}", "head": "{}"}[dimension]
        simple = not depth or self.draw(st.integers(0, 3)) == 0
        if simple:
            if leaves and self.draw(st.integers(0, 4)):
                return str(self.pick(leaves))
            limits = [name for name, unit in self.book["parameters_by_dimension"] if unit == dimension]
            if limits and self.draw(st.booleans()):
                return str(self.pick(limits))
            if leaves and dimension in ("money", "head"):
                return str(self.pick(leaves))
            return literal.format(self.pick(["0", "1", "2.5", "4", "10", "100"]))
        ways: list[Callable[[], str]] = [
            lambda: f"({self.number(dimension, depth - 1)} {self.pick('+-')} {self.number(dimension, depth - 1)})",
            lambda: f"({self.number(dimension, depth - 1)} {self.pick('*/')} {self.number('bare', depth - 1)})",
            lambda: f"{self.pick(['round', 'floor', 'ceil', 'abs', '-'])}({self.number(dimension, depth - 1)})",
            lambda: f"round({self.number(dimension, depth - 1)}, {self.pick([0, 1, 2])})",
            lambda: f"{self.pick(['min', 'max'])}({self.several(dimension, depth - 1)})",
            lambda: (
                f"if({self.condition(depth - 1)}, "
                f"{self.number(dimension, depth - 1)}, {self.number(dimension, depth - 1)})"
            ),
            lambda: f"coalesce({self.several(dimension, depth - 1)})",
            lambda: self.aggregate(dimension, depth - 1),
            lambda: self.aggregate(dimension, depth - 1),
        ]
        if self.timed:
            ways += [lambda: f"{self.pick(['previous', 'change'])}({self.alone.number(dimension, depth - 1)})"]
        if dimension == "ratio":
            ways += [
                lambda: self.ratio(depth - 1),
                lambda: f"share({self.inside(lambda w: w.condition(depth - 1))})",
                lambda: f"cv({self.inside(lambda w: w.number(w.pick(DIMENSIONS), depth - 1), mean=True)})",
            ]
            if self.timed:
                ways += [lambda: f"growth({self.alone.number(self.pick(DIMENSIONS), depth - 1)})"]
        if dimension == "bare":
            ways += [
                lambda: f"count({self.inside(None)})",
                lambda: f"count({self.inside(None)})",
                lambda: f"count_distinct({self.inside(lambda w: w.keys())})",
                lambda: f"{self.pick(['year', 'month'])}({self.day(depth - 1)})",
                lambda: f"months_between({self.day(depth - 1)}, {self.day(depth - 1)})",
                lambda: f"length({self.text(depth - 1)})",
            ]
        return str(self.pick(ways)())

    def several(self, dimension: str, depth: int) -> str:
        return ", ".join(self.number(dimension, depth) for _ in range(self.draw(st.integers(2, 3))))

    def ratio(self, depth: int) -> str:
        dimension = self.pick(["money", "head", "bare"])
        return f"({self.number(dimension, depth)} / {self.number(dimension, depth)} * 100%)"

    def aggregate(self, dimension: str, depth: int) -> str:
        name = self.pick(["sum", "mean", "median", "min", "max"])
        inside = self.inside(lambda w: w.number(dimension, depth), mean=name == "mean", skip=name in ("sum", "median"))
        return f"{name}({inside})"

    def inside(self, what: Callable[[Writer], str] | None, *, mean: bool = False, skip: bool = False) -> str:
        """What stands between the parentheses of an aggregate."""
        target = self.pick(self.down())
        there = Writer(self.draw, self.book, target, self, self.values)
        text = target if what is None else f"{what(there)} for {target}"
        if self.draw(st.integers(0, 2)) == 0:
            text += f" where {there.condition(1)}"
        if self.draw(st.integers(0, 4)) == 0:
            windows = ["1 year", "18 months", "400 days", "0 days", "grace", *3 * ["cycle"]]
            windows += [f"term_by(this.{name})" for name in self._own(self.entity, "choice", None)]
            windows += [f"term_steps(this.{name})" for name in self._own(self.entity, "number", "bare")]
            text += self.pick([*(f" over last {each}" for each in windows), " over ever"])
        if mean and self.draw(st.integers(0, 2)) == 0:
            text += f" weighted by {there.number('head', 0)}"
        if (mean or skip) and self.draw(st.integers(0, 2)) == 0:
            text += " skip missing"
        return text

    def keys(self) -> str:
        names = [
            name
            for kind in ("text", "choice", "integer", "date", "boolean")
            for name in self._own(self.entity, kind, None)
        ]
        return ", ".join(self.draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)))

    # days and texts

    def day(self, depth: int) -> str:
        leaves = [*self.fields("date"), "day", "as_of", "period"] + (["period_start"] if self.timed else [])
        simple = not depth or self.draw(st.booleans())
        if simple:
            return str(self.pick([*leaves, "2021-09-01", "2022-02-28", "2024-02-29"]))
        amount = self.length()
        ways: list[Callable[[], str]] = [
            lambda: f"({self.day(depth - 1)} {self.pick('+-')} {amount})",
            lambda: f"{self.pick(['min', 'max'])}({self.day(depth - 1)}, {self.day(depth - 1)})",
            lambda: f"coalesce({self.day(0)}, {self.day(depth - 1)})",
            lambda: f"if({self.condition(depth - 1)}, {self.day(depth - 1)}, {self.day(depth - 1)})",
            lambda: f"{self.pick(['min', 'max'])}({self.inside(lambda w: w.day(depth - 1))})",
        ]
        if self.timed and self.alone.fields("date"):
            ways.append(lambda: f"previous({self.pick(self.alone.fields('date'))})")
        return str(self.pick(ways)())

    def length(self) -> str:
        """A duration."""
        return str(
            self.pick(
                ["30 days", "1 month", "13 months", "2 years", "0 days", "grace", *2 * ["cycle", "delay"]]
                + [f"term_by({name})" for name in self.fields("choice")]
                + [f"term_steps({name})" for name in self.fields("number", "bare")]
            )
        )

    def text(self, depth: int) -> str:
        leaves = self.fields("text") + self.fields("choice")
        if not leaves:
            return '"x"'
        leaf = str(self.pick(leaves))
        return f"lower({leaf})" if depth and self.draw(st.integers(0, 2)) == 0 else leaf

    # conditions

    def condition(self, depth: int) -> str:
        if not depth:
            return self.simple()
        ways: list[Callable[[], str]] = [
            lambda: self.comparison(depth - 1),
            lambda: self.comparison(depth - 1),
            lambda: self.comparison(depth - 1),
            self.simple,
            lambda: f"({self.condition(depth - 1)} {self.pick(['and', 'or'])} {self.condition(depth - 1)})",
            lambda: f"(not {self.condition(depth - 1)})",
            lambda: f"{self.pick(['any', 'all'])}({self.inside(lambda w: w.condition(depth - 1))})",
            lambda: f"{self.pick(['any', 'all'])}({self.inside(lambda w: w.condition(depth - 1))})",
            lambda: f"(if({self.condition(depth - 1)}, {self.condition(depth - 1)}, {self.condition(depth - 1)}))",
            lambda: f"({self.day(depth - 1)} {self.pick(['<', '<=', '=', '!=', '>', '>='])} {self.day(depth - 1)})",
            lambda: f"({self.text(depth - 1)} {self.pick(['=', '!='])} {self.text(0)})",
            lambda: (
                f"days_between({self.day(depth - 1)}, {self.day(depth - 1)}) {self.pick(['<', '>='])} "
                f"{self.pick(['100 days', 'delay'])}"
            ),
        ]
        if self.timed:
            ways += [lambda: self.trend(depth - 1)]
        return str(self.pick(ways)())

    def comparison(self, depth: int) -> str:
        dimension = self.pick(DIMENSIONS)
        left = self.number(dimension, depth)
        if self.draw(st.integers(0, 5)) == 0:
            return f"({left} between {self.number(dimension, 0)} and {self.number(dimension, 0)})"
        if self.draw(st.integers(0, 7)) == 0:
            return f"({left} {self.pick(['in', 'not in'])} [{self.number(dimension, 0)}, {self.number(dimension, 0)}])"
        if dimension == "bare" and self.draw(st.integers(0, 5)) == 0:
            return f"({left} {self.pick(['in', 'not in'])} sizes)"
        right = self.number(dimension, self.pick([0, 0, depth]))
        return f"({left} {self.pick(['<', '<=', '=', '!=', '>', '>='])} {right})"

    def trend(self, depth: int) -> str:
        value = self.alone.number(self.pick(DIMENSIONS), depth)
        published = [name for name in self.fields("number", "ratio") if not name.startswith("this.")]
        published += [f"({name} - 2%)" for name in published]
        second = f", {self.pick(published)}" if published and self.draw(st.booleans()) else ""
        return f"{self.pick(['rises', 'does_not_fall'])}({value}{second})"

    def simple(self) -> str:
        """A condition on one field."""
        ways: list[Callable[[], str]] = [lambda: f"({self.number('bare', 0)} >= {self.number('bare', 0)})"]
        every = [name for kind in ("number", "text", "choice", "date", "boolean") for name in self.fields(kind)]
        every = [name for name in every if name.rpartition(".")[2] not in self.values]
        texts, choices, flags = self.fields("text"), self.fields("choice"), self.fields("boolean")
        if every:
            ways += 2 * [lambda: f"({self.pick(every)} {self.pick(['is missing', 'is not missing'])})"]
            if self.timed and every[0] in self.alone.fields("number"):
                ways += [lambda: f"(previous({every[0]}) {self.pick(['is missing', 'is not missing'])})"]
        if choices:
            listed = self.pick(['["a"]', '["a", "c"]', "allowed"])
            ways += 2 * [lambda: f"({self.pick(choices)} {self.pick(['in', 'not in'])} {listed})"]
            ways += [lambda: f'({self.pick(choices)} {self.pick(["=", "!="])} "{self.pick(CHOICES)}")']
        if flags:
            ways += [lambda: f"({self.pick(flags)})", lambda: f"({self.pick(flags)} = {self.pick(['true', 'false'])})"]
        if texts:
            ways += [
                lambda: (
                    f"{self.pick(['contains', 'starts_with'])}({self.pick(texts)}, "
                    f'"{self.pick(["x", "校", "A", "."])}")'
                ),
                lambda: f'matches({self.pick(texts)}, "{self.pick(["[A-Z]-[0-9]", "x.*", "a|x y", "甲."])}")',
                lambda: f'({self.pick(texts)} {self.pick(["<", ">=", "="])} "{self.pick(["x", "é", "甲", "Z"])}")',
            ]
        return str(self.pick(ways)())
