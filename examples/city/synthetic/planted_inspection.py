"""What is planted in inspection: bodies, inspectors, visits and inspections, opinions, accountability, monitoring."""

from __future__ import annotations

from synthetic.planting import Planted, Subjects, all_of, cells, every, more, no_paper, paper, without
from synthetic.tables import City

#: an inspection done by the book, at a school that each planted one names
_DONE = {
    "inspection_kind": "special",
    "inspected_on": "2022-03-10",
    "team_size": "4",
    "report_due_on": "2022-04-24",
    "report_number": "云督报〔2022〕901号",
    "reported_on": "2022-04-15",
    "filed_on": "2022-04-16",
    "published_on": "2022-04-18",
}
#: an opinion of which everything was done
_ANSWERED = {
    "inspection_id": "DD90002",
    "opinion_title": "2022年课后服务专项督导意见书",
    "opinion_sent_on": "2022-03-28",
    "opinion_number": "云督意〔2022〕950号",
    "responsible": "望川区教育局",
    "rectify_due_on": "2022-05-27",
    "rectified_on": "2022-05-10",
    "answered_on": "2022-05-20",
    "recheck_due_on": "2022-08-25",
    "rechecked_on": "2022-07-06",
    "recheck_result": "passed",
    "recheck_document": "云督复〔2022〕950号",
}
_CASE = dict.fromkeys(
    (
        "review_asked_on",
        "review_decided_on",
        "review_served_on",
        "appealed_on",
        "appeal_decided_on",
        "appeal_outcome",
        "appeal_served_on",
        "corrected_on",
    ),
    "",
) | {
    "county_id": "SL",
    "inspection_ended_on": "2021-12-10",
    "group_formed_on": "2022-01-20",
    "decision_served_on": "2022-03-15",
}
_REVIEW = {"review_asked_on": "2022-04-01", "review_decided_on": "2022-04-20", "review_served_on": "2022-04-22"}
_APPEAL = {
    "appealed_on": "2022-03-25",
    "appeal_decided_on": "2022-05-10",
    "appeal_outcome": "wrong",
    "appeal_served_on": "2022-05-12",
    "corrected_on": "2022-05-20",
}

#: what the planted inspections are about
_ABOUT = {
    "DD90001": "校园食堂",
    "DD90002": "课后服务",
    "DD90003": "招生入学",
    "DD90011": "规范办学",
    "DD90012": "教材管理",
    "DD90021": "师德师风",
    "DD90031": "实验室安全",
    "DD90032": "作业管理",
}


def _inspections(*rows: dict[str, str]) -> list[dict[str, str]]:
    return [_DONE | row | {"inspection_title": f"2022年{_ABOUT[row['inspection_id']]}专项督导"} for row in rows]


def _drop_inspections(city: City, where: dict[str, str | tuple[str, ...]]) -> None:
    """Take out inspections and what followed from them."""
    for row in city.find("inspection", where):
        city.drop("inspection", {"inspection_id": row["inspection_id"]})
        for opinion in city.find("opinion", {"inspection_id": row["inspection_id"]}):
            city.drop("opinion", {"opinion_id": opinion["opinion_id"]})


def _not_inspected(city: City) -> None:
    _drop_inspections(city, {"county_id": "SL", "inspection_kind": ("comprehensive", "special")})
    _drop_inspections(city, {"county_id": "SL", "inspection_kind": "duties", "inspected_on": "2022"})


def _no_full_time(city: City) -> None:
    """The county in trouble has no full-time inspectors, and too few others."""
    gone = [row["inspector_id"] for row in city.find("inspector", {"county_id": "SL", "employment": "full_time"})]
    gone += ["SL-D10", "SL-D11"]
    city.drop("inspector", {"inspector_id": gone})
    city.drop("training", {"inspector_id": gone})


def _few_visits(city: City) -> Subjects:
    """Three schools were visited once in the second term."""
    found = []
    for code in ("SL-P01", "SL-K13", "YL-T04"):
        for month in ("2022-03", "2022-04", "2022-05"):
            _drop_inspections(city, {"school_id": code, "inspection_kind": "routine", "inspected_on": month})
            found.append(f"{code}@{month}")
    return {"inspection.monthly-visits": found}


def _missed_visits(city: City) -> Subjects:
    """One school in twelve was not visited in December, or in October."""
    there = every([row for row in city.kept("school") if row["year"] == "2022"], 12, 11)
    missed = [(row["school_id"], ("2022-12", "2022-10")[number % 2]) for number, row in enumerate(there)]
    for code, month in missed:
        city.drop("inspection", {"school_id": code, "inspection_kind": "routine", "inspected_on": month})
    return {"inspection.monthly-visits": [f"{code}@{month}" for code, month in missed]}


def _short_training(city: City) -> Subjects:
    """Nine inspectors missed the course of October 2022, and half of that of July."""
    served = [
        row
        for row in city.kept("inspector")
        if row["serving_since"] < "2022" and not "" < row["term_ends_on"] < "2022-12-31"
    ]
    trouble = [row for row in served if row["county_id"] == "SL"]
    codes = [
        row["inspector_id"] for row in every(trouble, 3) + every([row for row in served if row not in trouble], 35, 20)
    ]
    for code in codes:
        city.drop("training", {"inspector_id": code, "trained_on": "2022-10"})
        city.put("training", {"inspector_id": code, "trained_on": "2022-07"}, hours=8)
    return {"inspection.training-hours": [f"{code}@2022" for code in codes]}


BODIES = (
    Planted(
        "the document that sets up the body lapsed in May",
        {"inspection.body": "SL"},
        paper("SL", "inspection-body", valid_until="2022-05-31"),
    ),
    Planted(
        "the document that sets up the body names no unit",
        {"inspection.body": "QH"},
        paper("QH", "inspection-body", issuer=""),
    ),
    Planted(
        "funds without a document number",
        {"inspection.funding": "SL"},
        paper("SL", "inspection-funding", document_number=""),
    ),
    Planted(
        "no duties of the committee's members",
        {"inspection.committee-duties": "SL"},
        no_paper("county_id", "SL", "committee-duties"),
    ),
    Planted(
        "no rules for appointing inspectors",
        {"inspection.appointment-rules": "SL YL"},
        no_paper("county_id", "SL YL", "inspector-appointment"),
    ),
    Planted(
        "no scheme of monitoring",
        {"inspection.monitoring-scheme": "SL"},
        no_paper("county_id", "SL", "monitoring-scheme"),
    ),
    Planted(
        "no full-time inspectors, and too few in all",
        {
            "inspection.full-time-inspectors": "SL",
            "inspection.responsible-inspectors": "SL",
            "inspection.inspectors-large-schools": "SL",
        },
        _no_full_time,
    ),
    Planted(
        "responsible inspectors without a document of appointment",
        {"inspection.responsible-inspectors": "YL"},
        cells("inspector", {"inspector_id": ("YL-D04", "YL-D05")}, responsible_document=""),
    ),
    Planted(
        "inspectors without the degree or the years; one whose years are not told",
        {"inspection.inspector-qualified": "QH-D05 LG-D06"},
        all_of(
            cells("inspector", {"inspector_id": "QH-D05"}, degree="below-bachelor"),
            cells("inspector", {"inspector_id": "LG-D06"}, experience_years=8),
            cells("inspector", {"inspector_id": "FP-D04"}, experience_years=""),
        ),
        unknown={"inspection.inspector-qualified": "FP-D04"},
    ),
    Planted(
        "terms of more than three years, and without an end",
        {"inspection.part-time-term": "CH-D06 WC-D08"},
        all_of(
            cells("inspector", {"inspector_id": "CH-D06"}, appointed_on="2021-09-01", term_ends_on="2025-08-31"),
            cells("inspector", {"inspector_id": "WC-D08"}, term_ends_on=""),
        ),
    ),
    Planted(
        "a fourth term in a row",
        {"inspection.consecutive-terms": "SP-D07"},
        cells(
            "inspector",
            {"inspector_id": "SP-D07"},
            term_number=4,
            serving_since="2012-09-01",
            appointed_on="2021-09-01",
            term_ends_on="2024-08-31",
        ),
    ),
    Planted("too few hours of training", change=_short_training),
    Planted(
        "hours of a course not told",
        unknown={"inspection.training-hours": "JY-D02@2022"},
        change=cells("training", {"inspector_id": "JY-D02", "trained_on": "2022-10"}, hours=""),
    ),
)

INSPECTIONS = (
    Planted(
        "a government not inspected in five years, nor assessed in 2022",
        {"inspection.government-inspected": "SL", "inspection.duties-assessed": "SL"},
        _not_inspected,
    ),
    Planted(
        "one visit in a term",
        {"inspection.routine": "SL-P01@2021-2022-2 SL-K13@2021-2022-2 YL-T04@2021-2022-2"},
        _few_visits,
    ),
    Planted("a month without a visit", change=_missed_visits),
    Planted(
        "schools not inspected comprehensively in five years",
        {"inspection.comprehensive": "SL-P04 SL-J06 YL-P12 SP-N02"},
        lambda city: _drop_inspections(
            city, {"school_id": ("SL-P04", "SL-J06", "YL-P12", "SP-N02"), "inspection_kind": "comprehensive"}
        ),
    ),
    Planted(
        "inspections without an opinion, or with a late one",
        {"inspection.opinion-sent": "DD90001 DD90003"},
        more(
            "inspection",
            {"inspection_kind": "special"},
            *_inspections(
                {"inspection_id": "DD90001", "school_id": "LJ-P03"},
                {"inspection_id": "DD90002", "school_id": "WC-J02"},
                {"inspection_id": "DD90003", "school_id": "CH-P04"},
            ),
        ),
    ),
    Planted(
        "opinions that do not say who, or by when they are rechecked",
        {"inspection.opinion-complete": "YJ90001 YJ90002"},
        more(
            "opinion",
            {"recheck_result": "passed"},
            _ANSWERED | {"opinion_id": "YJ90001", "responsible": ""},
            _ANSWERED | {"opinion_id": "YJ90002", "opinion_number": ""},
        ),
    ),
    Planted(
        "an opinion sent after the date of its report",
        change=more(
            "opinion",
            {"recheck_result": "passed"},
            _ANSWERED | {"opinion_id": "YJ90003", "inspection_id": "DD90003", "opinion_sent_on": "2022-04-25"},
        ),
    ),
    Planted(
        "opinions answered late, or not at all",
        {"inspection.opinion-answered": "YJ90011 YJ90012", "inspection.opinion-rechecked": "YJ90012"},
        more(
            "opinion",
            {"recheck_result": "passed"},
            _ANSWERED | {"opinion_id": "YJ90011", "answered_on": "2022-06-30"},
            _ANSWERED
            | {"opinion_id": "YJ90012"}
            | dict.fromkeys(("rectified_on", "answered_on", "rechecked_on", "recheck_result", "recheck_document"), ""),
        ),
    ),
    Planted(
        "rechecks that were not passed, came before the work was done, or have no document",
        {"inspection.opinion-rechecked": "YJ90021 YJ90022 YJ90023"},
        more(
            "opinion",
            {"recheck_result": "passed"},
            _ANSWERED | {"opinion_id": "YJ90021", "recheck_result": "not-passed"},
            _ANSWERED | {"opinion_id": "YJ90022", "rechecked_on": "2022-05-05"},
            _ANSWERED | {"opinion_id": "YJ90023", "recheck_document": ""},
        ),
    ),
    Planted(
        "teams that are too small, or not told; no date for the report; reports late or unpublished",
        {"inspection.team": "DD90011", "inspection.report-deadline": "DD90021", "inspection.report": "DD90031 DD90032"},
        more(
            "inspection",
            {"inspection_kind": "special"},
            *_inspections(
                {"inspection_id": "DD90011", "school_id": "SL-J01", "team_size": "2"},
                {"inspection_id": "DD90012", "school_id": "SZ-P04", "team_size": ""},
                {"inspection_id": "DD90021", "school_id": "FP-P07", "report_due_on": ""},
                {"inspection_id": "DD90031", "school_id": "SL-P14", "published_on": ""},
                {"inspection_id": "DD90032", "school_id": "QH-C01", "filed_on": "2022-05-30"},
            ),
        ),
        unknown={
            "inspection.team": "DD90012",
            "inspection.report": "DD90021",
            "inspection.opinion-sent": "DD90021",
        },
    ),
    Planted(
        "the opinions of those",
        change=more(
            "opinion",
            {"recheck_result": "passed"},
            *(
                _ANSWERED | {"opinion_id": f"YJ9003{place}", "inspection_id": code}
                for place, code in enumerate(("DD90011", "DD90012", "DD90021", "DD90031", "DD90032"))
            ),
        ),
    ),
)

AFTERWARDS = (
    Planted(
        "steps of accountability that took too long",
        {
            "inspection.finding-group": "SL-WZ11",
            "inspection.review-asked": "SL-WZ12",
            "inspection.review-decided": "SL-WZ13",
            "inspection.appeal-made": "SL-WZ14",
            "inspection.appeal-decided": "SL-WZ15",
            "inspection.decision-corrected": "SL-WZ16",
        },
        more(
            "accountability_case",
            {"county_id": "SL"},
            _CASE | {"case_id": "SL-WZ11", "group_formed_on": "2022-02-28"},
            _CASE | _REVIEW | {"case_id": "SL-WZ12", "review_asked_on": "2022-04-18"},
            _CASE
            | _REVIEW
            | {"case_id": "SL-WZ13", "review_decided_on": "2022-05-20", "review_served_on": "2022-05-23"},
            _CASE | _APPEAL | {"case_id": "SL-WZ14", "appealed_on": "2022-04-08"},
            _CASE
            | _APPEAL
            | {
                "case_id": "SL-WZ15",
                "appeal_decided_on": "2022-06-20",
                "appeal_served_on": "2022-06-22",
                "corrected_on": "2022-06-28",
            },
            _CASE | _APPEAL | {"case_id": "SL-WZ16", "corrected_on": ""},
        ),
    ),
    Planted(
        "no round of monitoring in 2022",
        {"inspection.monitoring": "SL"},
        without("monitoring", {"county_id": "SL", "monitored_on": "2022"}),
    ),
    Planted(
        "rounds of monitoring without a report, or with a late one",
        {"inspection.monitoring-reported": "SZ-JC221 YL-JC221"},
        all_of(
            cells("monitoring", {"monitoring_id": "SZ-JC221"}, result_reported_on="", result_number=""),
            cells("monitoring", {"monitoring_id": "YL-JC221"}, result_reported_on="2022-09-09"),
        ),
    ),
)
PLANTED = (*BODIES, *INSPECTIONS, *AFTERWARDS)
