"""What is planted in money, party work and the carrying out of the plan."""

from __future__ import annotations

from collections.abc import Callable

from synthetic.money import ITEMS
from synthetic.planting import Change, Planted, Subjects, all_of, cells, more, no_paper, paper, without
from synthetic.tables import Cell, City, Row

#: documents that the new district does not have, and has to
_DISTRICT = (
    "inspection.city-body",
    "inspection.city-funding",
    "inspection.city-committee-duties",
    "inspection.city-monitoring-scheme",
    "inspection.city-monitoring",
    "safety.duties-city",
    "implementation.coordination-city",
    "implementation.yearly-plan-city",
    "implementation.target-breakdown-city",
    "implementation.tasks-every-year-city",
    "implementation.supervision-city",
    "implementation.monitoring",
    "implementation.publication-city",
)
#: those that are due with the plan
_DISTRICT_LATER = (
    "inspection.regulation-measures",
    "safety.platform",
    "surroundings.joint-meeting-city",
    "finance.cost-sharing",
    "finance.fee-standard",
    "implementation.supporting-policy",
    "implementation.pilot-zone",
    "implementation.pilot-batches",
    "implementation.mid-term-evaluation",
)


def _times(column: str, factor: float) -> Callable[[Row], str]:
    return lambda row: f"{float(row[column]) * factor:.2f}"


def _budget(county: str, **values: Cell) -> Change:
    return cells("county_budget", {"county_id": county, "year": "2022"}, **values)


def _all_falls(city: City) -> None:
    """The county in trouble spent a tenth less, even less on compulsory education, teachers and vocational schools."""
    factors = dict.fromkeys(("education_spending", "compulsory_public_funds", *ITEMS), 0.9)
    factors |= {"compulsory_spending": 0.88, "teachers_spending": 0.85, "vocational_spending": 0.78}
    made = {column: _times(column, factor) for column, factor in factors.items()}
    city.put("county_budget", {"county_id": "SL", "year": "2022"}, **made)


def _flat(city: City) -> None:
    """A county spent as much as the year before, with a few students more."""
    before = city.find("county_budget", {"county_id": "QH", "year": "2021"})[0]
    city.put(
        "county_budget",
        {"county_id": "QH", "year": "2022"},
        education_spending=before["education_spending"],
        students=int(before["students"]) + 60,
    )


def _few_full_time(city: City) -> None:
    """In two counties most teachers of ideology and politics in primary schools teach other subjects, too."""
    for row in city.rows["party_work"]:
        if row["school_id"][:4] in ("SL-P", "SP-P"):
            row["full_time_theory_teachers"] = "1"


MONEY = (
    Planted(
        "spending falls in the county in trouble",
        dict.fromkeys(
            (
                "finance.spending-grows",
                "finance.spending-does-not-fall",
                "finance.per-student-grows",
                "finance.per-student-does-not-fall",
                "finance.spending-outgrows-revenue",
                "finance.compulsory-share",
                "finance.compulsory-per-student-grows",
                "finance.compulsory-outgrows-revenue",
                "finance.public-funds-grow",
                "finance.key-areas-first",
                "finance.weak-sectors-hold",
                "finance.weak-sectors-gain",
            ),
            "SL",
        ),
        _all_falls,
    ),
    Planted(
        "flat spending: no growth, yet no fall; per student it falls",
        dict.fromkeys(
            (
                "finance.spending-grows",
                "finance.per-student-grows",
                "finance.per-student-does-not-fall",
                "finance.spending-outgrows-revenue",
            ),
            "QH",
        ),
        _flat,
    ),
    Planted(
        "printed spending falls, and grows like for like",
        {},
        _budget(
            "YL",
            education_spending=_times("education_spending", 0.95),
            comparable_growth="7.8",
            comparable_growth_per_student="8.9",
        ),
    ),
    Planted(
        "revenue grows faster",
        {"finance.spending-outgrows-revenue": "WC", "finance.compulsory-outgrows-revenue": "WC"},
        _budget("WC", recurrent_revenue=_times("recurrent_revenue", 1.05)),
    ),
    Planted(
        "teachers get a smaller share",
        {"finance.key-areas-first": "FP"},
        _budget("FP", teachers_spending=_times("teachers_spending", 0.93)),
    ),
    Planted(
        "senior schools get a smaller share, and with them the weak sectors",
        {"finance.weak-sectors-hold": "LG", "finance.weak-sectors-gain": "LG"},
        _budget("LG", senior_spending=_times("senior_spending", 0.93)),
    ),
    Planted(
        "revenue not told",
        unknown={"finance.spending-outgrows-revenue": "LJ", "finance.compulsory-outgrows-revenue": "LJ"},
        change=_budget("LJ", recurrent_revenue=""),
    ),
    Planted(
        "an amount in words",
        unknown=dict.fromkeys(
            ("finance.budget-consistent", "finance.weak-sectors-hold", "finance.weak-sectors-gain"), "SP"
        ),
        change=_budget("SP", preschool_spending="约四千五百"),
    ),
    Planted(
        "more public funds than compulsory education has in all",
        {"finance.budget-consistent": "CH"},
        _budget("CH", compulsory_public_funds=_times("compulsory_spending", 1.01)),
    ),
    Planted(
        "targets of the year before",
        {"finance.performance-whole-course": "QH-B2"},
        cells("budget_body", {"body_id": "QH-B2", "year": "2022"}, targets_approved_on="2021-03-10"),
    ),
    Planted(
        "bodies not evaluated, or without the report's number",
        {"finance.performance-coverage": "SL YL", "finance.performance-whole-course": "SL-B3 SL-B6 YL-B5"},
        all_of(
            cells(
                "budget_body", {"body_id": ("SL-B3", "SL-B6"), "year": "2022"}, evaluated_on="", evaluation_document=""
            ),
            cells("budget_body", {"body_id": "YL-B5", "year": "2022"}, evaluation_document=""),
        ),
    ),
    Planted(
        "results not used; monitored on a day that is no day",
        {"finance.performance-whole-course": "CH-B2"},
        all_of(
            cells("budget_body", {"body_id": "CH-B2", "year": "2022"}, results_used_on=""),
            cells("budget_body", {"body_id": "JY-B4", "year": "2022"}, monitored_on="2022-13-05"),
        ),
        unknown={"finance.performance-whole-course": "JY-B4"},
    ),
    Planted(
        "budgets published late, or nowhere to be found; one that has time until January",
        {"finance.budget-published": "SL-B1-2022-B WC-B4-2022-B"},
        all_of(
            cells("budget_disclosure", {"disclosure_id": "SL-B1-2022-B"}, published_on="2022-04-20"),
            cells("budget_disclosure", {"disclosure_id": "WC-B4-2022-B"}, published_at=""),
            more(
                "budget_disclosure",
                {"disclosure_id": "FP-B1-2022-B"},
                {"disclosure_id": "FP-B1-2022-B2", "approved_on": "2022-12-20", "published_on": "", "published_at": ""},
            ),
        ),
        not_due={"finance.budget-published": "FP-B1-2022-B2"},
    ),
    Planted(
        "no final accounts in 2022",
        {"finance.budget-disclosed": "SL"},
        without("budget_disclosure", {"county_id": "SL", "document": "accounts", "approved_on": "2022"}),
    ),
    Planted(
        "invented series that fall or stay",
        {
            "finance.national-spending-grows": "中部地区（合成）",
            "finance.national-spending-does-not-fall": "中部地区（合成）",
            "finance.national-per-student-grows": "higher",
            "finance.national-per-student-does-not-fall": "higher",
        },
    ),
)

PARTY = (
    Planted(
        "no plan of moral education",
        {"party.moral-education": "SL-J08 SL-S02 LG-P10"},
        no_paper("school_id", "SL-J08 SL-S02 LG-P10", "moral-education"),
    ),
    Planted(
        "too few meetings; meetings not told",
        {"party.members-meetings": "SL-P02 YX-C02"},
        all_of(
            cells("party_work", {"school_id": ("SL-P02", "YX-C02"), "year": "2022"}, members_meetings=3),
            cells("party_work", {"school_id": "JY-N01", "year": "2022"}, members_meetings=""),
        ),
        unknown={"party.members-meetings": "JY-N01"},
    ),
    Planted(
        "more full-time teachers of ideology and politics than there are",
        {"party.work-consistent": "QH-P05"},
        cells(
            "party_work",
            {"school_id": "QH-P05", "year": "2022"},
            full_time_theory_teachers=lambda row: int(row["theory_teachers"]) + 1,
        ),
    ),
    Planted(
        "few full-time teachers of ideology and politics, due with the plan",
        change=_few_full_time,
        not_due={"party.theory-teachers": "SL SP"},
    ),
)


def _no_tasks_due(city: City) -> Subjects:
    """The county in trouble has no task that falls due in 2022, and did not do the one of 2021."""
    for row in city.find("plan_task", {"county_id": "SL"}):
        if row["due_on"].startswith("2022"):
            city.drop("plan_task", {"task_id": row["task_id"]})
    city.put("plan_task", {"task_id": "SL-R1"}, done_on="", done_document="")
    return {"implementation.task-on-time": ["SL-R1"]}


CARRYING_OUT = (
    Planted(
        "a new district that has hardly any documents",
        dict.fromkeys(_DISTRICT, "XQ"),
        not_due=dict.fromkeys(_DISTRICT_LATER, "XQ"),
    ),
    Planted("no coordination", {"implementation.coordination": "SL"}, no_paper("county_id", "SL", "coordination")),
    Planted(
        "progress not published in 2022",
        {"implementation.publication": "SL"},
        without("evidence", {"county_id": "SL", "evidence_kind": "progress-publication", "issued_on": "2022"}),
    ),
    Planted(
        "no scheme of supervision",
        {"implementation.supervision": "SL"},
        no_paper("county_id", "SL", "progress-supervision"),
    ),
    Planted(
        "a breakdown of targets without a number",
        {"implementation.target-breakdown": "SL"},
        paper("SL", "target-breakdown", document_number=""),
    ),
    Planted(
        "a breakdown and a scheme of supervision that are older than the plan",
        {"implementation.target-breakdown": "QH", "implementation.supervision": "LG"},
        all_of(
            paper("QH", "target-breakdown", issued_on="2020-11-16"),
            paper("LG", "progress-supervision", issued_on="2020-12-07"),
        ),
    ),
    Planted(
        "no plan for 2022; a plan without an end",
        {"implementation.yearly-plan": "SL LG"},
        all_of(
            without("evidence", {"county_id": "SL", "evidence_kind": "yearly-plan", "issued_on": "2022"}),
            cells("evidence", {"county_id": "LG", "evidence_kind": "yearly-plan", "issued_on": "2022"}, valid_until=""),
        ),
    ),
    Planted("no task that falls due in 2022", {"implementation.tasks-every-year": "SL"}, _no_tasks_due),
    Planted(
        "tasks done late, or not yet",
        {"implementation.task-on-time": "FP-R2 YZ-R2"},
        all_of(
            cells("plan_task", {"task_id": "FP-R2"}, due_on="2022-06-30", done_on="2022-09-14"),
            cells("plan_task", {"task_id": "YZ-R2"}, due_on="2022-09-30", done_on="", done_document=""),
        ),
    ),
    Planted(
        "a task of no policy that nobody is to do by any day",
        {"implementation.task-recorded": "CH-R9"},
        more(
            "plan_task",
            {"task_id": "CH-R5"},
            {"task_id": "CH-R9", "due_on": "", "done_on": "", "done_document": ""},
        ),
    ),
    Planted(
        "policies without tasks, or with a task that nobody is to do",
        {"implementation.policy-schedule": "ZL90001 ZL90002", "implementation.task-recorded": "ZL90002-R1"},
        all_of(
            more(
                "evidence",
                {"evidence_kind": "supporting-policy"},
                {"evidence_id": "ZL90001", "evidence_title": "校园足球推进政策"},
                {"evidence_id": "ZL90002", "evidence_title": "课后服务补助政策"},
            ),
            more("plan_task", {"task_id": "YZ-R5"}, {"task_id": "ZL90002-R1", "policy_id": "ZL90002", "task_unit": ""}),
        ),
    ),
)
PLANTED = (*MONEY, *PARTY, *CARRYING_OUT)
