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
        """The report in a notebook."""
        # Jinja takes longer to load than most reports take to make.
        from interopwatch.report.html import notebook_report

        return notebook_report(self)
