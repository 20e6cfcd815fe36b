"""Resolve the name that a user gives for a package or a table."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import FetchError, OriginError
from interopwatch.files import read_regular, unreadable
from interopwatch.package.adapted import adapted
from interopwatch.package.package import Package, is_table_name, open_package

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from contextlib import AbstractContextManager

    from interopwatch.loaders.network import FetchOptions
    from interopwatch.loaders.unpack import Loader

_GIT: Final = "git:"
_ZIP: Final = ".zip"
_GZIP: Final = ".gz"


def is_elsewhere(name: str) -> bool:
    """Return whether a name is of an archive, a git revision, or an address, not of a folder."""
    return name.startswith(_GIT) or _is_address(name) or _is_archive(name)


def _is_address(name: str) -> bool:
    scheme, slashes, _ = name.partition("://")
    # A scheme may have a plus, as in `git+https`. Schemes other than http and https are refused
    # when they are fetched, with a message that says so.
    return bool(slashes) and scheme.isascii() and scheme.replace("+", "").isalnum()


def _is_archive(name: str) -> bool:
    return name.lower().endswith(_ZIP) and Path(name).is_file()


@contextmanager
def opened_package(
    name: str,
    base: Package | None = None,
    *,
    private: bool = False,
    resources: Collection[str] | None = None,
    as_described: bool = False,
) -> Iterator[Package]:
    """Open a data package, wherever it is.

    Unpacked and fetched files are in a temporary folder, which is removed when the context ends,
    whatever happens. Schemas, dialects and tables that the descriptor names by address are fetched
    when they are needed.

    Args:
        name: A path to a folder, a descriptor or a zip archive; ``git:REV`` for ``base`` at a
            revision of git; ``git:REV:PATH`` for another folder of the repository around the
            current folder; the address (http or https) of a descriptor, of a folder, with a slash
            at its end, or of a zip archive.
        base: The package that ``git:REV`` is about; by default, the one in the current folder.
        private: Whether to allow addresses that are not public, too.
        resources: The resources that are needed, if any of them exists; all if not given.
        as_described: Whether to keep the schemas of the descriptor even if a table differs from
            its schema, to validate tables against them. Otherwise such a table gets the schema
            that fits it: see :func:`interopwatch.package.adapted.adapted`.

    Raises:
        DescriptorError: There is no package, or its descriptor is unusable.
        OriginError: An archive or a revision cannot be read, or is not safe to read.
        FetchError: An address cannot be fetched.
    """
    fetch = _Fetch(private=private)
    if not is_elsewhere(name):
        package = open_package(name, name, fetch)
        yield package if as_described else adapted(package, resources)
        return
    from interopwatch.loaders.unpack import unpack

    with _temporary() as folder:
        inside = folder / "package"
        inside.mkdir()
        with _loader(name, base, folder, private=private) as loader:
            label = _label(name)
            package = unpack(loader, inside, label, resources=resources, fetch=fetch)
        yield package if as_described else adapted(package, resources)


class _Fetch:
    """Fetches the files that descriptors name by address, each address once."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._fetched: dict[str, bytes | FetchError] = {}

    def __call__(self, url: str) -> bytes:
        if url not in self._fetched:
            from interopwatch.loaders.fetch import fetch

            try:
                self._fetched[url] = fetch(url, fetch_options(private=self._private)).content
            except FetchError as error:
                # Or each table would wait again for a server that does not respond.
                self._fetched[url] = error
        found = self._fetched[url]
        if isinstance(found, FetchError):
            raise found
        return found


@contextmanager
def _temporary() -> Iterator[Path]:
    import tempfile

    # On Windows a file that is still open cannot be removed, which is no failure of the command.
    with tempfile.TemporaryDirectory(prefix="interopwatch-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _loader(
    name: str, base: Package | None, folder: Path, *, private: bool
) -> AbstractContextManager[Loader]:
    """Return the loader for a name that is not that of a folder."""
    if name.startswith(_GIT):
        from interopwatch.loaders.git import open_revision, parse

        named = parse(name)
        if named.path is None and base is not None:
            return open_revision(named, base.root, base.file.name)
        return open_revision(named, Path.cwd())
    if _is_address(name):
        from interopwatch.loaders.http import open_address

        return open_address(name, folder, fetch_options(private=private))
    from interopwatch.loaders.zip import open_archive

    return open_archive(Path(name), name)


def _label(name: str) -> str:
    """Return the label of a package in reports: its name, without a password."""
    if not _is_address(name):
        return name
    from interopwatch.loaders.network import without_credentials

    return without_credentials(name)


def fetch_options(*, private: bool) -> FetchOptions:
    """Return the options for fetching; addresses that are not public need ``private``."""
    from interopwatch.loaders.network import FetchOptions, any_address, is_public

    return FetchOptions(allowed=any_address if private else is_public)


def is_table(name: str) -> bool:
    """Return whether a name is of a bare CSV file: a path, in a git revision, or an address."""
    if name.startswith(_GIT):
        from interopwatch.loaders.git import parse

        path = parse(name).path or ""
    elif _is_address(name):
        from interopwatch.loaders.http import path_of

        path = path_of(name)
    else:
        return is_table_name(name) and not Path(name).is_dir()
    return is_table_name(path)


@contextmanager
def opened_table(
    name: str,
    key: Sequence[str] = (),
    delimiter: str = "",
    *,
    private: bool = False,
    encoding: str = "utf-8",
    numbers: Collection[str] = (),
    header: bool = True,
) -> Iterator[Package]:
    """Open a bare CSV file, wherever it is, like :func:`interopwatch.loaders.csv.open_csv`.

    A file compressed with gzip is unpacked into a temporary folder.

    Args:
        name: A path; ``git:REV:PATH``; an address.
        key: The fields of the primary key; empty if it is to be inferred.
        delimiter: The character between cells; empty if it is to be detected.
        private: Whether to allow addresses that are not public, too.
        encoding: Its encoding.
        numbers: Fields that hold numbers.
        header: Whether its first record is the header.

    Raises:
        TableError: The file is missing, or has no readable header.
        OriginError: It cannot be read in the git repository around the current folder.
        FetchError: An address cannot be fetched.
    """
    from interopwatch.loaders.csv import open_csv

    how: Any = {"encoding": encoding, "numbers": numbers, "header": header}
    is_local = not (name.startswith(_GIT) or _is_address(name))
    if is_local and not name.lower().endswith(_GZIP):
        yield open_csv(Path(name), key, delimiter, **how)
        return
    with _temporary() as folder:
        file = Path(name) if is_local else _copied(name, folder, private=private)
        if file.name.lower().endswith(_GZIP):
            file = _unpacked(file, folder, _label(name))
        yield open_csv(file, key, delimiter, _label(name), **how)


def _unpacked(file: Path, folder: Path, label: str) -> Path:
    """Unpack a file compressed with gzip into a folder."""
    from interopwatch.package.source import unzipped

    try:
        content = read_regular(file)
    except OSError as error:
        raise unreadable(error, label) from None
    plain = folder / file.name[: -len(_GZIP)]
    plain.write_bytes(unzipped(content, label))
    return plain


def _copied(name: str, folder: Path, *, private: bool) -> Path:
    """Copy a file from a git revision or an address into a folder."""
    if name.startswith(_GIT):
        from interopwatch.loaders.git import open_revision, parse
        from interopwatch.loaders.unpack import unpack_file

        with open_revision(parse(name), Path.cwd()) as revision:
            if revision.is_folder:
                raise OriginError(f"{name}: this is a folder", hint="Name a file in it.")
            file = folder / revision.descriptor
            unpack_file(revision, revision.descriptor, file)
        return file
    from interopwatch.loaders.http import fetch_file, file_name

    file = folder / file_name(name)
    fetch_file(name, file, fetch_options(private=private))
    return file
