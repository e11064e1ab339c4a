"""What is planted in the ledgers of safety: risks, hazards, checks, duties, plans, lessons, drills."""

from __future__ import annotations

from synthetic.planting import Planted, Subjects, all_of, cells, every, more, no_paper, school, without
from synthetic.tables import City, Row

_CLOSED = {
    "found_on": "2022-05-09",
    "due_on": "2022-06-08",
    "rectified_on": "2022-05-20",
    "accepted_on": "2022-05-23",
    "rechecked_on": "2022-05-25",
    "closed_on": "2022-05-27",
    "rechecked_by": "陈某",
    "hazard_grade": "general",
    "measures": "更换或修复",
    "responsible": "李某",
    "funds": "300",
}
_OPEN = dict.fromkeys(("rectified_on", "accepted_on", "rechecked_on", "rechecked_by", "closed_on"), "")
_MAJOR = _CLOSED | {
    "hazard_grade": "major",
    "contingency_plan": "封闭该区域",
    "reported_on": "2022-05-10",
    "reported_to": "县教育局",
    "supervision_document": "云安督〔2022〕118号",
    "title": "围墙倾斜",
}
_LEFT = {"due_on": "2022-09-30", "found_on": "2022-08-31"}


def _hazards(at: str, *rows: dict[str, str]) -> list[Row]:
    return [_CLOSED | {"school_id": at} | row for row in rows]


def _late(city: City) -> Subjects:
    """Every thirtieth hazard of the year that was closed in time was closed five to nineteen days after it was due."""
    from datetime import date, timedelta

    told = [
        row
        for row in city.kept("hazard")
        if row["found_on"] > "2022" and "" < row["closed_on"] < "2022-11" and row["due_on"] < "2022-11"
    ]
    chosen = every(told, 30, 7)
    for number, row in enumerate(chosen):
        row["closed_on"] = (date.fromisoformat(row["due_on"]) + timedelta(days=5 + number % 15)).isoformat()
    return {"safety.hazard-closed": [row["hazard_id"] for row in chosen]}


def _missed_drills(city: City) -> Subjects:
    """One school in twenty-five missed the drill of a month; in the county in trouble one in six."""
    there = [row for row in city.kept("school") if row["year"] == "2022" and row["kind"] != "kindergarten"]
    trouble = [row for row in there if row["county_id"] == "SL"]
    missed = [(row["school_id"], "2022-10") for row in every([row for row in there if row not in trouble], 25, 9)]
    missed += [(row["school_id"], "2022-04") for row in every(trouble, 6, 2)]
    missed += [(row["school_id"], "2022-11") for row in every(trouble, 9, 4)]
    for code, month in missed:
        city.drop("drill", {"school_id": code, "held_on": month})
    return {"safety.monthly-drill": [f"{code}@{month}" for code, month in missed]}


def _slow_drills(city: City) -> Subjects:
    """Every three-hundredth drill in a low building took more than two minutes."""
    chosen = every([row for row in city.kept("drill") if row["floors"] in ("3", "4")], 300, 30)
    for row in chosen:
        row["evacuation_seconds"] = "141"
    return {"safety.evacuation-time": [row["drill_id"] for row in chosen]}


def _missing_lessons(city: City) -> Subjects:
    """Eighteen schools, half of them in the county in trouble, left out one subject outside lessons."""
    there = [
        row for row in city.kept("school") if row["year"] == "2022" and row["kind"] in ("primary", "junior", "senior")
    ]
    chosen = every([row for row in there if row["county_id"] == "SL"], 4) + every(
        [row for row in there if row["county_id"] in ("LJ", "YX")], 8
    )
    for number, row in enumerate(chosen):
        subject = ("mental-health", "national-security", "life")[number % 3]
        where = {
            "school_id": row["school_id"],
            "lesson_subject": subject,
            "lesson_setting": "practice",
            "held_on": "2022",
        }
        city.drop("safety_lesson", where)
    return {"safety.education-grid": [row["school_id"] for row in chosen]}


def _no_check(city: City) -> None:
    """No check in a term."""
    for code, months in (
        ("SL-P05", ("2022-02", "2022-05")),
        ("SL-K10", ("2022-02", "2022-05")),
        ("YX-K09", ("2021-09", "2021-11")),
    ):
        for row in city.find("safety_check", {"school_id": code}):
            if row["checked_on"][:7] in months or (row["checked_on"][:7] == "2022-03" and "2022-02" in months):
                city.drop("safety_check", {"check_id": row["check_id"]})


PREVENTION = (
    Planted(
        "risks that do not say who answers for them, how grave they are, or until when",
        {"safety.risk-recorded": "FX90001 FX90002 FX90003"},
        more(
            "risk",
            {"school_id": "LG-P05", "risk_grade": "yellow"},
            {"risk_id": "FX90001", "risk_owner": "", "risk_title": "临时看台", "lifted_on": ""},
            {
                "risk_id": "FX90002",
                "risk_grade": "orange",
                "risk_title": "锅炉房",
                "control_due_on": "",
                "controlled_on": "2022-03-01",
                "control_document": "云教安〔2022〕61号",
                "lifted_on": "",
            },
            {"risk_id": "FX90003", "risk_grade": "", "risk_title": "后山边坡", "lifted_on": ""},
        ),
    ),
    Planted(
        "high risks not under control: open, without a document; one that has time until March",
        {"safety.high-risk-controlled": "FX90011 FX90012"},
        more(
            "risk",
            {"school_id": "SL-J03"},
            {
                "risk_id": "FX90011",
                "risk_title": "临河挡墙",
                "risk_grade": "red",
                "control_due_on": "2022-06-30",
                "controlled_on": "",
                "control_document": "",
                "lifted_on": "",
            },
            {
                "risk_id": "FX90012",
                "school_id": "YL-P05",
                "risk_title": "旧教学楼",
                "risk_grade": "orange",
                "control_due_on": "2022-08-31",
                "controlled_on": "2022-08-12",
                "control_document": "",
                "lifted_on": "",
            },
            {
                "risk_id": "FX90013",
                "school_id": "LJ-P05",
                "risk_title": "实训车间",
                "risk_grade": "orange",
                "control_due_on": "2023-03-31",
                "controlled_on": "",
                "control_document": "",
                "lifted_on": "",
            },
        ),
        not_due={"safety.high-risk-controlled": "FX90013"},
    ),
    Planted(
        "schools without a list of risks",
        {"safety.risk-list": "SP-T02 SL-T05", "safety.risk-list-coverage": "SP SL"},
        all_of(without("risk", {"school_id": "SP-T02"}), without("risk", {"school_id": "SL-T05"})),
    ),
    Planted(
        "no check in a term",
        {"safety.check-held": "SL-P05@2021-2022-2 SL-K10@2021-2022-2 YX-K09@2021-2022-1"},
        _no_check,
    ),
    Planted("hazards closed late", change=_late),
    Planted(
        "hazards of which the ledger does not say who or how",
        {"safety.hazard-recorded": "YH90001 YH90002"},
        more(
            "hazard",
            {"school_id": "LG-P08"},
            *_hazards("LG-P08", {"hazard_id": "YH90001", "responsible": ""}, {"hazard_id": "YH90002", "measures": ""}),
        ),
    ),
    Planted(
        "hazards that are overdue and open: in three counties",
        {"safety.hazard-closed": "YH90011 YH90012 YH90013 YH90014", "safety.hazards-overdue": "SL YL QH"},
        more(
            "hazard",
            {"school_id": "SL-N02"},
            *_hazards("SL-N02", {"hazard_id": "YH90011", **_OPEN, **_LEFT}, {"hazard_id": "YH90012", **_OPEN, **_LEFT}),
            *_hazards("YL-C02", {"hazard_id": "YH90013", **_OPEN, **_LEFT}),
            *_hazards("QH-K02", {"hazard_id": "YH90014", **_OPEN, **_LEFT}),
        ),
    ),
    Planted(
        "major hazards without funds, without a contingency plan, not reported",
        {"safety.major-hazard-elements": "YH90021 YH90022", "safety.major-hazard-supervised": "YH90023"},
        more(
            "hazard",
            {"school_id": "FP-J06"},
            _MAJOR | {"school_id": "FP-J06", "hazard_id": "YH90021", "funds": ""},
            _MAJOR | {"school_id": "SL-S02", "hazard_id": "YH90022", "contingency_plan": ""},
            _MAJOR
            | {
                "school_id": "SL-V01",
                "hazard_id": "YH90023",
                "reported_on": "",
                "reported_to": "",
                "supervision_document": "",
            },
        ),
    ),
    Planted(
        "hazards closed without a recheck, rechecked after they were closed, accepted before the work was done",
        {
            "safety.hazard-rechecked": "YH90031 YH90032",
            "safety.hazard-loop": "YH90031 YH90033",
            "safety.hazard-recorded": "YH90033",
        },
        more(
            "hazard",
            {"school_id": "CH-N02"},
            *_hazards(
                "CH-N02",
                {"hazard_id": "YH90031", "rechecked_on": "", "rechecked_by": ""},
                {"hazard_id": "YH90032", "rechecked_on": "2022-06-02"},
                {"hazard_id": "YH90033", "accepted_on": "2022-05-16"},
            ),
        ),
    ),
    Planted(
        "a day of closing that is no day",
        unknown={
            **dict.fromkeys(
                ("safety.hazard-recorded", "safety.hazard-closed", "safety.hazard-rechecked", "safety.hazard-loop"),
                "YH90041",
            ),
            "safety.hazards-overdue": "CH",
        },
        change=more(
            "hazard", {"school_id": "CH-N02"}, *_hazards("CH-N03", {"hazard_id": "YH90041", "closed_on": "5月底"})
        ),
    ),
    Planted(
        "no document on everyone's duties",
        {"safety.duties-school": "SL-P13 SL-K03 LG-K07"},
        no_paper("school_id", "SL-P13 SL-K03 LG-K07", "safety-duties"),
    ),
    Planted(
        "posts whose duties are not signed",
        {"safety.duties-signed": "SL-J05 SL-C01 QH-S02", "safety.duties-coverage": "SL QH"},
        school("SL-J05 SL-C01 QH-S02", "2022", signed_posts=lambda row: int(row["safety_posts"]) - 3),
    ),
    Planted(
        "more posts signed than there are",
        {"safety.posts-consistent": "YX-P07"},
        school("YX-P07", "2022", signed_posts=lambda row: int(row["safety_posts"]) + 1),
    ),
    Planted(
        "signed posts not told",
        unknown={"safety.duties-signed": "FP-S01", "safety.duties-coverage": "FP", "safety.posts-consistent": "FP-S01"},
        change=school("FP-S01", "2022", signed_posts=""),
    ),
    Planted(
        "no emergency plan, or one without a number",
        {"safety.emergency-plan": "SL-T03 YL-K17 SL-K08", "safety.emergency-plan-coverage": "SL YL"},
        all_of(
            no_paper("school_id", "SL-T03 YL-K17", "emergency-plan"),
            cells("evidence", {"school_id": "SL-K08", "evidence_kind": "emergency-plan"}, document_number=""),
        ),
    ),
    Planted(
        "the day of an emergency plan cannot be read",
        unknown={
            "safety.emergency-plan": "CH-K05",
            "safety.emergency-plan-reviewed": "CH-K05",
            "safety.emergency-plan-coverage": "CH",
        },
        change=cells("evidence", {"school_id": "CH-K05", "evidence_kind": "emergency-plan"}, issued_on="2021年春"),
    ),
    Planted(
        "an emergency plan that nobody has reviewed since 2019",
        {"safety.emergency-plan-reviewed": "SP-P03 YX-P14 SL-J08"},
        lambda city: _unreviewed(city, ("SP-P03", "YX-P14", "SL-J08")),
    ),
)


def _unreviewed(city: City, codes: tuple[str, ...]) -> None:
    city.put("evidence", {"school_id": codes, "evidence_kind": "emergency-plan"}, issued_on="2019-03-11")
    for row in city.find("evidence", {"school_id": codes, "evidence_kind": "emergency-plan-review"}):
        city.drop("evidence", {"evidence_id": row["evidence_id"]})


EDUCATION = (
    Planted("a subject left out", {"safety.education-coverage": "SL LJ YX"}, _missing_lessons),
    Planted(
        "life is not taught to the upper classes",
        {"safety.education-by-age": "QH-P09 SL-P06"},
        cells(
            "safety_lesson",
            {"school_id": ("QH-P09", "SL-P06"), "lesson_subject": "life", "held_on": "2022"},
            age_group="lower-primary",
        ),
    ),
    Planted(
        "the law vice-principal's term is over, or there is no document of appointment",
        {"safety.law-vice-principal": "SL-P09 SL-T04 YL-T03 FP-P12"},
        all_of(
            cells(
                "law_vice_principal",
                {"school_id": ("SL-P09", "SL-T04", "YL-T03")},
                appointed_on="2019-09-01",
                term_ends_on="2022-08-31",
            ),
            cells("law_vice_principal", {"school_id": "FP-P12"}, appointment_document=""),
        ),
    ),
    Planted(
        "the law vice-principal taught nothing, or half of the hours",
        {"safety.law-vice-principal-hours": "SL-P15 YL-P16"},
        all_of(
            cells(
                "safety_lesson",
                {"school_id": "SL-P15", "lesson_subject": "law", "held_on": "2022"},
                taught_by="teacher",
            ),
            cells("safety_lesson", {"school_id": "YL-P16", "lesson_subject": "law", "held_on": "2022"}, class_hours=1),
        ),
    ),
    Planted("a month without a drill", change=_missed_drills),
    Planted(
        "a table-top exercise in place of the drill of October",
        {"safety.monthly-drill": "YX-N03@2022-10 LG-P04@2022-10"},
        cells("drill", {"school_id": ("YX-N03", "LG-P04"), "held_on": "2022-10"}, drill_kind="tabletop"),
    ),
    Planted(
        "kindergartens without a drill in the third quarter",
        {
            "safety.quarterly-drill": "SL-K07@2022-Q3 SL-K15@2022-Q3 JY-K10@2022-Q3",
            "safety.drill-kinds": "SL-K07 SL-K15 JY-K10",
            "safety.drill-coverage": "SL JY",
        },
        without("drill", {"school_id": ("SL-K07", "SL-K15", "JY-K10"), "held_on": "2022-09"}),
    ),
    Planted(
        "no drill against intrusion",
        {"safety.drill-kinds": "FP-P05 SL-P14 LJ-S02", "safety.drill-coverage": "FP SL LJ"},
        cells(
            "drill",
            {"school_id": ("FP-P05", "SL-P14", "LJ-S02"), "held_on": "2022", "drill_kind": "intrusion"},
            drill_kind="evacuation",
        ),
    ),
    Planted("slow to leave the building", change=_slow_drills),
    Planted(
        "floors or time of a drill not told",
        unknown={"safety.evacuation-time": "YL90001 YL90002"},
        change=more(
            "drill",
            {"school_id": "WC-P13", "held_on": "2022-09"},
            {"drill_id": "YL90001", "floors": "", "evacuation_seconds": "131"},
            {"drill_id": "YL90002", "floors": "4", "evacuation_seconds": ""},
        ),
    ),
)
