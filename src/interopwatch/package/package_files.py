"""The files of a data package: their locations and their bytes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from interopwatch.errors import DescriptorError, SnapshotError, TableError
from interopwatch.files import open_regular, open_text, read_regular, sha256_of, unreadable
from interopwatch.package import table
from interopwatch.package.descriptor import FILE_NAME, Descriptor
from interopwatch.package.limits import MAX_TABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from interopwatch.package.descriptor import Resource


class PackageFiles:
    """The files of a data package, read on demand, and only inside the package.

    Attributes:
        root: The folder of the descriptor.
        file: The descriptor's file.
        descriptor: The descriptor as frozen values.
        label: The name of the package in reports: a snapshot's date, ``tables``, a path.
        files: The bytes of its tables by path, if they are not on disk.
        places: The names of its tables in messages, by path, if not their location on disk.
        fetch: Reads the file at an address; if not given, none is read.
    """

    def __init__(
        self,
        root: Path,
        descriptor: Descriptor,
        label: str = "",
        files: Mapping[str, bytes] | None = None,
        places: Mapping[str, str] | None = None,
    ) -> None:
        """Describe a package; :func:`interopwatch.open_package` is the usual way to get one.

        Args:
            root: The folder of the descriptor.
            descriptor: The descriptor.
            label: The name of the package; its folder if empty.
            files: The bytes of its tables by path, if they are not to be read from disk.
            places: The names of its tables in messages, by path, if not their location on disk:
                they may have been unpacked from somewhere else.
        """
        self.root = root
        self.file = root / FILE_NAME
        self.descriptor = descriptor
        self.label = label or str(root)
        self.files = files
        self.places = places or {}
        self.fetch: Callable[[str], bytes] | None = None
        self._paths: dict[str, Path] = {}

    def forget_paths(self) -> None:
        """Clear the cached paths, which depend on the descriptor."""
        self._paths = {}

    def resource(self, name: str) -> Resource:
        """Return a resource by name.

        Raises:
            DescriptorError: There is no such resource; the hint lists those there are.
        """
        found = self.descriptor.by_name.get(name) or self.descriptor.files_by_name.get(name)
        if found is None:
            names = ", ".join((*self.descriptor.by_name, *self.descriptor.files_by_name))
            raise DescriptorError(
                f"{self.label} has no resource {name!r}", hint=f"It has: {names}."
            )
        return found

    def path(self, name: str) -> Path:
        """Return the file of a resource.

        Raises:
            DescriptorError: There is no such resource, or its file lies outside the
                package (for example through a symbolic link).
        """
        if name not in self._paths:
            self._paths[name] = self.file_in(self.resource(name).path)
        return self._paths[name]

    def file_in(self, path: str) -> Path:
        """Return the location on disk of a path in the package.

        Raises:
            DescriptorError: It lies outside the package, or is an internal file of git.
        """
        found = self.root / path
        try:
            # Resolved, since a link in the package may point outside.
            real = found.resolve()
        except (OSError, RuntimeError) as error:  # the name is too long; a cycle of links
            reason = getattr(error, "strerror", None) or error
            raise DescriptorError(f"{found}: not a valid path: {reason}") from None
        try:
            inside = real.relative_to(self._home)
        except ValueError:
            raise DescriptorError(
                f"{found}: this file is outside the package",
                hint="Put the file itself into the package: links that leave it are not followed.",
            ) from None
        # Otherwise `apply` or `tidy` could write a hook that git runs. In lower case, since .GIT
        # is the same folder on macOS and Windows (CVE-2014-9390).
        if ".git" in map(str.lower, inside.parts):
            raise DescriptorError(f"{found}: a package cannot have files in .git")
        return found

    @cached_property
    def _home(self) -> Path:
        return self.root.resolve()

    def place(self, name: str) -> str:
        """Return the name of a resource's file in messages.

        Raises:
            DescriptorError: There is no such resource, or its file lies outside the package.
        """
        resource = self.resource(name)
        if resource.source is None:
            return self.places.get(resource.path) or str(self.path(name))
        if not resource.source.paths:
            return f"{self.places.get(self.file.name) or self.file} ({name})"
        first = resource.source.paths[0]
        return first if "://" in first else self.places.get(first) or str(self.file_in(first))

    def file_content(self, path: str, first: int | None = None) -> bytes:
        """Read a file by its path in the package or its address.

        Args:
            path: The path or address.
            first: How many bytes to read from the start; all of them if not given.

        Raises:
            TableError: The file is missing or cannot be read, or fetching is not allowed.
            InteropwatchError: It cannot be fetched.
        """
        if "://" in path:
            if self.fetch is None:
                raise TableError(f"{path}: addresses are not fetched here")
            return self.fetch(path)[:first]
        if self.files is not None and path in self.files:
            return self.files[path][:first]
        place = self.places.get(path) or str(self.file_in(path))
        try:
            if first is None:
                return read_regular(self.file_in(path), MAX_TABLE)
            with open_regular(self.file_in(path)) as file:
                return file.read(first)
        except FileNotFoundError:
            raise TableError(f"{place}: the file is missing") from None
        except OSError as error:
            raise unreadable(error, place) from None

    def paths_of(self, name: str) -> tuple[str, ...]:
        """Return the paths of a resource's files in the package, whether or not it is a table.

        Addresses are left out.
        """
        resource = self.resource(name)
        paths = (resource.path,) if resource.source is None else resource.source.paths
        return tuple(path for path in paths if "://" not in path)

    def has_regular_files(self, name: str) -> bool:
        """Return whether all files of a resource are existing regular files inside the package."""
        return all(map(self.has_regular_file, self.paths_of(name)))

    def has_regular_file(self, path: str) -> bool:
        """Return whether a path is an existing regular file inside the package."""
        try:
            open_regular(self.file_in(path)).close()
        except (OSError, ValueError, DescriptorError):
            return False
        return True

    def content(self, name: str) -> bytes:
        """Return the bytes of a resource's file; for a table with a source, as canonical CSV.

        Raises:
            TableError: The file is missing or cannot be read.
            SnapshotError: The package is a snapshot, and the file is not the one that
                was frozen.
        """
        resource = self.resource(name)
        if resource.source is not None:
            # Cached, since its size, header and rows are requested separately, and each needs it
            # converted.
            if name not in self._contents:
                from interopwatch.package.source import canonical_source

                where = self.place(name)
                self._contents[name] = canonical_source(resource, self.file_content, where)
            return self._contents[name]
        if self.files is not None:
            if resource.path not in self.files:
                raise self._missing(name)
            return self.files[resource.path]
        content = self._read(name)
        if self.descriptor.frozen is not None:
            self._check_hash(name, sha256_of(content))
        return content

    @cached_property
    def _contents(self) -> dict[str, bytes]:
        return {}

    def header(self, name: str) -> tuple[str, ...]:
        """Return the first record of a table, as written, without reading all of it.

        Raises:
            TableError: The file is missing, or has no readable header.
        """
        resource, place = self.resource(name), self.place(name)
        if not self.is_plain(name):
            # Invalid bytes are reported when the rows are read.
            text = self.content(name).decode(resource.dialect.encoding, errors="replace")
            return table.header_of(text.splitlines(keepends=True), resource, place)
        if not _is_file(self.path(name)):
            self._read(name)  # raises the error
        try:
            with open_text(self.path(name), resource.dialect.codec) as file:
                return table.header_of(file, resource, place)
        except OSError as error:
            raise unreadable(error, place) from None
        except (UnicodeDecodeError, LookupError) as error:
            raise TableError(f"{place}: {error}") from None

    def is_plain(self, name: str) -> bool:
        """Return whether a table is one CSV file on disk, which can be streamed."""
        return self.is_on_disk and self.resource(name).source is None

    def _check_hash(self, name: str, digest: str) -> None:
        frozen, stated = self.descriptor.frozen, self.resource(name).hash
        if frozen is not None and stated.startswith("sha256:") and stated != f"sha256:{digest}":
            raise SnapshotError(
                f"{self.place(name)}: changed since snapshot {frozen.date} was frozen",
                hint="Snapshots are never edited: restore the file from version control.",
            )

    def _read(self, name: str) -> bytes:
        place, path = self.place(name), self.path(name)
        try:
            is_folder = path.is_dir()
            # A missing Parquet file is reported as missing.
            if not is_folder and (self.resource(name).format != "parquet" or not path.exists()):
                return read_regular(path, MAX_TABLE)
        except FileNotFoundError:
            raise self._missing(name) from None
        except OSError as error:
            raise unreadable(error, place) from None
        raise TableError(
            f"{place}: {'a folder' if is_folder else 'Parquet'} can only be read by an engine",
            hint="Compare it with `interopwatch diff --engine duckdb`, or spark.",
        )

    def _missing(self, name: str) -> TableError:
        return TableError(
            f"{self.place(name)}: the file of resource {name!r} is missing",
            hint="Restore it, or remove the resource from the descriptor.",
        )

    address: str = ""
    """Its address, if only an engine can read it there."""

    def tables_on_disk(self) -> frozenset[Path]:
        """Return the plain files of its tables in the package."""
        plain = (r for r in self.descriptor.resources if r.source is None and r.path)
        return frozenset(self.root / resource.path for resource in plain)

    def is_readable(self, name: str) -> bool:
        """Return whether the rows of a resource can be read without an engine."""
        resource = self.resource(name)
        if self.files is not None or resource.source is not None:
            return True
        if resource.format == "parquet":
            return False
        try:
            return not self.path(name).is_dir()
        except (DescriptorError, OSError):
            return True  # the error is reported when it is read

    @property
    def is_on_disk(self) -> bool:
        """Whether its tables are files on disk, which can be streamed."""
        return self.files is None

    def size(self, name: str) -> int:
        """Return the size of a resource's file in bytes.

        Raises:
            TableError: The file is missing.
        """
        if not self.is_plain(name):
            return len(self.content(name))
        path = self.path(name)
        try:
            return path.stat().st_size
        except OSError:
            return len(self._read(name))  # raises the error

    def has_hash(self, name: str) -> bool:
        """Return whether a resource was frozen with a hash, which reading its file checks."""
        resource = self.resource(name)
        is_frozen = self.descriptor.frozen is not None and resource.source is None
        return is_frozen and resource.hash.startswith("sha256:")

    def vouches_for(self, name: str) -> bool:
        """Return whether a resource is unchanged since it was frozen, and so was valid then.

        Raises:
            SnapshotError: It was changed since it was frozen.
        """
        if not self.has_hash(name):
            return False
        # The file is read for its hash only, and may not fit in memory.
        with open_regular(self.path(name)) as file:
            self._check_hash(name, sha256_of(file))
        return True


def _is_file(path: Path) -> bool:
    """Return whether a file exists; a name that is too long for a file does not."""
    try:
        return path.is_file()
    except OSError:
        return False
