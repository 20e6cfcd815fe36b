"""Findings as SARIF 2.1.0 (OASIS, “Static Analysis Results Interchange Format”).

GitHub code scanning and editors show it. Nothing in it depends on the clock.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from interopwatch.text import as_json

if TYPE_CHECKING:
    from interopwatch.findings import Finding
    from interopwatch.report.verdict import Verdict

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS: Final = {"error": "error", "warning": "warning", "notice": "note"}


def render(verdict: Verdict, version: str) -> str:
    """Return a log of one run.

    Args:
        verdict: The result of the check.
        version: The version of this program.
    """
    codes = sorted({finding.code for finding in verdict.findings})
    places = {code: at for at, code in enumerate(codes)}
    driver = {
        "name": f"interopwatch {verdict.command}",
        "version": version,
        "rules": [_rule(verdict, code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(verdict, each, places[each.code]) for each in verdict.findings],
    }
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(verdict: Verdict, code: str) -> dict[str, Any]:
    found = verdict.type_of(code)
    return {
        "id": code,
        "shortDescription": {"text": found.title},
        "fullDescription": {"text": found.description},
    }


def _result(verdict: Verdict, finding: Finding, rule: int) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(verdict.path(finding))}}
    if finding.line:
        place["region"] = {"startLine": finding.line}
    location: dict[str, Any] = {"physicalLocation": place}
    if finding.field:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.field}]
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.level],
        "message": {"text": verdict.text(finding)},
        "locations": [location],
    }


def _uri(path: str) -> str:
    """Return a path as a URI reference (RFC 3986), in which a colon must not end a scheme."""
    if PurePath(path).is_absolute():
        return PurePath(path).as_uri()
    # A name that is not UTF-8 is encoded by its bytes.
    return quote(path.encode(errors="surrogateescape"))
