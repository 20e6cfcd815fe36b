"""A report as text, in the format asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from interopwatch.report.model import Report

_MODULES: Final = {
    "terminal": "interopwatch.report.terminal",
    "markdown": "interopwatch.report.markdown",
    "json": "interopwatch.report.json",
}
FORMATS: Final = tuple(_MODULES)


def render(report: Report, form: str) -> str:
    """A report as text that ends in a newline.

    Args:
        report: The report.
        form: One of :data:`FORMATS`. Only that format's module is loaded.
    """
    text: str = import_module(_MODULES[form]).render(report)
    return text
