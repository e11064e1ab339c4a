"""Where the first rows of a rule end, in order of key: found by counting, so that no more than those come back.

In: the frame of a plan, and how many rows of each stretch of keys some rule is not satisfied by. Out: for each rule the
key up to which its first rows reach. Holds: keys are parted by a sample of them, so that nothing is sorted but the
sample; without a key no row is ever left behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from eduplan_rules.engine.lazy.chosen import Chosen
from eduplan_rules.engine.lazy.engines import Engine

#: stretches that the keys are parted into
STRETCHES = 256
#: keys looked at to part them
_SAMPLE = 50_000
#: the column of a row's stretch
STRETCH = "#stretch"


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """The first field of the key, and the keys with which the stretches end; the last stretch has no end."""

    key: str
    ends: pl.Series

    @property
    def column(self) -> pl.Expr:
        """The stretch of a row; a row without a key lies in the first."""
        ends = self.ends
        found = pl.col(self.key).map_batches(
            lambda keys: ends.search_sorted(keys).cast(pl.UInt32), return_dtype=pl.UInt32, is_elementwise=True
        )
        return found.alias(STRETCH)

    def up_to(self, counts: Sequence[int], most: int) -> pl.Expr | None:
        """Whether a row lies in the stretches that hold the first so many; None where those are all.

        `counts`: of each stretch, how many rows there are.
        """
        held = 0
        for count, end in zip(counts, self.ends, strict=False):
            held += count
            if held >= most:
                here: pl.Expr = pl.col(self.key) <= end
                return here | pl.col(self.key).is_null()
        return None


def stretches_of(chosen: Chosen, rows: int, most: int, engine: Engine) -> Stretches | None:
    """Part the keys of about so many rows; None where no rule can have more than `most`, or the engine sorts better."""
    if engine.name != "polars" or rows <= most:
        return None
    key = chosen.order[0]
    keys = chosen.frame.select(pl.col(key))
    some = keys.filter(pl.col(key).hash(1) % max(1, rows // _SAMPLE) == 0)
    sample = engine.collect(some)[key].drop_nulls().sort()
    positions = {len(sample) * number // STRETCHES for number in range(1, STRETCHES)}
    ends = sample.gather(sorted(positions)).unique(maintain_order=True) if len(sample) else sample
    return Stretches(key, ends)
