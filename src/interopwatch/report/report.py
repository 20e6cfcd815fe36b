"""The public report class: its content, and its display in a notebook.

The content is in :mod:`interopwatch.report.model`, so that the page can read it without importing
the class that renders itself as one.
"""

from __future__ import annotations

from dataclasses import dataclass

from interopwatch.report.model import ReportContent


@dataclass(frozen=True, slots=True)
class Report(ReportContent):
    """What changed between two packages, for a reader in a hurry.

    Its attributes are those of :class:`~interopwatch.report.model.ReportContent`.
    """

    def _repr_html_(self) -> str:
        """Return the report as HTML for a notebook."""
        # Importing Jinja takes longer than building most reports.
        from interopwatch.report.html import notebook_report

        return notebook_report(self)
