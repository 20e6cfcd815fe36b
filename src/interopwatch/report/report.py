"""A report as it is handed out: its content, and how a notebook shows it.

The content stands apart (:mod:`interopwatch.report.model`), so that the page may read it without
knowing the class that shows itself as one.
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
