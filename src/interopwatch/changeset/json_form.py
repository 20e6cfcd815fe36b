"""The JSON form of change sets as types for decoding: see ``changes.schema.json``.

Constraints that a type cannot express are checked when a value is constructed, so that msgspec adds
the location to the error. Constraints between values are checked once all have been read
(:mod:`interopwatch.changeset.serialise`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct, field

from interopwatch.changeset.model import (
    DescriptorChange,
    FileChange,
    FileState,
    IgnoredRows,
    SchemaChange,
    Sense,
)
from interopwatch.package.edtf import is_plain

if TYPE_CHECKING:
    from collections.abc import Sequence

_Name = Annotated[str, Meta(min_length=1)]
_Cells = dict[str, str]


class _Strict(Struct, frozen=True, forbid_unknown_fields=True):
    pass


class RowForm(_Strict, frozen=True):
    """A row that differs; its kind determines which sides it has."""

    resource: _Name
    key: Annotated[_Cells, Meta(min_length=1)]
    before: _Cells | None
    after: _Cells | None
    fields: tuple[str, ...]

    def __post_init__(self) -> None:
        sides = [side for side in (self.before, self.after) if side is not None]
        # The cells of the newest row; in the older row, these fields may have another key.
        for name, cell in self.key.items():
            if sides[-1].get(name) != cell or name not in sides[0]:
                raise ValueError(f"the key has {cell!r} in field {name!r}, but the row does not")
        for name in self.fields:
            if name not in sides[0] and name not in sides[-1]:
                raise ValueError(f"the row has no field {name!r}, which `fields` lists")
        _refuse_repeats(self.fields, "fields")


class ReformattedForm(RowForm, frozen=True):
    """A row whose text differs, but whose values do not."""

    before: _Cells
    after: _Cells


class ReformattedLine(ReformattedForm, frozen=True, tag_field="kind", tag="respelled"):
    """A reformatted row as a line of JSON Lines."""


class NarratedForm(RowForm, frozen=True):
    """A row with the meaning of its change in words."""

    sense: Sense
    clerical: bool
    sentence: str
    source: str
    locator: str


class AddedForm(NarratedForm, frozen=True, tag_field="kind", tag="added"):
    """A row that was added."""

    before: None
    after: _Cells


class RemovedForm(NarratedForm, frozen=True, tag_field="kind", tag="removed"):
    """A row that was removed."""

    before: _Cells
    after: None


class ChangedForm(NarratedForm, frozen=True, tag_field="kind", tag="changed"):
    """A row that was changed."""

    before: _Cells
    after: _Cells


class SideForm(_Strict, frozen=True):
    """One of the two packages."""

    label: str
    date: str
    version: str
    basis: Literal["", "observed", "reconstructed"]
    covers: tuple[str, ...] | None

    def __post_init__(self) -> None:
        if self.date and not is_plain(self.date):
            raise ValueError(f"the date {self.date!r} is not a day, month or year")


class FileForm(_Strict, frozen=True):
    """A file that is not a table, with its content in Base64."""

    path: str
    size: int = field(name="bytes")
    sha256: str
    content: bytes

    def __post_init__(self) -> None:
        if (self.size, self.sha256) != (len(self.content), self.state.sha256):
            raise ValueError("`bytes` or `sha256` does not match `content`")

    @property
    def state(self) -> FileState:
        """The file as part of a change set."""
        return FileState(self.path, self.content)


class FileChangeForm(_Strict, frozen=True):
    """A file before and after."""

    resource: _Name
    before: FileForm | None
    after: FileForm | None

    def __post_init__(self) -> None:
        if self.before == self.after:
            raise ValueError("`before` and `after` are equal")

    @classmethod
    def of(cls, change: FileChange) -> FileChangeForm:
        """Convert a file change of a change set."""
        before, after = (
            None
            if side is None
            else FileForm(side.path, len(side.content), side.sha256, side.content)
            for side in (change.before, change.after)
        )
        return cls(change.resource, before, after)

    @property
    def change(self) -> FileChange:
        """The file change as part of a change set."""
        before, after = (None if side is None else side.state for side in (self.before, self.after))
        return FileChange(self.resource, before, after)


class HeadForm(_Strict, frozen=True, omit_defaults=True):
    """A change set without its rows."""

    format: str
    old: SideForm
    new: SideForm
    schema: tuple[SchemaChange, ...]
    form: tuple[str, ...]
    descriptor: tuple[DescriptorChange, ...]
    aside: tuple[IgnoredRows, ...]
    keys: dict[str, tuple[str, ...]] = {}
    files: tuple[FileChangeForm, ...] = ()
    missing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _refuse_repeats(self.form, "form")
        _refuse_repeats(self.missing, "missing")
        for each in self.aside:
            _refuse_repeats(each.ignored, "ignored")
        for name, key in self.keys.items():
            _refuse_repeats(key, f"keys/{name}")


class WholeForm(HeadForm, frozen=True, kw_only=True):
    """A change set as one JSON object."""

    rows: tuple[AddedForm | RemovedForm | ChangedForm, ...]
    respelled: tuple[ReformattedForm, ...]


class CountsForm(_Strict, frozen=True):
    """How many lines follow the first one in JSON Lines."""

    rows: int
    respelled: int


class FirstLine(HeadForm, frozen=True, kw_only=True):
    """The first line of JSON Lines."""

    counts: CountsForm


LineForm = AddedForm | RemovedForm | ChangedForm | ReformattedLine
"""Any line after the first in JSON Lines."""


def _refuse_repeats(names: Sequence[str], member: str) -> None:
    if len(set(names)) != len(names):
        raise ValueError(f"a string is repeated in `{member}`")
