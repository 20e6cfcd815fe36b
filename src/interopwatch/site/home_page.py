"""The home page of a site: what the data is, what changed last, and links to everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from interopwatch.package.edtf import in_words
from interopwatch.package.labels import counted
from interopwatch.report.model import edition_name, reconstructed
from interopwatch.report.page_sources import declared_sources, safe_link
from interopwatch.site.addresses import relative
from interopwatch.site.frame import Link, licences
from interopwatch.site.plan import HOME
from interopwatch.timeline.snapshots import WORKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from interopwatch.report.report import Report
    from interopwatch.site.plan import Plan, ReportPage


class ChangeLine(Struct, frozen=True):
    """The changes from one edition to the next, in the list of all changes."""

    title: str
    note: str
    href: str
    headline: tuple[str, ...]


class TableLine(Struct, frozen=True):
    """A table, in the list of all tables."""

    title: str
    href: str
    description: str
    rows: str
    files: tuple[Link, ...]


class SubjectList(Struct, frozen=True):
    """The subjects of one resource."""

    title: str
    href: str
    links: tuple[Link, ...]
    more: int


class HomeView(Struct, frozen=True):
    """The content of the home page.

    Attributes:
        title: What the data is about.
        kicker: The full title of the package, if that says more.
        description: The paragraphs of its description.
        facts: The key facts, each with its name.
        latest: The latest changes; ``None`` if there is nothing to compare.
        others: The other changes, the latest first.
        subjects: The subjects that have pages.
        tables: All tables.
        files: Files that are not tables.
        sources: The sources of the data.
        downloads: The complete package: a description of each format, with its files.
        snapshots: The descriptors of the snapshots.
    """

    title: str
    kicker: str
    description: tuple[str, ...]
    facts: tuple[tuple[str, tuple[Link, ...]], ...]
    latest: ChangeLine | None
    others: tuple[ChangeLine, ...]
    subjects: tuple[SubjectList, ...]
    tables: tuple[TableLine, ...]
    files: tuple[Link, ...]
    sources: tuple[Link, ...]
    downloads: tuple[tuple[str, tuple[Link, ...]], ...]
    snapshots: tuple[Link, ...]

    @property
    def has_descriptions(self) -> bool:
        """Whether any table has a description."""
        return any(each.description for each in self.tables)


_WORD: Final = 5
"""An extension of at least this length is a word, not an abbreviation."""
_MOST_LINKS: Final = 120
"""The maximum number of subjects on the home page, in forty rows of three; the page of their list
has all."""


def view(plan: Plan) -> HomeView:
    """Return the content of a site's home page."""
    package, raw = plan.package, plan.package.descriptor.raw
    whole = package.descriptor.title
    others = [each for each in reversed(plan.reports) if each is not plan.lead]
    return HomeView(
        title=plan.title,
        kicker="" if whole.casefold() == plan.title.casefold() else whole,
        description=tuple(
            text
            for text in _paragraphs(raw.get("description"))
            if text.casefold() not in (plan.title.casefold(), whole.casefold())
        ),
        facts=tuple(_facts(plan, raw)),
        latest=change(plan.lead) if plan.lead else None,
        others=tuple(map(change, others)),
        subjects=tuple(_subjects(plan)),
        tables=tuple(_tables(plan)),
        files=tuple(
            Link(each.title or path, relative(path, HOME), each.description)
            for each in package.descriptor.files
            for path in plan.files.places.get(each.name, ())
        ),
        sources=tuple(_sources(raw)),
        downloads=tuple(_downloads(plan)),
        snapshots=tuple(
            Link(in_words(label), relative(path, HOME))
            for label, path in reversed(plan.files.snapshots.items())
        ),
    )


def change(page: ReportPage) -> ChangeLine:
    """Return a report as a line of the list of changes."""
    report = page.report
    return ChangeLine(period(report), basis(report), relative(page.address, HOME), report.headline)


def period(report: Report) -> str:
    """Return the period that a report covers, without its subject.

    >>> from interopwatch.changeset.model import Side
    >>> from interopwatch.report.report import Report
    >>> period(Report(Side("a", date="2023"), Side("b", date="2024-03-07"), (), (), (), ""))
    '2023 → 7 March 2024'
    """
    old, new = edition_name(report.old), edition_name(report.new)
    if report.new.label == WORKING and not report.new.date:
        return f"Since {old}"
    return f"{old} → {new}"


def basis(report: Report) -> str:
    """Return what a reader must know of a report's editions besides their dates."""
    if report.new.label == WORKING and report.old.date and not report.new.date:
        return "not yet frozen"
    text = reconstructed((report.old, report.new))
    return f"{text} from later sources" if text else ""


def _paragraphs(text: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(text, str):
        yield from (part.strip() for part in text.split("\n\n") if part.strip())


def _facts(plan: Plan, raw: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Link, ...]]]:
    package = plan.package
    if package.as_of is not None:
        yield "As of", (Link(in_words(package.as_of.isoformat())),)
    if package.descriptor.version:
        yield "Version", (Link(package.descriptor.version),)
    rows = sum(table.number or 0 for table in plan.tables)
    size = f"{counted(rows, ('row', 'rows'))} in {counted(len(plan.tables), ('table', 'tables'))}"
    yield "Size", (Link(size),)
    if found := licences(raw):
        yield "Licence" if len(found) == 1 else "Licences", found
    if people := tuple(_people(raw)):
        yield "By", people
    if address := safe_link(str(raw.get("homepage") or "")):
        yield "Home page", (Link(address, address),)


def _people(raw: Mapping[str, Any]) -> Iterator[Link]:
    # Parsing validates the properties that reading data needs; this one may have any type.
    found = raw.get("contributors")
    for each in found if isinstance(found, list) else ():
        if isinstance(each, dict) and (name := each.get("title") or each.get("organization")):
            yield Link(str(name), safe_link(str(each.get("path") or "")))


def _subjects(plan: Plan) -> Iterator[SubjectList]:
    for each in plan.subjects:
        links = tuple(
            Link(page.name, relative(page.address, HOME)) for page in each.pages if page.is_current
        )
        yield SubjectList(
            each.resource.title or each.resource.name,
            relative(each.address, HOME),
            links[:_MOST_LINKS],
            max(0, len(links) - _MOST_LINKS),
        )


def _tables(plan: Plan) -> Iterator[TableLine]:
    for table in plan.tables:
        resource = table.resource
        yield TableLine(
            resource.title or resource.name,
            relative(table.addresses[0], HOME),
            resource.description,
            "" if table.number is None else f"{table.number:,}",
            tuple(Link(_ending(p), relative(p, HOME)) for p in plan.files_of(resource.name)),
        )


def _downloads(plan: Plan) -> Iterator[tuple[str, tuple[Link, ...]]]:
    """Yield the downloads of the complete package: a description of each format, with its files."""
    formats: dict[str, list[Link]] = {}
    for each in plan.downloads:
        if not each.resource:
            link = Link(each.title, relative(each.path, HOME), _size(each.file))
            formats.setdefault(each.note, []).append(link)
    for note, links in formats.items():
        is_one = len(links) == 1
        yield f"{note} ({links[0].note})" if is_one else note, tuple(links)


def _size(file: Path) -> str:
    """Return the size of a file in decimal units (SI), with at least two digits.

    >>> from pathlib import Path
    >>> _size(Path(__file__)).endswith(" kB")
    True
    """
    number, units = float(file.stat().st_size), ["bytes", "kB", "MB", "GB"]
    while number >= 1000 and len(units) > 1:  # noqa: PLR2004 - as SI has it
        number /= 1000
        del units[0]
    return f"{number:.{1 if number < 10 and units[0] != 'bytes' else 0}f} {units[0]}"  # noqa: PLR2004


def _ending(path: str) -> str:
    name = path.rsplit("/", 1)[-1]
    if "." not in name:
        return name
    ending = name.rsplit(".", 1)[-1]
    return ending.upper() if len(ending) < _WORD else ending.capitalize()


def _sources(raw: Mapping[str, Any]) -> Iterator[Link]:
    for title, address in declared_sources(raw):
        if title:
            yield Link(title, safe_link(address), address if address != title else "")
