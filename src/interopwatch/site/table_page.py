"""The page of a table: the meaning of its fields, and its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.export.dictionary import informative_title, rules, type_of
from interopwatch.package.labels import counted
from interopwatch.report.page_sources import safe_link
from interopwatch.site.addresses import relative, relative_place
from interopwatch.site.frame import Link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.package.descriptor import Field, Resource
    from interopwatch.site.plan import Plan, TablePages

_LONGEST: Final = 2000
"""Characters of a cell that are shown: for more than a screen of it, there is the file."""
_REFERS: Final = "refers to "
_KEY: Final = ("key", "part of the key")
"""Rules that the page shows in another way."""


class FieldRow(Struct, frozen=True):
    """A field in the data dictionary."""

    name: str
    title: str
    type: str
    description: str
    rules: tuple[str, ...]
    references: tuple[Link, ...]
    is_key: bool


class CellView(Struct, frozen=True):
    """A cell: its text, and its target."""

    text: str
    href: str = ""
    is_away: bool = False


class RowView(Struct, frozen=True):
    """A row, with its anchor on the page."""

    anchor: str
    cells: tuple[CellView, ...]


class TableView(Struct, frozen=True):
    """The content of one page of a table.

    Attributes:
        title: The title of the table.
        name: Its name in the descriptor.
        description: Its description.
        facts: Its size.
        files: Its files.
        fields: The data dictionary; only on the first page.
        columns: The names of the fields.
        kinds: For each column, whether it holds numbers or dates, neither of which wraps.
        rows: The rows of this page.
        position: Which rows of how many these are.
        pages: Links to all pages, if there are several.
        problem: Why there are no rows; empty if there are.
    """

    title: str
    name: str
    description: str
    facts: tuple[str, ...]
    files: tuple[Link, ...]
    fields: tuple[FieldRow, ...]
    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[RowView, ...]
    position: str
    pages: tuple[Link, ...]
    problem: str

    @property
    def has_meanings(self) -> bool:
        """Whether any field has a title or a description."""
        return any(each.title or each.description for each in self.fields)

    @property
    def has_rules(self) -> bool:
        """Whether any field has rules or references."""
        return any(each.rules or each.references for each in self.fields)


def views(plan: Plan, table: TablePages) -> Iterator[tuple[str, TableView]]:
    """Yield the pages of a table, each with its address."""
    resource = table.resource
    shown_before = 0
    for at, (address, rows) in enumerate(zip(table.addresses, table.pages, strict=True)):
        pages = tuple(
            Link(str(i), relative(each, address), "page" if i == at + 1 else "")
            for i, each in enumerate(table.addresses, 1)
        )
        made = tuple(
            RowView(
                each.anchor,
                tuple(
                    _cell(plan, resource, n, each.row.get(n, ""), address) for n in resource.header
                ),
            )
            for each in rows
        )
        yield (
            address,
            TableView(
                title=resource.title or resource.name,
                name=resource.name,
                description=resource.description,
                facts=_facts(table),
                files=tuple(
                    Link(path.rsplit("/", 1)[-1], relative(path, address))
                    for path in plan.files_of(resource.name)
                ),
                fields=tuple(_fields(plan, resource, address)) if at == 0 else (),
                columns=resource.header,
                kinds=tuple(map(_kind, resource.fields)),
                rows=made,
                position=_position(shown_before, len(rows), table.number or 0),
                pages=pages if len(pages) > 1 else (),
                problem="" if table.number is not None else "Its rows cannot be shown here.",
            ),
        )
        shown_before += len(rows)


def _kind(field: Field) -> str:
    if field.is_number:
        return "number"
    return "date" if field.is_date else ""


def _facts(table: TablePages) -> tuple[str, ...]:
    fields = counted(len(table.resource.fields), ("field", "fields"))
    if table.number is None:
        return (fields,)
    return counted(table.number, ("row", "rows")), fields


def _position(before: int, shown: int, number: int) -> str:
    if shown == number:
        return ""
    return f"Rows {before + 1:,} to {before + shown:,} of {number:,}"


def _cell(plan: Plan, resource: Resource, name: str, text: str, page: str) -> CellView:
    if not text:
        return CellView("")
    target = plan.link(resource, name, text)
    if target:
        return CellView(text, relative_place(target, page))
    address = safe_link(text)
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}… ({len(text):,} characters)"
    return CellView(text, address, bool(address))


def _fields(plan: Plan, resource: Resource, page: str) -> Iterator[FieldRow]:
    for field in resource.fields:
        texts = tuple(rules(field, resource))
        references = tuple(
            Link(*_table_of(plan, key.resource, page))
            for key in resource.foreign_keys
            if field.name in key.fields
        )
        yield FieldRow(
            name=field.name,
            title=informative_title(field.name, field.title),
            type=type_of(field),
            description=field.description,
            rules=tuple(each for each in texts if not each.startswith((_REFERS, *_KEY))),
            references=references,
            is_key=field.name in resource.primary_key,
        )


def _table_of(plan: Plan, name: str, page: str) -> tuple[str, str]:
    """Return the title and the URL of a table."""
    table = next((each for each in plan.tables if each.resource.name == name), None)
    if table is None:
        return name, ""
    return table.resource.title or name, relative(table.addresses[0], page)
