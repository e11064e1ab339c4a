"""A suite in words: what held, what did not, and why.

In: a `Suite`. Out: text. Lines are as long as they are, so that names of files and places can be searched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from eduplan_rules.errors import render_diagnostics
from eduplan_rules.tools.case import rules_of
from eduplan_rules.tools.suite import Suite, Tried, TriedFile, sources_of
from eduplan_rules.tools.words import Language, say


def tell_suite(suite: Suite, language: Language) -> str:
    """Every file with how many cases hold, every case that does not, and one sentence at the end."""
    lines = [line for file in suite.files for line in _file(file, language)]
    cases = sum(len(file.tried) for file in suite.files)
    failed = sum(len(file.failed) for file in suite.files)
    mistakes = sum(len(file.mistakes) for file in suite.files)
    name = "wrong" if mistakes else "some-failed" if failed else "all-hold"
    files = len(suite.files)
    return "\n".join([*lines, say(name, language, cases=cases, failed=failed, mistakes=mistakes, files=files)])


def _file(file: TriedFile, language: Language) -> Iterator[str]:
    yield say("file", language, file=file.name, passed=file.passed, cases=file.count)
    for tried in file.tried:
        if tried.told:
            place = f"{file.name}:{tried.case.span.line}"
            if tried.case.pending:
                yield "  " + say("pending", language, case=tried.case.name, place=place, reason=tried.case.pending)
                continue
            yield "  " + say("failed", language, case=tried.case.name, place=place)
            for sentence in tried.told:
                yield from (f"    {line}" for line in sentence.splitlines())
    for mistake in file.mistakes:
        yield "  " + say("mistake", language, told=mistake.told(language))


def suite_record(suite: Suite, language: Language) -> dict[str, Any]:
    """The suite as plain data; sentences in the language."""
    files = [
        {
            "file": file.name,
            "cases": [_case_record(tried) for tried in file.tried],
            "mistakes": [
                {"line": each.span.line, "column": each.span.column, "message": each.said(language)}
                for each in file.mistakes
            ],
        }
        for file in suite.files
    ]
    counts = {
        "cases": sum(file.count for file in suite.files),
        "passed": sum(file.passed for file in suite.files),
        "failed": sum(len(file.failed) for file in suite.files),
        "pending": sum(bool(each.told and each.case.pending) for file in suite.files for each in file.tried),
        "mistakes": sum(len(file.mistakes) for file in suite.files),
    }
    return {"holds": not counts["failed"] and not counts["mistakes"], "counts": counts, "files": files}


def _case_record(tried: Tried) -> dict[str, Any]:
    case = tried.case
    return {
        "name": case.name,
        "variant_of": case.variant_of,
        "line": case.span.line,
        "rules": rules_of(case),
        "outcome": tried.outcome,
        "pending": case.pending,
        "differences": list(tried.told),
        "verdicts": [{"rule": rule, "verdict": verdict} for rule, verdict in sorted(tried.seen)],
        "seconds": round(tried.seconds, 3),
    }


def tell_mistakes(suite: Suite, language: Language, closely: Collection[str]) -> str:
    """The mistakes of the rulebook: whole in the files `closely` (all, if there are none), else counted."""
    told = []
    for source, diagnostics in sources_of(suite.diagnostics).items():
        mistakes = [each for each in diagnostics if each.severity == "error"]
        if not closely or source.name in closely:
            told.append(render_diagnostics(diagnostics, language))
        elif mistakes:
            told.append(say("elsewhere", language, file=source.name, mistakes=len(mistakes)))
    return "\n".join(told)
