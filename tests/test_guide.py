"""The guide works word for word: in an empty folder every file is written, every command run, every output compared.

A block of yaml or csv is the file that the text before it names in bold; a diff changes that file where its lines stand
exactly once; a line `…` of an output stands for any lines. `ACCEPT=1 pytest tests/test_guide.py` writes outputs anew.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from eduplan_rules.cli import app

DOCS = Path(__file__).parents[1] / "docs"
LANGUAGES = ["zh", "en"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
LEFT_OUT = "…"


def guide(language: str) -> str:
    return (DOCS / language / "guide.md").read_text(encoding="utf-8")


def run(command: str, folder: Path, language: str) -> str:
    """What a terminal shows of a command."""
    program, *arguments = shlex.split(command)
    assert program == "eduplan-rules"
    environment = {name: value for name, value in os.environ.items() if name not in ("LC_MESSAGES", "COLUMNS")}
    done = subprocess.run(
        [sys.executable, "-m", "eduplan_rules.cli", *arguments],
        cwd=folder,
        env=environment | {"LC_ALL": "zh_CN.UTF-8" if language == "zh" else "C.UTF-8", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout.decode("utf-8")


def shows(shown: list[str], output: list[str]) -> bool:
    """Whether an output is what the guide shows, but for what it leaves out."""
    pattern = "".join(r"(?:.*\n)*" if line == LEFT_OUT else re.escape(f"{line}\n") for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in output)) is not None


def changed(text: str, change: str) -> str:
    """A file with its lines changed as a diff says."""
    lines = change.splitlines(keepends=True)
    assert {line[0] for line in lines} <= {"-", "+", " "}
    old = "".join(line[1:] for line in lines if line[0] != "+")
    new = "".join(line[1:] for line in lines if line[0] != "-")
    assert text.count(old) == 1, old
    return text.replace(old, new)


def follow(language: str, folder: Path, *, accept: bool) -> str:
    """Do all that the guide says; give the guide, its outputs anew if they are accepted."""
    text, end, written = guide(language), 0, []
    for found in BLOCK.finditer(text):
        kind, content = found.groups()
        before, end = text[end : found.start()], found.end()
        if kind == "console":
            content = shell(content, folder, language, accept=accept)
        else:
            (name,) = re.findall(r"\*\*`([^`]+)`\*\*", before)
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            assert path.exists() == (kind == "diff"), name
            path.write_text(changed(path.read_text("utf-8"), content) if kind == "diff" else content, "utf-8")
        written.append(f"{before}```{kind}\n{content}```")
    return "".join([*written, text[end:]])


def shell(block: str, folder: Path, language: str, *, accept: bool) -> str:
    """Run the commands of a block and compare what they show."""
    told = []
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, flags=re.MULTILINE):
        output, expected = run(command, folder, language).splitlines(), shown.splitlines()
        if accept and LEFT_OUT not in expected:
            expected = output
        assert shows(expected, output), f"{command}\n" + "\n".join(output)
        told.append("".join(f"{line}\n" for line in [f"$ {command}", *expected]))
    return "".join(told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_works_word_for_word_in_an_empty_folder(language: str, tmp_path: Path) -> None:
    accept = bool(os.environ.get("ACCEPT"))
    followed = follow(language, tmp_path, accept=accept)
    if accept:
        (DOCS / language / "guide.md").write_text(followed, encoding="utf-8", newline="\n")
    assert followed == guide(language)


def test_the_guides_are_the_same_but_for_the_language() -> None:
    kinds = [[kind for kind, _ in BLOCK.findall(guide(language))] for language in LANGUAGES]
    assert kinds[0] == kinds[1]
    for block in zip(*(BLOCK.findall(guide(language)) for language in LANGUAGES), strict=True):
        (kind, chinese), (_, english) = block
        commands = [re.findall(r"^\$ .*", each, flags=re.MULTILINE) for each in (chinese, english)]
        assert kind != "console" or commands[0] == commands[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_and_command_of_the_guide_is_there(language: str) -> None:
    text = guide(language)
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (DOCS / language / target).is_file()
    for command in set(re.findall(r"`(?:\$ )?eduplan-rules ([a-z]+)", text)):
        assert app.main([command, "--help"]) == 0


@pytest.mark.parametrize(
    ("shown", "same"),
    [("a\nb", True), ("a\n…", True), ("…\nb", True), ("…\na\n…", True), ("a", False), ("…\na", False), ("b\n…", False)],
)
def test_what_is_left_out_is_marked(shown: str, same: bool) -> None:  # noqa: FBT001
    assert shows(shown.splitlines(), ["a", "b"]) is same


def test_a_change_must_fit_exactly_once() -> None:
    assert changed("a\nb\n", " a\n-b\n+c\n") == "a\nc\n"
    for text in ("a\na\n", "b\n"):
        with pytest.raises(AssertionError):
            changed(text, "-a\n+b\n")
