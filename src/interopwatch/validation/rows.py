"""Check the rows of a package against their schemas, and for missing provenance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from interopwatch.findings import Finding, found
from interopwatch.package import integrity
from interopwatch.package.adapted import delimiter_note
from interopwatch.package.descriptor import FILE_NAME
from interopwatch.package.parse import has_remote_files
from interopwatch.package.unfinished import check_unfinished
from interopwatch.validation.descriptor import checkable
from interopwatch.validation.readable import placed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from interopwatch.package.descriptor import Resource
    from interopwatch.validation.readable import ReadablePackage

_FIELD = re.compile(r"/resources/(\d+)/schema/fields/(\d+)")


def check_headers(package: ReadablePackage) -> Iterator[Finding]:
    """Yield every header that its schema or dialect does not allow, of tables read anyway."""
    for name, text in package.differing_headers:
        resource = package.resource(name)
        is_header = text != delimiter_note(resource)
        code = "header-differs" if is_header else "delimiter-undeclared"
        yield found(code, resource.path, 1, what=text)


def invalid_fields(package: ReadablePackage, found: Iterable[Finding]) -> set[tuple[str, str]]:
    """Return the fields, by resource, with findings in the descriptor."""
    matches = [m for finding in found if (m := _FIELD.match(finding.field))]
    positions = {(int(m[1]), int(m[2])) for m in matches}
    return {
        (resource.name, field.name)
        for resource in package.descriptor.resources
        for j, field in enumerate(resource.fields)
        if (package.descriptor.position(resource.name), j) in positions
    }


def check_rows(package: ReadablePackage, invalid: set[tuple[str, str]]) -> Iterator[Finding]:
    """Yield every cell, key, reference and period that violates its schema, and missing provenance.

    Args:
        package: The package.
        invalid: The fields with invalid declarations, which are not checked.
    """
    checked = checkable(package, invalid)
    is_known = _known(package)
    elsewhere = {r.path for r in package.descriptor.resources if has_remote_files(r)}
    for finding in map(placed, integrity.check_rows(checked)):
        if finding.code == "table-unreadable" and finding.file in elsewhere:
            yield found("table-unread", finding.file, what=finding.message)
            continue
        yield replace(finding, level="notice", hint="") if is_known(finding) else finding
    for resource in package.descriptor.files:
        if not package.has_regular_files(resource.name):
            finding = found("table-unreadable", resource.path or FILE_NAME)
            yield replace(finding, level="notice", hint="") if is_known(finding) else finding
    yield from integrity.check_periods(checked.described_as(checked.readable.values()))
    frozen = package.descriptor.frozen
    if frozen is None or not frozen.forced:  # the snapshot states what is unfinished
        yield from check_unfinished(package)
    yield from _provenance(package)


def _known(package: ReadablePackage) -> Callable[[Finding], bool]:
    """Return a predicate for findings that a snapshot of a foreign package states itself.

    A snapshot is never edited: its errors are those of the package, and were reported when frozen.
    """
    frozen = package.descriptor.frozen
    if frozen is None or package.descriptor.has_meanings:
        return lambda _: False
    paths = {r.name: r.path for r in (*package.descriptor.resources, *package.descriptor.files)}
    lacks = {paths[name] for name in frozen.lacks if name in paths}

    def is_known(finding: Finding) -> bool:
        start = f"{finding.file}:"
        return finding.file in lacks or any(text.startswith(start) for text in frozen.forced)

    return is_known


def _provenance(package: ReadablePackage) -> Iterator[Finding]:
    """Yield every row that does not name its source or the place in it."""
    provenance = package.descriptor.provenance
    if provenance is None:
        return
    for resource in package.readable.values():
        if resource.name == provenance.resource:
            continue
        for name in (provenance.field, provenance.locator):
            if name in resource.by_name and not _is_required(resource, name):
                yield from _empty(package, resource, name)


def _is_required(resource: Resource, name: str) -> bool:
    """Return whether an empty cell violates the schema, and so is reported anyway."""
    required = bool(resource.by_name[name].constraints.get("required"))
    return required or name in resource.primary_key


def _empty(package: ReadablePackage, resource: Resource, name: str) -> Iterator[Finding]:
    table = package.table(resource.name)
    for line, row in table.numbered_rows():
        if row[name] in resource.missing_values or not row[name]:
            yield found("provenance-missing", resource.path, line, name, field=name)
