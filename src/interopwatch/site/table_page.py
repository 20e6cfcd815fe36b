"""The page of a table: what its fields mean, and its rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from interopwatch.package.edtf import RDF_TYPE
from interopwatch.package.labels import counted
from interopwatch.report.page_sources import safe_link
from interopwatch.site.addresses import relative, relative_place
from interopwatch.site.frame import Link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.package.descriptor import Field, Resource
    from interopwatch.site.plan import Plan, TablePages

_MOST_VALUES: Final = 12
"""So many allowed values are listed; a list of hundreds is no help to who reads."""


class FieldRow(Struct, frozen=True):
    """A field in the data dictionary."""

    name: str
    title: str
    type: str
    description: str
    rules: tuple[str, ...]
    reference: Link | None
    is_key: bool


class CellView(Struct, frozen=True):
    """A cell: its text, and where it leads."""

    text: str
    href: str = ""
    is_away: bool = False


class RowView(Struct, frozen=True):
    """A row, with the anchor that it has on the page."""

    anchor: str
    cells: tuple[CellView, ...]


class TableView(Struct, frozen=True):
    """What stands on one page of a table.

    Attributes:
        title: What the table is called.
        name: What the descriptor calls it.
        description: What it holds.
        facts: How large it is.
        files: Its files.
        fields: The data dictionary; only on the first page.
        columns: The names of the fields.
        numeric: Which columns hold numbers.
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
    numeric: tuple[bool, ...]
    rows: tuple[RowView, ...]
    position: str
    pages: tuple[Link, ...]
    problem: str

    @property
    def has_rules(self) -> bool:
        """Whether anything is said of what must hold of the cells."""
        return any(each.rules or each.reference for each in self.fields)


def views(plan: Plan, table: TablePages) -> Iterator[tuple[str, TableView]]:
    """The pages of a table, each with its address."""
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
                numeric=tuple(
                    each.type in ("integer", "number", "year") for each in resource.fields
                ),
                rows=made,
                position=_position(shown_before, len(rows), table.number or 0),
                pages=pages if len(pages) > 1 else (),
                problem="" if table.number is not None else "Its rows cannot be shown here.",
            ),
        )
        shown_before += len(rows)


def _facts(table: TablePages) -> tuple[str, ...]:
    fields = counted(len(table.resource.fields), ("field", "fields"))
    if table.number is None:
        return (fields,)
    return counted(table.number, ("row", "rows")), fields


def _position(before: int, here: int, number: int) -> str:
    if here == number:
        return ""
    return f"Rows {before + 1:,} to {before + here:,} of {number:,}"


def _cell(plan: Plan, resource: Resource, name: str, text: str, page: str) -> CellView:
    if not text:
        return CellView("")
    target = plan.link(resource, name, text)
    if target:
        return CellView(text, relative_place(target, page))
    address = safe_link(text)
    return CellView(text, address, bool(address))


def _fields(plan: Plan, resource: Resource, page: str) -> Iterator[FieldRow]:
    for field in resource.fields:
        key = resource.references.get(field.name)
        reference = None
        if key is not None:
            there = next((t for t in plan.tables if t.resource.name == key.resource), None)
            name = there.resource.title or there.resource.name if there else key.resource
            reference = Link(name, relative(there.addresses[0], page) if there else "")
        yield FieldRow(
            name=field.name,
            title=field.title,
            type=_type(field),
            description=field.description,
            rules=tuple(_rules(field)),
            reference=reference,
            is_key=field.name in resource.primary_key,
        )


def _type(field: Field) -> str:
    """The type of a field, with its format if that is not the usual one."""
    if field.options.get("rdfType") == RDF_TYPE:
        return "EDTF date"
    return field.type if field.format == "default" else f"{field.type}, {field.format}"


def _rules(field: Field) -> Iterator[str]:
    """What must hold of the cells of a field, in words."""
    said: Mapping[str, Any] = field.constraints
    if said.get("required") is True:
        yield "required"
    if said.get("unique") is True:
        yield "unique"
    if isinstance(values := said.get("enum"), list) and not any(_categories(field)):
        shown = ", ".join(map(_text, values[:_MOST_VALUES]))
        more = len(values) - _MOST_VALUES
        yield f"one of {shown}" + (f" and {more:,} more" if more > 0 else "")
    for name, words in (
        ("minimum", "at least"),
        ("maximum", "at most"),
        ("exclusiveMinimum", "more than"),
        ("exclusiveMaximum", "less than"),
        ("minLength", "length at least"),
        ("maxLength", "length at most"),
        ("pattern", "pattern"),
    ):
        if name in said:
            yield f"{words} {_text(said[name])}"
    yield from _categories(field)


def _categories(field: Field) -> Iterator[str]:
    found = field.options.get("categories")
    labels = [
        _text(each.get("value"))
        if each["label"].replace(" ", "-") == each.get("value")
        else f"{_text(each.get('value'))} ({each['label']})"
        for each in (found if isinstance(found, list) else ())
        if isinstance(each, dict) and isinstance(each.get("label"), str)
    ]
    if labels:
        more = len(labels) - _MOST_VALUES
        yield f"one of {', '.join(labels[:_MOST_VALUES])}" + (
            f" and {more:,} more" if more > 0 else ""
        )


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
