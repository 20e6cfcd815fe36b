"""What looks wrong with an edition, and with the tables that it would make."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from interopwatch.capture.account import RESOURCE, extract_of, values_in
from interopwatch.capture.catalogue import by_cause, found, grouped, in_lines
from interopwatch.capture.english.dates import dates
from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.sentences import sentences
from interopwatch.capture.english.text import fold
from interopwatch.capture.merge import unworded
from interopwatch.capture.silence import as_lower_bound, check_silence, shown
from interopwatch.package.integrity import check_periods, check_rows
from interopwatch.package.unfinished import check_unfinished
from interopwatch.validation.counts import check_counts
from interopwatch.validation.readable import ReadablePackage
from interopwatch.validation.usage import check_usage

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator

    from interopwatch.capture.merge import Merged
    from interopwatch.capture.model import Document, Extract, Vocabulary
    from interopwatch.findings import Finding
    from interopwatch.package.package import Package

_LIST: Final = 4
"""A block that names so many parties looks like a list of them."""
_SHOWN: Final = 120  # letters of a block in a finding
_ALLIANCE: Final = "nato"  # which every other sentence names
_NAME: Final = 3  # letters; a shorter name of a project may be a word
_IMPOSSIBLE: Final = ("date-after-source", "rule-broken")
"""What cannot be so, whatever the page says; what is unfinished beside is asked otherwise."""


def check_edition(
    package: Package, page: Extract, merged: Merged, known: Vocabulary
) -> Iterator[Finding]:
    """What looks wrong with an edition.

    Args:
        package: The package before.
        page: The edition, accounted for, with what its reader found.
        merged: The tables that it would make.
        known: What the package knew.
    """
    yield from by_cause(page.findings)
    editions = (row for row in package.rows("sources") if row["work"] == page.work)
    newest = max((row["published"] for row in editions), default="")
    if page.published < newest:
        yield found("older-edition", "tables/sources.csv", 0, "published", published=newest)
    yield from merged.findings
    silence, quoted = check_silence(page, merged.unread, known)
    yield from silence
    told = [_as_one(each) for each in grouped(_check_passages(page, known, quoted), _cause)]
    is_first = not any(row["work"] == page.work for row in package.rows(RESOURCE))
    if is_first and len(told) > 1:  # none is known yet: all are told as one
        lines = in_lines(each.line for each in told)
        told = [found("not-understood.all", page.where, many=len(told), lines=lines)]
    yield from told
    for name, key, field in unworded(merged.package):
        if name in page.rows or name in page.owns:
            path = package.resource(name).path
            yield found("needs-words", path, 0, field, key=" / ".join(key))


def _cause(told: tuple[Finding, str]) -> Hashable:
    """The note of a passage says why it was not read; without one, it has a cause of its own."""
    finding, note = told
    return (finding.code, finding.level, note) if note else finding


def _as_one(group: list[tuple[Finding, str]]) -> Finding:
    (first, _), *others = group
    lines = in_lines(each.line for each, _ in others)
    more = f"; the same holds of {len(others)} more{lines}" if others else ""
    return replace(first, message=first.message + more)


def _check_passages(
    page: Extract, known: Vocabulary, quoted: Collection[int]
) -> Iterator[tuple[Finding, str]]:
    """Every passage that names a country, a date, a number or a project and gave no row of it.

    Those that other findings quote already are left out. Beside each stands its note.
    """
    spaced = cache(_spaced)
    projects = [spaced(name) for name in known.projects if len(name) >= _NAME]
    for n, passage in enumerate(page.passages):
        if not passage.is_open or n in quoted:
            continue
        here, unread = spaced(passage.locator), passage.left or passage.text
        named = [
            each
            for each in sentences(unread)
            if values_in(each, known)
            or any(f" {name} " in f" {spaced(each)} " and name not in here for name in projects)
            or any(m.party.party != _ALLIANCE for m in mentions(each, known))
        ]
        if not named and not passage.left:
            continue
        unsaid = extract_of(named, unread) or unread
        form = ".part" if passage.left or unsaid != passage.text else ""
        bound = as_lower_bound(unsaid)
        more = (f" ({passage.note})" if passage.note else "") + bound
        told = found(
            f"not-understood{form}", page.where, passage.line,
            text=shown(passage.text) if form else passage.text, unsaid=unsaid, more=more,
        )  # fmt: skip
        code = "date-not-understood" if dates(unsaid) else told.code
        code, level = "lower-bound" if bound else code, "warning" if named else "notice"
        yield replace(told, code=code, level=level), passage.note


def _spaced(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def check_left_out(document: Document, known: Vocabulary) -> Iterator[Finding]:
    """Every block that was left out, and looks like a list of countries or like one out of it."""
    alone: dict[int, str] = {}
    for block in document.boilerplate:
        named = mentions(block.text, known)
        whole = bool(named) and named[0].end - named[0].start == len(block.text)
        if whole and named[0].party.kind == "country":
            alone.setdefault(block.line, block.text)
        many = len({mention.party.party for mention in named})
        if many >= _LIST:
            text = shown(block.text, _SHOWN)
            yield found("left-out", document.where, block.line, many=many, text=text)
    for block in document.blocks:
        # A name that was hidden, or could be pressed, in the middle of a list.
        if block.line in alone and len(mentions(block.text, known)) > 1:
            yield found("left-out.name", document.where, block.line, name=alone.pop(block.line))


def check_tables(package: Package) -> Iterator[Finding]:
    """What is wrong with the rows of a package, whatever page they come from."""
    lenient = ReadablePackage(package)
    yield from check_rows(lenient)
    yield from check_periods(lenient)
    yield from (each for each in check_unfinished(lenient) if each.code in _IMPOSSIBLE)
    yield from check_counts(lenient)
    yield from check_usage(lenient)
