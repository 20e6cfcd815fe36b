"""A data package at an address that only an engine can read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from interopwatch.errors import DescriptorError, TableError
from interopwatch.package.descriptor import FILE_NAME, MAX_BYTES
from interopwatch.package.package import Package
from interopwatch.package.parse import parse

if TYPE_CHECKING:
    from interopwatch.package.descriptor import Descriptor
    from interopwatch.package.table import Table


class RemotePackage(Package):
    """A package at an address such as ``s3a://bucket/edition`` that Spark reads.

    Its descriptor is read on opening; its tables are compared where they are. A table needed
    completely, such as the list of sources, is downloaded.

    Attributes:
        address: The address of its folder, without a trailing slash.
    """

    def __init__(self, address: str, descriptor: Descriptor, label: str = "") -> None:
        super().__init__(Path(address), descriptor, label or address)
        self.address = address

    def place(self, name: str) -> str:
        """Return the address of a resource's table."""
        return f"{self.address}/{self.resource(name).path}"

    def content(self, name: str) -> bytes:
        """Raise an error, since bytes are not downloaded.

        Raises:
            TableError: Always.
        """
        raise TableError(f"{self.place(name)}: only an engine reads it", hint="Use --engine spark.")

    def is_readable(self, name: str) -> bool:
        """Return ``False``: its rows cannot be read directly."""
        del name
        return False

    def size(self, name: str) -> int:
        """Raise an error; see :meth:`content`."""
        return len(self.content(name))

    def table(self, name: str) -> Table:
        """Return all rows of a resource, downloaded once."""
        if name not in self._tables:
            from interopwatch.compare.engines import started, whole
            from interopwatch.compare.options import DiffOptions

            with started("spark", DiffOptions()) as engine:
                self._tables[name] = whole(engine, self, name)
        return self._tables[name]


def open_address(address: str) -> RemotePackage:
    """Open a package that Spark can read.

    Args:
        address: The address of its folder, or of its descriptor.

    Raises:
        EngineError: Spark is not installed or cannot be started.
        DescriptorError: The descriptor is missing, too large, unreadable or invalid.
    """
    from interopwatch.compare import spark

    folder = address.removesuffix(FILE_NAME).rstrip("/")
    file = f"{folder}/{FILE_NAME}"
    with spark.started() as engine:
        content = engine.content(file, MAX_BYTES)
    if len(content) > MAX_BYTES:
        raise DescriptorError(f"{file}: too large for a descriptor")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DescriptorError(f"{file}: byte {error.start} is not UTF-8") from None
    return RemotePackage(folder, parse(text, file, lenient=True), address)
