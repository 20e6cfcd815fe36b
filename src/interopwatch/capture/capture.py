"""The whole way from pages to tables: recognise, extract, merge, account and check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.account import RESOURCE, Accounted, Outcome, account
from interopwatch.capture.check import Captured, check_edition, check_left_out, check_tables
from interopwatch.capture.merge import COUNTS, merge
from interopwatch.capture.recognise import recognise
from interopwatch.capture.vocabulary import alpha2, vocabulary
from interopwatch.capture.wording import check_wording
from interopwatch.capture.works.registry import WORKS
from interopwatch.capture.works.registry import extract as read_edition
from interopwatch.errors import CaptureError
from interopwatch.package import parse as reader
from interopwatch.package.descriptor import dump
from interopwatch.package.package import Package
from interopwatch.package.table import canonical
from interopwatch.package.tidy import described

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from interopwatch.capture.model import Document
    from interopwatch.capture.recognise import Edition
    from interopwatch.capture.works.work import Work
    from interopwatch.findings import Finding

    Row = Mapping[str, str]

CHECKS: Final = "checks"
"""The resource that records when pages were looked at."""
MOST_PASSAGES: Final = 20_000
"""As many take 4 seconds to be held against the tables; pages of the works have some 300."""
_NEEDED: Final = ("sources", "parties", "party_names", RESOURCE)


@dataclass(frozen=True, slots=True)
class CapturedPage:
    """What came of one page.

    Attributes:
        where: The page: its file or address.
        work: The work.
        source: The id of the edition.
        published: The date of the edition (EDTF).
        entries: The account of its passages.
        findings: What looks wrong.
        left_out: How many blocks were taken for what surrounds the text.
    """

    where: str
    work: str
    source: str
    published: str
    entries: tuple[Accounted, ...]
    findings: tuple[Finding, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Capture:
    """What comes of capturing some pages into a package.

    Attributes:
        pages: What came of each.
        package: The package as it would be; nothing is written.
        files: The files that would change, with their content.
        facts_changed: Whether any row other than those of the checks would change.
    """

    pages: tuple[CapturedPage, ...]
    package: Package
    files: Mapping[Path, bytes]
    facts_changed: bool

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What looks wrong with any of the pages, each told once."""
        return tuple(dict.fromkeys(f for page in self.pages for f in page.findings))

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong enough not to write."""
        return not any(finding.level == "error" for finding in self.findings)

    @property
    def is_understood(self) -> bool:
        """Whether every passage is, wholly."""
        open_ = (Outcome.UNKNOWN, Outcome.PARTLY)
        return not any(e.outcome in open_ for page in self.pages for e in page.entries)


def capture(
    package: Package,
    documents: Sequence[Document],
    *,
    work: str = "",
    date: str = "",
    checked: str = "",
    works: Mapping[str, Work] = WORKS,
) -> Capture:
    """Capture pages into a package, in memory.

    Args:
        package: The package; it is not changed.
        documents: The pages, read.
        work: The work, if the page is not to tell.
        date: The date of the edition (EDTF), if the page is not to tell.
        checked: The day on which the pages were looked at (ISO 8601); recorded if given.
        works: The works that are known, by their ids.

    Raises:
        CaptureError: A page is no edition of a known work, or too long for one, or two are of the
            same work.
        DescriptorError: The package lacks a resource that capture needs.
    """
    for name in _NEEDED:
        package.resource(name)  # says which there are
    editions = [recognise(document, work, date, works) for document in documents]
    for document in documents:
        if len(document.blocks) > MOST_PASSAGES:
            raise CaptureError(
                f"{document.where}: no page has more than {MOST_PASSAGES:,} passages, and this "
                f"one has {len(document.blocks):,}",
                hint="Copy the text of the page alone into a file, and capture that.",
            )
    ids = [edition.work for edition in editions]
    for name in ids:
        if ids.count(name) > 1:
            raise CaptureError(
                f"two of the pages are editions of {name!r}",
                hint="Capture one after the other, the older one first.",
            )
    pages: list[CapturedPage] = []
    now = package
    pairs = sorted(zip(editions, documents, strict=True), key=lambda pair: pair[0].date)
    for edition, document in pairs:
        source = edition.source
        known = vocabulary(now, edition.work)
        extract = read_edition(works[edition.work], document, known, source)
        row = _edition(now, edition, document, works[edition.work])
        parties = tuple(
            {**party, "iso_alpha2": alpha2(party["party"], party["kind"])}
            for party in extract.rows.get("parties", ())
        )
        rows = {**extract.rows, "sources": (row,), "parties": parties}
        extract = replace(extract, rows=rows)
        merged = merge(now, extract)
        entries = account(extract, now.rows(RESOURCE), known)
        page = Captured(document.where, extract, merged, entries, known)
        found = [*check_left_out(document, known), *check_edition(now, page)]
        older, now = now, with_rows(now, merged.rows)
        found += check_wording(older, now)
        pages.append(
            CapturedPage(
                document.where, edition.work, source, edition.date, entries, tuple(found),
                len(document.boilerplate),
            )
        )  # fmt: skip
    facts_changed = bool(_changed(package, now))
    if checked and CHECKS in now.descriptor.by_name:
        now = with_rows(now, {CHECKS: _checks(now, pages, checked)})
    before = {_about(finding) for finding in check_tables(package)}
    own = tuple(f for f in check_tables(now) if _about(f) not in before)
    own = tuple(f for f in own if not _is_told(now, pages, f))
    if pages and own:
        last = pages[-1]
        pages[-1] = replace(last, findings=(*last.findings, *own))
    now = with_unresolved(now, pages)
    return Capture(tuple(pages), now, changed_files(package, now), facts_changed)


def with_unresolved(package: Package, pages: Iterable[CapturedPage]) -> Package:
    """A package whose descriptor lists the errors in pages, instead of those of earlier editions.

    They only come to be written if the capture is forced; and the package is not frozen until
    somebody has decided on them, or a later capture finds none.
    """
    works = {page.work for page in pages}
    work_of = {row["source"]: row["work"] for row in package.rows("sources")}
    kept = [
        each
        for each in package.descriptor.unresolved
        if work_of.get(each.get("source", "")) not in works
    ]
    for page in pages:
        for finding in page.findings:
            if finding.level == "error":
                entry = {
                    "code": finding.code, "file": finding.file, "field": finding.field,
                    "message": finding.message, "source": page.source,
                }  # fmt: skip
                kept.append({name: text for name, text in entry.items() if text})
    ours = {**package.descriptor.raw.get("interopwatch", {})}
    ours.pop("unresolved", None)
    if kept:
        ours["unresolved"] = kept
    if kept == [*package.descriptor.unresolved]:
        return package
    descriptor = reader.parse(dump({**package.descriptor.raw, "interopwatch": ours}), package.label)
    return package.with_descriptor(descriptor)


def _is_told(package: Package, pages: Iterable[CapturedPage], finding: Finding) -> bool:
    """Whether a count of the tables is wrong since the lists of its page contradict it."""
    if finding.code != "count-wrong" or COUNTS not in package.descriptor.by_name:
        return False
    table = package.table(COUNTS)
    rows = zip(table.rows, table.lines, strict=True)
    count = next((row["count"] for row, line in rows if line == finding.line), "")
    told = {f.field for page in pages for f in page.findings if f.code == "count-disagrees"}
    return finding.file == package.resource(COUNTS).path and count in told


def _about(finding: Finding) -> tuple[str, ...]:
    """What a finding is about, wherever its line has moved to."""
    return finding.file, finding.field, finding.code, finding.message


def _edition(package: Package, edition: Edition, document: Document, work: Work) -> Row:
    """The row of ``sources`` for an edition. Its address, once recorded, stays."""
    row = {
        "source": edition.source, "work": work.id, "title": edition.title,
        "publisher": work.publisher, "kind": work.kind, "published": edition.date,
        "language": "en",
    }  # fmt: skip
    held = [each for each in package.rows("sources") if each["work"] == edition.work]
    if any(each["source"] == edition.source for each in held):
        return row
    before = max(held, key=lambda each: each["published"], default={"url": ""})
    return {**row, "url": document.address or before.get("url", "")}


def with_rows(package: Package, rows: Mapping[str, Iterable[Row]]) -> Package:
    """A package with other rows in some of its resources, in memory."""
    contents = {
        each.path: canonical(each, rows[each.name])
        if each.name in rows
        else package.content(each.name)
        for each in package.descriptor.resources
    }
    raw = described(package.descriptor.raw, contents)
    descriptor = reader.parse(dump(raw), str(package.file))
    made = Package(package.root, descriptor, package.label, contents)
    made.file = package.file
    return made


def _checks(package: Package, pages: Iterable[CapturedPage], checked: str) -> list[Row]:
    """The record of when pages were looked at, with this look at them."""
    own = package.resource(CHECKS)
    rows = {own.key_of(row): row for row in package.rows(CHECKS)}
    for page in pages:
        row = {"work": page.work, "checked": checked, "source": page.source}
        rows[own.key_of(row)] = row
    return list(rows.values())


def _changed(old: Package, new: Package) -> list[str]:
    """The resources whose rows differ."""
    names = [resource.name for resource in new.descriptor.resources]
    return [name for name in names if list(old.rows(name)) != list(new.rows(name))]


def changed_files(old: Package, new: Package) -> dict[Path, bytes]:
    """The files that differ, tables before the descriptor that describes them."""
    files = {old.path(name): new.content(name) for name in _changed(old, new)}
    if files or old.descriptor.unresolved != new.descriptor.unresolved:
        files[old.file] = dump(new.descriptor.raw).encode()
    return files
