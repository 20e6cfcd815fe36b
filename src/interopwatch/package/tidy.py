"""The canonical form of a package: its tables, and the hashes and sizes in its descriptor."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import KeyProblemError, TableError
from interopwatch.files import read_regular, sha256_of
from interopwatch.package.descriptor import dump
from interopwatch.package.encodings import encoding_warning
from interopwatch.package.table import ENCODING_HINT, canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from interopwatch.package.package import Package

_NO_FILES: Final[Mapping[str, bytes]] = MappingProxyType({})


def tidied(package: Package, unread: Callable[[str, str], None] | None = None) -> dict[Path, bytes]:
    """Return the files of a package that are not in canonical form, with their canonical content.

    Tables come before the descriptor. Nothing is written.

    Args:
        package: The package.
        unread: Called with each table that stays unchanged because it cannot be read, or is
            probably not in the declared encoding, and the reason. If not given, and for a package
            that declares what its rows mean, that is an error.

    Raises:
        TableError: A table cannot be read as declared.
        KeyProblemError: Two rows have the same key, so their order is undefined.
    """
    contents = {}
    for resource in package.descriptor.resources:
        if resource.source is not None or not package.is_readable(resource.name):
            continue
        try:
            contents[resource.path] = _tidied_table(package, resource.name)
        # Unlike other unreadable tables, these are never skipped: any order would be a guess.
        except KeyProblemError:
            raise
        except TableError as error:
            if unread is None or package.descriptor.has_meanings:
                raise
            unread(resource.name, error.message)
    expected = {package.root / path: content for path, content in contents.items()}
    expected[package.file] = _dumped(package, described(package.descriptor.as_read, contents))
    return {file: content for file, content in expected.items() if read_regular(file) != content}


def _tidied_table(package: Package, name: str) -> bytes:
    if warning := encoding_warning(package, name):
        raise TableError(f"{package.place(name)}: {warning}", hint=ENCODING_HINT)
    table = package.table(name)
    if table.resource.primary_key:
        _ = table.by_key  # two rows with one key have no canonical order
    return canonical(table.resource, table.rows)


def _dumped(package: Package, raw: Mapping[str, Any]) -> bytes:
    """Encode a descriptor in the language of its file."""
    if package.file.suffix == ".json":
        return dump(raw).encode()
    import yaml

    text: str = yaml.safe_dump(dict(raw), allow_unicode=True, sort_keys=False)
    return text.encode()


def described(
    raw: Mapping[str, Any], tables: Mapping[str, bytes], files: Mapping[str, bytes] = _NO_FILES
) -> dict[str, Any]:
    """Return a descriptor with the hashes and sizes of files.

    Args:
        raw: The JSON object of the descriptor.
        tables: The canonical content of tables, by path.
        files: The content of other files, by path; only their hash and size are updated.
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
        # These properties do not apply to the canonical form.
        plain = {k: v for k, v in item.items() if k not in ("hash", "bytes", "dialect", "encoding")}
        resources.append({**plain, "encoding": "utf-8", **_sums(content)})
    return {**raw, "resources": resources}


def _sums(content: bytes) -> dict[str, Any]:
    digest = sha256_of(content)
    return {"hash": f"sha256:{digest}", "bytes": len(content)}
