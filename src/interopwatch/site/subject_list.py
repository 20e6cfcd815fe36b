"""Lists of subjects: all of one resource, and those that a report mentions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.package.labels import RowLabels
from interopwatch.report.anchors import anchor
from interopwatch.site.addresses import relative
from interopwatch.site.frame import Link
from interopwatch.text import alphabetical

if TYPE_CHECKING:
    from interopwatch.package.descriptor import Resource
    from interopwatch.report.page import Page
    from interopwatch.site.plan import Plan, SubjectPages

_MOST_GROUPS: Final = 6
"""The maximum number of categories to group by, so that the list is easy to take in."""


class ListLine(Struct, frozen=True):
    """A subject in the list of all subjects."""

    link: Link
    note: str


class ListGroup(Struct, frozen=True):
    """Subjects of one group; ``title`` is empty if there are no groups."""

    title: str
    lines: tuple[ListLine, ...]


class ListView(Struct, frozen=True):
    """The list of the subjects of one resource."""

    title: str
    description: str
    number: int
    groups: tuple[ListGroup, ...]
    table: Link


def more_about(plan: Plan, page: Page, address: str) -> list[tuple[str, tuple[Link, ...]]]:
    """Return links to the pages of the subjects that a report mentions, by resource.

    Args:
        plan: The plan.
        page: The page of the report.
        address: Its path.
    """
    pages = {
        anchor(each.subject.resource, [each.subject.key]): each
        for some in plan.subjects
        for each in some.pages
    }
    found = []
    for some in page.subjects:
        named = [pages[each] for each, _ in some.subjects if each in pages]
        links = tuple(Link(each.name, relative(each.address, address)) for each in named)
        if links:
            found.append((some.title, links))
    return found


def listed(plan: Plan, pages: SubjectPages) -> ListView:
    """Return the list of the subjects of one resource, grouped if possible."""
    resource = pages.resource
    labels = RowLabels(plan.package)
    group = _group_field(plan, resource)
    groups: dict[str, list[ListLine]] = {}
    for page in pages.pages:
        title = labels.stated(resource.name, page.row, group) if group and page.is_current else ""
        title = capitalised(title)
        note = "" if page.is_current else "no longer listed"
        line = ListLine(Link(page.name, relative(page.address, pages.address)), note)
        groups.setdefault(title, []).append(line)
    table = next(each for each in plan.tables if each.resource.name == resource.name)
    # Those without a group come last.
    ordered = sorted(groups, key=lambda title: (not title, alphabetical(title)))
    return ListView(
        resource.title or resource.name,
        resource.description,
        len(pages.pages),
        tuple(ListGroup(title, tuple(groups[title])) for title in ordered),
        Link("the whole table", relative(table.addresses[0], pages.address)),
    )


def _group_field(plan: Plan, resource: Resource) -> str:
    """Return the field to group subjects by: a reference to a named resource, or a category."""
    for field, key in resource.references.items():
        target = plan.package.descriptor.by_name.get(key.resource)
        if target and target.meaning.names and not target.meaning.reference and target != resource:
            return field
    for each in resource.fields:
        values = each.options.get("categories") or each.constraints.get("enum")
        if isinstance(values, list) and 1 < len(values) <= _MOST_GROUPS:
            return each.name
    return ""


def capitalised(text: str) -> str:
    """Return a text with its first letter in upper case, the rest unchanged."""
    return f"{text[:1].upper()}{text[1:]}"
