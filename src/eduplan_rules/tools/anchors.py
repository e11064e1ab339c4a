"""Whether the plan's text says what its clauses cite.

In: the plan's text and the clauses. Out: the clauses whose anchor does not stand, letter for letter, in their section.
A section is named `四(九)`: the chapter's number, and the section's in it. The text may begin within a chapter: what
stands before the first heading belongs to the section before that heading's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from eduplan_rules.rulebook.model import Clause
from eduplan_rules.tools.words import Language, say

_DIGITS = "零一二三四五六七八九"
_NUMBER = "[一二三四五六七八九十]+"
_CHAPTER = re.compile(rf"[ \t\u3000]*({_NUMBER})、")
_SECTION = re.compile(rf"[ \t\u3000]*[（(]({_NUMBER})[）)]")


@dataclass(frozen=True)
class Unfound:
    """A clause whose anchor is not in its place."""

    clause: Clause
    #: a sentence of `words`
    reason: str
    #: sections that have it
    elsewhere: tuple[str, ...]

    def told(self, language: Language) -> str:
        """One line."""
        message = say(
            self.reason,
            language,
            anchor=self.clause.anchor,
            section=self.clause.section,
            elsewhere=say("pause", language).join(self.elsewhere),
        )
        return say("of-rule", language, rule=self.clause.id, told=message)


def unfound_anchors(clauses: Iterable[Clause], text: str) -> list[Unfound]:
    """The clauses whose anchor does not stand in their section of the plan's text."""
    sections = read_sections(text)
    found = ((clause, _fault(clause, sections)) for clause in clauses)
    return [Unfound(clause, *fault) for clause, fault in found if fault is not None]


def _fault(clause: Clause, sections: dict[str, str]) -> tuple[str, tuple[str, ...]] | None:
    if clause.section is None or clause.anchor is None:
        return "no-anchor", ()
    name = _plain(clause.section)
    # a chapter's number alone means all of it
    places = [section for section in sections if section == name or section.startswith(f"{name}(")]
    if any(clause.anchor in sections[place] for place in places):
        return None
    elsewhere = tuple(section for section, text in sections.items() if clause.anchor in text)
    return ("anchor-elsewhere" if elsewhere else "anchor-nowhere" if places else "no-section"), elsewhere


def _plain(section: str) -> str:
    return section.replace("（", "(").replace("）", ")").replace(" ", "")


def read_sections(text: str) -> dict[str, str]:
    """The text by section: `四(九)`, and `五` for what stands between a chapter's heading and its first section."""
    headings = [(kind, found.group(1)) for kind, found in map(_heading, text.splitlines()) if found]
    first = next((number for kind, number in headings if kind == "chapter"), None)
    chapter = _one_less(first) if first is not None else ""
    before = headings[0] if headings else ("", "")
    section = _one_less(before[1]) if before[0] == "section" else ""
    sections: dict[str, list[str]] = {}
    for line in text.splitlines():
        kind, found = _heading(line)
        if found and kind == "chapter":
            chapter, section = found.group(1), ""
        elif found:
            section = found.group(1)
        sections.setdefault(f"{chapter}({section})" if section else chapter, []).append(line)
    return {name: "\n".join(lines) for name, lines in sections.items()}


def _heading(line: str) -> tuple[str, re.Match[str] | None]:
    chapter = _CHAPTER.match(line)
    return ("chapter", chapter) if chapter else ("section", _SECTION.match(line))


def _one_less(number: str) -> str:
    return _written(_value(number) - 1)


def _value(number: str) -> int:
    tens, ten, ones = number.rpartition("十")
    return (_DIGITS.index(tens) if tens else 1) * 10 * bool(ten) + (_DIGITS.index(ones) if ones else 0)


def _written(value: int) -> str:
    tens, ones = divmod(value, 10)
    left = "" if tens < 2 else _DIGITS[tens]
    return f"{left}{'十' if tens else ''}{_DIGITS[ones] if ones else ''}"
