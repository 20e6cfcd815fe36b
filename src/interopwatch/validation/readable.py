"""A package as validation reads it: unreadable parts are left out and reported once."""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import TYPE_CHECKING, Self

from msgspec.structs import replace

from interopwatch.errors import DescriptorError, FetchError, SnapshotError, TableError
from interopwatch.files import read_regular
from interopwatch.findings import Finding, found
from interopwatch.package.adapted import adapted
from interopwatch.package.json_values import pointer
from interopwatch.package.limits import MAX_TABLE
from interopwatch.package.package import Package, read_descriptor
from interopwatch.package.table import read
from interopwatch.text import without_folder
from interopwatch.validation.json_position import lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from interopwatch.package.descriptor import Descriptor, Resource
    from interopwatch.package.table import Table


class ReadablePackage(Package):
    """A package whose readable tables are read, and each file only once.

    A snapshot's file that was edited since it was frozen is read nonetheless, so that all its
    problems can be reported; files are named by their path in the package.
    """

    def __init__(self, origin: Package, descriptor: Descriptor | None = None) -> None:
        """Wrap another package.

        Args:
            origin: The package to read.
            descriptor: The descriptor to use instead of its own.
        """
        super().__init__(origin.root, descriptor or origin.descriptor, origin.label)
        self.file = origin.file
        self._origin = origin
        self._contents: dict[str, bytes] = {}

    @classmethod
    def of(cls, package: Package) -> Self:
        """Return the package itself if it is a ReadablePackage, else a wrapper of it."""
        return package if isinstance(package, cls) else cls(package)

    def content(self, name: str) -> bytes:
        """Return the bytes of a resource's file.

        Raises:
            TableError: The file is missing, cannot be read, or lies outside the package.
        """
        if name not in self._contents:
            self._contents[name] = self._content(name)
        return self._contents[name]

    def _content(self, name: str) -> bytes:
        path = self.resource(name).path
        try:
            try:
                return self._origin.content(name)
            except SnapshotError:
                return read_regular(self._origin.path(name), MAX_TABLE)
        except (TableError, DescriptorError, FetchError) as error:
            message = error.message.replace(str(self.root / path), path)
            raise TableError(message, hint=error.hint) from None
        except OSError as error:
            raise TableError(f"{path}: {error.strerror or error}") from None

    def table(self, name: str) -> Table:
        """Return the rows of a resource, read once.

        Raises:
            TableError: The file is missing, unreadable, or does not match its schema.
        """
        if name not in self._tables:
            resource = self.resource(name)
            self._tables[name] = read(self.content(name), resource, resource.path)
        return self._tables[name]

    def rows(self, name: str) -> tuple[Mapping[str, str], ...]:
        """Return the rows of a resource; empty if there is no such readable table."""
        return super().rows(name) if name in self.readable else ()

    @cached_property
    def readable(self) -> Mapping[str, Resource]:
        """The resources whose tables can be read, by name."""
        return {r.name: r for r in self.descriptor.resources if self._is_readable(r.name)}

    def _is_readable(self, name: str) -> bool:
        try:
            self.table(name)
        except TableError:
            return False
        return True

    @cached_property
    def under_headers(self) -> ReadablePackage:
        """This package with schemas adapted to its headers, if it was not written for this tool.

        Snapshots, and packages that declare what their rows mean, must match their declarations.
        """
        if self.descriptor.has_meanings or self.descriptor.frozen is not None:
            return self
        found = adapted(self, {r.name for r in self.descriptor.resources if r.fields})
        if not isinstance(found, ReadablePackage) or found is self:
            return self
        found.differing_headers = found.descriptor.notes[len(self.descriptor.notes) :]
        return found

    def with_descriptor(self, descriptor: Descriptor) -> ReadablePackage:
        """Return the same files under another descriptor."""
        return ReadablePackage(self, descriptor)

    differing_headers: tuple[tuple[str, str], ...] = ()
    """The tables whose headers do not match their schemas, and the differences."""

    def described_as(self, resources: Iterable[Resource]) -> ReadablePackage:
        """Return the same files with other schemas."""
        resources = tuple(resources)
        if resources == self.descriptor.resources:
            return self
        return self.with_descriptor(replace(self.descriptor, resources=resources))

    def in_descriptor(self, path: Iterable[str | int], code: str, /, **values: object) -> Finding:
        """Make a finding about a location in the descriptor, with its line and JSON Pointer.

        Args:
            path: The path of the location.
            code: The code, or one of its messages, as for :func:`interopwatch.findings.found`.
            values: Likewise.
        """
        return found(code, *self.in_descriptor_at(path), **values)

    def in_descriptor_at(self, path: Iterable[str | int]) -> tuple[str, int, str]:
        """Return the file, the line and the JSON Pointer of a location in the descriptor."""
        at = pointer(path) or "/"
        return self.file.name, self._line(at), at

    def _line(self, at: str) -> int:
        """Return the line on which a value begins, or else its nearest existing ancestor."""
        while at not in self._lines and at:
            at = at.rpartition("/")[0]
        return self._lines.get(at, 0)

    @cached_property
    def _lines(self) -> Mapping[str, int]:
        try:
            text = read_descriptor(self.file)
            # The lines of another text would mislead, and YAML is not JSON.
            is_same = json.loads(text) == self.descriptor.as_read
        except (DescriptorError, ValueError, RecursionError):
            return {}
        return lines(text) if is_same else {}


def placed(finding: Finding) -> Finding:
    """Move the file and line at the start of a finding's message to its attributes.

    >>> placed(Finding("a.csv", 0, "", "x", "a.csv:7: broken")).line
    7
    """
    place = rf"{re.escape(finding.file)}(?::(\d+))?(?::\d+)?(?::([^:\s][^:]*))?: "
    start = re.match(place, finding.message)
    if finding.line or start is None:
        return finding
    line, field = int(start[1] or 0), finding.field or start[2] or ""
    return replace(finding, line=line, field=field, message=finding.message[start.end() :])


def relative(message: str, root: Path) -> str:
    """Strip the folder from the file names in a message."""
    return without_folder(message, root).replace(f"{root}:", "the folder of the package:")
