"""The title of a report, shared by every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interopwatch.changeset.model import Side
    from interopwatch.report.model import Report


def title(report: Report) -> str:
    """What the report is about, in one line."""
    return f"What changed from {_named(report.old)} to {_named(report.new)}"


def _named(side: Side) -> str:
    return f"{side.label} (reconstructed)" if side.basis == "reconstructed" else side.label
