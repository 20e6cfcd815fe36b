"""The change report: built once as a frozen value, then rendered in any format."""

from interopwatch.report.build import build, tell
from interopwatch.report.model import Group, Line, Report, Section

__all__ = ["Group", "Line", "Report", "Section", "build", "tell"]
