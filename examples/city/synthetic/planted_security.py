"""What is planted in security: alarm, video, closed campus, guards; and how they work day by day."""

from __future__ import annotations

from synthetic.planting import Planted, Subjects, all_of, cells, every, school
from synthetic.tables import City

#: rules of a county that a school of the last tier without guards breaks, and one without alarm, video or closed campus
_GUARDS = ("safety.guards-coverage", "safety.three-year-standard")
_SITES = ("safety.three-year-sites", "safety.three-year-standard")
_ALARM = ("safety.alarm-coverage", *_SITES)
_CLOSED = ("safety.closed-campus-coverage", *_SITES)


def _of(counties: str, *rules: str) -> dict[str, str]:
    return dict.fromkeys(rules, counties)


def _left_empty(city: City) -> Subjects:
    """Five questions were left open by one school in eighty, each by others."""
    there = [row for row in city.kept("school") if row["year"] == "2022" and row["county_id"] not in ("SL", "CH")]
    found: dict[str, list[str]] = {}
    for place, (column, rule) in enumerate(
        {
            "gatehouse_hours": "safety.gatehouse-staffed",
            "patrols_per_day": "safety.patrols",
            "video_kept_days": "safety.video-kept",
            "boarders": "safety.guards-boarding",
            "security_staff": "safety.security-staff",
        }.items()
    ):
        asked = there if column != "security_staff" else [row for row in there if int(row["students"]) >= 100]
        chosen = every(asked, 80, 13 * place + 5)
        for row in chosen:
            row[column] = ""
        found[rule] = [row["school_id"] for row in chosen]
    return found


PLANTED = (
    Planted(
        "one guard where two are needed, in both years",
        {"safety.guards": "QH-P05 FP-K01", **_of("QH FP", *_GUARDS)},
        school("QH-P05 FP-K01", guards=1),
    ),
    Planted(
        "the county in trouble let guards go in 2022, so that it slips back as well",
        {
            "safety.guards": "SL-J02 SL-P07 SL-K01 SL-P04 SL-C02 SL-K23",
            "safety.guards-boarding": "SL-J02 SL-P07 SL-C02",
            "safety.protection-advances": "SL",
            **_of("SL", *_GUARDS),
        },
        all_of(
            school("SL-J02 SL-P07 SL-K01 SL-P04 SL-K23", "2022", guards=1),
            school("SL-C02", "2022", guards=3),
        ),
    ),
    Planted(
        "enough guards for a day school, too few for the boarders",
        {"safety.guards-boarding": "QH-J04 CH-C01"},
        all_of(school("QH-J04", guards=2), school("CH-C01", guards=4)),
    ),
    Planted(
        "too few guards in schools that the plan does not name by themselves",
        {
            "safety.three-year-school-guards": "WC-P04 SL-S01 SL-P02",
            "safety.guards-boarding": "SL-S01",
            "safety.three-year-standard": "WC SL",
        },
        all_of(school("WC-P04 SL-P02", guards=3), school("SL-S01", guards=4)),
    ),
    Planted(
        "no guard at the cell of the guards",
        unknown={
            "safety.guards": "LJ-P04",
            "safety.guards-coverage": "LJ",
            "safety.three-year-standard": "LJ",
            "safety.protection-advances": "LJ",
        },
        change=school("LJ-P04", "2022", guards=""),
    ),
    Planted(
        "no full-time security person",
        {"safety.security-staff": "LG-P12 SL-P03 SL-P16"},
        school("LG-P12 SL-P03 SL-P16", security_staff=0),
    ),
    Planted(
        "alarm not accepted as networked, or accepted without a document",
        {"safety.alarm-networked": "FP-J05 SL-T02 SL-P18 QH-P08", **_of("FP SL QH", *_ALARM)},
        all_of(
            school("FP-J05 SL-T02 SL-P18", alarm_accepted_on="", alarm_document=""),
            school("QH-P08", alarm_document=""),
        ),
    ),
    Planted(
        "video not accepted as networked",
        {"safety.video-networked": "SL-P20 YL-P09", **_of("SL YL", *_ALARM)},
        school("SL-P20 YL-P09", video_accepted_on="", video_document=""),
    ),
    Planted(
        "video networked after the deadline, but by the day",
        {},
        school("SZ-P05", "2022", video_accepted_on="2022-03-18"),
    ),
    Planted(
        "no closed campus",
        {"safety.closed-campus": "SL-P11 SL-P21 LG-P06", **_of("SL LG", *_CLOSED)},
        school("SL-P11 SL-P21 LG-P06", closed_campus_accepted_on="", closed_campus_document=""),
    ),
    Planted(
        "the acceptance of a closed campus was revoked in 2022",
        {"safety.closed-campus": "SP-P05", "safety.protection-advances": "SP", **_of("SP", *_CLOSED)},
        school("SP-P05", "2022", closed_campus_accepted_on="", closed_campus_document=""),
    ),
    Planted(
        "something is missing in schools that the plan does not name by themselves",
        {"safety.three-year-school": "WC-P10 SL-S03", **_of("WC SL", *_SITES)},
        all_of(
            school("WC-P10", video_accepted_on="", video_document=""),
            school("SL-S03", closed_campus_accepted_on="", closed_campus_document=""),
        ),
    ),
    Planted(
        "town or country is a word that is no choice",
        unknown=dict.fromkeys(
            (
                "safety.alarm-networked",
                "safety.video-networked",
                "safety.closed-campus",
                "safety.guards",
                "safety.three-year-school",
                "safety.three-year-school-guards",
            ),
            "JY-K05",
        ),
        change=school("JY-K05", "2022", area="城郊结合部"),
    ),
    Planted(
        "a gatehouse that is empty at night",
        {"safety.gatehouse-staffed": "LG-T01 YL-T02 SL-P12 SL-P17 FP-T01"},
        school("LG-T01 YL-T02 SL-P12 SL-P17 FP-T01", gatehouse_hours=12),
        unknown={"safety.gatehouse-staffed": "SP-K05"},
    ),
    Planted("hours of the gatehouse not told", change=school("SP-K05", "2022", gatehouse_hours="")),
    Planted("cells left empty here and there", change=_left_empty, told="unknown"),
    Planted(
        "too few patrols",
        {"safety.patrols": "YX-P07 SL-J04 SL-P22"},
        all_of(school("YX-P07", patrols_per_day=4), school("SL-J04 SL-P22", patrols_per_day=2)),
    ),
    Planted(
        "video kept for too few days",
        {"safety.video-kept": "SL-P10 QH-K07"},
        all_of(school("SL-P10", video_kept_days=15), school("QH-K07", video_kept_days=7)),
    ),
    Planted(
        "one school delivered twice, with different days of video",
        unknown={"safety.video-kept": "CH-K20"},
        change=lambda city: city.copy("school", {"school_id": "CH-K20", "year": "2022"}, video_kept_days=20),
    ),
    Planted(
        "invented rates of private kindergartens, still short of all",
        dict.fromkeys(
            ("safety.guards-rate", "safety.closed-campus-rate", "safety.alarm-video-rate"), "民办幼儿园（合成）"
        ),
    ),
    Planted(
        "the document on graded risks does not say where it is kept",
        {"safety.risk-system": "SL"},
        cells("evidence", {"county_id": "SL", "evidence_kind": "risk-control"}, kept_at=""),
    ),
    Planted(
        "the county's duties lapsed in June",
        {"safety.duties-county": "SL"},
        cells("evidence", {"county_id": "SL", "evidence_kind": "safety-duties"}, valid_until="2022-06-30"),
    ),
)
