"""The command `docs`: write the pages about a rulebook and about the language, or tell which are stale.

In: rules, a folder. Out: an exit code (0 written or fresh, 1 stale, 2 rules or case files are wrong).
"""

from __future__ import annotations

import sys
from pathlib import Path

from eduplan_rules.cli.border import NOT_JUDGED, USAGE, Stop, put
from eduplan_rules.render.words import Language


def write_docs(rules: str | None, to: str, *, only_check: bool, language: Language) -> int:
    """Make the pages about a rulebook, and those about the language, below the folder `to`."""
    from eduplan_rules.cli.configuration import one_rulebook
    from eduplan_rules.tools.cases import CaseError
    from eduplan_rules.tools.feeds import feed_pages
    from eduplan_rules.tools.lint.codes import code_pages
    from eduplan_rules.tools.pages import make_pages, stale_pages, write_pages
    from eduplan_rules.tools.reference.page import language_pages
    from eduplan_rules.tools.words import say

    beside, folder = one_rulebook([] if rules is None else [rules], language), Path(to)
    try:
        pages = {**make_pages(beside, folder), **language_pages(), **code_pages(), **feed_pages()}
    except CaseError as error:
        raise Stop(USAGE, error.told(language)) from None
    try:
        stale = stale_pages(pages, folder) if only_check else write_pages(pages, folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Stop(NOT_JUDGED, say("pages-not-written", language, folder=to, reason=reason)) from None
    for path in stale:
        put(say("stale-page" if only_check else "written-page", language, page=(folder / path).as_posix()), sys.stdout)
    put(say("pages", language, pages=len(pages), stale=len(stale)), sys.stdout)
    return int(only_check and bool(stale))
