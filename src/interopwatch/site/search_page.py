"""The search page of a site: a list of everything on it, which a script filters.

Without a script, the list is shown in alphabetical order.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.package.labels import RowLabels
from interopwatch.site.addresses import relative
from interopwatch.site.frame import Link
from interopwatch.site.home_page import period
from interopwatch.site.plan import SEARCH, has_subjects
from interopwatch.text import for_terminal

if TYPE_CHECKING:
    from collections.abc import Collection

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.table import Row
    from interopwatch.site.plan import Plan, SubjectPage

MOST_ENTRIES: Final = 20_000
"""Rows that can be found: with some 100 bytes each, the page is 2 MB and searched in 30 ms."""
_LONGEST: Final = 300
"""Characters of a row that are searched and shown: three lines of a result."""


class SearchGroup(Struct, frozen=True):
    """Pages of one kind."""

    title: str
    links: tuple[Link, ...]


class SearchView(Struct, frozen=True):
    """The content of the search page.

    Attributes:
        groups: All pages, by kind.
        rows: The rows that the script searches: the title of each table, with the URL and the text
            of each row.
        left_out: The number of rows that cannot be found.
    """

    groups: tuple[SearchGroup, ...]
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    left_out: int


def view(plan: Plan) -> SearchView:
    """Return the content of the search page."""
    groups = [
        SearchGroup(
            each.resource.title or each.resource.name,
            tuple(
                Link(
                    page.name,
                    relative(page.address, SEARCH),
                    _names(plan, page),
                )
                for page in each.pages
            ),
        )
        for each in plan.subjects
    ]
    tables = tuple(
        Link(
            table.resource.title or table.resource.name,
            relative(table.addresses[0], SEARCH),
            table.resource.description,
        )
        for table in plan.tables
    )
    changes = tuple(
        Link(period(each.report), relative(each.address, SEARCH), " ".join(each.report.headline))
        for each in reversed(plan.reports)
    )
    groups += [SearchGroup("Changes", changes), SearchGroup("Tables", tables)]
    rows, left_out = _rows(plan)
    return SearchView(tuple(group for group in groups if group.links), rows, left_out)


def _names(plan: Plan, page: SubjectPage) -> str:
    """Return the key of a subject and its other names."""
    others = chain.from_iterable(plan.other_names(page.subject))
    return ", ".join(dict.fromkeys((page.subject.key, *others)))


def _rows(plan: Plan) -> tuple[tuple[tuple[str, tuple[tuple[str, str], ...]], ...], int]:
    room, left_out = MOST_ENTRIES, 0
    labels = RowLabels(plan.package)
    hidden = plan.package.descriptor.provenance_fields
    found = []
    for table in plan.tables:
        resource = table.resource
        meaning = resource.meaning
        # Subjects are listed above with their other names; nobody searches for bookkeeping.
        is_skipped = has_subjects(resource) or bool(meaning.names_of) or meaning.bookkeeping
        if is_skipped or table.number is None:
            continue
        shown = [
            (relative(address, SEARCH, each.anchor), each.row)
            for address, page in zip(table.addresses, table.pages, strict=True)
            for each in page
        ][:room]
        room -= len(shown)
        left_out += table.number - len(shown)
        entries = tuple((href, _in_one_line(labels, resource, row, hidden)) for href, row in shown)
        found.append((resource.title or resource.name, entries))
    return tuple(found), left_out


def _in_one_line(labels: RowLabels, resource: Resource, row: Row, hidden: Collection[str]) -> str:
    """Return the text of a row, its name first."""
    cells = [labels.stated(resource.name, row, n) for n in resource.header if n not in hidden]
    name = labels.label(resource, row) if resource.meaning.label else ""
    texts = dict.fromkeys(filter(None, (name, *cells)))
    shown = [text for text in texts if text == name or text not in name]
    return for_terminal(" · ".join(shown)[:_LONGEST])
