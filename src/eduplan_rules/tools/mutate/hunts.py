"""All rules hunted, side by side.

In: the rulebook's place, or what was loaded from it. Out: a `Hunt`: every mutant once, by what it changes, with the
case that noticed it. What holds: a change of a parameter or of a derived value is noticed as soon as a case of any rule
that reads it notices; an explanation that explains nothing is a mistake.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eduplan_rules.errors import did_you_mean
from eduplan_rules.source import Scalar
from eduplan_rules.tools.mutate.hunt import Hunted, HuntedRule, hunt
from eduplan_rules.tools.mutate.words import say
from eduplan_rules.tools.suite import Loaded, load_suite
from eduplan_rules.tools.words import Language

#: fewer rules than this are not worth another process
_WORTH_IT = 8


@dataclass(frozen=True)
class Survivor:
    """A mutant that no case noticed, and why it need not be."""

    mutant: Hunted
    reason: str | None

    def told(self, language: Language) -> str:
        """What is changed."""
        return self.mutant.chinese if language == "zh" else self.mutant.name


@dataclass(frozen=True)
class Changed:
    """What is changed: a rule, a parameter or a derived value, and what came of its mutants."""

    name: str
    noticed: int
    survivors: tuple[Survivor, ...]
    #: whether no case could be tried
    untried: bool

    @property
    def count(self) -> int:
        """How many mutants."""
        return self.noticed + len(self.survivors)


@dataclass(frozen=True)
class Stale:
    """An explanation of a change that is noticed, or that there is not."""

    sentence: str
    gaps: dict[str, object]

    def told(self, language: Language) -> str:
        """Where, and why."""
        gaps = dict(self.gaps)
        near = gaps.pop("near", None)
        hint = "" if near is None else say("did-you-mean", language, name=near)
        return say(self.sentence, language, **gaps, hint=hint)


@dataclass(frozen=True)
class Hunt:
    """The mutants of a rulebook."""

    changed: tuple[Changed, ...]
    rules: int
    stale: tuple[Stale, ...]

    @property
    def count(self) -> int:
        """How many mutants."""
        return sum(each.count for each in self.changed)

    @property
    def survivors(self) -> list[Survivor]:
        """All that no case noticed."""
        return [survivor for each in self.changed for survivor in each.survivors]

    @property
    def unexplained(self) -> list[Survivor]:
        """Those of them without a reason."""
        return [survivor for survivor in self.survivors if survivor.reason is None]

    @property
    def share(self) -> float:
        """The part of all mutants, in per cent, that survives unexplained."""
        return 100 * len(self.unexplained) / self.count if self.count else 0.0


def hunt_rules(
    loaded: Loaded,
    rules: Sequence[str],
    *,
    place: Path | None = None,
    cases: Sequence[Path] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Hunt:
    """Hunt the mutants of some rules; in several processes where `place` says from where they can load the rulebook."""
    found: list[HuntedRule] = []
    with _hunters(loaded, rules, place, cases) as each:
        for hunted in each:
            found.append(hunted)
            if progress is not None:
                progress(len(found))
    return hunt_of(found, loaded)


def hunt_of(found: Iterable[HuntedRule], loaded: Loaded) -> Hunt:
    """The mutants of all rules by what they change, with what the case files explain."""
    order = {str(rule): number for number, rule in enumerate(loaded.book.rules)}
    hunted = sorted(found, key=lambda each: order[each.rule])
    mutants: dict[str, dict[str, Hunted]] = {}
    for each in hunted:
        for mutant in each.mutants:
            ours = mutants.setdefault(mutant.owner or each.rule, {})
            if mutant.name not in ours or ours[mutant.name].noticed is None:
                ours[mutant.name] = mutant
    reasons = {
        (str(owner), str(name)): str(reason)
        for file in loaded.files
        if file.file is not None
        for owner, explained in file.file.equivalent.items()
        for name, reason in explained.items()
    }
    untried = {each.rule for each in hunted if not each.cases}
    changed = tuple(_changed(owner, ours.values(), reasons, untried) for owner, ours in mutants.items())
    whole = {each.rule for each in hunted} == set(loaded.book.rules)
    return Hunt(changed, len(hunted), tuple(_stale(loaded, mutants, whole=whole)))


def _changed(owner: str, mutants: Iterable[Hunted], reasons: dict[tuple[str, str], str], untried: set[str]) -> Changed:
    left = tuple(Survivor(each, reasons.get((owner, each.name))) for each in mutants if each.noticed is None)
    return Changed(owner, sum(each.noticed is not None for each in mutants), left, owner in untried)


def _stale(loaded: Loaded, mutants: dict[str, dict[str, Hunted]], *, whole: bool) -> Iterator[Stale]:
    """Explanations that explain nothing, of what was hunted whole."""
    for file in loaded.files:
        for owner, explained in (file.file.equivalent if file.file is not None else {}).items():
            if str(owner) not in mutants:
                known = [*loaded.book.rules, *loaded.book.parameters, *loaded.book.values]
                if whole or owner not in known:
                    near = did_you_mean(owner, known)
                    yield Stale("stale-rule", {"place": owner.span, "rule": owner, "near": near})
                continue
            # of a shared declaration, one part of the rules may notice, or make, fewer changes
            shared = owner not in loaded.book.rules
            yield from _stale_of(owner, explained, mutants[str(owner)], sure=whole or not shared)


def _stale_of(
    owner: Scalar, explained: dict[Scalar, Scalar], mutants: dict[str, Hunted], *, sure: bool
) -> Iterator[Stale]:
    for name in explained:
        mutant = mutants.get(str(name))
        if mutant is None and sure:
            near = did_you_mean(name, mutants)
            yield Stale("stale-unknown", {"place": name.span, "rule": owner, "name": name, "near": near})
        elif mutant is not None and mutant.noticed is not None:
            yield Stale("stale-noticed", {"place": name.span, "case": mutant.noticed})


@contextmanager
def _hunters(
    loaded: Loaded, rules: Sequence[str], place: Path | None, cases: Sequence[Path] | None
) -> Iterator[Iterable[HuntedRule]]:
    workers = min(os.cpu_count() or 1, len(rules) // _WORTH_IT)
    if place is None or workers < 2:
        yield (hunt(rule, loaded) for rule in rules)
        return
    # a process of its own for each: the engine has threads, which no fork takes along
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _begin, (place, cases)) as pool:
        yield pool.map(_hunt_here, rules)


#: what a process has loaded
_here: list[Loaded] = []


def _begin(place: Path, cases: Sequence[Path] | None) -> None:
    _here[:] = [load_suite(place, cases)]


def _hunt_here(rule: str) -> HuntedRule:
    return hunt(rule, _here[0])
