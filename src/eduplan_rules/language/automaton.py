"""Trees of patterns and the automaton that matches them, in time linear in the length of a text whatever the pattern.

In: the tree of a pattern, as `pattern` reads it. Out: an `Automaton`. All paths are followed at once, so every
character is read once and costs at most the size of the pattern. Threads may share an automaton.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TypeAlias

#: what one automaton keeps, in steps and moves
CACHE = 200_000


@dataclass(frozen=True, slots=True)
class Characters:
    """One character out of the ranges, both ends included, or out of all others."""

    ranges: tuple[tuple[str, str], ...]
    negated: bool = False

    def __contains__(self, character: str) -> bool:
        return any(low <= character <= high for low, high in self.ranges) != self.negated


@dataclass(frozen=True, slots=True)
class Choice:
    """Any of the branches, each of them parts that follow one another."""

    branches: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part from `least` to `most` times; None is without end."""

    part: Characters | Choice
    least: int
    most: int | None

    @property
    def copies(self) -> int:
        """How often the part is there when the repeat is written out; what is without end is a loop."""
        return max(1, self.least) if self.most is None else self.most


Node: TypeAlias = Characters | Choice | Repeat


@dataclass(slots=True, eq=False)
class _State:
    """All steps that the text so far can lead to, and the states after it by group of characters."""

    steps: tuple[int, ...]
    moves: dict[int, _State] = field(default_factory=dict)


class Automaton:
    """Thompson's automaton of a tree; it keeps the sets of steps it meets, and forgets all when there is no room."""

    def __init__(self, tree: Node) -> None:
        #: what each step reads, if anything, and the steps after it; step 0 is the end
        self._program: list[tuple[Characters | None, tuple[int, ...]]] = [(None, ())]
        self._start = self._reach([self._add(tree, 0)])
        ranges = {ends for wanted, _ in self._program if wanted for ends in wanted.ranges}
        #: where groups of characters begin that all steps treat alike
        self._edges = sorted({edge for low, high in ranges for edge in (low, chr(min(ord(high) + 1, sys.maxunicode)))})
        self._states: dict[tuple[int, ...], _State] = {}
        self._room = CACHE

    def matches(self, text: str) -> bool:
        """Whether the whole text matches."""
        state = self._state(self._start)
        for character in text:
            group = bisect_right(self._edges, character)
            state = state.moves.get(group) or self._move(state, group, character)
        return 0 in state.steps

    def _move(self, state: _State, group: int, character: str) -> _State:
        readers = (self._program[step] for step in state.steps)
        after = self._reach([step for wanted, steps in readers if wanted and character in wanted for step in steps])
        moved = state.moves[group] = self._state(after)
        self._room -= 1
        return moved

    def _state(self, steps: tuple[int, ...]) -> _State:
        """The state of these steps. Where threads race, one of two equal states is kept and both are right."""
        found = self._states.get(steps)
        if found is None:
            if self._room < 0:
                self._states, self._room = {}, CACHE
            found = self._states[steps] = _State(steps)
            self._room -= 1 + len(steps)
        return found

    def _reach(self, steps: list[int]) -> tuple[int, ...]:
        """The end and the steps that read, as far as they are reached from these without reading."""
        seen = set(steps)
        while steps:
            wanted, after = self._program[steps.pop()]
            if wanted is None:
                new = set(after) - seen
                seen |= new
                steps += new
        return tuple(sorted(step for step in seen if step == 0 or self._program[step][0]))

    def _add(self, node: Node, after: int) -> int:
        """Write the steps of a node, the last first, and return the one where it begins."""
        match node:
            case Characters():
                return self._write(node, after)
            case Choice():
                return self._write(None, *(self._add_all(branch, after) for branch in node.branches))
            case Repeat():
                return self._add_repeat(node, after)

    def _add_all(self, parts: tuple[Node, ...], after: int) -> int:
        for part in reversed(parts):
            after = self._add(part, after)
        return after

    def _add_repeat(self, node: Repeat, after: int) -> int:
        first, least = after, node.least
        if node.most is None:
            loop = self._write(None)
            first = self._add(node.part, loop)
            self._program[loop] = (None, (first, after))
            if not least:
                return loop
            least -= 1
        else:
            for _ in range(node.most - least):
                first = self._write(None, self._add(node.part, first), after)
        for _ in range(least):
            first = self._add(node.part, first)
        return first

    def _write(self, wanted: Characters | None, *after: int) -> int:
        self._program.append((wanted, after))
        return len(self._program) - 1
