"""Make the synthetic city: `python make.py [FOLDER]`, by default into `data` beside this script.

In: nothing but a folder. Out: one file for each table, the same bytes on every run; what is planted in them stands in
`synthetic/planted_*.py`. `--last-year` writes the tables of 2025 instead, by default into `data-2025`.
`python make.py --expect` renews `expected.json` instead: what a check of the city by the rules two folders up, or by
those given with `--rules`, comes to.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from synthetic.tables import AS_OF
from synthetic.whole import make, make_last_year

HERE = Path(__file__).resolve().parent
VERDICTS = ("satisfied", "violated", "unknown", "not_due", "not_applicable")


def expect(rules: Path) -> None:
    """Write what a check of the city comes to."""
    import eduplan_rules as er

    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        book = er.load_rulebook(rules)
        report = er.evaluate(book, er.read_facts(folder, book), as_of=AS_OF)
    (HERE / "expected.json").write_text(told(report), "utf-8", newline="\n")


def totals_of(report: Any) -> dict[str, dict[str, Any]]:
    """Each rule's totals, its severity, and how many of its violations rest on an unverified value."""
    rules = report.violations.to_polars(["rule", "unverified"])
    doubtful = Counter(rule for rule, unverified in rules.iter_rows() if unverified)
    return {
        rule: {
            **{name: getattr(total, name) for name in VERDICTS},
            "severity": report.book.rules[rule].severity,
            "unverified": doubtful[rule],
        }
        for rule, total in sorted(report.totals.items())
    }


def told(report: Any) -> str:
    """Write the totals of each rule, a line for each, and the findings by code."""
    totals = totals_of(report)
    findings = Counter[str]()
    for finding in report.findings:
        findings[finding.code] += finding.count
    lines = [f"    {json.dumps(rule)}: {json.dumps(total)}" for rule, total in totals.items()]
    whole = {name: sum(total[name] for total in totals.values()) for name in VERDICTS}
    return (
        f'{{\n  "as_of": "{AS_OF}",\n  "all": {json.dumps(whole)},\n  "rules": {{\n'
        + ",\n".join(lines)
        + f'\n  }},\n  "findings": {json.dumps(dict(sorted(findings.items())), indent=4)[:-1]}  }}\n}}\n'
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, help="where to put the files")
    parser.add_argument("--last-year", action="store_true", help="write the tables of the plan's last year instead")
    parser.add_argument("--expect", action="store_true", help="renew expected.json instead")
    parser.add_argument("--rules", type=Path, default=HERE.parent.parent / "rules", help="the rules for --expect")
    given = parser.parse_args()
    if given.expect:
        expect(given.rules)
    elif given.last_year:
        make_last_year(given.folder or HERE / "data-2025")
    else:
        make(given.folder or HERE / "data")
