"""A session of 100,000 facts under the whole pack: what an update costs, and whether the list is that of a batch.

Run: `python benchmarks/session.py`. The facts are those of the example city, some counties a second time; an update
changes a cell of a random row, takes a row out or puts one back. Time is that of the processor. Told apart is what a
fault costs of which all subjects must hear: rows whose parent was taken out, which may lie anywhere now.
"""

from __future__ import annotations

import gc
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measure import figures, peak

import eduplan_rules as er

ROOT = Path(__file__).resolve().parent.parent
FACTS, UPDATES, AS_OF = 100_000, 10_000, "2022-12-31"
#: updates between two readings of the clock
ROUND = 500
MARKS = ("location", "offenders")

Rows = dict[str, list[dict[str, Any]]]


def measure() -> dict[str, Any]:
    """Load, update, compare; seconds of the processor, those of the updates in rounds of `ROUND`."""
    book = er.load_rulebook(ROOT / "rules")
    rows = city(book)
    number = sum(map(len, rows.values()))
    started = time.process_time()
    session = er.Session(book, as_of=AS_OF)
    session.load(rows)
    loading = time.process_time() - started
    # as a service would: what was loaded stays, and need not be looked through for what can go
    gc.collect()
    gc.freeze()
    job = updates(rows, book, random.Random(20221231))
    seen = {violation.id: violation for violation in session.violations}
    first, rounds, changes = len(seen), [], 0
    for start in range(0, UPDATES, ROUND):
        started = time.process_time()
        found = [change for update in job[start : start + ROUND] for change in applied(session, update)]
        rounds.append(figures(time.process_time() - started))
        changes += len(found)
        replay(seen, found)
    batch = er.evaluate(book, {name: each for name, each in rows.items() if each}, as_of=AS_OF)
    assert list(map(told, session.violations)) == list(map(told, batch.violations))
    assert {key: told(each) for key, each in seen.items()} == {each.id: told(each) for each in session.violations}
    return {
        "facts": number,
        "rules": len(book.rules),
        "violations": first,
        "load": figures(loading),
        "updates": UPDATES,
        "changes": changes,
        "rounds": rounds,
        "inspections": len(rows["inspection"]),
        "fault": figures(fault(session, rows)),
        "peak": peak(),
    }


def fault(session: er.Session, rows: Rows) -> float:
    """Seconds that it takes when opinions lose their inspection, or have it back."""
    inspections = {row["inspection_id"]: row for row in rows["inspection"]}
    asked = [inspections[key] for key in dict.fromkeys(row["inspection_id"] for row in rows["opinion"])][:5]
    started = time.process_time()
    for row in asked:
        session.remove("inspection", row["inspection_id"])
        session.upsert("inspection", row)
    return (time.process_time() - started) / len(asked) / 2


def main() -> None:
    """Measure and print."""
    found = measure()
    spent, middle = sum(found["rounds"]), statistics.median(found["rounds"])
    print(f"{found['facts']:,} facts, {found['rules']} rules, {found['violations']:,} violations")
    print(f"loaded in {found['load']:.1f} s, {found['peak']:,} MB at most")
    print(
        f"{found['updates']:,} updates, {found['changes']:,} changes: {found['updates'] / spent:,.0f} updates a second"
    )
    print(f"median of {len(found['rounds'])} rounds: {ROUND / middle:,.0f} updates a second")
    print("the list is that of a batch, and what the changes make of the first list")
    print(
        f"opinions without their inspection: {found['fault'] * 1000:,.0f} ms for {found['inspections']:,} inspections"
    )


def city(book: er.Rulebook) -> Rows:
    """The example city as records, as many as are wanted: some counties and all below them twice."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, ROOT / "examples" / "city" / "make.py", folder], check=True)
        facts = er.read_facts(folder, book)
    rows: Rows = {}
    for name, table in facts.tables.items():
        period = table.entity.period
        fields = [column for column in table.frame.columns if not column.startswith("#")]
        listed = table.frame.select(*fields, *(["#p"] if period is not None else [])).to_dicts()
        rows[name] = [labelled(row, book, name) for row in listed]
    for county in dict.fromkeys(row["county_id"] for row in rows["county"]):
        missing = FACTS - sum(map(len, rows.values()))
        if missing <= 0:
            break
        for name, more in twins(rows, book, county).items():
            rows[name] += more[: max(0, FACTS - sum(map(len, rows.values())))]
    return rows


def labelled(row: dict[str, Any], book: er.Rulebook, name: str) -> dict[str, Any]:
    from eduplan_rules.period import period_label

    period = book.entities[name].period
    number = row.pop("#p", None)
    return row if period is None else {**row, str(period.column): period_label(period.is_, number)}


def twins(rows: Rows, book: er.Rulebook, county: str) -> Rows:
    """The rows of a county and of all that belongs to it, under other keys."""
    copied: dict[str, set[Any]] = {"county": {county}}
    found: Rows = {
        "county": [{**row, "county_id": f"{county}~"} for row in rows["county"] if row["county_id"] == county]
    }
    for name in (
        "school",
        "school_stage",
        *(each for each in rows if each not in ("county", "school", "school_stage")),
    ):
        entity = book.entities[name]
        key = [str(part) for part in entity.key]
        links = {str(target): str(fields[0]) for target, fields in entity.belongs_to.items()}
        for row in rows.get(name, ()):
            below = [own for target, own in links.items() if row.get(own) in copied.get(target, ())]
            if not below:
                continue
            copied.setdefault(name, set()).add(row[key[0]])
            renamed = {*below, *([] if set(key) & set(links.values()) else key[:1])}
            found.setdefault(name, []).append(row | {own: f"{row[own]}~" for own in renamed})
    return found


def updates(rows: Rows, book: er.Rulebook, luck: random.Random) -> list[tuple[Any, ...]]:
    """Updates as calls; `rows` is left as they leave the facts."""
    referred = {
        (str(target), row[str(fields[0])])
        for name, listed in rows.items()
        for target, fields in book.entities[name].belongs_to.items()
        for row in listed
    }
    places = [(name, at) for name, listed in rows.items() for at in range(len(listed))]
    gone: list[tuple[str, dict[str, Any]]] = []
    job: list[tuple[Any, ...]] = []
    while len(job) < UPDATES:
        name, at = luck.choice(places)
        row, entity, chance = rows[name][at], book.entities[name], luck.random()
        if not row:
            continue
        # what a row says, not where it belongs: one that has lost its place may lie in any subject, and moves them all
        fixed = {*entity.key, entity.period and entity.period.column, *(entity.valid or ())[:1]}
        fixed |= {name for fields in entity.belongs_to.values() for name in fields}
        if chance < 0.05 and gone:
            back, old = gone.pop()
            rows[back].append(old)
            job.append(("upsert", back, old))
        elif chance < 0.1 and (name, row[str(entity.key[0])]) not in referred:
            gone.append((name, row))
            rows[name][at] = {}
            time_ = (
                row[str(entity.period.column)] if entity.period else row[str(entity.valid[0])] if entity.valid else None
            )
            job.append(("remove", name, [row[str(part)] for part in entity.key], time_))
        else:
            field = luck.choice([column for column in row if column not in fixed])
            other = rows[name][luck.randrange(len(rows[name]))] or row
            rows[name][at] = {**row, field: other[field]}
            job.append(("upsert", name, rows[name][at]))
    for name, listed in rows.items():
        rows[name] = [row for row in listed if row]
    return job


def applied(session: er.Session, update: tuple[Any, ...]) -> tuple[er.Change, ...]:
    call, *arguments = update
    done: tuple[er.Change, ...] = getattr(session, call)(*arguments)
    return done


def replay(seen: dict[str, er.Violation], changes: list[er.Change]) -> None:
    """Change a list as the changes say."""
    for change in changes:
        if change.kind == "closed":
            del seen[change.violation.id]
        else:
            seen[change.violation.id] = change.violation


def told(violation: er.Outcome) -> dict[str, Any]:
    """A record without the places of rows, which only a batch has."""
    record = violation.to_dict()
    offenders = [{name: said for name, said in each.items() if name != "location"} for each in record["offenders"]]
    return {name: said for name, said in record.items() if name not in MARKS} | {"offenders": offenders}


if __name__ == "__main__":
    main()
