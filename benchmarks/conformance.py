"""Every engine on the same rulebooks and facts: the numbers of `docs/conformance.md`.

In: how many generated pairs to try on lazy frames of Polars and on DuckDB, how many on Spark. Out: the page in both
languages. The reference, which reads the language naively, judges every pair first; then memory; then the engines,
which must give the same records. The cases of the language and the plan's own rules over the example city are tried as
well.

    python benchmarks/conformance.py [PAIRS] [PAIRS-ON-SPARK] [EVERY-N-TH-CASE]
"""

from __future__ import annotations

import platform
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

# ruff: noqa: E402  what is imported from here on lies beside the tests
from conformance_words import say
from hypothesis import HealthCheck, Phase, given, seed, settings

import eduplan_rules as er
from corpus import case_book, read_cases
from eduplan_rules.compiler.core import CORE
from eduplan_rules.compiler.plan import Lookup, Plan, Rollup
from eduplan_rules.engine.lazy.probe import nodes_of
from eduplan_rules.engine.record import in_order
from eduplan_rules.errors import EduplanError
from eduplan_rules.program import compiled_program
from eduplan_rules.sentences import LANGUAGES, Language
from eduplan_rules.tools.trial import read_rows
from engines import ENGINES, Frames, differences, run, typed_frames
from strategies import City, cities, delivered
from test_agreement import same_outcomes

KINDS = ("generated", "corpus", "pack")
TITLES = {"polars-lazy": "Polars (lazy)", "duckdb": "DuckDB", "spark": "Spark (local)"}
SEED = 20221231


class Tally:
    """What was tried on each engine, and what differed."""

    def __init__(self) -> None:
        self.tried: dict[str, Counter[str]] = {name: Counter() for name in ENGINES}
        self.wrong: dict[str, list[str]] = {name: [] for name in ENGINES}
        self.operators: dict[str, Counter[str]] = {name: Counter() for name in ENGINES}
        #: rulebooks of which memory does not say what the reference says
        self.reference: list[str] = []
        self.seconds: dict[str, float] = dict.fromkeys(ENGINES, 0.0)

    def compare(
        self, kind: str, book: er.Rulebook, frames: Frames, names: Iterable[str], told: str, **asked: Any
    ) -> None:
        """Judge a pair in memory and on engines."""
        expected = run(book, frames, **asked)
        used = operators_of(book)
        for name in names:
            begun = time.process_time()
            try:
                found = differences(expected, run(book, ENGINES[name](frames), **asked))
            except EduplanError as error:
                found = [f"{type(error).__name__}: {error}"]
            self.seconds[name] += time.process_time() - begun
            self.tried[name][kind] += 1
            self.operators[name].update(used)
            if found:
                self.wrong[name].append(f"{kind}: {told}: {found[0][:500]}")


def operators_of(book: er.Rulebook) -> set[str]:
    """The operators that the compiled rules of a rulebook use, and the folds over rows."""
    used: set[str] = set()
    for rule in compiled_program(book).rules.values():
        used |= {node.op for node in in_order(nodes_of(rule)) if node.op in CORE or "parameter" in node.op}
        used |= set(_folds(rule.plan))
    return used


def _folds(plan: Plan) -> Iterable[str]:
    for step in plan.steps:
        if isinstance(step, Rollup):
            yield from (f"fold {how}" for how, _ in step.columns.values())
        elif isinstance(step, Lookup):
            yield "lookup" if step.reason == "no-row" else "previous period"
        yield from _folds(step.plan)


def generated(tally: Tally, pairs: int, on_spark: int) -> None:
    """Rulebooks and facts drawn at random, the same ones in every run."""
    names = [name for name in ENGINES if name != "spark" and installed(name)]
    count = 0

    @seed(SEED)
    @settings(
        max_examples=pairs,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cities())
    def tried(city: City) -> None:
        nonlocal count
        frames = typed_frames(er.to_facts(delivered(city.facts), city.book))
        try:
            same_outcomes(city)
        except AssertionError:
            tally.reference.append(city.text)
        if not frames:
            return
        spark = ["spark"] if count < on_spark and installed("spark") else []
        count += 1
        tally.compare("generated", city.book, frames, [*names, *spark], city.text, as_of=city.as_of, periods="all")
        if count % 50 == 0:
            print(count, dict(tally.seconds), {name: len(wrong) for name, wrong in tally.wrong.items()}, flush=True)

    tried()


def corpus(tally: Tally, on_spark: int, step: int) -> None:
    """The cases of the language."""
    cases = [(file, case) for file in _files() for case in read_cases(file)]
    for at, (file, case) in enumerate(cases[::step]):
        book, diagnostics = case_book(case, None)
        if any(diagnostic.severity == "error" for diagnostic in diagnostics):
            continue
        frames = typed_frames(read_rows(case, book))
        if frames:
            names = [
                name
                for name in ENGINES
                if installed(name) and (name != "spark" or (at % 8 == 0 and at // 8 < on_spark))
            ]
            asked = {"as_of": case.as_of, "periods": str(case.periods), "show_personal": case.show_personal}
            tally.compare("corpus", book, frames, names, f"{file.stem}: {case.name}", **asked)


def _files() -> list[Path]:
    return sorted(path for path in (ROOT / "tests" / "cases").glob("*.yaml") if "design-example" not in path.name)


def pack(tally: Tally, on_spark: int) -> None:
    """The plan's own rules over the example city."""
    book = er.load_rulebook(ROOT / "rules")
    frames = typed_frames(er.read_facts(ROOT / "examples" / "city" / "data", book))
    names = [name for name in ENGINES if installed(name) and (name != "spark" or on_spark)]
    tally.compare("pack", book, frames, names, "the pack", as_of="2022-12-31")


def installed(name: str) -> bool:
    """Whether an engine can be tried here."""
    if name == "spark":
        return find_spec("pyspark") is not None and which("java") is not None
    return name != "duckdb" or find_spec("duckdb") is not None


def page(tally: Tally, language: Language) -> str:
    """The page."""
    told = partial(say, language=language)
    names = [name for name in ENGINES if tally.tried[name]]
    line = "| --- |" + " ---: |" * len(names)
    every = sorted({operator for name in names for operator in tally.operators[name]})
    versions = [f"Python {platform.python_version()}", *_versions()]
    return "\n".join(
        [
            told("title"),
            "",
            told("intro"),
            "",
            _row([told("tried"), *(TITLES[name] for name in names)]),
            line,
            *(_row([told(kind), *(f"{tally.tried[name][kind]:,}" for name in names)]) for kind in KINDS),
            _row([told("differences"), *(f"**{len(tally.wrong[name])}**" for name in names)]),
            "",
            told("versions", versions=tuple(versions)),
            "",
            told("operators-title"),
            "",
            told("operators"),
            "",
            _row([told("operator"), *(TITLES[name] for name in names)]),
            line,
            *(
                _row([f"`{each}`", *(f"{n:,}" if (n := tally.operators[name][each]) else "–" for name in names)])
                for each in every
            ),
            "",
            told("limits-title"),
            "",
            told("limit-sums"),
            told("limit-lower"),
            told("limit-texts"),
            *(f"- {TITLES[name]}: {wrong}" for name in names for wrong in tally.wrong[name]),
            "",
        ]
    )


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _versions() -> Iterator[str]:
    for name in ("polars", "narwhals", "duckdb", "pyspark"):
        with suppress(PackageNotFoundError):
            yield f"{name} {version(name)}"


def main(arguments: list[str]) -> int:
    """Try all, and write the page."""
    pairs, on_spark, step = map(int, [*arguments, *("1000", "100", "1")[len(arguments) :]])
    tally = Tally()
    pack(tally, on_spark)
    corpus(tally, on_spark, step)
    generated(tally, pairs, on_spark)
    for language in LANGUAGES:
        (ROOT / "docs" / language / "conformance.md").write_text(page(tally, language), encoding="utf-8")
    return 1 if any(tally.wrong.values()) or tally.reference else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
