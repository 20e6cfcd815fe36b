"""The canonical form of a whole package: its tables, and what its descriptor says of them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from interopwatch.package.descriptor import dump
from interopwatch.package.table import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from interopwatch.package.package import Package


def tidied(package: Package) -> dict[Path, bytes]:
    """The files of a package that are not in canonical form, each with what it should hold.

    Tables come before the descriptor that describes them. Nothing is written.

    Raises:
        TableError: A table cannot be read.
        KeyProblemError: Two rows share a key, so that their order is open.
    """
    contents = {}
    for resource in package.descriptor.resources:
        table = package.table(resource.name)
        if resource.primary_key:
            _ = table.by_key  # two rows with one key have no canonical order
        contents[resource.path] = canonical(table.resource, table.rows)
    wanted = {package.root / path: content for path, content in contents.items()}
    wanted[package.file] = dump(described(package.descriptor.raw, contents)).encode()
    return {file: content for file, content in wanted.items() if file.read_bytes() != content}


def described(raw: Mapping[str, Any], tables: Mapping[str, bytes]) -> dict[str, Any]:
    """A descriptor that gives the hash and the size of each of these files."""
    resources = []
    for item in raw["resources"]:
        path = item["path"][0] if isinstance(item["path"], list) else item["path"]
        content = tables[path]
        plain = {k: v for k, v in item.items() if k not in ("hash", "bytes", "dialect", "encoding")}
        digest = hashlib.sha256(content).hexdigest()
        resources.append(
            {**plain, "encoding": "utf-8", "hash": f"sha256:{digest}", "bytes": len(content)}
        )
    return {**raw, "resources": resources}
