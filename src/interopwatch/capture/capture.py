"""Capture pages into tables: recognise, extract, merge, account and check."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.account import account
from interopwatch.capture.catalogue import by_cause, found, refused
from interopwatch.capture.merge import COUNTS, merge, unworded
from interopwatch.capture.model import PASSAGES, Outcome
from interopwatch.capture.outdated_texts import check_texts
from interopwatch.capture.recognise import recognise
from interopwatch.capture.unread import check_left_out, check_unread
from interopwatch.capture.vocabulary import vocabulary, with_alpha2
from interopwatch.capture.works.registry import WORKS
from interopwatch.capture.works.registry import extract as read_edition
from interopwatch.errors import TableError
from interopwatch.package.rewritten import (
    changed_files,
    changed_resources,
    with_rows,
    with_unresolved,
)
from interopwatch.validation.counts import check_counts
from interopwatch.validation.readable import ReadablePackage
from interopwatch.validation.rows import check_rows
from interopwatch.validation.usage import check_usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from interopwatch.capture.model import Document, Extract, Row
    from interopwatch.capture.recognise import Edition
    from interopwatch.capture.works.work import Work
    from interopwatch.findings import Finding
    from interopwatch.package.package import Package

CHECKS: Final = "checks"
"""The resource that records when pages were checked."""
MOST_PASSAGES: Final = 20_000
"""Comparing this many with the tables takes 4 seconds; pages of the works have about 300."""
_ASKED: Final = ("text-placeholder", "capture-unresolved")
"""Findings about unfinished work, for which there are questions: texts of ours, and errors."""
_NEEDED: Final = ("sources", "parties", "party_names", PASSAGES)


@dataclass(frozen=True, slots=True)
class Capture:
    """The result of capturing pages into a package.

    Attributes:
        pages: The extract of each page, with the outcomes of its passages and its findings.
        before: The package as it was.
        package: The package as it would be; nothing is written.
    """

    pages: tuple[Extract, ...]
    before: Package
    package: Package

    @property
    def files(self) -> Mapping[Path, bytes]:
        """The files that would change, with their new content."""
        return changed_files(self.before, self.package)

    @property
    def facts_changed(self) -> bool:
        """Whether any row other than those of the checks would change."""
        return not {*changed_resources(self.before, self.package)} <= {CHECKS}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all pages, without duplicates."""
        return tuple(dict.fromkeys(f for page in self.pages for f in page.findings))

    @property
    def is_sound(self) -> bool:
        """Whether no finding is an error, so that the package may be written."""
        return not any(finding.level == "error" for finding in self.findings)

    @property
    def is_understood(self) -> bool:
        """Whether every passage was read completely, or is known at least in other words."""
        outcomes = {each.outcome for page in self.pages for each in page.passages}
        return outcomes.isdisjoint({Outcome.UNKNOWN, Outcome.PARTLY})


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
        documents: The parsed pages.
        work: The work, if it is not to be recognised.
        date: The date of the edition, ``YYYY-MM-DD``, if it is not to be read from the page.
        checked: The date on which the pages were checked (ISO 8601); recorded if given.
        works: The known works by their ids.

    Raises:
        CaptureError: A page is not an edition of a known work, or is too long, or two pages are
            of the same work.
        DescriptorError: The package lacks a resource that capture needs.
    """
    for name in _NEEDED:
        package.resource(name)  # raises an error that lists the resources
    editions = [recognise(document, work, date, works) for document in documents]
    for document in documents:
        if (many := len(document.blocks)) > MOST_PASSAGES:
            raise refused("too-long", where=document.where, most=MOST_PASSAGES, many=many)
    for name, many in Counter(edition.work for edition in editions).items():
        if many > 1:
            raise refused("same-work", work=name)
    pages: list[Extract] = []
    now = package
    pairs = zip(editions, documents, strict=True)
    for edition, document in sorted(pairs, key=lambda pair: pair[0].date):
        page, now = _captured(now, edition, document, works[edition.work])
        pages.append(page)
    if checked and CHECKS in now.descriptor.by_name:
        looks = ({"work": p.work, "checked": checked, "source": p.source} for p in pages)
        key_of = now.resource(CHECKS).key_of
        rows = {key_of(row): row for row in (*now.rows(CHECKS), *looks)}
        now = with_rows(now, {CHECKS: rows.values()})
    if pages:
        own = (*_of_tables(package, now, pages), *_of_the_future(pages, checked))
        pages[-1] = replace(pages[-1], findings=(*pages[-1].findings, *own))
    now = with_unresolved(now, {page.source: page.findings for page in pages})
    return Capture(tuple(pages), package, now)


def _captured(
    package: Package, edition: Edition, document: Document, work: Work
) -> tuple[Extract, Package]:
    """Return the extract of one page, fully accounted for, and the package with its rows."""
    known = vocabulary(package, edition.work)
    extract = read_edition(work, document, known, edition.source)
    own = {
        "sources": (_edition(package, edition, document, work),),
        "parties": tuple(map(with_alpha2, extract.rows.get("parties", ()))),
    }
    page = account(replace(extract, rows={**extract.rows, **own}), known)
    after, standing, told = merge(package, page)
    findings = [*check_left_out(document, known), *by_cause(page.findings)]
    newest = package.edition_day(page.work)
    if newest and page.published < newest.isoformat():
        findings.append(
            found("older-edition", "tables/sources.csv", 0, "published", published=newest)
        )
    findings += [*told, *check_unread(page, standing, known)]
    for name, key, field in unworded(after):
        if name in page.rows or name in page.owns:
            path = package.resource(name).path
            findings.append(found("needs-words", path, 0, field, key=" / ".join(key)))
    findings += check_texts(package, after)
    return replace(page, findings=tuple(findings)), after


def _check_tables(package: Package) -> list[Finding]:
    """Check the rows of a package, without findings that are covered by questions."""
    lenient = ReadablePackage(package)
    found = (*check_rows(lenient, set()), *check_counts(lenient), *check_usage(lenient))
    return [each for each in found if each.code not in _ASKED]


def _of_tables(before: Package, after: Package, pages: Iterable[Extract]) -> Iterable[Finding]:
    """Yield new findings about the tables; a known one whose line moved is not new.

    A count that is already reported as contradicting the lists of its page is not repeated.

    Raises:
        TableError: A table was unreadable before and is readable now: old problems of it, and of
            rows that refer to it, would be reported as new.
    """

    def about(finding: Finding) -> tuple[str, ...]:
        return finding.file, finding.field, finding.code, finding.message

    was, now = _check_tables(before), _check_tables(after)
    old, new = {about(finding) for finding in was}, {about(finding) for finding in now}
    for each in was:
        if each.code == "table-unreadable" and about(each) not in new:
            raise TableError(f"{each.place}: {each.message}", hint=each.hint)
    told = {f.field for page in pages for f in page.findings if f.code == "count-disagrees"}
    passed = {line for line, row in after.numbered_rows(COUNTS) if row["count"] in told}
    for each in now:
        if about(each) not in old and not (each.code == "count-wrong" and each.line in passed):
            yield each


def _of_the_future(pages: Iterable[Extract], checked: str) -> Iterable[Finding]:
    """Yield a finding for every page with a date after the day on which it was checked."""
    for page in pages:
        if checked and page.published > checked:
            said = {"published": page.published, "checked": checked}
            yield found("future-edition", "tables/sources.csv", 0, "published", **said)


def _edition(package: Package, edition: Edition, document: Document, work: Work) -> Row:
    """Return the row of ``sources`` for an edition. A recorded URL is kept."""
    row = {
        "source": edition.source, "work": work.id, "title": edition.title,
        "publisher": work.publisher, "kind": work.kind, "published": edition.date,
        "language": "en",
    }  # fmt: skip
    held = [each for each in package.rows("sources") if each["work"] == work.id]
    if any(each["source"] == edition.source for each in held):
        return row
    before = max(held, key=lambda each: each["published"], default={})
    return {**row, "url": document.address or before.get("url", "")}
