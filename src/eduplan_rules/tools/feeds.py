"""The pages about `feeds.yaml`: every key, what is found out without it, what is refused.

In: the texts of `feeds.yaml` in the package. Out: a page of Markdown in each language. Holds: every key of a feed is
there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from eduplan_rules.feeds.address import PATIENCE
from eduplan_rules.feeds.archive import LARGEST, MOST_CELLS
from eduplan_rules.feeds.delimited import MOST_COLUMNS
from eduplan_rules.feeds.files import FORMATS
from eduplan_rules.feeds.text import LONGEST_LINE
from eduplan_rules.tables.wording import WORDINGS
from eduplan_rules.tools.describe import code, table
from eduplan_rules.tools.words import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")
PAGE = "feeds.md"
_GAP = re.compile(r"\{\w+\}")


@cache
def content() -> Mapping[str, Any]:
    """All that the pages say: texts, keys, guesses, an example."""
    text = files("eduplan_rules.tools").joinpath("feeds.yaml").read_text(encoding="utf-8")
    # our own file, whose scalars are all texts
    found: Mapping[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
    return found


def key_meaning(key: str, language: Language) -> str:
    """What a key of a feed means."""
    return str(content()["keys"][key][language]).replace("{patience}", str(PATIENCE))


def feed_pages() -> dict[str, str]:
    """The pages about feeds, by their path below the folder of pages."""
    return {f"{language}/{PAGE}": "\n".join(_page(language)).rstrip() + "\n" for language in LANGUAGES}


def _page(language: Language) -> Iterator[str]:
    other, link, pause = ("en", "English", "、") if language == "zh" else ("zh", "中文", ", ")
    told = content()

    def say(name: str, **gaps: object) -> str:
        text = str(told["texts"][name][language])
        return text.format(**gaps) if gaps else text

    yield from (say("generated"), "", f"# {say('title')}", "", f"[{link}](../{other}/{PAGE})", "")
    yield from (say("intro"), "", say("use"), "", "```yaml", *told["example"].splitlines(), "```", "")
    yield from (say("formats", endings=pause.join(map(code, FORMATS))), "", say("matching"), "")
    yield from (f"## {say('keys')}", "")
    keys = [[code(key), code(each["example"]), key_meaning(key, language)] for key, each in told["keys"].items()]
    yield from table([say("key"), say("example"), say("meaning")], keys)
    yield from ("", f"## {say('guesses')}", "")
    place = 2 if language == "zh" else 1
    guesses = [
        [code(key), each[language], _GAP.sub("…", WORDINGS[key][place])] for key, each in told["guesses"].items()
    ]
    yield from table([say("finding"), say("how"), say("said")], guesses)
    yield from ("", f"## {say('databases')}", "", say("databases-told"))
    bounds = {"line": LONGEST_LINE, "columns": MOST_COLUMNS, "size": LARGEST // 1024**3, "cells": MOST_CELLS}
    yield from ("", f"## {say('bounds')}", "", say("bounds-told", **bounds))
