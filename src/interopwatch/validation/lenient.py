"""A package as the checks read it: whatever is wrong with a file is told, and nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from interopwatch.errors import DescriptorError, SnapshotError, TableError
from interopwatch.findings import Finding
from interopwatch.package import table as tables
from interopwatch.package.descriptor import FILE_NAME
from interopwatch.package.package import Package, read_descriptor
from interopwatch.validation import locating

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from interopwatch.findings import Level
    from interopwatch.package.descriptor import Descriptor, Resource
    from interopwatch.package.table import Table


class Lenient(Package):
    """A package whose tables can be read as far as they can be read at all.

    A file of a snapshot that is no longer what was frozen is read all the same, so that
    all that is wrong with it can be told; files are called by their path in the package.
    """

    def __init__(self, origin: Package, descriptor: Descriptor | None = None) -> None:
        """Read another package leniently.

        Args:
            origin: The package to read.
            descriptor: What to take for its descriptor, if not its own.
        """
        super().__init__(origin.root, descriptor or origin.descriptor, origin.label)
        self._origin = origin

    def content(self, name: str) -> bytes:
        """The bytes of a resource's file.

        Raises:
            TableError: The file is missing, cannot be read, or lies outside the package.
        """
        path = self.resource(name).path
        try:
            return self._content(name)
        except (TableError, DescriptorError) as error:
            message = error.message.replace(str(self.root / path), path)
            raise TableError(message, hint=error.hint) from None
        except OSError as error:
            raise TableError(f"{path}: {error.strerror or error}") from None

    def _content(self, name: str) -> bytes:
        try:
            return self._origin.content(name)
        except SnapshotError:
            return self._origin.path(name).read_bytes()

    def table(self, name: str) -> Table:
        """The rows of a resource, read once.

        Raises:
            TableError: The file is missing, unreadable, or disagrees with its schema.
        """
        if name not in self._tables:
            resource = self.resource(name)
            self._tables[name] = tables.read(self.content(name), resource, resource.path)
        return self._tables[name]

    def rows(self, name: str) -> tuple[Mapping[str, str], ...]:
        """The rows of a resource; none at all if there is no such table to read."""
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

    def only_readable(self) -> Lenient:
        """This package without the tables that cannot be read."""
        resources = tuple(self.readable.values())
        return Lenient(self._origin, replace(self.descriptor, resources=resources))

    def described(
        self, at: Iterable[str | int], code: str, message: str, hint: str = "",
        level: Level = "error",
    ) -> Finding:  # fmt: skip
        """A finding about a place in the descriptor."""
        place = locating.pointer(at)
        return Finding(FILE_NAME, self._line(place), place, code, message, hint, level)

    def _line(self, place: str) -> int:
        """The line on which the nearest thing around a place in the descriptor begins."""
        while place not in self._lines and place:
            place = place.rpartition("/")[0]
        return self._lines.get(place, 0)

    @cached_property
    def _lines(self) -> Mapping[str, int]:
        try:
            text = read_descriptor(self.root / FILE_NAME)
            is_own = json.loads(text) == self.descriptor.raw
        except (DescriptorError, ValueError, RecursionError):
            return {}
        return locating.lines(text) if is_own else {}


def placed(finding: Finding) -> Finding:
    """A finding whose message begins with a file and a line, with both in their place.

    >>> placed(Finding("a.csv", 0, "", "x", "a.csv:7: broken")).line
    7
    """
    start = re.match(rf"{re.escape(finding.file)}(?::(\d+))?(?::\d+)?: ", finding.message)
    if finding.line or start is None:
        return finding
    return replace(finding, line=int(start.group(1) or 0), message=finding.message[start.end() :])


def below(folder: str, finding: Finding) -> Finding:
    """A finding about a package, as one about the package in whose folder that one lies."""
    return replace(finding, file=f"{folder}/{finding.file}")


def relative(message: str, root: Path) -> str:
    """A message without the folder in which the files that it names lie."""
    return message.replace(f"{root}/", "").replace(f"{root}\\", "")
