"""The pages about feeds: every key and every guess is there, and what they show can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from eduplan_rules.feeds.feed import read_feeds
from eduplan_rules.feeds.form import FeedForm
from eduplan_rules.rulebook.load import read_rulebook
from eduplan_rules.source import Source
from eduplan_rules.tables.wording import WORDINGS
from eduplan_rules.tools.feeds import content, feed_pages

ROOT = Path(__file__).resolve().parent.parent
BOOK = read_rulebook(ROOT / "examples" / "messy-feed" / "rules.yaml")[0]
EXAMPLE, GUESSES, KEYS = (content()[name] for name in ("example", "guesses", "keys"))


def test_every_key_of_a_feed_is_told_in_its_order() -> None:
    assert list(KEYS) == FeedForm.keys()


def test_every_guess_is_told() -> None:
    guesses = {code for code in WORDINGS if code.endswith("-guessed")}
    assert set(GUESSES) == guesses | {"header-joined", "unit-converted", "row-left-out", "merged-cells"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_are_whole(language: str) -> None:
    page = feed_pages()[f"{language}/feeds.md"]
    assert all(f"| `{key}` |" in page for key in [*KEYS, *GUESSES])


def test_the_example_of_the_pages_is_a_feed() -> None:
    assert [feed.entity.id for feed in read_feeds(Source("feeds.yaml", EXAMPLE), BOOK).feeds] == ["county", "drill"]


@pytest.mark.parametrize("key", [key for key in KEYS if key != "entity"])
def test_what_the_pages_show_of_a_key_is_read(key: str) -> None:
    entity = "school" if key in ("fill_down", "from_sheet") else "county"
    address = "    database: {env: CITY}\n"
    beside = {"database": "    table: county\n", "table": address, "query": address}
    beside["timeout"] = address + beside["database"]
    shown = KEYS[key]["example"].replace("经费: 元", "教育支出: 元")
    feed = read_feeds(
        Source("feeds.yaml", f"feeds:\n  - entity: {entity}\n    {key}: {shown}\n{beside.get(key, '')}"), BOOK
    )
    assert len(feed.feeds) == 1
