"""A report as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.text import as_json

if TYPE_CHECKING:
    from interopwatch.report.model import Report


def render(report: Report) -> str:
    """The report as one JSON object, indented, in UTF-8."""
    return as_json(report.to_dict())
