"""The parts of a change set, as frozen values: changes of rows, schemas, descriptors and files.

Rows use the names of the newer package: see :mod:`interopwatch.package.renames`.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec decodes JSON by these types
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
"""The version of the JSON form, which ``changes.schema.json`` describes."""

Kind = Literal["added", "removed", "changed"]


class Sense(StrEnum):
    """The meaning of a change: whether the world changed, or only our records of it.

    Attributes:
        BEGAN: The statement of the row began to hold after the older package's date.
        ENDED: It ceased to hold after that date.
        REACHED: An event stated by the row happened after that date.
        BACKFILLED: It was already true by that date, and is recorded only now.
        CORRECTED: An earlier statement about the past was replaced.
        RETRACTED: It is no longer stated, and nothing says that it ended.
        UNCOVERED: Only one of the two packages covers the work that states it.
        UPDATED: A field without a date changed: a status, a name, a plan.
        UNDATED: The sources do not say when it changed.
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
"""The senses of events after the older package's date."""


def _kind(before: object, after: object) -> Kind:
    """Return the kind of a change from its sides; a missing side is ``None``."""
    if before is None:
        return "added"
    return "removed" if after is None else "changed"


class RowChange(Struct, frozen=True):
    """One row that was added, removed or changed.

    Attributes:
        resource: The resource it belongs to.
        key: Its primary key, as written; if the key changed, the newer one.
        before: The row in the older package; ``None`` if it was added.
        after: The row in the newer package; ``None`` if it was removed.
        fields: The fields whose values differ; for an added or removed row, all of them.
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
        """The row after the change, or before it was removed."""
        row = self.before if self.after is None else self.after
        assert row is not None, "a change has at least one side"
        return row

    def cells(self, field: str) -> tuple[str, str]:
        """Return a field's cells before and after; empty on a side that lacks the row or field."""
        return (self.before or {}).get(field, ""), (self.after or {}).get(field, "")

    @property
    def has_new_key(self) -> bool:
        """Whether the key of the row changed."""
        return self.before is not None and not self.key.items() <= self.before.items()

    def __invert__(self) -> RowChange:
        # The key of the inverse is the one that the row had before.
        key = {name: self.before[name] for name in self.key} if self.before else self.key
        return RowChange(self.resource, key, self.after, self.before, self.fields)

    def inverse(self, renames: Renames) -> RowChange:
        """Return the inverse, in the names of the other side."""
        names = renames.of(self.resource)
        return (~self).renamed(renames.resources.inverse(self.resource), names.inverse)

    def renamed(self, resource: str, name: Callable[[str], str]) -> RowChange:
        """Return the change under another resource name, with fields renamed by a function."""

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
        field: The field that differs; empty for the resource as a whole.
        kind: The kind of change. A rename has the new name, and the two names as its sides;
            other changes of the same field are separate.
        before: The properties in the older descriptor; ``None`` if it was added.
        after: The properties in the newer descriptor; ``None`` if it was removed.
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
        """Return the inverse, in the names of the other side."""
        back, names = ~self, renames.of(self.resource)
        return SchemaChange(
            renames.resources.inverse(self.resource),
            names.inverse(self.field) if self.field else "",
            back.kind,
            _schema_renamed(back.before, names) if self.kind != "renamed" else back.before,
            _schema_renamed(back.after, names) if self.kind != "renamed" else back.after,
        )


def _schema_renamed(properties: Mapping[str, Any] | None, names: Names) -> Mapping[str, Any] | None:
    """Return one side of a schema change in the names of the other side."""
    if not properties or not names:
        return properties
    renamed = dict(properties)
    if "name" in renamed:
        renamed["name"] = names.inverse(renamed["name"])
    if "primaryKey" in renamed:
        renamed["primaryKey"] = [names.inverse(name) for name in renamed["primaryKey"]]
    return renamed


class DescriptorChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A difference between two descriptors in one resource, or in the package.

    For schemas, :class:`SchemaChange` has the same in detail; this contains all properties,
    including words and meanings, so that the newer descriptor can be made from the older one.

    Attributes:
        resource: The resource; empty for the package as a whole.
        before: Its properties in the older descriptor, without those of its file (hash, size,
            dialect, encoding); ``None`` if the resource was added. For the package: all
            properties, its resources by name only.
        after: Likewise in the newer descriptor; ``None`` if the resource was removed.
    """

    resource: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    def __invert__(self) -> DescriptorChange:
        return DescriptorChange(self.resource, self.after, self.before)


class FileState(Struct, frozen=True, dict=True):
    """A file that is not a table, with its content.

    Attributes:
        path: Its path in the package.
        content: Its bytes.
    """

    path: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of its content, in hexadecimal digits."""
        return sha256_of(self.content)


class FileChange(Struct, frozen=True):
    """A file of a resource that was added, removed or changed, compared by its bytes.

    Attributes:
        resource: The resource it belongs to.
        before: The file in the older package; ``None`` if it was added.
        after: The file in the newer package; ``None`` if it was removed.
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
    """The package on one side of a diff.

    Attributes:
        label: The user's name for it.
        date: The day, month or year of the snapshot; empty if it is not one.
        version: The package's version.
        basis: ``observed`` or ``reconstructed``; empty if it is not a snapshot.
        covers: The works (publications) whose statements it contains; ``None`` for all of them.
    """

    label: str
    date: str = ""
    version: str = ""
    basis: str = ""
    covers: tuple[str, ...] | None = None


class IgnoredRows(Struct, frozen=True, forbid_unknown_fields=True):
    """The number of unlisted rows, which differ only in ignored fields or within tolerances.

    Attributes:
        resource: The resource they belong to.
        ignored: The fields that were not compared.
        tolerances: The tolerances of other fields.
        rows: The number of rows.
    """

    resource: Annotated[str, Meta(min_length=1)]
    ignored: tuple[str, ...]
    tolerances: Mapping[str, str]
    rows: Annotated[int, Meta(ge=1)]

    def inverse(self, renames: Renames) -> IgnoredRows:
        """Return the same in the names of the other side."""
        resource = renames.resources.inverse(self.resource)
        return self.renamed(resource, renames.of(self.resource).inverse)

    def renamed(self, resource: str, name: Callable[[str], str]) -> IgnoredRows:
        """Return the same under another resource name, with fields renamed by a function."""
        return IgnoredRows(
            resource,
            tuple(sorted(map(name, self.ignored))),
            {name(field): each for field, each in self.tolerances.items()},
            self.rows,
        )


class Classified(Struct, frozen=True):
    """A row change and its meaning.

    Attributes:
        change: The change itself.
        sense: Its sense.
        clerical: Whether it affects only wording, order or provenance.
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
        """Return the JSON form as a struct, which encodes in a third of a dictionary's time."""
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
    """A narrated row change as an object of ``changes.schema.json``, member by member."""

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
    """Convert a part whose JSON members have the names of its fields."""
    return {n: list(v) if isinstance(v, tuple) else v for n, v in asdict(part).items()}
