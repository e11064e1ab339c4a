"""The plan's own pack with its cases, which run once for all tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from eduplan_rules.tools.suite import Suite, run_suite

PACK = Path(__file__).resolve().parent.parent / "rules"


@cache
def pack_suite() -> Suite:
    """What the pack's cases gave."""
    return run_suite(PACK)
