"""The command `test --mutate`: which changes of the rules the cases do not notice.

In: rules and case files. Out: an exit code (0 few enough survive, 1 too many do, 2 rules, case files or explanations
are wrong). Each survivor with its place, what was changed and to what.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from eduplan_rules.cli.border import USAGE, Stop, put
from eduplan_rules.errors import render_diagnostics
from eduplan_rules.render.words import Language
from eduplan_rules.tools.mutate.words import say

if TYPE_CHECKING:
    from eduplan_rules.tools.suite import Loaded

_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")


def refuse(options: Mapping[str, bool], language: Language) -> None:
    """Stop where options were given that say nothing about changed rules."""
    given = [name for name, is_given in options.items() if is_given]
    if given:
        raise Stop(USAGE, say("not-with", language, options=", ".join(given)))


def hunt_mutants(
    folder: Path,
    cases: Sequence[Path],
    *,
    select: Sequence[str] = (),
    survivors: str,
    form: Literal["text", "json"] = "text",
    language: Language,
) -> int:
    """Change each rule in every way, and tell what its cases do not notice."""
    from eduplan_rules.run import NoRuleError, choose_rules
    from eduplan_rules.tools.mutate.hunts import hunt_rules
    from eduplan_rules.tools.mutate.told import hunt_record, tell_hunt
    from eduplan_rules.tools.suite import load_suite
    from eduplan_rules.tools.words import say as say_of_cases

    limit = _limit(survivors, language)
    loaded = load_suite(folder, cases or None)
    told = _mistakes(loaded, language)
    if told:
        put("\n".join(told), sys.stderr)
        return USAGE
    if not loaded.files:
        raise Stop(USAGE, say_of_cases("no-case-files", language))
    try:
        chosen = choose_rules(loaded.book, select, ()) if select else None
    except NoRuleError as error:
        raise Stop(USAGE, say_of_cases("select-none", language, select=error.pattern)) from None
    rules = [str(rule) for rule in loaded.book.rules if chosen is None or rule in chosen]
    with _progress(len(rules), language) as progress:
        found = hunt_rules(loaded, rules, place=folder, cases=cases or None, progress=progress)
    if form == "json":
        put(json.dumps(hunt_record(found, limit, language), ensure_ascii=False, indent=2), sys.stdout)
    else:
        put(tell_hunt(found, limit, language), sys.stdout)
    if found.stale:
        return USAGE
    return int(found.share > limit)


def _mistakes(loaded: Loaded, language: Language) -> list[str]:
    """What is wrong with the rules and the case files."""
    wrong = [each for each in loaded.diagnostics if each.severity == "error"]
    told = [render_diagnostics(wrong, language)] if wrong else []
    return told + [mistake.told(language) for file in loaded.files for mistake in file.mistakes]


def _limit(survivors: str, language: Language) -> float:
    found = _SHARE.fullmatch(survivors.strip())
    if found is None or float(found.group(1)) > 100:
        raise Stop(USAGE, say("wrong-share", language, found=survivors))
    return float(found.group(1))


@contextmanager
def _progress(count: int, language: Language) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how many rules are done."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield lambda done: status.update(say("progress", language, done=done, count=count))
