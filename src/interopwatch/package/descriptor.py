"""A data package's descriptor as frozen values.

These are the parts of ``datapackage.json`` that the engine uses (Data Package 2.0 and Table Schema
2.0, https://datapackage.org/standard/), and the custom ``interopwatch`` property, whose shape
``interopwatch.schema.json`` publishes. :mod:`interopwatch.package.parse` parses them.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - JSON is read by these types
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct, field

from interopwatch.package.meaning import Meaning
from interopwatch.text import indented

if TYPE_CHECKING:
    from interopwatch.package.faults import Fault
    from interopwatch.package.picture import DeclaredPicture
    from interopwatch.package.policy import Policy

FILE_NAME: Final = "datapackage.json"
FILE_NAMES: Final = (FILE_NAME, "datapackage.yaml", "datapackage.yml")
"""What a descriptor may be called, the usual name first."""
MAX_BYTES: Final = 16 * 1024 * 1024
"""A descriptor larger than this is refused: it describes tables, it does not hold them. It is a
hundred times what the shipped package, with 19 tables and all its words, says of itself."""
EDTF: Final = "http://id.loc.gov/datatypes/edtf/EDTF"
"""The ``rdfType`` by which a string field says that it holds EDTF dates (Library of Congress)."""

Basis = Literal["observed", "reconstructed"]


# Of the empty dict that is a default here, msgspec gives each value one of its own.
class Field(Struct, frozen=True):
    """One column: a Table Schema field."""

    name: str
    type: str = "string"
    format: str = "default"
    title: str = ""
    description: str = ""
    constraints: Mapping[str, Any] = {}
    options: Mapping[str, Any] = {}
    """The properties of its type: ``decimalChar``, ``trueValues`` and the like."""

    @property
    def is_number(self) -> bool:
        """Whether its cells compare as numbers."""
        return self.is_amount or self.type == "year"

    @property
    def is_amount(self) -> bool:
        """Whether its cells are numbers that can be higher or lower by some: a year is none."""
        return self.type in ("integer", "number")

    @property
    def is_edtf(self) -> bool:
        """Whether its texts are dates in the Extended Date/Time Format."""
        return self.options.get("rdfType") == EDTF

    @property
    def is_date(self) -> bool:
        """Whether its cells are days, months or years that can be said in words."""
        is_iso = self.type in ("date", "yearmonth") and self.format == "default"
        return is_iso or self.is_edtf


class ForeignKey(Struct, frozen=True):
    """Fields of this resource whose values stand in fields of another.

    Attributes:
        fields: The fields here.
        resource: The resource they refer to (the own one for a self-reference).
        reference: The fields there, in the same order.
    """

    fields: tuple[str, ...]
    resource: str
    reference: tuple[str, ...]


class Dialect(Struct, frozen=True):
    """How a CSV file is written: a CSV dialect (Table Dialect 2.0)."""

    delimiter: str = ","
    quote: str = '"'
    double_quote: bool = True
    escape: str | None = None
    skip_initial_space: bool = False
    encoding: str = "utf-8"

    @property
    def is_utf8(self) -> bool:
        """Whether its files are in UTF-8."""
        return self.encoding.lower().replace("-", "") == "utf8"

    @property
    def codec(self) -> str:
        """The encoding as Python calls it, by which a byte order mark is no part of a text."""
        return "utf-8-sig" if self.is_utf8 else self.encoding


class TableSource(Struct, frozen=True):
    """Where the rows of a table are, if not in one plain CSV file.

    Attributes:
        paths: Its files, which make one table together; one of them may be an address.
        data: Its rows, if the descriptor holds them itself.
        gzip: Whether its files are compressed with gzip.
        dialect: How its files are written.
        header_rows: The rows that make the header (from 1); none if there is no header.
        header_join: What stands between the parts of a name that several rows make.
        comment_rows: The rows to skip (from 1).
        comment: What the rows to skip begin with; empty if nothing does.
    """

    paths: tuple[str, ...] = ()
    data: Any = None
    gzip: bool = False
    dialect: Dialect = Dialect()
    header_rows: tuple[int, ...] = (1,)
    header_join: str = " "
    comment_rows: tuple[int, ...] = ()
    comment: str = ""


# `dict=True` gives it the `__dict__` that `cached_property` writes to.
class Resource(Struct, frozen=True, dict=True):
    """A Data Resource: a table with its Table Schema, or another file.

    Attributes:
        path: Its file; of a table that has a ``source``, the file to write it to.
        source: Where its rows are read, if not in the file at ``path`` as it stands.
        declared: What the descriptor says, where fields or key are other than it declares:
            named by the user, taken from the other edition, or found in the rows.
    """

    name: str
    path: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    missing_values: tuple[str, ...] = ("",)
    dialect: Dialect = Dialect()
    format: Literal["csv", "parquet", "file"] = "csv"
    source: TableSource | None = None
    matching: str = "exact"
    """How its header has to match its schema (Table Schema 2.0, ``fieldsMatch``)."""
    ignores_case: bool = False
    """Whether its header may be in other letter case (``caseSensitiveHeader``)."""
    title: str = ""
    description: str = ""
    hash: str = ""
    bytes: int | None = None
    meaning: Meaning = Meaning()
    declared: Resource | None = None

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Its fields by name."""
        return {f.name: f for f in self.fields}

    @cached_property
    def references(self) -> Mapping[str, ForeignKey]:
        """Its single-field foreign keys by the field that refers."""
        return {k.fields[0]: k for k in self.foreign_keys if len(k.fields) == 1}

    @property
    def as_declared(self) -> Resource:
        """The resource with the fields and the key that its descriptor declares."""
        return self if self.declared is None else self.declared

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The names of its fields, in order."""
        return tuple(f.name for f in self.fields)

    def key_of(self, row: Mapping[str, str]) -> tuple[str, ...]:
        """The primary key of a row, as written."""
        return tuple(row[name] for name in self.primary_key)


class Provenance(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a package says which source states a row, and when that was published.

    Attributes:
        resource: The resource that lists the sources.
        field: The field of every other resource that refers to a source.
        locator: The field that says where in the source.
        work: In the list: the work of which a source is an edition.
        published: In the list: the date of publication (EDTF).
        title: In the list: the title.
        checks: The resource that says when a work was looked at and found unchanged; none if
            empty. Its field of the work is called as in the list.
        checked: In that resource: the day of the check (EDTF).
    """

    resource: str
    field: str = "source"
    locator: str = "locator"
    work: str = "work"
    published: str = "published"
    title: str = "title"
    checks: str = ""
    checked: str = "checked"


class StatedCounts(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a package keeps the numbers that its sources state about their own lists."""

    resource: str
    of: str = "resource"
    filter: str = "filter"
    stated: str = "stated"


class Frozen(Struct, frozen=True):
    """What a snapshot says about itself.

    Attributes:
        date: The day, month or year at whose end it stands (EDTF).
        basis: Whether it holds what sources said, or what later ones let us say.
        covers: The works that it can speak about.
        why: The reason for it, in words.
        origin: The snapshot that a reconstruction was computed from.
        editions: For each work, the edition that was in force.
        previous: The snapshots that no other one named when this one was made, each with the hash
            of its sums (``sha256:…``): what was frozen before it, and not since.
        forced: What was not finished or broke its schema, and was frozen all the same, each with
            its place.
        lacks: For each resource that could not be read when it was frozen, why.
    """

    date: str
    basis: Basis
    covers: tuple[str, ...] = ()
    why: str = ""
    origin: str = field(default="", name="from")
    editions: Mapping[str, str] = {}
    lacks: Mapping[str, str] = {}
    forced: tuple[str, ...] = ()
    previous: Mapping[str, str] = {}


class Descriptor(Struct, frozen=True, dict=True):
    """A whole ``datapackage.json``."""

    name: str
    resources: tuple[Resource, ...]
    version: str = ""
    title: str = ""
    provenance: Provenance | None = None
    counts: StatedCounts | None = None
    frozen: Frozen | None = None
    raw: Mapping[str, Any] = {}
    """The JSON object, with the schemas and dialects that it refers to in their places."""
    files: tuple[Resource, ...] = ()
    """The resources that are no tables."""
    notes: tuple[tuple[str, str], ...] = ()
    """What is to be said of resources that were not read as they are described."""
    faults: tuple[Fault, ...] = ()
    """What breaks the standard, and was left out."""
    gaps: tuple[Fault, ...] = ()
    """The names that it does not give, and the schemas and dialects that it keeps where they were
    not read: ``name``, ``schema`` or ``dialect`` ends the place of each."""
    own: Mapping[str, Any] = {}
    """The JSON object as it was read."""
    subject: str = ""
    """What the package is about, for the title of a report; its title if empty."""
    works: Mapping[str, str] = {}
    """What to call the works that it rests on within a sentence, if not by their titles."""
    placeholder: str = ""
    """The text of cells that are still to be written; none if empty."""
    unresolved: tuple[Mapping[str, str], ...] = ()
    """Findings of a capture that nobody has decided on: ``code``, ``file``, ``field``, ``message``
    and ``source``."""
    pictures: tuple[DeclaredPicture, ...] = ()
    """The pictures that it declares."""
    policy: Policy = {}
    """Which changes are not allowed."""

    def __repr__(self) -> str:
        return f"Descriptor({self.name!r}, resources={list(self.by_name)})"

    @cached_property
    def by_name(self) -> Mapping[str, Resource]:
        """Its tables by name."""
        return {r.name: r for r in self.resources}

    @cached_property
    def files_by_name(self) -> Mapping[str, Resource]:
        """Its resources that are no tables, by name."""
        return {r.name: r for r in self.files}

    @property
    def has_meanings(self) -> bool:
        """Whether it was written for this tool, and says what its rows mean (``interopwatch``)."""
        if self.provenance is not None or self.counts is not None:
            return True
        return any("interopwatch" in item for item in self.raw.get("resources", ()))

    @property
    def provenance_fields(self) -> tuple[str, ...]:
        """The fields that say which source states a row, and where; none if nothing says so."""
        provenance = self.provenance
        return (provenance.field, provenance.locator) if provenance else ()

    def item(self, name: str) -> Mapping[str, Any]:
        """A resource as the JSON text has it; empty in a package that was made in memory."""
        items = self.raw.get("resources", ())
        return next((item for item in items if item.get("name") == name), {})

    def ours(self, name: str) -> Mapping[str, Any]:
        """The ``interopwatch`` property of a resource, as it is written; empty if it has none."""
        ours: Mapping[str, Any] = self.item(name).get("interopwatch", {})
        return ours

    def position(self, name: str) -> int:
        """The place of a resource among all that the descriptor lists (from 0)."""
        return [item["name"] for item in self.raw["resources"]].index(name)


def dump(raw: Mapping[str, Any]) -> str:
    """A descriptor as canonical JSON text: two spaces, UTF-8, a final newline."""
    return indented(raw, 2) + "\n"
