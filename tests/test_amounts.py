"""Amounts as people read them: per cents with two decimals where these tell them apart, gaps of counts with a unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduplan_rules.engine.wording import decimals_of, format_amount, format_gap
from eduplan_rules.render.record import gap_words


@pytest.mark.parametrize(
    ("number", "told"), [(98.7013, "98.7%"), (98.7051, "98.71%"), (0.0123, "0.0123%"), (100.0, "100%")]
)
def test_two_decimals_of_a_per_cent_are_enough(number: float, told: str) -> None:
    assert format_amount(number, "%", "en") == told


def test_a_gap_in_points_has_two_decimals_as_well() -> None:
    assert format_gap(1.2987, "%", "en") == "1.3 points"
    assert format_gap(1.2987, "m²", "en") == "1.2987 m²"


@given(st.floats(0, 100), st.floats(0, 100))
def test_per_cents_that_differ_look_different(one: float, other: float) -> None:
    decimals = decimals_of(one, other, "%")
    told = {format_amount(number, "%", "en", decimals) for number in (one, other)}
    assert len(told) == 2 or abs(one - other) < 1e-11


def test_what_a_quorum_lacks_is_so_many_items() -> None:
    record = {"gap": 1, "unit": None, "strict": False, "of": 7}
    assert gap_words(record, "zh") == "差距 1 项"
    assert gap_words(record, "en") == "gap 1 item"
