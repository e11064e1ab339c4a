"""Passwords are in nothing that is printed, however wrongly the address is written and wherever it is given."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduplan_rules.cli import main
from eduplan_rules.secret import hidden

RULES = """
entities:
  school:
    key: id
    fields: {id: {type: text}, guards: {type: integer}}
rules:
  - {id: safety.guards, title: Guards, for: school, require: guards >= 3}
"""
SECRET = "s3cr3t"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules.yaml").write_text(RULES, encoding="utf-8")
    Path("feed").mkdir()
    Path("feed/school.csv").write_text("id,guards\na,3\n", encoding="utf-8")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main([*arguments, "--lang", "en"]) in (2, 3)
    return "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "line",
    [
        f'database: "user:{SECRET}@127.0.0.1/db"',
        f"database: user:{SECRET}@127.0.0.1/db",
        f"database: 用户:{SECRET}@127.0.0.1/db",
        f"database: :{SECRET}@127.0.0.1/db",
        f"database: '{SECRET}'",
        f"password: {SECRET}",
        f'pwd: "{SECRET}"',
        f"database: {SECRET}/x@host",
        f"database: postgres//u:{SECRET}@h/x",
        f"database: [{SECRET}]",
        f"database: {{env: [{SECRET}]}}",
        f"database: {{url: '{SECRET}'}}",
        f"Database: user:{SECRET}@h/x",
        f"databse: user:{SECRET}@h/x",
        f"database: user:{SECRET}@h/x, tabel: x",
        f'database: "user:{SECRET}@h',
        f"database: | \n      user:{SECRET}@h/x",
        f"database:\n      '{SECRET}'",
        f"database: '{SECRET}'\n    database: '{SECRET}'",
    ],
)
@pytest.mark.parametrize("flow", [False, True])
def test_a_feed_shows_no_password(line: str, *, flow: bool, capsys: pytest.CaptureFixture[str]) -> None:
    feed = f"feeds:\n  - {{entity: school, {line}}}\n" if flow else f"feeds:\n  - entity: school\n    {line}\n"
    Path("feed/feeds.yaml").write_text(feed, encoding="utf-8")
    said = told(capsys, "check", "feed", "--rules", "rules.yaml", "--as-of", "2022-12-31", "--format", "github")
    assert "feeds.yaml:" in said
    assert SECRET not in said


@pytest.mark.parametrize("option", ["--feed", "--rules", "--waivers", "--baseline", "--out", None])
@pytest.mark.parametrize("address", ["postgresql://u:{}@h/x", "u:{}@h/x", "//u:{}@h/x", "mysql:u:{}@h/x.json"])
def test_an_address_in_the_place_of_a_file_shows_no_password(
    option: str | None, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = address.format(SECRET)
    words = [given] if option is None else ["feed", option, given]
    rules = () if option == "--rules" else ("--rules", "rules.yaml")
    said = told(capsys, "check", *words, *rules, "--as-of", "2022-12-31", "--format", "github")
    assert SECRET not in said
    assert "***@h" in said


def test_an_address_in_the_options_file_shows_no_password(capsys: pytest.CaptureFixture[str]) -> None:
    Path("eduplan.toml").write_text(f'feed = "u:{SECRET}@h/x"\nbaseline = 3\nout = "x:{SECRET}@h"\n', encoding="utf-8")
    assert SECRET not in told(capsys, "check", "feed", "--rules", "rules.yaml")
    Path("eduplan.toml").write_text(f'baseline = 3\nfeed = ["u:{SECRET}@h/x"]\n', encoding="utf-8")
    assert SECRET not in told(capsys, "check", "feed", "--rules", "rules.yaml")


@given(st.text(alphabet="abc:/@ .%", max_size=12), st.sampled_from(["postgresql://", "", "mysql+x://", "postgresql:/"]))
def test_whatever_a_password_is_made_of(password: str, scheme: str) -> None:
    spaced = " " in password
    if scheme or not spaced:
        assert f"Q{password}Q" not in hidden(f"no such file {scheme}user:Q{password}Q@host/db")


@pytest.mark.parametrize(
    "text",
    [
        "school.csv:3: 10:30 is no date",
        "write to office@example.org",
        "cannot read feed/x.csv: Permission denied, ask the owner@office",
        "https://example.org/a:b",
        "rules.yaml:2:11: error[unknown-name]: there is no rule",
        "  when: at 10:30 @ noon",
    ],
)
def test_other_texts_stay(text: str) -> None:
    assert hidden(text) == text
