"""The next editions of the small pages of the works, after those of March."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from editions import LAMPS, TENTS, home, mcc, pii, project
from interopwatch.capture.capture import capture
from interopwatch.capture.page.read import read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from interopwatch import Package
    from interopwatch.capture.capture import Capture

AUGUST: Final = "01 Aug. 2025 09:00"
CHECKED: Final = "2025-08-02"
BY: Final = "Finland, Norway, Sweden and the United Kingdom"
SMALL: Final = "Small boats that any soldier can row."


def of_march(root: Path, folder: Path) -> Package:
    """Return a package with the facts of the pages of March, made in an empty folder."""
    package = home(root, folder).package
    pages = [read(page.text("2025").encode(), "page.txt") for page in (mcc(), pii())]
    return capture(package, pages).package


def boats(march: Package, status: str, participants: str = BY, *more: str) -> Capture:
    """Capture the next edition of the projects, with another section on boats."""
    section = project("Boats for Rivers (BFR)", SMALL, participants, status)
    page = mcc(("Camps and light", [TENTS, LAMPS]), ("Water", [section]), updated=AUGUST)
    text = page.text("2025")
    for old, new in zip(more[::2], more[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    return capture(march, [read(text.encode(), "page.txt")], checked=CHECKED)


def partners(march: Package, *changes: tuple[str, str], **said: str) -> Capture:
    """Capture the next edition of the initiative's page, with changed texts."""
    text = pii(updated=AUGUST, **said).text("2025")  # type: ignore[arg-type]  # by name
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return capture(march, [read(text.encode(), "page.txt")], checked=CHECKED)


def one(package: Package, resource: str, *key: str) -> Mapping[str, str]:
    own = package.resource(resource)
    return next(row for row in package.rows(resource) if own.key_of(row) == key)


def told(found: Capture, code: str) -> list[str]:
    return [each.message for each in found.findings if each.code == code]


def errors(found: Capture) -> set[str]:
    return {each.code for each in found.findings if each.level == "error"}
