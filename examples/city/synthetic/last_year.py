"""The plan's last year: what is due with it, for the rules that nothing can violate by the end of 2022.

In: the city without a fault, in which documents that are due by the end of 2025 are still missing here and there. Out:
the yearly tables as they would stand in 2025 with the documents issued until then, and what a check is to find.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from synthetic.places import CITY
from synthetic.tables import City, Row, row

#: the last day of the plan
LAST_DAY: Final = date(2025, 12, 31)
TABLES: Final = ("city", "county", "school", "party_work", "evidence")

#: counties in which a document that is due with the plan is still missing
_STILL_MISSING: Final = {
    "balance.assessment": "LG LJ QH SL SP SZ YL",
    "balance.guarantee-records": "SL SP YX",
    "finance.performance-measures": "QH SL YL",
    "implementation.spatial-plan": "QH SL SP YL",
    "party.theory-teachers": "SL SP",
    "surroundings.department-duties": "LG SL YL",
    "surroundings.joint-meeting": "SL SZ",
}
#: documents that the new district never issued
_OF_THE_NEW_DISTRICT: Final = (
    "finance.cost-sharing",
    "finance.fee-evaluation",
    "finance.fee-standard",
    "implementation.mid-term-evaluation",
    "implementation.pilot-batches",
    "implementation.pilot-zone",
    "implementation.supporting-policy",
    "inspection.regulation-measures",
    "safety.platform",
    "surroundings.joint-meeting-city",
)


def last_year(city: City) -> tuple[City, dict[str, set[str]]]:
    """The tables of 2025, and the subjects that a check on the last day is to find violated, by rule."""
    told = City()
    for name in TABLES[:-1]:
        told.add(name, [each | {"year": str(LAST_DAY.year)} for each in city.kept(name) if each["year"] == "2022"])
    schools = {each["school_id"] for each in told.rows["school"]}
    papers = [each for each in city.kept("evidence") if not each["school_id"] or each["school_id"] in schools]
    told.add("evidence", [*papers, *_issued_since()])
    # of two counties the teachers are short
    short = [each["school_id"] for each in told.rows["school"] if each["county_id"] in ("SL", "SP")]
    told.put("party_work", {"school_id": short}, full_time_theory_teachers="0")
    told.put("school", {"county_id": "SL"}, psychology_teachers="0")
    found = {rule: set(counties.split()) for rule, counties in _STILL_MISSING.items()}
    found |= {rule: {"XQ"} for rule in _OF_THE_NEW_DISTRICT}
    found |= {"implementation.adjustment": {CITY}, "safety.psychology-teachers": {"SL"}}
    led = {each["school_id"] for each in papers if each["evidence_kind"] == "party-leadership"}
    asked = {
        each["school_id"] for each in told.rows["school"] if each["kind"] not in ("kindergarten", "teaching-point")
    }
    return told, found | {"party.principal-responsibility": asked - led}


def _issued_since() -> list[Row]:
    """The city evaluated its fees in 2024; its evaluation of 2022 led to no adjustment."""
    return [
        row(
            evidence_id="ZL-2024-1",
            city_id=CITY,
            county_id=None,
            school_id=None,
            evidence_kind="fee-evaluation",
            evidence_title="云州市学费标准评估报告",
            document_number="云发改〔2024〕15号",
            issuer="云州市发展和改革委员会",
            kept_at="政务公开网",
            issued_on=date(2024, 6, 18),
            valid_until=None,
        )
    ]
