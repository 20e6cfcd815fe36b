"""Names and values for readers: labels instead of keys and codes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from interopwatch.errors import TemplateError
from interopwatch.package.edtf import in_words
from interopwatch.package.template import fill, parse
from interopwatch.package.types import missing_values_of
from interopwatch.text import key_phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from interopwatch.package.descriptor import Field, Resource
    from interopwatch.package.package import Package
    from interopwatch.package.table import Row
    from interopwatch.package.template import Reference

_AMOUNT: Final = r"(?a)-?\d{5,}"
"""Amounts of five digits or more are written with commas; a year has four."""
_THOUSANDS: Final = r"(?a)(?<=\d)(?=(?:\d{3})+$)"
# The labels of the shipped package follow one reference. A round number that ends a cycle soon.
_DEPTH: Final = 4
"""How many references a label may follow: rows may refer to each other in a cycle."""
_MAX_NAMES: Final = 12
"""How many names a sentence lists before it counts the rest: two lines of a terminal."""


def column(name: str) -> str:
    """Return the name of a column for display; pandas writes its index without a name."""
    return name or "(no name)"


def joined(texts: Sequence[str], most: int = _MAX_NAMES) -> str:
    """Join several texts as an English list.

    >>> joined(["Finland", "Sweden"]), joined(["a", "b", "c"], most=2)
    ('Finland and Sweden', 'a, b and 1 more')
    """
    if len(texts) > most:
        return f"{', '.join(texts[:most])} and {len(texts) - most} more"
    return " and ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))


def by_key(keys: Mapping[str, Sequence[str]], most: int = _MAX_NAMES) -> Iterator[str]:
    """Return the tables and the fields that match their rows, tables with the same fields as one.

    >>> list(by_key({"a": ["id"], "b": ["x", ""], "c": ["id"], "d": []}))
    ['a and c by id', 'b by x, (no name)', 'd by whole rows']
    """
    grouped: dict[str, list[str]] = {}
    for name, key in keys.items():
        grouped.setdefault(", ".join(map(column, key)) or "whole rows", []).append(name)
    yield from (f"{joined(names, most)} by {key}" for key, names in grouped.items())


def counted(number: int, noun: tuple[str, str]) -> str:
    """Format a number of things.

    >>> counted(1, ("row", "rows")), counted(1200, ("row", "rows"))
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {noun[number != 1]}"


class RowLabels:
    """Names of the rows and cells of one package, by the templates of its descriptor."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._as_written: dict[str, frozenset[str]] = {}

    def as_written(self, resource: Resource) -> frozenset[str]:
        """Return the fields whose cells are shown as written: no dates, categories or references.

        Most fields are such, and knowing them beforehand matters if a million rows changed.
        """
        if resource.name not in self._as_written:
            self._as_written[resource.name] = frozenset(
                field.name
                for field in resource.fields
                if field.name not in resource.references
                and not _is_worded(field)
                and "missingValues" not in field.options
            )
        return self._as_written[resource.name]

    def stated_as_written(self, resource: Resource) -> frozenset[str]:
        """Return those of these fields in which only an empty cell is a missing value."""
        return self.as_written(resource) if resource.missing_values == ("",) else frozenset()

    def cell(self, resource: Resource, row: Row, path: Sequence[str], depth: int = 0) -> str:
        """Return the cell that a path leads to from a row, in words; empty if there is none.

        Raises:
            TemplateError: A name on the path is neither a field nor a resource.
        """
        name, rest = path[0], path[1:]
        if not rest and name in self.as_written(resource):
            return row.get(name, "")
        if name not in resource.by_name:
            if tuple(rest) == ("count",):
                return self._count(resource, row, name)
            raise TemplateError(
                f"resource {resource.name!r} has no field {name!r}",
                hint=f"Its fields are: {', '.join(resource.header)}. `interopwatch validate` says "
                "where the descriptor names it.",
            )
        value = row.get(name, "")
        referred = self._package.referred(resource, name, value) if value else None
        if referred is not None:
            target = self._package.resource(resource.references[name].resource)
            if rest:
                return self.cell(target, referred, rest, depth)
            if target.meaning.label and depth < _DEPTH:
                return self.label(target, referred, depth + 1)
        return "" if rest else format_value(resource.by_name[name], value)

    def stated(self, name: str, row: Row, field: str) -> str:
        """Return a cell of a resource in words; empty for a missing value."""
        resource = self._package.resource(name)
        if field in self.stated_as_written(resource):
            return row.get(field, "")
        declared = resource.by_name.get(field)
        if declared is None or row.get(field, "") in missing_values_of(
            declared, resource.missing_values
        ):
            return ""
        return self.cell(resource, row, (field,))

    def say(self, template: str, resource: Resource, row: Row, depth: int = 0) -> str:
        """Fill a template from a row.

        Raises:
            TemplateError: The template cannot be parsed, or refers to something that does not
                exist.
        """

        def value(reference: Reference) -> str:
            texts = (self._in_sentence(resource, row, path, depth) for path in reference.paths)
            return next(filter(None, texts), "")

        return fill(parse(template), value)

    def _in_sentence(self, resource: Resource, row: Row, path: Sequence[str], depth: int) -> str:
        """Return a cell for a sentence, with commas in large amounts, but not in keys."""
        text = self.cell(resource, row, path, depth)
        name = path[0]
        if (
            len(path) > 1
            or not text.isascii()
            or name in (*resource.primary_key, *resource.references)
        ):
            return text
        field = resource.by_name.get(name)
        is_amount = field is not None and field.is_amount and re.fullmatch(_AMOUNT, text)
        return re.sub(_THOUSANDS, ",", text) if is_amount else text

    def label(self, resource: Resource, row: Row, depth: int = 0) -> str:
        """Return the name of a row: its label, or else its key."""
        if resource.meaning.label:
            text = self.say(resource.meaning.label, resource, row, depth)
            if text:
                return text
        names = resource.primary_key or resource.header
        if self.as_written(resource).issuperset(names):
            return key_phrase([row.get(name) or "—" for name in names])
        return key_phrase(self.cell(resource, row, (name,), depth) or "—" for name in names)

    def named_by(self, resource: Resource) -> str:
        """Return the field whose cell, unless empty, is the row's label; empty if it takes more."""
        names = resource.primary_key or resource.header
        is_all = not resource.meaning.label and len(names) == 1
        return names[0] if is_all and names[0] in self.as_written(resource) else ""

    def short(self, resource: Resource, row: Row) -> str:
        """Return the name of a row for enumerations."""
        if resource.meaning.short:
            return self.say(resource.meaning.short, resource, row) or self.label(resource, row)
        return self.label(resource, row)

    def _count(self, resource: Resource, row: Row, name: str) -> str:
        children = self._package.descriptor.by_name.get(name)
        if children is None or children.meaning.belongs_to not in children.references:
            raise TemplateError(
                f"{name!r} is neither a field of {resource.name!r} nor a resource belonging to it"
            )
        reference = children.references[children.meaning.belongs_to]
        if reference.resource != resource.name:
            raise TemplateError(f"the rows of {name!r} do not belong to {resource.name!r}")
        key = row[reference.reference[0]]
        return tally(children, self._package.referring(name, children.meaning.belongs_to, key))


def tally(resource: Resource, rows: Iterable[Row]) -> str:
    """Count rows by the nouns that the resource has for them.

    With different nouns for particular rows: "4 participants and 1 supporter".
    """
    return joined(tallies(resource.meaning.words_for(row).noun for row in rows))


def tallies(nouns: Iterable[tuple[str, str]], which: str = "") -> list[str]:
    """Count nouns; ``which`` precedes each noun to specify the rows."""
    counts = Counter(nouns)
    return [counted(n, (f"{which}{one}", f"{which}{many}")) for (one, many), n in counts.items()]


def format_value(field: Field, value: str) -> str:
    """Format a cell for readers: dates in words, categories by their labels."""
    if not value:
        return ""
    if field.is_date:
        return in_words(value)
    for category in field.options.get("categories", ()):
        # A category may be a plain value (Table Schema 2.0), which has no label.
        if isinstance(category, dict) and category.get("value") == value:
            return str(category.get("label", value))
    return value


def _is_worded(field: Field) -> bool:
    return field.is_date or bool(field.options.get("categories"))
