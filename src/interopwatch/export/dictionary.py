"""The data dictionary of a package: what each field of each table holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from interopwatch.text import for_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.package.descriptor import Field, Resource
    from interopwatch.package.package import Package

_LIMITS: Final = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "of at least {} characters",
    "maxLength": "of at most {} characters",
    "pattern": "matches {}",
}
"""Constraints with a value, in words (Table Schema 2.0, "Field Constraints")."""


_PLAIN: Final = re.compile(r"[\w.-]+")
"""Field names that Markdown shows as code."""


class FieldEntry(Struct, frozen=True):
    """The entry of one field.

    Attributes:
        table: The resource.
        field: The field.
        title: Its title.
        type: The type of its values, with the format if it is not the default.
        rules: What holds for its values: whether they are part of the key, what they refer to,
            which values are allowed.
        description: Its description.
        example: An example value, if the descriptor has one.
    """

    table: str
    field: str
    title: str
    type: str
    rules: str
    description: str
    example: str


HEADER: Final = ("field", "title", "type", "rules", "description", "example")
"""The columns of a table of entries, besides the name of the table."""


def entries(resource: Resource) -> Iterator[FieldEntry]:
    """Yield an entry for each field of a table, in order."""
    for field in resource.fields:
        yield FieldEntry(
            resource.name,
            field.name,
            field.title,
            type_of(field),
            "; ".join(rules(field, resource)),
            field.description,
            ", ".join(_texts(field.options.get("example"))),
        )


def as_markdown(package: Package) -> str:
    """Return the dictionary of a package as Markdown: a section with a table for each resource."""
    return "\n".join(_section(resource) for resource in package.descriptor.resources)


def _section(resource: Resource) -> str:
    title = f"{resource.title}. " if resource.title else ""
    lines = [f"## {for_markdown(resource.name)}", ""]
    if about := for_markdown(f"{title}{resource.description}"):
        lines += [about, ""]
    lines += ["| field | type | rules | description | example |", "|---|---|---|---|---|"]
    for entry in entries(resource):
        description = ". ".join(
            filter(None, (informative_title(entry.field, entry.title), entry.description))
        )
        name = f"`{entry.field}`" if _PLAIN.fullmatch(entry.field) else for_markdown(entry.field)
        cells = map(for_markdown, (entry.type, entry.rules, description, entry.example))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def informative_title(name: str, title: str) -> str:
    """Return the title of a field; empty if it only repeats the field's name.

    >>> informative_title("first_name", "First name")
    ''
    >>> informative_title("gdp", "Gross domestic product")
    'Gross domestic product'
    """
    return "" if title.casefold() == name.replace("_", " ").casefold() else title


def type_of(field: Field) -> str:
    """Return the type of a field, with its format if it is not the default."""
    if field.is_edtf:
        return "EDTF date"
    return field.type if field.format == "default" else f"{field.type} ({field.format})"


def rules(field: Field, resource: Resource) -> Iterator[str]:
    """Yield what holds for the values of a field, each in a few words."""
    constraints = field.constraints
    if field.name in resource.primary_key:
        yield "key" if len(resource.primary_key) == 1 else "part of the key"
    elif constraints.get("required") is True:
        yield "required"
    if constraints.get("unique") is True:
        yield "unique"
    for key in resource.foreign_keys:
        if field.name in key.fields:
            yield f"refers to {key.resource}.{key.reference[key.fields.index(field.name)]}"
    values = _texts(constraints.get("enum")) or _texts(_categories(field.options))
    if values:
        yield f"one of: {', '.join(values)}"
    for name, text in _LIMITS.items():
        # The pattern of an EDTF date is long, and says less than the type.
        if name in constraints and not (name == "pattern" and type_of(field) == "EDTF date"):
            yield text.format(constraints[name])


def _categories(options: Mapping[str, Any]) -> list[object]:
    listed = options.get("categories")
    every = listed if isinstance(listed, list) else []
    return [each.get("value") if isinstance(each, dict) else each for each in every]


def _texts(value: object) -> list[str]:
    every = value if isinstance(value, list) else [value]
    return [str(each) for each in every if isinstance(each, (str, int, float))]
