"""What a check reads, so that nothing of it is written over.

In: settings. Out: what a file is to the run, by the file itself, whatever it is called: a link to it is the same file.
Holds: every file in a folder of facts that may be read as facts counts as one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Literal

from eduplan_rules.cli.configuration import OPTIONS_FILES, Settings

Role = Literal["role-facts", "role-feeds", "role-baseline", "role-waivers", "role-rules", "role-options"]
#: device and number of a file
Inputs = Mapping[tuple[int, int], Role]


def inputs_of(settings: Settings, facts: Sequence[str]) -> Inputs:
    """What each file is that the run reads."""
    files: dict[tuple[int, int], Role] = {}
    for path, role in _read(settings, facts):
        file = identity(path)
        if file is not None:
            files.setdefault(file, role)
    return files


def identity(path: str | Path) -> tuple[int, int] | None:
    """By what a file is known; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116  a path may be a mere text here
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _read(settings: Settings, facts: Sequence[str]) -> Iterator[tuple[str | Path, Role]]:
    named: list[tuple[Sequence[str | None], Role]] = [
        ([settings.feed], "role-feeds"),
        ([settings.baseline], "role-baseline"),
        (settings.waivers, "role-waivers"),
        (settings.rules, "role-rules"),
    ]
    yield from ((path, role) for paths, role in named for path in paths if path is not None)
    for folder in settings.rules:
        for place, _, names in os.walk(folder, followlinks=True):
            rules = (name for name in names if PurePath(name).suffix.lower() in (".yaml", ".yml"))
            yield from ((os.path.join(place, name), "role-rules") for name in rules)  # noqa: PTH118
    here = Path.cwd()
    yield from ((above / name, "role-options") for above in (here, *here.parents) for name in OPTIONS_FILES)
    for path in facts:
        yield path, "role-facts"
        yield from ((found, "role-facts") for found in _within(path, laid_out=settings.feed is not None))


def _within(folder: str, *, laid_out: bool) -> Iterator[str]:
    """The files below a folder that are read; with a feed, of whatever ending."""
    from eduplan_rules.feeds.feed import NAME
    from eduplan_rules.feeds.files import BESIDE_DATA, FORMATS

    found, visited = list[str](), set[str]()
    for place, folders, names in os.walk(folder, followlinks=True):
        if (real := os.path.realpath(place)) in visited:
            folders.clear()
            continue
        visited.add(real)
        folders[:] = [name for name in folders if not name.startswith(".")]
        laid_out |= NAME in names
        found += [os.path.join(place, name) for name in names if not name.startswith((".", "~$"))]  # noqa: PTH118
    for path in found:
        ending = PurePath(path).suffix.lower()
        if ending in FORMATS or (laid_out and ending not in BESIDE_DATA):
            yield path
