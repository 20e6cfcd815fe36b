"""Findings as a JUnit XML report, which CI servers show as tests.

There is no standard, so only elements that all readers share are used: ``testsuite``, ``testcase``,
``failure`` and ``system-out``. An error is a failed test; a warning or a notice is a passed test
with output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from interopwatch.text import for_xml

if TYPE_CHECKING:
    from interopwatch.report.verdict import Verdict


def render(verdict: Verdict) -> str:
    """Return a suite with a test for each finding and one for the overall result."""
    failures = sum(finding.level == "error" for finding in verdict.findings)
    number = str(len(verdict.findings) + 1)
    name = f"interopwatch {verdict.command}"
    # The overall result is a test as well, which fails if any other does.
    counts = {"tests": number, "failures": str(failures + (failures > 0)), "errors": "0"}
    suites = ET.Element("testsuites", {"name": name, **counts})
    suite = ET.SubElement(suites, "testsuite", {"name": name, **counts, "skipped": "0"})
    whole = ET.SubElement(suite, "testcase", {"classname": name, "name": "all"})
    if failures:
        ET.SubElement(whole, "failure", {"message": for_xml(verdict.summary)})
    else:
        ET.SubElement(whole, "system-out").text = for_xml(verdict.summary)
    for finding in verdict.findings:
        place = ":".join(filter(None, (verdict.path(finding), str(finding.line or ""))))
        text = for_xml(verdict.text(finding))
        test = {"classname": for_xml(place), "name": f"{finding.code}: {text}"}
        case = ET.SubElement(suite, "testcase", test)
        if finding.level == "error":
            attributes = {"type": finding.code, "message": text}
            ET.SubElement(case, "failure", attributes).text = for_xml(f"{place}: {text}")
        else:
            ET.SubElement(case, "system-out").text = f"{finding.level}: {text}"
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'
