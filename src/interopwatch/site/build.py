"""Build all files of a site."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import replace

from interopwatch.compare.options import DiffOptions
from interopwatch.errors import InteropwatchError
from interopwatch.extras import library
from interopwatch.package.adapted import adapted
from interopwatch.report import html
from interopwatch.report.build import build as build_report
from interopwatch.report.page import page as report_page
from interopwatch.report.pictures import is_available
from interopwatch.report.sketches import drawn
from interopwatch.report.story import story
from interopwatch.site import home_page, search_page, table_page
from interopwatch.site.addresses import Addresses
from interopwatch.site.data import PublishedFiles
from interopwatch.site.dataset import dataset, sitemap
from interopwatch.site.downloads import downloads
from interopwatch.site.feeds import atom, items, json_feed
from interopwatch.site.frame import Frame, in_page, script, style
from interopwatch.site.plan import (
    ATOM,
    HOME,
    JSON_FEED,
    NOT_FOUND,
    RESERVED,
    SCRIPT,
    SEARCH,
    SITEMAP,
    STYLE,
    Plan,
    ReportPage,
    has_subjects,
    subjects,
    tables,
)
from interopwatch.site.subject_list import listed, more_about
from interopwatch.site.subject_page import SubjectPageMaker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package
    from interopwatch.report.model import Chapter, Picture
    from interopwatch.report.report import Report
    from interopwatch.site.data import File
    from interopwatch.timeline.snapshots import Store

    Note = Callable[[str], None]


def build(
    store: Store, older: Sequence[Package] | None, base_url: str, scratch: Path, note: Note
) -> Mapping[str, File]:
    """Return the files of a site, by their path in it; deterministic.

    Args:
        store: The package.
        older: Older editions to report on, in chronological order; by default, the snapshots.
        base_url: The future address of the site, with a final slash; empty if unknown.
        scratch: An empty folder for temporary files, needed until the site is written.
        note: Called with messages about what is left out.

    Raises:
        MissingExtraError: The extra ``site`` is not installed.
        InteropwatchError: A table cannot be compared.
    """
    library("feedgen", "site", "sites")  # fails early, before everything else is built
    plan = planned(store, older, base_url, scratch, note)
    found = items(plan)
    frame = Frame(plan, has_feed=bool(found))
    files: dict[str, File] = {STYLE: style(), SCRIPT: script(), **plan.files.files}
    files |= {each.path: each.file for each in plan.downloads}
    files |= _pages(plan, frame)
    if found:
        files[ATOM], files[JSON_FEED] = atom(plan, found), json_feed(plan, found)
    if base_url:
        files[SITEMAP] = sitemap(plan, sorted(each for each in files if each.endswith(".html")))
    files[NOT_FOUND] = frame.not_found()
    return files


def _pages(plan: Plan, frame: Frame) -> Iterator[tuple[str, bytes]]:
    """Yield all pages, each with its address."""
    yield HOME, _home(plan, frame)
    mentions: dict[str, list[str]] = {}
    for each in plan.reports:
        page = report_page(each.report)
        for subject in (name for some in page.subjects for name, _ in some.subjects):
            mentions.setdefault(subject, []).append(each.address)
        yield (
            each.address,
            frame.page(
                each.address,
                "report_page",
                each.report.title,
                page=page,
                pictures=html.shown(each.pictures),
                more_about=more_about(plan, page, each.address),
            ),
        )
    for table in plan.tables:
        for address, view in table_page.views(plan, table):
            yield address, frame.page(address, "table", view.title, page=view)
    # After the reports, since each subject lists those that mention it.
    made = SubjectPageMaker(plan, mentions)
    for some in plan.subjects:
        index = listed(plan, some)
        yield some.address, frame.page(some.address, "subjects", index.title, page=index)
        for one in some.pages:
            yield one.address, frame.page(one.address, "subject", one.name, page=made.view(one))
    found = search_page.view(plan)
    yield SEARCH, frame.page(SEARCH, "search", "Search", page=found, rows=in_page(found.rows))


def planned(
    store: Store, older: Sequence[Package] | None, base_url: str, scratch: Path, note: Note
) -> Plan:
    """Plan the pages of a site; see :func:`build` for the arguments."""
    package = adapted(store.package)
    snapshots = store.snapshots()
    observed = store.observed() if older is None else older
    addresses = Addresses(RESERVED)
    files = PublishedFiles(store.package, snapshots, addresses, note)
    compared = snapshots if older is None else older
    editions = (*observed, package)
    # Only histories need the rows of all editions by key.
    if any(_has_history(each) for each in package.descriptor.resources):
        editions = tuple(_followed(each, note) for each in editions)
    return Plan(
        package=package,
        editions=editions,
        files=files,
        tables=tuple(tables(package, addresses, note)),
        subjects=tuple(subjects(editions, addresses, note)),
        reports=tuple(_reports(package, compared, snapshots, addresses, note)),
        downloads=tuple(downloads(store.package, scratch, addresses, note)),
        base_url=base_url,
    )


def _has_history(resource: Resource) -> bool:
    """Return whether a resource says when its rows are true, or gives them names."""
    return resource.meaning.lifecycle is not None or has_subjects(resource)


def _followed(package: Package, note: Note) -> Package:
    """Return a package with only the tables whose rows can be followed between editions."""
    followed = []
    for resource in package.descriptor.resources:
        if not resource.primary_key:
            continue
        try:
            package.table(resource.name).by_key  # noqa: B018 - whether it can be made
        except InteropwatchError as error:
            note(f"{resource.name}: {error.message}: it is left out of histories")
            continue
        followed.append(resource)
    return package.with_descriptor(replace(package.descriptor, resources=tuple(followed)))


def _reports(
    package: Package,
    compared: Sequence[Package],
    snapshots: Sequence[Package],
    addresses: Addresses,
    note: Note,
) -> Iterator[ReportPage]:
    """Yield a report from each edition to the next; the last one only if anything changed."""
    for before, after in pairwise((*compared, package)):
        options = DiffOptions(
            note=note, unread=lambda name, reason: note(f"{name}: {reason}"), may_read_nothing=True
        )
        report = build_report(before, after, options=options)
        differs = report.comparison is not None and report.comparison.changes
        is_reported = before in snapshots or len(compared) > 1
        if after is package and is_reported and not differs:
            continue  # nothing changed since an edition that has its own report
        name = f"{report.old.label} to {report.new.label}"
        address = addresses.new("changes", ["changes", name], ".html")
        yield ReportPage(report, address, _pictures(report, package, snapshots, note))


def _pictures(
    report: Report, package: Package, snapshots: Sequence[Package], note: Note
) -> tuple[Picture, ...]:
    if report.comparison is None:
        return ()
    if not is_available():
        note("without pictures: install them with pip install 'interopwatch[pictures]'")
        return ()
    declared = package.descriptor.pictures
    return drawn(report.comparison, snapshots, declared, lambda error: note(error.message))


def _home(plan: Plan, frame: Frame) -> bytes:
    pictures = plan.lead.pictures if plan.lead else ()
    return frame.page(
        HOME,
        "home",
        plan.title,
        page=home_page.view(plan),
        pictures=html.shown(pictures),
        story=_story(plan),
        dataset=in_page(dataset(plan)),
    )


def _story(plan: Plan) -> tuple[Chapter, ...]:
    """Return the story of the package if its rows say when; the changes are on the page anyway."""
    if not any(map(_has_history, plan.package.descriptor.resources)):
        return ()
    try:
        summary = story(plan.editions)
    except InteropwatchError:  # reported on the pages of the tables
        return ()
    return summary.chapters if all(entry.kind == "event" for entry in summary.entries) else ()
