"""What does not count, and by whose leave: told in every form that people read."""

import io
import json

import pytest
from junitparser import JUnitXml

import delivered
import eduplan_rules as er
from eduplan_rules.acceptance.accept import Tolerance
from eduplan_rules.acceptance.baseline import make_baseline
from eduplan_rules.render.junit import JunitSink
from eduplan_rules.render.markdown import render_markdown
from eduplan_rules.render.sarif_report import SarifSink
from eduplan_rules.render.sink import pour
from eduplan_rules.render.text import render_text
from eduplan_rules.render.words import Language
from eduplan_rules.source import Source

RULE = "safety.guards"


def short(schools: int) -> er.Report:
    """Schools without enough guards."""
    return delivered.report(*(delivered.school(number, guards=0) for number in range(1, schools + 1)))


def waivers(report: er.Report, *keys: str) -> tuple[er.Waiver, ...]:
    each = [
        f"  - {{rule: {RULE}, subjects: [{key}], reason: {{zh: 并校 {key}, en: merged {key}}}, "
        "approved_by: {zh: 县教育局, en: the county}, basis: {document: 1号}, "
        "valid_from: 2022-01-01, valid_until: 2022-12-31}"
        for key in keys
    ]
    return er.read_waivers(Source("waivers.yaml", "\n".join(["waivers:", *each])), report.book)


def text(report: er.Report, language: Language = "en") -> list[str]:
    return render_text(report, *delivered.judged(report), language=language, width=200).splitlines()


def page(report: er.Report, language: Language = "en") -> list[str]:
    return render_markdown(report, *delivered.judged(report), language=language).splitlines()


@pytest.mark.parametrize("form", [text, page])
@pytest.mark.parametrize(
    ("language", "head", "told"),
    [
        (
            "en",
            "Counted apart: 2 waived and 1 within the tolerance",
            [
                "safety.guards: 1 waived until 2022-12-31: merged S1 (approved by the county; waivers.yaml:2)",
                "safety.guards: 1 waived until 2022-12-31: merged S3 (approved by the county; waivers.yaml:3)",
                "safety.guards: 1 within the tolerance of the bureau, which is 5",
            ],
        ),
        (
            "zh",
            "不计入：2 项已豁免、1 项在容许范围内",
            [
                "safety.guards：1 项已豁免，至 2022-12-31 止：并校 S1（批准：县教育局；waivers.yaml:2）",
                "safety.guards：1 项已豁免，至 2022-12-31 止：并校 S3（批准：县教育局；waivers.yaml:3）",
                "safety.guards：1 项在容许范围内，最多 5 项（批准：the bureau）",
            ],
        ),
    ],
)
def test_by_whose_leave_is_told(form: object, language: Language, head: str, told: list[str]) -> None:
    assert callable(form)
    report = short(3)
    report = er.accept(
        report, waivers=waivers(report, "S1", "S3"), tolerances=[Tolerance(RULE, by="the bureau", count=5)]
    )
    lines = form(report, language)
    start = lines.index(head) + 1
    found = [line.removeprefix("- ").strip() for line in lines[start : start + 5]]
    assert [line for line in found if line][:3] == told


@pytest.mark.parametrize("form", [text, page])
def test_of_a_baseline_its_day_is_told(form: object) -> None:
    assert callable(form)
    report = short(2)
    report = er.accept(report, baseline=make_baseline(report))
    assert any(line.strip("- ") == "3 accepted by the baseline of 2022-12-31" for line in form(report))


@pytest.mark.parametrize("form", [text, page])
def test_a_tolerance_that_is_exceeded_is_told(form: object) -> None:
    assert callable(form)
    report = er.accept(short(3), tolerances=[Tolerance(RULE, by="the bureau", count=2)])
    told = "safety.guards: 3, more than the 2 that the bureau tolerates: all of them count"
    assert [line.strip("- ") for line in form(report)].count(told) == 1


@pytest.mark.parametrize("form", [text, page])
def test_no_more_than_ten_are_told(form: object) -> None:
    assert callable(form)
    report = short(14)
    report = er.accept(report, waivers=waivers(report, *(f"S{number}" for number in range(1, 15))))
    lines = [line.strip("- ") for line in form(report)]
    assert sum(" waived until " in line for line in lines) == 10
    assert lines.count("and 4 more: --out report.json") == 1


def test_names_are_no_markdown() -> None:
    report = er.accept(short(1), tolerances=[Tolerance(RULE, by="<b>@county</b>", count=5)])
    assert any("&lt;b&gt;&#64;county" in line for line in page(report))


def test_junit_and_sarif_name_who_tolerates() -> None:
    report = er.accept(short(2), tolerances=[Tolerance(RULE, by="the bureau", count=5)])
    tallies, decision = delivered.judged(report)
    junit, sarif = io.StringIO(), io.StringIO()
    pour(report, [JunitSink(report, tallies, decision, junit, "en"), SarifSink(report, decision, sarif, "en")])
    found = [case for suite in JUnitXml.fromstring(junit.getvalue().encode()) for case in suite]
    messages = [each.result[0].message for each in found if each.classname == RULE and each.result]
    assert messages == ["within the tolerance of the bureau"] * 2
    results = json.loads(sarif.getvalue())["runs"][0]["results"]
    assert [
        each["suppressions"][0]["justification"] for each in results if each["ruleId"] == RULE
    ] == ["within the tolerance of the bureau"] * 2  # fmt: skip
