"""Folders that may not be entered: every command says which one, and none takes it for a fault of its own."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from eduplan_rules.cli import main
from eduplan_rules.cli.border import RAISE

RULES = """
entities:
  school:
    key: id
    period: year
    fields: {id: {type: text}, guards: {type: integer}}
rules:
  - {id: safety.guards, title: Guards, for: school, require: guards >= 3}
"""
CHECK = "check school.csv --as-of 2022-12-31"
#: what is asked, the exit code, what is said
ASKED = {
    f"{CHECK} --rules rules.yaml --out locked/x.json": (3, "locked/x.json cannot be written"),
    f"{CHECK} --rules locked/rules.yaml": (2, "locked/rules.yaml:1:1: error[no-file]"),
    f"{CHECK} --rules locked": (2, "locked:1:1: error[no-file]"),
    f"{CHECK} --rules outer": (2, "outer/inner:1:1: error[no-file]"),
    f"{CHECK} --rules rules.yaml --baseline locked/base.json": (2, "the baseline locked/base.json cannot be read"),
    f"{CHECK} --rules rules.yaml --waivers locked/waivers.yaml": (2, "locked/waivers.yaml:1:1: error[no-file]"),
    f"{CHECK} --rules rules.yaml --feed locked/feeds.yaml": (2, "locked/feeds.yaml:1:1: error[no-file]"),
    "check locked/school.csv --rules rules.yaml --as-of 2022-12-31": (3, "locked/school.csv"),
    "check locked --rules rules.yaml --as-of 2022-12-31": (3, "locked"),
    "check --rules rules.yaml --as-of 2022-12-31 --feed locked/feeds.yaml": (2, "locked/feeds.yaml"),
    "baseline school.csv --rules rules.yaml --as-of 2022-12-31 --to locked/base.json": (
        3,
        "locked/base.json cannot be",
    ),
    "feed locked/school.csv --rules rules.yaml": (3, "no feed can be drafted from locked/school.csv"),
    "feed school.csv --rules rules.yaml --to locked/x.yaml": (3, "locked/x.yaml cannot be written"),
    "feed school.csv --rules locked/rules.yaml": (2, "locked/rules.yaml"),
    "frictionless export --rules rules.yaml --to locked/x.json": (3, "locked/x.json cannot be written"),
    "frictionless export --rules locked/rules.yaml": (2, "locked/rules.yaml"),
    "frictionless import locked/x.json": (2, "locked/x.json"),
    "template --rules rules.yaml --to locked/x.xlsx": (3, "locked/x.xlsx cannot be written"),
    "template --rules rules.yaml --to locked/x": (3, "locked/x"),
    "schema rules --to locked/x": (3, "locked/x"),
    "lint locked/rules.yaml": (None, "locked/rules.yaml"),
    "test locked/rules.yaml": (None, "locked/rules.yaml"),
    "coverage locked/rules.yaml": (None, "locked/rules.yaml"),
    "docs rules.yaml --to locked/x": (None, "locked/x"),
    "fmt locked/rules.yaml": (None, "locked/rules.yaml"),
    "diff locked/rules.yaml rules.yaml": (None, "locked/rules.yaml"),
    "explain safety.guards --rules locked/rules.yaml": (2, "locked/rules.yaml"),
    "init locked/x": (None, "locked/x"),
}


class _Head(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Rights(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@contextmanager
def without_rights() -> Iterator[None]:
    """As somebody whom a folder can be locked to, even where the tests run as root: without its two rights to any."""
    if os.geteuid() != 0:
        yield
        return
    if sys.platform != "linux":
        pytest.skip("root may enter everything")
    system = ctypes.CDLL(None, use_errno=True)
    head, before = _Head(0x20080522, 0), (_Rights * 2)()
    if system.capget(ctypes.byref(head), before):
        pytest.skip("the rights of root cannot be read")
    less = (_Rights * 2).from_buffer_copy(before)
    # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    less[0].effective &= ~(1 << 1 | 1 << 2)
    system.capset(ctypes.byref(head), less)
    try:
        yield
    finally:
        system.capset(ctypes.byref(head), before)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o755)
    Path("rules.yaml").write_text(RULES, encoding="utf-8")
    Path("school.csv").write_text("id,year,guards\na,2022,3\n", encoding="utf-8")
    locked = [tmp_path / "locked", tmp_path / "outer/inner"]
    for each in locked:
        each.mkdir(parents=True)
        each.chmod(0)
    Path("outer/rules.yaml").write_text(RULES, encoding="utf-8")
    yield
    for each in locked:
        each.chmod(0o755)


@pytest.mark.parametrize("asked", ASKED)
def test_a_locked_folder_is_named(
    asked: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(RAISE, raising=False)
    with without_rights():
        code = main([*asked.split(), "--lang", "en"])
    told = "".join(capsys.readouterr())
    wanted, text = ASKED[asked]
    assert "internal error" not in told
    assert code in ((2, 3) if wanted is None else (wanted,))
    assert text in told
    assert "ermission denied" in told


def test_a_name_that_is_too_long_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    name = f"{'n' * 300}.json"
    assert main([*CHECK.split(), "--rules", "rules.yaml", "--out", name, "--lang", "en"]) == 3
    assert capsys.readouterr().err == f"error: {name} cannot be written: File name too long\n"


def test_the_options_file_of_a_folder_that_may_not_be_entered_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("outer/open").mkdir()
    Path("outer/open/school.csv").write_text("id,year,guards\na,2022,3\n", encoding="utf-8")
    Path("outer/open/rules.yaml").write_text(RULES, encoding="utf-8")
    monkeypatch.chdir("outer/open")
    Path("..").chmod(0)
    with without_rights():
        code = main(["check", "school.csv", "--rules", "rules.yaml", "--as-of", "2022-12-31", "--quiet"])
    Path("..").chmod(0o755)
    assert code == 0
