"""The help of the command line, and its language.

In: the words of a command line, or a command. Out: the language of its help; the command with all its help.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from eduplan_rules.cli.border import system_language
from eduplan_rules.render.words import Language, say

#: what the help of a command says after its first sentence
_PARAGRAPHS = {
    "baseline": ("help-baseline-codes", "help-baseline-example"),
    "check": ("help-codes", "help-options-file", "help-example"),
    "coverage": ("help-coverage-codes", "help-coverage-example"),
    "diff": ("help-diff-codes", "help-diff-example"),
    "docs": ("help-docs-codes", "help-docs-example"),
    "explain": ("help-explain-facts", "help-explain-codes", "help-explain-example"),
    "feed": ("help-feed-codes", "help-feed-example"),
    "fmt": ("help-fmt-codes", "help-fmt-example"),
    "frictionless": ("help-frictionless-codes", "help-frictionless-example"),
    "lint": ("help-lint-codes", "help-lint-example"),
    "init": ("help-init-codes", "help-init-example"),
    "schema": ("help-schema-codes", "help-schema-example"),
    "template": ("help-template-codes", "help-template-example"),
    "test": ("help-test-codes", "help-test-example"),
}


def spoken(words: Sequence[str]) -> Language:
    """The language of help, before options are read."""
    for before, word in pairwise(["", *words]):
        if word in ("--lang=zh", "--lang=en") or (before == "--lang" and word in ("zh", "en")):
            return "zh" if word.endswith("zh") else "en"
    return system_language(os.environ)


def speak(command: Any, language: Language) -> None:
    """Give a command and those below it their help."""
    command.help = say("help-app", language)
    for name, below in command.commands.items():
        paragraphs = (f"help-{name}", *_PARAGRAPHS[name])
        below.help = "\n\n".join(say(paragraph, language) for paragraph in paragraphs)
        below.short_help = say(f"help-{name}", language)
    for each in (command, *command.commands.values()):
        for parameter in each.params:
            parameter.help = say(f"help-{parameter.name}", language)
