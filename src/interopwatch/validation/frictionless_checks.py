"""Validate a package with frictionless, an independent validator.

Our own checks cover descriptors, rows and references; frictionless confirms them. Its errors are
not reported where our own checks already report something.
"""

from __future__ import annotations

import csv
import io
import re
from contextlib import contextmanager
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, NoReturn

from interopwatch.errors import TableError
from interopwatch.extras import extra, has_extra
from interopwatch.findings import Finding
from interopwatch.package.descriptor import FILE_NAMES
from interopwatch.package.formats import paths_of
from interopwatch.package.labels import joined
from interopwatch.package.table import csv_options
from interopwatch.validation.descriptor import unknown_fields
from interopwatch.validation.readable import relative

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from interopwatch.findings import Level
    from interopwatch.package.descriptor import Resource
    from interopwatch.validation.readable import ReadablePackage

# frictionless names the location only in the text of an error.
_PROPERTY: Final = re.compile(r"at property '([^']*)'")
_MISSING_LIBRARY: Final = re.compile(r'Please install "([^"]+)"')
"""The message about files that frictionless needs another library for."""
_FORM: Final = "form-not-canonical"
_MOST_BYTES: Final = 8 << 20
"""Maximum bytes of tables for frictionless unless requested: it takes 1.5 s for a MiB of short
cells, and 10 s if many of them are invalid; our own checks take a tenth of that."""
_SHOWN: Final = 5
"""Tables named in a notice."""
_OFFLINE: Final = "a package is checked without the network"
_PROFILES: Final = re.compile(r"(tabular-|fiscal-)?data-(package|resource)")
"""Profiles of Data Package 1.0 that are named, and not read from a file."""
_PATTERNS: Final = ("pattern", "jsonSchema")
_MISDESCRIBED: Final = ("descriptor-profile", "constraint-unusable", "reference-field-unknown")


def check_with_frictionless(
    package: ReadablePackage, found: Sequence[Finding], *, thorough: bool = False
) -> Iterator[Finding]:
    """Yield the findings of frictionless that our own checks have not reported yet.

    Args:
        package: The package.
        found: The findings of our own checks.
        thorough: Whether to check large tables and foreign keys, too. For each foreign key,
            frictionless reads tables again, which takes two thirds of its time.

    Raises:
        MissingExtraError: frictionless is not installed, and a thorough check is requested.
    """
    if not has_extra("frictionless"):
        yield from _not_installed(package, thorough=thorough)
        return
    large = () if thorough else _too_large(package)
    # Its errors in a descriptor have no comparable location, and end its checks: the descriptor
    # must be repaired first.
    is_misdescribed = any(finding.code in _MISDESCRIBED for finding in found)
    # frictionless does not check canonical form, and may find other problems on that line.
    places = {(f.file, f.line, f.field) for f in found if f.code != _FORM}
    try:
        reported = _reported(package, large, references=thorough)
    except Exception as error:  # noqa: BLE001 - any failure is due to the package
        if not is_misdescribed:
            reason = relative(f"{type(error).__name__}: {error}", package.root)
            yield package.in_descriptor((), "judge-failed", why=reason)
        return
    if large:
        yield package.in_descriptor((), "judge-skipped", tables=joined(large, _SHOWN))
    lines = cache(lambda name: _record_lines(package, package.resource(name)))
    for name, errors in reported:
        resource = package.descriptor.by_name.get(name)
        if resource is None:
            relevant = () if is_misdescribed else errors
            yield from (_in_descriptor(package, each, name) for each in relevant)
            continue
        for one in errors:
            if not _follows(package, resource, one):
                finding = _in_table(package, resource, one, lines)
                columns = (finding.field, "") if finding.line else (finding.field,)
                if not any((finding.file, finding.line, column) in places for column in columns):
                    yield finding


def _not_installed(package: ReadablePackage, *, thorough: bool) -> Iterator[Finding]:
    """Yield a notice that frictionless is not installed.

    Raises:
        MissingExtraError: A thorough check is requested.
    """
    if thorough:
        with extra("frictionless", "thorough checks"):
            import frictionless  # noqa: F401 - it says that it is missing
    yield package.in_descriptor((), "judge-skipped.missing")


def _too_large(package: ReadablePackage) -> tuple[str, ...]:
    """Return the largest tables, until the rest is small enough for frictionless."""
    sizes = {name: len(package.content(name)) for name in package.readable}
    total, found = sum(sizes.values()), []
    for name in sorted(sizes, key=sizes.__getitem__, reverse=True):
        if total <= _MOST_BYTES:
            break
        total -= sizes[name]
        found.append(name)
    return tuple(name for name in sizes if name in found)


def _follows(package: ReadablePackage, resource: Resource, error: Any) -> bool:  # noqa: ANN401 - any error
    """Return whether an error follows from an unreadable table or field, reported there."""
    if hasattr(error, "row_number") and error.type != "foreign-key":
        return False
    names = [resource.name, *(key.resource for key in resource.foreign_keys)]
    is_whole = all(name in package.readable for name in names)
    return not is_whole or any(unknown_fields(package, key) for key in resource.foreign_keys)


class _NoNetwork:
    """Replaces an HTTP session, and refuses all requests."""

    def __getattr__(self, name: str) -> NoReturn:
        raise ConnectionError(_OFFLINE)


@contextmanager
def _restricted() -> Iterator[None]:
    """Keep frictionless from trusting or fetching anything, and restore its settings afterwards.

    Its own context manager does not restore them after an exception.
    """
    from frictionless import system

    context = system.use_context(
        trusted=False, onerror="ignore", standards="v2", http_session=_NoNetwork()
    )
    context.__enter__()
    try:
        yield
    finally:
        context.__exit__(None, None, None)


def _reported(
    package: ReadablePackage, left_out: Collection[str], *, references: bool
) -> Sequence[tuple[str, Sequence[Any]]]:
    """Return the errors of frictionless by resource name; first those without a resource."""
    import frictionless

    with _restricted():
        try:
            checked = frictionless.Package.from_descriptor(
                _descriptor(package), basepath=str(package.root)
            )
            for name in left_out:
                checked.remove_resource(name)
            for resource in () if references else checked.resources:
                if resource.schema.foreign_keys:
                    resource.schema.foreign_keys = []
            report = checked.validate(limit_errors=0)
        except frictionless.FrictionlessException as error:
            return [("", error.to_errors())]
    return [("", report.errors), *((task.name, task.errors) for task in report.tasks)]


def _name(item: object) -> object:
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else None


def _is_package(item: object) -> bool:
    """Return whether a resource is the descriptor of a package."""
    paths = paths_of(item) if isinstance(item, dict) else ()
    return any(isinstance(each, str) and PurePath(each).name in FILE_NAMES for each in paths)


def _is_not_tabular(item: object) -> bool:
    """Return whether a resource has inline data other than rows, which frictionless cannot read."""
    return isinstance(item, dict) and not isinstance(item.get("data", []), list)


def _descriptor(package: ReadablePackage) -> dict[str, Any]:
    """Return the descriptor for frictionless: only what our own reader read, without pipes.

    A table that is named ``datapackage.json`` is left out, since frictionless would validate the
    package that it describes, recursively. So are patterns, which our own checks cover:
    frictionless has no time limit.
    """
    raw = {k: v for k, v in package.descriptor.raw.items() if not _is_file(k, v)}
    names = {*package.readable, *(r.name for r in package.descriptor.files)}
    included = {name for name in names if package.has_regular_files(name)}
    # The profile of a tabular resource requires the schema, which is referenced but was not read.
    gaps = {path[1] for path, _ in package.descriptor.gaps if path[-1] == "schema"}
    raw["resources"] = [
        _for_frictionless(item, included, without=("profile",) if i in gaps else ())
        for i, item in enumerate(raw.get("resources", ()))
        if _name(item) in included and not _is_package(item) and not _is_not_tabular(item)
    ]
    return raw


def _for_frictionless(
    item: Mapping[str, Any], included: Collection[str], without: Collection[str]
) -> dict[str, Any]:
    if "data" in item and not item.get("path"):
        without = (*without, "format")  # interpreted as the format of a file
    found = {k: v for k, v in item.items() if k not in without and not _is_file(k, v)}
    if isinstance(schema := item.get("schema"), dict):
        found["schema"] = _without_patterns(schema)
        matching = schema.get("fieldsMatch")
        if isinstance(matching, list) and len(matching) == 1:  # frictionless expects a text
            found["schema"]["fieldsMatch"] = matching[0]
        keys = schema.get("foreignKeys")
        if isinstance(keys, list):
            found["schema"]["foreignKeys"] = [k for k in keys if _target(k) in {"", *included}]
    return found


def _target(key: Any) -> str:  # noqa: ANN401 - any JSON
    reference = key.get("reference") if isinstance(key, dict) else None
    return str(reference.get("resource", "")) if isinstance(reference, dict) else ""


def _is_file(name: str, value: object) -> bool:
    """Return whether a property makes frictionless read another file."""
    is_named = isinstance(value, str) and ("://" in value or _PROFILES.fullmatch(value) is not None)
    return name in ("profile", "$schema", "profiles") and not is_named


def _without_patterns(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, list):
        return [_without_patterns(each) for each in value]
    if isinstance(value, dict):
        return {k: _without_patterns(v) for k, v in value.items() if k not in _PATTERNS}
    return value


def _in_descriptor(package: ReadablePackage, error: Any, name: str) -> Finding:  # noqa: ANN401 - any of its errors
    """Return an error of the package, or of a resource that we do not read as a table."""
    message = _message(package, error)
    names = [_name(item) for item in package.descriptor.raw.get("resources", ())]
    if name in names:
        path: list[str | int] = ["resources", names.index(name)]
    else:  # only package errors name locations from the root
        found = _PROPERTY.search(error.note) if error.type == "package-error" else None
        path = [*found[1].split("/")] if found else []
    if (missing := _MISSING_LIBRARY.search(message)) is not None:
        values = {"name": name, "library": missing[1]}
        return package.in_descriptor(path, "judge-skipped.lacking", **values)
    level: Level = "warning" if _OFFLINE in message else "error"
    place = package.in_descriptor_at(path)
    return Finding(*place, f"frictionless-{error.type}", message, level=level)


def _in_table(
    package: ReadablePackage,
    resource: Resource,
    error: Any,  # noqa: ANN401 - any of its errors
    lines: Callable[[str], Sequence[int]],
) -> Finding:
    # frictionless counts records, the header being the first.
    number = (getattr(error, "row_numbers", None) or [getattr(error, "row_number", 0)])[0]
    if number and number <= len(lines(resource.name)):
        number = lines(resource.name)[number - 1]
    columns = getattr(error, "field_names", None) or [getattr(error, "field_name", "")]
    column = columns[0] or getattr(error, "label", "")
    if error.type == "primary-key":
        column = resource.primary_key[0]
    code = f"frictionless-{error.type}"
    return Finding(resource.path, number, column, code, _message(package, error))


def _message(package: ReadablePackage, error: Any) -> str:  # noqa: ANN401 - any of its errors
    return relative(" ".join(error.message.split()), package.root)


def _record_lines(package: ReadablePackage, resource: Resource) -> Sequence[int]:
    """Return the line on which each record begins: a cell may span several lines."""
    begins = [1]
    try:
        text = package.content(resource.name).decode(resource.dialect.encoding)
        reader = csv.reader(io.StringIO(text, newline=""), **csv_options(resource.dialect))
        begins += [reader.line_num + 1 for _ in reader]
    except (TableError, UnicodeError, LookupError, csv.Error):
        pass  # reported with the rows
    return begins
