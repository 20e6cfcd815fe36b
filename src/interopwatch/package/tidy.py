"""The canonical form of a package: its tables, and the hashes and sizes in its descriptor."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import KeyProblemError, TableError
from interopwatch.files import read_regular, sha256_of
from interopwatch.package.descriptor import dump
from interopwatch.package.encodings import doubt_about_encoding
from interopwatch.package.table import ENCODING_HINT, canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from interopwatch.package.package import Package

_NO_FILES: Final[Mapping[str, bytes]] = MappingProxyType({})


def tidied(package: Package, unread: Callable[[str, str], None] | None = None) -> dict[Path, bytes]:
    """The files of a package that are not in canonical form, each with what it should hold.

    Tables come before the descriptor that describes them. Nothing is written.

    Args:
        package: The package.
        unread: Called with each table that stays as it is because it cannot be read, or is probably
            not in the encoding that is declared, and why.
            Without it, and for a package that says what its rows mean, that is an error.

    Raises:
        TableError: A table cannot be read as it is declared.
        KeyProblemError: Two rows share a key, so that their order is open.
    """
    contents = {}
    for resource in package.descriptor.resources:
        if resource.source is not None or not package.is_readable(resource.name):
            continue
        try:
            contents[resource.path] = _tidied_table(package, resource.name)
        # Of tables that cannot be read, these alone are never passed over: any order would be a
        # guess.
        except KeyProblemError:
            raise
        except TableError as error:
            if unread is None or package.descriptor.has_meanings:
                raise
            unread(resource.name, error.message)
    wanted = {package.root / path: content for path, content in contents.items()}
    wanted[package.file] = _dumped(package, described(package.descriptor.own, contents))
    return {file: content for file, content in wanted.items() if read_regular(file) != content}


def _tidied_table(package: Package, name: str) -> bytes:
    if doubt := doubt_about_encoding(package, name):
        raise TableError(f"{package.place(name)}: {doubt}", hint=ENCODING_HINT)
    table = package.table(name)
    if table.resource.primary_key:
        _ = table.by_key  # two rows with one key have no canonical order
    return canonical(table.resource, table.rows)


def _dumped(package: Package, raw: Mapping[str, Any]) -> bytes:
    """A descriptor as text in the language of its file."""
    if package.file.suffix == ".json":
        return dump(raw).encode()
    import yaml

    text: str = yaml.safe_dump(dict(raw), allow_unicode=True, sort_keys=False)
    return text.encode()


def described(
    raw: Mapping[str, Any], tables: Mapping[str, bytes], files: Mapping[str, bytes] = _NO_FILES
) -> dict[str, Any]:
    """A descriptor that gives the hash and the size of each of these files.

    Args:
        raw: What the descriptor says.
        tables: The contents of tables in canonical form, by path.
        files: The contents of other files, of which nothing else is said anew.
    """
    resources = []
    for item in raw["resources"]:
        path = item.get("path")
        path = path[0] if isinstance(path, list) and len(path) == 1 else path
        content = tables.get(path) if isinstance(path, str) else None
        if content is None:
            other = files.get(path) if isinstance(path, str) else None
            resources.append(item if other is None else {**item, **_sums(other)})
            continue
        # What no longer holds of the file once it is in canonical form.
        plain = {k: v for k, v in item.items() if k not in ("hash", "bytes", "dialect", "encoding")}
        resources.append({**plain, "encoding": "utf-8", **_sums(content)})
    return {**raw, "resources": resources}


def _sums(content: bytes) -> dict[str, Any]:
    digest = sha256_of(content)
    return {"hash": f"sha256:{digest}", "bytes": len(content)}
