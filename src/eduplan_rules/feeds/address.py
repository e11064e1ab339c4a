"""Databases as a feed names them: the address, what is read there, how long it may take.

In: `database`, `table`, `query` and `timeout` of a feed. Out: `Database`. Holds: no address shows in a repr.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from eduplan_rules.feeds.words import word
from eduplan_rules.rulebook.forms import refuse
from eduplan_rules.source import Mapping, Scalar

#: seconds in which a table must be read, where no feed says
PATIENCE = 600


@dataclass(frozen=True)
class Address:
    """A URL, or the name of the environment variable that holds it."""

    text: str = field(repr=False)
    variable: bool

    @property
    def url(self) -> str:
        """The URL, as the environment has it; empty where it has none."""
        return os.environ.get(self.text, "").strip() if self.variable else self.text


@dataclass(frozen=True)
class Database:
    """What is read from a database: a table, or else a query."""

    address: Address
    table: str | None
    query: str | None
    timeout: int = PATIENCE


def to_address(value: Any) -> Address:
    """Take a URL, or `{env: NAME}`."""
    if isinstance(value, Scalar) and "://" in value:
        return Address(str(value), variable=False)
    if isinstance(value, Mapping) and list(value) == ["env"] and isinstance(value["env"], Scalar):
        return Address(str(value["env"]), variable=True)
    # what stands there may be a secret
    raise refuse("wrong-value", word("address"))
