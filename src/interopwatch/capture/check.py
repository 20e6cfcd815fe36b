"""What looks wrong with an edition, and with the tables that it would make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.names import mentions
from interopwatch.findings import Finding
from interopwatch.package.integrity import check_periods, check_rows
from interopwatch.validation.counts import check_counts
from interopwatch.validation.readable import ReadablePackage
from interopwatch.validation.usage import check_usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.merge import Merged
    from interopwatch.capture.model import Document, Extract, Vocabulary
    from interopwatch.package.package import Package

_MANY: Final = 8
"""A page that takes back fewer rows than this of a resource is believed."""
_SHARE: Final = 3
"""One that takes back more than one in so many is not: it may be half a page."""
_LIST: Final = 4
"""A block that names so many parties looks like a list of them."""
_SHOWN: Final = 120
_FOLLOWS_A_WORK: Final = ("passages",)
"""Resources whose rows come and go with the wording of a page."""


def check_edition(package: Package, extract: Extract, merged: Merged) -> Iterator[Finding]:
    """What looks wrong with an edition, beside what its reader found.

    Args:
        package: The package before.
        extract: What was read.
        merged: The tables that it would make.
    """
    yield from extract.findings
    newest = max(
        (row for row in package.rows("sources") if row["work"] == extract.work),
        key=lambda row: row["published"],
        default=None,
    )
    mine = next(iter(extract.rows.get("sources", ())), None)
    if newest is not None and mine is not None and mine["published"] < newest["published"]:
        message = f"the tables hold a later edition, of {newest['published']}"
        hint = (
            "The tables say what the latest editions say. Capture into a copy of an older "
            "package, or use --force."
        )
        yield Finding("tables/sources.csv", 0, "published", "older-edition", message, hint)
    for name, (gone, held) in merged.gone.items():
        if gone >= _MANY and gone * _SHARE > held and name not in _FOLLOWS_A_WORK:
            message = f"{gone} of {held} rows would go, since the page does not state them"
            hint = "See that the page is whole. If it is, use --force."
            yield Finding(f"tables/{name}.csv", 0, "", "much-gone", message, hint)
    for resource, key, field, cell in merged.emptied:
        row = " / ".join(key)
        message = f"{row}: the tables have “{cell}”, and the page does not state it any more"
        hint = "See how the page words it now; if it does say so, enter it again."
        file = f"tables/{resource}.csv"
        yield Finding(file, 0, field, "no-longer-stated", message, hint, "warning")
    for resource, key, field in merged.unworded:
        message = f"{' / '.join(key)}: our own words are still to be written"
        hint = "Write them into the table: facts only, and no sentence of the page."
        yield Finding(f"tables/{resource}.csv", 0, field, "needs-words", message, hint, "warning")


def check_left_out(document: Document, known: Vocabulary) -> Iterator[Finding]:
    """Every block that was left out, and looks like a list of countries or like one out of it."""
    alone: dict[int, str] = {}
    for block in document.boilerplate:
        found = mentions(block.text, known)
        named = {mention.party.party for mention in found}
        whole = bool(found) and found[0].end - found[0].start == len(block.text)
        if whole and found[0].party.kind == "country":
            alone.setdefault(block.line, block.text)
        if len(named) >= _LIST:
            message = (
                f"it names {len(named)} countries, and was taken for what surrounds the text: "
                f"“{block.text[:_SHOWN]}”"
            )
            hint = "See whether it belongs to the text; if so, capture the text itself."
            yield Finding(document.where, block.line, "", "left-out", message, hint, "warning")
    for block in document.blocks:
        # A name that was hidden, or could be pressed, in the middle of a list.
        if block.line in alone and len(mentions(block.text, known)) > 1:
            name = alone.pop(block.line)
            message = f"{name} stands beside a list of names, and was left out of it"
            hint = "See whether it belongs to the list; if so, capture the text itself."
            yield Finding(document.where, block.line, "", "left-out", message, hint, "warning")


def check_tables(package: Package) -> Iterator[Finding]:
    """What is wrong with the rows of a package, whatever page they come from."""
    lenient = ReadablePackage(package)
    yield from check_rows(lenient)
    yield from check_periods(lenient)
    yield from check_counts(lenient)
    yield from check_usage(lenient)
