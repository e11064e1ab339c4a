"""What is planted in balanced development, and in the feed itself."""

from __future__ import annotations

from collections.abc import Callable

from synthetic.planting import BOTH, Change, Planted, all_of, cells, more, without
from synthetic.tables import Cell, City, Row


def _stages(names: str, **values: Cell) -> Change:
    """Write cells of stages in 2022."""

    def change(city: City) -> None:
        for name in names.split():
            code, stage = name.split("/")
            city.put("school_stage", {"school_id": code, "stage": stage, "year": "2022"}, **values)

    return change


def _return(county: str, **values: Cell) -> Change:
    return cells("balance_return", {"county_id": county, "year": "2022"}, **values)


def _part(column: str, share: float) -> Callable[[Row], int]:
    return lambda row: int(int(row[column]) * share)


def _times(column: str, factor: float) -> Callable[[Row], str]:
    return lambda row: f"{float(row[column]) * factor:.2f}"


def _of_standard(per_student: float, share: float) -> Callable[[Row], str]:
    return lambda row: f"{int(row['stage_students']) * per_student * share:.2f}"


def _crowd(names: str, size: int) -> Change:
    """Move students from the second class of the newest cohort into the first."""

    def change(city: City) -> dict[str, list[str]]:
        crowded = []
        for name in names.split():
            code, letter = name.split("/")
            first, second = (
                city.find("school_class", {"school_id": code, "class_id": f"{letter}2022-0{number}", "year": "2022"})[0]
                for number in (1, 2)
            )
            second["class_students"] = str(int(second["class_students"]) + int(first["class_students"]) - size)
            first["class_students"] = str(size)
            crowded.append(f"{code}/{letter}2022-01")
        return {"balance.class-size": crowded}

    return change


RESOURCES = (
    Planted(
        "two indicators below the standard",
        {"balance.quorum": "SL-P01/primary SL-P05/primary SL-P12/primary SL-J03/junior SL-N03/junior LG-J07/junior"},
        _stages(
            "SL-P01/primary SL-P05/primary SL-P12/primary SL-J03/junior SL-N03/junior LG-J07/junior",
            equipment_value=_of_standard(0.2, 0.6),
            sports_area=_of_standard(7.5, 0.7),
        ),
    ),
    Planted(
        "six indicators at the standard, the other below its floor",
        {"balance.quorum": "QH-P12/primary FP-P15/primary"},
        _stages("QH-P12/primary FP-P15/primary", sports_area=_of_standard(7.5, 0.8)),
    ),
    Planted(
        "six indicators at the standard, the other above its floor",
        {},
        _stages("FP-P04/primary", sports_area=_of_standard(7.5, 0.9)),
    ),
    Planted(
        "an area in words",
        unknown={"balance.quorum": "SZ-P05/primary", "balance.variation-primary": "SZ"},
        change=_stages("SZ-P05/primary", teaching_area="约2600"),
    ),
    Planted(
        "one school has nearly everything",
        {"balance.variation-primary": "SL", "balance.variation-junior": "QH"},
        all_of(
            _stages("SL-P02/primary", equipment_value=_times("equipment_value", 9)),
            _stages("QH-J01/junior", multimedia_rooms=lambda row: int(row["multimedia_rooms"]) * 9),
        ),
    ),
    Planted(
        "schools that are too large (their sizes stand in `places`)",
        {"balance.school-size": "CH-P14 YX-N04", "balance.mixed-school-size": "SL-W01"},
    ),
    Planted("crowded classes", change=all_of(_crowd("SL-J08/C QH-P10/X LJ-P08/X", 58), _crowd("SL-P14/X", 46))),
    Planted(
        "a class left out",
        {"balance.classes-reported": "SP-P06/primary"},
        without("school_class", {"school_id": "SP-P06", "class_id": "X2022-01"}),
    ),
    Planted(
        "no art room",
        {"balance.special-rooms": "SL-P13 LG-P05"},
        without("special_room", {"school_id": ("SL-P13", "LG-P05"), "room_kind": "art"}),
    ),
    Planted(
        "rooms that are too small, or whose area is not told",
        {"balance.special-room-area": "YL-P17/M1 SL-J01/A1"},
        all_of(
            cells("special_room", {"school_id": "YL-P17", "room_id": "M1", "year": BOTH}, room_area=80),
            cells("special_room", {"school_id": "SL-J01", "room_id": "A1", "year": BOTH}, room_area=76),
            cells("special_room", {"school_id": "LJ-J03", "room_id": "A1", "year": "2022"}, room_area=""),
        ),
        unknown={"balance.special-room-area": "LJ-J03/A1"},
    ),
    Planted(
        "teachers without the hours of training",
        {"balance.teachers-trained": "SL-P16/primary SP-J01/junior"},
        _stages("SL-P16/primary SP-J01/junior", trained_teachers=lambda row: int(row["trained_teachers"]) - 4),
    ),
    Planted(
        "teachers without a certificate; certificates not told",
        {"balance.teachers-certified": "SL-P22/primary YL-J07/junior"},
        all_of(
            _stages("SL-P22/primary YL-J07/junior", certified_teachers=lambda row: int(row["certified_teachers"]) - 1),
            _stages("WC-P08/primary", certified_teachers=""),
        ),
        unknown={"balance.teachers-certified": "WC-P08/primary", "balance.stage-consistent": "WC-P08/primary"},
    ),
    Planted(
        "public funds below the base",
        {"finance.public-funds-base": "SL-P09/primary SL-J05/junior"},
        _stages("SL-P09/primary SL-J05/junior", public_funds=lambda row: int(row["stage_students"]) * 560),
    ),
    Planted(
        "small schools funded by head",
        {"balance.small-school-funds": "YL-T02/primary SL-T03/primary"},
        _stages("YL-T02/primary SL-T03/primary", public_funds=lambda row: int(row["stage_students"]) * 640),
    ),
    Planted(
        "a special school with too little",
        {"balance.special-school-funds": "YL-X01/primary"},
        _stages("YL-X01/primary", public_funds=lambda row: int(row["stage_students"]) * 5200),
    ),
    Planted(
        "too little for the training of teachers",
        {"balance.training-funds": "SL-P01 FP-P08"},
        _stages("SL-P01/primary FP-P08/primary", training_funds=lambda row: int(float(row["public_funds"]) * 0.03)),
    ),
)

RETURNS = (
    Planted(
        "a stage left out of the feed",
        {"balance.stages-reported": "LG-N03"},
        without("school_stage", {"school_id": "LG-N03", "stage": "junior", "year": "2022"}),
    ),
    Planted(
        "a teaching point without any stage in 2022",
        {"balance.stages-reported": "SP-T05"},
        without("school_stage", {"school_id": "SP-T05", "year": "2022"}),
        unknown={
            "balance.school-size": "SP-T05",
            "balance.special-rooms": "SP-T05",
            "balance.training-funds": "SP-T05",
        },
    ),
    Planted(
        "no return of 2022",
        {"balance.return-delivered": "YL"},
        without("balance_return", {"county_id": "YL", "year": "2022"}),
    ),
    Planted(
        "the return of the county in trouble",
        dict.fromkeys(
            (
                "balance.teacher-pay",
                "balance.rotation",
                "balance.nearby-enrolment",
                "balance.allotted-places",
                "balance.disabled-enrolment",
                "balance.retention",
                "balance.recognition",
            ),
            "SL",
        ),
        _return(
            "SL",
            teacher_pay=_part("civil_servant_pay", 0.97),
            rotated_teachers=_part("eligible_teachers", 0.06),
            rotated_backbone_teachers=_part("eligible_teachers", 0.02),
            junior_students_nearby=_part("junior_students", 0.9),
            allotted_places=_part("senior_places", 0.45),
            disabled_children_enrolled=_part("disabled_children", 0.9),
            graduates=_part("cohort", 0.9),
            satisfaction="79.5",
        ),
    ),
    Planted(
        "few backbone teachers among those rotated",
        {"balance.rotation-backbone": "QH"},
        _return("QH", rotated_backbone_teachers=_part("rotated_teachers", 0.12)),
    ),
    Planted(
        "too few places for migrant children",
        {"balance.migrant-children": "FP"},
        _return("FP", migrant_children_placed=_part("migrant_children", 0.8)),
    ),
    Planted(
        "parts greater than their wholes",
        {"balance.return-consistent": "CH", "balance.stage-consistent": "QH-P06/primary"},
        all_of(
            _return("CH", allotted_places=_part("senior_places", 1.1)),
            _stages("QH-P06/primary", trained_teachers=lambda row: int(row["full_time_teachers"]) + 1),
        ),
    ),
    Planted("satisfaction not told", unknown={"balance.recognition": "JY"}, change=_return("JY", satisfaction="")),
    Planted(
        "results of the monitoring: a low level, schools that differ, a difference at the limit",
        {
            "balance.monitoring-level": "SL/primary/mathematics/2021-11-19",
            "balance.monitoring-difference": "SL/junior/english/2022-11-18 LG/primary/art/2022-11-18",
        },
        all_of(
            cells("quality_monitoring", {"county_id": "SL", "stage": "primary", "discipline": "mathematics"}, level=2),
            cells(
                "quality_monitoring",
                {"county_id": "SL", "stage": "junior", "discipline": "english"},
                school_difference="0.19",
            ),
            cells(
                "quality_monitoring",
                {"county_id": "LG", "stage": "primary", "published_on": "2022", "discipline": "art"},
                school_difference="0.15",
            ),
        ),
    ),
)

#: faults of the feed that cloud no more than themselves
FEED = (
    Planted(
        "a drill of a school that nobody knows; it is a table-top exercise, which counts nowhere",
        change=more(
            "drill",
            {"school_id": "YX-P05", "held_on": "2022-11"},
            {"drill_id": "YL99999", "school_id": "ZZ-P01", "held_on": "2022-02-18", "drill_kind": "tabletop"},
        ),
    ),
    Planted("a drill delivered twice", change=more("drill", {"school_id": "YX-P06", "held_on": "2022-11"}, {})),
    Planted("a kindergarten that vanished", change=without("school", {"school_id": "JY-K19", "year": "2022"})),
    Planted(
        "a day with 240 hours",
        unknown={"safety.gatehouse-staffed": "YX-P12"},
        change=cells("school", {"school_id": "YX-P12", "year": "2022"}, gatehouse_hours=240),
    ),
)
PLANTED = (*RESOURCES, *RETURNS, *FEED)
