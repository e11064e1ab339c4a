"""A suite as JUnit XML, for what shows the results of tests.

In: a `Suite`. Out: text. What holds: a test suite for every case file, a test case for every case; one that does not
hold is a failure, one that cannot be read or run an error, one that is known not to hold is skipped.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from eduplan_rules.tools.suite import ENDINGS, Suite, Tried, TriedFile
from eduplan_rules.tools.words import Language

#: characters that XML cannot have
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_of(suite: Suite, language: Language) -> str:
    """The suite as XML."""
    root = ElementTree.Element("testsuites", name="eduplan-rules")
    for file in suite.files:
        root.append(_file(file, language))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(each.get(name, 0)) for each in root)))
    root.set("time", f"{sum(float(each.get('time', 0)) for each in root):.3f}")
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _file(file: TriedFile, language: Language) -> ElementTree.Element:
    outcomes = [tried.outcome for tried in file.tried]
    found = ElementTree.Element(
        "testsuite",
        name=_plain(file.name),
        tests=str(file.count),
        failures=str(outcomes.count("failed")),
        errors=str(len(file.mistakes)),
        skipped=str(outcomes.count("pending")),
        time=f"{sum(tried.seconds for tried in file.tried):.3f}",
    )
    for tried in file.tried:
        found.append(_case(file, tried))
    for mistake in file.mistakes:
        about = f"{mistake.span.line}:{mistake.span.column}"
        case = ElementTree.SubElement(found, "testcase", classname=_class(file), name=about, file=_plain(file.name))
        case.set("line", str(mistake.span.line))
        case.set("time", "0.000")
        _because(case, "error", [mistake.said(language)], mistake.told(language))
    return found


def _case(file: TriedFile, tried: Tried) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=_class(file),
        name=_plain(tried.case.name),
        file=_plain(file.name),
        line=str(tried.case.span.line),
        time=f"{tried.seconds:.3f}",
    )
    if tried.outcome == "failed":
        _because(case, "failure", list(tried.told), "\n".join(tried.told))
    elif tried.outcome == "pending":
        ElementTree.SubElement(case, "skipped", message=_plain(tried.case.pending or ""))
    return case


def _because(case: ElementTree.Element, kind: str, told: list[str], text: str) -> None:
    reason = ElementTree.SubElement(case, kind, message=_plain(told[0].splitlines()[0]))
    reason.text = _plain(text)


def _class(file: TriedFile) -> str:
    """The case file as the name of a class: `rules.safety`."""
    name = next((file.name.removesuffix(ending) for ending in ENDINGS if file.name.endswith(ending)), file.name)
    return _plain(name.strip("/").replace("/", "."))


def _plain(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
