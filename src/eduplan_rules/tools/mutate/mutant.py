"""A rule with one change.

In: what is changed and to what. Out: `Mutant`: a name that stays the same while the rule does, its place, and the
changed rule with the parameters that only it reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from eduplan_rules.language.parameter import ParameterTable
from eduplan_rules.language.typed import ResolvedRule
from eduplan_rules.source import Span
from eduplan_rules.tools.mutate.words import say
from eduplan_rules.tools.words import Language


@dataclass(frozen=True)
class Mutant:
    """One change of one rule."""

    #: the sentence that says what is changed, and its gaps
    sentence: str
    gaps: dict[str, object]
    span: Span
    make: Callable[[], ResolvedRule]
    #: the parameter or the value that the change is made in; None where it is the rule itself
    owner: str | None = None
    #: in place of parameters: name -> the table that the changed rule reads
    tables: dict[str, ParameterTable] = field(default_factory=dict)
    #: among changes of the rule that are told alike
    number: int = 1

    def told(self, language: Language) -> str:
        """What is changed."""
        sentence = say(self.sentence, language, **self.gaps)
        return sentence if self.number == 1 else say("again", language, name=sentence, number=self.number)

    @property
    def key(self) -> tuple[str | None, str]:
        """The same for the same change, whichever rule reads what is changed."""
        return self.owner, self.name

    @property
    def name(self) -> str:
        """What it is called in a case file."""
        return self.told("en")


def numbered(mutants: Iterable[Mutant]) -> Iterator[Mutant]:
    """The mutants, those that are told alike counted."""
    seen: Counter[tuple[str | None, str]] = Counter()
    for mutant in mutants:
        key = mutant.owner, mutant.name
        seen[key] += 1
        yield replace(mutant, number=seen[key])


def plain(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())
