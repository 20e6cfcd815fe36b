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
"""The possible names of a descriptor, the usual one first."""
MAX_BYTES: Final = 16 * 1024 * 1024
"""A larger descriptor is rejected: it describes tables and does not contain them. This is a hundred
times the descriptor of the shipped package, with 19 tables and all their vocabulary."""
EDTF: Final = "http://id.loc.gov/datatypes/edtf/EDTF"
"""The ``rdfType`` of a string field that contains EDTF dates (Library of Congress)."""

Basis = Literal["observed", "reconstructed"]


# msgspec gives each value its own copy of an empty dict default.
class Field(Struct, frozen=True):
    """One column: a Table Schema field."""

    name: str
    type: str = "string"
    format: str = "default"
    title: str = ""
    description: str = ""
    constraints: Mapping[str, Any] = {}
    options: Mapping[str, Any] = {}
    """The properties specific to its type: ``decimalChar``, ``trueValues`` and the like."""

    @property
    def is_number(self) -> bool:
        """Whether its cells compare as numbers."""
        return self.is_amount or self.type == "year"

    @property
    def is_amount(self) -> bool:
        """Whether its cells are numbers whose differences are meaningful: not years."""
        return self.type in ("integer", "number")

    @property
    def is_edtf(self) -> bool:
        """Whether its cells are EDTF dates."""
        return self.options.get("rdfType") == EDTF

    @property
    def is_date(self) -> bool:
        """Whether its cells are days, months or years that can be written in words."""
        is_iso = self.type in ("date", "yearmonth") and self.format == "default"
        return is_iso or self.is_edtf


class ForeignKey(Struct, frozen=True):
    """Fields of this resource that refer to fields of another.

    Attributes:
        fields: The referring fields.
        resource: The resource they refer to (the same one for a self-reference).
        reference: The fields referred to, in the same order.
    """

    fields: tuple[str, ...]
    resource: str
    reference: tuple[str, ...]


DELIMITERS: Final = ",;\t|"
"""Possible delimiters; of those that fit equally well, the first is chosen."""


class Dialect(Struct, frozen=True):
    """The CSV dialect of a file (Table Dialect 2.0), with its encoding."""

    delimiter: str = ","
    quote: str = '"'
    double_quote: bool = True
    escape: str | None = None
    skip_initial_space: bool = False
    encoding: str = "utf-8"

    @property
    def is_utf8(self) -> bool:
        """Whether its files are in UTF-8."""
        return self.encoding.lower().replace("-", "") in ("utf8", "utf8sig")

    @property
    def is_common(self) -> bool:
        """Whether it is CSV as most tools read it: UTF-8, quotes doubled, nothing escaped."""
        is_bare = self.double_quote and self.escape is None and not self.skip_initial_space
        return self.is_utf8 and is_bare

    @property
    def codec(self) -> str:
        """The Python codec of the encoding, which drops a byte order mark."""
        return "utf-8-sig" if self.is_utf8 else self.encoding


class TableSource(Struct, frozen=True):
    """The source of a table's rows, if that is not one plain CSV file.

    Attributes:
        paths: Its files, read as one table; each may be an address.
        data: Its rows, if they are inline.
        gzip: Whether its files are compressed with gzip.
        dialect: The dialect of its files.
        header_rows: The rows that make up the header (from 1); empty if there is no header.
        header_join: The separator between the parts of a name that spans several rows.
        comment_rows: The rows to skip (from 1).
        comment: The prefix of rows to skip; empty for none.
    """

    paths: tuple[str, ...] = ()
    data: Any = None
    gzip: bool = False
    dialect: Dialect = Dialect()
    header_rows: tuple[int, ...] = (1,)
    header_join: str = " "
    comment_rows: tuple[int, ...] = ()
    comment: str = ""


# `dict=True` provides the `__dict__` that `cached_property` needs.
class Resource(Struct, frozen=True, dict=True):
    """A Data Resource: a table with its Table Schema, or another file.

    Attributes:
        path: Its file; for a table with a ``source``, the file to write it to.
        source: The source of its rows, if not the plain file at ``path``.
        declared: The resource as declared in the descriptor, if its fields or key differ from that:
            named by the user, taken from the other edition, or inferred from the rows.
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
    """How its header must match its schema (``fieldsMatch``, Table Schema 2.0)."""
    ignores_case: bool = False
    """Whether the case of its header may differ (``caseSensitiveHeader``)."""
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
        """Its single-field foreign keys by the referring field."""
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
        """Return the primary key of a row, as written."""
        return tuple(row[name] for name in self.primary_key)


class Provenance(Struct, frozen=True, forbid_unknown_fields=True):
    """The fields that name the source of a row, and the date of that source.

    Attributes:
        resource: The resource that lists the sources.
        field: The field in every other resource that refers to a source.
        locator: The field for the place within the source.
        work: In the list: the work of which a source is an edition.
        published: In the list: the date of publication (EDTF).
        title: In the list: the title.
        checks: The resource that records when a work was checked and found unchanged; empty for
            none. It has a field for the work with the same name as in the list.
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
    """The resource with the counts that sources state about their own lists."""

    resource: str
    of: str = "resource"
    filter: str = "filter"
    stated: str = "stated"


class Frozen(Struct, frozen=True):
    """The properties of a snapshot.

    Attributes:
        date: The day, month or year whose end it represents (EDTF).
        basis: Whether it contains what sources stated, or what was derived from later ones.
        covers: The works that it can contain statements of.
        why: The reason for freezing it, as text.
        origin: The snapshot from which a reconstruction was computed.
        editions: For each work, the edition in force.
        previous: The heads when it was frozen: the snapshots that no other one named, each with the
            hash of its sums (``sha256:…``).
        forced: The unfinished content and schema violations that it was frozen with, each with its
            location.
        lacks: For each resource that could not be read when it was frozen, the reason.
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
    """A complete ``datapackage.json``."""

    name: str
    resources: tuple[Resource, ...]
    version: str = ""
    title: str = ""
    provenance: Provenance | None = None
    counts: StatedCounts | None = None
    frozen: Frozen | None = None
    raw: Mapping[str, Any] = {}
    """The JSON object, with referenced schemas and dialects inlined."""
    files: tuple[Resource, ...] = ()
    """The resources that are not tables."""
    notes: tuple[tuple[str, str], ...] = ()
    """Notes on resources that were read differently than described: (resource, note)."""
    faults: tuple[Fault, ...] = ()
    """The parts that violate the standard and were dropped."""
    gaps: tuple[Fault, ...] = ()
    """Missing names, and references to schemas and dialects that were not read: the path of each
    ends in ``name``, ``schema`` or ``dialect``."""
    as_read: Mapping[str, Any] = {}
    """The JSON object as it was read."""
    subject: str = ""
    """The subject of the package for the title of a report; its title if empty."""
    works: Mapping[str, str] = {}
    """The names of works within a sentence, where these are not their titles."""
    placeholder: str = ""
    """The text that marks cells still to be written; none if empty."""
    unresolved: tuple[Mapping[str, str], ...] = ()
    """Unresolved findings of a capture: ``code``, ``file``, ``field``, ``message`` and
    ``source``."""
    pictures: tuple[DeclaredPicture, ...] = ()
    """The declared pictures."""
    policy: Policy = {}
    """The changes that are not allowed."""

    def __repr__(self) -> str:
        return f"Descriptor({self.name!r}, resources={list(self.by_name)})"

    @cached_property
    def by_name(self) -> Mapping[str, Resource]:
        """Its tables by name."""
        return {r.name: r for r in self.resources}

    @cached_property
    def files_by_name(self) -> Mapping[str, Resource]:
        """Its resources that are not tables, by name."""
        return {r.name: r for r in self.files}

    @property
    def has_meanings(self) -> bool:
        """Whether it was written for this tool: whether it has ``interopwatch`` properties."""
        if self.provenance is not None or self.counts is not None:
            return True
        return any("interopwatch" in item for item in self.raw.get("resources", ()))

    @property
    def provenance_fields(self) -> tuple[str, ...]:
        """The fields for the source of a row and the place in it; empty without provenance."""
        provenance = self.provenance
        return (provenance.field, provenance.locator) if provenance else ()

    def item(self, name: str) -> Mapping[str, Any]:
        """Return the JSON object of a resource; empty in a package made in memory."""
        items = self.raw.get("resources", ())
        return next((item for item in items if item.get("name") == name), {})

    def extension(self, name: str) -> Mapping[str, Any]:
        """Return the ``interopwatch`` property of a resource as JSON; empty if it has none."""
        extension: Mapping[str, Any] = self.item(name).get("interopwatch", {})
        return extension

    def position(self, name: str) -> int:
        """Return the index of a resource in the descriptor's list."""
        return [item["name"] for item in self.raw["resources"]].index(name)


def dump(raw: Mapping[str, Any]) -> str:
    """Encode a descriptor as canonical JSON: two spaces of indentation, UTF-8, a final newline."""
    return indented(raw, 2) + "\n"
