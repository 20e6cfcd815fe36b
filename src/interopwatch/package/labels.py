"""Names and values for readers: labels instead of keys and codes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from interopwatch.errors import TemplateError
from interopwatch.package.edtf import in_words
from interopwatch.package.template import fill, parse
from interopwatch.package.types import gaps_of
from interopwatch.text import key_phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from interopwatch.package.descriptor import Field, Resource
    from interopwatch.package.package import Package
    from interopwatch.package.table import Row
    from interopwatch.package.template import Reference

_AMOUNT: Final = r"(?a)-?\d{5,}"
"""An amount of five digits or more is written with commas; a year has four."""
_THOUSANDS: Final = r"(?a)(?<=\d)(?=(?:\d{3})+$)"
# The labels of the shipped package pass through one. A round number: any that ends a circle soon.
_DEPTH: Final = 4
"""How many rows a label may pass through: rows may refer to each other in a circle."""
_MAX_NAMES: Final = 12
"""How many names a sentence lists before it counts the others: two lines of a terminal."""


def column(name: str) -> str:
    """A column by its name; the one without a name, in which pandas writes its index, too."""
    return name or "(no name)"


def joined(texts: Sequence[str], most: int = _MAX_NAMES) -> str:
    """Several texts as an English list.

    >>> joined(["Finland", "Sweden"]), joined(["a", "b", "c"], most=2)
    ('Finland and Sweden', 'a, b and 1 more')
    """
    if len(texts) > most:
        return f"{', '.join(texts[:most])} and {len(texts) - most} more"
    return " and ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))


def counted(number: int, noun: tuple[str, str]) -> str:
    """A number of things.

    >>> counted(1, ("row", "rows")), counted(1200, ("row", "rows"))
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {noun[number != 1]}"


class RowLabels:
    """Names the rows and cells of one package, by the templates of its descriptor."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._as_written: dict[str, frozenset[str]] = {}

    def as_written(self, resource: Resource) -> frozenset[str]:
        """The fields whose cells are said as they are written: no date, category or reference.

        Most fields are such, and where a million rows changed it counts to know them beforehand.
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
        """Those of them in which only an empty cell says that nothing is stated."""
        return self.as_written(resource) if resource.missing_values == ("",) else frozenset()

    def cell(self, resource: Resource, row: Row, path: Sequence[str], depth: int = 0) -> str:
        """What a path from a row leads to, in words; empty if it leads nowhere.

        Raises:
            TemplateError: A name on the path is no field and no resource.
        """
        name, rest = path[0], path[1:]
        if not rest and name in self.as_written(resource):
            return row.get(name, "")
        if name not in resource.by_name:
            if tuple(rest) == ("count",):
                return self._count(resource, row, name)
            raise TemplateError(
                f"resource {resource.name!r} has no field {name!r}",
                hint=f"Its fields are: {', '.join(resource.header)}.",
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
        """A cell of a resource in words; empty where it says that nothing is stated."""
        resource = self._package.resource(name)
        if field in self.stated_as_written(resource):
            return row.get(field, "")
        known = resource.by_name.get(field)
        if known is None or row.get(field, "") in gaps_of(known, resource.missing_values):
            return ""
        return self.cell(resource, row, (field,))

    def say(self, template: str, resource: Resource, row: Row, depth: int = 0) -> str:
        """A template filled from a row.

        Raises:
            TemplateError: The template cannot be read, or refers to nothing there is.
        """

        def value(reference: Reference) -> str:
            texts = (self._said(resource, row, path, depth) for path in reference.paths)
            return next(filter(None, texts), "")

        return fill(parse(template), value)

    def _said(self, resource: Resource, row: Row, path: Sequence[str], depth: int) -> str:
        """A cell as it stands in a sentence: a large amount with commas, but never a key."""
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
        """A row's name: its label, or else its key."""
        if resource.meaning.label:
            text = self.say(resource.meaning.label, resource, row, depth)
            if text:
                return text
        names = resource.primary_key or resource.header
        if self.as_written(resource).issuperset(names):
            return key_phrase([row.get(name) or "—" for name in names])
        return key_phrase(self.cell(resource, row, (name,), depth) or "—" for name in names)

    def named_by(self, resource: Resource) -> str:
        """The field whose cell is the label of any row that has one; empty if it takes more."""
        names = resource.primary_key or resource.header
        is_all = not resource.meaning.label and len(names) == 1
        return names[0] if is_all and names[0] in self.as_written(resource) else ""

    def short(self, resource: Resource, row: Row) -> str:
        """A row's name where many stand side by side."""
        if resource.meaning.short:
            return self.say(resource.meaning.short, resource, row) or self.label(resource, row)
        return self.label(resource, row)

    def _count(self, resource: Resource, row: Row, name: str) -> str:
        children = self._package.descriptor.by_name.get(name)
        if children is None or children.meaning.belongs_to not in children.references:
            raise TemplateError(
                f"{name!r} is no field of {resource.name!r} and no resource that belongs to it"
            )
        reference = children.references[children.meaning.belongs_to]
        if reference.resource != resource.name:
            raise TemplateError(f"the rows of {name!r} do not belong to {resource.name!r}")
        key = row[reference.reference[0]]
        return tally(children, self._package.referring(name, children.meaning.belongs_to, key))


def tally(resource: Resource, rows: Iterable[Row]) -> str:
    """How many rows there are of each noun that the resource has for them.

    A resource with nouns for particular rows: "4 participants and 1 supporter".
    """
    return joined(tallies(resource.meaning.words_for(row).noun for row in rows))


def tallies(nouns: Iterable[tuple[str, str]], which: str = "") -> list[str]:
    """How many there are of each noun; ``which`` stands before it, and says what rows they are."""
    counts = Counter(nouns)
    return [counted(n, (f"{which}{one}", f"{which}{many}")) for (one, many), n in counts.items()]


def format_value(field: Field, value: str) -> str:
    """A cell in words: dates as one says them, categories by their labels."""
    if not value:
        return ""
    if field.is_date:
        return in_words(value)
    for category in field.options.get("categories", ()):
        # A category may be a plain value (Table Schema 2.0), which is its own label.
        if isinstance(category, dict) and category.get("value") == value:
            return str(category.get("label", value))
    return value


def _is_worded(field: Field) -> bool:
    return field.is_date or bool(field.options.get("categories"))
