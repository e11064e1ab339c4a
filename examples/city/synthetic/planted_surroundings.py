"""What is planted around schools: joint meetings, departments, problems, premises."""

from __future__ import annotations

from synthetic.planting import Planted, all_of, cells, more, without
from synthetic.tables import City

_PROBLEM = {
    "found_on": "2022-04-12",
    "due_on": "2022-05-12",
    "closed_on": "2022-05-06",
    "closing_document": "云周边销〔2022〕991号",
    "confirmed_by": "教育局",
    "lead_department": "城市管理局",
    "responsible": "郑某",
    "problem_kind": "stalls",
}
_NOT_CLOSED = dict.fromkeys(("closed_on", "closing_document", "confirmed_by"), "")


def _nothing_listed(city: City) -> None:
    for row in city.rows["surroundings_problem"]:
        if row["school_id"].startswith("SL-") and row["found_on"] > "2022":
            city.drop("surroundings_problem", {"problem_id": row["problem_id"]})
    for number, code in enumerate(("SL-J01", "SL-P14"), start=1):
        found = {"found_on": "2021-10-18", "due_on": "2021-12-17"}
        at = {"problem_id": f"ZB9000{number}", "school_id": code}
        city.copy("surroundings_problem", {"lead_department": "石岭县公安局"}, **(_PROBLEM | found | at | _NOT_CLOSED))


PLANTED = (
    Planted(
        "a county that listed nothing in 2022 and left two problems open",
        {
            "surroundings.list-kept": "SL",
            "surroundings.problem-closed": "ZB90001 ZB90002",
            "surroundings.problems-overdue": "SL",
        },
        _nothing_listed,
    ),
    Planted(
        "problems overdue, closed late, not due yet",
        {"surroundings.problem-closed": "ZB90011 ZB90012 ZB90013", "surroundings.problems-overdue": "WC"},
        more(
            "surroundings_problem",
            {"problem_id": "ZB00001"},
            _PROBLEM | {"problem_id": "ZB90011", "school_id": "WC-P05", **_NOT_CLOSED},
            _PROBLEM | {"problem_id": "ZB90012", "school_id": "YX-P05", "closed_on": "2022-06-01"},
            _PROBLEM | {"problem_id": "ZB90013", "school_id": "LG-P11", "closed_on": "2022-07-15"},
            _PROBLEM | {"problem_id": "ZB90014", "school_id": "LG-P11", "due_on": "2023-01-20", **_NOT_CLOSED},
        ),
        not_due={"surroundings.problem-closed": "ZB90014"},
    ),
    Planted(
        "problems of which the list does not say who or what",
        {"surroundings.problem-recorded": "ZB90021 ZB90022"},
        more(
            "surroundings_problem",
            {"problem_id": "ZB00001"},
            _PROBLEM | {"problem_id": "ZB90021", "school_id": "FP-S02", "lead_department": ""},
            _PROBLEM | {"problem_id": "ZB90022", "school_id": "QH-P15", "problem_kind": ""},
        ),
    ),
    Planted(
        "problems closed without a document, or with nobody to confirm it",
        {"surroundings.closing-confirmed": "ZB90031 ZB90032"},
        more(
            "surroundings_problem",
            {"problem_id": "ZB00001"},
            _PROBLEM | {"problem_id": "ZB90031", "school_id": "YL-C01", "closing_document": ""},
            _PROBLEM | {"problem_id": "ZB90032", "school_id": "CH-S02", "confirmed_by": ""},
        ),
    ),
    Planted(
        "internet cafes within 200 m and at 200 m; one near a kindergarten, and one that is gone, break no rule",
        {"surroundings.internet-cafes": "CS9001 CS9002"},
        more(
            "nearby_premises",
            {"premises_kind": "internet-cafe"},
            {
                "premises_id": "CS9001",
                "premises_name": "蓝鲸网络会所",
                "school_id": "SL-J01",
                "distance": "150",
                "opened_on": "2018-05-02",
                "ceased_on": "",
            },
            {
                "premises_id": "CS9002",
                "premises_name": "极光网络会所",
                "school_id": "YX-J05",
                "distance": "200",
                "opened_on": "2019-05-02",
                "ceased_on": "",
            },
            {
                "premises_id": "CS9003",
                "premises_name": "星河网络会所",
                "school_id": "YX-K05",
                "distance": "120",
                "opened_on": "2019-05-02",
                "ceased_on": "",
            },
            {
                "premises_id": "CS9004",
                "premises_name": "老街网吧",
                "school_id": "YX-J06",
                "distance": "90",
                "opened_on": "2009-05-02",
                "ceased_on": "2022-10-31",
            },
        ),
    ),
    Planted(
        "two joint meetings, of which one has no minutes",
        {"surroundings.meetings-held": "SL"},
        all_of(
            without("joint_meeting", {"meeting_id": ("SL-LX223", "SL-LX224")}),
            without("meeting_attendance", {"meeting_id": ("SL-LX223", "SL-LX224")}),
            cells("joint_meeting", {"meeting_id": "SL-LX221"}, minutes_document=""),
        ),
    ),
    Planted(
        "a department that never came, or never on the day of the meeting",
        {"surroundings.departments-attend": "SL LG QH"},
        all_of(
            cells(
                "meeting_attendance",
                {"meeting_id": tuple(f"QH-LX22{number}" for number in range(1, 5)), "department": "police"},
                attended_on="2022-02-14",
            ),
            without("meeting_attendance", {"meeting_id": ("SL-LX221", "SL-LX222"), "department": "emergency"}),
            without(
                "meeting_attendance",
                {"meeting_id": tuple(f"LG-LX22{number}" for number in range(1, 5)), "department": "market"},
            ),
        ),
    ),
)
