"""The parts of a change set, as frozen values: changes of rows, schemas, descriptors and files.

Rows use the names of the newer package: see :mod:`interopwatch.package.renames`.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - JSON is decoded by these types
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from msgspec import Meta, Struct
from msgspec.structs import asdict

from interopwatch.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from interopwatch.package.renames import Names, Renames

FORMAT: Final = "interopwatch-changes/2"
"""The version of the JSON form, described by ``changes.schema.json``."""

Kind = Literal["added", "removed", "changed"]


class Sense(StrEnum):
    """What a change says about the world, as against about our records of it.

    Attributes:
        BEGAN: What the row states began after the older package's date.
        ENDED: It ended after that date.
        REACHED: An event that a row states happened after that date.
        BACKFILLED: It was so by that date, and is recorded only now.
        CORRECTED: An earlier statement about the past was replaced.
        RETRACTED: It is no longer stated, and nothing says that it ended.
        UNCOVERED: Only one of the two packages covers the work that states it.
        UPDATED: A field without a date changed: a status, a name, a plan.
        UNDATED: The sources do not tell.
    """

    BEGAN = "began"
    ENDED = "ended"
    REACHED = "reached"
    BACKFILLED = "backfilled"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    UNCOVERED = "uncovered"
    UPDATED = "updated"
    UNDATED = "undated"


NEWS: Final = (Sense.BEGAN, Sense.ENDED, Sense.REACHED)
"""The senses of events that lie after the older package's date."""


def _kind(before: object, after: object) -> Kind:
    """What happened to something of which these are the sides; ``None`` for one that lacks it."""
    if before is None:
        return "added"
    return "removed" if after is None else "changed"


class RowChange(Struct, frozen=True):
    """One row that was added, removed or changed.

    Attributes:
        resource: The resource it belongs to.
        key: Its primary key, as written; of a row whose key changed, the newer one.
        before: The row in the old package; ``None`` if it was added.
        after: The row in the new package; ``None`` if it was removed.
        fields: The fields whose values differ; of an added or removed row, all of them.
    """

    resource: str
    key: Mapping[str, str]
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None
    fields: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        """Whether the row was added, removed or changed."""
        return _kind(self.before, self.after)

    @property
    def row(self) -> Mapping[str, str]:
        """The row as it stands: after the change, or before it was removed."""
        row = self.before if self.after is None else self.after
        assert row is not None, "a change has at least one side"
        return row

    def cells(self, field: str) -> tuple[str, str]:
        """What a field held and holds; empty on a side that lacks the row or the field."""
        return (self.before or {}).get(field, ""), (self.after or {}).get(field, "")

    @property
    def has_new_key(self) -> bool:
        """Whether it is a row whose key changed."""
        return self.before is not None and not self.key.items() <= self.before.items()

    def __invert__(self) -> RowChange:
        # Seen from the other side, the key is the one that the row had before.
        key = {name: self.before[name] for name in self.key} if self.before else self.key
        return RowChange(self.resource, key, self.after, self.before, self.fields)

    def inverse(self, renames: Renames) -> RowChange:
        """Its inverse, in the names of the other side."""
        names = renames.of(self.resource)
        return (~self).renamed(renames.resources.inverse(self.resource), names.inverse)

    def renamed(self, resource: str, name: Callable[[str], str]) -> RowChange:
        """The same change of a resource of another name, its fields renamed by a function."""

        def row(cells: Mapping[str, str]) -> dict[str, str]:
            return {name(field): cell for field, cell in cells.items()}

        return RowChange(
            resource,
            row(self.key),
            None if self.before is None else row(self.before),
            None if self.after is None else row(self.after),
            tuple(map(name, self.fields)),
        )


class SchemaChange(Struct, frozen=True, forbid_unknown_fields=True):
    """One difference between the schemas of two packages.

    Attributes:
        resource: The resource whose schema differs.
        field: The field that differs; empty if it is the resource as a whole.
        kind: What happened to it. What was renamed stands under its new name, and its two
            sides hold the two names; what else changed of it stands apart.
        before: What the old descriptor says of it; ``None`` if it was added.
        after: What the new descriptor says of it; ``None`` if it was removed.
    """

    resource: Annotated[str, Meta(min_length=1)]
    field: str
    kind: Literal["added", "removed", "moved", "changed", "renamed"]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    def __invert__(self) -> SchemaChange:
        inverse = {"added": "removed", "removed": "added"}
        kind: Any = inverse.get(self.kind, self.kind)
        return SchemaChange(self.resource, self.field, kind, self.after, self.before)

    def inverse(self, renames: Renames) -> SchemaChange:
        """Its inverse, in the names of the other side."""
        back, names = ~self, renames.of(self.resource)
        return SchemaChange(
            renames.resources.inverse(self.resource),
            names.inverse(self.field) if self.field else "",
            back.kind,
            _schema_renamed(back.before, names) if self.kind != "renamed" else back.before,
            _schema_renamed(back.after, names) if self.kind != "renamed" else back.after,
        )


def _schema_renamed(properties: Mapping[str, Any] | None, names: Names) -> Mapping[str, Any] | None:
    """What a schema change says, in the names of the other side."""
    if not properties or not names:
        return properties
    renamed = dict(properties)
    if "name" in renamed:
        renamed["name"] = names.inverse(renamed["name"])
    if "primaryKey" in renamed:
        renamed["primaryKey"] = [names.inverse(name) for name in renamed["primaryKey"]]
    return renamed


class DescriptorChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What the two descriptors say differently of one resource, or of the package.

    Of schemas, :class:`SchemaChange` says the same in detail; this holds all of it, words
    and meanings too, so that the newer descriptor can be made from the older one.

    Attributes:
        resource: The resource; empty if it is the package as a whole.
        before: Its properties in the old descriptor, without those of its file (hash, size,
            dialect, encoding); ``None`` if the resource was added. Of the package: all
            properties, its resources by name only.
        after: Likewise in the new descriptor; ``None`` if the resource was removed.
    """

    resource: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    def __invert__(self) -> DescriptorChange:
        return DescriptorChange(self.resource, self.after, self.before)


class FileState(Struct, frozen=True, dict=True):
    """A file that is no table, as it stands in a package.

    Attributes:
        path: Its path in the package.
        content: Its bytes.
    """

    path: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of its bytes, in hexadecimal digits."""
        return sha256_of(self.content)


class FileChange(Struct, frozen=True):
    """A file of a resource that was added, removed or changed, and was compared by its bytes.

    Attributes:
        resource: The resource it belongs to.
        before: The file in the old package; ``None`` if it was added.
        after: The file in the new package; ``None`` if it was removed.
    """

    resource: str
    before: FileState | None
    after: FileState | None

    @property
    def kind(self) -> Kind:
        """Whether the file was added, removed or changed."""
        return _kind(self.before, self.after)

    def __invert__(self) -> FileChange:
        return FileChange(self.resource, self.after, self.before)


class Side(Struct, frozen=True):
    """Which package stood on one side of a diff.

    Attributes:
        label: What the user called it.
        date: The day, month or year it stands for; empty if it is no snapshot.
        version: The package's version.
        basis: ``observed`` or ``reconstructed``; empty if it is no snapshot.
        covers: The works (publications) whose statements it holds; ``None`` for all of them.
    """

    label: str
    date: str = ""
    version: str = ""
    basis: str = ""
    covers: tuple[str, ...] | None = None


class IgnoredRows(Struct, frozen=True, forbid_unknown_fields=True):
    """How many rows differ only in ignored fields or within tolerances, and so are not listed.

    Attributes:
        resource: The resource they belong to.
        ignored: The fields that were not compared.
        tolerances: How far the numbers of other fields may have been apart.
        rows: How many rows there are.
    """

    resource: Annotated[str, Meta(min_length=1)]
    ignored: tuple[str, ...]
    tolerances: Mapping[str, str]
    rows: Annotated[int, Meta(ge=1)]

    def inverse(self, renames: Renames) -> IgnoredRows:
        """The same, in the names of the other side."""
        resource = renames.resources.inverse(self.resource)
        return self.renamed(resource, renames.of(self.resource).inverse)

    def renamed(self, resource: str, name: Callable[[str], str]) -> IgnoredRows:
        """The same of a resource of another name, its fields renamed by a function."""
        return IgnoredRows(
            resource,
            tuple(sorted(map(name, self.ignored))),
            {name(field): each for field, each in self.tolerances.items()},
            self.rows,
        )


class Classified(Struct, frozen=True):
    """A row change, and what it means.

    Attributes:
        change: The change itself.
        sense: What it says about the world.
        clerical: Whether it touches wording, order or provenance only.
    """

    change: RowChange
    sense: Sense
    clerical: bool = False


class Narrated(Classified, frozen=True):
    """A row change in words.

    Attributes:
        sentence: The change in plain English.
        source: The id of the source that states it; empty if the package names none.
        locator: The place in that source.
    """

    sentence: str = ""
    source: str = ""
    locator: str = ""

    def to_json_row(self) -> JsonRow:
        """The JSON form as a value that is written in a third of the time of a dictionary."""
        change = self.change
        return JsonRow(
            change.resource,
            change.key,
            change.kind,
            self.sense,
            self.clerical,
            change.before,
            change.after,
            change.fields,
            self.sentence,
            self.source,
            self.locator,
        )


class JsonRow(Struct, frozen=True):
    """A row change in words as an object of ``changes.schema.json``, member by member."""

    resource: str
    key: Mapping[str, str]
    kind: Kind
    sense: Sense
    clerical: bool
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None
    fields: tuple[str, ...]
    sentence: str
    source: str
    locator: str


def to_plain(part: Struct) -> dict[str, Any]:
    """The JSON form of a part whose members are called as its fields are."""
    return {n: list(v) if isinstance(v, tuple) else v for n, v in asdict(part).items()}
