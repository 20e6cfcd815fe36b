"""Copies of a package in memory with other rows or unresolved findings, and the changed files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.package.descriptor import dump
from interopwatch.package.package import Package
from interopwatch.package.parse import parse
from interopwatch.package.table import canonical
from interopwatch.package.tidy import described

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from interopwatch.findings import Finding


def with_rows(package: Package, rows: Mapping[str, Iterable[Mapping[str, str]]]) -> Package:
    """Return a package, in memory, with other rows in some of its resources."""
    contents = {
        each.path: canonical(each, rows[each.name])
        if each.name in rows
        else package.content(each.name)
        for each in package.descriptor.resources
    }
    raw = described(package.descriptor.raw, contents)
    made = Package(package.root, parse(dump(raw), str(package.file)), package.label, contents)
    made.file = package.file
    return made


def with_unresolved(package: Package, found: Mapping[str, Iterable[Finding]]) -> Package:
    """Return a package whose descriptor lists unresolved errors, which keep it from being frozen.

    Args:
        package: The package.
        found: The findings by the id of an edition. Its errors replace those left unresolved for
            earlier editions of the same work.
    """
    provenance = package.descriptor.provenance
    work = "" if provenance is None else provenance.work
    work_of = {source: row.get(work) for source, row in package.editions.items()}
    works = {work_of.get(source) for source in found} - {None}
    unresolved = package.descriptor.unresolved
    remaining = [each for each in unresolved if work_of.get(each.get("source", "")) not in works]
    for source, findings in found.items():
        for each in (finding for finding in findings if finding.level == "error"):
            values = {name: getattr(each, name) for name in ("code", "file", "field", "message")}
            remaining.append(
                {name: text for name, text in (*values.items(), ("source", source)) if text}
            )
    if remaining == [*unresolved]:
        return package
    raw = package.descriptor.raw
    extension = {
        name: value for name, value in raw.get("interopwatch", {}).items() if name != "unresolved"
    }
    extension |= {"unresolved": remaining} if remaining else {}
    return package.with_descriptor(parse(dump({**raw, "interopwatch": extension}), package.label))


def changed_resources(old: Package, new: Package) -> list[str]:
    """Return the resources whose rows differ."""
    names = [resource.name for resource in new.descriptor.resources]
    return [name for name in names if list(old.rows(name)) != list(new.rows(name))]


def changed_files(old: Package, new: Package) -> dict[Path, bytes]:
    """Return the new content of the files that differ, tables before the descriptor."""
    files = {old.path(name): new.content(name) for name in changed_resources(old, new)}
    if files or old.descriptor.unresolved != new.descriptor.unresolved:
        files[old.file] = dump(new.descriptor.raw).encode()
    return files
