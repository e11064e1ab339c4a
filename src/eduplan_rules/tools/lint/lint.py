"""Look a rulebook through: all that the loader tells, and advice.

In: layers as for `load_rulebook`, and the case files beside them. Out: `Linted`. What holds: a rulebook that the loader
refuses gets no advice, for half of a rulebook makes half of it look unused; what the rulebook turns off is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eduplan_rules.book import check_rulebook
from eduplan_rules.errors import Diagnostic, did_you_mean, sort_diagnostics
from eduplan_rules.language.resolve import Resolved, resolve
from eduplan_rules.language.typed import ResolvedRule
from eduplan_rules.rulebook.model import Rulebook, Silence
from eduplan_rules.source import Source
from eduplan_rules.tools.case import CaseFile, rules_of
from eduplan_rules.tools.cases import read_cases
from eduplan_rules.tools.lint import bounds
from eduplan_rules.tools.lint.absence import conditions, unguarded
from eduplan_rules.tools.lint.advice import ABOUT_OFF, ADVICE_CODES, Advice
from eduplan_rules.tools.lint.conflict import conflict
from eduplan_rules.tools.lint.overlay import silent_loosenings
from eduplan_rules.tools.lint.usage import rule_advice, same_conditions, texts_in_one_language, unused, value_trees
from eduplan_rules.tools.mistake import CaseError
from eduplan_rules.tools.suite import case_files, shown

Layer = str | Path | Source


@dataclass(frozen=True)
class Linted:
    """What there is to say about a rulebook."""

    book: Rulebook
    diagnostics: tuple[Diagnostic, ...]
    advice: tuple[Advice, ...]
    #: advice that the rulebook turns off
    off: tuple[Advice, ...]

    @property
    def refused(self) -> bool:
        """Whether the loader refuses the rulebook."""
        return any(each.severity == "error" for each in self.diagnostics)

    @property
    def told(self) -> tuple[Diagnostic, ...]:
        """All of it by place."""
        return sort_diagnostics([*self.diagnostics, *(each.told() for each in self.advice)])


def lint(layers: Sequence[Layer], cases: Sequence[Path] | None = None) -> Linted:
    """Look a rulebook through; without `cases`, those beside its files."""
    book, diagnostics = check_rulebook(*layers)
    if any(each.severity == "error" for each in diagnostics):
        return Linted(book, tuple(diagnostics), (), ())
    files, advice = _read(_beside(layers) if cases is None else cases)
    resolved, _ = resolve(book)
    advice += [*_advice(resolved, files), *_layer_by_layer(layers)]
    off = tuple(each for each in advice if any(_silences(silence, each) for silence in book.silenced))
    advice = [each for each in advice if each not in off]
    return Linted(book, tuple(diagnostics), (*advice, *_about_off(book, off)), off)


def _beside(layers: Sequence[Layer]) -> list[Path]:
    paths = [Path(layer) for layer in layers if not isinstance(layer, Source)]
    return list(dict.fromkeys(case for path in paths for case in case_files(path)))


def _read(paths: Sequence[Path]) -> tuple[list[CaseFile], list[Advice]]:
    """The case files, and what of them cannot be read."""
    files: list[CaseFile] = []
    wrong: list[CaseError] = []
    for path in paths:
        try:
            files.append(read_cases(path, shown(path)))
            wrong += files[-1].mistakes
        except CaseError as mistake:
            wrong.append(mistake)
    return files, [Advice("unreadable-cases", each.span, each.span.source.name, {"reason": each}) for each in wrong]


def _advice(resolved: Resolved, files: Sequence[CaseFile]) -> Iterator[Advice]:
    tried = {name for file in files for case in file.cases for name in rules_of(case)}
    for name, rule in resolved.rules.items():
        yield from rule_advice(resolved.book.rules[name], tried)
        yield from _contradictions(rule)
        yield from _absences(rule, resolved.book)
        yield from bounds.gaps_in_values(rule, resolved)
    yield from texts_in_one_language(resolved.book)
    yield from same_conditions(resolved)
    yield from unused(resolved)
    trees = [tree for rule in resolved.rules.values() for tree in rule.expressions()]
    outside = (
        found for tree in (*trees, *value_trees(resolved).values()) for found in bounds.outside_bounds(tree, resolved)
    )
    yield from {found.span: found for found in outside}.values()
    for table in resolved.parameters.values():
        yield from bounds.parameter_advice(table)


def _contradictions(rule: ResolvedRule) -> Iterator[Advice]:
    for where, condition in conditions(rule):
        found = conflict([condition] if where is None else [where, condition])
        if found is not None:
            one, other = found
            gaps = {"rule": rule.rule.id, "one": one.text, "other": other.text}
            also = ((one.span, "where-contradicts-require-there"),)
            yield Advice("where-contradicts-require", other.span, str(rule.rule.id), gaps, also=also)


def _absences(rule: ResolvedRule, book: Rulebook) -> Iterator[Advice]:
    for found in unguarded(rule, book):
        gaps = {"rule": rule.rule.id, "field": found.field, "comparison": found.comparison.text}
        declared = book.entities[found.entity].fields[found.field].id.span
        also = ((declared, "unguarded-absence-there"),)
        yield Advice("unguarded-absence", found.comparison.span, str(rule.rule.id), gaps, also=also)


def _layer_by_layer(layers: Sequence[Layer]) -> Iterator[Advice]:
    """What each later layer loosens."""
    before: Resolved | None = None
    for count in range(1, len(layers) + 1) if len(layers) > 1 else ():
        book, _ = check_rulebook(*layers[:count])
        after, _ = resolve(book)
        if before is not None:
            yield from silent_loosenings(before, after)
        before = after


def _silences(silence: Silence, advice: Advice) -> bool:
    return silence.code == advice.code and silence.about in (None, advice.about)


def _about_off(book: Rulebook, off: Sequence[Advice]) -> Iterator[Advice]:
    """What is turned off in vain."""
    known = sorted(set(ADVICE_CODES) - set(ABOUT_OFF))
    for silence in book.silenced:
        gaps: dict[str, object] = {"code": silence.code, "about": silence.about}
        if silence.code not in known:
            near = did_you_mean(silence.code, known)
            gaps |= {"known": ", ".join(known), "near": ("near", {"word": near}) if near else ("no-near", {})}
            yield Advice("unknown-code", silence.code.span, gaps=gaps)
        elif not any(_silences(silence, advice) for advice in off):
            sentence = "off-without-effect" if silence.about is None else "off-without-effect-about"
            yield Advice("off-without-effect", silence.span, gaps=gaps, sentence=sentence)
