"""The pages of the benchmarks, from their results: docs/benchmarks.md, and the same in Chinese.

In: `results.json`. Out: Markdown; the same results give the same pages.
Run: `python benchmarks/page.py` after a change of the words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from contender_words import CANNOT, GIVES, NAMES, RECORDS, Language
from goals import Goal, goals
from measure import exponent, figures, median
from page_words import GOALS, TEXTS, WHY

ROOT = Path(__file__).resolve().parents[1]
#: language -> its page, in the folder of all pages
PAGES: dict[Language, str] = {"en": "benchmarks.md", "zh": "zh/benchmarks.md"}

#: eighths of a character
BARS = " ▏▎▍▌▋▊▉█"
WIDTH = 16
#: processes that were running before a part began, from which on its seconds are not to be trusted
BUSY = 0.7
#: who is compared in growth
WHO = ("ours, read", "ours, scanned", "by hand")

Results = Mapping[str, Any]


def write_pages(results: Results, docs: Path) -> None:
    """Write both pages."""
    for language, name in PAGES.items():
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(results, language), encoding="utf-8")


def page(results: Results, language: Language) -> str:
    """One page; a part that was not measured is left out."""
    words = TEXTS[language]
    parts: dict[str, Callable[[Results, Language], Iterable[str]]] = {
        "batch": _batch,
        "record": _record,
        "growth": _growth,
        "start": _start,
        "outputs": _outputs,
        "session": _session,
    }
    lines = [f"<!-- {words['generated']} -->", "", f"# {words['title']}", "", words["other"], "", words["intro"], ""]
    measured = [name for name in parts if name in results]
    machines = [_machine(results[name]["about"], language) for name in measured]
    if measured:
        minutes = sum(results[name]["about"]["seconds"] for name in measured) / 60
        lines += [f"{machines[0]}{words['minutes'].format(minutes=f'{minutes:.0f}')}", "", *_goals(results, language)]
    for name, machine in zip(measured, machines, strict=True):
        lines += [f"## {words[name]}", ""]
        # a part measured at another time or elsewhere says so itself
        lines += [machine, ""] if machine != machines[0] else []
        about = results[name]["about"]
        if about["load"] > BUSY:
            lines += [words["busy"].format(load=about["load"]), ""]
        lines += [*parts[name](results[name], language), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _machine(about: Mapping[str, Any], language: Language) -> str:
    words = TEXTS[language]
    told = {name: value if value is not None else words["missing"] for name, value in about["versions"].items()}
    versions = ", ".join(f"{name} {value}" for name, value in told.items())
    return words["machine"].format(**about) + words["versions"].format(versions=versions)


def _goals(results: Results, language: Language) -> Iterator[str]:
    words = TEXTS[language]
    yield f"## {words['goals']}"
    yield ""
    yield words["goals-head"]
    yield "|---|--:|--:|--:|---|"
    for goal in goals(results):
        named = GOALS[goal.name][language].format(peer=_name(goal.peer, language), rows=f"{goal.rows:,}")
        told = (goal.told(number) for number in (goal.limit, goal.value, goal.processor))
        yield _row([named, *told, _standing(goal, language)])
    yield ""


def _standing(goal: Goal, language: Language) -> str:
    words = TEXTS[language]
    if goal.value is None:
        return words["unmeasured"].format(why=_why(goal.cannot, language))
    if goal.peer and goal.held:
        return words["ahead"].format(times=f"{goal.limit / goal.value:.1f}")
    if goal.held:
        return words["held"].format(by=f"{1 - goal.value / goal.limit:.0%}")
    far = goal.value >= 2 * goal.limit
    by = f"{goal.value / goal.limit:.1f}" if far else f"{goal.value / goal.limit - 1:.0%}"
    return words["far" if far else "missed"].format(by=by, why=WHY[goal.name][language])


def _batch(told: Results, language: Language) -> Iterator[str]:
    words, measured = TEXTS[language], told["measured"]
    yield words["batch-intro"].format(rows=f"{told['rows']:,}", violations=f"{told['violations']['all']:,}")
    yield ""
    yield f"### {words['row']}"
    yield ""
    yield words["row-head"]
    yield "|---|--:|--:|---|--:|--:|---|"
    rows, counts = measured["row"], measured["counts"]
    longest = max(median(each) for each in rows.values() if "wall" in each)
    for name, each in rows.items():
        if "cannot" in each:
            yield f"| {_name(name, language)} | | | | | | {_cannot(each, language)} |"
            continue
        cells = [_name(name, language), *_against(each, rows["Polars by hand"]), _bar(median(each), longest)]
        counted = _seconds(counts[name]) if "wall" in counts.get(name, {}) else ""
        yield _row([*cells, counted, f"{each['peak']:,}", GIVES[name][language]])
    yield ""
    yield f"### {words['other-rules']}"
    yield ""
    yield words["other-intro"]
    yield ""
    yield words["other-head"]
    yield "|---|--:|--:|--:|--:|--:|--:|---|--:|"
    longest = max(median(each) for each in measured["all"].values() if "wall" in each)
    for name in rows:
        found = [measured[kind][name] for kind in ("trend", "group", "all")]
        if any("cannot" in each for each in found):
            reason = next(each for each in found if "cannot" in each)
            yield _row([_name(name, language), *[""] * 6, _cannot(reason, language), ""])
            continue
        cells = [_name(name, language)]
        for kind, each in zip(("trend", "group", "all"), found, strict=True):
            cells += _against(each, measured[kind]["Polars by hand"])
        yield _row([*cells, _bar(median(found[-1]), longest), f"{found[-1]['peak']:,}"])


def _record(told: Results, language: Language) -> Iterator[str]:
    words, measured, objects = TEXTS[language], told["measured"], told["objects"]
    yield words["record-intro"]
    yield ""
    yield words["record-head"]
    yield "|---|--:|--:|---|---|"
    longest = max(median(each) for each in measured.values() if "wall" in each)
    for name, each in measured.items():
        if "cannot" in each:
            yield _row([_name(name, language), "", "", "", _cannot(each, language)])
            continue
        cells = [_name(name, language), *_against(each, measured["by hand"]), _bar(median(each), longest)]
        yield _row([*cells, RECORDS[name][language]])
    if "whole" in objects:
        yield ""
        yield words["objects"].format(
            whole=f"{figures(median(objects['whole']), 3):g}",
            verdicts=f"{figures(median(objects['verdicts']), 3):g}",
            each=f"{objects['violations'] / objects['records']:.2f}",
        )


def _growth(told: Results, language: Language) -> Iterator[str]:
    words, rows = TEXTS[language], told["rows"]
    yield words["growth-intro"]
    for kind in ("row", "all"):
        yield ""
        yield f"### {words[f'{kind}-growth']}"
        yield ""
        yield words["rows-head"]
        yield "|--:|" + "--:|" * 7
        found = [[each for each in rows if (each["kind"], each["who"]) == (kind, who)] for who in WHO]
        for size in sorted({each["rows"] for each in rows}):
            cells = [f"{size:,}", f"{told['megabytes'][str(size)]:,}"]
            for series in found:
                (at,) = [each for each in series if each["rows"] == size]
                cells += [_cannot(at, language), ""] if "cannot" in at else [_seconds(at), f"{at['peak']:,}"]
            yield _row(cells)
        exponents = [cell for series in found for cell in (_exponent(series, "rows", told["from"]), "")]
        yield _row([words["exponent"].format(start=f"{told['from']:,}"), "", *exponents])
    yield ""
    yield f"### {words['rules-growth'].format(rows=format(told['rules'][0]['rows'], ','))}"
    yield ""
    yield words["rules-head"]
    yield "|--:|--:|--:|--:|"
    for each in told["rules"]:
        cells = (
            [_seconds(each), f"{each['peak']:,}", f"{each['violations']:,}"]
            if "wall" in each
            else [_cannot(each, language), "", ""]
        )
        yield _row([str(each["rules"]), *cells])
    yield _row([words["rules-exponent"], _exponent(told["rules"], "rules", 0), "", ""])


def _exponent(found: list[Mapping[str, Any]], of: str, start: int) -> str:
    used = [each for each in found if "wall" in each and each[of] >= start]
    return f"{exponent([each[of] for each in used], [median(each) for each in used]):.2f}" if len(used) > 1 else ""


def _start(told: Results, language: Language) -> Iterator[str]:
    words, measured = TEXTS[language], told["measured"]
    if "cannot" in measured:
        yield _cannot(measured, language)
        return
    yield words["start-intro"]
    yield ""
    yield words["start-head"]
    yield "|---|--:|--:|"
    empty = median(measured["empty"])
    for name, each in measured.items():
        # these two are seconds within a process
        more = "" if name == "empty" or name.startswith("300") else f"{(median(each) - empty) * 1000:,.0f}"
        yield _row([words[name], f"{median(each) * 1000:,.0f}", more])


def _outputs(told: Results, language: Language) -> Iterator[str]:
    if "cannot" in told:
        yield _cannot(told, language)
        return
    names = ", ".join(f"`{name}`" for name in told["written"])
    numbers = {name: f"{told[name]:,}" for name in ("rows", "feed", "megabytes")}
    seconds = {clock: f"{median(told, clock):.1f}" for clock in ("wall", "processor")}
    yield TEXTS[language]["outputs-text"].format(names=names, **numbers, **seconds)


def _session(told: Results, language: Language) -> Iterator[str]:
    yield TEXTS[language]["session-intro"]
    yield ""
    yield "```"
    yield from told["lines"]
    yield "```"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _name(name: str, language: Language) -> str:
    return NAMES.get(name, name) if language == "zh" else name


def _why(reason: str, language: Language) -> str:
    return CANNOT.get(reason, reason) if language == "zh" else reason


def _cannot(found: Mapping[str, Any], language: Language) -> str:
    return TEXTS[language]["cannot"].format(why=_why(found["cannot"], language))


def _seconds(found: Mapping[str, Any]) -> str:
    return f"{figures(median(found), 3):g}"


def _against(found: Mapping[str, Any], limit: Mapping[str, Any]) -> list[str]:
    times = median(found) / median(limit) if "wall" in limit else None
    return [_seconds(found), "" if times is None else f"{times:.2f}" if times < 10 else f"{times:,.0f}"]


def _bar(value: float, longest: float) -> str:
    eighths = max(1, round(value / longest * WIDTH * 8))
    return BARS[8] * (eighths // 8) + (BARS[eighths % 8] if eighths % 8 else "")


if __name__ == "__main__":
    write_pages(json.loads((ROOT / "benchmarks/results.json").read_text("utf-8")), ROOT / "docs")
