"""What looks wrong with an edition, and with the tables that it would make."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from interopwatch.capture.account import RESOURCE, extract_of, values_in
from interopwatch.capture.causes import by_cause
from interopwatch.capture.english.dates import dates
from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.sentences import sentences
from interopwatch.capture.english.text import fold
from interopwatch.capture.silence import OPEN, as_lower_bound, check_silence, shown
from interopwatch.findings import Finding
from interopwatch.package.integrity import check_periods, check_rows
from interopwatch.package.labels import joined
from interopwatch.package.unfinished import check_unfinished
from interopwatch.validation.counts import check_counts
from interopwatch.validation.readable import ReadablePackage
from interopwatch.validation.usage import check_usage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from interopwatch.capture.account import Accounted
    from interopwatch.capture.merge import Merged
    from interopwatch.capture.model import Document, Extract, Passage, Vocabulary
    from interopwatch.findings import Level
    from interopwatch.package.package import Package

_MANY: Final = 8
"""A page that takes back fewer rows than this of a resource is believed."""
_SHARE: Final = 3
"""One that takes back more than one in so many is not: it may be half a page."""
_LIST: Final = 4
"""A block that names so many parties looks like a list of them."""
_SHOWN: Final = 120
_ALLIANCE: Final = "nato"  # which every other sentence names
_LINES: Final = 12
_NAME: Final = 3  # letters; a shorter name of a project may be a word
_IMPOSSIBLE: Final = ("date-after-source", "rule-broken")
"""What cannot be so, whatever the page says; what is unfinished beside is asked otherwise."""
_FOLLOWS_A_WORK: Final = ("passages",)
"""Resources whose rows come and go with the wording of a page."""


@dataclass(frozen=True, slots=True)
class Captured:
    """One page as it was read and merged.

    Attributes:
        where: What to call the page.
        extract: What was read.
        merged: The tables that it would make.
        entries: The account of its passages.
        known: What the package knew.
    """

    where: str
    extract: Extract
    merged: Merged
    entries: tuple[Accounted, ...]
    known: Vocabulary


def check_edition(package: Package, page: Captured) -> Iterator[Finding]:
    """What looks wrong with an edition, beside what its reader found.

    Args:
        package: The package before.
        page: The page.
    """
    extract, merged = page.extract, page.merged
    yield from by_cause(extract.findings)
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
    silence, quoted = check_silence(package, extract, merged, page.entries, page.known, page.where)
    yield from silence
    first = not any(row["work"] == extract.work for row in package.rows(RESOURCE))
    yield from check_passages(page, quoted, first=first)
    for resource, key, field in merged.unworded:
        message = f"{' / '.join(key)}: our own words are still to be written"
        hint = "Write them into the table: facts only, and no sentence of the page."
        yield Finding(f"tables/{resource}.csv", 0, field, "needs-words", message, hint, "warning")


def check_passages(page: Captured, quoted: Collection[int], *, first: bool) -> Iterator[Finding]:
    """Every passage that names a country, a date, a number or a project and gave no row of it.

    Args:
        page: The page.
        quoted: The passages that other findings quote already.
        first: Whether the package knows no passage of the work yet: then all are told as one.
    """
    found: list[Finding] = []
    level: Level
    projects = _ProjectNames(page.known)
    for n, entry in enumerate(page.entries):
        passage = entry.passage
        if entry.outcome not in OPEN or n in quoted:
            continue
        unread = entry.left or passage.text
        named = [
            each
            for each in sentences(unread)
            if values_in(each, page.known)
            or projects.others(each, passage)
            or any(m.party.party != _ALLIANCE for m in mentions(each, page.known))
        ]
        if not named and not entry.left:
            continue
        unsaid = extract_of(named, unread) or unread
        if entry.left or unsaid != passage.text:
            message = f"of “{shown(passage.text)}” this was not read: “{unsaid}”"
        else:
            message = f"no row was read from “{shown(passage.text)}”"
        message += f" ({passage.note})" if passage.note else ""
        hint = "Enter by hand what it says; add a name that is missing to party_names."
        line = passage.line
        level = "warning" if named else "notice"
        bound = as_lower_bound(unsaid)
        find = partial(Finding, page.where, line, "")
        if bound:
            found.append(find("lower-bound", message + bound, hint, level))
        elif dates(unsaid):
            found.append(find("date-not-understood", message, hint, level))
        else:
            found.append(find("not-understood", message, hint, level))
    if first and len(found) > 1:
        lines = joined([str(each.line) for each in found], most=_LINES)
        message = (
            f"{len(found)} passages with countries, dates, numbers or projects gave no row, or not "
            f"all; see lines {lines}"
        )
        hint = "They are known from now on. See with --all what each of them is."
        yield Finding(page.where, 0, "", "not-understood", message, hint, "warning")
    else:
        yield from found


class _ProjectNames:
    """The names of the projects that are known, to be found in many texts."""

    def __init__(self, known: Vocabulary) -> None:
        self._spaced = cache(_spaced)
        self._names = [self._spaced(name) for name in known.projects if len(name) >= _NAME]

    def others(self, text: str, passage: Passage) -> bool:
        """Whether a text names a project other than the one that it stands under."""
        said, here = f" {_spaced(text)} ", self._spaced(passage.locator)
        return any(f" {name} " in said and name not in here for name in self._names)


def _spaced(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


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
    yield from (each for each in check_unfinished(lenient) if each.code in _IMPOSSIBLE)
    yield from check_counts(lenient)
    yield from check_usage(lenient)
