"""What every code means: a short why, a bad and a good example.

In: the texts of `codes.yaml` in the package. Out: `About` for every code of the loader and of the advice, an
explanation for the terminal, and a page in each language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, get_args

import yaml

from eduplan_rules.errors import Code
from eduplan_rules.tools.lint.advice import ADVICE_CODES
from eduplan_rules.tools.lint.words import Language, say

LOADER_CODES: tuple[str, ...] = get_args(Code)
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True)
class Example:
    """A rule file, and what goes with it."""

    rules: str
    #: a later layer
    layer: str | None = None
    #: the cases beside it
    cases: str | None = None
    #: a command line in the place of a rule file
    command: str | None = None
    #: how the file is encoded, where that is what is wrong
    encoding: str = "utf-8"
    #: `true` where it stands without the common entities
    alone: str = "false"

    @property
    def stands_alone(self) -> bool:
        """Whether it does without the common entities."""
        return self.alone == "true" or "entities:" in self.rules


@dataclass(frozen=True)
class About:
    """What there is to know about a code."""

    code: str
    #: by language: what is wrong, in a few words, and why that matters
    title: Mapping[str, str]
    why: Mapping[str, str]
    bad: Example
    good: Example


@cache
def _texts() -> Mapping[str, Any]:
    text = files("eduplan_rules.tools.lint").joinpath("codes.yaml").read_text(encoding="utf-8")
    # our own file, whose scalars are all texts
    found: Mapping[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
    return found


def common_entities() -> str:
    """The entities that examples may use."""
    return str(_texts()["common"])


def about(code: str) -> About:
    """What there is to know about a code. Raises KeyError for one that there is not."""
    found = _texts()["codes"][code]
    return About(code, found["title"], found["why"], _example(found["bad"]), _example(found["good"]))


def _example(written: Any) -> Example:
    return Example(written) if isinstance(written, str) else Example(**{"rules": "", **written})


def known_codes() -> tuple[str, ...]:
    """Every code, the loader's first."""
    return (*LOADER_CODES, *ADVICE_CODES)


def title(code: str, language: Language) -> str:
    """What a code means, in a few words."""
    return about(code).title[language]


def explain(code: str, language: Language) -> str:
    """A code for the terminal."""
    found = about(code)
    lines = [f"{code}: {found.title[language]}", "", found.why[language]]
    for word, example in (("bad", found.bad), ("good", found.good)):
        lines += ["", say(f"explain-{word}", language), ""]
        for heading, text in _pieces(example, language):
            lines += [f"  {heading}", ""] if heading else []
            lines += [*(f"    {line}".rstrip() for line in text.splitlines()), ""]
        lines.pop()
    return "\n".join(lines)


def _pieces(example: Example, language: Language) -> Iterator[tuple[str, str]]:
    if example.command is not None:
        yield "", example.command
        return
    # a control character is shown by the sign that stands for it
    yield "", "".join(chr(0x2400 + ord(sign)) if sign < " " and sign != "\n" else sign for sign in example.rules)
    if example.layer is not None:
        yield say("page-layers", language), example.layer
    if example.cases is not None:
        yield say("page-cases", language), example.cases


def code_pages() -> dict[str, str]:
    """The pages about codes, by their path below the folder of pages."""
    return {f"{language}/codes.md": "\n".join(_page(language)).rstrip() + "\n" for language in LANGUAGES}


def _page(language: Language) -> Iterator[str]:
    yield say("page-generated", language)
    yield ""
    yield f"# {say('page-title', language)}"
    yield ""
    yield say("page-other", language)
    yield ""
    yield say("page-intro", language)
    yield ""
    yield say("page-off", language)
    yield ""
    yield from _block(str(_texts()["off"]))
    yield say("page-common", language)
    yield ""
    yield from _block(common_entities())
    for heading, codes in (("page-loader", LOADER_CODES), ("page-advice", ADVICE_CODES)):
        yield f"## {say(heading, language)}"
        yield ""
        for code in codes:
            yield from _section(about(code), language)


def _section(found: About, language: Language) -> Iterator[str]:
    yield f"### {found.code}"
    yield ""
    yield f"**{found.title[language]}**"
    yield ""
    yield found.why[language]
    yield ""
    for word, example in (("bad", found.bad), ("good", found.good)):
        yield f"{say(f'explain-{word}', language)}：" if language == "zh" else say(f"explain-{word}", language)
        yield ""
        for heading, text in _pieces(example, language):
            if heading:
                yield heading
                yield ""
            yield from _block(text, "console" if example.command is not None else "yaml")


def _block(text: str, kind: str = "yaml") -> list[str]:
    return [f"```{kind}", *text.rstrip("\n").splitlines(), "```", ""]
